"""Data files as tables: read forward in bounded memory, and written with a new column."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from attrs import frozen
from oxloop.rules.formats import TableFormat
from oxloop.rules.prompts import Fields

from oxloop_server.engine.tables.csv import Csv
from oxloop_server.engine.tables.formats import MAX_COLUMNS, BadTable, Format, Shape, Writer
from oxloop_server.engine.tables.holding import not_held, suffixes_for
from oxloop_server.engine.tables.ipc import Arrow
from oxloop_server.engine.tables.jsonl import Jsonl, JsonlCopy
from oxloop_server.engine.tables.parquet import Parquet
from oxloop_server.engine.values import (
    Batch,
    DataType,
    Schema,
    arrow,
    dtype_word,
    held_bytes,
    json_rows,
    name_bytes,
    release_memory,
    struct_fields,
    to_python,
)
from oxloop_server.limits import PAGE_BYTES, size_words

__all__ = [
    "MAX_COLUMNS",
    "BadTable",
    "Column",
    "Table",
    "Writer",
    "column_values",
    "copy_table",
    "fill_column",
    "not_held",
    "open_table",
    "suffixes_for",
    "with_column",
    "write_table",
]

BATCH_ROWS = 256
BATCH_BYTES = 128 << 20
"""What the rows that are held at once may hold together."""

_FORMATS: Mapping[TableFormat, Format] = {
    "parquet": Parquet(),
    "arrow": Arrow(),
    "csv": Csv(),
    "jsonl": Jsonl(),
}


@frozen
class Column:
    """A column as a data frame's schema lists it.

    Args:
        name: Its name.
        dtype: Its type in Oxen's words.
    """

    name: str
    dtype: str


@frozen
class Table:
    """A data file that was looked over.

    Args:
        path: The file.
        format: What it is.
        schema: Its columns, as an Arrow schema.
        row_count: Its rows.
    """

    path: Path
    format: TableFormat
    schema: Schema
    row_count: int

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in order."""
        return tuple(Column(field.name, dtype_word(field.type)) for field in self.schema)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(self.schema.names)

    @property
    def fields(self) -> dict[str, Fields]:
        """The columns with what a prompt can reach into."""
        return {field.name: struct_fields(field.type) for field in self.schema}

    def dtype(self, name: str) -> DataType | None:
        """The Arrow type of a column; None if there is no such column."""
        return self.schema.field(name).type if name in self.schema.names else None

    def batches(
        self, columns: Sequence[str] | None = None, start: int = 0, size: int = BATCH_ROWS
    ) -> Generator[Batch]:
        """Read forward; what is open is closed with the generator.

        Args:
            columns: Which columns; all by default.
            start: The first row to read.
            size: Rows of each batch; only the last may have fewer.
        """
        return self._batches(columns, start, size, BATCH_BYTES)

    def _batches(
        self, columns: Sequence[str] | None, start: int, size: int, most: int
    ) -> Generator[Batch]:
        if self.row_count > start:
            chosen = self.names if columns is None else columns
            found = _FORMATS[self.format].batches(self.path, self.schema, chosen, start)
            yield from _regroup(found, size, most)

    def page(
        self, offset: int, limit: int, columns: Sequence[str] | None = None
    ) -> list[dict[str, object]]:
        """Rows ``offset`` to ``offset + limit - 1`` as JSON objects; ``limit`` is at least 1.

        JSON has no decimals, dates, durations or binary: they are text, the last in base64.
        NaN and infinities are null.

        Raises:
            BadTable: If those rows are more than a page should hold.
        """
        found = self._page(offset, limit, columns)
        release_memory()
        if isinstance(found, str):
            raise BadTable(found)
        return found

    def _page(
        self, offset: int, limit: int, columns: Sequence[str] | None
    ) -> list[dict[str, object]] | str:
        """The rows, or why they cannot be read: the error itself would hold on to what was read."""
        with closing(self._batches(columns, offset, limit, PAGE_BYTES)) as found:
            try:
                batch = next(found, None)
                if batch is None:
                    return []
                _check_size([batch], batch.num_rows, PAGE_BYTES, name_bytes(batch))
                return json_rows(batch)
            except BadTable as refused:
                return refused.message


def open_table(path: Path, table_format: TableFormat) -> Table:
    """Look a data file over; what was found is remembered while the file stays as it is.

    Args:
        path: The file.
        table_format: What it is, as its name in the repository tells.

    Raises:
        BadTable: If it is not such a table.
    """
    stat = path.stat()
    shape = _scan(path, table_format, stat.st_size, stat.st_mtime_ns)
    return Table(path, table_format, shape.schema, shape.row_count)


def write_table(path: Path, table_format: TableFormat, schema: Schema) -> Writer:
    """Begin a data file with these columns, to be written batch by batch.

    Args:
        path: The file; it is overwritten.
        table_format: What to write.
        schema: The columns.
    """
    return _FORMATS[table_format].writer(path, schema)


def copy_table(
    path: Path, table_format: TableFormat, table: Table, schema: Schema, column: str
) -> Writer:
    """Begin a copy of a table with another column, to be written batch by batch from the top.

    From JSONL to JSONL no value has to fit its column's type, but for those of that column.

    Args:
        path: The file; it is overwritten.
        table_format: What to write.
        table: The table.
        schema: Its columns as ``with_column`` gives them.
        column: The other column.
    """
    if table.format == table_format == "jsonl":
        return JsonlCopy(path, table.path, column)
    return write_table(path, table_format, schema)


def with_column(schema: Schema, name: str, dtype: DataType) -> Schema:
    """The schema with a column of that name and type, in its old place or at the end."""
    field = arrow().field(name, dtype)
    index = schema.get_field_index(name)
    return schema.append(field) if index < 0 else schema.set(index, field)


def fill_column(batch: Batch, schema: Schema, name: str, values: Iterable[object]) -> Batch:
    """The batch with another column.

    Args:
        batch: Rows of a table.
        schema: Its schema as ``with_column`` gives it.
        name: The column.
        values: Its values, one for each row.
    """
    pa = arrow()
    column = pa.array(values, schema.field(name).type)
    arrays = [column if field.name == name else batch.column(field.name) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def column_values(batch: Batch, name: str) -> list[object]:
    """A column's values as ``to_text`` takes them; nulls if the batch has no such column."""
    if name not in batch.schema.names:
        return [None] * batch.num_rows
    return to_python(batch.column(name))


@lru_cache(maxsize=256)
def _scan(path: Path, table_format: TableFormat, _size: int, _changed: int) -> Shape:
    return _FORMATS[table_format].scan(path)


def _regroup(batches: Iterable[Batch], size: int, most: int) -> Iterator[Batch]:
    waiting: list[Batch] = []
    rows = 0
    for found in batches:
        batch = found
        while rows + batch.num_rows >= size:
            waiting.append(batch.slice(0, size - rows))
            _check_size(waiting, size, most)
            batch = batch.slice(size - rows)
            yield _joined(waiting)
            waiting, rows = [], 0
        if batch.num_rows:
            waiting.append(batch)
            rows += batch.num_rows
            _check_size(waiting, rows, most)
    if waiting:
        yield _joined(waiting)


def _check_size(batches: list[Batch], rows: int, most: int, beside: int = 0) -> None:
    if beside + sum(held_bytes(batch) for batch in batches) > most:
        held = "One row of the file holds" if rows == 1 else f"{rows} rows of the file hold"
        raise BadTable(
            f"{held} more than {size_words(most)}: read fewer rows or columns at a time, or make "
            "them smaller. The file as it is can be downloaded."
        )


def _joined(batches: list[Batch]) -> Batch:
    return batches[0] if len(batches) == 1 else arrow().concat_batches(batches)
