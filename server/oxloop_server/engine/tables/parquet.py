"""Parquet files."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from oxloop_server.engine.tables.formats import BadTable, Shape, Writer, check_names, skip
from oxloop_server.engine.values import Batch, Schema, arrow

READ_ROWS = 1024
# A row group is read and written as a whole by most tools: bounded in rows and in bytes.
GROUP_ROWS = 1 << 16
GROUP_BYTES = 32 << 20


class Parquet:
    """The ``Format`` of Parquet files."""

    def scan(self, path: Path) -> Shape:
        """See ``Format.scan``. Only the footer is read."""
        with _open(path) as file:
            check_names(file.schema_arrow.names)
            return Shape(file.schema_arrow, file.metadata.num_rows)

    def batches(
        self, path: Path, _schema: Schema, columns: Sequence[str], start: int
    ) -> Iterator[Batch]:
        """See ``Format.batches``. Row groups before ``start`` are not read."""
        with _open(path) as file:
            counts = [
                file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)
            ]
            first = 0
            while first < len(counts) and start >= counts[first]:
                start -= counts[first]
                first += 1
            groups = list(range(first, len(counts)))
            yield from skip(_read(file, groups, columns), start)

    def writer(self, path: Path, schema: Schema) -> Writer:
        """See ``Format.writer``."""
        return _ParquetWriter(path, schema)


def _open(path: Path) -> Any:
    try:
        # Buffered and without read-ahead: a row group may be larger than memory should be.
        return arrow("pyarrow.parquet").ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)
    except (arrow().ArrowInvalid, OSError) as error:
        raise _unreadable(error) from error


def _read(file: Any, groups: list[int], columns: Sequence[str]) -> Iterator[Batch]:
    try:
        for batch in file.iter_batches(READ_ROWS, row_groups=groups, columns=list(columns)):
            # pyarrow takes a dot in a name for a path into a struct too: keep what was meant.
            yield batch.select(list(columns))
    except (arrow().ArrowException, OSError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> BadTable:
    return BadTable(
        f"The file cannot be read as Parquet ({str(error).splitlines()[0]}); upload it again."
    )


class _ParquetWriter:
    def __init__(self, path: Path, schema: Schema) -> None:
        self._schema = schema
        self._file = arrow("pyarrow.parquet").ParquetWriter(path, schema)
        self._waiting: list[Batch] = []

    def write(self, batch: Batch) -> None:
        self._waiting.append(batch)
        rows = sum(waiting.num_rows for waiting in self._waiting)
        size = sum(waiting.nbytes for waiting in self._waiting)
        if rows >= GROUP_ROWS or size >= GROUP_BYTES:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def _flush(self) -> None:
        if self._waiting:
            table = arrow().Table.from_batches(self._waiting, self._schema)
            self._file.write_table(table, row_group_size=table.num_rows)
            self._waiting = []
