"""The demo, with the real model: what it prints and reports is what the model answered."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from oxloop import Oxen
from oxloop.rules.folder import DataFolder
from oxloop.rules.locks import FileLock

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def gguf() -> Path:
    path = Path(os.environ.get("OXLOOP_DEMO_GGUF", ""))
    if not path.is_file():
        pytest.fail(
            "OXLOOP_DEMO_GGUF names no file: run the tests with `make test`, it fetches the model"
        )
    return path


@pytest.fixture(scope="module")
def demo(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str]:
    """Data folder, report and output of one run."""
    folder = tmp_path_factory.mktemp("demo")
    report = folder / "report.json"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "oxloop.cli",
            "demo",
            "--data",
            str(folder / "data"),
            "--file",
            str(gguf),
            "--report",
            str(report),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "data", json.loads(report.read_text("utf-8")), done.stdout


def test_every_review_was_answered_and_none_was_changed(
    demo: tuple[Path, dict[str, Any], str],
) -> None:
    _, report, _ = demo
    with (ROOT / "facade/oxloop/demo/reviews.csv").open(encoding="utf-8", newline="") as file:
        reviews = [(row["review"], row["label"]) for row in csv.DictReader(file)]
    assert len(reviews) >= 60
    assert [(row["text"], row["label"]) for row in report["rows"]] == reviews
    assert all(row["answer"] for row in report["rows"])


def test_the_figures_follow_from_the_rows(demo: tuple[Path, dict[str, Any], str]) -> None:
    _, report, output = demo
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


def test_the_commit_that_it_names_holds_the_answers(demo: tuple[Path, dict[str, Any], str]) -> None:
    data, report, output = demo
    assert re.fullmatch(r"[0-9a-f]{32}", report["commit"])
    assert report["commit"] in output
    with Oxen.local(data_dir=data, stop_on_exit=True) as oxen:
        content = oxen.files.download(
            "demo/reviews", revision=report["commit"], path=report["file"]
        )
    answers = [row["answer"] for row in csv.DictReader(content.decode("utf-8").splitlines())]
    assert answers == [row["answer"] for row in report["rows"]]


def test_it_leaves_no_service_behind(demo: tuple[Path, dict[str, Any], str]) -> None:
    data, _, _ = demo
    lock = FileLock(DataFolder(data).service_lock)
    assert lock.acquire(blocking=False)
    lock.release()
