"""Values derived from a schema: for each of its keywords one that keeps it and one that breaks it.

Each value is whole: the smallest that the schema allows, but for the one thing that it is about. A
bound is met exactly, and broken by one.
"""

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from attrs import evolve, frozen
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from oxloop_contract.contract import Json, escaped
from oxloop_contract.coverage.keywords import ODD, UNIONS, Schemas, types_of

Way = tuple[str | int, ...]

_FORMATS = {
    "uuid": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "date-time": "2026-01-15T09:30:00Z",
    "date": "2026-01-15",
    "binary": "query\nWhere?\n",
    "uri": "https://example.com/",
    "email": "ann@example.com",
}
# What is not text of any format or pattern that the specs have.
_OFF = ("\N{SNOWMAN}", "", "!", "a b", "a\nb")
_ABSENT = "\N{SNOWMAN}"
_COUNT = re.compile(r"\{(\d+),(\d+)\}")


@frozen
class Variant:
    """A value that is about one keyword.

    Attributes:
        keyword: The pointer to the keyword.
        keeps: Whether the value keeps it, or breaks it and nothing else.
        value: The whole value.
        way: Where in the value the keyword's own value is.
    """

    keyword: str
    keeps: bool
    value: Any
    way: Way = ()

    @property
    def own(self) -> Any:
        """The part of the value that the keyword is about."""
        found = self.value
        for step in self.way:
            try:
                found = found[step]
            except KeyError:
                # It was taken out.
                return None
        return found

    def inside(self, key: str | int, around: Any) -> "Variant":
        """Return the same one level further out.

        Args:
            key: The property or the index that the value gets.
            around: The object or the list that it gets there.
        """
        whole: Any = copy.copy(around)
        whole[key] = self.value
        return evolve(self, value=whole, way=(key, *self.way))


class Variants:
    """Derives values from the schemas of one spec.

    Args:
        schemas: The schemas.
    """

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def least(self, pointer: str) -> Any:
        """Return the smallest value that a schema allows: an object has what it must have."""
        pointer = self._schemas.resolve(pointer)
        schema: Json = self._schemas.at(pointer)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        for key in UNIONS:
            for branch in self._schemas.branches(pointer, key):
                value = self.least(branch)
                if self._schemas.valid(pointer, value):
                    return value
        for part in self._schemas.branches(pointer, "allOf"):
            return self.least(part)
        return self._least_of_type(pointer, schema)

    def _least_of_type(self, pointer: str, schema: Json) -> Any:
        types = types_of(schema)
        if "properties" in schema or types == frozenset({"object"}):
            return {
                name: self.least(f"{pointer}/properties{escaped(name)}")
                for name in schema.get("required", [])
            }
        if "string" in types:
            return _text(schema)
        if "array" in types:
            least = schema.get("minItems", 0)
            return [self.least(f"{pointer}/items") for _ in range(least)]
        if "integer" in types:
            low, high = schema.get("minimum", 0), schema.get("maximum", 0)
            return low if low > 0 else min(high, 0)
        return True if "boolean" in types else None

    def of(self, pointer: str, text: bool = False) -> Iterator[Variant]:
        """Derive values from a schema, several for a keyword with several choices.

        Args:
            pointer: The schema.
            text: Whether they are sent as text, as a query is.
        """
        seen: set[str] = set()
        for one in self._of(pointer, text, frozenset()):
            # A component stands in several places, and a server may be wrong in one of them.
            key = json.dumps([one.keyword, one.keeps, one.own, one.way], sort_keys=True)
            if key in seen or self._schemas.valid(pointer, one.value) != one.keeps:
                continue
            if (one.keyword, one.keeps) in self._schemas.met(pointer, one.value):
                seen.add(key)
                yield one

    def _of(self, pointer: str, text: bool, above: frozenset[str]) -> Iterator[Variant]:
        if pointer in above:
            return
        above |= {pointer}
        schema: Json = self._schemas.at(pointer)
        yield from self._own(pointer, schema, text)
        if "$ref" in schema:
            yield from self._of(schema["$ref"].removeprefix("#"), text, above)
        for key in ("allOf", *UNIONS):
            for branch in self._schemas.branches(pointer, key):
                yield from self._of(branch, text, above)
        if "properties" in schema or isinstance(schema.get("additionalProperties"), dict):
            yield from self._of_object(pointer, schema, text, above)
        if "items" in schema:
            yield from self._of_array(pointer, schema, text, above)

    def _of_object(
        self, pointer: str, schema: Json, text: bool, above: frozenset[str]
    ) -> Iterator[Variant]:
        least = self.least(pointer)
        for name in schema.get("properties", {}):
            for one in self._of(f"{pointer}/properties{escaped(name)}", text, above):
                yield one.inside(name, least)
        for number, name in enumerate(schema.get("required", [])):
            keyword = f"{pointer}/required/{number}"
            yield Variant(keyword, True, least)
            yield Variant(keyword, False, {k: v for k, v in least.items() if k != name}, (name,))
        further = schema.get("additionalProperties")
        if further is False:
            yield Variant(f"{pointer}/additionalProperties", True, least)
            yield Variant(f"{pointer}/additionalProperties", False, {**least, _ABSENT: 1})
        if isinstance(further, dict):
            for one in self._of(f"{pointer}/additionalProperties", text, above):
                yield one.inside("further", least)

    def _of_array(
        self, pointer: str, schema: Json, text: bool, above: frozenset[str]
    ) -> Iterator[Variant]:
        item = self.least(f"{pointer}/items")
        around = [item] * max(1, schema.get("minItems", 0))
        for one in self._of(f"{pointer}/items", text, above):
            yield one.inside(0, around)

    def _own(self, pointer: str, schema: Json, text: bool) -> Iterator[Variant]:
        for key in schema:
            keyword = f"{pointer}/{key}"
            if key == "type":
                yield from self._types(pointer, schema, text)
            elif key in UNIONS:
                yield Variant(keyword, True, self.least(pointer))
                for odd in ODD[:1] if text else ODD:
                    yield Variant(keyword, False, odd)
            elif key in ("enum", "const"):
                for one in schema["enum"] if key == "enum" else [schema["const"]]:
                    yield Variant(keyword, True, one)
                yield Variant(keyword, False, _ABSENT)
                if key == "enum" and isinstance(schema["enum"][0], str):
                    yield Variant(keyword, False, schema["enum"][0].upper())
            elif key in ("format", "pattern"):
                yield Variant(keyword, True, _text(schema))
                for edge, keeps in _edges(schema["pattern"]) if key == "pattern" else ():
                    yield Variant(keyword, keeps, edge)
                for off in _OFF:
                    if not self._schemas.valid(pointer, off, key):
                        yield Variant(keyword, False, off)
            else:
                item = self.least(f"{pointer}/items") if key in ("minItems", "maxItems") else None
                for bound, keeps in _bounds(key, schema, item):
                    yield Variant(keyword, keeps, bound)

    def _types(self, pointer: str, schema: Json, text: bool) -> Iterator[Variant]:
        keyword = f"{pointer}/type"
        types = types_of(schema)
        for one in sorted(types):
            if not text or one != "null":
                yield Variant(keyword, True, self._of_type(pointer, schema, one))
        if self._schemas.breakable(pointer, "type", text):
            # One of each other type: a server may take a number for a text.
            for odd in ODD[:1] if text else ODD:
                yield Variant(keyword, False, odd)

    def _of_type(self, pointer: str, schema: Json, kind: str) -> Any:
        if kind == "null":
            return None
        if kind == "boolean":
            return True
        if kind == "number":
            return cast(float, schema.get("minimum", 0)) + 0.5
        return self._least_of_type(pointer, {**schema, "type": kind})


def _text(schema: Json) -> str:
    if "enum" in schema:
        return str(schema["enum"][0])
    least: int = schema.get("minLength", 0)
    plain = "a" * max(1, least)
    if "pattern" in schema:
        fits = re.search(schema["pattern"], plain)
        return plain if fits else _matching(schema["pattern"])
    if "format" in schema:
        return _FORMATS[schema["format"]]
    return plain


@cache
def _matching(pattern: str, but: str = "(?!)") -> str:
    """Return a text that one pattern takes and another does not: the same each time."""
    how = settings(
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    texts = st.from_regex(pattern, fullmatch=True)
    found: str = find(texts, lambda text: not re.search(but, text), settings=how)
    return found


def _edges(pattern: str) -> Iterator[tuple[str, bool]]:
    """Yield texts as short and as long as a pattern's counts allow, and one sign beyond."""
    for count in _COUNT.finditer(pattern):
        low, high = int(count[1]), int(count[2])

        def having(times: str, count: re.Match[str] = count) -> str:
            return f"{pattern[: count.start()]}{{{times}}}{pattern[count.end() :]}"

        # Another part of the pattern may take what this count does not.
        yield _matching(having(str(high)), having(f"{low},{high - 1}")), True
        yield _matching(having(str(high + 1)), pattern), False
        if low:
            yield _matching(having(str(low)), having(f"{low + 1},{high}")), True
            yield _matching(having(str(low - 1)), pattern), False


def _bounds(key: str, schema: Json, item: Any) -> Iterator[tuple[Any, bool]]:
    bound = schema[key]
    step: float = 1 if "integer" in types_of(schema) and "number" not in types_of(schema) else 0.5
    match key:
        case "minLength":
            yield "a" * bound, True
            yield "a" * (bound - 1), False
        case "maxLength":
            yield "a" * bound, True
            yield "a" * (bound + 1), False
        case "minimum":
            yield bound, True
            yield bound - step, False
        case "maximum":
            yield bound, True
            yield bound + step, False
        case "exclusiveMinimum":
            yield bound + step, True
            yield bound, False
        case "exclusiveMaximum":
            yield bound - step, True
            yield bound, False
        case "minItems":
            yield [item] * bound, True
            yield [item] * (bound - 1), False
        case "maxItems":
            yield [item] * bound, True
            yield [item] * (bound + 1), False
        case _:
            return
