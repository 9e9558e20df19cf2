"""A finished demo of four reviews, worked out by hand, for the tests of what it tells."""

from oxloop.demo.humanloop import Judged
from oxloop.demo.report import Outcome
from oxloop.demo.scoring import Labelled

LONG = "Charming view of the sea, nice breakfast, and a bill that took the whole holiday to pay."

OUTCOME = Outcome(
    model="demo",
    repository="demo/reviews",
    run_id="0b0e",
    branch="eval/sentiment",
    commit="c0ffee",
    file="reviews.csv",
    rows=(
        Labelled("r01", "The kettle boils quickly.", "positive", " positive"),
        Labelled("r02", LONG, "negative", " positive"),
        Labelled("r03", "The hose leaks.", "negative", " Negative."),
        Labelled("r04", "The vet was careless.", "negative", None),
    ),
    prompt_tokens=7488,
    completion_tokens=6,
    seconds=2.0,
)

JUDGED = Judged(
    project="demo reviews",
    run_id="ev_1",
    config_id="config_1",
    dataset_id="evts_1",
    evaluator="right label",
    share=0.5,
    rows=OUTCOME.rows,
    seconds=1.5,
)
