"""Oxen's data frames: the rows of a data file, page by page."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from attrs import frozen
from oxloop.rules.formats import table_format

from oxloop_server.apis.oxen import answers
from oxloop_server.apis.oxen.repositories import find
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.engine.tables import Column, Table
from oxloop_server.errors import JsonObject
from oxloop_server.problems import Refused
from oxloop_server.storage import repositories
from oxloop_server.storage.repositories import Commit, Resolved
from oxloop_server.storage.trees import FileEntry

operation = Handlers()

# Each page may need what a file may need that is read (``looking.MEMORY_BYTES``), so that two are
# read at a time; in threads of their own, lest those that wait hold up everything else.
_PAGES = ThreadPoolExecutor(2, thread_name_prefix="data-frame")

# Oxen's server knows these too. To answer without them would be to answer something else.
_NOT_HERE = frozenset(
    {
        "filter",
        "find_embedding_where",
        "output_column",
        "randomize",
        "reverse",
        "row",
        "sort_by",
        "sort_by_similarity_to",
        "sql",
        "take",
    }
)


@frozen
class _Found:
    resolved: Resolved
    entry: FileEntry
    commit: Commit


@frozen
class _Wanted:
    page: int
    size: int
    columns: str | None
    slice: str | None

    def chosen(self, table: Table) -> Sequence[Column]:
        """The columns to answer, in the order that was asked for."""
        if self.columns is None:
            return table.columns
        by_name = {column.name: column for column in table.columns}
        names = self.columns.split(",")
        for name in names:
            if name not in by_name:
                there = ", ".join(by_name)
                raise Refused(
                    "invalid_params", f"There is no column '{name}'; there are: {there}.", "columns"
                )
            if names.count(name) > 1:
                raise Refused("invalid_params", f"'{name}' is named twice.", "columns")
        return [by_name[name] for name in names]

    def rows(self, table: Table) -> range:
        """The rows to page through."""
        if self.slice is None or self.slice == "all":
            return range(table.row_count)
        first, last = (int(end) for end in self.slice.split(".."))
        if first > last:
            raise Refused("invalid_params", f"'{self.slice}' ends before it begins.", "slice")
        return range(table.row_count)[first:last]


@operation("get_data_frame")
async def get_data_frame(call: Call) -> Answer:
    """Answer a page of rows with the file's schema and size."""
    unknown = sorted(_NOT_HERE & call.undeclared)
    if unknown:
        raise Refused(
            "unsupported",
            f"The local service has no '{unknown[0]}' for data frames: read the pages, or "
            "download the file.",
            unknown[0],
        )
    wanted = _Wanted(
        int(call.query["page"]),
        int(call.query["page_size"]),
        call.query["columns"],
        call.query["slice"],
    )
    found = await call.service.db.read(lambda conn: _find(conn, call))
    table = await call.service.engine.files.open(
        call.tenant.id, found.entry.sha256, table_format(found.entry.path)
    )
    data_frame = await asyncio.get_running_loop().run_in_executor(
        _PAGES, _data_frame, table, wanted
    )
    return Answer(
        answers.success(
            answers.FOUND,
            data_frame=data_frame,
            commit=answers.commit(found.commit),
            resource=answers.resource(found.resolved),
        )
    )


def _find(conn: sqlite3.Connection, call: Call) -> _Found:
    repository = find(conn, call)
    resolved = repositories.resolve(conn, repository.id, call.path["resource"])
    entry = repositories.get_file(conn, repository.id, resolved)
    return _Found(resolved, entry, repositories.get_commit(conn, repository.id, resolved.commit_id))


def _data_frame(table: Table, wanted: _Wanted) -> JsonObject:
    columns, rows = wanted.chosen(table), wanted.rows(table)
    paged = rows[(wanted.page - 1) * wanted.size :][: wanted.size]
    names = [column.name for column in columns]
    found = table.page(paged.start, len(paged), names) if paged else []
    return {
        "source": {
            "schema": _schema(table.columns),
            "size": {"height": table.row_count, "width": len(table.columns)},
        },
        "view": {
            "schema": _schema(columns),
            "size": {"height": len(found), "width": len(columns)},
            "data": [{name: row[name] for name in names} for row in found],
            "pagination": answers.pagination(wanted.page, wanted.size, len(rows)),
        },
    }


def _schema(columns: Sequence[Column]) -> JsonObject:
    fields = [{"name": column.name, "dtype": column.dtype} for column in columns]
    digest = hashlib.sha256(json.dumps(fields).encode()).hexdigest()
    return {"hash": digest[:32], "fields": fields}
