"""The demo, with the real model: what it prints and reports is what the model answered."""

import csv
import re
from pathlib import Path

import pytest
from oxloop import Humanloop, Oxen
from oxloop.rules.folder import DataFolder
from oxloop.rules.locks import FileLock

from .conftest import Demo

ROOT = Path(__file__).resolve().parents[2]


def test_every_review_was_answered_and_none_was_changed(
    demo: Demo,
) -> None:
    report = demo.report
    with (ROOT / "facade/oxloop/demo/reviews.csv").open(encoding="utf-8", newline="") as file:
        reviews = [(row["review"], row["label"]) for row in csv.DictReader(file)]
    assert len(reviews) >= 60
    assert [(row["text"], row["label"]) for row in report["rows"]] == reviews
    assert all(row["answer"] for row in report["rows"])


def test_the_figures_follow_from_the_rows(demo: Demo) -> None:
    report, output = demo.report, demo.output
    rows = report["rows"]
    right = [row["answer"].strip().lower().rstrip(".") == row["label"] for row in rows]
    assert report["accuracy"] == pytest.approx(sum(right) / len(rows))
    shares: list[float] = []
    for label in ("positive", "negative"):
        of_label = [ok for ok, row in zip(right, rows, strict=True) if row["label"] == label]
        shares.append(sum(of_label) / len(of_label))
    assert report["balanced_accuracy"] == pytest.approx(sum(shares) / 2)
    assert report["balanced_accuracy"] >= 0.75
    assert f"{sum(right)} of {len(rows)}" in output


def test_the_commit_that_it_names_holds_the_answers(demo: Demo) -> None:
    report, output = demo.report, demo.output
    assert re.fullmatch(r"[0-9a-f]{32}", report["commit"])
    assert report["commit"] in output
    with Oxen.local(data_dir=demo.data, stop_on_exit=True) as oxen:
        content = oxen.files.download(
            "demo/reviews", revision=report["commit"], path=report["file"]
        )
    answers = [row["answer"] for row in csv.DictReader(content.decode("utf-8").splitlines())]
    assert answers == [row["answer"] for row in report["rows"]]


def test_both_apis_agree(demo: Demo) -> None:
    first, second = demo.report, demo.report["humanloop"]
    assert second["accuracy"] == first["accuracy"]
    assert second["aggregate"] == pytest.approx(second["accuracy"])
    assert second["differing"] == []
    assert [row["answer"] for row in second["rows"]] == [row["answer"] for row in first["rows"]]


def test_the_second_evaluation_can_be_read_again(demo: Demo) -> None:
    second = demo.report["humanloop"]
    with Humanloop.local(data_dir=demo.data, stop_on_exit=True) as humanloop:
        run = humanloop.evaluations.get(second["run"])
        rows = list(run.results())
    assert run.status == "completed"
    assert [aggregate.value for aggregate in run.aggregates or ()] == [second["aggregate"]]
    right = [row["right label"] for row in rows]
    assert sum(right) / len(right) == pytest.approx(second["aggregate"])
    assert right == [row["predicted"] == row["label"] for row in demo.report["rows"]]


def test_it_leaves_no_service_behind(demo: Demo) -> None:
    lock = FileLock(DataFolder(demo.data).service_lock)
    assert lock.acquire(blocking=False)
    lock.release()
