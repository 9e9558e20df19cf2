"""``Humanloop`` and ``AsyncHumanloop``: everything over Humanloop's v4 API starts here."""

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Self, Unpack

from oxloop._client import AsyncClientBase, Joining, SyncClient
from oxloop._config import DEFAULT_TIMEOUT, DEFAULT_TOTAL, Timeout, humanloop_target
from oxloop._http import AsyncClientChoice, Client
from oxloop._options import Options
from oxloop._policy import DEFAULT_RETRIES

if TYPE_CHECKING:
    from oxloop._events import OnRequest, OnResponse, OnRetry
    from oxloop.humanloop.configs import AsyncConfigs, Configs
    from oxloop.humanloop.datapoints import AsyncDatapoints, Datapoints
    from oxloop.humanloop.datasets import AsyncDatasets, Datasets
    from oxloop.humanloop.evaluations import AsyncEvaluations, Evaluations
    from oxloop.humanloop.evaluators import AsyncEvaluators, Evaluators
    from oxloop.humanloop.logs import AsyncLogs, Logs
    from oxloop.humanloop.projects import AsyncProjects, Projects


class Humanloop(SyncClient):
    """A client of Humanloop's API, version 4, as the local service answers it.

    Humanloop switched its own service off on 2025-09-08, so there is no usual address: use
    ``Humanloop.local()``, or give the address of a service that answers the same API. It can be
    used in a ``with`` block, or without, and by several threads.

    Args:
        api_key: The key; otherwise ``HUMANLOOP_API_KEY``.
        base_url: The address; otherwise ``HUMANLOOP_BASE_URL``.
        timeout: Seconds that a single step may take without progress, or a ``Timeout``. By
            default 5 to connect, 30 to read and to write.
        max_retries: How often a request that may be repeated is sent again.
        total_timeout: Seconds for a whole call, with all its attempts and pauses.
        headers: More headers for every request.
        http_client: An ``httpx.Client`` to use instead of an own one. It stays yours to close,
            and how strictly it can keep to ``total_timeout`` depends on its transport.
        query: More query parameters for every request.
        on_request: Called before each request, with a ``RequestEvent``.
        on_response: Called after each request, with a ``ResponseEvent``.
        on_retry: Called before each pause between two attempts, with a ``RetryEvent``.

    Raises:
        ConfigurationError: There is no address or no key, or a value makes no sense.

    Example:
        >>> with Humanloop.local() as humanloop:
        ...     run = humanloop.evaluations.get(run_id)
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        timeout: float | Timeout = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_RETRIES,
        total_timeout: float = DEFAULT_TOTAL,
        headers: Mapping[str, str] | None = None,
        http_client: Client | None = None,
        query: Mapping[str, str] | None = None,
        on_request: "OnRequest | None" = None,
        on_response: "OnResponse | None" = None,
        on_retry: "OnRetry | None" = None,
    ) -> None:
        options: Options = {
            "timeout": timeout,
            "max_retries": max_retries,
            "total_timeout": total_timeout,
            "headers": headers,
            "query": query,
            "on_request": on_request,
            "on_response": on_response,
            "on_retry": on_retry,
        }
        self._set_up(humanloop_target(api_key, base_url), options, http_client)

    @classmethod
    def local(
        cls,
        data_dir: str | os.PathLike[str] | None = None,
        *,
        stop_on_exit: bool = False,
        **options: Unpack[Options],
    ) -> Self:
        """Return a client of the local service, which is started if it does not run yet.

        It uses the data folder's own address and key; no environment variable is read.

        Args:
            data_dir: The service's data folder; the platform's usual place if not given.
            stop_on_exit: Whether a service started here stops when its last client has left.
            options: As for ``Humanloop``.

        Raises:
            ConfigurationError: The service is not installed, or cannot be started or trusted.

        Example:
            >>> with Humanloop.local() as humanloop:
            ...     print(humanloop.projects.create("reviews"))
        """
        return cls._join(data_dir, stop_on_exit, options)

    @cached_property
    def evaluations(self) -> "Evaluations":
        """Evaluations: a config run over a dataset, and every log judged."""
        from oxloop.humanloop.evaluations import Evaluations

        return Evaluations(self._core, self._driver)

    @cached_property
    def projects(self) -> "Projects":
        """Projects, the homes of configs, logs and evaluations."""
        from oxloop.humanloop.projects import Projects

        return Projects(self._core, self._driver)

    @cached_property
    def configs(self) -> "Configs":
        """Configs: models with their prompts and parameters."""
        from oxloop.humanloop.configs import Configs

        return Configs(self._core, self._driver)

    @cached_property
    def evaluators(self) -> "Evaluators":
        """Evaluators, which judge logs."""
        from oxloop.humanloop.evaluators import Evaluators

        return Evaluators(self._core, self._driver)

    @cached_property
    def datasets(self) -> "Datasets":
        """Datasets, named collections of datapoints."""
        from oxloop.humanloop.datasets import Datasets

        return Datasets(self._core, self._driver)

    @cached_property
    def datapoints(self) -> "Datapoints":
        """Datapoints: inputs, and what a good answer looks like."""
        from oxloop.humanloop.datapoints import Datapoints

        return Datapoints(self._core, self._driver)

    @cached_property
    def logs(self) -> "Logs":
        """Logs: what a config was given and what it answered."""
        from oxloop.humanloop.logs import Logs

        return Logs(self._core, self._driver)


class AsyncHumanloop(AsyncClientBase):
    """A client of Humanloop's API for asyncio and trio: the same as ``Humanloop``, awaited.

    A client belongs to the event loop that it is first used in. The arguments are those of
    ``Humanloop``, except that ``http_client`` is an ``httpx.AsyncClient``, or
    the word ``"aiohttp"`` for connections that stay quick with many calls in flight; that is for
    asyncio alone, and needs ``oxloop[aiohttp]``.

    Example:
        >>> async with AsyncHumanloop.local() as humanloop:
        ...     run = await humanloop.evaluations.get(run_id)
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        timeout: float | Timeout = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_RETRIES,
        total_timeout: float = DEFAULT_TOTAL,
        headers: Mapping[str, str] | None = None,
        http_client: AsyncClientChoice = None,
        query: Mapping[str, str] | None = None,
        on_request: "OnRequest | None" = None,
        on_response: "OnResponse | None" = None,
        on_retry: "OnRetry | None" = None,
    ) -> None:
        options: Options = {
            "timeout": timeout,
            "max_retries": max_retries,
            "total_timeout": total_timeout,
            "headers": headers,
            "query": query,
            "on_request": on_request,
            "on_response": on_response,
            "on_retry": on_retry,
        }
        self._set_up(humanloop_target(api_key, base_url), options, http_client)

    @classmethod
    def local(
        cls,
        data_dir: str | os.PathLike[str] | None = None,
        *,
        stop_on_exit: bool = False,
        **options: Unpack[Options],
    ) -> Joining[Self]:
        """Return a client of the local service, as ``Humanloop.local`` does.

        Await it, or use it in ``async with``.

        Example:
            >>> async with AsyncHumanloop.local() as humanloop:
            ...     print(await humanloop.projects.create("reviews"))
        """
        return Joining(lambda: cls._join(data_dir, stop_on_exit, options))

    @cached_property
    def evaluations(self) -> "AsyncEvaluations":
        """Evaluations: a config run over a dataset, and every log judged."""
        from oxloop.humanloop.evaluations import AsyncEvaluations

        return AsyncEvaluations(self._core, self._driver)

    @cached_property
    def projects(self) -> "AsyncProjects":
        """Projects, the homes of configs, logs and evaluations."""
        from oxloop.humanloop.projects import AsyncProjects

        return AsyncProjects(self._core, self._driver)

    @cached_property
    def configs(self) -> "AsyncConfigs":
        """Configs: models with their prompts and parameters."""
        from oxloop.humanloop.configs import AsyncConfigs

        return AsyncConfigs(self._core, self._driver)

    @cached_property
    def evaluators(self) -> "AsyncEvaluators":
        """Evaluators, which judge logs."""
        from oxloop.humanloop.evaluators import AsyncEvaluators

        return AsyncEvaluators(self._core, self._driver)

    @cached_property
    def datasets(self) -> "AsyncDatasets":
        """Datasets, named collections of datapoints."""
        from oxloop.humanloop.datasets import AsyncDatasets

        return AsyncDatasets(self._core, self._driver)

    @cached_property
    def datapoints(self) -> "AsyncDatapoints":
        """Datapoints: inputs, and what a good answer looks like."""
        from oxloop.humanloop.datapoints import AsyncDatapoints

        return AsyncDatapoints(self._core, self._driver)

    @cached_property
    def logs(self) -> "AsyncLogs":
        """Logs: what a config was given and what it answered."""
        from oxloop.humanloop.logs import AsyncLogs

        return AsyncLogs(self._core, self._driver)
