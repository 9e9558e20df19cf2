"""What an application gets of a connection, and what its client gets, whatever either does."""

import asyncio
import gc
import logging

import pytest
from oxloop_server.exchange import MOST_WAITING, Exchange
from oxloop_server.limits import Limits
from starlette.types import Message, Receive, Scope, Send

from .lines import HOST, Line, echo, head, piece, talk, until


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
        await until(
            lambda: bool(line.served.state.tasks) and not line.connection.transport.is_reading()
        )
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
        await until(lambda: bool(line.served.state.tasks))
        line.writer.close()
        await asyncio.wait(line.served.state.tasks)
        assert told == ["http.disconnect"]

    talk(app, test)


def test_a_service_that_stops_ends_what_is_idle_and_answers_what_is_under_way() -> None:
    go_on = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await go_on.wait()
        await echo(scope, receive, send)

    async def under_way(line: Line) -> None:
        await line.ask(b"GET /a HTTP/1.1")
        await until(lambda: bool(line.served.state.tasks))
        line.connection.shutdown()
        go_on.set()
        top, body = await line.answer()
        assert b"\r\nconnection: close\r\n" in top
        assert body == b"/a "
        assert await line.is_closed()

    async def idle(line: Line) -> None:
        await until(lambda: bool(line.served.state.connections))
        line.connection.shutdown()
        assert await line.is_closed()

    talk(app, under_way)
    talk(app, idle)


def test_thousands_of_requests_at_once_are_parsed_a_few_at_a_time() -> None:
    count, alive = 10_000, list[int]()
    go_on = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/0":
            await go_on.wait()
        if scope["path"] in ("/0", "/5000", "/9999"):
            alive.append(sum(isinstance(one, Exchange) for one in gc.get_objects()))
        await echo(scope, receive, send)

    async def test(line: Line) -> None:
        line.writer.write(b"".join(b"GET /%d HTTP/1.1\r\n%b\r\n" % (n, HOST) for n in range(count)))
        sending = asyncio.create_task(line.writer.drain())
        await until(
            lambda: bool(line.served.state.tasks) and not line.connection.transport.is_reading()
        )
        other = await line.served.connect()
        await other.ask(b"GET /other HTTP/1.1")
        assert (await other.answer())[1] == b"/other ", "others do not wait for them"
        go_on.set()
        for n in range(count):
            assert (await line.answer())[1] == b"/%d " % n
        await sending
        assert max(alive) < 250

    talk(app, test)


def test_what_is_not_whole_of_a_head_is_its_own_beginning_alone() -> None:
    count, half = 100, b"GET /half HTTP/1.1\r\nX-A: "

    async def test(line: Line) -> None:
        line.writer.write(half)
        other = await line.served.connect()  # whose answer comes after that was read
        for _ in range(3):
            await other.ask(b"GET /other HTTP/1.1")
            await other.answer()
        # From inside of one head into another, with more between them than a head may have.
        rest = b"a\r\n%b\r\n" % HOST
        line.writer.write(rest + (b"GET /a HTTP/1.1\r\n%b\r\n" % HOST) * count + half)
        for _ in range(1 + count):
            await line.answer()
        line.writer.write(rest)
        assert (await line.answer())[1] == b"/half "

    talk(echo, test, Limits(header_bytes=1 << 10))


def test_a_request_waits_until_the_answer_before_it_is_taken() -> None:
    begun: list[str] = []
    size = 32 << 20

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        begun.append(scope["path"])
        await send(head(size))
        await send(piece(bytes(size)))

    async def test(line: Line) -> None:
        await line.ask(b"GET /first HTTP/1.1")
        await until(lambda: line.served.state.connections != set() and line.connection.is_full)
        await line.ask(b"GET /second HTTP/1.1")
        await until(lambda: not line.connection.transport.is_reading())
        assert begun == ["/first"]
        for _ in range(2):
            assert (await line.answer())[1] == bytes(size)
        assert begun == ["/first", "/second"]

    talk(app, test)


def test_a_client_that_sends_no_more_gets_its_answers() -> None:
    go_on = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/other":
            await go_on.wait()
        await echo(scope, receive, send)

    async def test(line: Line) -> None:
        await line.ask(b"GET /first HTTP/1.1")
        line.writer.write_eof()
        # What another one gets comes after the end of this one was seen.
        other = await line.served.connect()
        for _ in range(3):
            await other.ask(b"GET /other HTTP/1.1")
            await other.answer()
        go_on.set()
        assert (await line.answer())[1] == b"/first "
        assert await line.is_closed()

    talk(app, test)


@pytest.mark.parametrize(
    "begun", [b"", b"GET /a", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na"]
)
def test_a_client_that_sends_no_more_of_a_request_is_not_waited_for(begun: bytes) -> None:
    async def test(line: Line) -> None:
        line.writer.write(begun)
        line.writer.write_eof()
        assert await line.is_closed()

    talk(echo, test)


def test_headers_behind_a_body_are_none_of_the_requests() -> None:
    names: list[bytes] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await echo(scope, receive, send)
        names.extend(name for name, _ in scope["headers"])

    async def test(line: Line) -> None:
        trailer = b"0\r\nAuthorization: Bearer a\r\nX-API-KEY: a\r\n\r\n"
        await line.ask(
            b"POST / HTTP/1.1", b"Transfer-Encoding: chunked", body=b"3\r\nabc\r\n" + trailer
        )
        assert (await line.answer())[1] == b"/ abc"
        assert names == [b"transfer-encoding", b"host"]

    talk(app, test)


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (b"Content-Length: 3", b"abc"),
        (b"Transfer-Encoding: chunked", b"1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"),
    ],
)
@pytest.mark.parametrize("is_split", [False, True])
def test_a_request_that_asks_for_another_protocol_keeps_its_body(
    framing: bytes, body: bytes, is_split: bool
) -> None:
    async def test(line: Line) -> None:
        wish = (
            b"Connection: Upgrade, HTTP2-Settings",
            b"Upgrade: h2c",
            b"HTTP2-Settings: AAMAAABk",
        )
        await line.ask(b"POST /a HTTP/1.1", *wish, framing, body=b"" if is_split else body)
        if is_split:
            await until(lambda: bool(line.served.state.tasks))
            for byte in body:
                line.writer.write(bytes([byte]))
                await line.writer.drain()
        assert (await line.answer())[1] == b"/a abc"
        assert await line.is_closed()

    talk(echo, test)


def test_a_client_that_is_still_sending_can_read_why_nobody_wants_it() -> None:
    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(head(2, 413))
        await send(piece(b"no"))

    async def test(line: Line) -> None:
        size = 32 << 20
        framing = b"Content-Length: %d" % size
        await line.ask(b"POST / HTTP/1.1", b"Connection: close", framing, body=bytes(size))
        assert (await line.answer())[1] == b"no"
        assert await line.is_closed()

    talk(app, test)


def test_what_is_not_taken_does_not_keep_a_connection_that_is_ended() -> None:
    size = 32 << 20

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send(head(size))
        await send(piece(bytes(size)))

    async def test(line: Line) -> None:
        await until(lambda: bool(line.served.state.connections))
        # So that nobody is waiting for the client to take it.
        line.connection.transport.set_write_buffer_limits(high=2 * size)
        await line.ask(b"GET / HTTP/1.1")
        await until(lambda: not line.served.state.connections)

    talk(app, test, Limits(idle_seconds=0.1, body_seconds=0.1))


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"/a?b", b"/a", b"b"),
        (b"/a?", b"/a", b""),
        (b"/?b?c", b"/", b"b?c"),
        (b"/a%2Fb%20c?d%20e", b"/a%2Fb%20c", b"d%20e"),
        (b"//double/a", b"//double/a", b""),
        (b"/a#b?c", b"/a", b""),
        (b"/a?b#c", b"/a", b"b"),
        (b"*", b"*", b""),
        (b"http://host/a?b", b"/a", b"b"),
        (b"http://host:80", b"/", b""),
        (b"http://host?b", b"/", b"b"),
    ],
)
def test_a_target_is_a_path_and_a_query(target: bytes, path: bytes, query: bytes) -> None:
    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        content = scope["raw_path"] + b" " + scope["query_string"]
        await send(head(len(content)))
        await send(piece(content))

    async def test(line: Line) -> None:
        await line.ask(b"GET %b HTTP/1.1" % target)
        assert (await line.answer())[1] == path + b" " + query

    talk(app, test)


def test_a_client_of_http_1_0_is_not_told_to_go_on() -> None:
    async def test(line: Line) -> None:
        await line.ask(b"POST / HTTP/1.0", b"Expect: 100-continue", b"Content-Length: 3")
        await until(lambda: bool(line.served.state.tasks))
        line.writer.write(b"abc")
        assert (await line.answer())[1] == b"/ abc"

    talk(echo, test)
