"""How well the answers agree with the labels: pure functions over labelled rows."""

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import frozen

from oxloop.demo.material import LABELS

OTHER = "other"
"""Where an answer is counted that is none of the labels. It is always wrong."""


@frozen
class Labelled:
    """One row of the result: a text, its true label and what the model answered.

    ``answer`` is as it came from the model, None if the row failed.
    """

    id: str
    text: str
    label: str
    answer: str | None

    @property
    def predicted(self) -> str:
        """The label that the answer means, or ``other``."""
        return as_label(self.answer)

    @property
    def right(self) -> bool:
        """Whether the answer means the true label."""
        return self.predicted == self.label


@frozen
class Score:
    """Counts and shares over all rows; shares lie between 0 and 1.

    ``confusion[label][predicted]`` is a number of rows; ``predicted`` is a label or ``other``.
    ``baseline`` is the accuracy of always answering ``baseline_label``, the most frequent one.
    """

    rows: int
    right: int
    accuracy: float
    balanced_accuracy: float
    baseline: float
    baseline_label: str
    confusion: Mapping[str, Mapping[str, int]]


def as_label(answer: str | None) -> str:
    """Return the label that an answer means, or ``other``.

    Outer blanks, capitals and one full stop at the end are forgiven; anything else is not.
    """
    word = (answer or "").strip().lower().removesuffix(".").rstrip()
    return word if word in LABELS else OTHER


def score(rows: Iterable[Labelled]) -> Score:
    """Score answers against labels.

    Args:
        rows: The rows, in any order.

    Returns:
        The score. Balanced accuracy is the mean, over the labels that occur, of the share of
        that label's rows that are right.

    Raises:
        ValueError: There are no rows, or a row's own label is none of the labels.
    """
    rows = tuple(rows)
    unknown = sorted({row.label for row in rows} - set(LABELS))
    if unknown:
        raise ValueError(f"not a label of this demo: {', '.join(map(repr, unknown))}")
    if not rows:
        raise ValueError("there are no rows to score")

    pairs = Counter((row.label, row.predicted) for row in rows)
    confusion = {
        label: {predicted: pairs[label, predicted] for predicted in (*LABELS, OTHER)}
        for label in LABELS
    }
    sizes = {label: sum(confusion[label].values()) for label in LABELS}
    right = sum(confusion[label][label] for label in LABELS)
    recalls = [confusion[label][label] / sizes[label] for label in LABELS if sizes[label]]
    majority = max(LABELS, key=sizes.__getitem__)
    return Score(
        rows=len(rows),
        right=right,
        accuracy=right / len(rows),
        balanced_accuracy=sum(recalls) / len(recalls),
        baseline=sizes[majority] / len(rows),
        baseline_label=majority,
        confusion=confusion,
    )
