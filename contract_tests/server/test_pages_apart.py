"""Pages of data frames that take long hold up each other, and nothing else."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from running_service import Running, until

from .conftest import Repo

# A service that reads no page until a file is there, and says in another whenever it begins one.
_WAITING = """
import pathlib, sys, time
from oxloop_server.__main__ import main
from oxloop_server.engine.tables import Table

folder = pathlib.Path(sys.argv[sys.argv.index("--data") + 1])
page = Table._page

def waiting(*arguments):
    with (folder / "begun").open("a") as file:
        file.write("page\\n")
    while not (folder / "go").exists():
        time.sleep(0.01)
    return page(*arguments)

Table._page = waiting
sys.exit(main())
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path, program=_WAITING)
    try:
        yield running
    finally:
        (tmp_path / "go").touch()
        assert running.stop() == 0


def test_two_pages_are_read_at_once_and_all_else_goes_on(repo: Repo, tmp_path: Path) -> None:
    repo.put("main/a.csv", b"n\n1\n")
    head = (
        f"GET {repo.path}/data_frames/main/a.csv HTTP/1.1\r\nHost: oxloop\r\n"
        f"Authorization: Bearer {repo.service.key}\r\nConnection: close\r\n\r\n"
    )
    begun = tmp_path / "begun"
    with ExitStack() as stack:
        lines: list[socket.socket] = []
        for _ in range(40):
            address = ("127.0.0.1", repo.service.record.port)
            lines.append(stack.enter_context(socket.create_connection(address, timeout=30)))
            lines[-1].sendall(head.encode())
        until(lambda: begun.exists() and len(begun.read_text().split()) == 2)
        for _ in range(10):
            assert repo.get("main/a.csv").content == b"n\n1\n"
        assert len(begun.read_text().split()) == 2
        (tmp_path / "go").touch()
        for line in lines:
            assert line.recv(12) == b"HTTP/1.1 200"
    assert len(begun.read_text().split()) == 40
