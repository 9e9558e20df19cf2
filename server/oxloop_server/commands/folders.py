"""A data folder as commands use it, beside its running service."""

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

from oxloop.rules.folder import DataFolder
from oxloop.rules.locks import FileLock

from oxloop_server import folder
from oxloop_server.problems import StartError
from oxloop_server.storage.database import Database, UnusableDatabase, read_only, schema_version
from oxloop_server.storage.schema import MIGRATIONS
from oxloop_server.versions import version

T = TypeVar("T")


def is_served(home: DataFolder) -> bool:
    """Whether a service owns the folder just now."""
    if not home.service_lock.exists():
        return False
    lock = FileLock(home.service_lock)
    if not lock.acquire(blocking=False):
        return True
    lock.release()
    return False


@contextmanager
def database(home: DataFolder) -> Generator[Database]:
    """The folder's database, made if it is not there.

    Raises:
        StartError: If it cannot be used, or a service that is not of this version uses it.
    """
    record = folder.read_record(home)
    served_otherwise = record is not None and (
        record.version != version() or _has_other_tables(home)
    )
    if record is not None and served_otherwise and is_served(home):
        raise StartError(
            f"The data folder {home.path} is served by another oxloop ({record.version}) than this "
            f"({version()}): stop that service with 'oxloop stop' first."
        )
    try:
        db = Database(home.database_file)
    except UnusableDatabase as error:
        raise StartError(f"{error}.") from error
    except OSError as error:
        raise StartError(
            f"The database {home.database_file} cannot be opened ({error.strerror or error})."
        ) from error
    try:
        yield db
    finally:
        db.close()


def _has_other_tables(home: DataFolder) -> bool:
    try:
        with read_only(home.database_file) as conn:
            return schema_version(conn) != len(MIGRATIONS)
    except sqlite3.Error:
        return False  # whoever opens it says what is wrong


def write(db: Database, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run ``work`` as one transaction and return what it returns."""
    return asyncio.run(db.write(work))


def read(db: Database, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run ``work`` on a snapshot of the committed state and return what it returns."""
    return asyncio.run(db.read(work))
