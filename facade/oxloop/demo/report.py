"""What the demo tells at its end: as text for a terminal, and as JSON for a file."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import asdict, frozen

from oxloop.demo.material import LABELS
from oxloop.demo.scoring import OTHER, Labelled, Score, score

_FIRST_ROWS = 6
_BOLD, _RED, _GREEN = "1", "31", "32"


@frozen
class Outcome:
    """One finished evaluation of the demo, and where its result is kept.

    ``seconds`` runs from creating the evaluation to its last status, the start of the model
    included. Token counts are None where the service told none.
    """

    model: str
    repository: str
    run_id: str
    branch: str
    commit: str
    file: str
    rows: tuple[Labelled, ...]
    prompt_tokens: int | None
    completion_tokens: int | None
    seconds: float

    @property
    def score(self) -> Score:
        """How well the answers agree with the labels."""
        return score(self.rows)


@frozen
class Look:
    """How text is laid out: the width in columns, and whether to colour it."""

    width: int = 80
    colour: bool = False

    def paint(self, text: str, code: str) -> str:
        """Return the text in an ANSI style, or as it is where there is no colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def to_json(outcome: Outcome) -> dict[str, Any]:
    """Return the whole outcome as a JSON object, for ``--report``.

    ``answer`` of a row is as the model gave it, and ``predicted`` how it was counted.
    """
    scored = outcome.score
    return {
        "model": outcome.model,
        "repository": outcome.repository,
        "run": outcome.run_id,
        "branch": outcome.branch,
        "commit": outcome.commit,
        "file": outcome.file,
        "counts": {
            "rows": scored.rows,
            "right": scored.right,
            "wrong": scored.rows - scored.right,
            "confusion": scored.confusion,
        },
        "accuracy": scored.accuracy,
        "balanced_accuracy": scored.balanced_accuracy,
        "baseline": scored.baseline,
        "tokens": {
            "prompt": outcome.prompt_tokens,
            "completion": outcome.completion_tokens,
        },
        "seconds": round(outcome.seconds, 3),
        "rows": [{**asdict(row), "predicted": row.predicted} for row in outcome.rows],
    }


def render(outcome: Outcome, look: Look) -> str:
    """Return the outcome as text: rows, scores, confusion, mistakes, cost and place."""
    scored = outcome.score
    wrong = [row for row in outcome.rows if not row.right]
    shown = outcome.rows[:_FIRST_ROWS]
    parts = (
        _section(f"First {len(shown)} of {scored.rows} rows", _table(shown, look), look),
        _section("How good the answers are", _scores(scored), look),
        _section("Labels (rows) against answers (columns)", _confusion(scored), look),
        _section(f"Answered wrongly: {len(wrong)}", _mistakes(wrong, look), look),
        _section("What it took and where it is", _place(outcome), look),
    )
    return "\n\n".join(parts)


def _section(title: str, lines: Iterable[str], look: Look) -> str:
    return "\n".join([look.paint(title, _BOLD), *(f"  {line}".rstrip() for line in lines)])


def _table(rows: Iterable[Labelled], look: Look) -> Iterator[str]:
    # Beside the review: the indent, an id, a label, an answer and three gaps of two blanks.
    room = max(20, look.width - 2 - 3 - 8 - 10 - 6)
    yield f"{'id':3}  {'review':{room}}  {'label':8}  answer"
    for row in rows:
        answer = look.paint(_cut(row.answer, 10) or "(none)", _GREEN if row.right else _RED)
        yield f"{row.id:3}  {_cut(row.text, room):{room}}  {row.label:8}  {answer}"


def _scores(scored: Score) -> Iterator[str]:
    always = f'always saying "{scored.baseline_label}"'
    yield f"accuracy           {scored.accuracy:.3f}  {scored.right} of {scored.rows} right"
    yield f"majority baseline  {scored.baseline:.3f}  {always}"
    yield f"balanced accuracy  {scored.balanced_accuracy:.3f}  mean over the labels"


def _confusion(scored: Score) -> Iterator[str]:
    columns = (*LABELS, OTHER)
    yield "          " + "".join(f"{name:>10}" for name in columns)
    for label in LABELS:
        yield f"{label:10}" + "".join(f"{scored.confusion[label][name]:>10}" for name in columns)


def _mistakes(rows: Iterable[Labelled], look: Look) -> Iterator[str]:
    for row in rows:
        said = (
            "no answer" if row.answer is None else f"answered {_cut(row.answer, 20) or 'nothing'}"
        )
        text = f"{row.id}  {row.label}, {said}: {_plain(row.text)}"
        yield from textwrap.wrap(text, max(40, look.width - 2), subsequent_indent="     ")


def _place(outcome: Outcome) -> Iterator[str]:
    rate = len(outcome.rows) / outcome.seconds if outcome.seconds > 0 else 0.0
    yield f"model   {outcome.model}"
    yield f"tokens  {_tokens(outcome.prompt_tokens, outcome.completion_tokens)}"
    yield f"time    {outcome.seconds:.1f} s, {rate:.1f} rows/s, the start of the model included"
    yield f"commit  {outcome.commit}"
    yield f"branch  {outcome.branch} of {outcome.repository}, file {outcome.file}"


def _tokens(prompt: int | None, completion: int | None) -> str:
    if prompt is None or completion is None:
        return "not told by the service"
    return f"{prompt:,} in prompts, {completion:,} in answers"


def _plain(text: str | None) -> str:
    """Return the text on one line, without anything a terminal would obey."""
    line = " ".join((text or "").split())
    return "".join(char if char.isprintable() else "?" for char in line)


def _cut(text: str | None, width: int) -> str:
    line = _plain(text)
    return line if len(line) <= width else line[: width - 3] + "..."
