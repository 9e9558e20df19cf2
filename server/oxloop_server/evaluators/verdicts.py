"""What an evaluator may say of a log: its value by return type, or why there is none."""

import math
from typing import Literal, TypeAlias, cast

from attrs import field, frozen
from attrs.converters import optional

from oxloop_server.problems import brief
from oxloop_server.spent import NOTHING, Spent

ReturnType: TypeAlias = Literal["boolean", "number", "select", "multi_select", "text"]
ArgumentsType: TypeAlias = Literal["target_free", "target_required"]
Value: TypeAlias = bool | int | float | str | list[str]

_WANTED: dict[ReturnType, str] = {
    "boolean": "True or False",
    "number": "a finite number",
    "select": "text",
    "multi_select": "a list of texts",
    "text": "text",
}


@frozen
class Verdict:
    """What an evaluator said of one log: a value or an error, never both.

    Args:
        value: The judgment.
        error: Why there is none.
        spent: What the models that were asked for it used.
    """

    value: Value | None = None
    error: str | None = field(default=None, converter=optional(brief))
    spent: Spent = NOTHING


def check(value: object, return_type: ReturnType, longest: int) -> Verdict:
    """Hold what an evaluator returned against the type that it promised.

    A boolean is no number here, although Python counts it as one.

    Args:
        value: What it returned.
        return_type: What it promised.
        longest: Most characters of a text, or of a list of labels together.
    """
    if not _fits(value, return_type):
        return wrong_type(describe(value), return_type)
    if _length(value) > longest:
        return Verdict(error=f"The verdict is longer than {longest:,} characters.")
    return Verdict(cast(Value, value))


def wrong_type(found: str, return_type: ReturnType) -> Verdict:
    """The error of a verdict that is not what the evaluator promised.

    Args:
        found: What it is, in a few words.
        return_type: What it should be.
    """
    return Verdict(
        error=f"The evaluator has the return type {return_type} and must return "
        f"{_WANTED[return_type]}; it returned {found}."
    )


def describe(value: object) -> str:
    """Say what a value is, in a few words."""
    if value is None:
        return "None"
    if isinstance(value, float) and not math.isfinite(value):
        return f"the number {value}"
    return f"a value of type {type(value).__name__}"


def _fits(value: object, return_type: ReturnType) -> bool:
    match return_type:
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool) and _finite(value)
        case "multi_select":
            return isinstance(value, list) and all(
                isinstance(item, str) for item in cast(list[object], value)
            )
        case "select" | "text":
            return isinstance(value, str)


def _finite(number: int | float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number beyond the largest float
        return False


def _length(value: object) -> int:
    if isinstance(value, list):
        # An empty label costs something too.
        return sum(len(item) + 1 for item in cast(list[str], value))
    return len(value) if isinstance(value, str) else 0
