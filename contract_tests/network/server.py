"""A server on loopback that has one fault, behaves well apart from it, and keeps a ledger."""

import json
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final

from attrs import define, field
from peer import PATIENCE, Line, Peer, Received, peer

from .certificates import company
from .fault import Exchange, Fault, Schedule

LOOK_UP: Final = "faulty.test"
"""The name under which the server is looked up; no resolver is ever asked for it."""
NOBODY: Final = "127.0.0.2"
"""A loopback address at which nobody listens."""
BLACK_HOLE: Final = "127.0.0.3"
"""A loopback address at which every attempt to connect goes unanswered."""
BLACK_HOLE_6: Final = "::1"
"""The same with IPv6."""


@define
class Server:
    """The fault's server.

    Attributes:
        fault: The fault.
        schedule: When it shows.
        honours_keys: Whether the server knows ``Idempotency-Key``.
        elsewhere: The address of another server.
    """

    fault: Fault
    schedule: Schedule
    honours_keys: bool
    elsewhere: str
    is_armed: bool = False
    """Whether the fault may show; before that, the client asks for the capabilities."""
    chances: int = 0
    """How often the fault could have shown."""
    hits: int = 0
    """How often it did."""
    requests: list[Received] = field(factory=list[Received])
    """The requests of the API that were read whole."""
    created: Counter[str] = field(factory=Counter[str])
    """How often each name was created."""
    keys: dict[str, str] = field(factory=dict[str, str])
    """The names that were created under a key."""
    not_before: float = 0.0
    """When the client was asked to come back, in seconds since 1970."""
    early: list[float] = field(factory=list[float])
    """By how many seconds it came too soon."""
    released: threading.Event = field(factory=threading.Event)
    """Set when a look-up that hangs may end."""
    call_ended: threading.Event = field(factory=threading.Event)
    """Set while the client is between two calls."""
    busy: int = 0
    """How many faults are being played."""
    quiet: threading.Condition = field(factory=threading.Condition)
    peer: Peer = field(init=False)
    """The listener and its connections."""

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(self.peer.listener.getsockname()[1])

    @property
    def url(self) -> str:
        """The address for clients."""
        scheme = "https" if self.fault.encrypted else "http"
        host = LOOK_UP if self.fault.on_look_up else "127.0.0.1"
        return f"{scheme}://{host}:{self.port}"

    def serve(self, line: Line) -> None:
        """Serve one connection."""
        if self.fault.on_accept is not None and self._turn():
            with self._playing():
                self.fault.on_accept(line)
            return
        if not self.fault.encrypted:
            self._serve(line)
            return
        with encrypt(line, company().server) as encrypted:
            self._serve(encrypted)

    def look_up(self) -> list[str]:
        """Look the server's name up."""
        if self.fault.on_look_up is None or not self._turn():
            return ["127.0.0.1"]
        with self._playing():
            return self.fault.on_look_up(self)

    def settle(self) -> bool:
        """Wait until no fault is being played; False if one does not end."""
        with self.quiet:
            return self.quiet.wait_for(lambda: self.busy == 0, timeout=PATIENCE / 2)

    def hung_up(self, but: int = 0) -> bool:
        """Wait until every connection has ended but some; False if one more does not."""
        end = time.monotonic() + PATIENCE / 2
        while len(self.peer.open) > but and time.monotonic() < end:
            self.peer.hung_up.acquire(timeout=0.05)
        return len(self.peer.open) <= but

    def _serve(self, line: Line) -> None:
        while (request := line.receive()) is not None:
            if "/x/v1/" in request.line:
                line.answer(self._capabilities(), "Connection: close")
                return
            self._note(request)
            exchange = Exchange(line, request, self._good(request), self)
            if self.fault.on_request is not None and self._turn():
                if self.fault.creates:
                    self._create(request)
                with self._playing():
                    if not self.fault.on_request(exchange):
                        with suppress(OSError):  # before the client's next call, not after it
                            line.socket.shutdown(socket.SHUT_RDWR)
                        return
            else:
                self._create(request)
                # What shows on new connections or look-ups needs one for each request.
                last = ["Connection: close"] if self.fault.on_request is None else []
                line.answer(exchange.good, *last)
                if last:
                    return

    def _turn(self) -> bool:
        """Whether the fault shows now."""
        if not self.is_armed:
            return False
        self.chances += 1
        hit = self.schedule.hits(self.chances)
        self.hits += hit
        return hit

    @contextmanager
    def _playing(self) -> Generator[None, None, None]:
        with self.quiet:
            self.busy += 1
        try:
            yield
        finally:
            with self.quiet:
                self.busy -= 1
                self.quiet.notify_all()

    def _note(self, request: Received) -> None:
        self.requests.append(request)
        if (left := self.not_before - time.time()) > 0.05:  # clocks differ a little
            self.early.append(left)
        self.not_before = 0.0

    def _create(self, request: Received) -> None:
        if not request.line.startswith("POST"):
            return
        name = json.loads(request.body)["name"]
        key = request.headers.get("idempotency-key")
        if key is None or not self.honours_keys:
            self.created[name] += 1
        elif key not in self.keys:
            self.keys[key] = name
            self.created[name] += 1

    def _good(self, request: Received) -> bytes:
        if request.line.startswith("POST"):
            return evaluation(name=json.loads(request.body)["name"])
        return evaluation(id=request.line.split(" ")[1].rsplit("/", 1)[1])

    def _capabilities(self) -> bytes:
        features = ["idempotency_key"] if self.honours_keys else []
        return json.dumps({"server": "oxloop", "version": "1", "features": features}).encode()


def evaluation(**changes: Any) -> bytes:
    """The body of an answer that holds an evaluation of Oxen's API."""
    fields = {
        "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
        "name": "first",
        "status": "running",
        "prompt": "Which department? {query}",
        "input_type": "text",
        "output_type": "text",
        "model": {"name": "small-model"},
        "is_sample": False,
        "sample_count": 10,
        "progress": {"processed": 3, "total": 10},
        "resource": {"path": "tickets.csv", "version": "main"},
        "target_branch": "main",
        "target_column": "department",
        "tokens_used": 0,
        "credits_used": "0.0",
        "inserted_at": "2026-01-15T09:30:00Z",
    }
    return json.dumps({"status": "success", "evaluation": fields | changes}).encode()


@contextmanager
def encrypt(line: Line, context: ssl.SSLContext) -> Generator[Line, None, None]:
    """Speak TLS on a connection, and end it as TLS wants it."""
    with context.wrap_socket(line.socket, server_side=True) as encrypted:
        encrypted.settimeout(PATIENCE)
        yield Line(encrypted, line.peer)
        with suppress(OSError, ValueError):  # a ValueError: the fault has shut it already
            encrypted.unwrap()


@contextmanager
def running(server: Server) -> Generator[Server, None, None]:
    """Run a server for the length of a ``with`` block."""
    with peer(server.serve) as listening, ExitStack() as stack:
        server.peer = listening
        if server.fault.on_look_up is not None:
            stack.enter_context(black_hole(BLACK_HOLE, server.port))
            if socket.has_ipv6:
                stack.enter_context(black_hole(BLACK_HOLE_6, server.port))
        try:
            yield server
        finally:
            server.released.set()


@contextmanager
def black_hole(address: str, port: int) -> Generator[None, None, None]:
    """Let an address leave every attempt to connect unanswered: its queue is full."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket(family))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket(family))
            waiting.setblocking(False)
            waiting.connect_ex((address, port))
        yield


@contextmanager
def elsewhere() -> Generator[Peer, None, None]:
    """Run another server, which answers every GET well."""

    def serve(line: Line) -> None:
        while (request := line.receive()) is not None:
            line.answer(evaluation(id=request.line.split(" ")[1].rsplit("/", 1)[1]))

    with peer(serve) as other:
        yield other
