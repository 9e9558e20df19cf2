"""The evaluation itself, through the client that everybody uses."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from oxloop import NotFoundError, Oxen
from oxloop.demo import answers
from oxloop.demo.material import Review, prompt, reviews_csv
from oxloop.demo.model import MODEL, DemoError
from oxloop.demo.report import Outcome
from oxloop.demo.scoring import Labelled

REPOSITORY = "demo/reviews"
FILE = "reviews.csv"
BRANCH = "eval/sentiment"
COLUMN = "answer"
_BATCH_SIZE = 8


def upload(oxen: Oxen) -> None:
    """Create the repository if there is none and put the reviews on its branch ``main``."""
    try:
        oxen.repos.get(REPOSITORY)
    except NotFoundError:
        oxen.repos.create(REPOSITORY)
    oxen.files.upload(REPOSITORY, f"main/{FILE}", reviews_csv(), message="Add the reviews")


def evaluate(oxen: Oxen, say: Callable[[str], None]) -> Outcome:
    """Ask the model about every review and wait for the commit of its answers.

    Args:
        oxen: A client of a service that has the model and the uploaded reviews.
        say: Tells the user one line.

    Returns:
        The finished evaluation with its rows.

    Raises:
        DemoError: The result has no commit, or does not hold exactly the reviews that were sent.
        OxloopError: The service refused, failed or was not reached.
    """
    started = time.monotonic()
    run = oxen.evaluations.create(
        REPOSITORY,
        f"main/{FILE}",
        model=MODEL,
        prompt=prompt(),
        target_column=COLUMN,
        target_branch=BRANCH,
        auto_commit=True,
        commit_message="Add the model's answers",
        batch_size=_BATCH_SIZE,
        name="sentiment of the demo's reviews",
    )
    say(f"Evaluation {run.id} is on its way; waiting until every review has its answer ...")
    run = run.wait(progress=True)
    seconds = time.monotonic() - started
    if run.commit is None:
        raise DemoError("the evaluation has completed, but the service names no commit of it")
    return Outcome(
        model=MODEL,
        repository=REPOSITORY,
        run_id=run.id,
        # Where the target branch had moved meanwhile, the result is beside it.
        branch=str(run.extra.get("conflict_target_branch") or BRANCH),
        commit=run.commit,
        file=FILE,
        rows=labelled(run.results()),
        prompt_tokens=run.usage.prompt_tokens,
        completion_tokens=run.usage.completion_tokens,
        seconds=seconds,
    )


def labelled(rows: Iterable[Mapping[str, Any]]) -> tuple[Labelled, ...]:
    """Return the rows of the result; see ``answers.labelled``."""
    return answers.labelled(rows, COLUMN, _row)


def _row(review: Review) -> dict[str, Any]:
    return {"id": review.id, "review": review.text, "label": review.label}
