"""A client that costs little: it sends the same bytes again as soon as the answer is there.

Clients with all comforts cost more than what is measured here. Nothing but the answers' lengths is
read of them, and their status. It never sleeps, for a processor takes longer to wake a process, on
a virtual machine above all, than a server to answer a get: what is measured is the server.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from attrs import frozen


@frozen
class Measured:
    """What came of some seconds of requests.

    Args:
        seconds: How long it took.
        each: How long each answer took, in seconds.
        failed: How many were not answered with a status of the 200s.
    """

    seconds: float
    each: tuple[float, ...]
    failed: int

    @classmethod
    def together(cls, parts: "list[Measured]") -> "Measured":
        """Several measurements as one."""
        return cls(
            sum(part.seconds for part in parts),
            tuple(one for part in parts for one in part.each),
            sum(part.failed for part in parts),
        )


async def load(
    port: int,
    request: Callable[[int], bytes],
    connections: int,
    seconds: float,
    *,
    sleeping: bool = False,
) -> Measured:
    """Send requests over some connections for some seconds.

    Args:
        port: Where, on loopback.
        request: Makes the bytes of the n-th request.
        connections: How many connections there are; each waits for its answer.
        seconds: How long new requests are sent.
        sleeping: Whether the client sleeps until an answer is there, as most do.
    """
    loop = asyncio.get_running_loop()
    state = _State(request, time.perf_counter() + seconds)
    began = time.perf_counter()
    ends: list[asyncio.Future[None]] = []
    for _ in range(connections):
        end = loop.create_future()
        ends.append(end)
        await loop.create_connection(partial(_Wire, state, end), "127.0.0.1", port)
    ended = asyncio.gather(*ends)
    if not sleeping:
        _stay_awake(loop, ended)
    await ended
    return Measured(time.perf_counter() - began, tuple(state.each), state.failed)


def _stay_awake(loop: asyncio.AbstractEventLoop, until: "asyncio.Future[Any]") -> None:
    # A loop that has something to do looks for news without waiting for them.
    if not until.done():
        loop.call_soon(_stay_awake, loop, until)


class _State:
    def __init__(self, request: Callable[[int], bytes], until: float) -> None:
        self.request = request
        self.until = until
        self.number = 0
        self.each: list[float] = []
        self.failed = 0


class _Wire(asyncio.Protocol):
    def __init__(self, state: _State, end: "asyncio.Future[None]") -> None:
        self._state = state
        self._end = end
        self._received = bytearray()
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer, and send the next request when it is whole."""
        self._received += data
        whole = _length(self._received)
        if whole is None or len(self._received) < whole:
            return
        now = time.perf_counter()
        self._state.each.append(now - self._sent)
        if not self._received.startswith(b"HTTP/1.1 2"):
            self._state.failed += 1
        self._received.clear()
        if now < self._state.until:
            self._next()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """End, with what went wrong if something did."""
        if self._end.done():
            return
        if exc is None and not self._received and time.perf_counter() >= self._state.until:
            self._end.set_result(None)
        else:
            self._end.set_exception(exc or ConnectionError("closed before its answer"))

    def _next(self) -> None:
        self._state.number += 1
        self._sent = time.perf_counter()
        self._transport.write(self._state.request(self._state.number))


def _length(received: bytearray) -> int | None:
    """How long an answer is in all; None while its head is not there."""
    head = received.find(b"\r\n\r\n")
    if head < 0:
        return None
    top = bytes(received[:head]).lower()
    start = top.find(b"\r\ncontent-length:")
    assert start >= 0, "an answer without a length"
    return head + 4 + int(top[start + 17 :].partition(b"\r\n")[0])
