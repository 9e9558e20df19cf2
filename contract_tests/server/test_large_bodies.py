"""Large JSON bodies of many requests at once: how much of them is taken, and who has to go."""

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from oxloop_server.contract.bodies import SMALL, Bodies, Body
from oxloop_server.problems import Refused
from running_service import Running

KIB = 1 << 10
NOTHING = b"{" + b" " * (500 * KIB) + b"}"
"""A large body that asks for nothing in particular."""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A service that takes two bodies such as ``NOTHING`` at once."""
    service = Running(tmp_path, ["--limit", "json_bodies=1100KiB"])
    try:
        yield service
    finally:
        assert service.stop() == 0


def begun(running: Running, size: int) -> socket.socket:
    """A client that has sent so many bytes of its body."""
    line = socket.create_connection(("127.0.0.1", running.record.port), timeout=30)
    head = (
        "POST /v4/projects HTTP/1.1\r\nHost: oxloop\r\nContent-Type: application/json\r\n"
        f"X-API-KEY: {running.key}\r\nConnection: close\r\nContent-Length: {len(NOTHING)}\r\n\r\n"
    )
    line.sendall(head.encode() + NOTHING[:size])
    return line


def answer(line: socket.socket) -> tuple[bytes, bytes]:
    """The head of its answer, and the body."""
    received = b""
    while piece := line.recv(65536):
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    return head, body


def test_the_slowest_is_told_to_come_again(running: Running) -> None:
    size = 450 * KIB
    slow = begun(running, size)
    for _ in range(5):
        with closing(begun(running, len(NOTHING))) as one:
            assert answer(one)[0].startswith(b"HTTP/1.1 422")
    with (
        closing(slow),
        closing(begun(running, size)) as second,
        closing(begun(running, size)) as third,
    ):
        head, body = answer(slow)
        assert head.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 1" in head
        assert "again later" in json.loads(body)["detail"]
        for one in (second, third):
            one.sendall(NOTHING[size:])
            assert answer(one)[0].startswith(b"HTTP/1.1 422")
    assert "json_bodies" in running.log()


def test_small_ones_are_never_refused(running: Running) -> None:
    with running.client() as http:
        lines = [begun(running, SMALL) for _ in range(40)]
        repo = {"namespace": "ox", "name": "r"}
        assert http.post("/api/repos", json=repo).status_code == 200
        for line in lines:
            line.close()
        with closing(begun(running, len(NOTHING))) as one:
            assert answer(one)[0].startswith(b"HTTP/1.1 422")
    assert "json_bodies" not in running.log()


def test_what_is_over_takes_no_room(running: Running) -> None:
    for _ in range(5):
        begun(running, 450 * KIB).close()
        with closing(begun(running, len(NOTHING))) as one:
            assert answer(one)[0].startswith(b"HTTP/1.1 422")
    assert "json_bodies" not in running.log()


def test_a_new_one_is_refused_where_all_others_are_there() -> None:
    async def both() -> None:
        bodies = Bodies(100)
        over = asyncio.Event()

        async def request(size: int) -> Body:
            body = bodies.begin()
            bodies.grow(body, size)
            body.is_coming = False
            await over.wait()
            return body

        first = asyncio.create_task(request(90))
        await asyncio.sleep(0)
        with pytest.raises(Refused) as refused:
            await asyncio.create_task(request(20))
        assert refused.value.code == "busy"
        over.set()
        await first
        await asyncio.create_task(request(20))

    asyncio.run(both())


def test_one_by_itself_is_taken() -> None:
    async def alone() -> int:
        bodies = Bodies(100)
        body = bodies.begin()
        bodies.grow(body, 200)
        return body.size

    assert asyncio.run(alone()) == 200
