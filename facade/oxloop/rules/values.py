"""How a row's values read as text in a prompt."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID

from oxloop.rules.errors import RuleError


def to_text(value: object) -> str:
    """Write one value as it reads in a prompt.

    Null is empty text, booleans are ``true`` and ``false``, dates, times and durations ISO 8601,
    decimals keep their digits, floats are as short as they can be, a struct or list is JSON.

    Args:
        value: A Python value, as a table library hands it out.

    Raises:
        RuleError: If the value is binary or of a type that no table column has.
    """
    if value is None:
        return ""
    if isinstance(value, Mapping | list | tuple):
        return _to_json(cast(object, value))
    return _scalar(value)


def reach(row: Mapping[str, object], path: Sequence[str]) -> object:
    """Follow a path from a row into its structs; a null on the way is the answer.

    Args:
        row: Values by column.
        path: A column's name, then the names of fields.

    Raises:
        RuleError: If a name is not there, or the path enters something that is no struct.
    """
    value: object = row
    for depth, name in enumerate(path):
        if value is None:
            return None
        fields = _fields(value)
        if fields is None:
            raise RuleError(
                f'"{".".join(path)}" reaches into "{".".join(path[:depth])}", '
                f"which holds {_kind(value)} and has no fields."
            )
        if name not in fields:
            where = f'"{".".join(path[:depth])}" has no field' if depth else "There is no"
            raise RuleError(f'{where} "{name}"; there are: {_listed(fields)}.')
        value = fields[name]
    return value


def _fields(value: object) -> Mapping[str, object] | None:
    return cast(Mapping[str, object], value) if isinstance(value, Mapping) else None


def _scalar(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | UUID():
            return str(value)
        case float():
            return repr(float(value))
        case Decimal():
            return f"{value:f}"
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return _duration(value)
        case bytes() | bytearray() | memoryview():
            raise RuleError("a binary value cannot stand in a prompt; leave its column out.")
        case _:
            raise RuleError(f"a value of type {_kind(value)} cannot stand in a prompt.")


def _duration(value: timedelta) -> str:
    sign = "-" if value < timedelta(0) else ""
    seconds, microseconds = divmod(abs(value) // timedelta(microseconds=1), 1_000_000)
    fraction = f".{microseconds:06d}".rstrip("0") if microseconds else ""
    return f"{sign}PT{seconds}{fraction}S"


def _to_json(value: object) -> str:
    # The standard encoder knows neither decimals nor dates, and writes NaN, which is not JSON.
    match value:
        case None:
            return "null"
        case bool() | int():
            return _scalar(value)
        case float() | Decimal():
            return _scalar(value) if math.isfinite(value) else "null"
        case Mapping():
            pairs = cast(Mapping[object, object], value).items()
            return "{" + ", ".join(f"{_quoted(key)}: {_to_json(item)}" for key, item in pairs) + "}"
        case list() | tuple():
            items = cast(Sequence[object], value)
            return "[" + ", ".join(_to_json(item) for item in items) + "]"
        case _:
            return _quoted(value)


def _quoted(value: object) -> str:
    return json.dumps(_scalar(value), ensure_ascii=False)


def _kind(value: object) -> str:
    return "text" if isinstance(value, str) else type(value).__name__


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(f'"{name}"' for name in names) or "none"
