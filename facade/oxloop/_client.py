"""What the clients of all APIs share: options, and how they are opened and closed."""

import os
from collections.abc import Awaitable, Callable, Generator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypedDict, TypeVar, Unpack, cast

from attrs import evolve

from oxloop import __version__
from oxloop._config import DEFAULT_TIMEOUT, DEFAULT_TOTAL, Target, Timeout
from oxloop._drivers import AsyncDriver, SyncDriver
from oxloop._extensions import Extensions
from oxloop._flow import Core
from oxloop._http import AsyncClient, AsyncHttp, Client, SyncHttp
from oxloop._policy import DEFAULT_RETRIES, RetryEvent, RetryPolicy
from oxloop._steps import Flow
from oxloop._time import current
from oxloop.errors import ConfigurationError

if TYPE_CHECKING:
    from oxloop.local import Joined

A = TypeVar("A", bound="AsyncClientBase")

DataDir = str | os.PathLike[str] | None
OnRetry = Callable[[RetryEvent], object]


class Options(TypedDict, total=False):
    """Settings of a client that can differ from call to call.

    Attributes:
        timeout: Seconds for each single step of a request, or a ``Timeout``.
        max_retries: How often a request may be sent again.
        total_timeout: Seconds for a whole call with all its attempts.
        headers: More headers for every request.
        on_retry: Told before each pause between two attempts.
    """

    timeout: float | Timeout
    max_retries: int
    total_timeout: float
    headers: Mapping[str, str] | None
    on_retry: OnRetry | None


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
    return _changed(core, options)


def _changed(core: Core, options: Options) -> Core:
    """Settings of which some are changed; refuses values that make no sense."""
    retries = options.get("max_retries", core.policy.max_retries)
    total = options.get("total_timeout", core.policy.total)
    if retries < 0:
        raise ConfigurationError(f"max_retries is {retries}; give 0 or more.")
    if not total > 0:
        raise ConfigurationError(f"total_timeout is {total!r}; give seconds above 0.")
    return evolve(
        core,
        policy=RetryPolicy(max_retries=retries, total=total),
        timeout=Timeout.of(options.get("timeout", core.timeout)),
        extra_headers={**core.extra_headers, **(options.get("headers") or {})},
        on_retry=options.get("on_retry") or core.on_retry,
    )


class _Client:
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

        Args:
            options: ``timeout``, ``max_retries``, ``total_timeout``, ``headers``, ``on_retry``.

        Example:
            >>> client.with_options(total_timeout=600, max_retries=5)
        """
        return self._copy(options)

    def _copy(self, options: Options) -> Self:
        """The same client with other options, on the same connections."""
        copy = object.__new__(type(self))
        copy.__dict__.update(
            {name: value for name, value in self.__dict__.items() if name.startswith("_")},
            _core=_changed(self._core, options),
            _leave=None,
            _is_copy=True,
        )
        return copy

    def _features(self) -> Flow[frozenset[str]]:
        core = self._core
        return core.extensions.ask(core.headers, core.time.monotonic() + core.policy.total)

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
        return self._driver.run(self._features())

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
    _http: AsyncHttp

    def _set_up(self, target: Target, options: Options, http_client: AsyncClient | None) -> None:
        self._core = _new_core(target, options, error_in_body=self._error_in_body)
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
        return await self._driver.run(self._features())

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
