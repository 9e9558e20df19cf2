"""A server on this machine that answers as the specs' examples do, or as a test wants it."""

import copy
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self, Unpack, cast
from urllib.parse import parse_qsl, urlsplit

from attrs import field, frozen

from oxloop._operations import Operation, find, operations
from oxloop._options import Options
from oxloop.errors import ConfigurationError
from oxloop.humanloop.client import AsyncHumanloop, Humanloop
from oxloop.oxen.client import AsyncOxen, Oxen

_CAPABILITIES: Final = "extensions.get_capabilities"


@frozen(kw_only=True)
class Reply:
    """An answer, exactly as it is given.

    Attributes:
        status: The HTTP status.
        json: The body, as what is made JSON of.
        content: The body's bytes, instead.
        headers: More headers.
        lost: Whether the connection is closed instead of an answer.

    Example:
        >>> server.reply("oxen.get_repository", Reply(status=503, headers={"Retry-After": "2"}))
    """

    status: int = 200
    json: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(factory=dict[str, str])
    lost: bool = False


@frozen(kw_only=True)
class Received:
    """A request that came.

    Attributes:
        operation: The operation's name, like ``oxen.get_evaluation``; None if there is no such.
        method: The HTTP method.
        path: The path, as it was sent.
        parameters: What the path says, by the names of the spec.
        query: The query's parameters.
        headers: The headers, by lower-case name.
        content: The body.
    """

    operation: str | None
    method: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ValueError: It is something else.
        """
        return json.loads(self.content)


class FakeServer:
    """A server on a free port of this machine that answers every operation of both APIs.

    Each answers as the example of its spec does, until ``reply`` says otherwise. It is for tests
    of code around this package. It keeps nothing: what was created cannot be got. Where that is
    wanted, test against the local service, with ``Oxen.local()``.

    Args:
        api_key: The only key that it takes.
        features: What it says that it can do beyond the documented APIs; nothing, as a live one.

    Example:
        >>> with FakeServer() as server, server.oxen() as oxen:
        ...     server.reply("oxen.get_evaluation", {"evaluation": {"status": "completed"}})
        ...     run = oxen.evaluations.get("ox/support", run_id).wait()
        ...     assert server.received("oxen.get_evaluation")[0].parameters["namespace"] == "ox"
    """

    def __init__(self, api_key: str = "test-key", *, features: Iterable[str] = ()) -> None:
        self.api_key = api_key
        self._scripts: dict[str, list[Reply]] = defaultdict(list)
        self._requests: list[Received] = []
        self._lock = threading.Lock()
        self._features = sorted(features)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._answer))
        self._http.daemon_threads = True
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        if self._features:
            self.reply(_CAPABILITIES, {"features": self._features})
        else:
            self.reply(_CAPABILITIES, Reply(status=404, json={"error": "not found"}))

    @property
    def base_url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def requests(self) -> list[Received]:
        """Every request so far, in order; questions for capabilities are left out."""
        with self._lock:
            return [one for one in self._requests if one.operation != _CAPABILITIES]

    @property
    def unknown(self) -> list[Received]:
        """The requests so far that are no operation of any API."""
        return [one for one in self.requests if one.operation is None]

    def received(self, operation: str) -> list[Received]:
        """Return the requests of one operation so far, in order.

        Args:
            operation: The operation's name, like ``humanloop.create_evaluation``.
        """
        _known(operation)
        with self._lock:
            return [one for one in self._requests if one.operation == operation]

    def example(self, operation: str) -> Any:
        """Return what an operation answers unless it is told otherwise; a copy, to be changed.

        Args:
            operation: The operation's name, like ``oxen.get_evaluation``.
        """
        return copy.deepcopy(_known(operation).example)

    def reply(self, operation: str, *replies: Reply | Mapping[str, Any]) -> None:
        """Say what an operation answers from now on.

        Args:
            operation: The operation's name, like ``oxen.get_evaluation``.
            replies: One for each request; the last is for all that follow. A mapping changes the
                spec's example, also in its depths; a ``Reply`` is answered as it is.

        Raises:
            ConfigurationError: There is no such operation, or no reply is given.

        Example:
            >>> server.reply(
            ...     "oxen.get_evaluation",
            ...     {"evaluation": {"status": "running"}},
            ...     Reply(status=502),
            ...     {"evaluation": {"status": "completed"}},
            ... )
        """
        known = _known(operation)
        if not replies:
            raise ConfigurationError(f"Say what {operation} is to answer: no reply is given.")
        script = [
            one if isinstance(one, Reply) else _success(known, _merged(known.example, one))
            for one in replies
        ]
        with self._lock:
            self._scripts[operation] = script

    def oxen(self, **options: Unpack[Options]) -> Oxen:
        """Return a client of this server."""
        return Oxen(self.api_key, self.base_url, **options)

    def async_oxen(self, **options: Unpack[Options]) -> AsyncOxen:
        """Return a client of this server for tasks."""
        return AsyncOxen(self.api_key, self.base_url, **options)

    def humanloop(self, **options: Unpack[Options]) -> Humanloop:
        """Return a client of this server."""
        return Humanloop(self.api_key, self.base_url, **options)

    def async_humanloop(self, **options: Unpack[Options]) -> AsyncHumanloop:
        """Return a client of this server for tasks."""
        return AsyncHumanloop(self.api_key, self.base_url, **options)

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self, received: Received) -> Reply:
        """Note a request, and say what it is answered."""
        with self._lock:
            self._requests.append(received)
            if received.operation is None:
                return _no_such_operation(received)
            operation = operations()[received.operation]
            if operation.name != _CAPABILITIES and not self._is_allowed(operation, received):
                return _refused(operation.api)
            script = self._scripts[operation.name]
            if not script:
                return _success(operation, operation.example)
            return script.pop(0) if len(script) > 1 else script[0]

    def _is_allowed(self, operation: Operation, received: Received) -> bool:
        headers = received.headers
        if operation.api == "humanloop":
            return headers.get("x-api-key") == self.api_key
        return headers.get("authorization") == f"Bearer {self.api_key}"


def _known(operation: str) -> Operation:
    found = operations().get(operation)
    if found is None:
        raise ConfigurationError(
            f"There is no operation {operation!r}; there are {', '.join(sorted(operations()))}."
        )
    return found


def _success(operation: Operation, body: Any) -> Reply:
    """The documented answer of a success."""
    if operation.media_type == "application/json" or operation.media_type is None:
        return Reply(status=operation.status, json=body)
    content = body if isinstance(body, bytes) else str(body or "").encode()
    headers = {"Content-Type": operation.media_type}
    return Reply(status=operation.status, content=content, headers=headers)


def _merged(example: Any, changes: Any) -> Any:
    """An example with changes; mappings are merged, anything else is replaced."""
    if not (isinstance(example, Mapping) and isinstance(changes, Mapping)):
        return changes
    old, new = cast("Mapping[str, Any]", example), cast("Mapping[str, Any]", changes)
    return {**old, **{name: _merged(old.get(name), value) for name, value in new.items()}}


def _no_such_operation(received: Received) -> Reply:
    return Reply(
        status=404,
        json={"error": f"{received.method} {received.path} is no operation of any of the APIs"},
    )


def _refused(api: str) -> Reply:
    message = "This key is not the one that the fake server was made with."
    if api == "humanloop":
        return Reply(status=401, json={"detail": {"message": message}})
    error = {"type": "unauthenticated", "title": "Unauthenticated", "detail": message}
    return Reply(
        status=401, json={"error": error, "status": "error", "status_message": "unauthenticated"}
    )


def _content(reply: Reply) -> bytes:
    """The body of an answer."""
    if reply.content is not None:
        return reply.content
    return b"" if reply.json is None else json.dumps(reply.json).encode()


def _handler(answer: Callable[[Received], Reply]) -> type[BaseHTTPRequestHandler]:
    """What reads requests and writes what they are answered."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one piece: the second of two waits for the first one's receipt

        def handle_one(self) -> None:
            reply = answer(self._received())
            if reply.lost:
                self.close_connection = True
                return
            content = _content(reply)
            self.send_response(reply.status)
            headers = {"Content-Type": "application/json", **reply.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = handle_one  # noqa: N815 - the base's names

        def _received(self) -> Received:
            url = urlsplit(self.path)
            found = find(self.command, url.path)
            return Received(
                operation=found[0].name if found else None,
                method=self.command,
                path=url.path,
                parameters=found[1] if found else {},
                query=dict(parse_qsl(url.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in self.headers.items()},
                content=self._body(),
            )

        def _body(self) -> bytes:
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            chunks: list[bytes] = []
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing."""

    return Handler
