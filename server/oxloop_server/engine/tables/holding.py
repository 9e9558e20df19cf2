"""Which columns a kind of file can hold: asked before a run is paid for, not at its end."""

from typing import Any

from oxloop.rules.formats import SUFFIXES, TableFormat

from oxloop_server.engine.tables.formats import BadTable
from oxloop_server.engine.tables.ipc import check_type
from oxloop_server.engine.values import Schema, arrow, has_binary, has_unknown_zone


def not_held(schema: Schema, table_format: TableFormat) -> Any:
    """The first column that a file of that format cannot hold, as a field of Arrow's; or None.

    Args:
        schema: The columns of the table that is to be written.
        table_format: The format of the file.
    """
    if table_format == "parquet" and _parquet_holds(schema):
        return None
    return next((field for field in schema if not _holds(field, table_format)), None)


def suffixes_for(schema: Schema) -> list[str]:
    """The suffixes of the files that can hold all columns of a table."""
    return [suffix for suffix, known in SUFFIXES.items() if not_held(schema, known) is None]


def _holds(field: Any, table_format: TableFormat) -> bool:
    match table_format:
        case "parquet":
            return _parquet_holds(arrow().schema([field]))
        case "arrow":
            return _arrow_holds(field)
        case "csv" | "jsonl":
            return not (has_binary(field.type) or has_unknown_zone(field.type))


def _parquet_holds(schema: Schema) -> bool:
    # Only Arrow knows what it makes of a type, and whether it can read that again.
    pa, parquet = arrow(), arrow("pyarrow.parquet")
    file = pa.BufferOutputStream()
    row = pa.Table.from_arrays([pa.nulls(1, field.type) for field in schema], names=schema.names)
    try:
        parquet.write_table(row, file)
        parquet.ParquetFile(pa.BufferReader(file.getvalue())).read()
    except (pa.ArrowException, OSError):  # the file is in memory, and no disk is full
        return False
    return True


def _arrow_holds(field: Any) -> bool:
    try:
        check_type(field.name, field.type)
    except BadTable:
        return False
    return True
