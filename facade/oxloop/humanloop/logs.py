"""Logs: what a config was given and what it answered."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from oxloop._decode import ShapeError
from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError
from oxloop.humanloop import _reading
from oxloop.humanloop._giving import body, check_names, path_id, present, word
from oxloop.humanloop._paging import PAGE_SIZE, Page, Pages, check_size, every, page
from oxloop.humanloop.details import CreatedLog, Log

if TYPE_CHECKING:
    from oxloop._http import Response

_NewLog = Mapping[str, Any]
_NewLogs = Sequence[Mapping[str, Any]]
_CreatedLogs = list[CreatedLog]


class LogQuery(TypedDict, total=False):
    """Which logs to list; a field that is None counts as not given.

    Attributes:
        search: Only logs with this in their inputs or output, in upper or lower case.
        metadata_search: Only logs with this in their metadata.
        version_status: Only logs whose config is ``uncommitted``, ``committed`` or ``deleted``.
        start_date: Only logs made from this day or moment on.
        end_date: Only logs made up to this day or moment.
        sort: What to sort by, most important first: a column, a dot, and ``asc`` or ``desc``.
            Columns are ``source``, ``model``, ``timestamp`` and ``feedback-`` with a type.
        sources: Only logs from these sources.
        models: Only logs of these models.
        page_size: Logs fetched at a time.
    """

    search: str | None
    metadata_search: str | None
    version_status: str | None
    start_date: date | None
    end_date: date | None
    sort: Sequence[str] | None
    sources: Sequence[str] | None
    models: Sequence[str] | None
    page_size: int


def create(core: Core, new: _NewLog) -> Flow[CreatedLog]:
    """Have a log kept."""
    from oxloop_api.humanloop.api.logs import create_logs
    from oxloop_api.humanloop.models.log_request import LogRequest

    def parse(response: "Response") -> CreatedLog:
        found = create_logs.parse_response(response)
        if isinstance(found, list):
            raise ShapeError("(the whole answer)", "is a list, although one log was sent")
        return _reading.created_log(found)

    request = create_logs.build_request(body=body(LogRequest, new, "log"))
    return (yield from call(core, request, parse))


def create_many(core: Core, new: _NewLogs) -> Flow[_CreatedLogs]:
    """Have logs kept."""
    from oxloop_api.humanloop.api.logs import create_logs
    from oxloop_api.humanloop.models.log_request import LogRequest

    if isinstance(new, str | Mapping) or not new:
        raise ConfigurationError("Give a list of logs, each a mapping, that is not empty.")
    logs = [body(LogRequest, log, f"logs[{number}]") for number, log in enumerate(new)]

    def parse(response: "Response") -> _CreatedLogs:
        found = create_logs.parse_response(response)
        if not isinstance(found, list) or len(found) != len(logs):
            raise ShapeError("(the whole answer)", f"is not a list of {len(logs)}, as was sent")
        return _reading.each(found, _reading.created_log)

    return (yield from call(core, create_logs.build_request(body=logs), parse))


def get(core: Core, log_id: str) -> Flow[Log]:
    """Ask for a log."""
    from oxloop_api.humanloop.api.logs import get_log

    request = get_log.build_request(path_id("log_id", log_id))

    def parse(response: "Response") -> Log:
        return _reading.log(get_log.parse_response(response))

    return (yield from call(core, request, parse))


def list_all(core: Core, project_id: str, query: LogQuery) -> Flow[None]:
    """Emit each log of a project that fits."""
    from oxloop_api.humanloop.api.logs import list_logs
    from oxloop_api.humanloop.models.version_status import VersionStatus

    check_names("logs.list", query, LogQuery)
    status = query.get("version_status")
    fields = present(
        project_id=project_id,
        search=query.get("search"),
        metadata_search=query.get("metadata_search"),
        version_status=None if status is None else word(VersionStatus, "version_status", status),
        start_date=query.get("start_date"),
        end_date=query.get("end_date"),
        sort=query.get("sort"),
        source_filter=query.get("sources"),
        model_filter=query.get("models"),
    )
    page_size = check_size(query.get("page_size", PAGE_SIZE))

    def parse(response: "Response") -> Page:
        return page(list_logs.parse_response(response), _reading.log)

    def ask(number: int, size: int) -> Flow[Page]:
        return call(core, list_logs.build_request(page=number, size=size, **fields), parse)

    return every(Pages(ask, page_size, first=0))


class Logs(SyncResource):
    """Logs: what a config was given and what it answered."""

    def create(self, log: Mapping[str, Any]) -> CreatedLog:
        """Keep a log.

        As on the page "Log" of the Humanloop v4 reference. For the logs of an evaluation, there is
        ``evaluations.log``.

        Args:
            log: The log's fields: ``project`` or ``project_id``, ``config_id`` or ``config``, and
                what there is of ``inputs``, ``messages``, ``output``, ``error`` …

        Returns:
            Where it was kept.

        Raises:
            ConfigurationError: A field is unknown; nothing was sent.
            UnprocessableEntityError: The server refuses a field.

        Example:
            >>> humanloop.logs.create({
            ...     "project": "reviews", "config_id": config.id,
            ...     "inputs": {"review": "Lovely."}, "output": "positive",
            ... })
        """
        return self._driver.run(create(self._core, log))

    def create_many(self, logs: Sequence[Mapping[str, Any]]) -> _CreatedLogs:
        """Keep several logs with one request.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            logs: The fields of each log, as for ``create``.

        Returns:
            Where they were kept, in order.

        Raises:
            ConfigurationError: There is none, or a field is unknown; nothing was sent.
            UnprocessableEntityError: The server refuses a field.

        Example:
            >>> humanloop.logs.create_many([{"project_id": project.id, "output": "positive"}])
        """
        return self._driver.run(create_many(self._core, logs))

    def get(self, log_id: str) -> Log:
        """Return a log, with what evaluators said of it.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            log_id: The log's id, which starts with ``data_``.

        Raises:
            NotFoundError: There is no such log.

        Example:
            >>> humanloop.logs.get("data_…").output
        """
        return self._driver.run(get(self._core, log_id))

    def list(self, project_id: str, **query: Unpack[LogQuery]) -> Iterator[Log]:
        """Iterate over a project's logs; a page is fetched when its first log is asked for.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            project_id: The project, whose id starts with ``pr_``.
            query: Which logs, and in which order: see ``LogQuery``.

        Example:
            >>> for log in humanloop.logs.list(project.id, search="lovely"):
            ...     print(log.inputs, log.output)
        """
        return self._driver.iterate(list_all(self._core, project_id, query))


class AsyncLogs(AsyncResource):
    """Logs, as ``Logs`` has them, awaited."""

    async def create(self, log: Mapping[str, Any]) -> CreatedLog:
        """Keep a log, as ``Logs.create`` does."""
        return await self._driver.run(create(self._core, log))

    async def create_many(self, logs: Sequence[Mapping[str, Any]]) -> _CreatedLogs:
        """Keep several logs with one request, as ``Logs.create_many`` does."""
        return await self._driver.run(create_many(self._core, logs))

    async def get(self, log_id: str) -> Log:
        """Return a log, as ``Logs.get`` does."""
        return await self._driver.run(get(self._core, log_id))

    def list(self, project_id: str, **query: Unpack[LogQuery]) -> AsyncIterator[Log]:
        """Iterate over a project's logs with ``async for``, as ``Logs.list`` does."""
        return self._driver.iterate(list_all(self._core, project_id, query))
