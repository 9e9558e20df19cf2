"""JSON as the tables keep it, and lists of values as SQL takes them."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

Body = Mapping[str, Any]
T = TypeVar("T")

LISTED = "(SELECT value FROM json_each(?))"
"""The values of a parameter that ``value_list`` made, as in ``id IN (…)``."""


def load(text: str) -> Body:
    """Read a JSON object of a column."""
    return cast(Body, json.loads(text))


def by_id(rows: Iterable[sqlite3.Row], made_of: Callable[[sqlite3.Row], T]) -> dict[str, T]:
    """What is made of rows, by their ids; of those of one id, of the first alone."""
    found: dict[str, T] = {}
    for row in rows:
        if row["id"] not in found:
            found[row["id"]] = made_of(row)
    return found


def value_list(values: Iterable[str]) -> str:
    """Some texts as one parameter, to be read with ``json_each``."""
    return json.dumps(list(values))


def know_casefold(conn: sqlite3.Connection) -> None:
    """Give SQL the function ``casefold``: its own ``lower`` knows the letters A to Z only."""
    conn.create_function("casefold", 1, _casefold, deterministic=True)


def _casefold(value: object) -> str | None:
    return None if value is None else str(value).casefold()
