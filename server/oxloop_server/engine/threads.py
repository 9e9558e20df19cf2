"""Work that blocks, off the event loop."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from oxloop_server.together import to_the_end

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``work`` in a thread, and be there until it is over even if cancelled meanwhile.

    ``asyncio.to_thread`` leaves the thread alone when it is cancelled; whoever then closes the
    file that the thread still writes, crashes.

    Args:
        work: What to call; it should be short, for nothing can interrupt it.
        args: Its arguments.
        kwargs: Its keyword arguments.
    """
    return await to_the_end(asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs)))
