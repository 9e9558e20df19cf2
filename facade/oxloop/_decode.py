"""From an answer's body to values that can be trusted; what is wrong is named by its field."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, cast
from uuid import UUID

if TYPE_CHECKING:
    from oxloop_api.humanloop.types import Unset as HumanloopUnset
    from oxloop_api.oxen.types import Unset as OxenUnset

    Unset = OxenUnset | HumanloopUnset

T = TypeVar("T")

_WORDS: Final = (Enum, UUID)
"""What is text on the wire, and more than that in a generated model."""


class ShapeError(ValueError):
    """A part of an answer is not what the API promises.

    Args:
        field: The part, as a dotted path.
        problem: What is wrong with it.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f'the field "{field}" {problem}')
        self.field = field


def strict_json(body: bytes) -> object:
    """Parse a body as JSON, and nothing that merely looks like it.

    Raises:
        ValueError: If it is not UTF-8 or not JSON; the text says what it is instead.
    """
    if not body.strip():
        raise ValueError("it is empty")
    if body.lstrip()[:1] == b"<":
        raise ValueError("it is an HTML page, not JSON; perhaps a proxy or a login page answered")
    try:
        return _JSON.decode(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not JSON: {error}") from error


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} stands where a number should")


_JSON: Final = json.JSONDecoder(parse_constant=_refuse_constant)
"""Made once: ``json.loads`` makes one for each body if it is given an option."""


def known(value: "T | Unset | None") -> T | None:
    """Return a generated model's value; None for what the answer left out."""
    return None if type(value).__name__ == "Unset" else cast("T | None", value)


def part(value: "T | Unset | None", field: str) -> T:
    """Return a part that has to be there.

    Raises:
        ShapeError: If it is missing or null.
    """
    found = known(value)
    if found is None:
        raise ShapeError(field, "is missing")
    return found


def text(value: object, field: str) -> str:
    """Return a text that has to be there."""
    return _of(str, part(value, field), field, "text")


def maybe_text(value: object, field: str) -> str | None:
    """Return a text, or None; an id or a word of a list counts as text."""
    value = known(value)
    if isinstance(value, _WORDS):
        value = str(value)
    return None if value is None else _of(str, value, field, "text")


def maybe_integer(value: object, field: str) -> int | None:
    """Return a whole number, or None."""
    value = known(value)
    if isinstance(value, bool):
        raise ShapeError(field, f"is {value!r}, not a whole number")
    return None if value is None else _of(int, value, field, "a whole number")


def integer(value: object, field: str) -> int:
    """Return a whole number that has to be there."""
    return part(maybe_integer(value, field), field)


def maybe_number(value: object, field: str) -> float | None:
    """Return a number, or None; one that is written as text is read."""
    value = known(value)
    if value is None:
        return None
    try:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return float(value)
    except ValueError:
        pass
    raise ShapeError(field, f"is {shown(value)}, not a number")


def maybe_moment(value: object, field: str) -> datetime | None:
    """Return a moment, or None."""
    value = known(value)
    return None if value is None else _of(datetime, value, field, "a date and time")


def moment(value: object, field: str) -> datetime:
    """Return a moment that has to be there."""
    return part(maybe_moment(value, field), field)


def extras(model: object) -> Mapping[str, Any]:
    """Return the fields of an answer that the API does not document."""
    return dict(cast("dict[str, Any]", getattr(model, "additional_properties", {})))


def _of(kind: type[T], value: object, field: str, what: str) -> T:
    if not isinstance(value, kind):
        raise ShapeError(field, f"is {shown(value)}, not {what}")
    return value


def shown(value: object) -> str:
    """Return a value as an error shows it, shortened if it is long."""
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
