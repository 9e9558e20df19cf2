"""How deep JSON may be nested: databases, clients and Python itself have limits of their own."""

from collections.abc import Iterable
from typing import cast

MAX_NESTING = 100


def is_too_deep(text: bytes, value: object) -> bool:
    """Whether JSON is nested more than ``MAX_NESTING`` levels deep.

    Args:
        text: As it was written; it tells quickly that most of it cannot be.
        value: What it was read as.
    """
    if text.count(b"[") + text.count(b"{") <= MAX_NESTING:
        return False
    level = [value]
    for _ in range(MAX_NESTING):
        level = [one for outer in level for one in _inside(outer) if isinstance(one, dict | list)]
        if not level:
            return False
    return True


def _inside(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return cast(dict[str, object], value).values()
    return cast(list[object], value) if isinstance(value, list) else ()
