"""One client's connection: uvicorn's own, held to the operator's limits.

uvicorn takes headers of any size and number, waits for them for ever, and answers what is no HTTP
with plain text. Here a head has a size, a count and a time, a body must keep coming, an answer must
be taken, and whatever is refused gets the envelope of its API.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from oxloop_server.contract.messages import to_json
from oxloop_server.errors import Api, Problem, api_of_path
from oxloop_server.limits import Limits, size_words

LEAST = 1 << 10
"""Bytes that must come of a body, or be taken of an answer, in the time that either has."""

LINGER_SECONDS = 2.0
"""How long a client that is still sending may go on, to be able to read why it was refused."""

_NOT_HTTP = Problem("malformed", "What came is no HTTP request that the service can read.")
_HOSTS = Problem("malformed", "A request needs one Host header, and has another number of them.")
_BUSY = Problem(
    "busy",
    "The service has as many connections open as it takes: try again in a moment, or have its "
    "operator raise the limit 'connections'.",
    headers={"retry-after": "1"},
)


class _Refusal(Exception):
    """Ends the parser's work on a request."""


def connection_class(limits: Limits, apis: Sequence[Api]) -> type[asyncio.Protocol]:
    """Make what uvicorn is to make of each connection.

    Args:
        limits: The operator's limits.
        apis: The APIs in whose envelopes refusals are told.
    """
    # uvicorn makes one for each connection, from a class and without arguments of ours.
    return type("LimitedConnection", (Connection,), {"limits": limits, "apis": apis})


class _Joined:
    """A transport that sends together what is written in one turn of the event loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._waiting: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send bytes, soon."""
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)

    def write_eof(self) -> None:
        """Send all of it, and that there is no more."""
        self._flush()
        self._transport.write_eof()

    def close(self) -> None:
        """Send all of it, and close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting and not self._transport.is_closing():
            self._transport.write(b"".join(waiting))


class Connection(HttpToolsProtocol):
    """A connection; see ``connection_class``.

    Attributes:
        limits: The operator's limits.
        apis: The APIs.
    """

    limits: Limits
    apis: Sequence[Api]

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        # Where the incoming request is: not begun, in its head, in its body.
        self._stage: Literal["none", "head", "body"] = "none"
        self._head_read = 0
        self._head_waiting = 0
        self._body_read = 0
        self._problem: Problem | None = None
        self._refused = False
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None

    # What the transport tells.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        # uvicorn writes head and body of an answer apart, which costs two calls to the system.
        self.transport = cast("asyncio.Transport", _Joined(transport, self.loop))
        if len(self.connections) > 2 * self.limits.connections:
            transport.abort()
        elif len(self.connections) > self.limits.connections:
            self._refuse(_BUSY)
        else:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what was waited for."""
        self._stop_reading_timer()
        self._stop_writing_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._refused:
            return
        self._unset_keepalive_if_required()
        was_in_head = self._stage == "head"
        parser = self.parser
        assert parser is not None, "it is there until the connection is lost"
        try:
            parser.feed_data(data)
        except httptools.HttpParserError:
            self._refuse(self._problem or _NOT_HTTP)
            return
        except httptools.HttpParserUpgrade:
            # Nothing else than HTTP is spoken here, so the request is answered as it stands; what
            # follows it may be in another protocol.
            self.cycle.keep_alive = False
        if was_in_head and self._stage == "head":
            self._head_waiting += len(data)
            if self._head_waiting > self.limits.header_bytes:
                self._refuse(self._head_too_large())
                return
        self._wait_for_more()

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what it asked for."""
        super().pause_writing()
        self._wait_for_taking(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Go on, as the client has taken enough of it."""
        self._stop_writing_timer()
        super().resume_writing()

    # What the parser tells.

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._stage = "head"
        self._head_read = self._head_waiting = 0

    def on_url(self, url: bytes) -> None:
        """A piece of its address."""
        super().on_url(url)
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """One of its headers."""
        super().on_header(name, value)
        self._count_head(len(name) + len(value))
        if len(self.headers) > self.limits.header_count:
            self._stop(
                Problem(
                    "head_too_large",
                    f"The request has more than {self.limits.header_count} headers.",
                )
            )

    def on_headers_complete(self) -> None:
        """All of its headers are there."""
        hosts = sum(name == b"host" for name, _ in self.headers)
        assert self.parser is not None, "it is calling"
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            self._stop(_HOSTS)
        self._stop_reading_timer()
        self._stage = "body"
        self._body_read = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of its body."""
        self._body_read += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """All of it is there."""
        self._stage = "none"
        self._stop_reading_timer()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """It is answered."""
        super().on_response_complete()
        if self._stage == "body" and not self.transport.is_closing():
            # Answered before its end, as what is too large: the client may send on for a while.
            self._unset_keepalive_if_required()
            self._arm(self.limits.body_seconds, self.transport.close)

    # Waiting, each with an end.

    def _wait_for_more(self) -> None:
        if self._reading is not None or self.transport.is_closing():
            return
        if self._stage == "body":
            self._arm(self.limits.body_seconds, self._body_is_late)
        elif self._stage == "head" or not self._is_answering():
            self._wait_for_head()

    def _wait_for_head(self) -> None:
        self._arm(self.limits.header_seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        self._reading = None
        if self._is_answering():
            # The beginning of another request: its time is not up before this one is answered.
            self._wait_for_head()
        elif self._stage == "head":
            seconds = f"{self.limits.header_seconds:g}"
            self._refuse(
                Problem("too_slow", f"The request's headers were not there after {seconds} s.")
            )
        else:
            self.transport.close()

    def _body_is_late(self) -> None:
        self._reading = None
        if self._body_read >= LEAST or self.flow.read_paused:
            self._body_read = 0
            self._wait_for_more()
            return
        seconds = f"{self.limits.body_seconds:g}"
        self._refuse(
            Problem(
                "too_slow",
                f"Of the request's body came less than {size_words(LEAST)} in {seconds} s.",
            )
        )

    def _wait_for_taking(self, left: int) -> None:
        self._stop_writing_timer()
        self._writing = self.loop.call_later(
            self.limits.body_seconds, lambda: self._answer_is_late(left)
        )

    def _answer_is_late(self, before: int) -> None:
        self._writing = None
        left = self.transport.get_write_buffer_size()
        if before - left >= LEAST:
            self._wait_for_taking(left)
        else:
            self.transport.abort()

    def _arm(self, seconds: float, late: Any) -> None:
        self._stop_reading_timer()
        self._reading = self.loop.call_later(seconds, late)

    def _stop_reading_timer(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _stop_writing_timer(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None

    # Refusing.

    def _is_answering(self) -> bool:
        cycle = self._cycle()
        return cycle is not None and not cycle.response_complete

    def _cycle(self) -> Any:
        # uvicorn declares what is there from the first request on only.
        return cast("Any", self.cycle)

    def _count_head(self, size: int) -> None:
        self._head_read += size
        if self._head_read > self.limits.header_bytes:
            self._stop(self._head_too_large())

    def _head_too_large(self) -> Problem:
        limit = size_words(self.limits.header_bytes)
        return Problem("head_too_large", f"The request's headers are larger than {limit}.")

    def _stop(self, problem: Problem) -> None:
        """Make the parser stop inside of one of its calls."""
        self._problem = problem
        raise _Refusal

    def _refuse(self, problem: Problem) -> None:
        """Say why nothing more is taken from this connection, and end it."""
        self._stop_reading_timer()
        self._refused = True
        cycle = self._cycle()
        if self._stage == "body" and self._is_answering():
            # The request under way is the broken one: whoever waits for its body learns of it.
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started or self.pipeline:
                self.transport.abort()
                return
        elif self._is_answering():
            cycle.keep_alive = False
            return
        self._tell(problem)

    def _tell(self, problem: Problem) -> None:
        raw_path = getattr(self, "url", b"").partition(b"?")[0].decode("ascii", "replace")
        api = api_of_path(raw_path, self.apis)
        content = to_json(api.envelope(problem))
        headers = {
            "content-type": "application/json",
            "content-length": str(len(content)),
            "connection": "close",
            **problem.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = STATUS_LINE[api.statuses[problem.code]] + lines.encode("latin-1") + b"\r\n"
        self.transport.write(head + content)
        if self.transport.can_write_eof():
            # Closed with bytes unread, the answer might be lost with them.
            self.transport.write_eof()
            self._arm(LINGER_SECONDS, self.transport.abort)
        else:
            self.transport.close()
