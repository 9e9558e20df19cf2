"""Logs and results that a caller makes, on their way to a run: each is there once at the end.

A server that is out of reach for up to a minute is waited for. Before a log or a result is sent
again, the run is asked whether it came through the first time.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from oxloop._flow import Core
from oxloop._steps import Flow, Sleep, T
from oxloop._waiting import PATIENCE, pause_after
from oxloop.errors import (
    RateLimitError,
    ServerError,
    TransportError,
    UnprocessableEntityError,
)
from oxloop.humanloop import evaluations, logs
from oxloop.humanloop.details import EvaluationDatapoint, Log
from oxloop.humanloop.returned import Verdict
from oxloop.humanloop.tables import datapoints

_log = logging.getLogger("oxloop")


@frozen
class Case:
    """A datapoint of a run, and where it stands in the run's list.

    Attributes:
        run_id: The run.
        page: The page that it is on.
        found: The datapoint as it was there.
    """

    run_id: str
    page: int
    found: EvaluationDatapoint

    @property
    def datapoint_id(self) -> str:
        """The datapoint's id."""
        return self.found.datapoint.id


def patiently(core: Core, attempt: Callable[[bool], Flow[T]]) -> Flow[T]:
    """Do something, again and again for a minute while the server is out of reach.

    Args:
        core: The client's settings.
        attempt: Does it; it is told whether this is a second time.
    """
    now = core.time.monotonic
    started = now()
    again = False
    while True:
        try:
            return (yield from attempt(again))
        except (TransportError, ServerError, RateLimitError) as error:
            if now() - started >= PATIENCE:
                raise
            _log.info("Trying on although %s", error)
        again = True
        yield Sleep(pause_after(now() - started, core.time.chance()))


def page(core: Core, run_id: str, number: int) -> Flow[tuple[EvaluationDatapoint, ...]]:
    """Ask for a page of a run's datapoints; pages count from 1, and none is behind the last."""
    return patiently(core, lambda _: datapoints(core, run_id, first=number).more())


def keep_log(core: Core, case: Case, fields: Mapping[str, Any]) -> Flow[str]:
    """Send the log of a datapoint; the first one that is there stays. Returns its id."""

    def attempt(again: bool) -> Flow[str]:
        there = (yield from _there(core, case)).log if again else None
        if there is not None:
            return there.id
        try:
            kept = yield from evaluations.add_log(core, case.run_id, case.datapoint_id, fields)
        except UnprocessableEntityError:
            there = (yield from _there(core, case)).log
            if there is None:
                raise
            return there.id
        return kept.id

    return (yield from patiently(core, attempt))


def read_log(core: Core, log_id: str) -> Flow[Log]:
    """Ask for a log."""
    return patiently(core, lambda _: logs.get(core, log_id))


def keep_result(
    core: Core, case: Case, log_id: str, evaluator_id: str, verdict: Verdict
) -> Flow[None]:
    """Send what an evaluator said of the log of a datapoint."""

    def attempt(again: bool) -> Flow[None]:
        if again and evaluator_id in judges_of((yield from _there(core, case))):
            return
        yield from evaluations.add_result(
            core, case.run_id, log_id, evaluator_id, verdict.value, verdict.error
        )

    return (yield from patiently(core, attempt))


def judges_of(found: EvaluationDatapoint) -> frozenset[str]:
    """The ids of the evaluators that have judged a datapoint's log."""
    return frozenset(result.evaluator_id for result in found.evaluation_results)


def _there(core: Core, case: Case) -> Flow[EvaluationDatapoint]:
    """The datapoint as it is now; as it was, if it is not where it was."""
    found = yield from datapoints(core, case.run_id, first=case.page).more()
    return next((one for one in found if one.datapoint.id == case.datapoint_id), case.found)
