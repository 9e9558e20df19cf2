"""``Oxen`` and ``AsyncOxen``: everything that can be done over Oxen.ai's API starts here."""

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Self, Unpack

from oxloop._client import AsyncClientBase, Joining, SyncClient
from oxloop._config import DEFAULT_TIMEOUT, DEFAULT_TOTAL, Timeout, oxen_target
from oxloop._http import AsyncClientChoice, Client
from oxloop._options import Options
from oxloop._policy import DEFAULT_RETRIES
from oxloop.oxen._names import ModelNames

if TYPE_CHECKING:
    from oxloop._events import OnRequest, OnResponse, OnRetry
    from oxloop.oxen.branches import AsyncBranches, Branches
    from oxloop.oxen.chat import AsyncChat, Chat
    from oxloop.oxen.commits import AsyncCommits, Commits
    from oxloop.oxen.data_frames import AsyncDataFrames, DataFrames
    from oxloop.oxen.evaluations import AsyncEvaluations, Evaluations
    from oxloop.oxen.files import AsyncFiles, Files
    from oxloop.oxen.models import AsyncModels, Models
    from oxloop.oxen.repos import AsyncRepos, Repos


class LocalOptions(Options, total=False):
    """What ``Oxen.local`` takes besides its own two arguments.

    Attributes:
        models: Uuids of models by name.
        documented_only: Whether to use documented operations only.
    """

    models: Mapping[str, str] | None
    documented_only: bool


class Oxen(SyncClient):
    """A client of Oxen.ai's API, or of the local service that answers the same.

    Without arguments it talks to Oxen's hub, with the key of the environment or of Oxen's own
    configuration file. It can be used in a ``with`` block, or without, and by several threads.

    Args:
        api_key: The key; otherwise ``OXEN_API_KEY``, otherwise the token that Oxen's
            ``auth_config.toml`` has for the address's host.
        base_url: The address; otherwise ``OXEN_BASE_URL``, otherwise the hub.
        timeout: Seconds that a single step may take without progress, or a ``Timeout``. By
            default 5 to connect, 30 to read and to write.
        max_retries: How often a request that may be repeated is sent again.
        total_timeout: Seconds for a whole call, with all its attempts and pauses.
        headers: More headers for every request.
        http_client: An ``httpx.Client`` to use instead of an own one. It stays yours to close,
            and how strictly it can keep to ``total_timeout`` depends on its transport.
        models: Uuids of models by name, where the server does not tell them.
        documented_only: Whether to use documented operations only.
        query: More query parameters for every request.
        on_request: Called before each request, with a ``RequestEvent``.
        on_response: Called after each request, with a ``ResponseEvent``.
        on_retry: Called before each pause between two attempts, with a ``RetryEvent``.

    Raises:
        ConfigurationError: There is no key, or a value makes no sense.

    Example:
        >>> with Oxen() as oxen:
        ...     run = oxen.evaluations.get("ox/support", run_id)
    """

    _error_in_body = True

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
        models: Mapping[str, str] | None = None,
        documented_only: bool = False,
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
        self._set_up(oxen_target(api_key, base_url), options, http_client)
        self._names = ModelNames(dict(models or {}), documented_only)

    @classmethod
    def local(
        cls,
        data_dir: str | os.PathLike[str] | None = None,
        *,
        stop_on_exit: bool = False,
        **options: Unpack[LocalOptions],
    ) -> Self:
        """Return a client of the local service, which is started if it does not run yet.

        It uses the data folder's own address and key; no environment variable is read.

        Args:
            data_dir: The service's data folder; the platform's usual place if not given.
            stop_on_exit: Whether a service started here stops when its last client has left.
            options: As for ``Oxen``.

        Raises:
            ConfigurationError: The service is not installed, or cannot be started or trusted.

        Example:
            >>> with Oxen.local() as oxen:
            ...     print(oxen.models.list())
        """
        return cls._join(data_dir, stop_on_exit, options)

    @cached_property
    def evaluations(self) -> "Evaluations":
        """Evaluations: a model run over every row of a data file."""
        from oxloop.oxen.evaluations import Evaluations

        return Evaluations(self._core, self._driver, self._names)

    @cached_property
    def models(self) -> "Models":
        """Models that an evaluation can run."""
        from oxloop.oxen.models import Models

        return Models(self._core, self._driver, self._names)

    @cached_property
    def chat(self) -> "Chat":
        """Models asked directly."""
        from oxloop.oxen.chat import Chat

        return Chat(self._core, self._driver)

    @cached_property
    def repos(self) -> "Repos":
        """Repositories, the homes of data files."""
        from oxloop.oxen.repos import Repos

        return Repos(self._core, self._driver)

    @cached_property
    def files(self) -> "Files":
        """Files in a repository: their bytes, up and down."""
        from oxloop.oxen.files import Files

        return Files(self._core, self._driver)

    @cached_property
    def branches(self) -> "Branches":
        """Branches, the named lines of commits."""
        from oxloop.oxen.branches import Branches

        return Branches(self._core, self._driver)

    @cached_property
    def commits(self) -> "Commits":
        """Commits: what was changed, when and by whom."""
        from oxloop.oxen.commits import Commits

        return Commits(self._core, self._driver)

    @cached_property
    def data_frames(self) -> "DataFrames":
        """The rows of data files, page by page."""
        from oxloop.oxen.data_frames import DataFrames

        return DataFrames(self._core, self._driver)


class AsyncOxen(AsyncClientBase):
    """A client of Oxen.ai's API for asyncio and trio: the same as ``Oxen``, awaited.

    A client belongs to the event loop that it is first used in. The arguments are those of
    ``Oxen``, except that ``http_client`` is an ``httpx.AsyncClient``, or
    the word ``"aiohttp"`` for connections that stay quick with many calls in flight; that is for
    asyncio alone, and needs ``oxloop[aiohttp]``.

    Example:
        >>> async with AsyncOxen() as oxen:
        ...     run = await oxen.evaluations.get("ox/support", run_id)
    """

    _error_in_body = True

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
        models: Mapping[str, str] | None = None,
        documented_only: bool = False,
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
        self._set_up(oxen_target(api_key, base_url), options, http_client)
        self._names = ModelNames(dict(models or {}), documented_only)

    @classmethod
    def local(
        cls,
        data_dir: str | os.PathLike[str] | None = None,
        *,
        stop_on_exit: bool = False,
        **options: Unpack[LocalOptions],
    ) -> Joining[Self]:
        """Return a client of the local service, as ``Oxen.local`` does.

        Await it, or use it in ``async with``.

        Example:
            >>> async with AsyncOxen.local() as oxen:
            ...     print(await oxen.models.list())
        """
        return Joining(lambda: cls._join(data_dir, stop_on_exit, options))

    @cached_property
    def evaluations(self) -> "AsyncEvaluations":
        """Evaluations: a model run over every row of a data file."""
        from oxloop.oxen.evaluations import AsyncEvaluations

        return AsyncEvaluations(self._core, self._driver, self._names)

    @cached_property
    def models(self) -> "AsyncModels":
        """Models that an evaluation can run."""
        from oxloop.oxen.models import AsyncModels

        return AsyncModels(self._core, self._driver, self._names)

    @cached_property
    def chat(self) -> "AsyncChat":
        """Models asked directly."""
        from oxloop.oxen.chat import AsyncChat

        return AsyncChat(self._core, self._driver)

    @cached_property
    def repos(self) -> "AsyncRepos":
        """Repositories, the homes of data files."""
        from oxloop.oxen.repos import AsyncRepos

        return AsyncRepos(self._core, self._driver)

    @cached_property
    def files(self) -> "AsyncFiles":
        """Files in a repository: their bytes, up and down."""
        from oxloop.oxen.files import AsyncFiles

        return AsyncFiles(self._core, self._driver)

    @cached_property
    def branches(self) -> "AsyncBranches":
        """Branches, the named lines of commits."""
        from oxloop.oxen.branches import AsyncBranches

        return AsyncBranches(self._core, self._driver)

    @cached_property
    def commits(self) -> "AsyncCommits":
        """Commits: what was changed, when and by whom."""
        from oxloop.oxen.commits import AsyncCommits

        return AsyncCommits(self._core, self._driver)

    @cached_property
    def data_frames(self) -> "AsyncDataFrames":
        """The rows of data files, page by page."""
        from oxloop.oxen.data_frames import AsyncDataFrames

        return AsyncDataFrames(self._core, self._driver)
