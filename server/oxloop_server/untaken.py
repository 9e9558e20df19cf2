"""Answers that wait in memory for their clients: how much that may be, and who goes if it is more.

Only clients that are behind count here, which have more unsent than a transport keeps without
saying so. A request whose answer its client takes at once costs nothing.
"""

import asyncio
import logging

from attrs import frozen

from oxloop_server.limits import LEAST, size_words

logger = logging.getLogger(__name__)


@frozen
class _Behind:
    """A client that is behind.

    Args:
        since: When it fell behind, by the event loop's clock.
        held: Bytes in memory on its account.
        left: Bytes that its transport had yet to send.
    """

    since: float
    held: int
    left: int


class Untaken:
    """What all clients together have yet to take.

    Args:
        most: The most bytes of it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._behind: dict[asyncio.Transport, _Behind] = {}
        self._bytes = 0

    def add(self, transport: asyncio.Transport, held: int) -> None:
        """A client falls behind; if that is too much for all of them, the slowest others go.

        To refuse new answers instead would let a few clients that take nothing keep out everyone.

        Args:
            transport: Its connection.
            held: Bytes in memory on its account.
        """
        now = asyncio.get_running_loop().time()
        while self._bytes + held > self._most and self._behind:
            self._cut(max(self._behind, key=lambda one: self._seconds_left(one, now)))
        self._behind[transport] = _Behind(now, held, transport.get_write_buffer_size())
        self._bytes += held

    def drop(self, transport: asyncio.Transport) -> None:
        """A client is no longer behind, or is gone."""
        one = self._behind.pop(transport, None)
        if one is not None:
            self._bytes -= one.held

    def _cut(self, transport: asyncio.Transport) -> None:
        logger.warning(
            "a client was cut off, for it was the slowest of %d that had yet to take more than %s "
            "(the limit untaken_answers)",
            len(self._behind) + 1,
            size_words(self._most),
        )
        self.drop(transport)
        transport.abort()

    def _seconds_left(self, transport: asyncio.Transport, now: float) -> float:
        """How long a client would hold its memory, at the pace at which it has taken so far."""
        one = self._behind[transport]
        taken = one.left - transport.get_write_buffer_size()
        return one.held * (now - one.since) / (taken + LEAST)
