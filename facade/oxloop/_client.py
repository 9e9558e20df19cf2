"""What the clients of all APIs share: options, and how they are opened and closed."""

import os
from collections.abc import Awaitable, Callable, Generator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, Unpack, cast

from oxloop._config import DEFAULT_TIMEOUT, DEFAULT_TOTAL, Target
from oxloop._drivers import AsyncDriver, SyncDriver
from oxloop._extensions import Extensions
from oxloop._flow import Core, call
from oxloop._http import AsyncClientChoice, Client, Response
from oxloop._http.threads import SyncHttp
from oxloop._options import Options, changed
from oxloop._policy import DEFAULT_RETRIES, RetryPolicy
from oxloop._public import PublicDir
from oxloop._time import current
from oxloop._version import __version__

if TYPE_CHECKING:
    from oxloop._http.tasks import AsyncHttp
    from oxloop._raw import RawResult
    from oxloop.local import Joined

A = TypeVar("A", bound="AsyncClientBase")
T = TypeVar("T")
P = ParamSpec("P")

DataDir = str | os.PathLike[str] | None


def _new_core(target: Target, options: Options, *, error_in_body: bool) -> Core:
    """The settings of a new client."""
    time = current()
    core = Core(
        target=target,
        policy=RetryPolicy(max_retries=DEFAULT_RETRIES, total=DEFAULT_TOTAL),
        timeout=DEFAULT_TIMEOUT,
        headers={"Accept": "application/json", "User-Agent": f"oxloop/{__version__}"},
        extra_headers={},
        extensions=Extensions(target, time),
        time=time,
        error_in_body=error_in_body,
    )
    return changed(core, options)


class _Client(PublicDir):
    """What a client for threads and one for tasks have in common."""

    _core: Core
    _leave: Callable[[], object] | None = None
    """Gives up the place at a local service."""
    _is_copy = False
    """Whether the connections are another client's to close."""
    _error_in_body = False
    """Whether this API may tell of an error in the body of a success."""

    def with_options(self, **options: Unpack[Options]) -> Self:
        """Return the same client with other options, on the same connections.

        Resources and runs have the same method, for options of one call.

        Args:
            options: ``timeout``, ``max_retries``, ``total_timeout``, ``headers``, ``query``,
                ``on_request``, ``on_response``, ``on_retry``: see ``Options``.

        Example:
            >>> client.with_options(total_timeout=600, max_retries=5)
        """
        return self._copy(options)

    def _copy(self, options: Options) -> Self:
        """The same client with other options, on the same connections."""
        copy = object.__new__(type(self))
        copy.__dict__.update(
            {name: value for name, value in self.__dict__.items() if name.startswith("_")},
            _core=changed(self._core, options),
            _leave=None,
            _is_copy=True,
        )
        return copy

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._core.target.base_url!r})"

    def __reduce__(self) -> Any:
        raise TypeError(
            "A client holds a key and open connections and is not pickled; make a new one where "
            "it is needed."
        )

    @classmethod
    def _of_local(cls, joined: "Joined", options: Mapping[str, Any]) -> Self:
        """A client of the local service, which leaves it when it is closed."""
        try:
            client = cast("Callable[..., Self]", cls)(joined.api_key, joined.base_url, **options)
        except BaseException:
            joined.leave()
            raise
        client._leave = joined.leave
        return client


def _join(data_dir: DataDir, stop_on_exit: bool) -> "Joined":
    from oxloop.local import join

    return join(None if data_dir is None else Path(data_dir), stop_on_exit=stop_on_exit)


class SyncClient(_Client):
    """A client for threads. It may be used by several at a time."""

    _driver: SyncDriver

    def _set_up(self, target: Target, options: Options, http_client: Client | None) -> None:
        self._core = _new_core(target, options, error_in_body=self._error_in_body)
        self._driver = SyncDriver(SyncHttp(http_client, self._core.time), self._core.time)

    @classmethod
    def _join(cls, data_dir: DataDir, stop_on_exit: bool, options: Mapping[str, Any]) -> Self:
        """Join the local service; it is started if it does not run yet."""
        client = cls._of_local(_join(data_dir, stop_on_exit), options)
        client._driver.http.bypass_proxies()
        return client

    def capabilities(self) -> frozenset[str]:
        """Return what the server can do beyond the documented API; nothing on a live one.

        A server is asked once, when this is first needed.
        """
        return self._driver.run(self._core.features())

    def with_raw_response(
        self, method: Callable[P, T], *arguments: P.args, **named: P.kwargs
    ) -> "RawResult[T]":
        """Call a method, and return the answers as they came beside what it returned.

        Args:
            method: A method of this client's resources or runs, or any function that calls some.
            arguments: What it is called with.
            named: What it is called with, by name.

        Returns:
            ``value``, what the method returned, and ``responses``, every answer in its order.

        Raises:
            ConfigurationError: The method returns an iterator, which asks the server later.

        Example:
            >>> raw = oxen.with_raw_response(oxen.evaluations.get, "ox/support", run_id)
            >>> print(raw.value.status, raw.response.headers["x-request-id"])
        """
        from oxloop._raw import with_raw_response

        return with_raw_response(method, *arguments, **named)

    def request(
        self,
        request: Mapping[str, Any],
        parse: Callable[[Response], T],
        *,
        idempotent: bool = False,
    ) -> T:
        """Send a request of your own, and read its answer: for what there is no method for.

        It has all that methods have: the key, retries, the total time, errors by status.

        Args:
            request: Arguments of ``httpx.Client.request``, as ``build_request`` of a generated
                operation makes them: ``method``, ``url`` from the path on, ``json``, ``params`` …
            parse: Reads the answer, whose body has to be JSON: ``parse_response`` of the generated
                operation, or any function of a response with ``status_code`` and ``json()``.
            idempotent: Whether sending it twice does no harm although its method does not say so.

        Raises:
            APIError: The server answered with an error.
            TransportError: No whole answer came.
            DecodeError: The answer of a success makes no sense.

        Example:
            >>> from oxloop_api.oxen.api.branches import get_branch
            >>> request = get_branch.build_request("ox", "support", "main")
            >>> oxen.request(request, get_branch.parse_response).branch.commit_id
        """
        return self._driver.run(call(self._core, request, parse, idempotent=idempotent))

    def close(self) -> None:
        """Close the connections. A client from ``with_options`` leaves them to the original."""
        if self._is_copy:
            return
        self._driver.http.close()
        if self._leave is not None:
            self._leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClientBase(_Client):
    """A client for the tasks of one event loop, asyncio's or trio's."""

    _driver: AsyncDriver
    _http: "AsyncHttp"

    def _set_up(self, target: Target, options: Options, http_client: AsyncClientChoice) -> None:
        self._core = _new_core(target, options, error_in_body=self._error_in_body)
        from oxloop._http.tasks import AsyncHttp  # what threads do not need

        self._http = AsyncHttp(http_client, self._core.time)
        self._driver = AsyncDriver(self._http, self._core.time)

    @classmethod
    async def _join(cls, data_dir: DataDir, stop_on_exit: bool, options: Mapping[str, Any]) -> Self:
        """Join the local service; it is started if it does not run yet."""
        import anyio.to_thread

        joined = await anyio.to_thread.run_sync(_join, data_dir, stop_on_exit)
        client = cls._of_local(joined, options)
        client._http.bypass_proxies()
        return client

    async def capabilities(self) -> frozenset[str]:
        """Return what the server can do beyond the documented API, as the sync client does."""
        return await self._driver.run(self._core.features())

    async def with_raw_response(
        self, method: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs
    ) -> "RawResult[T]":
        """Call a method, and return the answers too, as the sync client does."""
        from oxloop._raw import with_raw_response_async

        return await with_raw_response_async(method, *arguments, **named)

    async def request(
        self,
        request: Mapping[str, Any],
        parse: Callable[[Response], T],
        *,
        idempotent: bool = False,
    ) -> T:
        """Send a request of your own, and read its answer, as the sync client does."""
        return await self._driver.run(call(self._core, request, parse, idempotent=idempotent))

    async def close(self) -> None:
        """Close the connections. A client from ``with_options`` leaves them to the original."""
        import anyio.to_thread

        if self._is_copy:
            return
        await self._http.aclose()
        if self._leave is not None:
            await anyio.to_thread.run_sync(self._leave)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class Joining(Generic[A]):
    """A client of the local service on its way: await it, or use it in ``async with``.

    Args:
        join: Joins the service and makes the client.
    """

    def __init__(self, join: Callable[[], Awaitable[A]]) -> None:
        self._join = join
        self._client: A | None = None

    def __await__(self) -> Generator[Any, Any, A]:
        return self._join().__await__()

    async def __aenter__(self) -> A:
        self._client = await self._join()
        return self._client

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            await self._client.close()
