"""A real HTTP proxy on loopback, for plain requests and for tunnels, with a ledger."""

import base64
import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from attrs import define, field
from peer import PATIENCE, Line, Peer, Received, peer

from .server import encrypt


@define
class Proxy:
    """A proxy.

    Attributes:
        account: Name and password that it wants, or None.
        refusal: What it answers to every wish for a tunnel, if it refuses.
        context: Its certificate, if it is spoken to in TLS.
        ledger: The heads of the requests that it was sent.
    """

    account: str | None = None
    refusal: str | None = None
    context: ssl.SSLContext | None = None
    ledger: list[Received] = field(factory=list[Received])
    seen: bytearray = field(factory=bytearray)
    """Every byte that clients sent through it, tunnels included."""
    peer: Peer = field(init=False)

    @property
    def url(self) -> str:
        """Its address, with name and password."""
        at = f"{self.account}@" if self.account else ""
        scheme = "https" if self.context else "http"
        return self.peer.url.replace("http://", f"{scheme}://{at}")

    def serve(self, line: Line) -> None:
        """Serve one connection, which is for one tunnel or one request."""
        if self.context is None:
            self._serve(line)
            return
        with encrypt(line, self.context) as encrypted:
            self._serve(encrypted)

    def _serve(self, line: Line) -> None:
        request = line.receive()
        if request is None:
            return
        self.ledger.append(request)
        method, target, _ = request.line.split(" ")
        if not self._knows(request):
            line.answer(b"who are you?", status="407 Proxy Authentication Required")
        elif method != "CONNECT":
            self._forward(line, request, target)
        elif self.refusal is not None:
            line.answer(b"no way", status=self.refusal)
        else:
            host, port = target.rsplit(":", 1)
            with socket.create_connection((host, int(port)), PATIENCE) as server:
                line.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
                self._tunnel(line.socket, server)

    def _knows(self, request: Received) -> bool:
        if self.account is None:
            return True
        wanted = base64.b64encode(self.account.encode()).decode()
        return request.headers.get("proxy-authorization") == f"Basic {wanted}"

    def _forward(self, line: Line, request: Received, target: str) -> None:
        """Send a plain request on, without what is meant for the proxy."""
        place = urlsplit(target)
        assert place.hostname is not None
        with socket.create_connection((place.hostname, place.port or 80), PATIENCE) as server:
            first = request.line.replace(target, place.path, 1)
            headers = {k: v for k, v in request.headers.items() if not k.startswith("proxy-")}
            lines = [f"{name}: {value}" for name, value in headers.items()]
            server.sendall("\r\n".join([first, *lines, "", ""]).encode() + request.body)
            self._tunnel(line.socket, server)

    def _tunnel(self, client: socket.socket, server: socket.socket) -> None:
        """Carry bytes both ways until either side has had enough."""
        back = threading.Thread(target=_carry, args=(server, client), daemon=True)
        back.start()
        _carry(client, server, self.seen)
        back.join(PATIENCE)


def _carry(source: socket.socket, sink: socket.socket, seen: bytearray | None = None) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            if seen is not None:
                seen += data
            sink.sendall(data)
    for side in (source, sink):
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxying(
    account: str | None = None,
    refusal: str | None = None,
    context: ssl.SSLContext | None = None,
) -> Generator[Proxy, None, None]:
    """Run a proxy for the length of a ``with`` block."""
    proxy = Proxy(account, refusal, context)
    with peer(proxy.serve) as listening:
        proxy.peer = listening
        yield proxy
