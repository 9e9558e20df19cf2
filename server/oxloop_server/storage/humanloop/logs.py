"""Logs: what a config was given and what it answered."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen

from oxloop_server import compact_json, stamps
from oxloop_server.storage.humanloop.bodies import (
    LISTED,
    Body,
    by_id,
    know_casefold,
    load,
    value_list,
)
from oxloop_server.storage.humanloop.sorting import Sort, order_by

_COUNT = "SELECT count(*) FROM hl_logs l JOIN hl_configs c ON c.id = l.config_id"
_SELECT = (
    "SELECT l.id, l.project_id, p.name AS project_name, l.config_id, l.run_id, l.datapoint_id,"
    " l.row_index, l.reference_id, l.session_id, l.session_reference_id, l.body,"
    " l.created_at, l.updated_at"
    " FROM hl_logs l JOIN hl_projects p ON p.id = l.project_id"
    " JOIN hl_configs c ON c.id = l.config_id"
)

# Text anywhere in a part of the body, however deep. Names of fields are not searched.
_HOLDS = (
    "EXISTS (SELECT 1 FROM json_tree(l.body, '$.{part}') t"
    " WHERE t.atom IS NOT NULL AND instr(casefold(t.atom), {value}))"
)
_INPUTS_OR_OUTPUT_HOLD = " OR ".join(
    _HOLDS.format(part=part, value=":search") for part in ("inputs", "output")
)
_LATEST_FEEDBACK = (
    "(SELECT f.value ->> '$.value' FROM json_each(l.body, '$.feedback') f"
    " WHERE f.value ->> '$.type' = {value} ORDER BY f.key DESC LIMIT 1)"
)
_WHERE = "WHERE " + " AND ".join(  # noqa: S608 - constants
    (
        "l.project_id = :project",
        f"(:search IS NULL OR {_INPUTS_OR_OUTPUT_HOLD})",
        f"(:metadata IS NULL OR {_HOLDS.format(part='metadata', value=':metadata')})",
        "(:begin IS NULL OR l.created_at >= :begin)",
        "(:end IS NULL OR l.created_at < :end)",
        "(:sources IS NULL OR l.body ->> '$.source' IN (SELECT value FROM json_each(:sources)))",
        "(:models IS NULL OR c.body ->> '$.model' IN (SELECT value FROM json_each(:models)))",
    )
)
_SORTS = {
    "source": "casefold(l.body ->> '$.source')",
    "model": "casefold(c.body ->> '$.model')",
    "timestamp": "l.created_at",
}


@frozen(kw_only=True)
class NewLog:
    """A log to keep.

    Args:
        tenant_id: Whose it is.
        project_id: Its project.
        config_id: The config that was used.
        run_id: The run that it belongs to, if it belongs to one.
        datapoint_id: The datapoint that it answers, if it answers one.
        row_index: That datapoint's place in the run.
        reference_id: Its sender's own name for it.
        session_id: The session that it belongs to.
        session_reference_id: The sender's own name for the session.
        body: The rest, under the names of Humanloop's API, each part only if it was given.
        created_at: When it was made, in the form of ``stamps.now``; None for now.
    """

    tenant_id: str
    project_id: str
    config_id: str
    run_id: str | None = None
    datapoint_id: str | None = None
    row_index: int | None = None
    reference_id: str | None = None
    session_id: str | None = None
    session_reference_id: str | None = None
    body: Body
    created_at: str | None = None


@frozen
class Log:
    """A log that was kept; what is not told here is told of ``NewLog``."""

    id: str
    project_id: str
    project_name: str
    config_id: str
    run_id: str | None
    datapoint_id: str | None
    row_index: int | None
    reference_id: str | None
    session_id: str | None
    session_reference_id: str | None
    body: Body
    created_at: str
    updated_at: str


@frozen(kw_only=True)
class Query:
    """Which logs of a project to list.

    Args:
        search: Text that their inputs or output hold, in any case; None for all.
        metadata: Text that their metadata holds, in any case; None for all.
        begin: The first moment when they may have been made; None for any.
        end: The first moment that is too late; None for any.
        sources: The sources that they may have; None for any.
        models: The models that their configs may have; None for any.
        sorts: What to sort by, most important first: ``source``, ``model``, ``timestamp`` or
            ``feedback-`` and a type of feedback. The newest come first where that leaves a choice.
        limit: How many at most.
        offset: How many to leave out before them.
    """

    search: str | None = None
    metadata: str | None = None
    begin: str | None = None
    end: str | None = None
    sources: Sequence[str] | None = None
    models: Sequence[str] | None = None
    sorts: Sequence[Sort] = ()
    limit: int
    offset: int = 0


def add(conn: sqlite3.Connection, logs: Iterable[NewLog]) -> list[str]:
    """Keep logs.

    Returns:
        Their ids, in order.
    """
    now = stamps.now()
    rows = [
        (
            stamps.new_id("data_"),
            log.tenant_id,
            log.project_id,
            log.config_id,
            log.run_id,
            log.datapoint_id,
            log.row_index,
            log.reference_id,
            log.session_id,
            log.session_reference_id,
            compact_json.to_text(log.body),
            log.created_at or now,
            now,
        )
        for log in logs
    ]
    conn.executemany("INSERT INTO hl_logs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return [row[0] for row in rows]


def adopt(conn: sqlite3.Connection, log_id: str, run_id: str, row_index: int) -> None:
    """Make a log that was kept by itself a run's, as the last that came to it."""
    # Who reads a run's logs as they come in goes by the rowid, and reads on from the last.
    conn.execute(
        "UPDATE hl_logs SET run_id = ?, row_index = ?, updated_at = ?,"
        " rowid = (SELECT max(rowid) + 1 FROM hl_logs) WHERE id = ?",
        (run_id, row_index, stamps.now(), log_id),
    )


def get(conn: sqlite3.Connection, tenant_id: str, log_id: str) -> Log | None:
    """Find a log by its id."""
    return get_many(conn, tenant_id, [log_id]).get(log_id)


def get_many(conn: sqlite3.Connection, tenant_id: str, log_ids: Iterable[str]) -> dict[str, Log]:
    """Find logs by their ids, each read as often as it is named; others are left out."""
    rows = conn.execute(
        f"{_SELECT} JOIN json_each(?) wanted ON wanted.value = l.id WHERE +l.tenant_id = ?",
        (value_list(log_ids), tenant_id),
    )
    return by_id(rows, _log)


def by_reference(conn: sqlite3.Connection, tenant_id: str, reference_id: str) -> Log | None:
    """Find the newest log that its sender called so."""
    row = conn.execute(
        f"{_SELECT} WHERE l.tenant_id = ? AND l.reference_id = ?"
        " ORDER BY l.created_at DESC, l.rowid DESC LIMIT 1",
        (tenant_id, reference_id),
    ).fetchone()
    return None if row is None else _log(row)


def session_exists(conn: sqlite3.Connection, tenant_id: str, session_id: str) -> bool:
    """Whether a log of the tenant belongs to that session."""
    found = conn.execute(
        "SELECT 1 FROM hl_logs WHERE tenant_id = ? AND session_id = ? LIMIT 1",
        (tenant_id, session_id),
    )
    return found.fetchone() is not None


def session_called(
    conn: sqlite3.Connection, tenant_id: str, session_reference_id: str
) -> str | None:
    """The id of the session that its sender called so, if a log belongs to it."""
    row = conn.execute(
        "SELECT session_id FROM hl_logs WHERE tenant_id = ? AND session_reference_id = ? LIMIT 1",
        (tenant_id, session_reference_id),
    ).fetchone()
    return None if row is None else row["session_id"]


def of_run(conn: sqlite3.Connection, run_id: str, rows: Iterable[int]) -> dict[int, Log]:
    """The logs of some of a run's datapoints, by the datapoints' places in it."""
    found = conn.execute(
        f"{_SELECT} WHERE l.run_id = ? AND l.row_index IN {LISTED}",
        (run_id, compact_json.to_text(list(rows))),
    )
    return {row["row_index"]: _log(row) for row in found}


def page(conn: sqlite3.Connection, project_id: str, query: Query) -> tuple[list[Log], int]:
    """Some logs of a project, and how many the query has in all."""
    know_casefold(conn)
    values: dict[str, object] = {
        "project": project_id,
        "search": query.search.casefold() if query.search else None,
        "metadata": query.metadata.casefold() if query.metadata else None,
        "begin": query.begin,
        "end": query.end,
        "sources": None if query.sources is None else value_list(query.sources),
        "models": None if query.models is None else value_list(query.models),
        "limit": query.limit,
        "offset": query.offset,
    }
    (total,) = conn.execute(f"{_COUNT} {_WHERE}", values).fetchone()
    order = order_by(query.sorts, _SORTS, "feedback-", _LATEST_FEEDBACK, values)
    rows = conn.execute(
        f"{_SELECT} {_WHERE} ORDER BY {order} l.created_at DESC, l.rowid DESC"
        " LIMIT :limit OFFSET :offset",
        values,
    )
    return [_log(row) for row in rows], total


def _log(row: sqlite3.Row) -> Log:
    columns: dict[str, Any] = {name: row[name] for name in row.keys()}  # noqa: SIM118
    columns["body"] = load(row["body"])
    return Log(**columns)
