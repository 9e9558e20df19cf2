"""Group commit: at most 64 rows at once, soon, and nothing lost at the end."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest
from oxloop_server.storage.recorder import GROUP_ROWS, Recorder
from oxloop_server.storage.runs import RowOutcome

PATIENCE_SECONDS = 30


class Log:
    """Remembers what was recorded; while ``open`` is not set, writing takes its time."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.began = asyncio.Event()

    async def record(self, outcomes: Sequence[RowOutcome]) -> None:
        self.began.set()
        await self.open.wait()
        self.groups.append([outcome.index for outcome in outcomes])

    @property
    def recorded(self) -> list[int]:
        return [index for group in self.groups for index in group]


def outcome(index: int) -> RowOutcome:
    return RowOutcome(index=index, output="x")


def run(test: Callable[[Log], Coroutine[Any, Any, None]]) -> None:
    async def main() -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await test(Log())

    asyncio.run(main())


def test_a_single_row_is_recorded_without_waiting_for_others() -> None:
    async def test(log: Log) -> None:
        async with Recorder(log.record) as recorder:
            await recorder.add(outcome(0))
            await log.began.wait()
            assert log.recorded == [0]

    run(test)


def test_rows_go_in_groups_in_their_order() -> None:
    async def test(log: Log) -> None:
        async with Recorder(log.record) as recorder:
            for index in range(1000):
                await recorder.add(outcome(index))
        assert log.recorded == list(range(1000))
        assert max(len(group) for group in log.groups) == GROUP_ROWS

    run(test)


def test_no_more_rows_are_taken_than_may_be_lost() -> None:
    async def test(log: Log) -> None:
        log.open.clear()
        async with Recorder(log.record) as recorder:
            for index in range(GROUP_ROWS):
                await recorder.add(outcome(index))
            one_more = asyncio.create_task(recorder.add(outcome(GROUP_ROWS)))
            await log.began.wait()
            for _ in range(100):
                await asyncio.sleep(0)
            assert not one_more.done()
            log.open.set()
            await one_more
        assert log.recorded == list(range(GROUP_ROWS + 1))

    run(test)


def test_what_is_left_is_recorded_at_the_end_also_by_cancellation() -> None:
    async def test(log: Log) -> None:
        added = asyncio.Event()

        async def work() -> None:
            async with Recorder(log.record) as recorder:
                await recorder.add(outcome(0))
                await recorder.add(outcome(1))
                added.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(work())
        await added.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert log.recorded == [0, 1]

    run(test)


@pytest.mark.parametrize("rows", [1, 10 * GROUP_ROWS])
def test_a_failure_to_record_reaches_those_who_add(rows: int) -> None:
    async def fail(_: Sequence[RowOutcome]) -> None:
        raise OSError("disk full")

    async def add_all() -> None:
        async with Recorder(fail) as recorder:
            for index in range(rows):
                await recorder.add(outcome(index))

    async def test(_: Log) -> None:
        with pytest.raises(OSError, match="disk full"):
            await add_all()

    run(test)
