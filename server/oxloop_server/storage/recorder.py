"""Group commit: what became of things is recorded some at a time, and never late."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")

GROUP_ROWS = 64
GROUP_SECONDS = 0.02


class Recorder(Generic[T]):
    """Records outcomes as soon as there are 64, or 20 ms have passed since the first of them.

    As an async context manager it records what is left at the end, also if that end is a
    cancellation: an answer that is there has been paid for.

    Args:
        record: Writes some outcomes in one transaction.
    """

    def __init__(self, record: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._record = record
        self._waiting: list[T] = []
        self._unwritten = 0
        self._changed = asyncio.Condition()
        self._closing = False
        self._failure: Exception | None = None
        self._writer: asyncio.Task[None] | None = None

    async def add(self, outcome: T) -> None:
        """Take an outcome. It waits while 64 are not written yet, so that no more can be lost.

        Raises:
            Exception: What went wrong when earlier ones were written.
        """
        async with self._changed:
            await self._changed.wait_for(lambda: self._unwritten < GROUP_ROWS or self._failure)
            if self._failure is not None:
                raise self._failure
            self._waiting.append(outcome)
            self._unwritten += 1
            self._changed.notify_all()

    async def __aenter__(self) -> Self:
        self._writer = asyncio.create_task(self._write_groups())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._writer is not None
        async with self._changed:
            self._closing = True
            self._changed.notify_all()
        await self._writer
        if self._failure is not None and error is None:
            raise self._failure

    async def _write_groups(self) -> None:
        while group := await self._next_group():
            failure: Exception | None = None
            try:
                await self._record(group)
            except Exception as error:
                failure = error
            async with self._changed:
                self._unwritten -= len(group)
                self._failure = failure
                self._changed.notify_all()
            if failure is not None:
                return

    async def _next_group(self) -> Sequence[T]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._waiting or self._closing)
            with suppress(TimeoutError):
                async with asyncio.timeout(GROUP_SECONDS):
                    await self._changed.wait_for(
                        lambda: len(self._waiting) >= GROUP_ROWS or self._closing
                    )
            group, self._waiting = self._waiting, []
            return group
