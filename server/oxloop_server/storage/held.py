"""What was found in a database, held within bounds until that changes."""

from collections.abc import Hashable
from typing import Generic, TypeVar

Place = TypeVar("Place", bound=Hashable)
Found = TypeVar("Found")

_BESIDE = 1 << 10
"""About what one takes beside its bytes."""


class Held(Generic[Place, Found]):
    """What holds at present, by where it was found.

    Args:
        most: Bytes of all that is held; the oldest makes room.
        largest: Bytes of the largest thing that is held, with what it takes beside them.
    """

    def __init__(self, most: int, largest: int) -> None:
        self._most = most
        self._largest = largest
        self._version: object = None
        self._found: dict[Place, tuple[Found, int]] = {}
        self._bytes = 0

    def find(self, place: Place, version: object) -> Found | None:
        """What was found there, if it holds.

        Args:
            place: Where it is looked for.
            version: The version that the database has: another one after each change.
        """
        if version != self._version:
            self.forget()
            self._version = version
        held = self._found.get(place)
        return None if held is None else held[0]

    def keep(self, place: Place, version: object, found: Found, size: int) -> None:
        """Hold something.

        Args:
            place: Where it was found.
            version: The version that the database had before it was looked for.
            found: What it is.
            size: About its bytes.
        """
        size += _BESIDE
        if version != self._version or size > self._largest or place in self._found:
            return
        self._found[place] = found, size
        self._bytes += size
        while self._bytes > self._most:
            _, freed = self._found.pop(next(iter(self._found)))
            self._bytes -= freed

    def forget(self) -> None:
        """Hold nothing any more."""
        self._found.clear()
        self._bytes = 0
