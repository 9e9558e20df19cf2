"""Datasets and their datapoints.

Datapoints are only ever added, so a version of a dataset is its name and description at a time
and how many of its datapoints it has, counted from the first.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from attrs import evolve, frozen

from oxloop_server import compact_json, stamps
from oxloop_server.storage.humanloop.bodies import LISTED, Body, load


def columns(version: str) -> str:
    """A dataset's columns, for ``of_columns``.

    Args:
        version: The table of its version; its own is ``d``.
    """
    return (
        f"d.id, {version}.id, d.project_id, {version}.name, {version}.description,"
        f" {version}.datapoint_count, d.created_at, {version}.created_at"
    )


_CURRENT = (
    f"SELECT {columns('v')} FROM hl_datasets d"  # noqa: S608 - constants only
    " JOIN hl_dataset_versions v ON v.id = d.version_id WHERE d.tenant_id = ?"
)
_NOT_DELETED = " AND d.deleted_at IS NULL"
_POINTS = "SELECT id, dataset_id, position, body FROM hl_datapoints"
_OF_TENANT = "dataset_id IN (SELECT id FROM hl_datasets WHERE tenant_id = ? AND deleted_at IS NULL)"


@frozen
class Dataset:
    """A version of a dataset.

    Args:
        id: The dataset's id.
        version_id: The version's.
        project_id: The project in which the dataset was made.
        name: Its name.
        description: What is in it.
        datapoint_count: How many datapoints the version has.
        created_at: When the dataset was made.
        updated_at: When this version was made.
    """

    id: str
    version_id: str
    project_id: str
    name: str
    description: str | None
    datapoint_count: int
    created_at: str
    updated_at: str


@frozen
class Datapoint:
    """A case of a dataset.

    Args:
        id: Its id.
        dataset_id: The dataset.
        position: Its place in the dataset, from 0.
        body: ``inputs``, ``messages`` and ``target``, each of them only if it was given.
    """

    id: str
    dataset_id: str
    position: int
    body: Body


def of_columns(values: Iterator[Any]) -> Dataset:
    """A dataset of the next values of a row, which are those of ``columns``."""
    return Dataset(*islice(values, 8))


def create(
    conn: sqlite3.Connection, tenant_id: str, project_id: str, name: str, description: str | None
) -> Dataset:
    """Make an empty dataset."""
    now = stamps.now()
    made = Dataset(
        stamps.new_id("evts_"), _new_version(), project_id, name, description, 0, now, now
    )
    conn.execute(
        "INSERT INTO hl_datasets (id, tenant_id, project_id, version_id, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (made.id, tenant_id, project_id, made.version_id, now, now),
    )
    _keep_version(conn, made)
    return made


def update(
    conn: sqlite3.Connection, dataset: Dataset, name: str, description: str | None
) -> Dataset:
    """Rename a dataset or describe it anew; the version before keeps its name."""
    if (name, description) == (dataset.name, dataset.description):
        return dataset
    return _move_on(conn, evolve(dataset, name=name, description=description))


def delete(conn: sqlite3.Connection, dataset_id: str) -> None:
    """Take a dataset away. Evaluations over it keep it."""
    conn.execute("UPDATE hl_datasets SET deleted_at = ? WHERE id = ?", (stamps.now(), dataset_id))


def get(conn: sqlite3.Connection, tenant_id: str, dataset_id: str) -> Dataset | None:
    """Find a dataset by its id, as it is now."""
    row = conn.execute(
        f"{_CURRENT} {_NOT_DELETED} AND d.id = ?", (tenant_id, dataset_id)
    ).fetchone()
    return None if row is None else Dataset(*row)


def every(conn: sqlite3.Connection, tenant_id: str, project_id: str | None = None) -> list[Dataset]:
    """Every dataset of a tenant as it is now, the newest first; of one project if it is given."""
    rows = conn.execute(
        f"{_CURRENT} {_NOT_DELETED} AND (d.project_id = ?2 OR ?2 IS NULL)"
        " ORDER BY d.created_at DESC, d.rowid DESC",
        (tenant_id, project_id),
    )
    return [Dataset(*row) for row in rows]


def add(conn: sqlite3.Connection, dataset: Dataset, bodies: Sequence[Body]) -> list[Datapoint]:
    """Add datapoints to a dataset, which gets a new version by that."""
    if not bodies:
        return []
    added = [
        Datapoint(stamps.new_id("evtc_"), dataset.id, position, body)
        for position, body in enumerate(bodies, start=dataset.datapoint_count)
    ]
    now = stamps.now()
    conn.executemany(
        "INSERT INTO hl_datapoints (id, dataset_id, position, body, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (one.id, one.dataset_id, one.position, compact_json.to_text(one.body), now)
            for one in added
        ],
    )
    _move_on(conn, evolve(dataset, datapoint_count=dataset.datapoint_count + len(added)))
    return added


def datapoint(conn: sqlite3.Connection, tenant_id: str, datapoint_id: str) -> Datapoint | None:
    """Find a datapoint by its id."""
    row = conn.execute(
        f"{_POINTS} WHERE id = ? AND {_OF_TENANT}", (datapoint_id, tenant_id)
    ).fetchone()
    return None if row is None else _datapoint(row)


def position(conn: sqlite3.Connection, dataset_id: str, datapoint_id: str) -> int | None:
    """A datapoint's place in its dataset; None if the dataset does not have it."""
    row = conn.execute(
        "SELECT position FROM hl_datapoints WHERE id = ? AND dataset_id = ?",
        (datapoint_id, dataset_id),
    ).fetchone()
    return None if row is None else row["position"]


def datapoints(
    conn: sqlite3.Connection, dataset_id: str, positions: Iterable[int]
) -> list[Datapoint]:
    """The datapoints of a dataset at some positions, in order."""
    wanted = list(positions)
    rows = conn.execute(
        f"{_POINTS} WHERE dataset_id = ? AND position IN {LISTED} ORDER BY position",
        (dataset_id, compact_json.to_text(wanted)),
    )
    return [_datapoint(row) for row in rows]


def _move_on(conn: sqlite3.Connection, changed: Dataset) -> Dataset:
    made = evolve(changed, version_id=_new_version(), updated_at=stamps.now())
    _keep_version(conn, made)
    conn.execute(
        "UPDATE hl_datasets SET version_id = ?, updated_at = ? WHERE id = ?",
        (made.version_id, made.updated_at, made.id),
    )
    return made


def _new_version() -> str:
    return stamps.new_id("version_")


def _keep_version(conn: sqlite3.Connection, made: Dataset) -> None:
    conn.execute(
        "INSERT INTO hl_dataset_versions"
        " (id, dataset_id, name, description, datapoint_count, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            made.version_id,
            made.id,
            made.name,
            made.description,
            made.datapoint_count,
            made.updated_at,
        ),
    )


def _datapoint(row: sqlite3.Row) -> Datapoint:
    return Datapoint(row["id"], row["dataset_id"], row["position"], load(row["body"]))
