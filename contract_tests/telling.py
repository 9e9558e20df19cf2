"""Tells a story of a client: in a thread, under asyncio and trio, and over aiohttp."""

import inspect
from collections.abc import AsyncIterable, Callable, Generator
from functools import partial
from typing import Any

import anyio
from attrs import define
from oxloop import AsyncOxen, Oxen, testing
from oxloop._time import Time, use

BASE = "http://oxen.test:8600"
KEY = "ox-key-5e0c2b8d41"

Story = Callable[[Any], Any]
Told = Generator[Any, Any, Any]
"""A story in several calls."""


@define
class Clock(testing.Clock):
    """A clock whose next pause can be interrupted."""

    interrupt: BaseException | None = None
    """Raised instead of the next pause."""

    def sleep(self, seconds: float) -> None:
        if self.interrupt is not None:
            raise self.interrupt
        super().sleep(seconds)


@define
class Teller:
    """Tells stories: makes a client, hands it to a story, and closes it.

    A story is a function of a client. It returns a result (or an awaitable of one), or it is a
    generator that yields each call it makes and is sent what the call answers.
    """

    kind: str
    time: Time
    clients: tuple[Any, Any] = (Oxen, AsyncOxen)
    """The client for threads, and the one for tasks."""

    @property
    def is_sync(self) -> bool:
        """Whether the client is the one for threads."""
        return self.kind == "threads"

    @property
    def backend(self) -> str:
        """The event loop."""
        return "asyncio" if self.kind == "aiohttp" else self.kind

    def tell(self, story: Story, **options: Any) -> Any:
        """Tell a story with a new client."""
        options = {"api_key": KEY, "base_url": BASE} | options
        with use(self.time):
            if self.kind == "aiohttp":
                options = {"http_client": "aiohttp"} | options
            if not self.is_sync:
                return anyio.run(self._tell, story, options, backend=self.backend)
            with self.clients[0](**options) as client:
                result = story(client)
                return _play(result) if inspect.isgenerator(result) else result

    async def _tell(self, story: Story, options: dict[str, Any]) -> Any:
        async with self.clients[1](**options) as client:
            result = story(client)
            if not inspect.isgenerator(result):
                return await result if inspect.isawaitable(result) else result
            return await _play_async(result)


def _play(story: Generator[Any, Any, Any]) -> Any:
    reply = None
    while True:
        try:
            reply = story.send(reply)
        except StopIteration as end:
            return end.value


async def _play_async(story: Generator[Any, Any, Any]) -> Any:
    go_on: Callable[[], Any] = partial(next, story)
    while True:
        try:
            step = go_on()
        except StopIteration as end:
            return end.value
        try:
            go_on = partial(story.send, await step if inspect.isawaitable(step) else step)
        except Exception as error:
            go_on = partial(story.throw, error)


def collect(items: Any) -> Any:
    """Gather the items of an iterator, or make an awaitable that gathers them."""
    return _gather(items) if hasattr(items, "__aiter__") else list(items)


async def _gather(items: AsyncIterable[Any]) -> list[Any]:
    return [item async for item in items]
