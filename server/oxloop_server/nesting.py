"""How deep JSON may be nested: databases, clients and Python itself have limits of their own."""

from itertools import chain
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
    for left in reversed(range(MAX_NESTING)):
        lists = cast(list[list[object]], [one for one in level if type(one) is list])
        objects = cast(list[dict[str, object]], [one for one in level if type(one) is dict])
        values = chain.from_iterable(one.values() for one in objects)
        inside = chain(chain.from_iterable(lists), values)
        # There may be millions of empty ones on a level, behind which only the last level can be.
        level = [one for one in inside if type(one) in (list, dict) and (one or not left)]
        if not level:
            return False
    return True
