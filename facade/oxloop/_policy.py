"""When a request is sent again, and how long to wait before. Pure: no clock, no chance, no I/O."""

from enum import Enum
from typing import Final

from attrs import frozen

DEFAULT_RETRIES: Final = 2

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0

REPEATABLE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods of which a second time changes nothing more."""


class Fault(Enum):
    """How an attempt ended that brought no usable answer."""

    NOT_CONNECTED = "not connected"
    """Nothing was sent: refused, no such host, TLS failed, or no free connection."""
    LOST = "answer lost"
    """The request was sent; the answer did not come, or was cut off below HTTP's framing."""
    UNDECODABLE = "answer not understood"
    """A whole answer came that makes no sense."""


@frozen
class Status:
    """The server answered with an error.

    Attributes:
        code: The HTTP status.
        retry_after: Seconds to wait that the server asked for, if it did.
    """

    code: int
    retry_after: float | None = None


Outcome = Fault | Status


@frozen
class Retry:
    """Send the request again.

    Attributes:
        after: Seconds to wait before.
    """

    after: float


@frozen
class Stop:
    """Give up, and tell the caller.

    Attributes:
        reason: Why, in a few words.
    """

    reason: str


@frozen(kw_only=True)
class RetryPolicy:
    """Decides about each failed attempt of a call.

    Attributes:
        max_retries: How often a request may be sent again.
        total: Seconds that a call may take with all its attempts and pauses.
    """

    max_retries: int = DEFAULT_RETRIES
    total: float = 120.0

    def decide(
        self,
        outcome: Outcome,
        *,
        attempt: int,
        elapsed: float,
        repeatable: bool,
        chance: float,
    ) -> Retry | Stop:
        """Decide what follows a failed attempt.

        Args:
            outcome: How the attempt ended.
            attempt: Which attempt it was; the first is 1.
            elapsed: Seconds since the call began.
            repeatable: Whether a second time does no harm: the method says so, the operation is
                marked idempotent, or the server honours the request's ``Idempotency-Key``.
            chance: A random number from 0 up to 1, which spreads the pauses of many clients.
        """
        if not _may_repeat(outcome, repeatable):
            return Stop("not to be repeated")
        if attempt > self.max_retries:
            return Stop("no retries left")
        after = _pause(outcome, attempt, chance)
        if elapsed + after >= self.total:
            return Stop("no time left")
        return Retry(after)


def _may_repeat(outcome: Outcome, repeatable: bool) -> bool:
    """The table of what may be sent twice."""
    match outcome:
        case Fault.NOT_CONNECTED:
            return True
        case Fault.LOST:
            return repeatable
        case Fault.UNDECODABLE:
            return False
        case Status(code=429):
            return True
        case Status(code=503, retry_after=after) if after is not None:
            return True
        case Status(code=501 | 505):
            return False
        case Status(code=code):
            return repeatable and (code in (408, 425) or 500 <= code <= 599)


def _pause(outcome: Outcome, attempt: int, chance: float) -> float:
    """What the server asked for; otherwise full jitter over an exponential bound."""
    if isinstance(outcome, Status) and outcome.retry_after is not None:
        return outcome.retry_after
    return chance * min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** (attempt - 1))
