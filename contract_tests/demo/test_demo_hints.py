"""The lines that a user is told to copy."""

import ast
from pathlib import Path

from demo_outcomes import JUDGED, OUTCOME
from oxloop.demo.hints import Place, next_steps, service_state
from oxloop.demo.report import Look

HERE = Place(command=".venv/bin/oxloop", python=".venv/bin/python", data_dir=None)
ELSEWHERE = Place(command="oxloop", python="python", data_dir=Path("/data/my runs"))


def python_lines(text: str) -> str:
    code = [line[6:] for line in text.splitlines() if line.startswith(" " * 6)]
    assert len(code) == 5
    return "\n".join(code)


def test_the_default_folder_is_not_named() -> None:
    assert HERE.line("serve") == ".venv/bin/oxloop serve"


def test_another_folder_is_named_and_quoted() -> None:
    assert ELSEWHERE.line("stop") == "oxloop stop --data '/data/my runs'"


def test_the_lines_of_python_read_these_runs() -> None:
    code = python_lines(next_steps(OUTCOME, JUDGED, HERE, None, Look()))
    ast.parse(code)
    assert "Oxen.local(stop_on_exit=True)" in code
    assert "oxen.evaluations.get('demo/reviews', '0b0e').results()" in code
    assert "humanloop.evaluations.get('ev_1').aggregates" in code


def test_the_python_lines_name_another_folder() -> None:
    code = python_lines(next_steps(OUTCOME, JUDGED, ELSEWHERE, None, Look()))
    ast.parse(code)
    assert "data_dir='/data/my runs'" in code


def test_a_report_that_was_written_is_named_instead_of_offered() -> None:
    assert "--report" in next_steps(OUTCOME, JUDGED, HERE, None, Look())
    text = next_steps(OUTCOME, JUDGED, HERE, Path("out.json"), Look())
    assert "out.json" in text
    assert "--report" not in text


def test_a_running_service_comes_with_the_line_that_stops_it() -> None:
    assert service_state(True, ELSEWHERE).endswith("oxloop stop --data '/data/my runs'")
    assert "stopped" in service_state(False, ELSEWHERE)
