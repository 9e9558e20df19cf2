"""Puts what exists on the server under test into requests, so that they mean something to it."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, cast

from oxloop_contract.contract import Json
from oxloop_contract.derive import ABSENT, UNIQUE

Choices = Mapping[str, Sequence[Any]]
"""See ``Values.body``."""


def way_of(path: str) -> tuple[str, ...]:
    """Return the properties on the way that a key of ``Choices`` names."""
    return tuple(path.lstrip("+*").split("."))


def put(
    body: Any,
    choices: Choices,
    required: Collection[str],
    count: Callable[[], int],
    *,
    leave: Sequence[str] = (),
    add: bool = True,
) -> None:
    """Change a body in place: each property that has choices gets one of them.

    Args:
        body: An object, or a list of them. The same one gets the same choices.
        choices: The choices.
        required: The properties that the body must have: they are put in if they are missing.
        count: Counts, for what must be new each time.
        leave: The way to a property that stays as it is.
        add: Whether to put in, beside what is left, what begins with its name: ``config_id`` may
            exclude ``config``.
    """
    bodies: list[Any] = body if isinstance(body, list) else [body]  # pyright: ignore[reportUnknownVariableType]
    chosen = {
        path: some
        for path, some in choices.items()
        if add or not any(path.lstrip("+").startswith(name) for name in leave)
    }
    for one in bodies:
        if isinstance(one, dict):
            _put(cast(Json, one), chosen, required, count, tuple(leave))


def _put(
    body: Json,
    choices: Choices,
    required: Collection[str],
    count: Callable[[], int],
    leave: tuple[str, ...],
) -> None:
    digest = hashlib.sha256(repr(sorted(body.items(), key=str)).encode()).digest()
    for number, (path, values) in enumerate(choices.items()):
        way = way_of(path)
        if leave and leave[: len(way)] == way:
            continue
        needed, in_turn = path.startswith("+"), path.startswith("*")
        for part in _at(body, way[:-1]):
            name = way[-1]
            if needed or name in part or (len(way) == 1 and name in required):
                index = count() if in_turn else digest[number % len(digest)]
                value = fresh(values[index % len(values)], count)
                if value == ABSENT:
                    part.pop(name, None)
                else:
                    part[name] = value


def _at(body: Json, way: Sequence[str]) -> Iterator[Json]:
    part: Any = body
    for step in way:
        part = cast(Json, part).get(step) if isinstance(part, dict) else None
    if isinstance(part, dict):
        yield cast(Json, part)


def fresh(value: Any, count: Callable[[], int]) -> Any:
    """Return a value with something in it that no other request has, where it asks for that."""
    if isinstance(value, str) and UNIQUE in value:
        return value.replace(UNIQUE, str(count()))
    return value
