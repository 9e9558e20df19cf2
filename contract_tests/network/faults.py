"""The 64 faults: each line says what happens, and what a client has to make of it.

Number 64 has tests of its own, in ``test_alone``.
"""

import gzip
import json
import math
import socket
import ssl
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from functools import lru_cache
from typing import Any, Final

from peer import PATIENCE, Line

from .certificates import company, stranger
from .fault import Exchange, Fault, Need, OnAccept, OnRequest
from .server import BLACK_HOLE, BLACK_HOLE_6, NOBODY, Server, encrypt, evaluation

SHORT: Final = 0.6
"""Seconds that a client waits where waiting is in vain."""
LONG: Final = 2.0
"""Seconds that a call may take where bytes keep coming."""

Make = Callable[[Exchange], bytes]
"""Makes the bytes of an answer, or its body."""
End = Callable[[Line], object]


def hang_up(line: Line) -> None:
    """Close the connection."""


def reset(line: Line) -> None:
    """Break the connection off."""
    line.reset()


def stall(line: Line) -> None:
    """Send no more until the client hangs up."""
    line.stall()


def raw(make: Make | bytes, end: End = hang_up) -> OnRequest:
    """Send some bytes as they are, and end the connection."""

    def play(exchange: Exchange) -> bool:
        exchange.line.send(make if isinstance(make, bytes) else make(exchange))
        end(exchange.line)
        return False

    return play


def whole(make: Make | bytes, *headers: str, status: str = "200 OK") -> OnRequest:
    """Send a whole answer with some body."""

    def play(exchange: Exchange) -> bool:
        body = make if isinstance(make, bytes) else make(exchange)
        exchange.line.answer(body, *headers, status=status)
        return True

    return play


def good(exchange: Exchange) -> bytes:
    """The body of a good answer."""
    return exchange.good


def head(*headers: str, status: str = "HTTP/1.1 200 OK") -> bytes:
    """The bytes of an answer's head."""
    return "\r\n".join([status, *headers, "", ""]).encode()


def framed(exchange: Exchange, *headers: str) -> bytes:
    """The bytes of a good answer with its length."""
    return head(f"Content-Length: {len(exchange.good)}", *headers) + exchange.good


def half(exchange: Exchange) -> bytes:
    """The bytes of a good answer, cut in the middle of its body."""
    return framed(exchange)[: -len(exchange.good) // 2]


def chunks(exchange: Exchange, size: str | None = None, end: bytes = b"0\r\n\r\n") -> bytes:
    """The bytes of a good answer in one chunk."""
    size = f"{len(exchange.good):x}" if size is None else size
    return (
        head("Transfer-Encoding: chunked")
        + size.encode()
        + b"\r\n"
        + exchange.good
        + (b"\r\n" + end)
    )


def broken_late(exchange: Exchange) -> bytes:
    """The bytes of an answer whose second chunk is broken, and does not come with the first."""
    first = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    return head("Transfer-Encoding: chunked") + first + b"many\r\n" + exchange.good


def changed(**changes: Any) -> Make:
    """A good body of which some fields are changed."""

    def make(exchange: Exchange) -> bytes:
        return evaluation(**(json.loads(exchange.good)["evaluation"] | changes))

    return make


def spliced(text: bytes) -> Make:
    """A good body with some text put in as the first field of the evaluation."""
    return lambda exchange: exchange.good.replace(b'{"id"', b"{" + text + b', "id"', 1)


def page(exchange: Exchange) -> bytes:
    """An HTML page that shows what it was sent."""
    return f"<html><h1>Sorry</h1>You sent {exchange.secret}</html>".encode()


POISON: Final = evaluation(name="poison")
POISONED: Final = head(f"Content-Length: {len(POISON)}") + POISON
"""An answer to a question that nobody asked."""


def reset_unread(line: Line) -> None:
    """Break off before anything is read, but not before the client knows that it is connected."""
    line.socket.recv(1, socket.MSG_PEEK)
    line.reset()


def read_head_and_reset(line: Line) -> None:
    """Read as far as the request's body, and break off."""
    while b"\r\n\r\n" not in line.buffer:
        line.buffer += line.socket.recv(1)
    line.reset()


def never_read(line: Line) -> None:
    """Read nothing for as long as the client waits, and see it hang up after that."""
    line.peer.stopping.wait(3 * SHORT)
    while line.socket.recv(1 << 16):
        pass


def trickle_body(exchange: Exchange) -> bool:
    exchange.line.send(head("Content-Length: 1000000"))
    exchange.line.trickle(b" ")
    return False


def trickle_head(exchange: Exchange) -> bool:
    exchange.line.send(head()[:-2])
    exchange.line.trickle(b"X-More: yes\r\n")
    return False


def early_hints_for_ever(exchange: Exchange) -> bool:
    exchange.line.trickle(head(status="HTTP/1.1 103 Early Hints"))
    return False


def late(exchange: Exchange) -> bool:
    """Answer when the client has given up, if it is still there."""
    exchange.line.socket.settimeout(3 * SHORT)
    with suppress(TimeoutError):
        exchange.line.stall()
    exchange.line.send(POISONED)
    return True


def flood(exchange: Exchange) -> bool:
    """Send a gigabyte."""
    exchange.line.send(head(f"Content-Length: {1 << 30}"))
    for _ in range(1 << 14):
        exchange.line.send(b" " * (1 << 16))
    return False


@lru_cache(maxsize=1)
def bomb() -> bytes:
    """A gigabyte of blanks that takes a megabyte on the way."""
    return gzip.compress(b" " * (1 << 20)) * (1 << 10)


@lru_cache(maxsize=1)
def solid_bomb() -> bytes:
    """The same with 256 megabytes in one piece."""
    packer = zlib.compressobj(wbits=31)
    return b"".join([packer.compress(b" " * (1 << 20)) for _ in range(256)]) + packer.flush()


def later(seconds: float, header: str) -> OnRequest:
    """Ask the client to come back after some seconds."""

    def play(exchange: Exchange) -> bool:
        exchange.server.not_before = time.time() + seconds
        exchange.line.answer(b"{}", header, status="429 Too Many Requests")
        return True

    return play


def at_a_moment(exchange: Exchange) -> bool:
    """Ask the client to come back at a full second."""
    moment = math.floor(time.time()) + 2
    exchange.server.not_before = moment
    when = formatdate(moment, usegmt=True)
    exchange.line.answer(b"{}", f"Retry-After: {when}", status="429 Too Many Requests")
    return True


def busy(*headers: str) -> OnRequest:
    """Say that there are too many requests."""
    return whole(b"{}", *headers, status="429 Too Many Requests")


def redirect(place: str, status: str) -> OnRequest:
    return whole(b"", f"Location: {place}", status=status)


def to_itself(exchange: Exchange) -> bool:
    path = exchange.request.line.split(" ")[1]
    exchange.line.answer(b"", f"Location: {path}", status="307 Temporary Redirect")
    return True


def to_elsewhere(exchange: Exchange) -> bool:
    path = exchange.request.line.split(" ")[1]
    exchange.line.answer(b"", f"Location: {exchange.server.elsewhere}{path}", status="302 Found")
    return True


def kept(make: Make) -> OnRequest:
    """Send some bytes as they are, and keep the connection open."""

    def play(exchange: Exchange) -> bool:
        exchange.line.send(make(exchange))
        return True

    return play


def when_idle(act: End, *, stays: bool = False) -> OnRequest:
    """Answer well, and do something to the connection once the client's call has ended."""

    def play(exchange: Exchange) -> bool:
        exchange.line.send(framed(exchange))
        exchange.server.call_ended.wait(PATIENCE)
        act(exchange.line)
        return stays

    return play


def send_unasked(line: Line) -> None:
    line.send(POISONED)


def with_certificate(context: Callable[[], ssl.SSLContext]) -> OnAccept:
    """Answer nothing under a certificate that is not to be trusted."""

    def play(line: Line) -> None:
        with encrypt(line, context()) as encrypted:
            encrypted.stall()

    return play


def no_close_notify(make: Make) -> OnRequest:
    """End an encrypted connection as an attacker would who cuts it."""

    def play(exchange: Exchange) -> bool:
        exchange.line.send(make(exchange))
        exchange.line.socket.shutdown(socket.SHUT_RDWR)
        return False

    return play


def plain_http(line: Line) -> None:
    """Answer a handshake with a page."""
    line.send(head("Content-Length: 4", status="HTTP/1.1 400 Bad Request") + b"What")
    line.stall()


def not_found(server: Server) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def hanging(server: Server) -> list[str]:
    server.released.wait(PATIENCE)
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def at(*addresses: str) -> Callable[[Server], list[str]]:
    return lambda server: [*addresses]


def request(number: int, name: str, need: Need, play: OnRequest, **more: Any) -> Fault:
    return Fault(number=number, name=name, need=need, on_request=play, **more)


def accept(number: int, name: str, need: Need, play: OnAccept, **more: Any) -> Fault:
    return Fault(number=number, name=name, need=need, on_accept=play, **more)


def look_up(
    number: int, name: str, need: Need, play: Callable[[Server], list[str]], **more: Any
) -> Fault:
    return Fault(number=number, name=name, need=need, on_look_up=play, **more)


HUGE_HEADER: Final = head(f"X-Huge: {'x' * 256 * 1024}", "Content-Length: 2") + b"{}"
MANY_HEADERS: Final = head(*(f"X-Header-{n}: some value" for n in range(10_000))) + b"{}"
DEEP: Final = b"[" * 100_000 + b"]" * 100_000

WRONG: Final[list[tuple[str, Any]]] = [
    ("id", 5),
    ("id", None),
    ("status", []),
    ("progress", "much"),
    ("progress", {"processed": "x", "total": 1}),
    ("name", {}),
    ("inserted_at", "yesterday"),
    ("sample_count", "ten"),
    ("resource", 7),
    ("tokens_used", True),
]

# fmt: off
FAULTS: Final = [
    look_up(1, "connection refused", Need.NOT_CONNECTED, at(NOBODY)),
    accept(2, "closed on accept", Need.LOST, hang_up),
    accept(3, "reset on accept", Need.LOST, reset_unread),
    look_up(4, "backlog full", Need.UNREACHED, at(BLACK_HOLE), waits=True, patience=SHORT),
    accept(5, "accepted, never read", Need.SILENT, never_read, waits=True, patience=SHORT),
    accept(6, "reset after the request's headers", Need.LOST, read_head_and_reset),
    request(7, "request read, closed, no reply", Need.LOST, raw(b"")),
    request(8, "request read, reset, no reply", Need.LOST, raw(b"", reset)),
    request(9, "created, closed, no reply", Need.LOST, raw(b"")),
    request(10, "early 413, reset", Need.TYPED,
            raw(head("Content-Length: 0", status="HTTP/1.1 413 Too Large"), reset)),
    request(11, "SSH banner as reply", Need.LOST, raw(b"SSH-2.0-OpenSSH_9.6\r\n")),
    request(11, "TLS alert as reply", Need.LOST, raw(b"\x15\x03\x01\x00\x02\x02\x16")),
    request(12, "status line cut", Need.LOST, raw(b"HTTP/1.1 20")),
    request(13, "headers cut", Need.LOST, raw(lambda e: head(f"X-You: {e.secret}")[:-5])),
    request(14, "headers byte by byte", Need.ENDLESS, trickle_head, waits=True, total=LONG),
    request(15, "256 KiB header", Need.LOST, raw(HUGE_HEADER), big=True),
    request(15, "10 000 headers", Need.LOST, raw(MANY_HEADERS), big=True),
    request(16, "two lengths", Need.LOST, raw(lambda e: framed(e, "Content-Length: 5"))),
    request(17, "length and chunks", Need.LOST,
            raw(lambda e: chunks(e).replace(b"\r\n", b"\r\nContent-Length: 5\r\n", 1))),
    # RFC 9112 lets a client take these two for what they mean (2.2 and 5.2).
    request(18, "bare LF in headers", Need.FINE,
            raw(lambda e: framed(e, "X-Odd: a\nX-Odder: b"))),
    request(18, "folded header", Need.FINE, raw(lambda e: framed(e, "X-Odd: a\r\n b"))),
    request(18, "NUL in header", Need.LOST, raw(lambda e: framed(e, "X-Odd: \0"))),
    request(18, "bare CR in header", Need.LOST, raw(lambda e: framed(e, "X-Odd: a\rb"))),
    request(18, "blank in header name", Need.LOST, raw(lambda e: framed(e, "X Odd: a"))),
    request(19, "status 999", Need.STATUS, whole(b"{}", status="999 Strange")),
    request(19, "status abc", Need.LOST, raw(lambda e: head(status=f"HTTP/1.1 abc {e.secret}"))),
    request(20, "200 times 103, then 200", Need.FINE,
            raw(lambda e: head(status="HTTP/1.1 103 Early Hints") * 200 + framed(e))),
    request(20, "103 for ever", Need.ENDLESS, early_hints_for_ever, waits=True, total=LONG),
    request(21, "100, then silence", Need.SILENT,
            raw(head(status="HTTP/1.1 100 Continue"), stall), waits=True, patience=SHORT),
    request(22, "HTTP/0.9: a body alone", Need.LOST, raw(good)),
    request(23, "body cut, closed", Need.LOST, raw(half)),
    request(24, "body cut, reset", Need.LOST, raw(half, reset)),
    request(25, "body cut, silence", Need.SILENT, raw(half, stall), waits=True, patience=SHORT),
    request(26, "body byte by byte", Need.ENDLESS, trickle_body, waits=True, total=LONG),
    request(27, "no last chunk", Need.LOST, raw(lambda e: chunks(e, end=b""))),
    request(28, "bad chunk size", Need.LOST, raw(lambda e: chunks(e, size="many"))),
    request(28, "bad chunk size behind a megabyte", Need.LOST, raw(broken_late)),
    request(28, "negative chunk size", Need.LOST, raw(lambda e: chunks(e, size="-5"))),
    request(28, "huge chunk size", Need.LOST, raw(lambda e: chunks(e, size="f" * 16))),
    request(28, "endless chunk size", Need.LOST, raw(lambda e: chunks(e, size="0" * 200_000))),
    request(29, "bad trailers", Need.LOST, raw(lambda e: chunks(e, end=b"0\r\nno colon\r\n\r\n"))),
    request(29, "odd trailers", Need.FINE,
            raw(lambda e: chunks(e, end=b"0\r\nContent-Length: 7\r\n\r\n"))),
    request(30, "an answer nobody asked for behind the body", Need.FINE,
            kept(lambda e: framed(e) + POISONED)),
    request(30, "the same behind chunks", Need.FINE,
            kept(lambda e: chunks(e) + POISONED)),
    request(30, "garbage behind the body", Need.FINE, kept(lambda e: framed(e) + b"x")),
    request(31, "HTML page", Need.SENSELESS, whole(page, "Content-Type: text/html")),
    request(32, "JSON called text", Need.FINE, whole(good, "Content-Type: text/plain")),
    request(33, "BOM", Need.FINE, whole(lambda e: b"\xef\xbb\xbf" + e.good)),
    request(33, "UTF-16", Need.SENSELESS, whole(lambda e: e.good.decode().encode("utf-16"))),
    request(34, "invalid UTF-8", Need.SENSELESS, whole(spliced(b'"note": "\xff\xfe"'))),
    request(35, "JSON cut", Need.SENSELESS, whole(lambda e: e.good[:-10])),
    request(36, "empty", Need.SENSELESS, whole(b"", "Content-Type: application/json")),
    request(37, "204", Need.SENSELESS, raw(head(status="HTTP/1.1 204 No Content"))),
    *(request(38, f"{text} at the top", Need.SENSELESS, whole(text.encode()))
      for text in ("null", "[]", '"text"', "5", "true")),
    request(39, "{}", Need.SENSELESS, whole(b"{}")),
    request(39, "evaluation {}", Need.SENSELESS, whole(b'{"evaluation": {}}')),
    *(request(40, f"{field} is {value!r}", Need.SENSELESS, whole(changed(**{field: value})))
      for field, value in WRONG),
    request(40, "name is the caller's key", Need.SENSELESS,
            whole(lambda e: changed(name={"key": e.secret})(e))),
    request(41, "unknown status", Need.FINE, whole(changed(status="dreaming"))),
    request(42, "unknown field", Need.FINE, whole(changed(dreams=[1, {"a": None}]))),
    request(43, "a field twice", Need.FINE, whole(spliced(b'"id": 5, "name": "first"'))),
    request(44, "NaN", Need.SENSELESS, whole(spliced(b'"note": NaN'))),
    request(44, "Infinity", Need.SENSELESS, whole(spliced(b'"note": -Infinity'))),
    request(45, "5000 digits", Need.SENSELESS, whole(spliced(b'"note": ' + b"7" * 5000))),
    request(46, "100 000 deep", Need.SENSELESS, whole(spliced(b'"note": ' + DEEP)), big=True),
    request(46, "an error 100 000 deep", Need.STATUS,
            whole(DEEP, status="400 Bad Request"), big=True),
    request(47, "a gigabyte", Need.SENSELESS, flood, big=True),
    request(47, "gzip bomb", Need.SENSELESS,
            whole(lambda _: bomb(), "Content-Encoding: gzip"), big=True),
    request(47, "gzip bomb in one piece", Need.SENSELESS,
            whole(lambda _: solid_bomb(), "Content-Encoding: gzip"), big=True),
    request(48, "called gzip, is not", Need.LOST, whole(good, "Content-Encoding: gzip")),
    request(49, "gzip cut", Need.LOST,
            whole(lambda e: gzip.compress(e.good)[:-12], "Content-Encoding: gzip")),
    request(50, "unknown coding", Need.SENSELESS, whole(good, "Content-Encoding: zstd")),
    request(51, "429, seconds", Need.STATUS_AGAIN, later(0.3, "Retry-After: 0.3"), waits=True),
    request(51, "429, milliseconds", Need.STATUS_AGAIN, later(0.3, "Retry-After-Ms: 300"),
            waits=True),
    request(51, "429, a date", Need.STATUS_AGAIN, at_a_moment, waits=True),
    request(51, "429, a date that is past", Need.STATUS_AGAIN,
            busy("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT")),
    *(request(52, f"429, Retry-After {value!r}", Need.STATUS_AGAIN, busy(f"Retry-After: {value}"))
      for value in ("nan", "inf", "-1", "", "soon", "1e400", "Sun, 06 Nov 99999999 08:49:37 GMT")),
    request(52, "429, Retry-After 1e9", Need.STATUS, busy("Retry-After: 1e9")),
    request(52, "429, two of Retry-After", Need.STATUS_AGAIN,
            busy("Retry-After: 30", "Retry-After: 40")),
    request(53, "503, HTML", Need.STATUS_SAFE, whole(page, status="503 Service Unavailable")),
    request(53, "503, Retry-After", Need.STATUS_AGAIN,
            whole(page, "Retry-After: 0", status="503 Service Unavailable")),
    request(53, "500, empty", Need.STATUS_SAFE, whole(b"", status="500 Internal Server Error")),
    request(53, "502 of a proxy", Need.STATUS_SAFE, raw(lambda e: (
        head("Via: 1.1 proxy", "Connection: close", status="HTTP/1.1 502 Bad Gateway") + page(e)))),
    request(54, "408", Need.STATUS_SAFE, whole(b"", status="408 Request Timeout")),
    request(54, "409", Need.STATUS, whole(b"{}", status="409 Conflict")),
    request(54, "425", Need.STATUS_SAFE, whole(b"", status="425 Too Early")),
    request(55, "401", Need.STATUS, whole(page, status="401 Unauthorized")),
    request(56, "307 to itself", Need.STATUS, to_itself, requests=6),
    request(57, "302 to a file", Need.STATUS, redirect("file:///etc/passwd", "302 Found")),
    request(57, "302 to nonsense", Need.SENSELESS, redirect("http://[", "302 Found")),
    request(57, "302 to another host", Need.FINE, to_elsewhere, post_need=Need.STATUS),
    request(58, "closed while idle", Need.FINE, when_idle(hang_up)),
    request(58, "reset while idle", Need.FINE, when_idle(reset)),
    request(59, "late answer", Need.SILENT, late, waits=True, patience=SHORT),
    request(60, "an answer nobody asked for on an idle connection", Need.FINE,
            when_idle(send_unasked, stays=True)),
    request(61, "Connection: close, but kept open", Need.FINE,
            raw(lambda e: framed(e, "Connection: close"), stall)),
    accept(62, "certificate expired", Need.NOT_CONNECTED,
           with_certificate(lambda: company().expired), encrypted=True),
    accept(62, "certificate of another host", Need.NOT_CONNECTED,
           with_certificate(lambda: company().wrong_host), encrypted=True),
    accept(62, "certificate of a stranger", Need.NOT_CONNECTED,
           with_certificate(lambda: stranger().server), encrypted=True),
    accept(62, "plain HTTP where TLS is due", Need.NOT_CONNECTED, plain_http, encrypted=True),
    accept(62, "handshake cut", Need.NOT_CONNECTED, hang_up, encrypted=True),
    accept(62, "handshake stalled", Need.UNREACHED, never_read, encrypted=True, waits=True,
           patience=SHORT),
    request(62, "cut without close_notify", Need.LOST, no_close_notify(half), encrypted=True),
    request(62, "no length, cut without close_notify", Need.SENSELESS,
            no_close_notify(lambda e: head() + e.good[:-10]), encrypted=True),
    look_up(63, "no such name", Need.NOT_CONNECTED, not_found),
    look_up(63, "look-up hangs", Need.UNREACHED, hanging, waits=True, patience=SHORT),
    look_up(63, "black hole first", Need.FINE, at(BLACK_HOLE, "127.0.0.1"), patience=LONG),
    look_up(63, "IPv6 black hole", Need.FINE, at(BLACK_HOLE_6, "127.0.0.1"), patience=LONG),
]
# fmt: on
