"""Projects: the homes of configs, logs and evaluations, each under a name of its own."""

import sqlite3
from collections.abc import Iterable
from typing import Literal

from attrs import field, frozen

from oxloop_server import stamps
from oxloop_server.storage.humanloop.bodies import know_casefold, value_list

SortBy = Literal["created_at", "updated_at", "name"]

_SORTS = {"created_at": "created_at", "updated_at": "updated_at", "name": "casefold(name)"}

_COUNT = "SELECT count(*) FROM hl_projects p"
_SELECT = "SELECT id, tenant_id, name, active_config_id, created_at, updated_at FROM hl_projects p"


@frozen
class Project:
    """A project.

    Args:
        id: Its id.
        tenant_id: Whose it is.
        name: Its name, unique among the tenant's.
        active_config_id: The config in use; None before the first is registered.
        created_at: When it was made.
        updated_at: When its name or its active config last changed.
    """

    id: str
    tenant_id: str
    name: str
    active_config_id: str | None
    created_at: str
    updated_at: str


@frozen(kw_only=True)
class Query:
    """Which projects to list.

    Args:
        name: Text that their names contain, in any case; None for all.
        sort_by: The column to sort by.
        descending: Whether the largest comes first.
        limit: How many at most.
        offset: How many to leave out before them.
    """

    name: str | None = None
    sort_by: SortBy = field(default="created_at")
    descending: bool = True
    limit: int
    offset: int = 0


def create(conn: sqlite3.Connection, tenant_id: str, name: str) -> Project | None:
    """Make a project; None if the name is taken."""
    project_id, now = stamps.new_id("pr_"), stamps.now()
    made = conn.execute(
        "INSERT INTO hl_projects (id, tenant_id, name, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (project_id, tenant_id, name, now, now),
    )
    return get(conn, tenant_id, project_id) if made.rowcount else None


def ensure(conn: sqlite3.Connection, tenant_id: str, name: str) -> Project:
    """The project of that name, made if there is none."""
    project = create(conn, tenant_id, name) or by_name(conn, tenant_id, name)
    assert project is not None
    return project


def get(conn: sqlite3.Connection, tenant_id: str, project_id: str) -> Project | None:
    """Find a project by its id."""
    row = conn.execute(
        f"{_SELECT} WHERE tenant_id = ? AND id = ?", (tenant_id, project_id)
    ).fetchone()
    return None if row is None else Project(*row)


def log_counts(conn: sqlite3.Connection, project_ids: Iterable[str]) -> dict[str, int]:
    """How many logs projects have, by project."""
    ids = list(project_ids)
    rows = conn.execute(
        "SELECT p.value, (SELECT count(*) FROM hl_logs l WHERE l.project_id = p.value)"
        " FROM json_each(?) p",
        (value_list(ids),),
    )
    return {row[0]: row[1] for row in rows}


def by_name(conn: sqlite3.Connection, tenant_id: str, name: str) -> Project | None:
    """Find a project by its name."""
    row = conn.execute(f"{_SELECT} WHERE tenant_id = ? AND name = ?", (tenant_id, name)).fetchone()
    return None if row is None else Project(*row)


def page(conn: sqlite3.Connection, tenant_id: str, query: Query) -> tuple[list[Project], int]:
    """Some projects, and how many the query has in all."""
    know_casefold(conn)
    where = "WHERE tenant_id = :tenant AND (:name IS NULL OR instr(casefold(name), :name))"
    values = {
        "tenant": tenant_id,
        "name": None if query.name is None else query.name.casefold(),
        "limit": query.limit,
        "offset": query.offset,
    }
    (total,) = conn.execute(f"{_COUNT} {where}", values).fetchone()
    order = "DESC" if query.descending else "ASC"
    rows = conn.execute(
        f"{_SELECT} {where} ORDER BY {_SORTS[query.sort_by]} {order}, rowid {order}"
        " LIMIT :limit OFFSET :offset",
        values,
    )
    return [Project(*row) for row in rows], total


def activate_first(conn: sqlite3.Connection, project_id: str, config_id: str) -> None:
    """Make the config the project's active one, unless it has one."""
    conn.execute(
        "UPDATE hl_projects SET active_config_id = ?, updated_at = ?"
        " WHERE id = ? AND active_config_id IS NULL",
        (config_id, stamps.now(), project_id),
    )
