"""What a model gives, as a column of a table: text, or embeddings as lists of numbers."""

import json
from typing import Any, Literal, TypeAlias

from oxloop.rules.values import to_text

from oxloop_server.engine.tables import Table
from oxloop_server.engine.values import DataType, arrow, is_text

OutputType: TypeAlias = Literal["text", "embeddings"]
OUTPUT_TYPES: tuple[OutputType, ...] = ("text", "embeddings")
WORDS: dict[OutputType, str] = {"text": "text", "embeddings": "lists of numbers"}
"""What the answers are, in a sentence."""

_SPACE = "[ \\t\\r\\n]*"
_NUMBER = rf"{_SPACE}(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?|null){_SPACE}"
_JSON_LIST = rf"^{_SPACE}\[({_NUMBER}(,{_NUMBER})*|{_SPACE})\]{_SPACE}$"
"""A list of numbers in JSON, as CSV files hold embeddings; null stands for what is no number."""


def takes(table: Table, column: str, output: OutputType) -> bool:
    """Whether a column that a table has can take such answers, because it is of their type.

    CSV has no lists, and JSON one type of number and none for nulls: there the values tell.

    Args:
        table: The table; the column is read if its type does not tell.
        column: The column's name.
        output: What the answers are.

    Raises:
        BadTable: If the file cannot be read.
    """
    dtype = table.schema.field(column).type
    if fits(dtype, output):
        return True
    if output == "text" or table.format not in ("csv", "jsonl"):
        return False
    compute, types = arrow("pyarrow.compute"), arrow().types
    if types.is_list(dtype):
        return bool(types.is_integer(dtype.value_type))
    if not types.is_string(dtype):
        return False
    cells = (batch.column(column) for batch in table.batches([column]))
    if table.format == "jsonl":
        return all(cell.null_count == len(cell) for cell in cells)
    # Nulls are left out; none of nothing but nulls is false.
    found = (compute.all(compute.match_substring_regex(cell, _JSON_LIST)) for cell in cells)
    return all(one.as_py() is not False for one in found)


def fits(dtype: DataType, output: OutputType) -> bool:
    """Whether a column of that type can take such answers; one of nothing but nulls takes any."""
    types = arrow().types
    if types.is_null(dtype):
        return True
    if output == "text":
        return is_text(dtype)
    is_list = types.is_list(dtype) or types.is_large_list(dtype) or types.is_fixed_size_list(dtype)
    return is_list and bool(types.is_floating(dtype.value_type))


def column_type(before: DataType | None, output: OutputType) -> DataType:
    """The type of a column of such answers.

    Args:
        before: The type of the column that is there and takes them; None if there is none.
        output: What the answers are.
    """
    pa = arrow()
    if output == "text":
        return pa.string()
    # Rows that are not asked keep their numbers as exact as they are.
    if before is None or pa.types.is_null(before):
        return pa.list_(pa.float32())
    return pa.list_(before.value_type if fits(before, output) else pa.float64())


def to_value(answer: str | None, output: OutputType) -> object:
    """An answer as it was recorded, as a value of the column; None if the row failed."""
    return answer if answer is None or output == "text" else json.loads(answer)


def kept(value: object, output: OutputType) -> object:
    """A value that the column had before, as it stays."""
    if output == "text":
        return value if value is None else to_text(value)
    numbers: Any = json.loads(value, parse_int=float) if isinstance(value, str) else value
    if numbers is None:
        return None
    # pyarrow refuses a whole number that a float cannot hold exactly; here it is rounded.
    return [number if number is None else float(number) for number in numbers]
