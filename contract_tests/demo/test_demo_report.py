"""What the report says, word for word."""

import json
import re

from attrs import evolve
from demo_outcomes import OUTCOME
from oxloop.demo.report import Look, Outcome, render, to_json

TEXT = """\
First 4 of 4 rows
  id   review                                               label     answer
  r01  The kettle boils quickly.                            positive  positive
  r02  Charming view of the sea, nice breakfast, and a ...  negative  positive
  r03  The hose leaks.                                      negative  Negative.
  r04  The vet was careless.                                negative  (none)

How good the answers are
  accuracy           0.500  2 of 4 right
  majority baseline  0.750  always saying "negative"
  balanced accuracy  0.667  mean over the labels

Labels (rows) against answers (columns)
              positive  negative     other
  positive           1         0         0
  negative           1         1         1

Answered wrongly: 2
  r02  negative, answered positive: Charming view of the sea, nice breakfast,
       and a bill that took the whole holiday to pay.
  r04  negative, no answer: The vet was careless.

What it took and where it is
  model   demo
  tokens  7,488 in prompts, 6 in answers
  time    2.0 s, 2.0 rows/s, the start of the model included
  commit  c0ffee
  branch  eval/sentiment of demo/reviews, file reviews.csv"""


def answered(answer: str) -> Outcome:
    return evolve(OUTCOME, rows=(evolve(OUTCOME.rows[0], answer=answer), *OUTCOME.rows[2:3]))


def test_the_text_at_eighty_columns() -> None:
    assert render(OUTCOME, Look(width=80)) == TEXT


def test_no_line_is_wider_than_the_terminal() -> None:
    for width in (60, 72, 100, 140):
        lines = render(OUTCOME, Look(width=width)).splitlines()
        assert max(map(len, lines)) <= width


def test_there_is_no_colour_unless_asked_for() -> None:
    assert "\x1b" not in render(OUTCOME, Look(width=80))
    coloured = render(OUTCOME, Look(width=80, colour=True))
    assert "\x1b[31mpositive\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == TEXT


def test_an_answer_cannot_steer_the_terminal_or_break_the_table() -> None:
    text = render(answered("a\x1b[2J\nb"), Look(width=80))
    assert "\x1b" not in text
    assert "answered a?[2J b:" in text


def test_an_empty_answer_and_a_failed_row_are_told_apart() -> None:
    assert "answered nothing:" in render(answered(" "), Look())
    assert "r04  negative, no answer:" in render(OUTCOME, Look())


def test_tokens_that_nobody_told_are_not_made_up() -> None:
    untold = evolve(OUTCOME, prompt_tokens=None, completion_tokens=None)
    assert "not told by the service" in render(untold, Look())
    assert to_json(untold)["tokens"] == {"prompt": None, "completion": None}


def test_the_json_holds_everything_and_survives_writing() -> None:
    found = json.loads(json.dumps(to_json(OUTCOME)))
    rows = found.pop("rows")
    assert found == {
        "model": "demo",
        "repository": "demo/reviews",
        "run": "0b0e",
        "branch": "eval/sentiment",
        "commit": "c0ffee",
        "file": "reviews.csv",
        "counts": {
            "rows": 4,
            "right": 2,
            "wrong": 2,
            "confusion": {
                "positive": {"positive": 1, "negative": 0, "other": 0},
                "negative": {"positive": 1, "negative": 1, "other": 1},
            },
        },
        "accuracy": 0.5,
        "balanced_accuracy": (1 + 1 / 3) / 2,
        "baseline": 0.75,
        "tokens": {"prompt": 7488, "completion": 6},
        "seconds": 2.0,
    }
    assert rows[1] == {
        "id": "r02",
        "text": OUTCOME.rows[1].text,
        "label": "negative",
        "answer": " positive",
        "predicted": "positive",
    }
    assert (rows[3]["answer"], rows[3]["predicted"]) == (None, "other")
