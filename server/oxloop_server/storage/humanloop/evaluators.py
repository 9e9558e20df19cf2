"""Evaluators: judges of logs. A change makes a new version; a run keeps the one it was given."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import cast

from attrs import evolve, frozen

from oxloop_server import compact_json, stamps
from oxloop_server.storage.humanloop.bodies import LISTED, Body, load, value_list

_COLUMNS = (
    "SELECT e.id, v.id AS version_id, v.body, v.warnings, e.created_at, v.created_at AS updated_at"
)
_CURRENT = (
    f"{_COLUMNS} FROM hl_evaluators e JOIN hl_evaluator_versions v ON v.id = e.version_id"
    " WHERE e.tenant_id = ? AND e.deleted_at IS NULL"
)
_PINNED = (
    f"{_COLUMNS}, r.run_id FROM hl_run_evaluators r"
    " JOIN hl_evaluators e ON e.id = r.evaluator_id"
    " JOIN hl_evaluator_versions v ON v.id = r.version_id"
)


@frozen
class Evaluator:
    """A version of an evaluator.

    Args:
        id: The evaluator's id.
        version_id: The version's.
        body: What it is, under the names of Humanloop's API: ``type``, ``code`` and so on.
        warnings: What may keep it from judging, found when the version was made.
        created_at: When the evaluator was made.
        updated_at: When this version was made.
    """

    id: str
    version_id: str
    body: Body
    warnings: tuple[str, ...]
    created_at: str
    updated_at: str

    @property
    def type(self) -> str:
        """Who judges: ``python``, ``llm``, ``human`` or ``external``."""
        return cast(str, self.body["type"])

    @property
    def is_run_here(self) -> bool:
        """Whether the service itself judges with it."""
        return self.type in ("python", "llm")


def create(
    conn: sqlite3.Connection, tenant_id: str, body: Body, warnings: Sequence[str]
) -> Evaluator:
    """Make an evaluator."""
    now = stamps.now()
    made = Evaluator(stamps.new_id("evfn_"), stamps.new_id("evv_"), body, tuple(warnings), now, now)
    conn.execute(
        "INSERT INTO hl_evaluators (id, tenant_id, version_id, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (made.id, tenant_id, made.version_id, now, now),
    )
    _keep_version(conn, made)
    return made


def update(
    conn: sqlite3.Connection, evaluator: Evaluator, body: Body, warnings: Sequence[str]
) -> Evaluator:
    """Give an evaluator a new version, unless the body is what it was."""
    if body == evaluator.body:
        return evaluator
    made = evolve(
        evaluator,
        version_id=stamps.new_id("evv_"),
        body=body,
        warnings=tuple(warnings),
        updated_at=stamps.now(),
    )
    _keep_version(conn, made)
    conn.execute(
        "UPDATE hl_evaluators SET version_id = ?, updated_at = ? WHERE id = ?",
        (made.version_id, made.updated_at, made.id),
    )
    return made


def delete(conn: sqlite3.Connection, evaluator_id: str) -> None:
    """Take an evaluator away. Runs that have it keep it."""
    conn.execute(
        "UPDATE hl_evaluators SET deleted_at = ? WHERE id = ?", (stamps.now(), evaluator_id)
    )


def get(conn: sqlite3.Connection, tenant_id: str, evaluator_id: str) -> Evaluator | None:
    """Find an evaluator by its id, as it is now."""
    return get_many(conn, tenant_id, [evaluator_id]).get(evaluator_id)


def get_many(
    conn: sqlite3.Connection, tenant_id: str, evaluator_ids: Iterable[str]
) -> dict[str, Evaluator]:
    """Find evaluators by their ids, as they are now; those that are not there are left out."""
    rows = conn.execute(f"{_CURRENT} AND e.id IN {LISTED}", (tenant_id, value_list(evaluator_ids)))
    return {row["id"]: _evaluator(row) for row in rows}


def by_version(
    conn: sqlite3.Connection, tenant_id: str, version_ids: Iterable[str]
) -> dict[str, Evaluator]:
    """Find versions of evaluators by the versions' ids; those that are not there are left out."""
    rows = conn.execute(
        f"{_COLUMNS} FROM hl_evaluator_versions v JOIN hl_evaluators e ON e.id = v.evaluator_id"
        f" WHERE e.tenant_id = ? AND e.deleted_at IS NULL AND v.id IN {LISTED}",
        (tenant_id, value_list(version_ids)),
    )
    return {row["version_id"]: _evaluator(row) for row in rows}


def every(conn: sqlite3.Connection, tenant_id: str) -> list[Evaluator]:
    """Every evaluator of a tenant as it is now, the newest first."""
    rows = conn.execute(f"{_CURRENT} ORDER BY e.created_at DESC, e.rowid DESC", (tenant_id,))
    return [_evaluator(row) for row in rows]


def pin(conn: sqlite3.Connection, run_id: str, evaluators: Iterable[Evaluator]) -> int:
    """Give a run evaluators, each in this version; one that it has already stays as it is.

    Returns:
        How many of them are new to the run.
    """
    (last,) = conn.execute(
        "SELECT max(position) FROM hl_run_evaluators WHERE run_id = ?", (run_id,)
    ).fetchone()
    added = conn.executemany(
        "INSERT INTO hl_run_evaluators (run_id, evaluator_id, version_id, position)"
        " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (run_id, one.id, one.version_id, position)
            for position, one in enumerate(evaluators, 0 if last is None else last + 1)
        ],
    )
    return added.rowcount


def of_run(conn: sqlite3.Connection, run_id: str) -> list[Evaluator]:
    """The evaluators of a run in the order in which they were given."""
    rows = conn.execute(f"{_PINNED} WHERE r.run_id = ? ORDER BY r.position", (run_id,))
    return [_evaluator(row) for row in rows]


def of_runs(conn: sqlite3.Connection, run_ids: Iterable[str]) -> dict[str, list[Evaluator]]:
    """The evaluators of runs in the order in which they were given, by run."""
    ids = list(run_ids)
    rows = conn.execute(
        f"{_PINNED} WHERE r.run_id IN {LISTED} ORDER BY r.run_id, r.position", (value_list(ids),)
    )
    found: dict[str, list[Evaluator]] = {run_id: [] for run_id in ids}
    for row in rows:
        found[row["run_id"]].append(_evaluator(row))
    return found


def _keep_version(conn: sqlite3.Connection, made: Evaluator) -> None:
    conn.execute(
        "INSERT INTO hl_evaluator_versions (id, evaluator_id, body, warnings, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            made.version_id,
            made.id,
            compact_json.to_text(made.body),
            compact_json.to_text(made.warnings),
            made.updated_at,
        ),
    )


def _evaluator(row: sqlite3.Row) -> Evaluator:
    return Evaluator(
        row["id"],
        row["version_id"],
        load(row["body"]),
        tuple(json.loads(row["warnings"])),
        row["created_at"],
        row["updated_at"],
    )
