"""When a failed model call is tried again, and after how long: decisions, without any I/O."""

from collections.abc import Callable

ATTEMPTS = 6
WAIT_SECONDS = 120.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
BUDGET = 50

_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_NOT_THERE = frozenset({502, 503, 521, 522, 523})


def may_pass(status: int) -> bool:
    """Whether an answer of that HTTP status may be another one if the call is repeated.

    The 520s are what proxies answer for a server behind them.
    """
    return status in _PASSING or 520 <= status < 530


def is_not_there(status: int) -> bool:
    """Whether an answer of that HTTP status says that nobody is there who could answer.

    A proxy says so of the server behind it, and a server of the model that it is still loading.
    """
    return status in _NOT_THERE


def pause(
    attempt: int,
    retry_after: float | None,
    waited: float,
    random: Callable[[], float],
    attempts: int = ATTEMPTS,
) -> float | None:
    """How many seconds to wait before the next attempt.

    Args:
        attempt: How many attempts have failed, from 1.
        retry_after: Seconds that the endpoint asks for; None if it does not.
        waited: Seconds that this call has waited between attempts so far.
        random: A random number from 0 to 1, so that calls that failed together spread out.
        attempts: How many attempts there may be.

    Returns:
        Seconds; None if the call has failed for good.
    """
    if attempt >= attempts:
        return None
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1))
    seconds = random() * longest if retry_after is None else retry_after
    return seconds if waited + seconds <= WAIT_SECONDS else None


class Pace:
    """An even pace: after so much was taken, it takes so long until more may be."""

    def __init__(self) -> None:
        self._free_at = 0.0

    def wait(self, now: float) -> float:
        """Seconds until more may be taken; 0 if it may be now."""
        return max(0.0, self._free_at - now)

    def take(self, amount: float, per_minute: float, now: float) -> None:
        """Take some, or give back some that was taken in vain.

        Args:
            amount: How much; what is given back is negative.
            per_minute: How much there is in a minute.
            now: The time in seconds.
        """
        self._free_at = max(self._free_at, now) + amount * 60 / per_minute


class RetryBudget:
    """How many more retries a model deserves, so that a dead endpoint fails fast.

    Each retry takes one, each success gives one back. A run of 100,000 rows against an address
    where nobody listens then ends after seconds and not after days.
    """

    def __init__(self) -> None:
        self._left = BUDGET

    def take(self) -> bool:
        """Take one; False if there is none left."""
        if self._left == 0:
            return False
        self._left -= 1
        return True

    def give_back(self) -> None:
        """A call succeeded."""
        self._left = min(BUDGET, self._left + 1)
