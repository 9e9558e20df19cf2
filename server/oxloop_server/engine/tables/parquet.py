"""Parquet files."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from oxloop_server.engine.tables.formats import BadTable, Grouped, Shape, Writer, check_names, skip
from oxloop_server.engine.values import Batch, Schema, arrow

READ_ROWS = 1024


class Parquet:
    """The ``Format`` of Parquet files."""

    def scan(self, path: Path) -> Shape:
        """See ``Format.scan``. Only the footer is read."""
        with _open(path) as file:
            check_names(file.schema_arrow.names)
            _check_sizes(file.metadata)
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
            at_once = _rows_at_once(path, path.stat().st_size)
            yield from skip(_read(file, groups, columns, at_once), start)

    def writer(self, path: Path, schema: Schema) -> Writer:
        """See ``Format.writer``."""
        file = arrow("pyarrow.parquet").ParquetWriter(path, schema)
        return Grouped(
            schema,
            lambda table: file.write_table(table, row_group_size=table.num_rows),
            file.close,
        )


def _open(path: Path, read_dictionary: Sequence[str] = ()) -> Any:
    try:
        # Buffered and without read-ahead: a row group may be larger than memory should be.
        return arrow("pyarrow.parquet").ParquetFile(
            path, pre_buffer=False, buffer_size=1 << 20, read_dictionary=list(read_dictionary)
        )
    except (arrow().ArrowInvalid, OSError) as error:
        raise _unreadable(error) from error


# A small file may stand for much: what unpacks to more than this at once is not read.
CHUNK_BYTES = 1 << 30
READ_BYTES = 64 << 20
_SMALL_BYTES = 1 << 20
_VALUES_A_BYTE = 1000


def _check_sizes(metadata: Any) -> None:
    """Refuse a file whose footer tells of more than its bytes can mean.

    Raises:
        BadTable: If a part of it cannot be unpacked in bounded memory.
    """
    for group, index in _chunks(metadata):
        chunk = metadata.row_group(group).column(index)
        size, leaf = chunk.total_uncompressed_size, metadata.schema.column(index)
        is_list = leaf.max_repetition_level > 0
        if size > CHUNK_BYTES:
            raise BadTable(
                f"A row group of the Parquet file has {size >> 20:,} MiB in the column "
                f"{chunk.path_in_schema}; at most {CHUNK_BYTES >> 20:,} MiB can be read: write it "
                "with smaller row groups."
            )
        if is_list and chunk.num_values > _VALUES_A_BYTE * max(size, _VALUES_A_BYTE):
            raise BadTable(
                f"The Parquet file says that {size:,} bytes of the column {chunk.path_in_schema} "
                f"are {chunk.num_values:,} values; that is not read."
            )


@lru_cache(maxsize=256)
def _rows_at_once(path: Path, _size: int) -> int:
    """How many rows to read at a time, so that even their largest values fit in memory.

    A value in a dictionary is stored once and may stand in every row. Only the dictionary tells
    how large it is.
    """
    largest = 1
    with _open(path) as file:
        for group, index in _chunks(file.metadata):
            chunk = file.metadata.row_group(group).column(index)
            if chunk.total_uncompressed_size <= _SMALL_BYTES:
                largest = max(largest, chunk.total_uncompressed_size // READ_ROWS)
                continue
            largest = max(largest, chunk.total_uncompressed_size // max(1, chunk.num_values))
            if chunk.has_dictionary_page:
                largest = max(largest, _largest_in_dictionary(path, file, group, index))
    return max(1, min(READ_ROWS, READ_BYTES // largest))


def _largest_in_dictionary(path: Path, file: Any, group: int, index: int) -> int:
    pa = arrow()
    chunk, leaf = file.metadata.row_group(group).column(index), file.metadata.schema.column(index)
    if leaf.physical_type != "BYTE_ARRAY":
        return 1
    if leaf.max_repetition_level or "." in chunk.path_in_schema:
        # A dictionary inside of lists cannot be looked at: the whole of it may be one value.
        return int(chunk.total_uncompressed_size)
    name = chunk.path_in_schema
    with _open(path, read_dictionary=[name]) as reader:
        for batch in reader.iter_batches(1, row_groups=[group], columns=[name]):
            column = batch.column(0)
            if pa.types.is_dictionary(column.type):
                compute = arrow("pyarrow.compute")
                longest = compute.max(compute.binary_length(column.dictionary)).as_py()
                return int(longest or 1)
    return 1


def _chunks(metadata: Any) -> Iterator[tuple[int, int]]:
    return (
        (group, index)
        for group in range(metadata.num_row_groups)
        for index in range(metadata.num_columns)
    )


def _read(file: Any, groups: list[int], columns: Sequence[str], rows: int) -> Iterator[Batch]:
    try:
        for batch in file.iter_batches(rows, row_groups=groups, columns=list(columns)):
            # pyarrow takes a dot in a name for a path into a struct too: keep what was meant.
            yield batch.select(list(columns))
    except (arrow().ArrowException, OSError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> BadTable:
    return BadTable(
        f"The file cannot be read as Parquet ({str(error).splitlines()[0]}); upload it again."
    )
