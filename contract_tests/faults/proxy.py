"""An HTTP server on loopback that hands everything on, changed by one fault."""

import http.client
import re
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from attrs import frozen
from oxloop_api import specs
from oxloop_contract.contract import Contract, Operation

from faults.fault import APIS, Reply, Sent, Tamper

# Of the connection, not of the message.
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@frozen
class Route:
    """What a request means.

    Attributes:
        api: The API.
        operation: The operationId.
        path: The path parameters, decoded.
    """

    api: str = ""
    operation: str = ""
    path: Mapping[str, str] = {}


class Routes:
    """Tells which operation of any API a request means."""

    def __init__(self) -> None:
        found = [
            (api, operation)
            for api in APIS
            for operation in Contract(specs.load(api, "local")).operations.values()
        ]
        found.sort(key=lambda one: one[1].template.count("{"))
        # A segment may be empty, but then only if no operation takes the path otherwise.
        self._patterns = [
            (operation.method, _pattern(operation, times), api, operation.id)
            for times in "+*"
            for api, operation in found
        ]

    def route(self, method: str, target: str) -> Route:
        """Return what a request means; an empty route if it means nothing."""
        path = urlsplit(target).path
        for wanted, pattern, api, operation in self._patterns:
            match = pattern.fullmatch(path) if wanted == method else None
            if match is not None:
                values = {name: unquote(value) for name, value in match.groupdict().items()}
                return Route(api, operation, values)
        return Route()


def _pattern(operation: Operation, times: str) -> re.Pattern[str]:
    parts = [
        f"(?P<{part[1:-1]}>{'.' if part[1:-1] in operation.multi else '[^/]'}{times})"
        if part[:1] == "{"
        else re.escape(part)
        for part in operation.template.split("/")
    ]
    return re.compile("/".join(parts))


@contextmanager
def proxy(upstream: str, tamper: Tamper, routes: Routes) -> Generator[str]:
    """Run a proxy, and answer its address.

    Args:
        upstream: The service's address.
        tamper: What it does to what passes.
        routes: Tells operations apart.
    """
    server = _Server(("127.0.0.1", 0), partial(_Handler, upstream, tamper, routes))
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, upstream: str, tamper: Tamper, routes: Routes, *arguments: Any) -> None:
        parts = urlsplit(upstream)
        self._service = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._tamper = tamper
        self._routes = routes
        super().__init__(*arguments)

    def finish(self) -> None:
        """Close both connections."""
        self._service.close()
        super().finish()

    def _answer(self) -> None:
        content = self._body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        means = self._routes.route(self.command, self.path)
        reply = self._tamper(
            Sent(
                means.api,
                means.operation,
                means.path,
                self.command,
                self.path,
                headers,
                content,
            ),
            self._forward,
        )
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        if reply.status != 204:
            self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.content)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = _answer  # noqa: N815
    do_HEAD = do_OPTIONS = do_TRACE = do_QUERY = do_CONNECT = _answer  # noqa: N815

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            pieces: Sequence[bytes] = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                pieces = [*pieces, self.rfile.read(size)]
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)
        return self.rfile.read(int(self.headers.get("content-length", "0")))

    def _forward(self, sent: Sent) -> Reply:
        headers: Mapping[str, str] = {
            name: value for name, value in sent.headers.items() if name not in _HOP
        }
        try:
            return self._once(sent, headers)
        except http.client.RemoteDisconnected:
            # The service closes connections that it has refused on.
            self._service.close()
            return self._once(sent, headers)

    def _once(self, sent: Sent, headers: Mapping[str, str]) -> Reply:
        body = sent.content if sent.content or sent.method in ("PUT", "POST", "PATCH") else None
        self._service.request(sent.method, sent.target, body, dict(headers))
        response = self._service.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
