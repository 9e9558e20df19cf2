"""Answers that hold until the database changes: who asks again meanwhile gets them as they are."""

from oxloop_server.contract.messages import Prepared
from oxloop_server.storage.database import Version
from oxloop_server.storage.tenants import Tenant

MOST_BYTES = 8 << 20
"""Bytes of all answers that are held, with what was asked."""

LARGEST = 1 << 16
"""Bytes of the largest answer that is held."""

_BESIDE = 1 << 10
"""About what an answer takes beside its bytes."""

Place = tuple[str, bytes, bytes]


def place_of(sender: Tenant, path: bytes, query: bytes) -> Place:
    """What was asked, by whom.

    Args:
        sender: Who.
        path: The path as it stands on the wire.
        query: The query as well.
    """
    return (sender.id, path, query)


class Held:
    """The answers that hold at present."""

    def __init__(self) -> None:
        self._version: Version | None = None
        self._answers: dict[Place, Prepared] = {}
        self._bytes = 0

    def find(self, place: Place, version: Version) -> Prepared | None:
        """The answer to what is asked, if it holds.

        Args:
            place: What is asked.
            version: The version that the database has.
        """
        if version != self._version:
            self._version = version
            self._answers.clear()
            self._bytes = 0
        return self._answers.get(place)

    def keep(self, place: Place, version: Version, answer: Prepared) -> None:
        """Hold an answer.

        Args:
            place: What was asked.
            version: The version that the database had before it was looked up.
            answer: The answer.
        """
        size = _size(place, answer)
        if version != self._version or size > LARGEST or place in self._answers:
            return
        self._answers[place] = answer
        self._bytes += size
        while self._bytes > MOST_BYTES:
            oldest = next(iter(self._answers))
            self._bytes -= _size(oldest, self._answers.pop(oldest))


def _size(place: Place, answer: Prepared) -> int:
    content = len(answer.body) if isinstance(answer.body, bytes) else LARGEST
    return content + sum(map(len, place)) + _BESIDE
