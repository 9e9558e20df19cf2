"""Answers that hold until the database changes: who asks again meanwhile gets them as they are."""

from oxloop_server.contract.messages import Prepared
from oxloop_server.storage.held import Held
from oxloop_server.storage.tenants import Tenant

MOST_BYTES = 8 << 20
"""Bytes of all answers that are held, with what was asked."""

LARGEST = 1 << 16
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


def answers() -> Held[Place, Prepared]:
    """Room for the answers that hold at present."""
    return Held(MOST_BYTES, LARGEST)


def size_of(place: Place, answer: Prepared) -> int:
    """How many bytes an answer has, with what was asked."""
    content = len(answer.body) if isinstance(answer.body, bytes) else LARGEST
    return content + sum(map(len, place))
