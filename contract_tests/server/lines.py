"""Clients of an application, each over a socket of its own, in the same event loop."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import uvicorn
from attrs import field, frozen
from oxloop_server.connection import Connection, connection_class
from oxloop_server.errors import APIS
from oxloop_server.limits import Limits
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.server import ServerState

PATIENCE = 20.0
HOST = b"Host: x\r\n"


@frozen
class Line:
    """A connection to an application, from the client's side.

    Args:
        reader: What comes from the application.
        writer: What goes to it.
        served: Where it runs.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    served: "Served"

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
        own = self.writer.get_extra_info("sockname")
        (one,) = [
            one
            for one in self.served.state.connections
            if isinstance(one, Connection) and one.transport.get_extra_info("peername") == own
        ]
        return one


@frozen
class Served:
    """An application that is served.

    Args:
        address: Where.
        state: What the server knows.
        lines: The clients' connections.
    """

    address: tuple[str, int]
    state: ServerState
    lines: list[Line] = field(factory=list[Line])

    async def connect(self) -> Line:
        """Another client."""
        # Little is read ahead, so that what a client does not read stays with the service.
        reader, writer = await asyncio.open_connection(*self.address, limit=1 << 12)
        self.lines.append(Line(reader, writer, self))
        return self.lines[-1]


Test = Callable[[Line], Awaitable[None]]


@asynccontextmanager
async def serving(app: ASGIApp, limits: Limits) -> AsyncGenerator[Served]:
    """Serve an application; all that is under way is over at the end."""
    state = ServerState()
    config = uvicorn.Config(app, http=connection_class(limits, APIS), lifespan="off")
    config.load()
    server = await asyncio.get_running_loop().create_server(
        lambda: config.http_protocol_class(config, state, {}),  # type: ignore[call-arg]
        "127.0.0.1",
    )
    served = Served(server.sockets[0].getsockname()[:2], state)
    try:
        async with asyncio.timeout(PATIENCE):
            yield served
            _leave(served)
            await until(lambda: not state.tasks and not state.connections)
    finally:
        _leave(served)
        server.close()


def _leave(served: Served) -> None:
    for line in served.lines:
        line.writer.close()


def talk(app: ASGIApp, test: Test, limits: Limits | None = None) -> None:
    """Have a client talk to an application."""

    async def both() -> None:
        async with serving(app, limits or Limits()) as served:
            await test(await served.connect())

    asyncio.run(both())


async def until(condition: Callable[[], bool]) -> None:
    """Let the event loop go on until something is so."""
    while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
        await asyncio.sleep(0)


def head(length: int, status: int = 200, *headers: tuple[bytes, bytes]) -> Message:
    """The beginning of an answer."""
    fields = [(b"content-length", b"%d" % length), *headers]
    return {"type": "http.response.start", "status": status, "headers": fields}


def piece(body: bytes, *, more: bool = False) -> Message:
    """A piece of its body."""
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
