"""Calls to models over the OpenAI-compatible HTTP API, wherever they run.

aiohttp is imported on the first call: it is quick at many calls at once, and slow to import.
Errors become one sentence that may stand in a row, a response and a log: no key is in it.
"""

import asyncio
import importlib
import random
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from oxloop.rules.retry_after import parse_retry_after

from oxloop_server.loopback import is_loopback
from oxloop_server.models import wire
from oxloop_server.models.gate import Gate, NotThere
from oxloop_server.models.keys import operator_key
from oxloop_server.models.local import LocalEngine, ModelUnavailable
from oxloop_server.models.model import Model
from oxloop_server.models.retrying import ATTEMPTS, is_not_there, may_pass, pause
from oxloop_server.models.wire import Answer, Embedding, ModelError, Prompt
from oxloop_server.spent import Spent

if TYPE_CHECKING:
    import aiohttp

__all__ = ["Answer", "Embedding", "ModelClient", "ModelError", "Prompt", "spent"]

CONNECT_SECONDS = 10.0
ANSWER_BYTES = 16 << 20
_IN_VAIN = "(waited for in vain, for {:g} s)"

T = TypeVar("T", Answer, Embedding)


def spent(model: Model, answer: Answer | Embedding) -> Spent:
    """What a call used and cost.

    Args:
        model: The model that was called.
        answer: What it answered.
    """
    used = answer.prompt_tokens, answer.completion_tokens
    return Spent(*used, model.price.of(*used))


class _Passing(Exception):
    """A call that may succeed if it is repeated."""

    def __init__(self, message: str, wait: float | None = None, *, asked: bool = False) -> None:
        super().__init__(message)
        self.wait = wait
        self.asked = asked


class ModelClient:
    """Calls models, never more at once than each allows.

    Args:
        local: The engine of the models that run here.
        attempts: How often one call is tried.
        sleep: Waits some seconds between attempts.
        now: The time in seconds, from any moment on.
    """

    def __init__(
        self,
        local: LocalEngine,
        *,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._local = local
        self._attempts = attempts
        self._sleep = sleep
        self._now = now
        self._gates: dict[str, Gate] = {}
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def complete(self, model: Model, prompt: Prompt, *, patient: bool = False) -> Answer:
        """Ask a model for a text.

        Args:
            model: The model. ``completions`` gets the prompt as it is, and the blanks round its
                answer are dropped, for tokenisers begin a word with one; ``chat`` gets the prompt
                as the user's message, unless it is messages already.
            prompt: The whole prompt.
            patient: Whether an endpoint that is not there is waited for, as long as the model's
                ``patience`` says.

        Raises:
            ModelError: If there is no answer, after as many attempts as it deserves.
        """
        if model.endpoint == "echo":
            return Answer(wire.last_text(prompt))
        if model.endpoint == "embeddings":
            raise ModelError(f"The model {model.name} gives embeddings and no text.")
        return await self._ask(model, prompt, wire.answer, patient)

    async def embed(self, model: Model, text: str, *, patient: bool = False) -> Embedding:
        """Ask a model for the vector of a text.

        Args:
            model: The model.
            text: The text.
            patient: As in ``complete``.

        Raises:
            ModelError: If there is no answer, after as many attempts as it deserves.
        """
        if model.endpoint != "embeddings":
            raise ModelError(f"The model {model.name} gives text and no embeddings.")
        return await self._ask(model, text, wire.embedding, patient)

    def why_waiting(self, name: str) -> str | None:
        """Why calls to a model wait, whose endpoint is not there; None if they do not.

        Args:
            name: The model's name.
        """
        gate = self._gates.get(name)
        return None if gate is None else gate.waits_for

    async def close(self) -> None:
        """Close the connections and stop the local engine."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
        await self._local.stop()

    async def _ask(
        self, model: Model, prompt: Prompt, read: Callable[[Model, bytes], T], patient: bool
    ) -> T:
        gate = self._gates.setdefault(model.name, Gate(self._sleep, self._now))
        # Who waits for another attempt keeps its place: that slows the calls down when it must.
        async with gate.place(model.concurrency):
            return await self._until_answered(
                gate,
                model,
                wire.size(prompt),
                lambda: self._once(model, prompt, read),
                model.patience if patient else 0,
            )

    async def _until_answered(
        self,
        gate: Gate,
        model: Model,
        size: int,
        attempt_once: Callable[[], Awaitable[T]],
        patience: float,
    ) -> T:
        waited = 0.0
        attempt = 1
        while True:
            try:
                answer = await gate.call(model, size, attempt_once, patience)
            except (_Passing, NotThere) as fault:
                asked = isinstance(fault, _Passing) and fault.asked
                seconds = pause(attempt, fault.wait, waited, random.random, self._attempts)
                if patience and isinstance(fault, NotThere):
                    raise ModelError(f"{fault} {_IN_VAIN.format(patience)}") from fault
                # To be told to wait is how a busy endpoint works, and no reason to give it up.
                if seconds is None or not (asked or gate.budget.take()):
                    tried = "" if attempt == 1 else f" (tried {attempt} times)"
                    raise ModelError(f"{fault}{tried}") from fault
                async with gate.told_to_wait() if asked else nullcontext():
                    await self._sleep(seconds)
                waited += seconds
                attempt += 1
            else:
                gate.budget.give_back()
                return answer

    async def _once(self, model: Model, prompt: Prompt, read: Callable[[Model, bytes], T]) -> T:
        path, body = wire.request(model, prompt)
        key = _key(model)
        base_url = await self._base_url(model)
        status, headers, text = await self._post(model, base_url, path, body, key)
        if 200 <= status < 300:
            return read(model, text)
        message = (
            f"The model {model.name} at {base_url} answered {status}: "
            f"{wire.reason(text, key) or 'nothing else'}{_hint(model, status, base_url)}"
        )
        if is_not_there(status):
            raise NotThere(message, parse_retry_after(headers, time.time()))
        if may_pass(status):
            raise _Passing(message, parse_retry_after(headers, time.time()), asked=status == 429)
        raise ModelError(message, status)

    async def _base_url(self, model: Model) -> str:
        if model.local is None:
            return (model.base_url or "").rstrip("/")
        try:
            return await self._local.address(model.local) + "/v1"
        except ModelUnavailable as error:
            raise ModelError(f"The model {model.name} cannot run: {error}") from error

    async def _post(
        self, model: Model, base_url: str, path: str, body: Mapping[str, object], key: str | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        aiohttp = _aiohttp()
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        timeout = aiohttp.ClientTimeout(
            total=model.timeout, connect=None, sock_connect=CONNECT_SECONDS
        )
        where = f"The model {model.name} at {base_url}"
        try:
            async with self._session(base_url).post(
                base_url + path,
                json=body,
                headers=headers,
                timeout=timeout,
                # A key must not follow a redirect, and a POST does not survive most of them.
                allow_redirects=False,
            ) as response:
                with _told_of_loss(response):
                    return response.status, response.headers, await _read(response.content)
        except aiohttp.ClientConnectorCertificateError as error:
            raise ModelError(f"{where} has a certificate that is not trusted: {error}") from error
        except aiohttp.ClientConnectorError as error:
            raise NotThere(f"{where} cannot be reached: {error.os_error}.") from error
        except TimeoutError as error:
            raise _Passing(f"{where} did not answer within {model.timeout:g} s.") from error
        except (aiohttp.ClientError, OSError) as error:
            # These sentences may quote what was sent; the kind says enough.
            raise _Passing(f"{where} broke the call off ({type(error).__name__}).") from error

    def _session(self, base_url: str) -> "aiohttp.ClientSession":
        # Proxies of the environment are for what is elsewhere.
        loopback = is_loopback(urlsplit(base_url).hostname or "")
        if loopback not in self._sessions:
            aiohttp = _aiohttp()
            self._sessions[loopback] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=not loopback,
            )
        return self._sessions[loopback]


def _aiohttp() -> Any:
    try:
        return importlib.import_module("aiohttp")
    except ImportError as error:
        raise ModelError(
            "Models cannot be called without aiohttp. Install it with: "
            'pip install "oxloop[server]".'
        ) from error


@contextmanager
def _told_of_loss(response: "aiohttp.ClientResponse") -> Generator[None]:
    """Have whoever reads an answer's body learn that its connection is lost.

    Where a packet behind the first breaks the chunks, aiohttp hangs up and leaves the reader
    waiting.
    """
    body = response.content
    protocol = None if response.connection is None else response.connection.protocol
    lost = None if protocol is None else protocol.closed
    if lost is None:
        yield  # all of it is here
        return

    def tell(_: "asyncio.Future[None]") -> None:
        if not body.is_eof() and body.exception() is None:
            body.set_exception(_aiohttp().ClientPayloadError("the body is broken"))

    lost.add_done_callback(tell)
    try:
        yield
    finally:
        lost.remove_done_callback(tell)


async def _read(stream: "aiohttp.StreamReader") -> bytes:
    found = bytearray()
    async for chunk in stream.iter_chunked(1 << 16):
        found += chunk
        if len(found) > ANSWER_BYTES:
            raise ModelError(f"The model's answer is longer than {ANSWER_BYTES >> 20} MB.")
    return bytes(found)


def _key(model: Model) -> str | None:
    if model.key is not None:
        return _usable(model.key.strip(), "that came with the request")
    if model.api_key_env is None:
        return None
    key = operator_key(model)
    if key is None:
        raise ModelError(
            f"The model {model.name} needs a key in the environment variable "
            f"{model.api_key_env}, which is not set where the service runs."
        )
    return _usable(key, f"in the environment variable {model.api_key_env}")


def _usable(key: str, where: str) -> str:
    if not (key.isascii() and key.isprintable()):
        raise ModelError(f"The key {where} holds characters that no key can have.")
    return key


def _hint(model: Model, status: int, base_url: str) -> str:
    if status in (404, 405) and not base_url.endswith("/v1"):
        return " (most addresses end with /v1)"
    if status in (404, 405) and model.endpoint == "completions":
        return " (if it has chats only, set only_chat = true for it in models.toml)"
    if 300 <= status < 400:
        return " (a redirect is not followed: register the address that it leads to)"
    return ""
