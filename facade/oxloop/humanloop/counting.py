"""Counts how far a run has come, on the pages of its datapoints."""

import math
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from oxloop._decode import integer
from oxloop._flow import Core, call
from oxloop._steps import Flow
from oxloop.errors import TimeoutError  # noqa: A004 - this package's own
from oxloop.humanloop.tally import PAGE_SIZE, PAGES_A_LOOK, Tally

if TYPE_CHECKING:
    from oxloop_api.humanloop import models as wire

    from oxloop._http import Response


@frozen(kw_only=True)
class _Count:
    """What a page of datapoints says.

    Attributes:
        done: How many of them have a log and a result of each evaluator.
        total: How many datapoints there are on all pages.
    """

    done: int
    total: int


def count(core: Core, run_id: str, tally: Tally, *, to_end: bool, deadline: float) -> Flow[Tally]:
    """Bring a count up to date, as far as it takes few requests.

    A look costs ``PAGES_A_LOOK`` requests at most, and ends at a page on which nothing is done: a
    run goes through its datapoints in order. Where that is not so, the count lags behind; it
    never says too much. At the end of a run, each page that was not done when last seen is read
    once more, as long as there is time.

    Args:
        core: The client's settings.
        run_id: The run.
        tally: What was counted before.
        to_end: Whether the run has completed, so that the count can be too.
        deadline: When there is no more time, on the monotonic clock.
    """
    left = math.inf if to_end else PAGES_A_LOOK
    page = tally.unfinished(1 if to_end else tally.at)
    while page is not None and left > 0:
        time = deadline - core.time.monotonic()
        if time <= 0:
            break
        try:
            found = yield from _ask(core.limited(time), run_id, page, tally.evaluators)
        except TimeoutError:
            if core.time.monotonic() < deadline:
                raise
            break
        tally = tally.counted(page, found.done, found.total)
        page = None if found.done == 0 and not to_end else tally.unfinished(page + 1)
        left -= 1
    return evolve(tally, at=page or tally.unfinished(1) or 1)


def _ask(core: Core, run_id: str, page: int, evaluators: frozenset[str]) -> Flow[_Count]:
    """Ask for a page of a run's datapoints."""
    from oxloop_api.humanloop.api.evaluations import list_evaluation_datapoints

    def parse(response: "Response") -> _Count:
        found = list_evaluation_datapoints.parse_response(response)
        done = sum(_is_done(record, evaluators) for record in found.records)
        return _Count(done=done, total=integer(found.total, "total"))

    request = list_evaluation_datapoints.build_request(run_id, page=page, size=PAGE_SIZE)
    return call(core, request, parse)


def _is_done(
    record: "wire.EvaluationDatapointSnapshotResponse", evaluators: frozenset[str]
) -> bool:
    """Whether a datapoint has its log, and that has a result of each evaluator."""
    judged = {result.evaluator_id for result in record.evaluation_results}
    return bool(record.log) and evaluators <= judged
