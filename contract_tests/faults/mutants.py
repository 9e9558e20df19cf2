"""Schemas that differ from a schema in one keyword: dropped, widened or tightened by one."""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

from attrs import evolve, frozen

Json = dict[str, Any]
Kind = Literal["dropped", "widened", "tightened"]

DEPTH = 7
_LOWER = ("minimum", "minLength", "minItems")
_UPPER = ("maximum", "maxLength", "maxItems")
_TIMES = re.compile(r"\{(\d+),(\d+)\}")


@frozen
class Mutant:
    """A schema with one change.

    Attributes:
        where: The way to the schema that was changed, by properties and keywords; empty: itself.
        kind: What was done to the keyword.
        what: The keyword, and what of it.
        schema: The whole schema with the change in it.
    """

    where: tuple[str, ...]
    kind: Kind
    what: str
    schema: Json


def mutants(schema: Json, resolve: Callable[[Json], Json], depth: int = DEPTH) -> Iterator[Mutant]:
    """Yield every mutant of a schema, in a fixed order.

    Args:
        schema: The schema.
        resolve: Follows a ``$ref``. What was followed stands in the mutant in its place, so that
            the change is at this place alone.
        depth: How many schemas inside schemas to go into; some refer to themselves.
    """
    if not depth or not schema:
        return
    node = resolve(schema)
    for kind, what, changed in _own(node):
        yield Mutant((), kind, what, changed)
    for way, inner, put in _inner(node):
        for one in mutants(inner, resolve, depth - 1):
            yield evolve(one, where=(*way, *one.where), schema=put(one.schema))


def _inner(node: Json) -> Iterator[tuple[tuple[str, ...], Json, Callable[[Json], Json]]]:
    def put(keyword: str, key: Any) -> Callable[[Json], Json]:
        def work(inner: Json) -> Json:
            changed = copy.copy(node[keyword])
            changed[key] = inner
            return {**node, keyword: changed}

        return work

    def whole(keyword: str) -> Callable[[Json], Json]:
        return lambda inner: {**node, keyword: inner}

    for name, inner in node.get("properties", {}).items():
        yield (name,), inner, put("properties", name)
    for keyword in ("items", "additionalProperties"):
        if isinstance(node.get(keyword), dict):
            yield ("*",), node[keyword], whole(keyword)
    for keyword in ("anyOf", "oneOf", "allOf"):
        for number, inner in enumerate(node.get(keyword, ())):
            if inner != {"type": "null"}:
                yield (f"{keyword}/{number}",), inner, put(keyword, number)


def _own(node: Json) -> Iterator[tuple[Kind, str, Json]]:
    def without(keyword: str) -> Json:
        return {name: value for name, value in node.items() if name != keyword}

    def having(keyword: str, value: Any) -> Json:
        return {**node, keyword: value}

    for keyword, value in node.items():
        match keyword:
            case "const" | "format":
                yield "dropped", keyword, without(keyword)
            case "type":
                yield "dropped", keyword, without(keyword)
                yield from _types(value, having)
            case "enum":
                yield "dropped", keyword, without(keyword)
                near = str(value[0]).upper()
                yield "widened", f"{keyword} by {near}", having(keyword, [*value, near])
                for word in value if len(value) > 1 else ():
                    rest = [one for one in value if one != word]
                    yield "tightened", f"{keyword} without {word}", having(keyword, rest)
            case "pattern":
                yield "dropped", keyword, without(keyword)
                yield from _patterns(value, having)
            case "required":
                yield from _required(node, value, having)
            case "anyOf" | "oneOf":
                yield "dropped", keyword, without(keyword)
                for number, member in enumerate(value):
                    rest = [one for place, one in enumerate(value) if place != number]
                    name = "null" if member == {"type": "null"} else str(number)
                    yield "tightened", f"{keyword} without {name}", having(keyword, rest)
            case "additionalProperties":
                if value is False:
                    yield "dropped", keyword, without(keyword)
            case "minimum" | "minLength" | "minItems" | "maximum" | "maxLength" | "maxItems":
                yield from _bounds(keyword, value, without, having)
            case _:
                pass


def _bounds(
    keyword: str, value: int, without: Callable[[str], Json], having: Callable[[str, Any], Json]
) -> Iterator[tuple[Kind, str, Json]]:
    outward = -1 if keyword in _LOWER else 1
    yield "dropped", keyword, without(keyword)
    # No text and no list is shorter than 0: from 1 that is the keyword dropped.
    if keyword == "minimum" or value + outward > 0:
        yield "widened", f"{keyword} {value + outward}", having(keyword, value + outward)
    yield "tightened", f"{keyword} {value - outward}", having(keyword, value - outward)


def _types(
    value: str | list[str], having: Callable[[str, Any], Json]
) -> Iterator[tuple[Kind, str, Json]]:
    names = [value] if isinstance(value, str) else value
    if "null" not in names:
        yield "widened", "type by null", having("type", [*names, "null"])
    for name in names if len(names) > 1 else ():
        yield (
            "tightened",
            f"type without {name}",
            having("type", [one for one in names if one != name]),
        )


def _patterns(value: str, having: Callable[[str, Any], Json]) -> Iterator[tuple[Kind, str, Json]]:
    found = _TIMES.search(value)
    if found is None:
        return
    low, high = int(found[1]), int(found[2])

    def times(least: int, most: int) -> tuple[str, Json]:
        pattern = _TIMES.sub(f"{{{least},{most}}}", value, count=1)
        return f"pattern {{{least},{most}}}", having("pattern", pattern)

    yield "widened", *times(low, high + 1)
    yield "tightened", *times(low, high - 1)
    if low:
        yield "widened", *times(low - 1, high)
        yield "tightened", *times(low + 1, high)


def _required(
    node: Json, value: list[str], having: Callable[[str, Any], Json]
) -> Iterator[tuple[Kind, str, Json]]:
    for name in value:
        rest = [one for one in value if one != name]
        yield "dropped", f"required {name}", having("required", rest)
    for name in node.get("properties", {}):
        if name not in value:
            yield "tightened", f"required {name} too", having("required", [*value, name])
