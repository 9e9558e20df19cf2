"""What a check is: something that must hold, counted each time, told with what led to it."""

from collections import Counter
from collections.abc import Sequence


class CheckFailed(AssertionError):
    """The server under test broke a promise.

    Args:
        check: Which check saw it.
        operation: The operationId that it is about.
        message: What was expected, and what came.
        trace: The requests that led to it as curl lines, the last one the telling one.
    """

    def __init__(self, check: str, operation: str, message: str, trace: Sequence[str]) -> None:
        super().__init__(check, operation, message, trace)
        self.check = check
        self.operation = operation
        self.message = message
        self.trace = tuple(trace)

    def __str__(self) -> str:
        return f"{self.operation}: {self.check}: {self.message}"


class CannotRun(Exception):
    """The server could not be reached, or would not make what the checks need."""


class Checks:
    """Counts how often each check was made, so that one that never was can be told."""

    def __init__(self) -> None:
        self.fired: Counter[tuple[str, str]] = Counter()
        self.failures: list[CheckFailed] = []
        self.let_off: Counter[str] = Counter()
        """What no check wanted and is told only, in words."""
        self.broken_off = False
        """Whether a sequence of requests could not go on."""

    def verify(
        self, check: str, operation: str, holds: bool, message: str, trace: Sequence[str]
    ) -> None:
        """Count a check, and raise if it does not hold.

        Args:
            check: Its name.
            operation: The operationId that it is about.
            holds: Whether it holds.
            message: What was expected, and what came.
            trace: What led to it, as curl lines.

        Raises:
            CheckFailed: It does not hold.
        """
        self.fired[check, operation] += 1
        if not holds:
            failure = CheckFailed(check, operation, message, trace)
            self.failures.append(failure)
            raise failure
