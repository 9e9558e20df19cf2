"""One SQLite file, one writer, many readers: every write is a transaction on a single thread."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import copy_context
from pathlib import Path
from typing import TypeVar

from oxloop_server.storage.schema import MIGRATIONS

T = TypeVar("T")

READERS = 2


class UnusableDatabase(Exception):
    """A file that the service cannot work with; the text says why, and what to do."""


class Database:
    """The service's database.

    Work is a function of a connection; it runs off the event loop. Writes queue for the one
    writer thread, each as one transaction that is rolled back when the function raises. A
    transaction that moves a branch waits for the disk in any case.

    Args:
        path: The database file; made if it is not there, readable by its owner only.
        durable: Whether a commit waits for the disk, so that even a power cut loses nothing.

    Raises:
        UnusableDatabase: If there is something else in that file, or a newer version's tables.
        OSError: If the file cannot be opened.
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self._path = path
        self._synchronous = "FULL" if durable else "NORMAL"
        self._branch_moved = False
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="database-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="database-reader")
        try:
            self._writer.submit(self._prepare).result()
        except Exception as error:
            self.close()
            if not isinstance(error, sqlite3.DatabaseError):
                raise
            raise UnusableDatabase(
                f"the database {path} cannot be used ({error}): put a sound copy in its place, or "
                "choose another folder with --data"
            ) from error

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` on a snapshot of the committed state and return what it returns."""
        return await self._in(self._readers, self._read, work)

    def look(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read here and now, on the event loop: for a few rows by their keys, and no more.

        Such a read takes less time than handing it to another thread and back.
        """
        return self._read(work)

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` as one transaction and return what it returns, once it is committed."""
        return await self._in(self._writer, self._write, work)

    async def _in(
        self,
        threads: ThreadPoolExecutor,
        run: Callable[[Callable[[sqlite3.Connection], T]], T],
        work: Callable[[sqlite3.Connection], T],
    ) -> T:
        # The work belongs to the request that it is done for, also in another thread.
        context = copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads, lambda: context.run(run, work))

    def close(self) -> None:
        """Finish the work under way and close the file."""
        self._writer.shutdown()
        self._readers.shutdown()
        for connection in self._connections:
            connection.close()

    def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            return work(connection)
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _prepare(self) -> None:
        connection = self._connection()
        migrate(connection)
        if self._synchronous == "NORMAL":
            # Nobody who moves a branch has to think of it: the table itself says so.
            connection.create_function("branch_moved", 0, self._note_branch)
            for event in ("INSERT", "UPDATE", "DELETE"):
                connection.execute(
                    f"CREATE TEMP TRIGGER branch_{event} AFTER {event} ON main.branches"
                    " BEGIN SELECT branch_moved(); END"
                )

    def _note_branch(self) -> None:
        self._branch_moved = True

    def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connection()
        self._branch_moved = False
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already, or only its end may have failed.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        if self._branch_moved:
            _sync(self._path.with_name(f"{self._path.name}-wal"))
        return result

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            # The pool's threads own their connections; only close() comes from elsewhere.
            found = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            with self._lock:
                self._connections.append(found)
            found.row_factory = sqlite3.Row
            found.execute("PRAGMA journal_mode = WAL")
            found.execute(f"PRAGMA synchronous = {self._synchronous}")
            found.execute("PRAGMA foreign_keys = ON")
            found.execute("PRAGMA busy_timeout = 5000")
            self._local.connection = found
        return found


def _sync(log: Path) -> None:
    # What a commit has written is in SQLite's log until it is copied to the database.
    with log.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def read_only(path: Path) -> Generator[sqlite3.Connection]:
    """Look into a database, whoever uses it, and change nothing.

    Args:
        path: The file.

    Raises:
        sqlite3.Error: If it cannot be read.
    """
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        yield connection
    finally:
        connection.close()


def migrate(connection: sqlite3.Connection, last: int = len(MIGRATIONS)) -> None:
    """Bring a database to a schema; one that is there stays as it is.

    Args:
        connection: The database, outside of any transaction.
        last: The number of the last migration to carry out.

    Raises:
        UnusableDatabase: If it has a later schema than this version knows.
    """
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        connection.execute("ROLLBACK")
        raise UnusableDatabase(
            f"this data folder was written by a newer oxloop (schema {version}, this one knows "
            f"{len(MIGRATIONS)}): upgrade oxloop, or choose another folder with --data"
        )
    for number, migration in enumerate(MIGRATIONS[version:last], start=version + 1):
        if callable(migration):
            migration(connection)
        else:
            # executescript would commit at once; single statements stay in the transaction.
            for statement in _statements(migration):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
    connection.execute("COMMIT")
    if version < last:
        _shrink(connection)


def _shrink(connection: sqlite3.Connection) -> None:
    """Give back what migrations have freed, if most of the file is empty now."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (empty,) = connection.execute("PRAGMA freelist_count").fetchone()
    if 2 * empty > pages:
        # It needs room and nobody else at work; without them the file stays as large as it is.
        with suppress(sqlite3.OperationalError):
            connection.execute("VACUUM")


def _statements(script: str) -> list[str]:
    statements: list[str] = []
    current = ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements
