"""Clients that do not take what they asked for: how much waits for them, and who has to go."""

import asyncio
import logging

import pytest
from oxloop_server.limits import Limits
from starlette.types import Receive, Scope, Send

from .lines import Line, Served, head, piece, serving, until

MIB = 1 << 20


async def app(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answers with as many MiB as the path says."""
    body = bytes(int(scope["path"][1:]) * MIB)
    await send(head(len(body)))
    await send(piece(body))


async def asked(served: Served, size: int) -> Line:
    """A client that asked for so many MiB, and has not begun to take them."""
    line = await served.connect()
    await line.ask(b"GET /%d HTTP/1.1" % size)
    await until(lambda: len(served.state.connections) == len(served.lines))
    await until(lambda: line.connection.is_full)
    return line


async def begun(line: Line, size: int) -> None:
    """Have a client take so many MiB of its answer."""
    await line.head()
    await line.reader.readexactly(size * MIB)


async def gone(line: Line) -> None:
    """Wait for a client's connection to break off."""
    with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
        await line.answer()


def test_the_slowest_has_to_go(caplog: pytest.LogCaptureFixture) -> None:
    async def both() -> None:
        async with serving(app, Limits(untaken_answers=80 * MIB)) as served:
            taking = await asked(served, 32)
            idle = await asked(served, 32)
            await begun(taking, 16)
            assert not caplog.records
            new = await asked(served, 32)
            await gone(idle)
            await taking.reader.readexactly(16 * MIB)
            assert len((await new.answer())[1]) == 32 * MIB

    with caplog.at_level(logging.WARNING):
        asyncio.run(both())
    (record,) = caplog.records
    assert "untaken_answers" in record.message


def test_what_counts_is_what_is_in_memory() -> None:
    async def both() -> None:
        async with serving(app, Limits(untaken_answers=40 * MIB)) as served:
            nearly = await asked(served, 32)
            await begun(nearly, 20)  # what is left would have room beside the other
            new = await asked(served, 16)
            with pytest.raises((asyncio.IncompleteReadError, ConnectionResetError)):
                await nearly.reader.readexactly(12 * MIB)
            assert len((await new.answer())[1]) == 16 * MIB

    asyncio.run(both())


def test_who_takes_what_it_asked_for_is_let_be() -> None:
    async def both() -> None:
        async with serving(app, Limits(untaken_answers=40 * MIB)) as served:
            for _ in range(3):
                line = await asked(served, 32)
                assert len((await line.answer())[1]) == 32 * MIB
            alone = await asked(served, 64)
            assert len((await alone.answer())[1]) == 64 * MIB

    asyncio.run(both())
