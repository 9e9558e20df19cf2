"""What a model gives, as a column of a table: text, or embeddings as lists of numbers."""

import json
from typing import Literal, TypeAlias

from oxloop.rules.values import to_text

from oxloop_server.engine.values import DataType, arrow, is_text

OutputType: TypeAlias = Literal["text", "embeddings"]
OUTPUT_TYPES: tuple[OutputType, ...] = ("text", "embeddings")
WORDS: dict[OutputType, str] = {"text": "text", "embeddings": "lists of numbers"}
"""What the answers are, in a sentence."""


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
        before: The type of the column that is there and fits; None if there is none.
        output: What the answers are.
    """
    pa = arrow()
    if output == "text":
        return pa.string()
    # Rows that are not asked keep their numbers as exact as they are.
    if before is None or pa.types.is_null(before):
        return pa.list_(pa.float32())
    return pa.list_(before.value_type)


def to_value(answer: str | None, output: OutputType) -> object:
    """An answer as it was recorded, as a value of the column; None if the row failed."""
    return answer if answer is None or output == "text" else json.loads(answer)


def kept(value: object, output: OutputType) -> object:
    """A value that the column had before, as it stays."""
    return to_text(value) if output == "text" and value is not None else value
