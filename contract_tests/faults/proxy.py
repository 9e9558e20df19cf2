"""An HTTP server on loopback that hands everything on, changed by one fault."""

import http.client
import re
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from oxloop_api import specs
from oxloop_contract.contract import Contract, Operation

from faults.fault import Reply, Sent, Tamper

# Of the connection, not of the message.
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Routes:
    """Tells which operation of any API a request means."""

    def __init__(self) -> None:
        found = [
            operation
            for api in ("oxen", "humanloop", "extensions")
            for operation in Contract(specs.load(api, "local")).operations.values()
        ]
        self._patterns = [
            (operation.method, _pattern(operation), operation.id)
            for operation in sorted(found, key=lambda one: one.template.count("{"))
        ]

    def operation(self, method: str, target: str) -> str:
        """Return the operationId, or nothing."""
        path = urlsplit(target).path
        for wanted, pattern, name in self._patterns:
            if wanted == method and pattern.fullmatch(path):
                return name
        return ""


def _pattern(operation: Operation) -> re.Pattern[str]:
    parts = [
        (".+" if part[1:-1] in operation.multi else "[^/]+") if part[:1] == "{" else re.escape(part)
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
        operation = self._routes.operation(self.command, self.path)
        reply = self._tamper(
            Sent(operation, self.command, self.path, headers, content), self._forward
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
