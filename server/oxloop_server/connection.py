"""One client's connection: HTTP/1.1 held to the operator's limits.

A head has a size, a count and a time, a body must keep coming, an answer must be taken, and
whatever is refused gets the envelope of its API. uvicorn's own connections know none of that, and
cost more than all else of a small request.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Literal, cast
from urllib.parse import unquote

import httptools
from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.server import ServerState

from oxloop_server.contract.messages import to_json
from oxloop_server.errors import Api, Problem, api_of_path
from oxloop_server.exchange import STATUS_LINES, Exchange, Headers
from oxloop_server.limits import Limits, size_words

LEAST = 1 << 10
"""Bytes that must come of a body, or be taken of an answer, in the time that either has."""

LINGER_SECONDS = 2.0
"""How long a client that is still sending may go on, to be able to read why it was refused."""

_NOT_HTTP = Problem("malformed", "What came is no HTTP request that the service can read.")
_NO_HOST = Problem("malformed", "A request needs a Host header.")
_SINGLE = (b"host", b"authorization", b"x-api-key", b"idempotency-key", b"content-type")
"""Headers of which a second one would leave in doubt what is meant, or who sends it."""

_BUSY = Problem(
    "busy",
    "The service has as many connections open as it takes: try again in a moment, or have its "
    "operator raise the limit 'connections'.",
    headers={"retry-after": "1"},
)
_ASGI = {"version": "3.0", "spec_version": "2.3"}


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


class _Deadline:
    """A moment by which something must have happened.

    It moves with each request, and its timer does not: one that is early looks again.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._timer: asyncio.TimerHandle | None = None
        self._at: float | None = None
        self._late: Callable[[], object] = lambda: None

    def set(self, seconds: float, late: Callable[[], object]) -> None:
        """Have ``late`` called in so many seconds, and nothing else."""
        self._late = late
        self._at = at = self._loop.time() + seconds
        if self._timer is None:
            self._timer = self._loop.call_at(at, self._look)
        elif self._timer.when() > at:
            self._timer.cancel()
            self._timer = self._loop.call_at(at, self._look)

    def drop(self) -> None:
        """Wait for nothing."""
        self._at = None

    @property
    def is_set(self) -> bool:
        """Whether something is waited for."""
        return self._at is not None

    def close(self) -> None:
        """Wait for nothing ever again."""
        self._at = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        if self._at is None:
            return
        if self._at > self._loop.time():
            self._timer = self._loop.call_at(self._at, self._look)
            return
        self._at = None
        self._late()


class Connection(asyncio.Protocol):
    """A connection; see ``connection_class``. The constructor's arguments are uvicorn's.

    Attributes:
        limits: The operator's limits.
        apis: The APIs.
        transport: Where answers go.
    """

    limits: Limits
    apis: Sequence[Api]
    transport: asyncio.Transport

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
        self._parser = httptools.HttpRequestParser(self)
        # What follows a request that ends the connection is left alone, and is no mistake.
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)
        # Where the incoming request is: not begun, in its head, in its body.
        self._stage: Literal["none", "head", "body"] = "none"
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._expects = False
        self._head_read = 0
        self._head_waiting = 0
        self._body_read = 0
        # The latest exchange, and those that wait for their turn.
        self._exchange: Exchange | None = None
        self._waiting: deque[Exchange] = deque()
        self._problem: Problem | None = None
        self._refused = False
        self._is_paused = False
        self._takes: asyncio.Event | None = None
        self._coming = _Deadline(self._loop)
        self._taking = _Deadline(self._loop)

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
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._refused:
            return
        was_in_head = self._stage == "head"
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._refuse(self._problem or _NOT_HTTP)
            return
        except httptools.HttpParserUpgrade:
            # Nothing else than HTTP is spoken here, so the request is answered as it stands; what
            # follows it may be in another protocol.
            assert self._exchange is not None
            self._exchange.keep_alive = False
        if was_in_head and self._stage == "head":
            self._head_waiting += len(data)
            if self._head_waiting > self.limits.header_bytes:
                self._refuse(self._head_too_large())
                return
        self._wait_for_more()

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what it asked for."""
        self._takes = asyncio.Event()
        self._wait_for_taking(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """Go on, as the client has taken enough of it."""
        self._taking.drop()
        if self._takes is not None:
            self._takes.set()
            self._takes = None

    def shutdown(self) -> None:
        """End the connection when nothing is under way any more: the service stops."""
        if self._is_answering():
            cast("Exchange", self._exchange).keep_alive = False
        else:
            self.transport.close()

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
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """One of its headers."""
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self._expects = True
        self._headers.append((name, value.strip(b" \t")))
        self._count_head(len(name) + len(value))
        if len(self._headers) > self.limits.header_count:
            self._stop(
                Problem(
                    "head_too_large",
                    f"The request has more than {self.limits.header_count} headers.",
                )
            )

    def on_headers_complete(self) -> None:
        """All of its headers are there: it can begin to be answered."""
        version = self._parser.get_http_version()
        self._check_names([name for name, _ in self._headers], version)
        self._coming.drop()
        self._stage = "body"
        self._body_read = 0
        before = self._exchange
        self._exchange = exchange = Exchange(
            self,
            self._scope(version),
            keep_alive=version != "1.0" and self._parser.should_keep_alive(),
            expects=self._expects,
        )
        if before is None or before.is_over:
            self._start(exchange)
        else:
            self.pause_reading()
            self._waiting.append(exchange)

    def on_body(self, body: bytes) -> None:
        """A piece of its body."""
        self._body_read += len(body)
        exchange = cast("Exchange", self._exchange)
        if not exchange.is_over:
            exchange.feed(body)

    def on_message_complete(self) -> None:
        """All of it is there."""
        self._stage = "none"
        self._coming.drop()
        exchange = cast("Exchange", self._exchange)
        if exchange.is_over:
            self._wait_for_next()
        else:
            exchange.end()

    def _check_names(self, names: Sequence[bytes], version: str) -> None:
        if b"host" not in names and version == "1.1":
            self._stop(_NO_HOST)
        if len(set(names)) == len(names):
            return
        for name in _SINGLE:
            if names.count(name) > 1:
                text = name.decode()
                self._stop(Problem("malformed", f"The request has more than one header '{text}'."))

    def _scope(self, version: str) -> dict[str, Any]:
        url = httptools.parse_url(self._url)
        path = url.path.decode("ascii")
        return {
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "method": self._parser.get_method().decode("ascii"),
            "scheme": "http",
            "root_path": "",
            "path": unquote(path) if "%" in path else path,
            "raw_path": url.path,
            "query_string": url.query or b"",
            "headers": self._headers,
        }

    def _start(self, exchange: Exchange) -> None:
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

    def on_answered(self) -> None:
        """An exchange is over: the next one begins, or is waited for."""
        self._state.total_requests += 1
        if self.transport.is_closing():
            return
        self.resume_reading()
        if self._waiting:
            self._start(self._waiting.popleft())
        elif self._stage == "body":
            # Answered before its end, as what is too large: the client may send on for a while.
            self._coming.set(self.limits.body_seconds, self.transport.close)
        elif self._stage == "none":
            self._wait_for_next()

    # Waiting, each with an end.

    def _wait_for_more(self) -> None:
        if self._coming.is_set or self.transport.is_closing():
            return
        if self._stage == "body":
            self._coming.set(self.limits.body_seconds, self._body_is_late)
        elif self._stage == "head" or not self._is_answering():
            self._wait_for_head()

    def _wait_for_next(self) -> None:
        self._coming.set(self.limits.idle_seconds, self.transport.close)

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
            self.transport.close()

    def _body_is_late(self) -> None:
        if self._body_read >= LEAST or self._is_paused:
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
        content = to_json(api.envelope(problem))
        headers = {
            "content-type": "application/json",
            "content-length": str(len(content)),
            "connection": "close",
            **problem.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = STATUS_LINES[api.statuses[problem.code]] + lines.encode("latin-1") + b"\r\n"
        self.transport.write(head + content)
        if self.transport.can_write_eof():
            # Closed with bytes unread, the answer might be lost with them.
            self.transport.write_eof()
            self._coming.set(LINGER_SECONDS, self.transport.abort)
        else:
            self.transport.close()
