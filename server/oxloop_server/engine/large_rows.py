"""How many rows of a table to hold at once, where they are large: found before any is paid for."""

from functools import lru_cache
from pathlib import Path

from oxloop.rules.formats import TableFormat

from oxloop_server.engine.tables import BATCH_BYTES, BATCH_ROWS, BadTable, Table, open_table
from oxloop_server.engine.values import held_bytes

LOOKED_THROUGH = BATCH_BYTES // 32
"""Bytes of a file; a smaller one has rows that are too large only if it stands for far more."""

UNPACKED = 64
"""How many times as much as itself a file may stand for, where its rows are large."""

_FEWER = (32, 4, 1)


def rows_at_once(table: Table) -> int:
    """How many rows of a table to read at a time, by looking through it once.

    Args:
        table: The table; what was found is remembered while its file stays as it is.

    Raises:
        BadTable: If a row is too large by itself, or the rows hold far more than the file.
    """
    stat = table.path.stat()
    if stat.st_size < LOOKED_THROUGH:
        return BATCH_ROWS
    return _look_through(table.path, table.format, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=256)
def _look_through(path: Path, table_format: TableFormat, size: int, _changed: int) -> int:
    table = open_table(path, table_format)
    if _can_be_read(table, BATCH_ROWS):
        return BATCH_ROWS
    held = 0
    for batch in table.batches(size=1):
        held += held_bytes(batch)
        if held > UNPACKED * size:
            raise BadTable(
                f"The rows of the file hold more than {UNPACKED} times what it holds itself: "
                "write it with smaller values, or without compression."
            )
    return next(rows for rows in _FEWER if rows == 1 or _can_be_read(table, rows))


def _can_be_read(table: Table, rows: int) -> bool:
    try:
        for _ in table.batches(size=rows):
            pass
    except BadTable:
        return False
    return True
