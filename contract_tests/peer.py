"""A peer on loopback that behaves as badly as a test wants, and keeps a ledger of what it got."""

import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Final

from attrs import define, field

PATIENCE: Final = 30.0
"""Seconds after which the peer itself gives up, so that a client that never does fails its test."""

Behaviour = Callable[["Line"], None]


@define
class Received:
    """A request as it came.

    Attributes:
        line: The request line.
        headers: The headers, by lower-case name.
        body: The body.
    """

    line: str
    headers: dict[str, str]
    body: bytes


@define
class Line:
    """One connection to the peer."""

    socket: socket.socket
    peer: "Peer"
    buffer: bytes = b""
    is_open: bool = True
    """Whether the client has not hung up."""

    def receive(self) -> Received | None:
        """Read one whole request; None if the client has hung up."""
        while b"\r\n\r\n" not in self.buffer:
            if not self._more():
                return None
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        line, *rest = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, value in (item.split(": ", 1) for item in rest)}
        length = int(headers.get("content-length", "0"))
        while len(self.buffer) < length:
            if not self._more():
                return None
        received = Received(line, headers, self.buffer[:length])
        self.buffer = self.buffer[length:]
        self.peer.ledger.append(received)
        return received

    def send(self, data: bytes) -> None:
        """Send some bytes."""
        self.socket.sendall(data)

    def answer(self, body: bytes, *headers: str, status: str = "200 OK") -> None:
        """Send a whole answer."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def trickle(self, data: bytes, pause: float = 0.05) -> None:
        """Send bytes one at a time, over and over, until the client hangs up."""
        end = time.monotonic() + PATIENCE
        for byte in itertools.cycle(data):
            if self.peer.stopping.wait(pause) or time.monotonic() > end:
                return
            self.send(bytes([byte]))

    def stall(self) -> None:
        """Send nothing until the client hangs up."""
        self.socket.recv(1)

    def reset(self) -> None:
        """Break the connection off with a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _more(self) -> bool:
        data = self.socket.recv(65536)
        self.buffer += data
        self.is_open = bool(data)
        return self.is_open


@define
class Peer:
    """A server that plays a list of behaviours, one a connection; the last one stays."""

    behaviours: list[Behaviour]
    listener: socket.socket
    ledger: list[Received] = field(factory=list[Received])
    connections: int = 0
    hung_up: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))
    """Released each time a connection has ended."""
    stopping: threading.Event = field(factory=threading.Event)
    open: set[socket.socket] = field(factory=set[socket.socket])

    @property
    def url(self) -> str:
        """The peer's address."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            behaviour = self.behaviours[min(self.connections, len(self.behaviours) - 1)]
            self.connections += 1
            threading.Thread(target=self._play, args=(connection, behaviour), daemon=True).start()

    def close_idle(self) -> None:
        """Hang up on every client."""
        for connection in [*self.open]:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _play(self, connection: socket.socket, behaviour: Behaviour) -> None:
        self.open.add(connection)
        connection.settimeout(PATIENCE)
        with connection, suppress(OSError):
            behaviour(Line(connection, self))
        self.open.discard(connection)
        self.hung_up.release()


@contextmanager
def peer(*behaviours: Behaviour, buffer: int | None = None) -> Generator[Peer, None, None]:
    """Run a peer for the length of a ``with`` block.

    Args:
        behaviours: One for each connection; the last one stays.
        buffer: Bytes that the system keeps of what the peer has not read; its own choice if None.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        if buffer is not None:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        running = Peer([*behaviours], listener)
        thread = threading.Thread(target=running.serve, daemon=True)
        thread.start()
        try:
            yield running
        finally:
            running.stopping.set()
            running.close_idle()
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(5)


def closed_port() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
