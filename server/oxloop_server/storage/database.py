"""One SQLite file, one writer, many readers: a write is a transaction, one after the other."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Generator, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import Context, copy_context
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from attrs import frozen

from oxloop_server.storage import definitions
from oxloop_server.storage.disk import kind_of
from oxloop_server.storage.held import Held
from oxloop_server.storage.schema import MIGRATIONS

T = TypeVar("T")


class Version(NamedTuple):
    """Which state of the database something was found in.

    Args:
        others: Another one after a write of any connection but the event loop's.
        own: Another one after a write of the event loop's.
    """

    others: int
    own: int


READERS = 2

SMALL_WRITES = 1024
"""Small writes after which the database's log is copied into it, in the background."""

CACHE_KIB = 8 << 10
"""What the event loop's connection may hold of the file: of many runs, where the ids lead to."""

LONGEST_LOG = 1 << 14
"""Pages of the log beyond which writers wait until all of it is copied and it is begun anew."""

PATIENCE_MS = 5000
"""How long threads wait for whoever uses the database."""

BUSY_HERE_MS = 20
"""How long the event loop waits for another process that uses the database."""

ANEW_MS = 1000
"""How long writers wait for those who still read what only the log holds, to begin it anew."""


class UnusableDatabase(Exception):
    """A file that the service cannot work with; the text says why, and what to do."""


class Database:
    """The service's database.

    Work is a function of a connection. It runs in threads off the event loop; work with a few rows
    runs on the loop itself, where that takes less time than to hand it over and back. Writes come
    one after the other, each as one transaction that is rolled back when the function raises. A
    transaction that moves a branch waits for the disk in any case.

    Args:
        path: The database file; made if it is not there, readable by its owner only.
        durable: Whether a commit waits for the disk, so that even a power cut loses nothing.

    Attributes:
        is_alone: Tells whether no other small write can be about to come; by default that is not
            known.

    Raises:
        UnusableDatabase: If there is something else in that file, or a newer version's tables.
        OSError: If the file cannot be opened.
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        self._path = path
        self._durable = durable
        self.is_alone: Callable[[], bool] = lambda: False
        self._branch_moved = False
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._local = threading.local()
        self._here: sqlite3.Connection | None = None
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="database-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="database-reader")
        self._writing: set[Future[Any]] = set()
        self._together: list[_Small] = []
        self._definitions = Held[Hashable, object](definitions.MOST_BYTES, definitions.LARGEST)
        self._written_here = 0
        self._uncopied = 0
        self._log_held = 0
        try:
            self._writer.submit(self._prepare).result()
        except Exception as error:
            self.close()
            if not isinstance(error, sqlite3.DatabaseError):
                raise
            raise UnusableDatabase(f"the database {path} cannot be used: {_told(error)}") from error

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` on a snapshot of the committed state and return what it returns."""
        context = copy_context()
        reading = self._readers.submit(lambda: context.run(_read, self._of_thread(), work))
        return await asyncio.wrap_future(reading)

    def read_small(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Read on the event loop: for a few rows by their keys, and no more."""
        return _read(self._of_loop(), work)

    def version(self) -> Version:
        """What is another one after any write, by whomever."""
        return Version(_data_version(self._of_loop()), self._written_here)

    def defined(
        self,
        conn: sqlite3.Connection,
        place: Hashable,
        look: Callable[[], T],
        size: Callable[[T], int],
    ) -> T:
        """Look something up in ``definitions.TABLES``, or in nothing where it is held already.

        Args:
            conn: The transaction in which it is needed.
            place: What is looked up, and for whom.
            look: Looks it up, in that transaction, in those tables alone.
            size: About how many bytes it has, as JSON.
        """
        if conn is not self._here:
            return look()
        version = _data_version(conn)
        held = self._definitions.find(place, version)
        if held is not None:
            return cast(T, held)
        found = look()
        self._definitions.keep(place, version, found, size(found))
        return found

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` as one transaction and return what it returns, once it is committed."""
        # The work belongs to the request that it is done for, also in another thread.
        context = copy_context()
        writing = self._queue(lambda: context.run(self._write, self._of_thread(), work))
        return await asyncio.wrap_future(writing)

    async def write_small(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` as ``write`` does: for a few rows by their keys, and no more.

        What comes together is committed together, on the event loop where nothing keeps that
        waiting; and at once where ``is_alone`` says that there is nothing to wait for. Of works
        that fail nothing is left, and the others are not touched by it.
        """
        if self._may_write_here and self.is_alone():
            try:
                return self._write_here(work, 1)
            except _BusyError:
                return await self.write(work)  # the thread may wait
        loop = asyncio.get_running_loop()
        one = _Small(work, copy_context(), loop.create_future())
        if not self._together:
            loop.call_soon(self._write_together)
        self._together.append(one)
        result: T = await one.outcome
        return result

    def close(self) -> None:
        """Finish the work under way and close the file."""
        self._writer.shutdown()
        self._readers.shutdown()
        for connection in self._connections:
            connection.close()

    def _queue(self, work: Callable[[], T]) -> Future[T]:
        writing = self._writer.submit(work)
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        return writing

    def _write_together(self) -> None:
        works, self._together = self._together, []
        if self._may_write_here:
            try:
                outcomes = self._write_here(lambda conn: self._each(conn, works), len(works))
            except _BusyError:
                pass  # the thread may wait
            except Exception as error:
                _fail(works, error)
                return
            else:
                _settle(works, outcomes)
                return
        writing = self._queue(
            lambda: self._write(self._of_thread(), lambda conn: self._each(conn, works))
        )
        asyncio.wrap_future(writing).add_done_callback(lambda written: _written(works, written))

    @property
    def _may_write_here(self) -> bool:
        return not (self._durable or self._writing or self._together)

    def _write_here(self, work: Callable[[sqlite3.Connection], T], count: int) -> T:
        # First, for what fails behind its commit has changed the database all the same.
        self._written_here += 1
        result = self._write(self._of_loop(), work)
        self._uncopied += count
        if self._uncopied >= SMALL_WRITES:
            self._uncopied = 0
            self._writer.submit(self._copy_log)
        return result

    def _copy_log(self) -> None:
        """Copy the log into the database while others write on: that waits for the disk."""
        copying = self._of_thread().execute("PRAGMA wal_checkpoint(PASSIVE)")
        _, pages, _ = copying.fetchone()
        if pages > max(LONGEST_LOG, self._log_held):
            # It has been written on meanwhile each time, and so never was begun anew: this once,
            # writers wait.
            self._queue(self._begin_log_anew)

    def _begin_log_anew(self) -> None:
        connection = self._of_thread()
        connection.execute(f"PRAGMA busy_timeout = {ANEW_MS}")
        try:
            beginning = connection.execute("PRAGMA wal_checkpoint(RESTART)")
            is_held, pages, _ = beginning.fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        # A backup may read for long: nobody waits for it again and again.
        self._log_held = 2 * pages if is_held else 0

    def _write(self, connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
        self._branch_moved = False
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if kind_of(error) == sqlite3.SQLITE_BUSY:
                raise _BusyError(*error.args) from error
            raise
        try:
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            # A full disk may have ended the transaction already, or only its end may have failed.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._take_back(connection)
            raise
        if self._branch_moved:
            _sync(self._path.with_name(f"{self._path.name}-wal"))
        return result

    def _each(self, connection: sqlite3.Connection, works: Sequence["_Small"]) -> list[Any]:
        """Do works one after the other; what comes of each, or the exception that it raised.

        Raises:
            Exception: What one raised by which the whole transaction has ended, as a full disk
                does; and what the only one raised.
        """
        if len(works) == 1:
            return [works[0].context.run(works[0].work, connection)]
        outcomes: list[Any] = []
        for one in works:
            connection.execute("SAVEPOINT one")
            try:
                outcomes.append(one.context.run(one.work, connection))
            except Exception as error:
                if not connection.in_transaction:
                    raise
                connection.execute("ROLLBACK TO one")
                self._take_back(connection)
                outcomes.append(error)
            connection.execute("RELEASE one")
        return outcomes

    def _take_back(self, connection: sqlite3.Connection) -> None:
        # What was looked up in the meantime may have been of what is there no more.
        if connection is self._here:
            self._definitions.forget()

    def _prepare(self) -> None:
        connection = self._local.connection = self._open()
        migrate(connection)
        self._watch_branches(connection)

    def _of_thread(self) -> sqlite3.Connection:
        """The connection of one of the pools' threads, each of which owns one."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = self._open()
        return found

    def _of_loop(self) -> sqlite3.Connection:
        if self._here is None:
            self._here = self._open()
            self._here.execute(f"PRAGMA busy_timeout = {BUSY_HERE_MS}")
            # To copy the log is to wait for the disk.
            self._here.execute("PRAGMA wal_autocheckpoint = 0")
            self._here.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            self._watch_branches(self._here)
            _watch(self._here, definitions.TABLES, "defined", self._definitions.forget)
        return self._here

    def _open(self) -> sqlite3.Connection:
        # Each is used by one thread; only close() comes from elsewhere.
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        with self._lock:
            self._connections.append(connection)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if self._durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        return connection

    def _watch_branches(self, connection: sqlite3.Connection) -> None:
        if self._durable:
            return  # every commit waits for the disk
        _watch(connection, ["branches"], "branch_moved", self._note_branch)

    def _note_branch(self) -> None:
        self._branch_moved = True


@frozen(eq=False)
class _Small:
    """A small work, for whom it is done, and what becomes of it."""

    work: Callable[[sqlite3.Connection], Any]
    context: Context
    outcome: "asyncio.Future[Any]"


def _settle(works: Sequence[_Small], outcomes: Sequence[Any]) -> None:
    for one, outcome in zip(works, outcomes, strict=True):
        if one.outcome.done():
            continue  # nobody waits for it any more
        if isinstance(outcome, Exception):
            one.outcome.set_exception(outcome)
        else:
            one.outcome.set_result(outcome)


def _fail(works: Sequence[_Small], error: BaseException) -> None:
    for one in works:
        if not one.outcome.done():
            one.outcome.set_exception(error)


def _written(works: Sequence[_Small], written: "asyncio.Future[list[Any]]") -> None:
    if written.cancelled():
        _fail(works, RuntimeError("the database was closed before this was written"))
    elif (error := written.exception()) is not None:
        _fail(works, error)
    else:
        _settle(works, written.result())


def _watch(
    connection: sqlite3.Connection, tables: Sequence[str], name: str, note: Callable[[], None]
) -> None:
    """Have a function called whenever a connection changes tables.

    Nobody who does that has to think of it: the tables themselves say so.
    """
    connection.create_function(name, 0, note)
    for table in tables:
        for event in ("INSERT", "UPDATE", "DELETE"):
            connection.execute(
                f"CREATE TEMP TRIGGER {name}_{table}_{event} AFTER {event} ON main.{table}"
                f" BEGIN SELECT {name}(); END"
            )


def _data_version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA data_version").fetchone()
    return int(version)


class _BusyError(sqlite3.OperationalError):
    """Another process writes."""

    sqlite_errorcode = sqlite3.SQLITE_BUSY


def _told(error: sqlite3.DatabaseError) -> str:
    """What keeps a database from being used, and what to do."""
    if kind_of(error) == sqlite3.SQLITE_BUSY:
        return "another program holds it. Close that program, or try again"
    return f"{error}. Put a sound copy in its place, or choose another folder with --data"


def _read(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN")
    try:
        return work(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


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


def schema_version(connection: sqlite3.Connection) -> int:
    """Which schema a database has: the number of the last migration that it has seen."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(connection: sqlite3.Connection, last: int = len(MIGRATIONS)) -> None:
    """Bring a database to a schema; one that is there stays as it is.

    Args:
        connection: The database, outside of any transaction.
        last: The number of the last migration to carry out.

    Raises:
        UnusableDatabase: If it has a later schema than this version knows.
    """
    connection.execute("BEGIN IMMEDIATE")
    version = schema_version(connection)
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
