"""The rows of data files, page by page."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from oxloop._decode import known, maybe_integer, maybe_text, part, text
from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Emit, Flow
from oxloop.errors import ConfigurationError
from oxloop.oxen._names import Location, location, repository
from oxloop.oxen.details import Column, Page

if TYPE_CHECKING:
    from oxloop_api.oxen import models as wire
    from oxloop_api.oxen.types import Unset

    from oxloop._http import Response


def get(
    core: Core,
    repo: str,
    where: Location,
    page: int,
    page_size: int,
    columns: Sequence[str] | None = None,
) -> Flow[Page]:
    """Ask for one page."""
    from oxloop_api.oxen.api.data_frames import get_data_frame
    from oxloop_api.oxen.types import UNSET

    if page < 1 or page_size < 1:
        raise ConfigurationError(
            f"page={page}, page_size={page_size} is not usable: pages count from 1, "
            "and each has at least one row."
        )

    def parse(response: "Response") -> Page:
        return _page(get_data_frame.parse_response(response).data_frame, page)

    request = get_data_frame.build_request(
        *repository(repo),
        where.resource,
        page=page,
        page_size=page_size,
        columns=UNSET if columns is None else _joined(columns),
    )
    return (yield from call(core, request, parse))


def rows(
    core: Core, repo: str, where: Location, page_size: int, columns: Sequence[str] | None
) -> Flow[None]:
    """Emit each row of a file, asking for a page at a time."""
    number = 1
    while True:
        page = yield from get(core, repo, where, number, page_size, columns)
        for row in page.rows:
            yield Emit(row)
        number += 1
        if number > page.total_pages:
            return


def _joined(columns: Sequence[str]) -> str:
    """Names as the API takes them: with commas between, so that none can have one in it."""
    if isinstance(columns, str):
        raise ConfigurationError(f'columns is a list of names: ["{columns}"].')
    for name in columns:
        if not name or "," in name:
            raise ConfigurationError(f'The column "{name}" cannot be asked for alone.')
    if not columns:
        raise ConfigurationError("columns is empty; leave it out for all of them.")
    return ",".join(columns)


def _page(found: "wire.DataFrame | Unset | None", asked: int) -> Page:
    frame = part(found, "data_frame")
    view = part(frame.view, "data_frame.view")
    rows = part(view.data, "data_frame.view.data")
    pagination = known(view.pagination)
    total_pages = total_rows = None
    if pagination is not None:
        name = "data_frame.view.pagination"
        total_pages = maybe_integer(pagination.total_pages, f"{name}.total_pages")
        total_rows = maybe_integer(pagination.total_entries, f"{name}.total_entries")
    return Page(
        rows=tuple(row.additional_properties for row in rows),
        columns=_columns(known(view.schema)),
        page=asked,
        total_pages=asked if total_pages is None else total_pages,
        total_rows=_height(known(frame.source)) if total_rows is None else total_rows,
    )


def _height(source: "wire.DataFrameSource | None") -> int | None:
    """How many rows the whole file has."""
    size = known(source.size) if source is not None else None
    return None if size is None else maybe_integer(size.height, "data_frame.source.size.height")


def _columns(schema: "wire.DataFrameSchema | None") -> tuple[Column, ...]:
    fields = known(schema.fields) if schema is not None else None
    name = "data_frame.view.schema.fields"
    return tuple(
        Column(
            text(field.name, f"{name}[{number}].name"),
            maybe_text(field.dtype, f"{name}[{number}].dtype"),
        )
        for number, field in enumerate(fields or [])
    )


class DataFrames(SyncResource):
    """The rows of data files, page by page."""

    def get(
        self,
        repo: str,
        resource: str | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        page: int = 1,
        page_size: int = 100,
        columns: Sequence[str] | None = None,
    ) -> Page:
        """Return one page of the rows of a file.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            resource: Revision, slash and path, like ``"main/tickets.parquet"``.
            revision: Branch or commit, if its name has slashes; with ``path``.
            path: The file's path; with ``revision``.
            page: Which page; pages count from 1.
            page_size: Rows on a page.
            columns: The columns to fetch, in this order; all, if not given.

        Raises:
            NotFoundError: There is no such file.
            BadRequestError: The file is no table.

        Example:
            >>> page = oxen.data_frames.get("ox/support", "main/tickets.parquet", page_size=10)
        """
        where = location(resource, revision, path)
        return self._driver.run(get(self._core, repo, where, page, page_size, columns))

    def rows(
        self,
        repo: str,
        resource: str | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        page_size: int = 100,
        columns: Sequence[str] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Iterate over all rows of a file; a page is fetched when its first row is asked for.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            resource: Revision, slash and path, like ``"main/tickets.parquet"``.
            revision: Branch or commit, if its name has slashes; with ``path``.
            path: The file's path; with ``revision``.
            page_size: Rows fetched at a time.
            columns: The columns to fetch, in this order; all, if not given.

        Example:
            >>> for row in oxen.data_frames.rows("ox/support", "main/tickets.parquet"):
            ...     print(row["query"])
        """
        where = location(resource, revision, path)
        return self._driver.iterate(rows(self._core, repo, where, page_size, columns))


class AsyncDataFrames(AsyncResource):
    """The rows of data files, as ``DataFrames`` has them, awaited."""

    async def get(
        self,
        repo: str,
        resource: str | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        page: int = 1,
        page_size: int = 100,
        columns: Sequence[str] | None = None,
    ) -> Page:
        """Return one page of the rows of a file, as ``DataFrames.get`` does."""
        where = location(resource, revision, path)
        return await self._driver.run(get(self._core, repo, where, page, page_size, columns))

    def rows(
        self,
        repo: str,
        resource: str | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        page_size: int = 100,
        columns: Sequence[str] | None = None,
    ) -> AsyncIterator[dict[str, Any]]:
        """Iterate over all rows of a file with ``async for``, as ``DataFrames.rows`` does."""
        where = location(resource, revision, path)
        return self._driver.iterate(rows(self._core, repo, where, page_size, columns))
