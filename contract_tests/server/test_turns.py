"""Places that are given out tenant by tenant."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from oxloop_server.turns import Turns


class Told:
    """Work that has its turn until it is told to end, and the order in which it got them."""

    def __init__(self, places: int, each: int = 1) -> None:
        self.turns = Turns(places, each)
        self.order: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def ask(self, name: str) -> None:
        """Ask for a turn; the tenant is the name's first letter."""
        self._ends[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._work(name))

    async def _work(self, name: str) -> None:
        async with self.turns.turn(name[0]):
            self.order.append(name)
            await self._ends[name].wait()

    async def end(self, name: str) -> None:
        """End what has its turn."""
        self._ends[name].set()
        await self._tasks[name]
        await settled()

    async def give_up(self, name: str) -> None:
        """Break off what has its turn or waits for it."""
        self._tasks[name].cancel()
        await asyncio.wait([self._tasks[name]])
        await settled()

    async def end_all(self) -> None:
        """Let everything have its turn."""
        for end in self._ends.values():
            end.set()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


async def settled() -> None:
    """Whatever could go on has gone on."""
    for _ in range(10):
        await asyncio.sleep(0)


def told(places: int, work: Callable[[Told], Coroutine[Any, Any, None]], *names: str) -> list[str]:
    """The order of turns where those of the names ask first, in this order."""

    async def main() -> list[str]:
        made = Told(places)
        for name in names:
            made.ask(name)
        await settled()
        await work(made)
        await made.end_all()
        return made.order

    return asyncio.run(main())


def test_a_tenant_has_one_turn_at_a_time() -> None:
    async def work(made: Told) -> None:
        assert made.order == ["a1", "b1"]
        await made.end("a1")
        assert made.order == ["a1", "b1", "a2"]

    assert told(3, work, "a1", "a2", "a3", "b1") == ["a1", "b1", "a2", "a3"]


def test_who_comes_late_waits_for_one_turn_of_each_other_tenant() -> None:
    async def work(made: Told) -> None:
        made.ask("c1")
        await settled()
        await made.end("a1")
        assert made.order == ["a1", "b1"]
        await made.end("b1")
        assert made.order == ["a1", "b1", "c1"]

    order = told(1, work, "a1", "a2", "a3", "b1", "b2")
    assert order == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_tenant_may_have_more_than_one_turn_but_not_all() -> None:
    async def main() -> None:
        made = Told(3, each=2)
        for name in ("a1", "a2", "a3", "b1"):
            made.ask(name)
        await settled()
        assert made.order == ["a1", "a2", "b1"]
        await made.end("a2")
        assert made.order == ["a1", "a2", "b1", "a3"]
        await made.end_all()

    asyncio.run(main())


def test_who_gives_up_keeps_nobody_waiting() -> None:
    async def work(made: Told) -> None:
        await made.give_up("a2")
        await made.give_up("b1")
        await made.give_up("a1")
        assert made.order == ["a1", "a3"]

    assert told(1, work, "a1", "a2", "a3", "b1") == ["a1", "a3"]
