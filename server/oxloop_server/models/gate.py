"""What all calls to one model share: how many at once, how many a minute, and whether it is there.

A call takes a place, waits for its turn, and tells what came of it. Limits are those of the model
that the call brings, so a change of ``models.toml`` holds from the next call on.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar

from oxloop_server.models.model import Model
from oxloop_server.models.retrying import LONGEST_PAUSE, Pace, RetryBudget


class Used(Protocol):
    """An answer that tells what it used."""

    @property
    def prompt_tokens(self) -> int | None:
        """Tokens of the prompt, if the endpoint tells."""
        ...

    @property
    def completion_tokens(self) -> int | None:
        """Tokens of the answer, if the endpoint tells."""
        ...


T = TypeVar("T", bound=Used)


class NotThere(Exception):
    """The model's endpoint cannot be reached, or says that what is behind it cannot.

    Args:
        message: The sentence for the user.
        wait: Seconds after which the endpoint wants to be asked again, if it says so.
    """

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class Gate:
    """The calls to one model.

    Args:
        sleep: Waits some seconds.
        now: The time in seconds, from any moment on.

    Attributes:
        budget: How many more retries the model deserves.
        waits_for: The endpoint that is not there and is waited for, as a sentence; None while it
            is there, as far as is known, or nobody waits for it.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[None]], now: Callable[[], float]) -> None:
        self.budget = RetryBudget()
        self._sleep = sleep
        self._now = now
        self._changed = asyncio.Event()
        self._active = 0
        self._told_to_wait = 0
        self._queue = asyncio.Lock()
        self._requests = Pace()
        self._tokens = Pace()
        self._usual_answer = 0
        self._looking = asyncio.Lock()
        self._answers = 0
        self._is_gone = False
        self.waits_for: str | None = None

    @asynccontextmanager
    async def place(self, at_once: int) -> AsyncGenerator[None]:
        """Have one of the places that the model has for calls at once."""
        await self._until(lambda: self._active < at_once)
        self._active += 1
        try:
            yield
        finally:
            self._active -= 1
            self._tell()

    async def call(
        self, model: Model, size: int, attempt: Callable[[], Awaitable[T]], patience: float
    ) -> T:
        """Make one attempt of a call, when it is its turn.

        Args:
            model: The model, with its limits.
            size: About how many tokens the prompt has.
            attempt: The attempt.
            patience: Seconds for which an endpoint that is not there is waited for, before this
                attempt counts as failed. Once that was in vain, nothing is waited for until the
                endpoint has answered somebody.

        Raises:
            NotThere: If the endpoint is not there, with that patience.
        """
        while True:
            async with self._looking:
                pass  # while somebody waits for the endpoint, nobody else needs to try
            await self._until(lambda: not self._told_to_wait)
            answers = self._answers
            try:
                return await self._in_turn(model, size, attempt)
            except NotThere as fault:
                if self._is_gone or not patience:
                    raise
                reason = str(fault).rstrip(".")
            async with self._looking:
                if self._answers == answers and not self._is_gone:
                    self.waits_for = f"{reason}. It is waited for, {patience:g} s at most."
                    try:
                        return await self._wait_for(model, size, attempt, patience)
                    finally:
                        self.waits_for = None

    @asynccontextmanager
    async def told_to_wait(self) -> AsyncGenerator[None]:
        """Let no call begin while one does as the endpoint told it, and waits."""
        self._told_to_wait += 1
        try:
            yield
        finally:
            self._told_to_wait -= 1
            self._tell()

    async def _in_turn(self, model: Model, size: int, attempt: Callable[[], Awaitable[T]]) -> T:
        expected = size + self._usual_answer
        await self._pace(model, expected)
        try:
            found = await attempt()
        except NotThere:
            raise
        except Exception:
            self._there()  # whatever it is, somebody answered
            raise
        self._there()
        self._usual_answer = found.completion_tokens or 0
        if model.tokens_per_minute is not None and found.prompt_tokens is not None:
            more = found.prompt_tokens + self._usual_answer - expected
            self._tokens.take(more, model.tokens_per_minute, self._now())
        return found

    async def _wait_for(
        self, model: Model, size: int, attempt: Callable[[], Awaitable[T]], patience: float
    ) -> T:
        """Try again and again, with growing pauses, until the endpoint is there."""
        waited, seconds = 0.0, 1.0
        while True:
            pause = min(seconds, patience - waited)
            await self._sleep(pause)
            waited, seconds = waited + pause, min(LONGEST_PAUSE, seconds * 2)
            try:
                return await self._in_turn(model, size, attempt)
            except NotThere as fault:
                if fault.wait is not None:
                    seconds = max(seconds, fault.wait)
                if waited >= patience:
                    self._is_gone = True
                    raise

    def _there(self) -> None:
        self._answers += 1
        self._is_gone = False

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            await self._changed.wait()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _pace(self, model: Model, expected: int) -> None:
        requests, tokens = model.requests_per_minute, model.tokens_per_minute
        if requests is None and tokens is None:
            return
        async with self._queue:
            while seconds := max(self._requests.wait(self._now()), self._tokens.wait(self._now())):
                await self._sleep(seconds)
            if requests is not None:
                self._requests.take(1, requests, self._now())
            if tokens is not None:
                self._tokens.take(expected, tokens, self._now())
