"""What an application gets of a connection, and what its client gets, whatever either does."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from attrs import frozen
from oxloop_server.connection import Connection, connection_class
from oxloop_server.errors import APIS
from oxloop_server.exchange import MOST_WAITING
from oxloop_server.limits import Limits
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.server import ServerState

PATIENCE = 20.0
HOST = b"Host: x\r\n"

Test = Callable[["Line"], Awaitable[None]]


@frozen
class Line:
    """A connection to an application, from the client's side."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    state: ServerState

    async def ask(self, *lines: bytes, body: bytes = b"") -> None:
        """Send a request."""
        self.writer.write(b"\r\n".join([*lines, b"Host: x", b"", b""]) + body)
        await self.writer.drain()

    async def head(self) -> bytes:
        """The next status line and headers."""
        return await self.reader.readuntil(b"\r\n\r\n")

    async def answer(self) -> tuple[bytes, bytes]:
        """The next head and the body that it announces."""
        head = await self.head()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return head, await self.reader.readexactly(length)

    async def is_closed(self) -> bool:
        """Whether the other side ends the connection, and sends nothing more."""
        try:
            return await self.reader.read() == b""
        except ConnectionResetError:
            return True

    @property
    def connection(self) -> Connection:
        """The service's side."""
        (one,) = self.state.connections
        assert isinstance(one, Connection)
        return one


@asynccontextmanager
async def connected(app: ASGIApp) -> AsyncGenerator[Line]:
    """A client of an application."""
    state = ServerState()
    config = uvicorn.Config(app, http=connection_class(Limits(), APIS), lifespan="off")
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: config.http_protocol_class(config, state, {}),  # type: ignore[call-arg]
        "127.0.0.1",
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    try:
        async with asyncio.timeout(PATIENCE):
            yield Line(reader, writer, state)
            writer.close()
            if state.tasks:
                await asyncio.wait(state.tasks)
    finally:
        writer.close()
        server.close()


def talk(app: ASGIApp, test: Test) -> None:
    """Have a client talk to an application."""

    async def both() -> None:
        async with connected(app) as line:
            await test(line)

    asyncio.run(both())


async def until(condition: Callable[[], bool]) -> None:
    """Let the event loop go on until something is so."""
    while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0)


def head(length: int, status: int = 200, *headers: tuple[bytes, bytes]) -> Message:
    fields = [(b"content-length", b"%d" % length), *headers]
    return {"type": "http.response.start", "status": status, "headers": fields}


def piece(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more}


async def taken(receive: Receive) -> bytes:
    """A request's body."""
    body = bytearray()
    while (message := await receive())["type"] == "http.request":
        body += message["body"]
        if not message["more_body"]:
            break
    return bytes(body)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the path and the body."""
    content = scope["raw_path"] + b" " + await taken(receive)
    await send(head(len(content)))
    await send(piece(content))


def test_requests_that_come_at_once_are_answered_in_their_order() -> None:
    begun: list[str] = []
    go_on = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        begun.append(scope["path"])
        if scope["path"] == "/first":
            await go_on.wait()
        await echo(scope, receive, send)

    async def test(line: Line) -> None:
        request = b"POST /%b HTTP/1.1\r\nContent-Length: 3\r\n" + HOST + b"\r\nabc"
        line.writer.write(b"".join(request % name for name in (b"first", b"second", b"third")))
        await until(lambda: bool(begun))
        assert begun == ["/first"], "the others wait for their turn"
        go_on.set()
        bodies = [(await line.answer())[1] for _ in range(3)]
        assert bodies == [b"/first abc", b"/second abc", b"/third abc"]

    talk(app, test)


def test_a_connection_stays_for_the_next_request_unless_either_side_ends_it() -> None:
    async def test(line: Line) -> None:
        for _ in range(2):
            await line.ask(b"GET /a HTTP/1.1")
            top, body = await line.answer()
            assert top.startswith(b"HTTP/1.1 200 OK\r\n")
            assert b"connection:" not in top
            assert body == b"/a "
        await line.ask(b"GET /a HTTP/1.1", b"Connection: close")
        top, _ = await line.answer()
        assert b"\r\nconnection: close\r\n" in top
        assert await line.is_closed()

    talk(echo, test)


def test_a_client_of_http_1_0_gets_one_answer() -> None:
    async def test(line: Line) -> None:
        await line.ask(b"GET /a HTTP/1.0")
        assert (await line.answer())[1] == b"/a "
        assert await line.is_closed()

    talk(echo, test)


def test_the_answer_to_head_has_a_length_and_no_body() -> None:
    async def test(line: Line) -> None:
        await line.ask(b"HEAD /abc HTTP/1.1")
        assert b"content-length: 5\r\n" in await line.head()
        await line.ask(b"GET /a HTTP/1.1")
        top, body = await line.answer()
        assert top.startswith(b"HTTP/1.1 200"), "nothing is left in between"
        assert body == b"/a "

    talk(echo, test)


def test_a_client_that_waits_to_send_its_body_is_told_to() -> None:
    async def test(line: Line) -> None:
        await line.ask(b"POST / HTTP/1.1", b"Expect: 100-continue", b"Content-Length: 3")
        assert await line.head() == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.writer.write(b"abc")
        assert (await line.answer())[1] == b"/ abc"

    talk(echo, test)


def test_a_client_that_waits_is_not_told_to_send_what_nobody_wants() -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(head(0, 413))
        await send(piece(b""))

    async def test(line: Line) -> None:
        await line.ask(b"POST / HTTP/1.1", b"Expect: 100-continue", b"Content-Length: 3")
        assert (await line.head()).startswith(b"HTTP/1.1 413 ")

    talk(app, test)


def test_no_more_of_a_body_is_read_than_is_taken() -> None:
    go_on = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await go_on.wait()
        await echo(scope, receive, send)

    async def test(line: Line) -> None:
        size = 64 * MOST_WAITING
        head = (b"POST / HTTP/1.1", b"Content-Length: %d" % size)
        sending = asyncio.create_task(line.ask(*head, body=b"x" * size))
        await until(lambda: bool(line.state.tasks) and not line.connection.transport.is_reading())
        go_on.set()
        await sending
        assert len((await line.answer())[1]) == size + len(b"/ ")

    talk(app, test)


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [head(3)],
        [piece(b"abc")],
        [head(3, 200, (b"x-name", b"a\r\nset-cookie: b"))],
        [{"type": "http.response.start", "status": 200, "headers": []}],
        [head(2), piece(b"abc")],
        [head(4), piece(b"abc")],
    ],
    ids=["none", "no-body", "no-head", "line-break", "no-length", "too-long", "too-short"],
)
def test_an_application_that_answers_wrongly_is_no_answer(
    messages: list[Message], caplog: pytest.LogCaptureFixture
) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    async def test(line: Line) -> None:
        await line.ask(b"GET / HTTP/1.1")
        top, body = await line.answer()
        assert top.startswith(b"HTTP/1.1 500 ")
        assert b"\r\nconnection: close\r\n" in top
        assert b"set-cookie" not in top
        assert body == b"The service failed; its log says more."
        assert await line.is_closed()

    with caplog.at_level(logging.ERROR):
        talk(app, test)
    assert "a request failed" in caplog.text


def test_an_answer_that_breaks_off_is_not_taken_for_whole(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(head(6))
        await send(piece(b"abc", more=True))
        raise ValueError("in the middle")

    async def test(line: Line) -> None:
        await line.ask(b"GET / HTTP/1.1")
        with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
            await line.answer()

    talk(app, test)
    assert "in the middle" in caplog.text


def test_an_application_learns_that_its_client_has_gone() -> None:
    told: list[str] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        told.append((await receive())["type"])
        await send(head(1))  # nobody is there to whom it could go
        await send(piece(b"a"))

    async def test(line: Line) -> None:
        await line.ask(b"POST / HTTP/1.1", b"Content-Length: 6", body=b"abc")
        await until(lambda: bool(line.state.tasks))
        line.writer.close()
        await asyncio.wait(line.state.tasks)
        assert told == ["http.disconnect"]

    talk(app, test)


def test_a_service_that_stops_ends_what_is_idle_and_answers_what_is_under_way() -> None:
    go_on = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await go_on.wait()
        await echo(scope, receive, send)

    async def under_way(line: Line) -> None:
        await line.ask(b"GET /a HTTP/1.1")
        await until(lambda: bool(line.state.tasks))
        line.connection.shutdown()
        go_on.set()
        top, body = await line.answer()
        assert b"\r\nconnection: close\r\n" in top
        assert body == b"/a "
        assert await line.is_closed()

    async def idle(line: Line) -> None:
        await until(lambda: bool(line.state.connections))
        line.connection.shutdown()
        assert await line.is_closed()

    talk(app, under_way)
    talk(app, idle)
