"""A key that cannot be shown by mistake."""

import hmac
from typing import Self

from oxloop.errors import ConfigurationError

MASK = "***"


class Secret:
    """Holds a key; every form in which it could leave by accident is masked.

    A pickled secret comes back empty: a key does not belong in a cache or a message queue.

    Args:
        value: The key itself.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value: str | None = value

    def reveal(self) -> str:
        """Return the key, to put it into a request.

        Raises:
            ConfigurationError: If this secret came out of a pickle.
        """
        if self._value is None:
            raise ConfigurationError(
                "This key was left out when it was pickled: make a new client where it is needed, "
                "and give it the key again."
            )
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, specification: str) -> str:
        return format(MASK, specification)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret) or self._value is None or other._value is None:
            return self is other
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _emptied, ()


def _emptied() -> Secret:
    secret = Secret("")
    secret._value = None  # pyright: ignore[reportPrivateUsage] - it is this module's own
    return secret
