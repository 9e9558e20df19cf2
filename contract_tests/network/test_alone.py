"""Fault 64: what befalls the client's own process. Cancelled, interrupted, forked, out of files."""

import asyncio
import gc
import os
import pickle
import resource
import signal
import threading
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest
from oxloop import AsyncOxen, ConfigurationError, Oxen, TransportError
from oxloop._time import Time, use
from peer import PATIENCE, Behaviour, Line, Peer, peer
from telling import KEY

from .certificates import company
from .server import BLACK_HOLE, black_hole, evaluation

RUN_ID = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
MODEL = "0b8e3a0e-6a3e-4c8a-9a55-0d7c3f4f2c11"


def get(oxen: Any) -> Any:
    return oxen.evaluations.get("ox/support", RUN_ID)


def create(oxen: Any) -> Any:
    return oxen.evaluations.create(
        "ox/support", "main/a.csv", model=MODEL, prompt="{q}", target_column="a"
    )


def good(line: Line) -> None:
    """Answer every request well."""
    while (request := line.receive()) is not None:
        if "/x/v1/" in request.line:
            line.answer(b"no", "Connection: close", status="404 Not Found")
            return
        line.answer(evaluation())


def silent(line: Line) -> None:
    """Read a request, and wait for the client to hang up."""
    line.receive()
    line.stall()


def silent_in_the_body(line: Line) -> None:
    line.receive()
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    line.stall()


def silent_in_the_handshake(line: Line) -> None:
    """Take the first bytes of a handshake, and wait for the client to hang up."""
    line.socket.recv(1 << 16)
    line.stall()


# --- cancelled --------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("call", [get, create])
@pytest.mark.parametrize("behaviour", [silent, silent_in_the_body])
def test_a_task_cancelled_in_flight_leaves_nothing_and_sends_nothing_again(
    backend: str, call: Callable[[Any], Any], behaviour: Behaviour
) -> None:
    async def main(server: Peer) -> None:
        async with AsyncOxen(KEY, server.url) as oxen:
            await oxen.capabilities()
            with anyio.move_on_after(0.2) as scope:
                await call(oxen)
            assert scope.cancelled_caught
            await anyio.to_thread.run_sync(all_hung_up, server)
            assert (await get(oxen)).id == RUN_ID

    with peer(good, behaviour, good) as server:
        anyio.run(main, server, backend=backend)
        assert len(server.ledger) == 3


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_task_cancelled_in_the_handshake_leaves_nothing(backend: str) -> None:
    async def main(server: Peer) -> None:
        async with AsyncOxen(KEY, server.url.replace("http:", "https:")) as oxen:
            with anyio.move_on_after(0.2) as scope:
                await get(oxen)
            assert scope.cancelled_caught
            await anyio.to_thread.run_sync(all_hung_up, server)

    with peer(silent_in_the_handshake) as server:
        anyio.run(main, server, backend=backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_task_cancelled_while_it_connects_leaves_nothing(backend: str) -> None:
    async def main(port: int) -> None:
        before = open_files()
        async with AsyncOxen(KEY, f"http://{BLACK_HOLE}:{port}") as oxen:
            with anyio.move_on_after(0.2) as scope:
                await get(oxen)
            assert scope.cancelled_caught
            assert open_files() == before

    with peer(good) as server:
        port = int(server.url.rsplit(":", 1)[1])
        with black_hole(BLACK_HOLE, port):
            anyio.run(main, port, backend=backend)


def test_a_cancelled_call_of_asyncio_is_a_cancelled_task() -> None:
    async def main(server: Peer) -> None:
        async with AsyncOxen(KEY, server.url) as oxen:
            task = asyncio.ensure_future(get(oxen))
            await anyio.to_thread.run_sync(met, server)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert asyncio.all_tasks() == {asyncio.current_task()}
            await anyio.to_thread.run_sync(all_hung_up, server)

    with peer(silent) as server:
        asyncio.run(main(server))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_download_cancelled_at_any_moment_leaves_nothing(backend: str, tmp_path: Path) -> None:
    def steady(line: Line) -> None:
        line.receive()
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        line.trickle(b" ", pause=0.0005)

    async def main(server: Peer) -> None:
        async with AsyncOxen(KEY, server.url) as oxen:
            for step in range(5):
                with anyio.move_on_after(0.01 + step * 0.0013):
                    await oxen.files.download_to("ox/support", "main/a.csv", tmp_path / "a.csv")
                gc.collect()  # what trio says of a generator that is left, is an error here
            await anyio.to_thread.run_sync(all_hung_up, server)

    with peer(steady) as server:
        anyio.run(main, server, backend=backend)
    assert [*tmp_path.iterdir()] == []


@pytest.fixture
def interruptible() -> Generator[None, None, None]:
    """Take Ctrl-C as a terminal's program does, also where this runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_thread_leaves_nothing_and_the_client_whole() -> None:
    def interrupting(line: Line) -> None:
        line.receive()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        line.stall()

    with peer(interrupting, good) as server, Oxen(KEY, server.url) as oxen:
        with pytest.raises(KeyboardInterrupt):
            get(oxen)
        all_hung_up(server)
        assert get(oxen).id == RUN_ID
        assert len(server.ledger) == 2


def all_hung_up(server: Peer) -> None:
    """Wait until the client has no connection left."""
    while server.open:
        assert server.hung_up.acquire(timeout=PATIENCE / 2), "a connection is left"


def open_files() -> int:
    """How many files and sockets this process has open."""
    return len([*Path("/proc/self/fd").iterdir()])


def met(server: Peer) -> None:
    """Wait until a request has come."""
    waiting = threading.Event()
    for _ in range(1000):
        if server.ledger or waiting.wait(0.01):
            return


# --- forked -----------------------------------------------------------------------------------


def in_child(work: Callable[[], object]) -> Any:
    """Do some work in a forked process, and return what it returned."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there are threads: that is the point
        child = os.fork()
    if child == 0:
        try:
            found = work()
        except BaseException as error:
            found = error
        os.write(writing, pickle.dumps(found))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return pickle.loads(told)  # noqa: S301 - from our own child


def numbered(line: Line) -> None:
    """Answer with the number of the connection."""
    number = line.peer.connections
    while line.receive() is not None:
        line.answer(evaluation(name=f"connection {number}"))


def test_a_forked_process_leaves_the_connection_to_its_parent() -> None:
    with peer(numbered) as server, Oxen(KEY, server.url) as oxen:
        assert get(oxen).name == "connection 1"
        assert in_child(lambda: [get(oxen).name, get(oxen).name]) == ["connection 2"] * 2
        assert get(oxen).name == "connection 1"


def test_a_fork_while_another_thread_connects_does_not_block_the_child() -> None:
    with peer(numbered) as server, Oxen(KEY, server.url) as oxen:
        http: Any = oxen._driver.http  # pyright: ignore[reportPrivateUsage]
        with http._opening:  # a thread that opens the pool at the moment of the fork
            assert in_child(lambda: get(oxen).name) == "connection 1"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_forked_process_can_go_on_with_the_client_of_tasks(backend: str) -> None:
    async def name(oxen: AsyncOxen) -> str | None:
        run = await oxen.evaluations.get("ox/support", RUN_ID)
        return run.name

    def child() -> str | None:
        return anyio.run(name, oxen, backend=backend)

    with peer(numbered) as server:
        oxen = AsyncOxen(KEY, server.url)

        async def parent() -> str | None:
            async with oxen:
                return await name(oxen)

        assert in_child(child) == "connection 1"
        assert anyio.run(parent, backend=backend) == "connection 2"


def test_a_forked_process_refuses_an_http_client_that_it_was_not_given() -> None:
    with peer(numbered) as server, httpx.Client() as http:
        oxen = Oxen(KEY, server.url, http_client=http)
        assert get(oxen).name == "connection 1"
        refusal = in_child(lambda: get(oxen))
        assert isinstance(refusal, ConfigurationError)
        assert "make both anew here" in str(refusal)
        assert get(oxen).name == "connection 1"


# --- no file descriptors left -----------------------------------------------------------------


@contextmanager
def no_files_left() -> Generator[None, None, None]:
    """Let the process open no more files or sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def told(error: TransportError) -> tuple[str, int | None, str | None]:
    return str(error), error.attempts, error.outcome


@pytest.mark.parametrize("call", [get, create])
def test_without_file_descriptors_a_call_fails_as_if_not_connected(
    call: Callable[[Any], Any],
) -> None:
    def child() -> object:
        with use(Time(chance=lambda: 0.0)), Oxen(KEY, server.url) as oxen:
            oxen.capabilities()
            with no_files_left(), pytest.raises(TransportError) as caught:
                call(oxen)
            return told(caught.value), call(oxen).id

    with peer(good) as server:
        (message, attempts, outcome), found = in_child(child)
    assert "Too many open files" in message
    assert (attempts, outcome, found) == (3, None, RUN_ID)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("call", [get, create])
def test_without_file_descriptors_a_task_fails_as_if_not_connected(
    backend: str, call: Callable[[Any], Any]
) -> None:
    async def child() -> object:
        async with AsyncOxen(KEY, server.url) as oxen:
            await oxen.capabilities()
            with no_files_left(), pytest.raises(TransportError) as caught:
                await call(oxen)
            return told(caught.value), (await call(oxen)).id

    def work() -> object:
        with use(Time(chance=lambda: 0.0)):
            return anyio.run(child, backend=backend)

    with peer(good) as server:
        (message, attempts, outcome), found = in_child(work)
    assert "Too many open files" in message
    assert (attempts, outcome, found) == (3, None, RUN_ID)


def test_without_file_descriptors_the_authorities_cannot_be_read_which_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(company().write(tmp_path)))

    def child() -> object:
        with Oxen(KEY, "https://127.0.0.1:1") as oxen, no_files_left():
            with pytest.raises(ConfigurationError) as caught:
                get(oxen)
            return str(caught.value)

    assert "Too many open files" in in_child(child)
