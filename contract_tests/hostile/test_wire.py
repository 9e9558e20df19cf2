"""What no client sends: broken, split, endless and slow requests, each refused in an envelope."""

import socket
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from running_service import Running, until

from .conftest import CONNECTIONS, SECONDS, send, sentence

HEAD = b"GET /api/ai/models HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /api/repos HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

SHAPES: dict[str, tuple[bytes, int]] = {
    "no HTTP": (b"NONSENSE\r\n\r\n", 400),
    "another protocol": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500, 400),
    "an unknown method": (b"STEAL / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "HTTP/9": (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400),
    "HTTP/2 in the words of HTTP/1": (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 400),
    "HTTP/2 without asking": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "a tunnel": (b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "an address that is none": (b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "an address of bytes": (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "a blank in the address": (b"GET /api /x HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "NUL in the address": (b"GET /api/\x00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "no Host": (b"GET /api/ai/models HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (HEAD + b"Host: y\r\n\r\n", 400),
    "two keys": (HEAD + b"Authorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n", 400),
    "a key twice": (HEAD + b"X-API-KEY: a\r\nX-API-KEY: a\r\n\r\n", 400),
    "two types of a body": (POST + b"Content-Type: a/b\r\nContent-Length: 2\r\n\r\n{}", 400),
    "NUL in a header": (HEAD + b"X-A: a\x00b\r\n\r\n", 400),
    "a bare line feed in a header": (HEAD + b"X-A: a\rb\r\n\r\n", 400),
    "a header without a name": (HEAD + b": a\r\n\r\n", 400),
    "a blank before the colon": (HEAD + b"Content-Length : 3\r\n\r\nabc", 400),
    "a folded header": (HEAD + b"X-A: a\r\n  b\r\n\r\n", 400),
    "a length and chunks": (
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
        400,
    ),
    "chunks and a length": (
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /x",
        400,
    ),
    "two lengths": (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", 400),
    "a list of lengths": (POST + b"Content-Length: 5, 6\r\n\r\nabcdef", 400),
    "a negative length": (POST + b"Content-Length: -1\r\n\r\n", 400),
    "a length with a sign": (POST + b"Content-Length: +5\r\n\r\nabcde", 400),
    "a length in hexadecimal": (POST + b"Content-Length: 0x5\r\n\r\nabcde", 400),
    "a length beyond all numbers": (POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n", 400),
    "an encoding that is none": (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    "an encoding that is not read": (
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "an encoding on two lines": (
        POST + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "chunks that are not the last": (
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        400,
    ),
    "a chunk of no size": (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", 400),
    "a chunk beyond all numbers": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"F" * 20 + b"\r\n",
        400,
    ),
    "a header of 200 KB": (HEAD + b"X-A: " + b"a" * 200_000 + b"\r\n\r\n", 431),
    "an address of 200 KB": (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
    "a name of 200 KB": (HEAD + b"X" * 200_000 + b": a\r\n\r\n", 431),
    "101 headers": (HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(100)) + b"\r\n", 431),
    "a million headers": (HEAD + b"X-A: a\r\n" * 1_000_000, 431),
    "a header that never ends": (HEAD + b"X-A: " + b"a" * 20_000_000, 431),
    "an address that never ends": (b"GET /v4/" + b"a" * 20_000_000, 431),
    "something in front of a good request": (b"\x00" + HEAD + b"\r\n", 400),
    "a good request, and then nonsense": (
        HEAD + b"Connection: keep-alive\r\n\r\n\x00\x00\x00\x00\r\n\r\n",
        401,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_broken_requests_are_refused(service: Running, shape: str) -> None:
    content, status = SHAPES[shape]
    reply = send(service, content)
    assert reply.status == status, reply
    assert sentence(reply)


@pytest.mark.parametrize(
    ("path", "has_envelope_of_humanloop"),
    [("/v4/projects", True), ("/api/repos", False), ("/x/v1/capabilities", False), ("/", False)],
)
def test_a_head_that_is_too_large_is_told_in_its_apis_own_words(
    service: Running, path: str, has_envelope_of_humanloop: bool
) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nX-A: {'a' * 70_000}\r\n\r\n".encode()
    reply = send(service, head)
    assert reply.status == 431
    assert "64 KiB" in sentence(reply)
    assert (b'"error"' not in reply.body) == has_envelope_of_humanloop


def test_what_follows_a_request_is_another_one(service: Running) -> None:
    good = HEAD + f"Authorization: Bearer {service.key}\r\n".encode()
    body = b'{"namespace":"ox","name":"smuggled"}'
    inner = POST + f"Authorization: Bearer {service.key}\r\n".encode()
    inner += b"Content-Length: %d\r\n\r\n" % len(body) + body
    # The length of the outer request covers the inner one, which therefore never happens.
    outer = good + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(inner) + inner
    assert send(service, outer).status == 200
    with service.client() as client:
        assert client.get("/api/repos/ox/smuggled").status_code == 404


def test_many_requests_at_once_on_one_connection_are_answered_in_turn(service: Running) -> None:
    one = HEAD + f"Authorization: Bearer {service.key}\r\n".encode()
    reply = send(service, (one + b"\r\n") * 50 + one + b"Connection: close\r\n\r\n")
    assert reply.status == 200
    assert reply.body.count(b"HTTP/1.1 200") == 50


@pytest.mark.parametrize(
    "head",
    [
        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
    ],
)
def test_another_protocol_is_not_taken_up(service: Running, head: bytes) -> None:
    key = f"Authorization: Bearer {service.key}\r\n".encode()
    assert send(service, HEAD + key + head + b"\r\n").status == 200


SLOW: dict[str, tuple[list[bytes], int | None]] = {
    "nothing at all": ([], None),
    "blank lines": ([b"\r\n"] * 50, None),
    "half a first line": ([b"GET /api/re"], 408),
    "headers without an end": ([HEAD, *(b"X-A: %d\r\n" % n for n in range(50))], 408),
    "half a body": ([POST, b"Content-Length: 100\r\n\r\n", b"{"], 408),
    "a body by drops": ([POST, b"Content-Length: 100\r\n\r\n", *[b" "] * 60], 408),
    "a chunk that does not come": ([POST, b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\n"], 408),
}


@pytest.mark.parametrize("shape", SLOW)
def test_slow_clients_are_not_waited_for(service: Running, shape: str) -> None:
    pieces, status = SLOW[shape]
    key = f"Authorization: Bearer {service.key}\r\n".encode()
    drops = [POST + key if piece == POST else piece for piece in pieces]
    with socket.create_connection(("127.0.0.1", service.record.port), timeout=30) as wire:
        gone = threading.Event()

        def drip() -> None:
            # Slower than the service's patience for the whole, quicker than for a single piece.
            for piece in drops:
                try:
                    wire.sendall(piece)
                except OSError:
                    return
                if gone.wait(SECONDS / 8):
                    return

        sender = threading.Thread(target=drip)
        sender.start()
        try:
            received = bytearray()
            while piece := wire.recv(65536):
                received += piece
        finally:
            gone.set()
            sender.join()
    if status is None:
        assert received == b""
    else:
        assert received.startswith(b"HTTP/1.1 %d" % status)
        assert b'"too_slow"' in received


def test_an_upload_that_stops_leaves_nothing(service: Running, repo: str) -> None:
    incoming = service.folder.files_dir / "incoming"
    head = f"PUT {repo}/file/main/a.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.key}"
    head += "\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 10000000\r\n\r\n"
    part = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + b"x" * 1000
    reply = send(service, head.encode() + part)
    assert reply.status == 408
    assert "1 KiB" in sentence(reply)
    until(lambda: not any(incoming.iterdir()))


def test_an_answer_that_nobody_takes_is_given_up(service: Running, repo: str) -> None:
    with service.client() as client:
        file = {"file": b"x" * (64 << 20)}
        author = {"name": "Ann", "email": "ann@example.com"}
        assert client.put(f"{repo}/file/main/a.bin", files=file, data=author).status_code == 200
    head = f"GET {repo}/file/main/a.bin HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.key}"
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.settimeout(30)
        wire.connect(("127.0.0.1", service.record.port))
        wire.sendall(head.encode() + b"\r\n\r\n")
        assert wire.recv(12) == b"HTTP/1.1 200"
        until(lambda: _is_closed(service, wire.getsockname()[1]))


def _is_closed(service: Running, port: int) -> bool:
    """Whether the service has let go of its end of a connection."""
    local, remote = f":{service.record.port:04X}", f":{port:04X}"
    table = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return not any(
        one[1].endswith(local) and one[2].endswith(remote) and one[3] == "01" for one in table
    )


def test_more_connections_than_it_takes_are_told_to_come_again(service: Running) -> None:
    with ExitStack() as opened:
        refused = 0
        for _ in range(CONNECTIONS + 10):
            wire = opened.enter_context(
                socket.create_connection(("127.0.0.1", service.record.port), timeout=30)
            )
            wire.sendall(HEAD + f"Authorization: Bearer {service.key}\r\n\r\n".encode())
            received = wire.recv(65536)
            if received.startswith(b"HTTP/1.1 503"):
                assert b"retry-after: 1\r\n" in received
                assert b'"busy"' in received
                refused += 1
            else:
                assert received.startswith(b"HTTP/1.1 200")
        assert refused >= 10
    until(lambda: send(service, HEAD + b"Connection: close\r\n\r\n").status == 401)
