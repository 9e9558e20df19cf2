"""Carry out the steps of a flow: one driver for threads, one for tasks, line for line the same."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any, Generic, Protocol

from attrs import frozen

from oxloop._http.threads import SyncHttp
from oxloop._steps import Answer, Emit, Failure, Flow, Reply, Send, Sleep, Step, T
from oxloop._time import Time


@frozen
class _End(Generic[T]):
    """A flow came to its end."""

    value: T


def _ignore(item: object) -> None:
    """What becomes of items that nobody asked for."""


@frozen
class SyncDriver:
    """Carries out flows in the calling thread."""

    http: SyncHttp
    time: Time

    def run(self, flow: Flow[T], emit: Callable[[Any], object] = _ignore) -> T:
        """Carry out a flow and return its result; its items go to ``emit``."""
        with closing(flow):
            while isinstance(step := self._advance(flow), Emit):
                emit(step.item)
            return step.value

    def iterate(self, flow: Flow[object]) -> Iterator[Any]:
        """Carry out a flow as far as its items are asked for."""
        with closing(flow):
            while isinstance(step := self._advance(flow), Emit):
                yield step.item

    def _advance(self, flow: Flow[T]) -> Emit | _End[T]:
        """Carry out steps up to the next item or the end."""
        resume: Callable[[], Step] = partial(next, flow)
        while True:
            try:
                step = resume()
            except StopIteration as stop:
                return _End(stop.value)
            if isinstance(step, Emit):
                return step
            try:
                resume = partial(flow.send, self._perform(step))
            except BaseException as error:  # the flow has the last word
                resume = partial(flow.throw, error)

    def _perform(self, step: Send | Sleep) -> Reply:
        if isinstance(step, Send):
            return self.http.send(step)
        self.time.sleep(step.seconds)
        return None


class Sender(Protocol):
    """Sends requests from tasks."""

    async def send(self, step: Send) -> Answer | Failure:
        """Send one request and read its answer, within the step's limits."""
        ...


@frozen
class AsyncDriver:
    """Carries out flows in the calling task."""

    http: Sender
    time: Time

    async def run(self, flow: Flow[T], emit: Callable[[Any], object] = _ignore) -> T:
        """Carry out a flow and return its result; its items go to ``emit``."""
        with closing(flow):
            while isinstance(step := await self._advance(flow), Emit):
                emit(step.item)
            return step.value

    async def iterate(self, flow: Flow[object]) -> AsyncGenerator[Any, None]:
        """Carry out a flow as far as its items are asked for."""
        with closing(flow):
            while isinstance(step := await self._advance(flow), Emit):
                yield step.item

    async def _advance(self, flow: Flow[T]) -> Emit | _End[T]:
        """Carry out steps up to the next item or the end."""
        resume: Callable[[], Step] = partial(next, flow)
        while True:
            try:
                step = resume()
            except StopIteration as stop:
                return _End(stop.value)
            if isinstance(step, Emit):
                return step
            try:
                resume = partial(flow.send, await self._perform(step))
            except BaseException as error:  # the flow has the last word
                resume = partial(flow.throw, error)

    async def _perform(self, step: Send | Sleep) -> Reply:
        if isinstance(step, Send):
            return await self.http.send(step)
        await self.time.asleep(step.seconds)
        return None
