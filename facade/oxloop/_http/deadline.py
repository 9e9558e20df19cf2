"""Bounds every wait of a synchronous connection by what is left of the call's total time.

A time limit of httpx holds for one read; a peer that sends a byte now and then never trips it.
The streams made here ask, before each read and write, how much of the whole call's time is left.
"""

import math
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextvars import ContextVar
from ipaddress import ip_address
from threading import Thread
from typing import Any, Final

import httpcore

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)

_SLICE: Final = 64 * 1024
"""Bytes written between two looks at the clock."""

_left: ContextVar[Callable[[], float]] = ContextVar("oxloop_time_left")


class until:  # noqa: N801 - a word of a ``with`` line; a generator would take longer
    """Bound the connections used inside the ``with`` block, in this thread.

    Args:
        left: Tells how many seconds are left; infinity means no bound.
    """

    __slots__ = ("_bound", "_token")

    def __init__(self, left: Callable[[], float]) -> None:
        self._bound = left

    def __enter__(self) -> None:
        self._token = _left.set(self._bound)

    def __exit__(self, *_: object) -> None:
        _left.reset(self._token)


class BoundedBackend(httpcore.NetworkBackend):
    """Opens connections that keep to the bound set by ``until``.

    Args:
        backend: Opens the real connections.
    """

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the host's addresses that answers, all within one limit.

        Each address has its share of the time, so that one that leads nowhere takes none from
        the next.
        """
        options = None if socket_options is None else list(socket_options)
        end = math.inf if timeout is None else time.monotonic() + timeout
        addresses = _addresses(host, port, _shrunk(timeout, httpcore.ConnectTimeout))
        for left in range(len(addresses), 0, -1):
            limit = _shrunk((end - time.monotonic()) / left, httpcore.ConnectTimeout)
            try:
                stream = self._backend.connect_tcp(
                    addresses[-left], port, limit, local_address, options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if left == 1:
                    raise
            else:
                return _BoundedStream(stream)
        raise httpcore.ConnectError(f"{host} has no address")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a socket in the file system."""
        limit = _shrunk(timeout, httpcore.ConnectTimeout)
        return _BoundedStream(self._backend.connect_unix_socket(path, limit, socket_options))

    def sleep(self, seconds: float) -> None:
        """Pause between two tries to connect."""
        self._backend.sleep(seconds)


class _BoundedStream(httpcore.NetworkStream):
    """A connection of which no single wait is longer than what is left."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _shrunk(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _SLICE):
            limit = _shrunk(timeout, httpcore.WriteTimeout)
            self._stream.write(buffer[start : start + _SLICE], limit)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        limit = _shrunk(timeout, httpcore.ConnectTimeout)
        return _BoundedStream(self._stream.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _shrunk(timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    """The step's own limit or what is left of the call, whichever is less."""
    left = _left.get(lambda: math.inf)()
    limit = left if timeout is None else min(timeout, left)
    if limit <= 0:
        raise error("the time for the whole call is used up")
    return None if math.isinf(limit) else limit


def _addresses(host: str, port: int, limit: float | None) -> list[str]:
    """The host's addresses, each once, found within some seconds.

    The system's resolver has limits of its own only, so it is asked in a thread.
    """
    try:
        return [str(ip_address(host))]
    except ValueError:
        found: Future[list[str]] = Future()
    Thread(target=_look_up, args=(host, port, found), daemon=True, name="oxloop look-up").start()
    try:
        return found.result(limit)
    except FutureTimeout as error:
        raise httpcore.ConnectTimeout(f"looking up {host} took too long") from error
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"cannot find {host}: {error}") from error


def _look_up(host: str, port: int, found: "Future[list[str]]") -> None:
    """Ask the system's resolver."""
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found.set_result(list(dict.fromkeys(str(entry[4][0]) for entry in entries)))
    except Exception as error:
        found.set_exception(error)
