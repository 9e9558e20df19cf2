"""Child processes that work for strangers: who waits for whom, how many there are, how they end."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from oxloop_server.line_process import CHILDREN, GivenUp, LineProcesses

PATIENCE_SECONDS = 60
MODULE = "oxloop_server.prompts.jinja_process"

ENDLESS: Mapping[str, object] = {
    "templates": [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    ],
    "values": {},
}


def says(text: str) -> Mapping[str, object]:
    """What is answered with this text."""
    return {"templates": ["{{ a }}"], "values": {"a": text}}


def run(
    work: Callable[[LineProcesses], Coroutine[Any, Any, None]],
    seconds: float = 20.0,
    idle_seconds: float = 60.0,
) -> None:
    async def main() -> None:
        processes = LineProcesses(MODULE, seconds, idle_seconds)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await work(processes)
        finally:
            await processes.stop()
        assert not processes.pids

    asyncio.run(main())


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0)


async def failures(tasks: Sequence[asyncio.Task[Mapping[str, Any]]]) -> list[type[object]]:
    return [type(failed) for failed in await asyncio.gather(*tasks, return_exceptions=True)]


def test_a_tenant_that_asks_for_too_much_waits_for_itself_alone() -> None:
    async def work(processes: LineProcesses) -> None:
        endless = [asyncio.create_task(processes.ask("bad", ENDLESS)) for _ in range(3)]
        await until(lambda: processes.pids)
        for text in ("a", "b"):
            assert await processes.ask("good", says(text)) == {"texts": [text]}
        assert not any(task.done() for task in endless), "nobody waited for these"
        assert len(processes.pids) == 2
        await processes.stop()
        assert await failures(endless) == [GivenUp] * 3

    run(work)


def test_tenants_share_a_few_children() -> None:
    async def work(processes: LineProcesses) -> None:
        tenants = [f"tenant{number}" for number in range(3 * CHILDREN)]
        answers = await asyncio.gather(*(processes.ask(name, says(name)) for name in tenants))
        assert [answer["texts"] for answer in answers] == [[name] for name in tenants]
        assert len(processes.pids) <= CHILDREN

    run(work)


def test_a_child_is_used_again_by_anybody() -> None:
    async def work(processes: LineProcesses) -> None:
        await processes.ask("one", says("a"))
        before = processes.pids
        await processes.ask("other", says("b"))
        assert processes.pids == before

    run(work)


def test_a_child_that_nobody_needs_ends() -> None:
    async def work(processes: LineProcesses) -> None:
        await processes.ask("one", says("a"))
        await until(lambda: not processes.pids)
        assert await processes.ask("one", says("b")) == {"texts": ["b"]}

    run(work, idle_seconds=0.0)


def test_a_stop_ends_those_that_work_too() -> None:
    async def work(processes: LineProcesses) -> None:
        working = asyncio.create_task(processes.ask("one", ENDLESS))
        await until(lambda: processes.pids)
        starting = asyncio.create_task(processes.ask("two", ENDLESS))
        await asyncio.sleep(0)
        await processes.stop()
        assert await failures([working, starting]) == [GivenUp] * 2

    run(work)
