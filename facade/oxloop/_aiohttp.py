"""httpx over aiohttp's connections, which stay quick with many calls in flight.

The packages that bridge the two tell a lost answer as a connection that was never made; then a
request that costs money would be sent twice. This one tells them apart.
"""

import asyncio
import base64
import io
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from functools import partial
from types import SimpleNamespace
from typing import Any, Final, NoReturn
from weakref import WeakKeyDictionary, WeakSet

import aiohttp
import httpx
from aiohttp.abc import ResolveResult
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from oxloop.errors import ConfigurationError

_LINE_LIMIT: Final = 64 * 1024
"""Bytes of a line of an answer's head; httpx takes as much."""
_CONNECTIONS: Final = 100
"""Connections at once, as httpx has it."""
_PIECE: Final = 64 * 1024
"""Bytes of a body that are sent at once."""
_IDLE: Final = 5.0
"""Seconds that a connection is kept for the next request, as httpx has it."""
_AUTOMATIC: Final = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
"""Headers that aiohttp would add."""

_MEANING: Final[tuple[tuple[type[Exception], Callable[[str], Exception]], ...]] = (
    (aiohttp.ClientHttpProxyError, httpx.ProxyError),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.InvalidURL, httpx.InvalidURL),
    (asyncio.TimeoutError, httpx.ReadTimeout),
    (aiohttp.ClientOSError, httpx.ReadError),
    (aiohttp.ClientError, httpx.RemoteProtocolError),
    (ssl.SSLError, httpx.ReadError),
    (OSError, httpx.ReadError),
    (ValueError, httpx.LocalProtocolError),
)
"""What an error means in httpx's words; the first that fits."""


class AiohttpClient(httpx.AsyncClient):
    """httpx's client, whose connections are aiohttp's, also those to proxies."""

    def _init_transport(self, verify: Any = True, *_: Any, **__: Any) -> httpx.AsyncBaseTransport:
        return AiohttpTransport(verify, None)

    def _init_proxy_transport(
        self, proxy: httpx.Proxy, verify: Any = True, *_: Any, **__: Any
    ) -> httpx.AsyncBaseTransport:
        return AiohttpTransport(verify, proxy)


_connect_limit: ContextVar[float | None] = ContextVar("oxloop_connect_limit", default=None)
"""Seconds in which the request that is under way has to be connected."""


class _Resolver(aiohttp.ThreadedResolver):
    """Asks the system for addresses, for no longer than a request has to be connected.

    aiohttp's own limit holds for the socket alone.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look a host up."""
        try:
            async with asyncio.timeout(_connect_limit.get()):
                return await super().resolve(host, port, family)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError(f"looking up {host} took too long") from error


class _Connector(aiohttp.TCPConnector):
    """Connections, of which those that are given up or spoilt are dropped at once."""

    def __init__(self) -> None:
        base: Any = super()  # aiohttp leaves types open
        base.__init__(
            limit=_CONNECTIONS,
            keepalive_timeout=_IDLE,
            resolver=_Resolver(),
            # A host is looked up for each new connection, as httpx does it: what is sent again goes
            # where the host is now.
            use_dns_cache=False,
        )
        self._made: WeakSet[asyncio.Transport] = WeakSet()
        self._bodies: WeakKeyDictionary[ResponseHandler, aiohttp.StreamReader] = WeakKeyDictionary()

    async def _wrap_create_connection(self, *given: Any, **options: Any) -> Any:
        base: Any = super()
        made = await base._wrap_create_connection(*given, **options)
        self._made.add(made[0])
        return made

    def watch(self, response: aiohttp.ClientResponse) -> None:
        """See to it that whoever reads an answer's body learns that its connection is lost.

        Where a packet behind the first breaks the chunks, aiohttp hangs up and leaves the reader
        waiting.
        """
        if (connection := response.connection) is None or connection.protocol is None:
            return  # the body is here
        protocol = connection.protocol
        is_new = protocol not in self._bodies
        self._bodies[protocol] = response.content
        if (lost := protocol.closed) is None:
            self._end(protocol)
        elif is_new:
            lost.add_done_callback(partial(self._lost, protocol))

    def _lost(self, protocol: ResponseHandler, lost: "asyncio.Future[None]") -> None:
        if not lost.cancelled():
            lost.exception()  # an error that nobody looks at, asyncio logs
        self._end(protocol)

    def _end(self, protocol: ResponseHandler) -> None:
        body = self._bodies.pop(protocol, None)
        if body is not None and not body.is_eof() and body.exception() is None:
            body.set_exception(aiohttp.ClientPayloadError("the body is broken"))

    def drop_spoilt(self) -> None:
        """Drop idle connections on which something came: it is not the next request's answer."""
        for idle in self._conns.values():
            for connection, _ in idle:
                if connection.should_close:
                    connection.close()

    async def drop_closing(self) -> None:
        """Drop what waits to be written to connections that are given up."""
        await _settle()
        for transport in list(self._made):
            if transport.is_closing():
                transport.abort()
        await _settle()


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Sends requests over a session of aiohttp's, which is opened when needed.

    Args:
        context: Whom to trust.
        proxy: The proxy to go through.
    """

    def __init__(self, context: ssl.SSLContext, proxy: httpx.Proxy | None) -> None:
        if proxy is not None and proxy.url.scheme.startswith("socks"):
            raise ConfigurationError(
                "The environment names a SOCKS proxy, which aiohttp does not know; leave out "
                'http_client="aiohttp", or name an HTTP proxy.'
            )
        self._ssl_context = context
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and read the head of its answer."""
        timeout = request.extensions.get("timeout", {})
        session, connector = self._open()
        await _settle()
        connector.drop_spoilt()
        limit = _connect_limit.set(timeout.get("connect"))
        try:
            response = await session.request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=_headers(request),
                data=_body(request),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    connect=timeout.get("pool"),
                    sock_connect=timeout.get("connect"),
                    sock_read=timeout.get("read"),
                ),
                ssl=self._ssl_context,
                trace_request_ctx=request.extensions.get("trace"),
                **self._through(),
            )
        except BaseException as error:
            await connector.drop_closing()
            _raise_in_words_of_httpx(error)
        finally:
            _connect_limit.reset(limit)
        connector.watch(response)
        return httpx.Response(
            response.status, headers=response.raw_headers, stream=_Answered(response, connector)
        )

    async def aclose(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            await self._connector.drop_closing()

    def _through(self) -> dict[str, Any]:
        """How aiohttp is told of the proxy."""
        if self._proxy is None:
            return {}
        headers = dict(self._proxy.headers)
        if self._proxy.raw_auth is not None:  # aiohttp makes it the proxy's
            proof = base64.b64encode(b":".join(self._proxy.raw_auth)).decode()
            headers["Authorization"] = f"Basic {proof}"
        return {"proxy": str(self._proxy.url), "proxy_headers": headers}

    def _open(self) -> tuple[aiohttp.ClientSession, _Connector]:
        """Return the session; the first request makes it, in the event loop that it is in."""
        if self._session is None:
            _need_asyncio()
            self._connector = _Connector()
            tracing = aiohttp.TraceConfig()
            tracing.on_request_headers_sent.append(_tell_of_sending)
            self._session = aiohttp.ClientSession(
                connector=self._connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=_AUTOMATIC,
                max_line_size=_LINE_LIMIT,
                max_field_size=_LINE_LIMIT,
                trace_configs=[tracing],
            )
            # What is sent again, the flow decides.
            self._session._retry_connection = False  # pyright: ignore[reportPrivateUsage]
        return self._session, self._connector


def _need_asyncio() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise ConfigurationError(
            'http_client="aiohttp" is for asyncio alone; leave it out under trio.'
        ) from None


class _Answered(httpx.AsyncByteStream):
    """The body of an answer."""

    def __init__(self, response: aiohttp.ClientResponse, connector: _Connector) -> None:
        self._response = response
        self._connector = connector

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while chunk := await self._response.content.readany():
                yield chunk
        except Exception as error:
            _raise_in_words_of_httpx(error)

    async def aclose(self) -> None:
        """Hang up, unless the body was read to its end: then the connection is kept."""
        if not self._response.content.at_eof():
            self._response.close()
            await self._connector.drop_closing()


def _headers(request: httpx.Request) -> list[tuple[str, str]]:
    """The headers; how a body of unknown length is sent, aiohttp says itself."""
    return [
        (name, value)
        for name, value in request.headers.multi_items()
        if name != "transfer-encoding"
    ]


def _body(request: httpx.Request) -> bytes | io.BytesIO | httpx.AsyncByteStream | None:
    """The body; a long one in a form that aiohttp sends piece by piece."""
    try:
        content = request.content
        return io.BytesIO(content) if len(content) > _PIECE else content or None
    except httpx.RequestNotRead:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        return request.stream


async def _tell_of_sending(
    session: aiohttp.ClientSession,  # noqa: ARG001 - aiohttp's form
    context: SimpleNamespace,
    parameters: aiohttp.TraceRequestHeadersSentParams,  # noqa: ARG001
) -> None:
    """Tell of it as httpcore does."""
    if context.trace_request_ctx is not None:
        await context.trace_request_ctx("http11.send_request_headers.started", {})


async def _settle() -> None:
    """Let the event loop see what happened to its connections, and close what is to be closed."""
    for _ in range(2):
        await asyncio.sleep(0)


def _raise_in_words_of_httpx(error: BaseException) -> NoReturn:
    """Raise what an error of aiohttp's means; any other as it is."""
    for kind, meaning in _MEANING:
        if isinstance(error, kind):
            raise meaning(str(error)) from error
    raise error
