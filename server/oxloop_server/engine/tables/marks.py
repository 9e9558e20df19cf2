"""Where some of a file's rows begin: to find a row, reading need not begin at the top."""

from array import array
from bisect import bisect_right
from pathlib import Path

from attrs import define, field, frozen

from oxloop_server.engine.tables.formats import Shape

SPACING_BYTES = 1 << 20
"""How far marks are from each other, at least."""

MOST = 1024
"""Marks of a file at most; those of a larger file are further from each other."""


@frozen
class Mark:
    """Where a row begins.

    Args:
        row: Which row.
        offset: Its first byte in the file.
    """

    row: int
    offset: int


@define(eq=False)
class Marks:
    """Where some rows of a file begin, in order.

    Args:
        begin: The first byte of the first row.
    """

    begin: int
    _spacing: int = field(init=False, factory=lambda: SPACING_BYTES)
    _rows: "array[int]" = field(init=False, factory=lambda: array("Q"))
    _offsets: "array[int]" = field(init=False, factory=lambda: array("Q"))

    def pass_by(self, row: int, offset: int) -> None:
        """Note where a row begins, unless that is near the last mark."""
        last = self._offsets[-1] if self._offsets else self.begin
        if offset - last < self._spacing:
            return
        self._rows.append(row)
        self._offsets.append(offset)
        if len(self._rows) == MOST:
            del self._rows[::2], self._offsets[::2]
            self._spacing *= 2

    def before(self, row: int) -> Mark:
        """The last mark at a row or before it."""
        index = bisect_right(self._rows, row) - 1
        return Mark(self._rows[index], self._offsets[index]) if index >= 0 else Mark(0, self.begin)


@frozen
class Looked:
    """What is remembered of a file whose format has no index of its own.

    Args:
        shape: The table.
        marks: Where some of its rows begin.
    """

    shape: Shape
    marks: Marks


def state(path: Path) -> tuple[int, int]:
    """What tells whether a file has changed: its size, and when it was written."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns
