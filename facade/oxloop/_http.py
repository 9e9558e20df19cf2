"""The only module that imports httpx: sends a request, and tells an answer from a failure."""

import math
import os
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, Literal, cast

import anyio
import httpx

from oxloop._config import Timeout
from oxloop._deadline import BoundedBackend, until
from oxloop._inflate import ACCEPTED, BrokenBody, UnknownCoding, decoder
from oxloop._policy import Fault
from oxloop._steps import Answer, Failure, Send
from oxloop._time import Time
from oxloop.errors import ConfigurationError

Response = httpx.Response
Client = httpx.Client
AsyncClient = httpx.AsyncClient
AsyncClientChoice = httpx.AsyncClient | Literal["aiohttp"] | None
"""A client of a caller's own, or one of this package's over aiohttp or over httpx alone."""

BODY_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of an answer that are kept in memory; a larger one is refused."""

_NOT_CONNECTED: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)
_UNUSABLE: Final = (httpx.InvalidURL, httpx.UnsupportedProtocol, TypeError, ValueError)
_CLOSED: Final = "This client is closed; make a new one."
_OTHER_LOOP: Final = (
    "This client was first used in another event loop, to which its connections belong. Make a "
    "client in each, as with: async with AsyncOxen() as oxen."
)
_FORKED: Final = (
    "This process was forked from one that made the client with http_client=; make both anew here, "
    "as a connection that two processes share mixes up their answers."
)


class _TooLarge(Exception):
    """The answer would not fit in the memory that it may take."""


_FAULTS: Final = (
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
    ssl.SSLError,
    BrokenBody,
    UnknownCoding,
    _TooLarge,
)
"""What sending can raise; an invalid URL is one that the server redirects to.

httpcore lets TLS errors of asyncio through, once the handshake is over.
"""


class ParsedResponse(httpx.Response):
    """An answer whose JSON is parsed already, for the generated layer to read.

    It has what that layer asks for, the status and the content, and is not made as httpx makes
    its own, which takes longer than parsing does.

    Args:
        answer: The answer.
        content: Its body, as JSON.
    """

    def __init__(self, answer: Answer, content: object) -> None:
        self.status_code = answer.status
        self._content = answer.body
        self._parsed = content

    def json(self, **kwargs: Any) -> Any:  # noqa: ARG002 - as httpx has it
        """Return the parsed body."""
        return self._parsed


class SyncHttp:
    """Sends requests from threads, over one pool of connections that is opened when needed.

    Args:
        client: A client to use; it stays the caller's to close. Its own transport decides how
            far the total time can bound a slow peer.
        time: The clock.
    """

    def __init__(self, client: httpx.Client | None, time: Time) -> None:
        if client is not None and not isinstance(client, httpx.Client):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError("http_client= takes an httpx.Client here.")
        self._client = client
        self._is_given = client is not None
        self._time = time
        self._opening = threading.Lock()
        self._process = os.getpid()
        self._is_closed = False
        self._trusts = False
        self._trusts_environment = True

    def bypass_proxies(self) -> None:
        """Connect directly, whatever proxies the environment names."""
        self._trusts_environment = False

    def send(self, step: Send) -> Answer | Failure:
        """Send one request and read its answer, within the step's limits."""
        if self._time.monotonic() >= step.deadline:
            return _out_of_time(was_sent=False)
        client = self._open(step.request.url)
        left = step.deadline - self._time.monotonic()
        request = _build(client if self._is_given else None, step, left)
        try:
            with until(lambda: step.deadline - self._time.monotonic()):
                response = self._exchange(client, request)
                try:
                    headers = _plain(response)
                    body = self._receive(response, headers, step)
                    _refuse_surplus(response)
                finally:
                    response.close()
        except _FAULTS as error:
            return _failure(error)
        return Answer(status=response.status_code, headers=headers, body=body)

    def close(self) -> None:
        """Close the pool, unless it is the caller's own."""
        with self._opening:
            self._is_closed = True
            if self._client is not None and not self._is_given:
                self._client.close()

    def _exchange(self, client: httpx.Client, request: httpx.Request) -> httpx.Response:
        """Send a request and read the head of its answer.

        What an httpx client adds by itself (redirects, cookies, log lines with whole addresses)
        is not wanted of one of our own, and takes a third of the time of a call.
        """
        if self._is_given:
            return client.send(request, stream=True, follow_redirects=False)
        transport = client._transport_for_url(request.url)  # pyright: ignore[reportPrivateUsage]
        return transport.handle_request(request)

    def _receive(self, response: httpx.Response, headers: Mapping[str, str], step: Send) -> bytes:
        """Read the body, into the step's sink if it has one."""
        body = _Body(response, headers, step)
        if not body.streams:
            self._read(response, body, step.deadline)
        else:
            with until(lambda: step.body_deadline - self._time.monotonic()):
                self._read(response, body, step.body_deadline)
        return body.finish()

    def _read(self, response: httpx.Response, body: "_Body", deadline: float) -> None:
        """Read the body up to a moment."""
        for chunk in filter(None, _parts(response)):
            body.take(chunk)
            if self._time.monotonic() >= deadline:  # a given client does not look at the clock
                raise httpx.ReadTimeout("the time for the whole call is used up")

    def _open(self, url: str) -> httpx.Client:
        """Return the client; the first call makes it, whichever thread it comes from."""
        if self._process != os.getpid():
            self._after_fork()
        with self._opening:
            if self._is_closed or (self._client is not None and self._client.is_closed):
                raise ConfigurationError(_CLOSED)
            if self._client is None:
                with _settings_of_the_environment():
                    self._client = httpx.Client(
                        verify=_trusting_nobody(), trust_env=self._trusts_environment
                    )
                _bound(self._client)
            if not self._is_given and not self._trusts and url.startswith("https:"):
                _trust(self._client)
                self._trusts = True
            return self._client

    def _after_fork(self) -> None:
        """Leave the connections to the parent; a thread of its may have held the lock."""
        if self._is_given:
            raise ConfigurationError(_FORKED)
        self._process, self._client, self._opening = os.getpid(), None, threading.Lock()
        self._trusts = False


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
            return _out_of_time(was_sent=False)
        client = self._open(step.request.url)
        left = step.deadline - self._time.monotonic()
        sent = _SentFlag()
        request = _build(client if self._is_given else None, step, left, sent.trace)
        if isinstance(request.stream, httpx.SyncByteStream):
            request.stream = _Upload(request.stream, reads_files="files" in step.request.options)
        try:
            with anyio.move_on_after(None if math.isinf(left) else left) as scope:
                response = await self._exchange(client, request)
                try:
                    headers = _plain(response)
                    body = await self._receive(response, headers, step, scope)
                    _refuse_surplus(response)
                finally:
                    await response.aclose()
                return Answer(status=response.status_code, headers=headers, body=body)
        except _FAULTS as error:
            return _failure(error)
        return _out_of_time(was_sent=sent.was_sent)

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
        body = _Body(response, headers, step)
        if body.streams:
            scope.deadline = anyio.current_time() + step.body_deadline - self._time.monotonic()
        problem: BaseException | None = None
        try:
            async for chunk in _async_parts(response):
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
            raise ConfigurationError(_CLOSED)
        if self._client is None:
            with _settings_of_the_environment():
                self._client = self._make(
                    verify=_trusting_nobody(), trust_env=self._trusts_environment
                )
            _guard(self._client)
            self._loop = current_token()
        if not self._is_given and self._loop != current_token():
            raise ConfigurationError(_OTHER_LOOP)
        if not self._is_given and not self._trusts and url.startswith("https:"):
            _trust(self._client)
            self._trusts = True
        return self._client

    def _after_fork(self) -> None:
        """Leave the connections to the parent."""
        if self._is_given:
            raise ConfigurationError(_FORKED)
        self._process, self._client, self._trusts = os.getpid(), None, False


class _Body:
    """The body of an answer: decompressed, and kept in memory or handed to the step's sink."""

    def __init__(self, response: httpx.Response, headers: Mapping[str, str], step: Send) -> None:
        self._sink = step.sink if response.is_success else None
        # A transport of a caller's own may answer with a body that is read and decoded already.
        is_read = response.is_stream_consumed
        self._decoder = decoder("" if is_read else headers.get("content-encoding", ""))
        self._kept = bytearray()

    @property
    def streams(self) -> bool:
        """Whether the body goes to a sink."""
        return self._sink is not None

    def take(self, chunk: bytes) -> None:
        """Take the next bytes as they came."""
        for piece in self._decoder.feed(chunk):
            if self._sink is not None:
                self._sink.write(piece)
            else:
                self._keep(piece)

    async def take_async(self, chunk: bytes) -> None:
        """Take the next bytes as they came; a sink, which may be a file, works in a thread."""
        if self._sink is not None:
            import anyio.to_thread

            await anyio.to_thread.run_sync(self.take, chunk)
        else:
            self.take(chunk)

    def finish(self) -> bytes:
        """Check that the body is whole, and return what was kept of it."""
        self._decoder.finish()
        return bytes(self._kept)

    def _keep(self, piece: bytes) -> None:
        self._kept += piece
        if len(self._kept) > BODY_LIMIT:
            raise _TooLarge(f"the answer is larger than {BODY_LIMIT // 1024**2} MiB")


def _parts(response: httpx.Response) -> Iterable[bytes]:
    """The body as it came. At its end the connection is not free yet: see ``_refuse_surplus``."""
    if response.is_stream_consumed:
        return [response.content]
    assert isinstance(response.stream, httpx.SyncByteStream)
    return response.stream


async def _async_parts(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body as it came. At its end the connection is not free yet: see ``_refuse_surplus``."""
    if response.is_stream_consumed:
        yield response.content
        return
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        yield chunk


def _refuse_surplus(response: httpx.Response) -> None:
    """Let go of a connection on which more came than the answer, before anybody uses it again.

    httpcore would take it for the start of the next answer. Only its parser knows of it, and
    there is no public way to that. What comes later than the answer httpcore notices by itself.
    """
    parser: Any = getattr(response.stream, "_stream", response.stream)  # a given client wraps it
    for name in ("_httpcore_stream", "_stream", "_connection", "_h11_state"):
        parser = getattr(parser, name, None)
    if parser is not None and parser.trailing_data[0]:
        parser.send_failed()  # so that the connection is closed with the answer


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


def _plain(response: httpx.Response) -> dict[str, str]:
    """The headers by lower-case name, those that came several times joined by commas.

    Raises:
        httpx.RemoteProtocolError: They give the body two ends.
        httpx.InvalidURL: They redirect to what is no address.
    """
    found: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    if "transfer-encoding" in found and "content-length" in found:
        raise httpx.RemoteProtocolError("the answer has a length and chunks: its end is not clear")
    if response.has_redirect_location:
        place = httpx.URL(found["location"])
        if place.scheme and not place.host and not place.path.startswith("/"):
            raise httpx.InvalidURL("an address without a host")
    return found


class _SentFlag:
    """Notes whether any of a request went out, so that a cancelled one is told apart."""

    def __init__(self) -> None:
        self.was_sent = False

    async def trace(self, event: str, details: object) -> None:  # noqa: ARG002 - httpcore's form
        if event.endswith("send_request_headers.started"):
            self.was_sent = True


def _bound(client: httpx.Client) -> None:
    """Make the client's connections keep to the total time of a call.

    httpx has no public way to do this that keeps the proxies of the environment: a transport of
    one's own drops them. So the client is made as ever, and each of its pools, one for each
    proxy, gets a network backend that looks at the clock.
    """
    for pool in _pools(client):
        pool._network_backend = BoundedBackend(pool._network_backend)


def _guard(client: httpx.AsyncClient) -> None:
    """Make the client close what is given up in a TLS handshake, in the same way."""
    from oxloop._handshake import GuardedBackend  # what threads do not need

    for pool in _pools(client):
        pool._network_backend = GuardedBackend(pool._network_backend)


def _trusting_nobody() -> ssl.SSLContext:
    """For a client that has not met an address with TLS: with this, no such connection is made."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _trust(client: httpx.Client | httpx.AsyncClient) -> None:
    """Give a client's pools the authorities that httpx trusts.

    To read them takes as long as many calls, and an address without TLS, as the local service's
    is, needs none.
    """
    with _settings_of_the_environment():
        for transport in _transports(client):
            # Over aiohttp, the transport is the pool itself.
            getattr(transport, "_pool", transport)._ssl_context = _certificates()


def _pools(client: httpx.Client | httpx.AsyncClient) -> Iterator[Any]:
    """The client's pools of connections: one, and one for each proxy."""
    for transport in _transports(client):
        if isinstance(transport, httpx.HTTPTransport | httpx.AsyncHTTPTransport):
            yield transport._pool  # pyright: ignore[reportPrivateUsage]


def _transports(client: httpx.Client | httpx.AsyncClient) -> Iterator[Any]:
    """The client's transports: one, and one for each proxy."""
    return filter(None, [client._transport, *client._mounts.values()])  # pyright: ignore[reportPrivateUsage]


@contextmanager
def _settings_of_the_environment() -> Generator[None, None, None]:
    """Say which variable is wrong; what it holds may be a password, and is not shown."""
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            f"The certificates that SSL_CERT_FILE names cannot be read: {error}. Let it name a "
            "file with your authority's certificate as PEM, or take it away."
        ) from error
    except ImportError as error:
        raise ConfigurationError(
            "The environment names a SOCKS proxy, for which httpx needs more: type "
            "pip install 'httpx[socks]', or name an HTTP proxy."
        ) from error
    except (httpx.InvalidURL, ValueError):
        raise ConfigurationError(
            "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY holds something that is no address; "
            "it looks like http://proxy.company.example:8080."
        ) from None


def _aiohttp_client() -> type[httpx.AsyncClient]:
    """The client whose connections are aiohttp's."""
    try:
        from oxloop._aiohttp import AiohttpClient
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            'http_client="aiohttp" needs aiohttp: pip install "oxloop[aiohttp]"'
        ) from error
    return AiohttpClient


def _certificates() -> ssl.SSLContext:
    """The authorities that httpx trusts; read once, as that takes longer than many a call."""
    return _load_certificates(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=4)
def _load_certificates(file: str | None, folder: str | None) -> ssl.SSLContext:  # noqa: ARG001
    """The same for the same settings of the environment, which httpx reads itself."""
    return httpx.create_ssl_context()


def _build(
    client: httpx.Client | httpx.AsyncClient | None,
    step: Send,
    left: float,
    trace: Callable[[str, object], object] | None = None,
) -> httpx.Request:
    """Make httpx's request out of a step; a mistake in it is the caller's.

    Args:
        client: A client that was given, which adds its own headers and cookies.
        step: The step.
        left: Seconds that are left of the call.
        trace: Told of what happens to the request.
    """
    make = httpx.Request if client is None else client.build_request
    extensions: dict[str, object] = {"timeout": _limits(step.timeout, left)}
    if trace is not None:
        extensions["trace"] = trace
    try:
        return make(
            step.request.method,
            _url(step.request.url),
            headers={"Accept-Encoding": ACCEPTED, **step.request.headers},
            extensions=extensions,
            **step.request.options,
        )
    except _UNUSABLE as error:
        raise ConfigurationError(f"The request cannot be built: {error}") from error


_url = lru_cache(maxsize=256)(httpx.URL)
"""Taking an address apart takes long, and who waits for a run asks at the same one."""


def _limits(timeout: Timeout, left: float) -> dict[str, float | None]:
    """The limits of the single steps, none longer than what is left of the call."""

    def limit(seconds: float) -> float | None:
        seconds = min(seconds, left)
        return None if seconds == math.inf else seconds

    return {
        "connect": limit(timeout.connect),
        "read": limit(timeout.read),
        "write": limit(timeout.write),
        "pool": limit(math.inf),
    }


def _failure(error: Exception) -> Failure:
    """Tell how far a request got from the error that httpx raised."""
    if isinstance(error, _TooLarge | UnknownCoding):
        return Failure(fault=Fault.UNDECODABLE, timed_out=False, reason=str(error))
    if isinstance(error, httpx.InvalidURL):
        reason = "the server redirects to an address that makes no sense"
        return Failure(fault=Fault.UNDECODABLE, timed_out=False, reason=reason, cause=error)
    if isinstance(error, httpx.LocalProtocolError):  # its text may show a header: not kept
        return Failure(
            fault=Fault.LOST, timed_out=False, reason="the request could not be written as HTTP"
        )
    fault = Fault.NOT_CONNECTED if isinstance(error, _NOT_CONNECTED) else Fault.LOST
    timed_out = isinstance(error, httpx.TimeoutException)
    return Failure(
        fault=fault, timed_out=timed_out, reason=_in_words(error, fault, timed_out), cause=error
    )


def _in_words(error: Exception, fault: Fault, timed_out: bool) -> str:
    details = _details(error)
    if isinstance(error, httpx.ProxyError):
        what = "the proxy does not let it through"
    elif "CERTIFICATE_VERIFY_FAILED" in details:
        what = "the server's certificate is not trusted; SSL_CERT_FILE can name your own authority"
    elif fault is Fault.NOT_CONNECTED:
        what = "not connected in time" if timed_out else "not connected"
    elif timed_out:
        what = "no answer in time"
    elif isinstance(error, BrokenBody | httpx.DecodingError):
        what = "the answer's compression is broken"
    else:
        what = "the connection was lost before the whole answer was there"
    return f"{what} ({details})" if details else what


def _details(error: BaseException | None) -> str:
    """The system's words for what went wrong, or else the first that there are."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:  # some chains of errors are rings
        chain.append(error)
        error = _source(error)
    system = [one for one in chain if isinstance(one, OSError) and one.errno]
    return str(system[-1]) if system else next((str(one) for one in chain if str(one)), "")


def _source(error: BaseException) -> BaseException | None:
    """What an error comes from."""
    if isinstance(error, BaseExceptionGroup):  # one for each of a host's addresses
        return cast("BaseExceptionGroup[BaseException]", error).exceptions[-1]
    return error.__cause__ or error.__context__


def _out_of_time(*, was_sent: bool) -> Failure:
    return Failure(
        fault=Fault.LOST if was_sent else Fault.NOT_CONNECTED,
        timed_out=True,
        reason="no answer in time" if was_sent else "not connected in time",
    )
