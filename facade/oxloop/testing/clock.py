"""Time that passes only when a client pauses."""

from collections.abc import Generator
from contextlib import contextmanager

from attrs import define, field

from oxloop._time import Time, use


@define
class Clock:
    """A clock that moves only when somebody sleeps or a test says so.

    Attributes:
        now: Seconds since some moment.
        chance: What clients draw instead of a random number, from 0 to 1. The longest pauses are
            those of 1.
        slept: The pauses so far, in seconds.
    """

    now: float = 1_000.0
    chance: float = 1.0
    slept: list[float] = field(factory=list[float])

    @property
    def time(self) -> Time:
        """What clients live by."""
        return Time(
            monotonic=lambda: self.now,
            wall=lambda: 1_700_000_000.0 + self.now,
            chance=lambda: self.chance,
            sleep=self.sleep,
            asleep=self._asleep,
        )

    def sleep(self, seconds: float) -> None:
        """Let time pass.

        Args:
            seconds: How much of it.
        """
        self.slept.append(seconds)
        self.now += seconds

    async def _asleep(self, seconds: float) -> None:
        self.sleep(seconds)


@contextmanager
def instant() -> Generator[Clock, None, None]:
    """Let clients that are made inside the ``with`` block pause without waiting.

    Retries, ``wait()`` and ``watch()`` then take no time, and ``wait(timeout=…)`` still ends: the
    clock moves on by each pause.

    Yields:
        The clock, whose ``slept`` tells the pauses.

    Example:
        >>> with instant() as clock, Oxen() as oxen:
        ...     oxen.evaluations.get("ox/support", run_id).wait()
    """
    clock = Clock()
    with use(clock.time):
        yield clock
