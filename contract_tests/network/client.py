"""Makes the calls of a case, and checks each as soon as it has ended."""

import asyncio
import threading
import time
from itertools import islice
from typing import Any, Final
from uuid import UUID

import anyio.to_thread
from attrs import frozen
from oxloop import Timeout
from oxloop._time import Time
from telling import Teller, Told

from .fault import Verb
from .oracle import RETRIES, Case, expected
from .server import Server

SLACK: Final = 15.0
"""Seconds that a busy machine may need on top."""
MODEL: Final = "0b8e3a0e-6a3e-4c8a-9a55-0d7c3f4f2c11"


def call(client: Any, verb: Verb, name: str) -> Any:
    """Make one call; the client of tasks gives something to await."""
    if verb is Verb.GET:
        return client.evaluations.get("ox/support", name)
    return client.evaluations.create(
        "ox/support",
        "main/tickets.csv",
        model=MODEL,
        prompt="{query}",
        target_column="department",
        name=name,
    )


@frozen
class Run:
    """The calls of a case, one after the other."""

    case: Case
    server: Server
    kind: str

    def go(self) -> None:
        """Make all calls as threads, asyncio or trio, and check what is left of them."""
        fault = self.case.fault
        Teller(self.kind, Time(chance=lambda: 0.0)).tell(
            self._story,
            base_url=self.server.url,
            timeout=Timeout(connect=fault.patience, read=fault.patience, write=fault.patience),
            total_timeout=fault.total,
            max_retries=RETRIES,
        )
        assert self.server.hung_up(), "a connection is left"
        self.case.check_ledger(self.server)

    def _story(self, client: Any) -> Told:
        if self.case.verb is not Verb.GET:
            yield client.capabilities()
        self.server.is_armed = True
        wanted = expected(self.case.fault, self.case.schedule, self.case.verb)
        for number, end in enumerate(islice(wanted, self.case.calls)):
            name, outcome, started = str(UUID(int=number)), None, time.monotonic()
            self.server.call_ended.clear()
            try:
                outcome = yield call(client, self.case.verb, name)
            except Exception as error:
                outcome = error
            took = time.monotonic() - started
            assert took <= self.case.fault.total + SLACK
            self.server.call_ended.set()
            yield self._settled()
            self.case.check(end, name, outcome)
        self._check_left()

    def _settled(self) -> Any:
        """Wait until the server has done what it does."""
        self.server.released.set()
        if self.kind == "threads":
            return self._check_settled()
        return anyio.to_thread.run_sync(self._check_settled)

    def _check_settled(self) -> None:
        assert self.server.settle(), "the client has not hung up"
        assert self.server.hung_up(but=1), "the client keeps more than one connection"

    def _check_left(self) -> None:
        """Check that the client keeps no task and no thread."""
        if self.kind in ("asyncio", "aiohttp"):
            assert len(asyncio.all_tasks()) == 1
        for thread in [one for one in threading.enumerate() if one.name.startswith("oxloop")]:
            thread.join(SLACK)
            assert not thread.is_alive()
