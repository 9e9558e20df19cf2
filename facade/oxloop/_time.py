"""The clock, the pauses and the chance that clients live by, so that a test can hold them."""

import random
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import frozen


async def _pause(seconds: float) -> None:
    import anyio

    await anyio.sleep(seconds)


@frozen(kw_only=True)
class Time:
    """What passes for time.

    Attributes:
        monotonic: Seconds on a clock that never goes back.
        wall: Seconds since 1970.
        chance: A random number from 0 up to 1.
        sleep: Pauses a thread for some seconds.
        asleep: Pauses a task for some seconds.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep
    asleep: Callable[[float], Awaitable[None]] = _pause


_current: ContextVar[Time | None] = ContextVar("oxloop_time", default=None)


def current() -> Time:
    """Return the time that clients made here and now live by."""
    return _current.get() or Time()


@contextmanager
def use(time: Time) -> Generator[None, None, None]:
    """Let clients made inside the ``with`` block live by another time."""
    token = _current.set(time)
    try:
        yield
    finally:
        _current.reset(token)
