"""Connections of aiohttp's; what peers may do to them, ``test_sockets.py`` tells of."""

import sys
import threading
from typing import Any

import anyio
import pytest
from oxloop import AsyncOxen, ConfigurationError
from oxloop._time import Time
from peer import PATIENCE, Line, peer

from .conftest import KEY, Teller, Told


def repository(name: str) -> bytes:
    return b'{"status": "success", "repository": {"namespace": "ox", "name": "%s"}}' % name.encode()


def test_what_comes_on_an_idle_connection_is_not_the_next_answer() -> None:
    is_idle, is_sent = threading.Event(), threading.Event()

    def unasked(line: Line) -> None:
        line.receive()
        line.answer(repository("first"))
        assert is_idle.wait(PATIENCE)
        line.answer(repository("unasked"))
        is_sent.set()
        line.receive()

    def well(line: Line) -> None:
        line.receive()
        line.answer(repository("second"))

    def story(oxen: Any) -> Told:
        first = yield oxen.repos.get("ox/first")
        is_idle.set()
        assert is_sent.wait(PATIENCE)
        second = yield oxen.repos.get("ox/second")
        return [first.name, second.name]

    with peer(unasked, well) as server:
        teller = Teller("aiohttp", Time())
        assert teller.tell(story, base_url=server.url) == ["first", "second"]


def test_it_is_for_asyncio_alone() -> None:
    async def main() -> None:
        async with AsyncOxen(KEY, "http://127.0.0.1:9", http_client="aiohttp") as oxen:
            await oxen.repos.get("ox/support")

    with pytest.raises(ConfigurationError, match="for asyncio alone"):
        anyio.run(main, backend="trio")


def test_without_aiohttp_there_is_a_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "oxloop._aiohttp", raising=False)
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(ConfigurationError, match=r'pip install "oxloop\[aiohttp\]"'):
        AsyncOxen(KEY, "http://127.0.0.1:9", http_client="aiohttp")


def test_any_other_word_is_refused() -> None:
    wrong: Any = "requests"
    with pytest.raises(ConfigurationError, match='or the word "aiohttp"'):
        AsyncOxen(KEY, "http://127.0.0.1:9", http_client=wrong)
