"""What a data file's format has to offer: the one interface behind which the formats differ."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from attrs import frozen

from oxloop_server.engine.values import Batch, Schema, arrow
from oxloop_server.problems import Refused

# A group is read and written as a whole by most tools: bounded in rows and in bytes.
GROUP_ROWS = 1 << 16
GROUP_BYTES = 32 << 20


class BadTable(Refused):
    """A file that is not the table that its suffix says."""

    def __init__(self, message: str) -> None:
        super().__init__("invalid_params", message, "resource")


@frozen
class Shape:
    """What a table looks like as a whole.

    Args:
        schema: Its columns, as an Arrow schema.
        row_count: Its rows.
    """

    schema: Schema
    row_count: int


class Writer(Protocol):
    """A file that is being written, batch by batch."""

    def write(self, batch: Batch) -> None:
        """Append the rows of a record batch."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class Format(Protocol):
    """How a kind of file is read and written, always in bounded memory."""

    def scan(self, path: Path) -> Shape:
        """Look the whole file over.

        Raises:
            BadTable: If it cannot be read; the sentence says where, as far as can be told.
        """
        ...

    def batches(
        self, path: Path, schema: Schema, columns: Sequence[str], start: int, /
    ) -> Iterator[Batch]:
        """Read some columns, from row ``start`` on, in batches of any size."""
        ...

    def writer(self, path: Path, schema: Schema, /) -> Writer:
        """Begin a file with these columns; ``path`` is overwritten."""
        ...


class Grouped:
    """A ``Writer`` that hands on some batches at a time, as one table.

    Args:
        schema: The columns.
        write: Writes a table.
        close: Finishes the file.
    """

    def __init__(
        self, schema: Schema, write: Callable[[Any], None], close: Callable[[], None]
    ) -> None:
        self._schema = schema
        self._write = write
        self._close = close
        self._waiting: list[Batch] = []

    def write(self, batch: Batch) -> None:
        """See ``Writer.write``."""
        self._waiting.append(batch)
        rows = sum(waiting.num_rows for waiting in self._waiting)
        size = sum(waiting.nbytes for waiting in self._waiting)
        if rows >= GROUP_ROWS or size >= GROUP_BYTES:
            self._flush()

    def close(self) -> None:
        """See ``Writer.close``."""
        self._flush()
        self._close()

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        pa = arrow()
        try:
            self._write(pa.Table.from_batches(waiting, self._schema).combine_chunks())
        except pa.ArrowException as error:
            # Of a type that the format holds it may still not hold each value.
            reason = str(error).splitlines()[0]
            raise BadTable(
                f"The rows cannot be written to a file of that format ({reason}): commit them to a "
                "target_path of another one."
            ) from error


def skip(batches: Iterable[Batch], rows: int) -> Iterator[Batch]:
    """Leave out the first ``rows`` rows."""
    for batch in batches:
        if rows >= batch.num_rows:
            rows -= batch.num_rows
            continue
        yield batch.slice(rows) if rows else batch
        rows = 0


MAX_COLUMNS = 10_000
"""Columns of a table, each of which costs memory and time in every batch that is read."""


def check_names(names: Sequence[str] | set[str]) -> None:
    """Refuse a table with too many columns, or two of one name: a prompt could mean either.

    Raises:
        BadTable: Naming the first such column.
    """
    if len(names) > MAX_COLUMNS:
        raise BadTable(
            f"The file has {len(names):,} columns or more; the service reads {MAX_COLUMNS:,}."
        )
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadTable(
                f'The file has two columns named "{name}"; give each column a name of its own.'
            )
        seen.add(name)
