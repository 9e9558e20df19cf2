"""Sends requests from tasks."""

import math
import os
from collections.abc import AsyncIterator, Mapping
from typing import Final

import anyio
import httpx

from oxloop._http import AsyncClientChoice
from oxloop._http.answers import plain_headers, refuse_surplus
from oxloop._http.bodies import Body, async_parts
from oxloop._http.failures import FAULTS, failure, out_of_time
from oxloop._http.pools import CLOSED, FORKED, guard, trust
from oxloop._http.requests import build
from oxloop._http.trust import settings_of_the_environment, trusting_nobody
from oxloop._steps import Answer, Failure, Send
from oxloop._time import Time
from oxloop.errors import ConfigurationError

_OTHER_LOOP: Final = (
    "This client was first used in another event loop, to which its connections belong. Make a "
    "client in each, as with: async with AsyncOxen() as oxen."
)


class AsyncHttp:
    """Sends requests from tasks of one event loop, asyncio's or trio's.

    Args:
        client: A client to use, which stays the caller's to close; or ``"aiohttp"``, for one
            whose connections are aiohttp's.
        time: The clock.

    Raises:
        ConfigurationError: There is no aiohttp.
    """

    _make: type[httpx.AsyncClient] = httpx.AsyncClient

    def __init__(self, client: AsyncClientChoice, time: Time) -> None:
        if client is not None and not isinstance(client, httpx.AsyncClient):
            if client != "aiohttp":  # pyright: ignore[reportUnnecessaryComparison]
                raise ConfigurationError(
                    'http_client= takes an httpx.AsyncClient here, or the word "aiohttp".'
                )
            self._make, client = _aiohttp_client(), None
        self._client = client
        self._is_given = client is not None
        self._time = time
        self._process = os.getpid()
        self._loop: object = None
        self._is_closed = False
        self._trusts = False
        self._trusts_environment = True

    def bypass_proxies(self) -> None:
        """Connect directly, whatever proxies the environment names."""
        self._trusts_environment = False

    async def send(self, step: Send) -> Answer | Failure:
        """Send one request and read its answer, within the step's limits."""
        if self._time.monotonic() >= step.deadline:
            return out_of_time(was_sent=False)
        client = self._open(step.request.url)
        left = step.deadline - self._time.monotonic()
        sent = _SentFlag()
        request = build(client if self._is_given else None, step, left, sent.trace)
        if isinstance(request.stream, httpx.SyncByteStream):
            request.stream = _Upload(request.stream, reads_files="files" in step.request.options)
        try:
            with anyio.move_on_after(None if math.isinf(left) else left) as scope:
                response = await self._exchange(client, request)
                try:
                    headers = plain_headers(response)
                    body = await self._receive(response, headers, step, scope)
                    refuse_surplus(response)
                finally:
                    await response.aclose()
                return Answer(status=response.status_code, headers=headers, body=body)
        except FAULTS as error:
            return failure(error)
        return out_of_time(was_sent=sent.was_sent)

    async def aclose(self) -> None:
        """Close the pool, unless it is the caller's own."""
        self._is_closed = True
        if self._client is not None and not self._is_given:
            await self._client.aclose()

    async def _exchange(self, client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
        """Send a request and read the head of its answer, as ``SyncHttp`` does."""
        if self._is_given:
            return await client.send(request, stream=True, follow_redirects=False)
        transport = client._transport_for_url(request.url)  # pyright: ignore[reportPrivateUsage]
        return await transport.handle_async_request(request)

    async def _receive(
        self,
        response: httpx.Response,
        headers: Mapping[str, str],
        step: Send,
        scope: "anyio.CancelScope",  # quoted: naming it loads what threads do not need
    ) -> bytes:
        """Read the body, into the step's sink if it has one."""
        body = Body(response, headers, step)
        if body.streams:
            scope.deadline = anyio.current_time() + step.body_deadline - self._time.monotonic()
        problem: BaseException | None = None
        try:
            async for chunk in async_parts(response):
                try:
                    if problem is None:
                        await body.take_async(chunk)
                except BaseException as error:  # a cancelled task too, which is raised below
                    problem = error
                    with anyio.CancelScope(shield=True):
                        await response.aclose()  # the next read ends the iteration, as trio wants
        except httpx.TransportError:
            if problem is None:
                raise
        if problem is not None:
            raise problem
        return body.finish()

    def _open(self, url: str) -> httpx.AsyncClient:
        """Return the client; the first call makes it."""
        from anyio.lowlevel import current_token  # what threads do not need

        if self._process != os.getpid():
            self._after_fork()
        if self._is_closed or (self._client is not None and self._client.is_closed):
            raise ConfigurationError(CLOSED)
        if self._client is None:
            with settings_of_the_environment():
                self._client = self._make(
                    verify=trusting_nobody(), trust_env=self._trusts_environment
                )
            guard(self._client)
            self._loop = current_token()
        if not self._is_given and self._loop != current_token():
            raise ConfigurationError(_OTHER_LOOP)
        if not self._is_given and not self._trusts and url.startswith("https:"):
            trust(self._client)
            self._trusts = True
        return self._client

    def _after_fork(self) -> None:
        """Leave the connections to the parent."""
        if self._is_given:
            raise ConfigurationError(FORKED)
        self._process, self._client, self._trusts = os.getpid(), None, False


class _Upload(httpx.AsyncByteStream):
    """The body of a request, read in a thread if it is a file, so that no task waits for the disk.

    httpx's own is an asynchronous generator, which trio does not like to see given up half-way.
    """

    def __init__(self, content: httpx.SyncByteStream, *, reads_files: bool) -> None:
        self._chunks = iter(content)
        self._reads_files = reads_files

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self._reads_files:
            import anyio.to_thread

            chunk = await anyio.to_thread.run_sync(next, self._chunks, None)
        else:
            chunk = next(self._chunks, None)
        if chunk is None:
            raise StopAsyncIteration
        return chunk


class _SentFlag:
    """Notes whether any of a request went out, so that a cancelled one is told apart."""

    def __init__(self) -> None:
        self.was_sent = False

    async def trace(self, event: str, details: object) -> None:  # noqa: ARG002 - httpcore's form
        if event.endswith("send_request_headers.started"):
            self.was_sent = True


def _aiohttp_client() -> type[httpx.AsyncClient]:
    """The client whose connections are aiohttp's."""
    try:
        from oxloop._aiohttp import AiohttpClient
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            'http_client="aiohttp" needs aiohttp: pip install "oxloop[aiohttp]"'
        ) from error
    return AiohttpClient
