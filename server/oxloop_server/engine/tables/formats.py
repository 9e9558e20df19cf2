"""What a data file's format has to offer: the one interface behind which the formats differ."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from attrs import frozen

from oxloop_server.engine.values import Batch, Schema
from oxloop_server.problems import Refused


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
