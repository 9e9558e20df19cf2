"""Every table as plain rows, to be written elsewhere and read back."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from attrs import frozen

from oxloop_server.storage.database import migrate
from oxloop_server.storage.schema import MIGRATIONS

Kind = Literal["text", "integer", "real", "blob"]
Value = str | int | float | bytes | None

BATCH = 1000
LEFT_OUT = ("api_keys", "idempotency_keys")
"""Keys belong to a place, and so does what was answered under them."""

_KINDS: Mapping[str, Kind] = {"TEXT": "text", "INTEGER": "integer", "REAL": "real", "BLOB": "blob"}


@frozen
class Table:
    """A table.

    Args:
        name: Its name.
        columns: What kind of value each of its columns holds, by name.
        order: What its rows are in order by.
    """

    name: str
    columns: Mapping[str, Kind]
    order: str


def tables(conn: sqlite3.Connection) -> list[Table]:
    """Every table that moves with the state, by name."""
    found = conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    ).fetchall()
    return [_table(conn, name, sql) for name, sql in found if name not in LEFT_OUT]


def rows(conn: sqlite3.Connection, table: Table) -> Iterator[list[tuple[Value, ...]]]:
    """The rows of a table in order, some at a time."""
    names = ", ".join(f'"{name}"' for name in table.columns)
    select = f'SELECT {names} FROM "{table.name}" {table.order}'  # noqa: S608 - own names
    cursor = conn.execute(select)
    while batch := cursor.fetchmany(BATCH):
        yield [tuple(row) for row in batch]


def data_files(conn: sqlite3.Connection) -> list[str]:
    """The SHA-256 of every data file that a commit has."""
    # An export may be of a folder that no present version has served yet.
    former = any(table.name == "tree_entries" for table in tables(conn))
    table = "tree_entries" if former else "file_changes"
    found = conn.execute(
        f"SELECT DISTINCT sha256 FROM {table} WHERE sha256 IS NOT NULL ORDER BY sha256"  # noqa: S608
    )
    return [row[0] for row in found]


def is_fresh(conn: sqlite3.Connection) -> bool:
    """Whether nothing has been made yet, but for tenants."""
    return not any(
        conn.execute(f'SELECT EXISTS (SELECT 1 FROM "{table.name}")').fetchone()[0]  # noqa: S608
        for table in tables(conn)
        if table.name != "tenants"
    )


def unfinished_runs(conn: sqlite3.Connection) -> int:
    """How many evaluations go on wherever the state is started next."""
    (count,) = conn.execute(
        "SELECT COUNT(*) FROM runs WHERE status IN ('queued', 'pending', 'running', 'committing')"
    ).fetchone()
    return int(count)


class Builder:
    """A new database, filled with the rows of another.

    Args:
        path: Its file, which must not be there.
        version: The schema of the rows.
    """

    def __init__(self, path: Path, version: int) -> None:
        self._conn = sqlite3.connect(path, isolation_level=None)
        # Rows come table by table; what they refer to is checked when all are in.
        self._conn.execute("PRAGMA foreign_keys = OFF")
        migrate(self._conn, version)
        self.tables = {table.name: table for table in tables(self._conn)}
        self._conn.execute("BEGIN")

    def add(self, table: Table, batches: Iterable[Sequence[Sequence[Value]]]) -> int:
        """Add rows, whose values are in the order of the table's columns; answer how many."""
        names = ", ".join(f'"{name}"' for name in table.columns)
        places = ", ".join("?" for _ in table.columns)
        insert = f'INSERT INTO "{table.name}" ({names}) VALUES ({places})'  # noqa: S608 - own names
        added = 0
        for batch in batches:
            self._conn.executemany(insert, batch)
            added += len(batch)
        return added

    def finish(self) -> None:
        """Bring the database to the present schema, on the disk for good.

        Raises:
            ValueError: If rows refer to others that are not there.
        """
        broken = self._conn.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise ValueError(f"a row of {broken[0]} refers to one of {broken[2]} that is not there")
        self._conn.execute("COMMIT")
        migrate(self._conn, len(MIGRATIONS))

    def close(self) -> None:
        """Close the file; what was not finished is of no use."""
        self._conn.close()


def _table(conn: sqlite3.Connection, name: str, sql: str) -> Table:
    columns = conn.execute(f'PRAGMA table_info("{name}")').fetchall()
    # Where things are listed by age, those of one moment are in the order in which they were made.
    order = "" if "WITHOUT ROWID" in sql.upper() else "ORDER BY rowid"
    return Table(name, {column[1]: _KINDS[column[2]] for column in columns}, order)
