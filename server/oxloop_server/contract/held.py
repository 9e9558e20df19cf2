"""Answers that hold until the database changes: who asks again meanwhile gets them as they are."""

from oxloop_server.contract.messages import Prepared
from oxloop_server.storage.database import Version
from oxloop_server.storage.tenants import Tenant

MOST = 256
"""How many answers are held."""

LARGEST = 1 << 15
"""Bytes of the largest answer that is held."""

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

    def find(self, place: Place, version: Version) -> Prepared | None:
        """The answer to what is asked, if it holds.

        Args:
            place: What is asked.
            version: The version that the database has.
        """
        if version != self._version:
            self._version = version
            self._answers.clear()
        return self._answers.get(place)

    def keep(self, place: Place, version: Version, answer: Prepared) -> None:
        """Hold an answer.

        Args:
            place: What was asked.
            version: The version that the database had before it was looked up.
            answer: The answer.
        """
        if version != self._version or not isinstance(answer.body, bytes):
            return
        if len(answer.body) > LARGEST:
            return
        if len(self._answers) >= MOST:
            del self._answers[next(iter(self._answers))]
        self._answers[place] = answer
