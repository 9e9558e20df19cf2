"""What the demo sends: the reviews with their true labels, and the prompt.

Reviews and labels were committed before any model had seen them, and none is ever changed for
a model's answer.
"""

import csv
import io
from importlib import resources

from attrs import frozen

LABELS = ("positive", "negative")
"""The two labels, in the order in which tables show them."""

EXAMPLES = (
    ("It broke after two days.", "negative"),
    ("Fantastic, works perfectly.", "positive"),
    ("The waiter ignored us.", "negative"),
    ("Really soft and warm.", "positive"),
    ("Never buying this again.", "negative"),
    ("Lovely place, we will be back.", "positive"),
)
"""The worked examples of the prompt. None of the reviews repeats one of them."""


@frozen
class Review:
    """One review as it stands in ``reviews.csv``."""

    id: str
    text: str
    label: str


def reviews_csv() -> bytes:
    """Return the packaged ``reviews.csv`` byte for byte."""
    return resources.files("oxloop.demo").joinpath("reviews.csv").read_bytes()


def reviews() -> tuple[Review, ...]:
    """Return the packaged reviews in file order."""
    lines = io.StringIO(reviews_csv().decode("utf-8"), newline="")
    return tuple(
        Review(id=row["id"], text=row["review"], label=row["label"])
        for row in csv.DictReader(lines)
    )


def prompt() -> str:
    """Return the prompt template, with ``{review}`` as its one placeholder.

    A text to be completed rather than a question: a model of this size labels well by
    continuing a list of examples and poorly by following an instruction. It must end right
    after the colon, since the model's next token brings its own leading space.
    """
    shown = (*EXAMPLES, ("{review}", ""))
    blocks = (f"Review: {text}\nLabel: {label}".rstrip() for text, label in shown)
    return "Label each review.\n\n" + "\n\n".join(blocks)
