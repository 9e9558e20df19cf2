"""The two evaluations side by side: one model, one set of reviews, two APIs."""

from collections.abc import Iterator
from typing import Any

from oxloop.demo.humanloop import Judged
from oxloop.demo.report import Look, Outcome
from oxloop.demo.scoring import Labelled


def differing(first: Outcome, second: Judged) -> tuple[tuple[Labelled, Labelled], ...]:
    """Return the rows that the model answered differently, as pairs."""
    pairs = zip(first.rows, second.rows, strict=True)
    return tuple(pair for pair in pairs if pair[0].predicted != pair[1].predicted)


def to_json(first: Outcome, second: Judged) -> dict[str, Any]:
    """Return the second evaluation as a JSON object, for ``--report``."""
    return {
        "project": second.project,
        "run": second.run_id,
        "config": second.config_id,
        "dataset": second.dataset_id,
        "evaluator": second.evaluator,
        "aggregate": second.share,
        "accuracy": second.score.accuracy,
        "balanced_accuracy": second.score.balanced_accuracy,
        "differing": [one.id for one, _ in differing(first, second)],
        "seconds": round(second.seconds, 3),
        "rows": [{"id": row.id, "answer": row.answer} for row in second.rows],
    }


def render(first: Outcome, second: Judged, look: Look) -> str:
    """Return both evaluations as a table, and in one sentence whether they agree."""
    title = look.paint("The same reviews over both APIs", "1")
    return "\n".join([title, *(f"  {line}" for line in _lines(first, second))])


def _lines(first: Outcome, second: Judged) -> Iterator[str]:
    yield f"{'':18}  {'Oxen.ai':22}  Humanloop v4"
    for name, left, right in (
        ("accuracy", _accuracy(first), _accuracy(second)),
        ("balanced accuracy", _balanced(first), _balanced(second)),
        ("judged by", "the demo's own scoring", f'the evaluator "{second.evaluator}"'),
        ("its aggregate", "", f"{second.share:.3f}"),
        ("time", f"{first.seconds:.1f} s", f"{second.seconds:.1f} s"),
        ("kept as", f"commit {first.commit[:12]}", f"evaluation {second.run_id}"),
    ):
        yield f"{name:18}  {left:22}  {right}"
    different = differing(first, second)
    if different:
        yield f"Answered differently: {', '.join(one.id for one, _ in different)}"
    else:
        yield f"Both gave all {len(first.rows)} reviews the same labels."


def _accuracy(outcome: Outcome | Judged) -> str:
    scored = outcome.score
    return f"{scored.accuracy:.3f}  {scored.right} of {scored.rows}"


def _balanced(outcome: Outcome | Judged) -> str:
    return f"{outcome.score.balanced_accuracy:.3f}"
