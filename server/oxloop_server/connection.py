"""One client's connection: HTTP/1.1 held to the operator's limits.

A head has a size, a count and a time, a body must keep coming, an answer must be taken, and
whatever is refused gets the envelope of its API. uvicorn's own connections know none of that, and
cost more than all else of a small request.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast
from urllib.parse import unquote

import httptools
from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.server import ServerState

from oxloop_server import compact_json
from oxloop_server.deadline import Deadline
from oxloop_server.errors import Api, Problem, api_of_path
from oxloop_server.exchange import STATUS_LINES, Exchange, Headers
from oxloop_server.limits import LEAST, Limits, size_words
from oxloop_server.untaken import Untaken

REQUESTS_AT_ONCE = 1 << 12
"""Bytes of requests that are parsed before it is looked whether they have to wait: parsed, the
smallest take thirty times as much, and a system hands over a quarter of a MiB at once."""

BODY_AT_ONCE = 1 << 16
"""The same of a body; what is larger costs more to copy."""

LINGER_SECONDS = 2.0
"""How long a client that is still sending may go on, to be able to read why it was refused."""

_NOT_HTTP = Problem("malformed", "What came is no HTTP request that the service can read.")
_NO_HOST = Problem("malformed", "A request needs a Host header.")
_OTHER_VERSION = Problem("malformed", "The service speaks HTTP/1.1 and HTTP/1.0.")
_ENCODED = Problem("malformed", "Of the transfer encodings the service reads 'chunked' alone.")
_SINGLE = (
    b"host",
    b"authorization",
    b"x-api-key",
    b"idempotency-key",
    b"content-type",
    b"transfer-encoding",
)
"""Headers of which a second one would leave in doubt what is meant, or who sends it."""

_BUSY = Problem(
    "busy",
    "The service has as many connections open as it takes: try again in a moment, or have its "
    "operator raise the limit 'connections'.",
    headers={"retry-after": "1"},
)
_ASGI = {"version": "3.0", "spec_version": "2.3"}
_NOTHING = memoryview(b"")
_FRAMING = frozenset((b"content-length", b"transfer-encoding"))
"""Headers that tell where a body ends."""


class _Refusal(Exception):
    """Ends the parser's work on a request."""


def connection_class(limits: Limits, apis: Sequence[Api]) -> type[asyncio.Protocol]:
    """Make what uvicorn is to make of each connection.

    Args:
        limits: The operator's limits.
        apis: The APIs in whose envelopes refusals are told.
    """
    # uvicorn makes one for each connection, from a class and without arguments of ours.
    given = {"limits": limits, "apis": apis, "untaken": Untaken(limits.untaken_answers)}
    return type("LimitedConnection", (Connection,), given)


class _BodyOf:
    """What hears of a request's body alone."""

    def __init__(self, connection: "Connection") -> None:
        self.on_body = connection.on_body
        self.on_message_complete = connection.on_message_complete


def _new_parser(hearer: object) -> httptools.HttpRequestParser:
    parser = httptools.HttpRequestParser(hearer)
    # What follows a request that ends the connection is left alone, and is no mistake.
    parser.set_dangerous_leniencies(lenient_data_after_close=True)
    return parser


class Connection(asyncio.Protocol):
    """A connection; see ``connection_class``. The constructor's arguments are uvicorn's.

    Attributes:
        limits: The operator's limits.
        apis: The APIs.
        untaken: What all clients have yet to take.
        transport: Where answers go.
        holding: Bytes of an answer that are in memory until the last of them is written.
    """

    limits: Limits
    apis: Sequence[Api]
    untaken: Untaken
    transport: asyncio.Transport
    holding: int = 0

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],  # noqa: ARG002 - uvicorn gives it
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._loop = _loop or asyncio.get_running_loop()
        # What uvicorn says it may be goes beyond what the service gives it.
        self._app = cast("ASGIApp", config.loaded_app)  # pyright: ignore[reportUnknownMemberType]
        self._state = server_state
        # uvicorn knows its own kinds of connections only.
        self._others = cast("set[Connection]", server_state.connections)
        self._parser = _new_parser(self)
        # Where the incoming request is: not begun, in its head, in its body.
        self._stage: Literal["none", "head", "body"] = "none"
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._expects = False
        self._head_read = 0
        self._head_waiting = 0
        self._by_name: dict[bytes, bytes] = {}
        self._body_read = self._body_counted = 0
        # The latest exchange, whether any is under way, those that wait for their turn, and what
        # is parsed when none does any more.
        self._exchange: Exchange | None = None
        self._is_running = False
        self._waiting: deque[Exchange] = deque()
        self._unread = _NOTHING
        self._problem: Problem | None = None
        self._refused = False
        self._is_paused = False
        self._takes: asyncio.Event | None = None
        self._coming = Deadline(self._loop)
        self._taking = Deadline(self._loop)

    # What the transport tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request."""
        self.transport = cast("asyncio.Transport", transport)
        self._others.add(self)
        if len(self._others) > 2 * self.limits.connections:
            self.transport.abort()
        elif len(self._others) > self.limits.connections:
            self._refuse(_BUSY)
        else:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - it is gone
        """Forget what was waited for."""
        self._others.discard(self)
        self._coming.close()
        self._taking.close()
        for exchange in (self._exchange, *self._waiting):
            if exchange is not None and not exchange.is_over:
                exchange.leave()
        self._waiting.clear()
        self._unread = _NOTHING
        self.resume_writing()

    def eof_received(self) -> bool:
        """Answer what was asked whole, though the client sends nothing more; end all else."""
        if self._stage != "none" or not self._is_answering():
            return False
        cast("Exchange", self._exchange).keep_alive = False
        return True

    def data_received(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._refused:
            return
        if len(data) <= REQUESTS_AT_ONCE and not self._unread:
            self._parse(data)
        else:
            self._unread = memoryview(b"".join((self._unread, data)) if self._unread else data)
            self._read_on()

    def _read_on(self) -> None:
        """Parse what came, until a request has to wait."""
        while self._unread and not self._waiting and not self._refused:
            size = max(REQUESTS_AT_ONCE, min(self._body_left(), BODY_AT_ONCE))
            piece, self._unread = self._unread[:size], self._unread[size:]
            self._parse(piece)

    def _body_left(self) -> int:
        """Bytes that are yet to come of a body whose length was told."""
        if self._stage != "body":
            return 0
        return int(self._by_name.get(b"content-length", 0)) - self._body_read

    def _parse(self, data: bytes | memoryview) -> None:
        headers = self._headers
        try:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                self._stay_with_http(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._refuse(self._problem or _NOT_HTTP)
            return
        # Each request has a list of its own: all of this is of one head.
        if self._stage == "head" and self._headers is headers:
            self._head_waiting += len(data)
            if self._head_waiting > self.limits.header_bytes:
                self._refuse(self._head_too_large())
                return
        self._wait_for_more()

    def _stay_with_http(self, rest: bytes | memoryview) -> None:
        """Answer a request that asks for another protocol as if it did not.

        Args:
            rest: What came behind its headers.
        """
        # Its parser takes the rest for that protocol's. Another one, which knows only where the
        # body ends, reads on; what comes behind the body may be in any protocol.
        cast("Exchange", self._exchange).keep_alive = False
        self._parser = _new_parser(_BodyOf(self))
        known = [
            b"%b: %b\r\n" % (name, self._by_name[name]) for name in _FRAMING & self._by_name.keys()
        ]
        head = (b"POST / HTTP/1.1\r\nConnection: close\r\n", *known, b"\r\n", rest)
        self._parser.feed_data(b"".join(head))

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what it asked for."""
        self._takes = asyncio.Event()
        left = self.transport.get_write_buffer_size()
        self._wait_for_taking(left)
        self.untaken.add(self.transport, self.holding + left)

    def resume_writing(self) -> None:
        """Go on, as the client has taken enough of it."""
        if not self.transport.is_closing():
            self._taking.drop()
        self.untaken.drop(self.transport)
        if self._takes is not None:
            self._takes.set()
            self._takes = None
        if not self._is_running:
            self._go_on()

    def shutdown(self) -> None:
        """End the connection when nothing is under way any more: the service stops."""
        if self._is_answering():
            cast("Exchange", self._exchange).keep_alive = False
        else:
            self._close()

    # What the parser tells.

    def on_message_begin(self) -> None:
        """A request begins."""
        self._coming.drop()
        self._stage = "head"
        self._url = b""
        self._headers = []
        self._expects = False
        self._head_read = self._head_waiting = 0

    def on_url(self, url: bytes) -> None:
        """A piece of its address."""
        self._url += url
        self._head_read += len(url)
        if self._head_read > self.limits.header_bytes:
            self._stop(self._head_too_large())

    def on_header(self, name: bytes, value: bytes) -> None:
        """One of its headers."""
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self._expects = True
        self._headers.append((name, value.strip(b" \t")))
        self._head_read += len(name) + len(value)
        limits = self.limits
        if self._head_read > limits.header_bytes or len(self._headers) > limits.header_count:
            self._stop(self._head_too_large())

    def on_headers_complete(self) -> None:
        """All of its headers are there: it can begin to be answered."""
        version = self._parser.get_http_version()
        self._by_name = by_name = dict(self._headers)
        self._check_head(by_name, version)
        self._coming.drop()
        self._stage = "body"
        self._body_read = self._body_counted = 0
        self._exchange = exchange = Exchange(
            self,
            self._scope(version),
            keep_alive=version != "1.0" and self._parser.should_keep_alive(),
            expects=self._expects and version == "1.1",
        )
        # Headers may follow chunks: nobody hears of them, for nobody has looked what they say.
        self._headers = []
        if self._is_running or self._waiting or self.is_full:
            self.pause_reading()
            self._waiting.append(exchange)
        else:
            self._start(exchange)

    def on_body(self, body: bytes) -> None:
        """A piece of its body."""
        self._body_read += len(body)
        exchange = cast("Exchange", self._exchange)
        if not exchange.is_over:
            exchange.feed(body)

    def on_message_complete(self) -> None:
        """All of it is there."""
        if self._parser.should_upgrade():
            return  # not all of it: see _stay_with_http
        self._stage = "none"
        self._coming.drop()
        exchange = cast("Exchange", self._exchange)
        if exchange.is_over:
            self._wait_for_next()
        else:
            exchange.end()

    def _check_head(self, by_name: Mapping[bytes, bytes], version: str) -> None:
        if version != "1.1":
            if version != "1.0":
                self._stop(_OTHER_VERSION)
        elif b"host" not in by_name:
            self._stop(_NO_HOST)
        if by_name.get(b"transfer-encoding", b"chunked").lower() != b"chunked":
            self._stop(_ENCODED)
        if len(by_name) == len(self._headers):
            return
        for name in _SINGLE:
            if sum(name == other for other, _ in self._headers) > 1:
                text = name.decode()
                self._stop(Problem("malformed", f"The request has more than one header '{text}'."))

    def _scope(self, version: str) -> dict[str, Any]:
        url = httptools.parse_url(self._url)
        raw_path = url.path or b"/"  # a whole address may end behind the host
        path = raw_path.decode("ascii")
        return {
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "method": self._parser.get_method().decode("ascii"),
            "scheme": "http",
            "root_path": "",
            "path": unquote(path) if "%" in path else path,
            "raw_path": raw_path,
            "query_string": url.query or b"",
            "headers": self._headers,
        }

    def _start(self, exchange: Exchange) -> None:
        self._is_running = True
        task = self._loop.create_task(exchange.run(self._app))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)

    # What an exchange needs.

    @property
    def is_full(self) -> bool:
        """Whether the client has yet to take what was sent."""
        return self._takes is not None

    async def taken(self) -> None:
        """Wait until the client has taken enough of it, or is gone."""
        if self._takes is not None:
            await self._takes.wait()

    def pause_reading(self) -> None:
        """Take no more bytes."""
        if not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        """Take bytes again."""
        if self._is_paused and not self.transport.is_closing():
            self._is_paused = False
            self.transport.resume_reading()

    def common_headers(self) -> Headers:
        """The headers of every answer: uvicorn keeps the date."""
        return self._state.default_headers

    def on_answered(self, *, stays: bool) -> None:
        """An exchange is over: the next one begins, or is waited for."""
        self._is_running = False
        if not stays:
            if self._stage == "body":
                self._linger()
            else:
                self._close()
        if not stays or self.transport.is_closing():
            return
        if self._waiting:
            self._go_on()
            return
        self.resume_reading()
        if self._stage == "body":
            # Answered before its end, as what is too large: the client may send on for a while.
            self._coming.set(self.limits.body_seconds, self._close)
        elif self._stage == "none":
            self._wait_for_next()

    def _go_on(self) -> None:
        """Begin the exchange whose turn it is, once the answer before it is taken."""
        if not self._waiting or self.is_full or self.transport.is_closing():
            return
        self._start(self._waiting.popleft())
        self._read_on()
        if not self._waiting:
            self.resume_reading()

    # Waiting, each with an end.

    def _wait_for_more(self) -> None:
        if self._coming.is_set or self.transport.is_closing():
            return
        if self._stage == "body":
            self._coming.set(self.limits.body_seconds, self._body_is_late)
        elif self._stage == "head" or not self._is_answering():
            self._wait_for_head()

    def _wait_for_next(self) -> None:
        self._coming.set(self.limits.idle_seconds, self._close)

    def _wait_for_head(self) -> None:
        self._coming.set(self.limits.header_seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        if self._is_answering():
            # The beginning of another request: its time is not up before this one is answered.
            self._wait_for_head()
        elif self._stage == "head":
            seconds = f"{self.limits.header_seconds:g}"
            self._refuse(
                Problem("too_slow", f"The request's headers were not there after {seconds} s.")
            )
        else:
            self._close()

    def _body_is_late(self) -> None:
        if self._body_read - self._body_counted >= LEAST or self._is_paused:
            self._body_counted = self._body_read
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
        self._taking.set(self.limits.body_seconds, lambda: self._answer_is_late(left))

    def _answer_is_late(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if before - left >= LEAST:
            self._wait_for_taking(left)
        else:
            self.transport.abort()

    # Refusing.

    def _is_answering(self) -> bool:
        return self._exchange is not None and not self._exchange.is_over

    def _head_too_large(self) -> Problem:
        limits = self.limits
        if len(self._headers) > limits.header_count:
            message = f"The request has more than {limits.header_count} headers."
        else:
            message = f"The request's headers are larger than {size_words(limits.header_bytes)}."
        return Problem("head_too_large", message)

    def _stop(self, problem: Problem) -> None:
        """Make the parser stop inside of one of its calls."""
        self._problem = problem
        raise _Refusal

    def _refuse(self, problem: Problem) -> None:
        """Say why nothing more is taken from this connection, and end it."""
        self._coming.drop()
        self._refused = True
        exchange = self._exchange
        if exchange is not None and not exchange.is_over:
            if self._stage != "body":
                exchange.keep_alive = False
                return
            # The request under way is the broken one: whoever waits for its body learns of it.
            exchange.leave()
            if exchange.has_begun or self._waiting:
                self.transport.abort()
                return
        self._tell(problem)

    def _tell(self, problem: Problem) -> None:
        raw_path = self._url.partition(b"?")[0].decode("ascii", "replace")
        api = api_of_path(raw_path, self.apis)
        content = compact_json.to_bytes(api.envelope(problem))
        headers = {
            "content-type": "application/json",
            "content-length": str(len(content)),
            "connection": "close",
            **problem.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = STATUS_LINES[api.statuses[problem.code]] + lines.encode("latin-1") + b"\r\n"
        self.transport.write(head + content)
        self._linger()

    def _linger(self) -> None:
        """End the connection, and let a client that is still sending read what it was told."""
        self._refused = True
        if self.transport.can_write_eof():
            # Closed with bytes unread, the answer might be lost with them.
            self.transport.write_eof()
            self.resume_reading()
            self._coming.set(LINGER_SECONDS, self._close)
        else:
            self._close()

    def _close(self) -> None:
        """End the connection once its client has taken what was sent, or does not take it."""
        self.transport.close()
        left = self.transport.get_write_buffer_size()
        if left:
            self._wait_for_taking(left)
