"""Arrow files, which Feather (version 2) is another name of."""

import mmap
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from oxloop_server.engine.tables.formats import (
    BadTable,
    Grouped,
    Shape,
    Writer,
    check_names,
    skip,
)
from oxloop_server.engine.tables.ipc_messages import unpacked_size
from oxloop_server.engine.tables.looking import MEMORY_BYTES, Looked, look_over
from oxloop_server.engine.values import Batch, DataType, Schema, arrow

UNPACKED_BYTES = MEMORY_BYTES * 3 // 4
"""What a batch may unpack to, with the dictionaries; a small file may stand for much."""

_VALUES_A_BYTE = 1000


class Arrow:
    """The ``Format`` of Arrow files: the one with a footer, not the stream."""

    def scan(self, path: Path) -> Shape:
        """See ``Format.scan``."""
        looked = look_over(path, "arrow")
        with _open(path) as file:
            return Shape(file.schema, looked.row_count)

    def batches(
        self, path: Path, _schema: Schema, columns: Sequence[str], start: int
    ) -> Iterator[Batch]:
        """See ``Format.batches``."""
        with _open(path) as file:
            for batch in skip(_batches(file), start):
                yield batch.select(list(columns))

    def writer(self, path: Path, schema: Schema) -> Writer:
        """See ``Format.writer``."""
        file = arrow("pyarrow.ipc").new_file(str(path), schema)
        return Grouped(schema, file.write_table, file.close)


def look(path: Path) -> Looked:
    """Read a whole file as ``Arrow.batches`` will, where that may cost anything.

    Args:
        path: The file.

    Returns:
        How many rows it has; its batches are read as they are.

    Raises:
        BadTable: If it is no such file: a batch can contradict itself.
        MemoryError: If a batch does not fit in the memory that there is.
    """
    _check_size(path)
    with _open(path) as file:
        for field in file.schema:
            check_type(field.name, field.type)
        check_names(file.schema.names)
        counts = [batch.num_rows for batch in _batches(file)]
    rows = sum(counts)
    if rows > _VALUES_A_BYTE * max(path.stat().st_size, _VALUES_A_BYTE):
        raise BadTable(f"The Arrow file says that it has {rows:,} rows; that is not read.")
    return Looked(rows, max(counts, default=0))


def _check_size(path: Path) -> None:
    try:
        with path.open("rb") as raw, mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ) as content:
            size = unpacked_size(content)
    except (OSError, ValueError) as error:
        raise _unreadable(error) from error
    if size > UNPACKED_BYTES:
        raise BadTable(
            f"A batch of the Arrow file, with all dictionaries, is {size >> 20:,} MiB unpacked; at "
            f"most {UNPACKED_BYTES >> 20:,} MiB can be read: write it with smaller batches."
        )


@contextmanager
def _open(path: Path) -> Generator[Any]:
    try:
        with arrow().OSFile(str(path)) as raw, arrow("pyarrow.ipc").open_file(raw) as file:
            yield file
    except MemoryError:
        raise
    except (arrow().ArrowException, OSError, UnicodeDecodeError) as error:
        raise _unreadable(error) from error


def _batches(file: Any) -> Iterator[Batch]:
    for index in range(file.num_record_batches):
        batch = file.get_batch(index)
        # The file's own words for where its values are may be wrong: what follows them would
        # read beyond the batch.
        batch.validate(full=True)
        yield batch


def check_type(name: str, dtype: DataType, in_list: bool = False) -> None:
    """Refuse types in which a few bytes can be any number of values.

    Args:
        name: The column, or the way to a part of it.
        dtype: Its type.
        in_list: Whether it is part of a list.

    Raises:
        BadTable: Naming the type.
    """
    types = arrow().types
    if types.is_list_view(dtype) or types.is_large_list_view(dtype) or types.is_union(dtype):
        raise _unknown(name, dtype)
    if types.is_run_end_encoded(dtype) or isinstance(dtype, arrow().BaseExtensionType):
        raise _unknown(name, dtype)
    if types.is_fixed_size_list(dtype) and dtype.list_size == 0:
        raise _unknown(name, dtype)
    if types.is_dictionary(dtype):
        if types.is_nested(dtype.value_type):
            raise _unknown(name, dtype)
        check_type(name, dtype.value_type, in_list)
        return
    children = [dtype.field(index) for index in range(dtype.num_fields)]
    is_list = types.is_nested(dtype) and not types.is_struct(dtype)
    if in_list and (types.is_null(dtype) or (types.is_struct(dtype) and not children)):
        raise _unknown(name, dtype)
    for child in children:
        # Names are bytes until somebody reads them, and may be no text.
        check_type(f"{name}.{child.name}", child.type, in_list or is_list)


def _unknown(name: str, dtype: DataType) -> BadTable:
    return BadTable(
        f'The column "{name}" of the Arrow file has the type {dtype}, which is not read here: '
        "write it as Parquet."
    )


def _unreadable(error: BaseException) -> BadTable:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return BadTable(
        f"The file cannot be read as an Arrow file ({reason}); it must be in the file format of "
        "Arrow's IPC, which is also Feather version 2."
    )
