"""Oxen's data frames: the rows of a data file, page by page."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen
from oxloop.rules.formats import TableFormat, table_format

from oxloop_server.apis.oxen import answers
from oxloop_server.apis.oxen.repositories import find
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.engine.tables import Column, open_table
from oxloop_server.errors import JsonObject
from oxloop_server.problems import Refused
from oxloop_server.storage import repositories
from oxloop_server.storage.repositories import Commit, FileEntry, Resolved

operation = Handlers()

# Oxen's server knows these too. To answer without them would be to answer something else.
_NOT_HERE = frozenset(
    {
        "columns",
        "filter",
        "find_embedding_where",
        "output_column",
        "randomize",
        "reverse",
        "row",
        "slice",
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
    page, size = int(call.query["page"]), int(call.query["page_size"])
    found = await call.service.db.read(lambda conn: _find(conn, call))
    data_frame = await asyncio.to_thread(
        _data_frame,
        await asyncio.to_thread(call.service.blobs.sound, found.entry.sha256),
        table_format(found.entry.path),
        page,
        size,
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


def _data_frame(path: Path, file_format: TableFormat, page: int, size: int) -> JsonObject:
    table = open_table(path, file_format)
    rows = table.page((page - 1) * size, size)
    schema = _schema(table.columns)
    width = len(table.columns)
    return {
        "source": {"schema": schema, "size": {"height": table.row_count, "width": width}},
        "view": {
            "schema": schema,
            "size": {"height": len(rows), "width": width},
            "data": rows,
            "pagination": answers.pagination(page, size, table.row_count),
        },
    }


def _schema(columns: Sequence[Column]) -> JsonObject:
    fields = [{"name": column.name, "dtype": column.dtype} for column in columns]
    digest = hashlib.sha256(json.dumps(fields).encode()).hexdigest()
    return {"hash": digest[:32], "fields": fields}
