"""The rows of a result as labelled answers, checked against the reviews that were sent."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from oxloop.demo.material import Review, reviews
from oxloop.demo.model import DemoError
from oxloop.demo.scoring import Labelled


def labelled(
    rows: Iterable[Mapping[str, Any]],
    column: str,
    sent_as: Callable[[Review], Mapping[str, Any]],
) -> tuple[Labelled, ...]:
    """Return a result's rows with their answers.

    Args:
        rows: The result.
        column: Where a row has its answer.
        sent_as: What a row must hold of its review.

    Raises:
        DemoError: A row is missing, too many, out of order or changed.
    """
    found, sent = tuple(rows), reviews()
    if len(found) != len(sent):
        raise DemoError(f"{len(sent)} reviews were sent, but the result has {len(found)} rows")
    for review, row in zip(sent, found, strict=True):
        if any(row.get(name) != value for name, value in sent_as(review).items()):
            raise DemoError(f"the result does not hold review {review.id} as it was sent")
    return tuple(
        Labelled(id=review.id, text=review.text, label=review.label, answer=row.get(column))
        for review, row in zip(sent, found, strict=True)
    )
