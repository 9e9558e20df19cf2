"""What must have happened: judged by the server's ledger and by what the client came back with."""

import json
import pickle
import traceback
from collections.abc import Iterator
from itertools import count, islice

from attrs import frozen
from oxloop import (
    APIError,
    DecodeError,
    EvaluationRun,
    OxloopError,
    TransportError,
    errors,
)
from peer import Received
from telling import KEY

from .fault import Fault, Need, Schedule, Verb
from .server import Server

RETRIES = 2

_ERRORS: dict[Need, type[OxloopError]] = {
    Need.NOT_CONNECTED: TransportError,
    Need.LOST: TransportError,
    Need.SILENT: errors.TimeoutError,
    Need.UNREACHED: errors.TimeoutError,
    Need.ENDLESS: errors.TimeoutError,
    Need.SENSELESS: DecodeError,
    Need.STATUS: APIError,
    Need.STATUS_SAFE: APIError,
    Need.STATUS_AGAIN: APIError,
    Need.TYPED: OxloopError,
}
_UNKNOWN = (Need.LOST, Need.SILENT, Need.ENDLESS, Need.SENSELESS)
"""After these, nobody knows whether a POST took effect."""


@frozen
class Expected:
    """How a call has to end.

    Attributes:
        attempts: How often the request is tried.
        error: The error, or None for the right result.
    """

    attempts: int
    error: type[OxloopError] | None


def expected(fault: Fault, schedule: Schedule, verb: Verb) -> Iterator[Expected]:
    """How each call after the other has to end, by the table of what may be sent twice."""
    need = fault.need_for(verb)
    if fault.requests > 1 and schedule is not Schedule.ALWAYS:
        need = Need.FINE  # the next request of the same attempt finds the fault gone
    chances = count(1)
    while True:
        for attempt in range(1, RETRIES + 2):
            if not schedule.hits(next(chances)) or need is Need.FINE:
                yield Expected(attempt, None)
                break
            if attempt > RETRIES or not need.repeats(verb):
                yield Expected(attempt, _ERRORS[need])
                break


@frozen
class Case:
    """A fault, when it shows, and what the client does."""

    fault: Fault
    schedule: Schedule
    verb: Verb

    @property
    def calls(self) -> int:
        """How many calls the client makes."""
        if self.schedule is Schedule.ALWAYS:
            return 2 if self.fault.need_for(self.verb) is Need.FINE else 1
        return 2 if self.schedule is Schedule.FIRST else 3

    def check(self, wanted: Expected, name: str, outcome: "EvaluationRun | Exception") -> None:
        """Check how a call ended."""
        if wanted.error is None:
            assert not isinstance(outcome, Exception), traceback.format_exception(outcome)
            assert name == (outcome.id if self.verb is Verb.GET else outcome.name)
            return
        assert isinstance(outcome, wanted.error), repr(outcome)
        self.check_error(wanted, outcome)

    def check_error(self, wanted: Expected, error: OxloopError) -> None:
        """Check what an error tells, and what it does not."""
        need = self.fault.need_for(self.verb)
        assert error.request_id
        assert error.elapsed is not None
        assert error.method == self.verb.value[: len(error.method or "")]
        if need is not Need.TYPED:
            assert error.attempts == wanted.attempts
            is_unknown = need in _UNKNOWN and self.verb is not Verb.GET
            assert error.outcome == ("unknown" if is_unknown else None)
        assert "\n" not in str(error)
        shown = "".join(traceback.format_exception(error)) + repr(vars(error))
        assert KEY not in shown
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - its own
        assert (type(copy), str(copy)) == (type(error), str(error))

    def check_ledger(self, server: Server) -> None:
        """Check what the server saw of all calls together."""
        fault = self.fault
        assert server.hits >= 1, "the fault was never met"
        if fault.need is not Need.TYPED:
            wanted = islice(expected(fault, self.schedule, self.verb), self.calls)
            attempts = sum(one.attempts for one in wanted)
            assert attempts <= server.chances <= attempts * fault.requests
        assert server.chances <= self.calls * (RETRIES + 1) * fault.requests
        assert all(times == 1 for times in server.created.values()), server.created
        assert server.early == []
        keys = {(name_of(one), one.headers.get("idempotency-key")) for one in server.requests}
        if self.verb is Verb.KEYED:
            assert None not in dict(keys).values()
            assert len(keys) == len(dict(keys)), "a call changed its key"
            assert len({key for _, key in keys}) == len(keys), "two calls share a key"
        else:
            assert {key for _, key in keys} <= {None}


def name_of(request: Received) -> str:
    """What a request is about: the name that it creates, or what it asks for."""
    return json.loads(request.body)["name"] if request.body else request.line
