"""One request on a connection and its answer, as an ASGI application sees them."""

import asyncio
import http
import logging
import re
from collections.abc import Sequence
from typing import Protocol

from starlette.types import ASGIApp, Message, Scope

STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
    for status in http.HTTPStatus
}

MOST_WAITING = 1 << 16
"""Bytes of a request's body that wait to be taken; while there are more, none are read."""

PIECE = 1 << 18
"""Bytes of an answer that are written before it is looked whether its client takes them."""

_WITHOUT_BODY = (204, 304)
_NO_VALUE = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_FAILURE = b"The service failed; its log says more."

logger = logging.getLogger(__name__)

Headers = Sequence[tuple[bytes, bytes]]


class Wire(Protocol):
    """What an exchange needs of its connection."""

    transport: asyncio.Transport
    holding: int
    """Bytes of an answer that are in memory until the last of them is written."""

    @property
    def is_full(self) -> bool:
        """Whether the client has yet to take what was sent."""
        ...

    async def taken(self) -> None:
        """Wait until the client has taken enough of it, or is gone."""

    def pause_reading(self) -> None:
        """Take no more bytes."""

    def resume_reading(self) -> None:
        """Take bytes again."""

    def common_headers(self) -> Headers:
        """The headers of every answer."""
        ...

    def on_answered(self, *, stays: bool) -> None:
        """The answer is complete.

        Args:
            stays: Whether the connection does.
        """


class Exchange:
    """A request and its answer.

    Args:
        wire: The connection.
        scope: What ASGI tells of the request.
        keep_alive: Whether the connection stays when this is over.
        expects: Whether the client waits to be told to send the body.

    Attributes:
        keep_alive: As given; may be set to false until the answer begins.
        is_gone: Whether the client has gone.
        has_begun: Whether the answer has.
        is_over: Whether the answer is complete.
    """

    def __init__(self, wire: Wire, scope: Scope, *, keep_alive: bool, expects: bool) -> None:
        self.keep_alive = keep_alive
        self.is_gone = False
        self.has_begun = False
        self.is_over = False
        self._wire = wire
        self._scope = scope
        self._expects = expects
        self._body = bytearray()
        self._is_whole = False
        self._news: asyncio.Future[None] | None = None
        self._head: bytes | None = None
        self._has_body = scope["method"] != "HEAD"
        self._left = 0

    # What comes of the request.

    def feed(self, body: bytes) -> None:
        """Take a piece of its body."""
        self._body += body
        if len(self._body) > MOST_WAITING:
            self._wire.pause_reading()
        self._wake()

    def end(self) -> None:
        """All of it is there."""
        self._is_whole = True
        self._wake()

    def leave(self) -> None:
        """Its client has gone."""
        self.is_gone = True
        self._wake()

    # What the application gets.

    async def run(self, app: ASGIApp) -> None:
        """Have the application answer it."""
        try:
            await app(self._scope, self.receive, self.send)
            if not self.is_over and not self.is_gone:
                raise RuntimeError("the application has not answered")
        except BaseException as error:
            logger.exception("a request failed", exc_info=error)
            self._fail()

    async def receive(self) -> Message:
        """What comes next of the request: a piece of its body, or that its client has gone."""
        transport = self._wire.transport
        if self._expects and not (self._is_whole or self._body or transport.is_closing()):
            self._expects = False
            transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        while not (self._is_whole or self._body or self.is_gone or self.is_over):
            self._wire.resume_reading()
            self._news = asyncio.get_running_loop().create_future()
            await self._news
        if self.is_gone or self.is_over:
            return {"type": "http.disconnect"}
        body, self._body = bytes(self._body), bytearray()
        return {"type": "http.request", "body": body, "more_body": not self._is_whole}

    async def send(self, message: Message) -> None:
        """Send the next part of the answer. Its head goes with the first piece of its body."""
        if self._wire.is_full and not self.is_gone:
            await self._wire.taken()
        if self.is_gone:
            return
        if message["type"] == "http.response.start":
            self._begin(message["status"], message["headers"])
            return
        body: bytes = message.get("body", b"")
        if len(body) > PIECE and self._has_body:
            body = await self._send_most(body)
        if not self.is_gone:
            self._go_on(body, message.get("more_body", False))

    async def _send_most(self, body: bytes) -> bytes:
        """Send a large body but for its last piece, which is handed back, as its client takes it.

        Pieces are copies: one that is not taken would keep the whole in memory.
        """
        self._wire.holding = len(body)
        start = 0
        while len(body) - start > PIECE and not self.is_gone:
            self._go_on(body[start : start + PIECE], more=True)
            start += PIECE
            if self._wire.is_full:
                await self._wire.taken()
        self._wire.holding = 0
        return body[start:]

    def _begin(self, status: int, headers: Headers) -> None:
        if self.has_begun:
            raise RuntimeError("the answer has begun already")
        lines = [STATUS_LINES[status]]
        length: int | None = 0 if status in _WITHOUT_BODY else None
        for name, value in (*self._wire.common_headers(), *headers):
            if _NO_VALUE.search(value):
                raise RuntimeError("a header has a line break or a control character")
            if name == b"content-length":
                length = int(value)
            lines += (name, b": ", value, b"\r\n")
        if length is None:
            raise RuntimeError("an answer needs a length")
        if not self.keep_alive:
            lines.append(b"connection: close\r\n")
        lines.append(b"\r\n")
        self._left = length if self._has_body else 0
        self._head = b"".join(lines)
        self._expects = False
        self.has_begun = True

    def _go_on(self, body: bytes, more: bool) -> None:
        if self.is_over or not self.has_begun:
            raise RuntimeError("a piece of an answer comes before its beginning or after its end")
        if not self._has_body:
            body = b""
        self._left -= len(body)
        if self._left < 0 or (self._left > 0 and not more):
            raise RuntimeError("an answer is not as long as it says")
        transport = self._wire.transport
        if self._head is None:
            transport.write(body)
        else:
            transport.writelines((self._head, body))
            self._head = None
        if more:
            return
        self.is_over = True
        self._wake()
        self._wire.on_answered(stays=self.keep_alive)

    def _fail(self) -> None:
        transport = self._wire.transport
        if self.is_gone or self.is_over:
            return
        if self.has_begun and self._head is None:
            transport.abort()  # so that nobody takes for whole what was cut short
            return
        self.has_begun = self.keep_alive = False
        length = b"%d" % len(_FAILURE)
        self._begin(500, [(b"content-type", b"text/plain"), (b"content-length", length)])
        self._go_on(_FAILURE, more=False)

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
