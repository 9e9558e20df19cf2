"""How much one answer may hold of the database: reading ends where that is too much."""

import sqlite3
from collections.abc import Callable
from typing import Any, TypeVar

from oxloop_server.limits import PAGE_BYTES, size_words

T = TypeVar("T")

_BESIDE = 512
"""About what a row takes beside its text."""

_EACH = 16
"""What each object or list of JSON counts beside its text; read, it takes several times as much."""


class TooMuch(Exception):
    """Rows hold more than an answer may; the text says how much that is."""


class _Rows:
    """Rows as they are read, until they hold too much.

    Args:
        most: Characters of text that they may hold together.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most
        self._last: sqlite3.Cursor | None = None

    def close(self) -> None:
        """Give up what was left unread: its transaction would not end before."""
        if self._last is not None:
            self._last.close()

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        self._left -= _BESIDE + sum(_size(value) for value in values if isinstance(value, str))
        if self._left < 0:
            self._last = cursor
            raise TooMuch(f"What this asks for holds more than {size_words(self._most)}")
        return sqlite3.Row(cursor, values)


def _size(text: str) -> int:
    return len(text) + _EACH * (text.count("[") + text.count("{"))


def within_a_page(
    work: Callable[[sqlite3.Connection], T], most: int | None = None
) -> Callable[[sqlite3.Connection], T]:
    """Work that reads no more than an answer may hold, whatever it looks up.

    What belongs to several rows of an answer must be read as often as it is answered.

    Args:
        work: Reads rows, and does not hold on to cursors.
        most: Characters of text that all of them may hold; ``limits.PAGE_BYTES`` by default.

    Returns:
        The same work; it raises ``TooMuch`` before it has more than that in memory.
    """

    def bounded(conn: sqlite3.Connection) -> T:
        before = conn.row_factory
        conn.row_factory = rows = _Rows(PAGE_BYTES if most is None else most)
        try:
            return work(conn)
        except TooMuch:
            rows.close()
            raise
        finally:
            conn.row_factory = before

    return bounded
