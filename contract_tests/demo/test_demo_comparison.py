"""The two evaluations side by side, word for word."""

import pytest
from attrs import evolve
from demo_outcomes import JUDGED, OUTCOME
from oxloop.demo import material
from oxloop.demo.comparison import differing, render, to_json
from oxloop.demo.humanloop import CODE, labelled
from oxloop.demo.model import DemoError
from oxloop.demo.report import Look
from oxloop.demo.scoring import Labelled

TEXT = """\
The same reviews over both APIs
                      Oxen.ai                 Humanloop v4
  accuracy            0.500  2 of 4           0.500  2 of 4
  balanced accuracy   0.667                   0.667
  judged by           the demo's own scoring  the evaluator "right label"
  its aggregate                               0.500
  time                2.0 s                   1.5 s
  kept as             commit c0ffee           evaluation ev_1
  Both gave all 4 reviews the same labels."""

OTHERWISE = evolve(
    JUDGED, rows=(*OUTCOME.rows[:3], evolve(OUTCOME.rows[3], answer="negative")), share=0.75
)


def result() -> list[dict[str, object]]:
    return [
        {"inputs": {"review": r.text}, "target": {"label": r.label}, "output": " positive"}
        for r in material.reviews()
    ]


def test_the_table() -> None:
    assert render(OUTCOME, JUDGED, Look()) == TEXT


def test_reviews_that_were_answered_differently_are_named() -> None:
    assert [one.id for one, _ in differing(OUTCOME, OTHERWISE)] == ["r04"]
    assert render(OUTCOME, OTHERWISE, Look()).endswith("Answered differently: r04")
    assert to_json(OUTCOME, OTHERWISE)["differing"] == ["r04"]


def test_the_rows_are_the_reviews_that_were_sent() -> None:
    assert [row.id for row in labelled(result())] == [r.id for r in material.reviews()]


@pytest.mark.parametrize("change", [{"target": {"label": "other"}}, {"inputs": {}}])
def test_a_changed_row_is_noticed(change: dict[str, object]) -> None:
    rows = result()
    rows[4] |= change
    with pytest.raises(DemoError, match="r05"):
        labelled(rows)


def test_a_missing_row_is_noticed() -> None:
    with pytest.raises(DemoError, match="71"):
        labelled(result()[1:])


@pytest.mark.parametrize(
    "answer", [" positive", "Positive.", " NEGATIVE . ", "positive!", "", None, "positive.."]
)
@pytest.mark.parametrize("label", material.LABELS)
def test_the_evaluator_counts_as_the_scoring_does(answer: str | None, label: str) -> None:
    names: dict[str, object] = {}
    exec(CODE, names)  # noqa: S102 - the demo's own source, which the sandbox runs as it is
    judge = names["right_label"]
    assert callable(judge)
    found = judge({"output": answer}, {"target": {"label": label}})
    assert found == Labelled("r01", "A text.", label, answer).right
