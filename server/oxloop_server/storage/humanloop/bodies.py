"""JSON as the tables keep it, and lists of values as SQL takes them."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, cast

from oxloop_server import compact_json

Body = Mapping[str, Any]

LISTED = "(SELECT value FROM json_each(?))"
"""The values of a parameter that ``value_list`` made, as in ``id IN (…)``."""


def dump(value: object) -> str:
    """Write JSON for a column. Letters stay letters, so that SQL can search in them."""
    return compact_json.to_text(value)


def load(text: str) -> Body:
    """Read a JSON object of a column."""
    return cast(Body, json.loads(text))


def value_list(values: Iterable[str]) -> str:
    """Some texts as one parameter, to be read with ``json_each``."""
    return json.dumps(list(values))


def know_casefold(conn: sqlite3.Connection) -> None:
    """Give SQL the function ``casefold``: its own ``lower`` knows the letters A to Z only."""
    conn.create_function("casefold", 1, _casefold, deterministic=True)


def _casefold(value: object) -> str | None:
    return None if value is None else str(value).casefold()
