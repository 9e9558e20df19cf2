"""Waiting with an end, which moves often and is seldom reached."""

import asyncio
from collections.abc import Callable


class Deadline:
    """A moment by which something must have happened.

    It moves with each request, and its timer does not: one that is early looks again.

    Args:
        loop: The event loop whose clock counts.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self._at: float | None = None
        self._late: Callable[[], object] = lambda: None

    def set(self, seconds: float, late: Callable[[], object]) -> None:
        """Have ``late`` called in so many seconds, and nothing else."""
        self._late = late
        self._at = at = self._loop.time() + seconds
        if self._timer is None:
            self._timer = self._loop.call_at(at, self._look)
        elif self._timer.when() > at:
            self._timer.cancel()
            self._timer = self._loop.call_at(at, self._look)

    def drop(self) -> None:
        """Wait for nothing."""
        self._at = None

    @property
    def is_set(self) -> bool:
        """Whether something is waited for."""
        return self._at is not None

    def close(self) -> None:
        """Wait for nothing ever again."""
        self._at = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        if self._at is None:
            return
        if self._at > self._loop.time():
            self._timer = self._loop.call_at(self._at, self._look)
            return
        self._at = None
        self._late()
