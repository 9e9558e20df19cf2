"""Arrow's values as the rest of the service needs them: as text, as JSON, as Oxen's type words.

pyarrow has no type hints; its objects are ``Any`` here, and this package is the one place that
knows them. It is imported on first use, for it is heavy and the service starts without it.
"""

import base64
import importlib
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import repeat
from typing import Any, TypeAlias, cast

from oxloop.rules.prompts import Fields
from oxloop.rules.values import to_text

Array: TypeAlias = Any
Batch: TypeAlias = Any
DataType: TypeAlias = Any
Schema: TypeAlias = Any


@cache
def arrow(module: str = "pyarrow") -> Any:
    """Import pyarrow, or a module of it, on first use."""
    # Arrow's other allocators keep what each thread has used for that thread.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    return importlib.import_module(module)


def release_memory() -> None:
    """Give memory back to the system that Arrow has kept for what it may need next."""
    if "pyarrow" in sys.modules:
        arrow().default_memory_pool().release_unused()


def is_text(dtype: DataType) -> bool:
    """Whether a column of that type can take text answers: text, or nothing but nulls."""
    types = arrow().types
    if types.is_dictionary(dtype):
        return is_text(dtype.value_type)
    return bool(
        types.is_string(dtype)
        or types.is_large_string(dtype)
        or types.is_string_view(dtype)
        or types.is_null(dtype)
    )


def has_binary(dtype: DataType) -> bool:
    """Whether the type is binary, or a struct, list or map with binary inside."""
    types = arrow().types
    if (
        types.is_binary(dtype)
        or types.is_large_binary(dtype)
        or types.is_fixed_size_binary(dtype)
        or types.is_binary_view(dtype)
    ):
        return True
    if types.is_dictionary(dtype):
        return has_binary(dtype.value_type)
    if types.is_nested(dtype):
        return any(has_binary(dtype.field(index).type) for index in range(dtype.num_fields))
    return False


def has_unknown_zone(dtype: DataType) -> bool:
    """Whether the type is a moment in a time zone that is not known here, or holds such moments.

    Nobody can say what its values are, in the local time that they are meant to be shown in.
    """
    pa = arrow()
    if pa.types.is_timestamp(dtype):
        try:
            pa.scalar(0, dtype).as_py()
        except ValueError:  # which the error of an unknown zone is
            return True
        return False
    if pa.types.is_dictionary(dtype):
        return has_unknown_zone(dtype.value_type)
    return pa.types.is_nested(dtype) and any(
        has_unknown_zone(dtype.field(index).type) for index in range(dtype.num_fields)
    )


def struct_fields(dtype: DataType) -> Fields:
    """The fields that a prompt can reach into, by name; None for what is no struct."""
    if not arrow().types.is_struct(dtype):
        return None
    return {field.name: struct_fields(field.type) for field in dtype}


def dtype_word(dtype: DataType) -> str:
    """A type in the words of Oxen's data frame schemas: ``str``, ``i64``, ``list[f32]`` …

    Oxen's open-source library has ``uint8`` where its other unsigned types are ``u16`` and so on,
    and ``?`` for what it has no word for.
    """
    types = arrow().types
    if types.is_dictionary(dtype):
        return dtype_word(dtype.value_type)
    if types.is_fixed_size_list(dtype) and types.is_floating(dtype.value_type):
        return f"embedding[{dtype.list_size}]"
    if types.is_list(dtype) or types.is_large_list(dtype) or types.is_fixed_size_list(dtype):
        inner = dtype_word(dtype.value_type)
        return f"list[{inner}]" if inner in _IN_LISTS else "list[?]"
    for word, predicate in _PREDICATES:
        if getattr(types, predicate)(dtype):
            return word
    return _NUMBERS.get(str(dtype), "?")


_NUMBERS = {
    "bool": "bool",
    "uint8": "uint8",
    **{f"uint{bits}": f"u{bits}" for bits in (16, 32, 64)},
    **{f"int{bits}": f"i{bits}" for bits in (8, 16, 32, 64)},
    "halffloat": "f32",
    "float": "f32",
    "double": "f64",
}
_PREDICATES = (
    ("str", "is_string"),
    ("str", "is_large_string"),
    ("str", "is_string_view"),
    ("binary", "is_binary"),
    ("binary", "is_large_binary"),
    ("binary", "is_fixed_size_binary"),
    ("binary", "is_binary_view"),
    ("date", "is_date"),
    ("time", "is_time"),
    ("datetime", "is_timestamp"),
    ("duration", "is_duration"),
    ("struct", "is_struct"),
    ("null", "is_null"),
)
_IN_LISTS = frozenset({*_NUMBERS.values(), "str", "date", "time", "binary"})


def to_python(array: Array) -> list[object]:
    """Take an Arrow array apart into Python values that ``to_text`` writes as they were meant.

    A 32-bit float becomes the Python float with its shortest digits (0.1 and not
    0.10000000149011612), a 16-bit one the float that it is. A moment keeps its nanoseconds by
    becoming ISO 8601 text; inside structs and lists it is cut to microseconds. What Python cannot
    hold is ``Unreadable``.

    Args:
        array: An array of any type.
    """
    pa = arrow()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_timestamp(array.type) and array.type.unit == "ns":
        return _moments(array)
    as_double = _narrow_floats_as(array.type, pa.float64())
    if as_double != array.type:
        # Through text, because Arrow writes a narrow float with the fewest digits that tell it.
        array = array.cast(_narrow_floats_as(array.type, pa.string())).cast(as_double)
    as_python = _change_leaves(array.type, _to_microseconds)
    if as_python != array.type:
        array = array.cast(as_python, safe=False)
    try:
        return cast(list[object], array.to_pylist())
    except (ValueError, OverflowError):
        return [_from_scalar(scalar) for scalar in array]


class Unreadable:
    """Stands for a value that Python cannot hold, such as a date in the year 100000.

    ``to_text`` refuses it, so that only the rows that show it fail. As JSON and CSV it is null.
    """


def to_json(value: object) -> object:
    """Turn a value of ``to_python`` into one that JSON can hold.

    Numbers stay numbers, except that JSON has no NaN and no infinity: they become null. Decimals,
    dates and durations become the text that a prompt shows; binary becomes base64.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Unreadable():
            return None
        case bytes():
            return base64.b64encode(value).decode()
        case Mapping():
            pairs = cast(Mapping[object, object], value).items()
            return {
                key if isinstance(key, str) else to_text(key): to_json(item) for key, item in pairs
            }
        case list() | tuple():
            return [to_json(item) for item in cast(Sequence[object], value)]
        case _:
            return to_text(value)


def held_bytes(batch: Batch) -> int:
    """About how many bytes the rows of a record batch are once each has its own values."""
    return sum(_held_bytes(column) for column in batch.columns)


# What a value in a list costs at least, once it is taken apart.
_ITEM_BYTES = 32


def _held_bytes(column: Array) -> int:
    types = arrow().types
    dtype = column.type
    if _is_view(dtype):
        return int(arrow("pyarrow.compute").sum(_lengths(column)).as_py() or 0)
    if types.is_dictionary(dtype):
        return _held_in_dictionary(column)
    if types.is_struct(dtype):
        return sum(_held_bytes(field) for field in column.flatten())
    if types.is_map(dtype):
        entries = column.cast(arrow().list_(dtype.field(0).type))
        return _held_bytes(entries)
    if types.is_nested(dtype):
        items = column.flatten()
        return max(_held_bytes(items), _ITEM_BYTES * len(items))
    return int(column.nbytes)


def name_bytes(batch: Batch) -> int:
    """How many bytes the names in the rows are as JSON, where each row and object has its own."""
    names = sum(len(name.encode()) for name in batch.schema.names)
    return int(batch.num_rows) * names + sum(_name_bytes(column) for column in batch.columns)


def _name_bytes(column: Array) -> int:
    types = arrow().types
    dtype = column.type
    if types.is_struct(dtype):
        names = sum(len(field.name.encode()) for field in dtype)
        return names * len(column) + sum(_name_bytes(field) for field in column.flatten())
    if types.is_map(dtype):
        column = column.cast(arrow().list_(dtype.field(0).type))
    return _name_bytes(column.flatten()) if types.is_nested(dtype) else 0


def _held_in_dictionary(column: Array) -> int:
    values = column.dictionary
    if not (is_text(values.type) or has_binary(values.type)):
        return int(column.indices.nbytes)
    compute = arrow("pyarrow.compute")
    lengths = _lengths(values).take(column.indices)
    return int(compute.sum(lengths).as_py() or 0)


def _is_view(dtype: DataType) -> bool:
    types = arrow().types
    return bool(types.is_string_view(dtype) or types.is_binary_view(dtype))


def _lengths(column: Array) -> Array:
    if not _is_view(column.type):
        return arrow("pyarrow.compute").binary_length(column)
    # Many values may be one and the same place. Each is 16 bytes, its length first.
    lengths = memoryview(column.buffers()[1]).cast("i")[::4]
    return arrow().array(list(lengths[column.offset : column.offset + len(column)]))


def json_rows(batch: Batch) -> list[dict[str, object]]:
    """The rows of a record batch, each as a JSON object by column name."""
    columns = [[to_json(value) for value in to_python(column)] for column in batch.columns]
    names = batch.schema.names
    # Rows without any column are rows all the same, which zip does not know.
    rows = zip(*columns, strict=True) if columns else repeat((), batch.num_rows)
    return [dict(zip(names, values, strict=True)) for values in rows]


def _change_leaves(dtype: DataType, change: Callable[[DataType], DataType]) -> DataType:
    pa = arrow()
    types = pa.types

    def field(found: Any) -> Any:
        return found.with_type(_change_leaves(found.type, change))

    if types.is_dictionary(dtype):
        changed = change(dtype.value_type)
        return dtype if changed == dtype.value_type else changed
    if types.is_struct(dtype):
        return pa.struct([field(found) for found in dtype])
    if types.is_map(dtype):
        return pa.map_(field(dtype.key_field), field(dtype.item_field))
    if types.is_fixed_size_list(dtype):
        return pa.list_(field(dtype.value_field), dtype.list_size)
    if types.is_large_list(dtype):
        return pa.large_list(field(dtype.value_field))
    if types.is_list(dtype):
        return pa.list_(field(dtype.value_field))
    # pyarrow casts nulls without a type inside of others to too few of them.
    return pa.bool_() if types.is_null(dtype) else change(dtype)


def _narrow_floats_as(dtype: DataType, replacement: DataType) -> DataType:
    types = arrow().types

    def change(leaf: DataType) -> DataType:
        return replacement if types.is_float32(leaf) or types.is_float16(leaf) else leaf

    return _change_leaves(dtype, change)


def _to_microseconds(dtype: DataType) -> DataType:
    pa = arrow()
    if pa.types.is_timestamp(dtype) and dtype.unit == "ns":
        return pa.timestamp("us", dtype.tz)
    if pa.types.is_duration(dtype) and dtype.unit == "ns":
        return pa.duration("us")
    if pa.types.is_time64(dtype) and dtype.unit == "ns":
        return pa.time64("us")
    return dtype


def _moments(array: Array) -> list[object]:
    # Python's datetime ends at microseconds; the last three digits are put back by hand.
    pa = arrow()
    moments = to_python(array.cast(pa.timestamp("us", array.type.tz), safe=False))
    counts = cast(list[int | None], array.cast(pa.int64()).to_pylist())
    return [
        _with_nanoseconds(moment, count % 1000)
        if isinstance(moment, datetime) and count is not None and count % 1000
        else moment
        for moment, count in zip(moments, counts, strict=True)
    ]


def _with_nanoseconds(moment: datetime, nanoseconds: int) -> str:
    text = moment.replace(tzinfo=None).isoformat(timespec="microseconds")
    zone = moment.isoformat(timespec="microseconds")[len(text) :]
    return f"{text}{nanoseconds:03d}{zone}"


def _from_scalar(scalar: Any) -> object:
    try:
        return cast(object, scalar.as_py())
    except (ValueError, OverflowError):
        return Unreadable()
