"""Work done side by side."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import TypeVar

T = TypeVar("T")


@asynccontextmanager
async def group() -> AsyncGenerator[asyncio.TaskGroup]:
    """Tasks that are all done at the end of the block; a failure ends the rest.

    Raises:
        Exception: The first failure, as it was raised.
    """
    try:
        async with asyncio.TaskGroup() as tasks:
            yield tasks
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None


async def together(work: Iterable[Coroutine[object, object, None]]) -> None:
    """Do all of it at once, and be done when all of it is; a failure ends the rest.

    Raises:
        Exception: The first failure, as it was raised.
    """
    async with group() as tasks:
        for one in work:
            tasks.create_task(one)


async def to_the_end(running: asyncio.Future[T]) -> T:
    """Wait for what cannot be interrupted, and be there until it is over even if cancelled.

    Whoever goes before lets others use what it still uses: a file, a place.

    Args:
        running: What is awaited.
    """
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
