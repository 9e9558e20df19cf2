"""A look at a hub goes slowly, and sends nothing but what reads."""

import httpx
import pytest
from attrs import define, field
from oxloop_contract.live import Pace, Reader, reads
from oxloop_contract.run import contract
from oxloop_contract.strictness import PUBLISHED
from oxloop_contract.verify import CannotRun, Checks
from oxloop_contract.wire import Wire


@define
class Clock:
    """A clock that only its own pauses move."""

    time: float = 100.0
    pauses: list[float] = field(factory=list[float])

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds


def test_requests_go_no_faster_than_they_may() -> None:
    clock = Clock()
    pace = Pace(2.0, clock.now, clock.sleep)
    for _ in range(3):
        pace.wait()
    clock.time += 10
    pace.wait()
    assert clock.pauses == [0.5, 0.5]


def test_only_documented_operations_that_read_may_be_sent() -> None:
    oxen = contract("oxen", "published")
    allowed = reads(oxen)
    assert {oxen.operations[name].method for name in allowed} == {"GET"}
    assert "list_evaluation_models" not in allowed, "it is observed, not documented"
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://hub.test") as http:
        reader = Reader(Wire(http, oxen, Checks(), "some-key", api="oxen", strictness=PUBLISHED))
        for name in set(oxen.operations) - set(allowed):
            with pytest.raises(CannotRun, match=f"{name} is not a documented operation"):
                reader.ask(name)
    assert not sent
