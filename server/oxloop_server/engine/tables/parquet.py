"""Parquet files."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from oxloop_server.engine.tables.formats import BadTable, Grouped, Shape, Writer, check_names, skip
from oxloop_server.engine.tables.looking import Looked, look_over
from oxloop_server.engine.values import Batch, DataType, Schema, arrow, held_bytes

READ_ROWS = 1024


class Parquet:
    """The ``Format`` of Parquet files."""

    def scan(self, path: Path) -> Shape:
        """See ``Format.scan``."""
        looked = look_over(path, "parquet")
        with _open(path) as file:
            return Shape(file.schema_arrow, looked.row_count)

    def batches(
        self, path: Path, _schema: Schema, columns: Sequence[str], start: int
    ) -> Iterator[Batch]:
        """See ``Format.batches``. Row groups before ``start`` are not read."""
        at_once = look_over(path, "parquet").at_once
        with _open(path) as file:
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                if start >= rows:
                    start -= rows
                    continue
                yield from skip(_read(file, group, columns, at_once), start)
                start = 0

    def writer(self, path: Path, schema: Schema) -> Writer:
        """See ``Format.writer``."""
        file = arrow("pyarrow.parquet").ParquetWriter(path, schema)
        return Grouped(
            schema,
            lambda table: file.write_table(table, row_group_size=table.num_rows),
            file.close,
        )


def _open(path: Path) -> Any:
    try:
        # Buffered and without read-ahead: a row group may be larger than memory should be, and each
        # of thousands of columns has a buffer.
        return arrow("pyarrow.parquet").ParquetFile(path, pre_buffer=False, buffer_size=1 << 16)
    except MemoryError:
        raise
    except (arrow().ArrowException, OSError) as error:
        raise _unreadable(error) from error


READ_BYTES = 64 << 20
"""What the rows that are read at a time may hold together."""


def look(path: Path) -> Looked:
    """Read a whole file as ``Parquet.batches`` will, where that may cost anything.

    Args:
        path: The file.

    Returns:
        How many rows it has, and how many of them can be read at a time: a value that is stored
        once may stand in every row.

    Raises:
        BadTable: If it is no such file.
        MemoryError: If even a row at a time does not fit in the memory that there is.
    """
    at_once, rows = READ_ROWS, 0
    with _open(path) as file:
        check_names(file.schema_arrow.names)
        for field in file.schema_arrow:
            _check_type(field)
        for group in range(file.num_row_groups):
            at_once = _fitting(file, group, at_once)
            rows += file.metadata.row_group(group).num_rows
        return Looked(rows, at_once)


def _check_type(field: Any) -> None:
    if _has_lists_of_nothing(field.type):
        raise BadTable(
            f'The column "{field.name}" of the Parquet file has the type {field.type}, which is '
            "not read here: write it with lists of any length."
        )


def _has_lists_of_nothing(dtype: DataType) -> bool:
    # Writing them again ends the process, in pyarrow 26 at least.
    types = arrow().types
    if types.is_fixed_size_list(dtype) and dtype.list_size == 0:
        return True
    return types.is_nested(dtype) and any(
        _has_lists_of_nothing(dtype.field(index).type) for index in range(dtype.num_fields)
    )


def _fitting(file: Any, group: int, at_once: int) -> int:
    while True:
        try:
            found = sum(
                batch.num_rows
                for batch in _read(file, group, file.schema_arrow.names, at_once)
                if _is_held(batch)
            )
        except MemoryError:
            if at_once == 1:
                raise
            at_once = max(1, at_once // 16)
            continue
        told = file.metadata.row_group(group).num_rows
        if found != told:
            raise BadTable(
                f"The Parquet file says that a row group has {told:,} rows, but it has {found:,}; "
                "write it again."
            )
        return at_once


def _is_held(batch: Batch) -> bool:
    if batch.num_rows > 1 and held_bytes(batch) > READ_BYTES:
        raise MemoryError
    return True


def _read(file: Any, group: int, columns: Sequence[str], rows: int) -> Iterator[Batch]:
    # One group at a time: how many rows can be read at once is known of each alone.
    try:
        for batch in file.iter_batches(rows, row_groups=[group], columns=list(columns)):
            # pyarrow takes a dot in a name for a path into a struct too: keep what was meant.
            yield batch.select(list(columns))
    except MemoryError:
        raise
    except (arrow().ArrowException, OSError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> BadTable:
    return BadTable(
        f"The file cannot be read as Parquet ({str(error).splitlines()[0]}); upload it again."
    )
