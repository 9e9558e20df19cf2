"""JSONL files: one JSON object on each line.

The columns are the keys of all lines together, and a column's type fits all of its values: whole
numbers widen to floats, objects to all their fields. Where values have no common type, there the
type is text: text stays as it is, anything else becomes its JSON. A key that a line lacks is null.
"""

import json
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias, cast

from oxloop.rules.values import to_text

from oxloop_server.engine.tables.formats import BadTable, Shape, Writer, check_names
from oxloop_server.engine.tables.marks import Looked, Marks, state
from oxloop_server.engine.values import (
    Array,
    Batch,
    DataType,
    Schema,
    arrow,
    json_rows,
    to_json,
)
from oxloop_server.nesting import MAX_NESTING, is_too_deep

Line: TypeAlias = Mapping[str, object]

# A line that holds something: its first byte in the file, which line it is if anybody has counted,
# and its bytes. There may be millions of them.
_Row: TypeAlias = tuple[int, int | None, bytes]

LINE_BYTES = 64 << 20
_BLOCK_ROWS = 1024
_BLOCK_BYTES = 8 << 20


class Jsonl:
    """The ``Format`` of JSONL files, in UTF-8."""

    def scan(self, path: Path) -> Shape:
        """See ``Format.scan``. The whole file is read once."""
        return _look_over(path, *state(path)).shape

    def batches(
        self, path: Path, schema: Schema, columns: Sequence[str], start: int
    ) -> Iterator[Batch]:
        """See ``Format.batches``. What is before ``start`` is not read, but for what is near."""
        pa = arrow()
        chosen = pa.schema([schema.field(name) for name in columns])
        mark = _look_over(path, *state(path)).marks.before(start)
        for block in _blocks(islice(_rows(path, mark.offset), start - mark.row, None)):
            arrays = [
                _array([line.get(field.name) for line in block], field.type) for field in chosen
            ]
            # A struct array knows its length even if it has no columns.
            yield pa.RecordBatch.from_struct_array(
                pa.StructArray.from_arrays(arrays, fields=list(chosen))
                if arrays
                else pa.array([{}] * len(block), pa.struct([]))
            )

    def writer(self, path: Path, _schema: Schema) -> Writer:
        """See ``Format.writer``."""
        return _JsonlWriter(path)


@lru_cache(maxsize=256)
def _look_over(path: Path, _size: int, _changed: int) -> Looked:
    pa = arrow()
    types: dict[str, DataType] = {}
    marks, rows = Marks(0), 0

    def passed_by() -> Iterator[_Row]:
        for number, row in enumerate(_rows(path)):
            marks.pass_by(number, row[0])
            yield row

    for block in _blocks(passed_by()):
        rows += len(block)
        check_names({*types, *(name for line in block for name in line)})
        for name in dict.fromkeys(name for line in block for name in line):
            before = types.get(name, pa.null())
            # Text is what anything can become: no later value changes it.
            if not pa.types.is_string(before):
                types[name] = _common(before, _type_of([line.get(name) for line in block]))
    shape = Shape(pa.schema([(name, _settled(found)) for name, found in types.items()]), rows)
    return Looked(shape, marks)


def _rows(path: Path, offset: int = 0) -> Generator[_Row]:
    """The lines of a file that hold something, from one on."""
    counts = offset == 0
    with path.open("rb") as file:
        file.seek(offset)
        number = 0
        while raw := file.readline(LINE_BYTES + 1):
            number += 1
            row = offset, number if counts else None, raw
            offset += len(raw)
            if raw.startswith(b"{") or _text(row).strip():
                yield row


def _text(row: _Row) -> str:
    offset, _, raw = row
    if len(raw) > LINE_BYTES:
        raise BadTable(f"{_where(row)} of the JSONL file is longer than {LINE_BYTES >> 20} MB.")
    try:
        return raw.decode("utf-8" if offset else "utf-8-sig")
    except ValueError as error:
        raise _unreadable(row, error) from error


def _blocks(rows: Iterable[_Row]) -> Iterator[list[Line]]:
    block: list[Line] = []
    size = 0
    for row in rows:
        block.append(_line(row))
        size += len(row[2])
        if len(block) == _BLOCK_ROWS or size >= _BLOCK_BYTES:
            yield block
            block, size = [], 0
    if block:
        yield block


def _line(row: _Row) -> Line:
    raw, text = row[2], _text(row)
    try:
        found = cast(object, json.loads(text))
        if b"\\ud" in raw.lower():
            # Half of a character pair is valid JSON and no text.
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _unreadable(row, error) from error
    if is_too_deep(raw, found):
        raise BadTable(
            f"{_where(row)} of the JSONL file is nested more than {MAX_NESTING} levels deep."
        )
    if not isinstance(found, dict):
        raise BadTable(f"{_where(row)} of the JSONL file is not a JSON object.")
    return cast(Line, found)


def _unreadable(row: _Row, error: Exception) -> BadTable:
    return BadTable(f"{_where(row)} of the JSONL file is not readable JSON: {error}.")


def _where(row: _Row) -> str:
    offset, number, _ = row
    return f"The line at byte {offset}" if number is None else f"Line {number}"


def _type_of(values: list[object]) -> DataType:
    pa = arrow()
    try:
        return pa.array(values).type
    except (pa.ArrowException, OverflowError):
        # Mixed: what each value is by itself decides, so that it does not matter where blocks end.
        return reduce(_common, map(_type_of_one, values))


def _type_of_one(value: object) -> DataType:
    pa = arrow()
    if isinstance(value, dict):
        items = cast(dict[str, object], value).items()
        return pa.struct([(name, _type_of_one(item)) for name, item in items])
    if isinstance(value, list):
        return pa.list_(reduce(_common, map(_type_of_one, cast(list[object], value)), pa.null()))
    try:
        return pa.scalar(value).type
    except OverflowError:
        return pa.string()


def _common(one: DataType, other: DataType) -> DataType:
    pa = arrow()
    types = pa.types
    if one == other or types.is_null(other):
        return one
    if types.is_null(one):
        return other
    if types.is_struct(one) and types.is_struct(other):
        fields = {field.name: field.type for field in one}
        for field in other:
            fields[field.name] = _common(fields.get(field.name, pa.null()), field.type)
        return pa.struct(list(fields.items()))
    if types.is_list(one) and types.is_list(other):
        return pa.list_(_common(one.value_type, other.value_type))
    if {one, other} == {pa.int64(), pa.float64()}:
        return pa.float64()
    return pa.string()


def _settled(dtype: DataType) -> DataType:
    # Nothing but nulls could be anything, and Parquet cannot hold an object without fields.
    pa = arrow()
    types = pa.types
    if types.is_struct(dtype) and dtype.num_fields:
        return pa.struct([(field.name, _settled(field.type)) for field in dtype])
    if types.is_list(dtype):
        return pa.list_(_settled(dtype.value_type))
    return pa.string() if types.is_null(dtype) or types.is_struct(dtype) else dtype


def _array(values: list[object], dtype: DataType) -> Array:
    pa = arrow()
    try:
        return pa.array(values, dtype)
    except (pa.ArrowException, OverflowError):
        # Few columns have values of another type than theirs.
        return pa.array([_fitted(value, dtype) for value in values], dtype)


def _fitted(value: Any, dtype: DataType) -> Any:
    types = arrow().types
    if value is None:
        return None
    if types.is_string(dtype):
        return to_text(value)
    if types.is_floating(dtype):
        # pyarrow refuses a whole number that a float cannot hold exactly; here it is rounded.
        return float(value)
    if types.is_struct(dtype):
        return {field.name: _fitted(value.get(field.name), field.type) for field in dtype}
    if types.is_list(dtype):
        return [_fitted(item, dtype.value_type) for item in value]
    return value


class _JsonlWriter:
    def __init__(self, path: Path) -> None:
        self._file: Any = path.open("w", encoding="utf-8", newline="")

    def write(self, batch: Batch) -> None:
        self._write_rows(json_rows(batch))

    def close(self) -> None:
        self._file.close()

    def _write_rows(self, rows: Iterable[object]) -> None:
        self._file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


class JsonlCopy(_JsonlWriter):
    """A ``Writer`` of another file's objects with one column of the batches that it is given.

    What else an object has stays as it is, also where it is not of its column's type.

    Args:
        path: The file.
        source: The file that it is a copy of, from the first row on.
        column: The column.
    """

    def __init__(self, path: Path, source: Path, column: str) -> None:
        super().__init__(path)
        self._rows = _rows(source)
        self._column = column

    def write(self, batch: Batch) -> None:
        """See ``Writer.write``."""
        values = json_rows(batch.select([self._column]))
        lines = map(_line, islice(self._rows, batch.num_rows))
        # JSON has no NaN, though Python reads it.
        self._write_rows(
            to_json({**line, **value}) for line, value in zip(lines, values, strict=True)
        )

    def close(self) -> None:
        """See ``Writer.close``."""
        super().close()
        self._rows.close()
