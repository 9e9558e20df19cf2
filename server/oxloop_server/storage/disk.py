"""A disk that takes nothing: full, read-only, broken, or held. What was to be written can wait."""

import asyncio
import errno
import logging
import os
import sqlite3
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
"""How long to wait before a disk that took nothing is tried again."""

_NUMBERS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)
_CODES = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
)
# For longer than each write waits by itself.
_HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def why_unwritable(error: BaseException) -> str | None:
    """What keeps the disk from being written, in the system's words, if an error tells of that.

    Args:
        error: What went wrong.

    Returns:
        None if it tells of something else.
    """
    if isinstance(error, OSError) and error.errno in _NUMBERS:
        return os.strerror(error.errno)
    if not isinstance(error, sqlite3.OperationalError):
        return None
    kind = kind_of(error)
    if kind in _HELD:
        return "another program holds the database"
    return str(error) if kind in _CODES else None


def kind_of(error: sqlite3.Error) -> int:
    """SQLite's primary code of an error; 0 if it has none."""
    # Errors of Python's own module, such as that of a closed connection, have none; the lowest byte
    # of what SQLite calls an extended code is the kind of error.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


async def written(
    write: Callable[[], Awaitable[None]], what: str, gives_up: Callable[[], bool]
) -> bool:
    """Write something if the disk takes it; if not, say so in the log and wait a moment.

    Args:
        write: Writes it, whole or not at all.
        what: What waits, for the log.
        gives_up: Whether nobody waits any more.

    Returns:
        Whether it is written; if not, it may be tried again.

    Raises:
        Exception: What else went wrong.
    """
    try:
        await write()
    except Exception as error:
        reason = why_unwritable(error)
        if reason is None or gives_up():
            raise
        log.warning("%s waits: the disk cannot be written (%s)", what, reason)
        await asyncio.sleep(PAUSE_SECONDS)
        return False
    return True
