"""Real connections, real time: what a peer may do, and when the client has had enough."""

import gzip
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import oxloop.local
import pytest
from attrs import frozen
from oxloop import AsyncOxen, Oxen, ServerError, TransportError, errors
from oxloop._time import Time
from peer import PATIENCE, Line, Peer, closed_port, peer

from . import answers
from .conftest import Teller, Told, collect

REPOSITORY = answers.repository().content
COMMIT = answers.commit().content
SLACK = 15.0
"""Seconds that a busy machine may need on top."""


@pytest.fixture(params=["threads", "asyncio", "trio", "aiohttp"])
def live(request: pytest.FixtureRequest) -> Teller:
    """Tells stories in real time; only the pauses between two attempts are as short as can be."""
    return Teller(request.param, Time(chance=lambda: 0.0))


@contextmanager
def lasting(seconds: float) -> Generator[None, None, None]:
    """Check that something takes some time, and not much more."""
    started = time.monotonic()
    yield
    assert seconds - 0.05 <= time.monotonic() - started <= seconds + SLACK


def get_repo(oxen: Any) -> Any:
    return oxen.repos.get("ox/support")


def create_repo(oxen: Any) -> Any:
    return oxen.repos.create("ox/support")


def download(oxen: Any) -> Any:
    return oxen.files.download("ox/support", "main/a.csv")


def good(line: Line) -> None:
    """Answer every request well."""
    while (request := line.receive()) is not None:
        if "/x/v1/" in request.line:
            line.answer(b"no", status="404 Not Found")
        elif request.line.startswith("PUT"):
            line.answer(COMMIT)
        else:
            line.answer(REPOSITORY)


def trickling_body(line: Line) -> None:
    line.receive()
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    line.trickle(b" ")


def trickling_headers(line: Line) -> None:
    line.receive()
    line.send(b"HTTP/1.1 200 OK\r\n")
    line.trickle(b"X-More: yes\r\n")


def trickling_status(line: Line) -> None:
    line.receive()
    line.trickle(b"HTTP/1.1 200 " + b"O" * 1000)


def silent(line: Line) -> None:
    line.receive()
    line.stall()


def never_reading(line: Line) -> None:
    line.peer.stopping.wait(PATIENCE)


@pytest.mark.parametrize(
    ("behaviour", "total"),
    [(trickling_body, 1.0), (trickling_headers, 0.5), (trickling_status, 0.5), (silent, 0.5)],
)
def test_the_total_time_holds_against_any_slow_peer(
    live: Teller, behaviour: Callable[[Line], None], total: float
) -> None:
    with (
        peer(behaviour) as server,
        lasting(total),
        pytest.raises(errors.TimeoutError, match=f"total_timeout is {total:g} s") as caught,
    ):
        live.tell(get_repo, base_url=server.url, total_timeout=total)
    assert caught.value.attempts == 1
    assert len(server.ledger) == 1


@pytest.mark.parametrize("behaviour", [trickling_body, silent])
def test_the_client_hangs_up_on_a_slow_peer(
    live: Teller, behaviour: Callable[[Line], None]
) -> None:
    with peer(behaviour) as server:

        def story(oxen: Any) -> Told:
            with pytest.raises(errors.TimeoutError):
                yield get_repo(oxen)
            assert server.hung_up.acquire(timeout=5)

        live.tell(story, base_url=server.url, total_timeout=0.5)


def test_the_total_time_holds_while_a_request_is_written(live: Teller) -> None:
    content = b"x" * 20_000_000
    with peer(never_reading) as server, lasting(0.5), pytest.raises(errors.TimeoutError):
        live.tell(
            lambda oxen: oxen.files.upload("ox/support", "main/a.csv", content),
            base_url=server.url,
            total_timeout=0.5,
        )


def slow_reading(line: Line) -> None:
    """Take the request, but so slowly that every write makes some way."""
    while not line.peer.stopping.wait(0.01):
        line.socket.recv(20_000)


def test_the_total_time_holds_while_a_peer_reads_slowly(live: Teller) -> None:
    with (
        peer(good, slow_reading, buffer=65_536) as server,
        lasting(1.5),
        pytest.raises(errors.TimeoutError),
    ):
        live.tell(
            post_with_no_reuse(server, lambda oxen: create_repo_with("x" * 20_000_000, oxen)),
            base_url=server.url,
            total_timeout=1.5,
        )


def create_repo_with(description: str, oxen: Any) -> Any:
    return oxen.repos.create("ox/support", description=description)


def test_a_silent_peer_is_given_up_step_by_step_before_that(live: Teller) -> None:
    with peer(silent) as server, lasting(3 * 0.2), pytest.raises(errors.TimeoutError) as caught:
        live.tell(get_repo, base_url=server.url, timeout=0.2)
    assert caught.value.attempts == len(server.ledger) == 3
    assert "total_timeout" not in str(caught.value)


def test_a_post_that_ran_out_of_time_may_have_taken_effect(live: Teller) -> None:
    with peer(good, silent) as server, pytest.raises(errors.TimeoutError) as caught:
        live.tell(post_with_no_reuse(server), base_url=server.url, total_timeout=0.5)
    assert caught.value.outcome == "unknown"
    assert [request.line for request in server.ledger if "POST" in request.line] == [
        "POST /api/repos HTTP/1.1"
    ]


def post_with_no_reuse(
    server: Peer, post: Callable[[Any], Any] = create_repo
) -> Callable[[Any], Told]:
    """A story that asks for the capabilities on one connection, and posts on the next."""

    def story(oxen: Any) -> Told:
        yield oxen.capabilities()
        server.close_idle()
        assert server.hung_up.acquire(timeout=5)
        yield post(oxen)

    return story


def cut_body(line: Line) -> None:
    line.receive()
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + REPOSITORY)


def no_last_chunk(line: Line) -> None:
    line.receive()
    size = f"{len(REPOSITORY):x}".encode()
    line.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\n")
    line.send(REPOSITORY + b"\r\n")


def no_answer(line: Line) -> None:
    line.receive()


def reset(line: Line) -> None:
    line.receive()
    line.reset()


def cut_headers(line: Line) -> None:
    line.receive()
    line.send(b"HTTP/1.1 200 OK\r\nContent-Le")


def broken_gzip(line: Line) -> None:
    line.receive()
    line.answer(gzip.compress(REPOSITORY)[:-20], "Content-Encoding: gzip")


def not_gzip(line: Line) -> None:
    line.receive()
    line.answer(REPOSITORY, "Content-Encoding: gzip")


def cut_gzip(line: Line) -> None:
    line.receive()
    line.answer(gzip.compress(REPOSITORY)[:-3], "Content-Encoding: gzip")


def not_http(line: Line) -> None:
    line.receive()
    line.send(b"SSH-2.0-OpenSSH_9.6\r\n")


FRAMED = [broken_gzip, cut_gzip, not_gzip]
"""Whole as far as HTTP can tell, so that the connection stays open."""
LOSSES = [cut_body, no_last_chunk, no_answer, reset, cut_headers, not_http, *FRAMED]


def first(behaviour: Callable[[Line], None]) -> Callable[[Line], None]:
    """Behave so once, and well after that if the connection is still there."""

    def play(line: Line) -> None:
        behaviour(line)
        if behaviour in FRAMED:
            good(line)

    return play


def always(behaviour: Callable[[Line], None]) -> Callable[[Line], None]:
    """Behave so each time."""

    def play(line: Line) -> None:
        behaviour(line)
        while behaviour in FRAMED and line.is_open:
            behaviour(line)

    return play


@pytest.mark.parametrize("behaviour", LOSSES)
def test_a_get_gets_over_a_lost_answer(live: Teller, behaviour: Callable[[Line], None]) -> None:
    with peer(first(behaviour), good) as server:
        assert live.tell(get_repo, base_url=server.url).name == "support"
    assert len(server.ledger) == 2


@pytest.mark.parametrize("behaviour", LOSSES)
def test_a_get_that_always_loses_its_answer_is_a_transport_error(
    live: Teller, behaviour: Callable[[Line], None]
) -> None:
    with peer(always(behaviour)) as server, pytest.raises(TransportError) as caught:
        live.tell(get_repo, base_url=server.url)
    assert caught.value.attempts == len(server.ledger) == 3
    assert caught.value.outcome is None


@pytest.mark.parametrize("behaviour", LOSSES)
def test_a_post_whose_answer_is_lost_reaches_the_server_once(
    live: Teller, behaviour: Callable[[Line], None]
) -> None:
    with peer(good, behaviour, good) as server, pytest.raises(TransportError) as caught:
        live.tell(post_with_no_reuse(server), base_url=server.url)
    assert len([request for request in server.ledger if "POST" in request.line]) == 1
    assert caught.value.outcome == "unknown"
    assert caught.value.attempts == 1


def test_nobody_there_is_a_transport_error(live: Teller) -> None:
    with pytest.raises(TransportError, match="not connected") as caught:
        live.tell(create_repo, base_url=closed_port())
    assert caught.value.attempts == 3
    assert caught.value.outcome is None


def test_a_connection_is_used_again(live: Teller) -> None:
    def story(oxen: Any) -> Told:
        for _ in range(3):
            yield get_repo(oxen)

    with peer(good) as server:
        live.tell(story, base_url=server.url)
    assert (server.connections, len(server.ledger)) == (1, 3)


def test_a_connection_that_was_closed_while_idle_is_not_noticed(live: Teller) -> None:
    def story(oxen: Any) -> Told:
        yield get_repo(oxen)
        server.close_idle()
        assert server.hung_up.acquire(timeout=5)
        yield create_repo(oxen)

    with peer(good) as server:
        live.tell(story, base_url=server.url, max_retries=0)
    assert server.connections == 2


def late(line: Line) -> None:
    """Answer the first request when the client has long given it up."""
    line.receive()
    line.stall()
    line.answer(b'{"repository": {"namespace": "ox", "name": "too-late"}}')
    good(line)


def test_a_late_answer_is_never_taken_for_the_next_one(live: Teller) -> None:
    def story(oxen: Any) -> Told:
        with pytest.raises(errors.TimeoutError):
            yield oxen.with_options(timeout=0.2).repos.get("ox/late")
        return (yield get_repo(oxen))

    with peer(late, good) as server:
        assert live.tell(story, base_url=server.url, max_retries=0).name == "support"
    assert server.connections == 2


def dripping_file(line: Line) -> None:
    """A file that comes steadily, but takes 0.8 s."""
    line.receive()
    line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n")
    for _ in range(16):
        line.peer.stopping.wait(0.05)
        line.send(b"x")


def test_the_total_time_of_a_download_ends_with_its_headers(live: Teller) -> None:
    with peer(dripping_file) as server:
        assert live.tell(download, base_url=server.url, total_timeout=0.4) == b"x" * 16


def test_a_download_can_have_a_total_of_its_own(live: Teller, tmp_path: Path) -> None:
    with peer(trickling_body) as server, lasting(0.5), pytest.raises(errors.TimeoutError):
        live.tell(
            lambda oxen: oxen.files.download_to(
                "ox/support", "main/a.csv", tmp_path / "a.csv", total=0.5
            ),
            base_url=server.url,
            max_retries=0,
        )
    assert [*tmp_path.iterdir()] == []


def test_a_download_without_bytes_is_given_up(live: Teller) -> None:
    def stalling(line: Line) -> None:
        line.receive()
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        line.stall()

    with peer(stalling) as server, lasting(0.3), pytest.raises(errors.TimeoutError):
        live.tell(download, base_url=server.url, timeout=0.3, max_retries=0)


def test_the_headers_of_a_download_have_the_total_time(live: Teller) -> None:
    with peer(trickling_headers) as server, lasting(0.5), pytest.raises(errors.TimeoutError):
        live.tell(download, base_url=server.url, total_timeout=0.5)


def test_a_proxy_of_the_environment_is_used_and_bounded_too(
    live: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer(good, trickling_body) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)

        def story(oxen: Any) -> Told:
            yield get_repo(oxen)
            proxy.close_idle()
            assert proxy.hung_up.acquire(timeout=5)
            with lasting(0.5), pytest.raises(errors.TimeoutError):
                yield get_repo(oxen)

        live.tell(story, base_url="http://hub.invalid", total_timeout=0.5)
    assert proxy.ledger[0].line == "GET http://hub.invalid/api/repos/ox/support HTTP/1.1"


def test_no_proxy_is_obeyed(live: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", closed_port())
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with peer(good) as server:
        assert live.tell(get_repo, base_url=server.url).name == "support"


@frozen
class Place:
    """A place at a local service that runs."""

    base_url: str
    api_key: str = "folder-key"

    def leave(self) -> None:
        """Nothing to give up."""


def test_the_local_service_is_reached_past_every_proxy(
    live: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> str:
        async with AsyncOxen.local() as oxen:
            return (await oxen.repos.get("ox/support")).name

    with peer(good) as server:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, closed_port())
        monkeypatch.delenv("NO_PROXY", raising=False)

        def join(data_dir: Path | None, *, stop_on_exit: bool) -> Place:
            return Place(server.url)

        monkeypatch.setattr(oxloop.local, "join", join)
        if live.is_sync:
            with Oxen.local() as oxen:
                assert oxen.repos.get("ox/support").name == "support"
        else:
            assert anyio.run(main, backend=live.backend) == "support"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_task_leaves_no_connection_and_the_client_whole(backend: str) -> None:
    async def main(server: Peer) -> str:
        async with AsyncOxen("k", server.url) as oxen:
            with anyio.move_on_after(0.3) as scope:
                await oxen.repos.get("ox/support")
            assert scope.cancelled_caught
            assert await anyio.to_thread.run_sync(lambda: server.hung_up.acquire(timeout=5))
            return (await oxen.repos.get("ox/support")).name

    with peer(silent, good) as server:
        assert anyio.run(main, server, backend=backend) == "support"
    assert len(server.ledger) == 2


def test_rows_left_in_the_middle_leave_no_connection_open(live: Teller) -> None:
    page = answers.page([{"a": 1}, {"a": 2}], 1, 2).content

    def pages(line: Line) -> None:
        while line.receive() is not None:
            line.answer(page)

    def story(oxen: Any) -> Told:
        rows = oxen.data_frames.rows("ox/support", "main/a.csv")
        first = yield (next(rows) if live.is_sync else anext(rows))
        yield rows.close() if live.is_sync else rows.aclose()
        everything = yield collect(oxen.data_frames.rows("ox/support", "main/a.csv"))
        return first, len(everything)

    with peer(pages) as server:
        assert live.tell(story, base_url=server.url) == ({"a": 1}, 4)
    assert server.connections == 1
    assert server.hung_up.acquire(timeout=5)


def test_an_error_page_is_read_over_a_real_connection(live: Teller) -> None:
    def failing(line: Line) -> None:
        while line.receive() is not None:
            line.answer(b"<html>oops", "Content-Type: text/html", status="502 Bad Gateway")

    with peer(failing) as server, pytest.raises(ServerError, match="HTML page") as caught:
        live.tell(get_repo, base_url=server.url)
    assert caught.value.attempts == len(server.ledger) == 3


def test_a_compressed_answer_is_understood(live: Teller) -> None:
    def compressing(line: Line) -> None:
        while line.receive() is not None:
            line.answer(gzip.compress(REPOSITORY), "Content-Encoding: gzip")

    with peer(compressing) as server:
        assert live.tell(get_repo, base_url=server.url).name == "support"
    assert server.ledger[0].headers["accept-encoding"] == "gzip"


def test_a_coding_that_was_not_asked_for_is_a_decode_error(live: Teller) -> None:
    def odd(line: Line) -> None:
        line.receive()
        line.answer(REPOSITORY, "Content-Encoding: br")

    with peer(odd) as server, pytest.raises(errors.DecodeError, match="coded as 'br'"):
        live.tell(get_repo, base_url=server.url)
    assert len(server.ledger) == 1


def test_a_full_disk_ends_a_download_with_its_own_error(
    live: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, chunk: bytes) -> int:
        raise OSError(28, "No space left on device")

    def sending(line: Line) -> None:
        line.receive()
        line.answer(b"x" * 1_000_000)

    monkeypatch.setattr("oxloop.oxen.files.Memory.write", full, raising=False)
    with peer(sending) as server, pytest.raises(OSError, match="No space left"):
        live.tell(download, base_url=server.url)
    assert server.hung_up.acquire(timeout=5)
    assert len(server.ledger) == 1


@pytest.mark.parametrize("compressed", [False, True])
def test_an_answer_that_does_not_fit_in_memory_is_refused(
    live: Teller, monkeypatch: pytest.MonkeyPatch, compressed: bool
) -> None:
    monkeypatch.setattr("oxloop._http.bodies.BODY_LIMIT", 1024 * 1024)
    body = b" " * (4 * 1024 * 1024)

    def huge(line: Line) -> None:
        line.receive()
        if compressed:
            line.answer(gzip.compress(body), "Content-Encoding: gzip")
        else:
            line.answer(body)

    with peer(huge) as server, pytest.raises(errors.DecodeError, match="larger than 1 MiB"):
        live.tell(get_repo, base_url=server.url)
    assert len(server.ledger) == 1


def test_an_endless_answer_is_hung_up_on(live: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oxloop._http.bodies.BODY_LIMIT", 1024 * 1024)

    def endless(line: Line) -> None:
        line.receive()
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        line.send(b" " * (2 * 1024 * 1024))
        line.trickle(b" ")

    with peer(endless) as server, lasting(0.05), pytest.raises(errors.DecodeError):
        live.tell(get_repo, base_url=server.url, total_timeout=5.0)
