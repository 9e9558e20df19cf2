"""The keywords of a JSON Schema by JSON pointer: which there are, and which a value meets.

A keyword is met where it has something to say of a value: ``minLength`` of a text, ``required`` of
an object. Of the branches of a union those are looked at that the value fits, or else those that
it is meant for: of its type, and with its tag.
"""

from collections.abc import Iterator
from typing import Any, cast

import jsonschema_rs

from oxloop_contract.contract import Json, escaped

TEXTS = frozenset({"format", "pattern", "minLength", "maxLength"})
NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
ARRAYS = frozenset({"minItems", "maxItems", "uniqueItems"})
OBJECTS = frozenset({"minProperties", "maxProperties"})
LEAVES = TEXTS | NUMBERS | ARRAYS | OBJECTS | {"type", "enum", "const"}
UNIONS = ("anyOf", "oneOf")
TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
ODD: tuple[Any, ...] = ("\N{SNOWMAN}", {"\N{SNOWMAN}": 1}, [[]], 0.5, True, None)
"""One value of each type, the text first, that hardly any rule allows."""

_PARTS = {"$ref", "properties", "items", "additionalProperties", "required", "allOf", *UNIONS}
_NOTES = {"default", "deprecated", "description", "discriminator", "example", "examples", "title"}
# The one format that says what a value is, and is no rule that a value could break.
_BYTES = "binary"


def types_of(schema: Json) -> frozenset[str]:
    """Return the types that a schema's own ``type`` allows."""
    said: str | list[str] | None = schema.get("type")
    if said is None:
        return TYPES
    named = frozenset([said] if isinstance(said, str) else said)
    return named | {"integer"} if "number" in named else named


def own_keywords(schema: Json) -> list[str]:
    """Return a schema's own rules, without those of its parts, as ends of their pointers."""
    found = [key for key in schema if key in LEAVES or key in UNIONS]
    if schema.get("format") == _BYTES:
        found.remove("format")
    if schema.get("additionalProperties") is False:
        found.append("additionalProperties")
    return found + [f"required/{index}" for index, _ in enumerate(schema.get("required", []))]


class Schemas:
    """The schemas of one spec.

    Args:
        document: The spec.
    """

    def __init__(self, document: Json) -> None:
        self._document = document
        self._validators: dict[tuple[str, str | None], jsonschema_rs.Draft202012Validator] = {}

    def at(self, pointer: str) -> Any:
        """Return what a JSON pointer names."""
        found: Any = self._document
        for part in pointer.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            found = found[int(key) if isinstance(found, list) else key]
        return found

    def resolve(self, pointer: str) -> str:
        """Follow a schema's ``$ref``, as far as it goes."""
        while "$ref" in (node := self.at(pointer)):
            pointer = node["$ref"].removeprefix("#")
        return pointer

    def valid(self, pointer: str, value: Any, keyword: str | None = None) -> bool:
        """Say whether a value keeps a schema, or one keyword of it."""
        key = (pointer, keyword)
        if key not in self._validators:
            schema: Json = self.at(pointer)
            if keyword is not None:
                schema = {keyword: schema[keyword]}
            whole = {**schema, "components": self._document.get("components", {})}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._validators[key].is_valid(value)

    def breakable(self, pointer: str, key: str, text: bool = False) -> bool:
        """Say whether a value can break a keyword.

        Args:
            pointer: The schema.
            key: The keyword.
            text: Whether what is sent is text: a query or a form has nothing else, and where
                text is welcome, all is.
        """
        if key not in ("type", *UNIONS):
            return True
        if text and key == "type" and types_of(self.at(pointer)) & {"array", "object"}:
            # One text is a list of one, and a form is an object whatever is in it.
            return False
        return any(not self.valid(pointer, one, key) for one in (ODD[:1] if text else ODD))

    def keywords(self, pointer: str) -> list[tuple[str, str]]:
        """Say where the keywords are that a value can meet, each once.

        Args:
            pointer: The schema.

        Returns:
            The schema that each stands in, and the keyword.

        Raises:
            ValueError: A schema has a keyword that these counters do not know.
        """
        found: list[tuple[str, str]] = []
        seen: set[str] = set()
        waiting = [pointer]
        while waiting:
            here = waiting.pop(0)
            if here in seen:
                continue
            seen.add(here)
            schema: Json = self.at(here)
            unknown = {key for key in schema if not key.startswith("x-")}
            unknown -= LEAVES | _PARTS | _NOTES
            if unknown:
                raise ValueError(f"{here}: the counters do not know {', '.join(sorted(unknown))}")
            found += [(here, key) for key in own_keywords(schema)]
            waiting += self.parts(here)
        return found

    def parts(self, pointer: str) -> list[str]:
        """Return the schemas inside one, and the one that it refers to."""
        schema: Json = self.at(pointer)
        found: list[str] = []
        if "$ref" in schema:
            found.append(schema["$ref"].removeprefix("#"))
        found += [f"{pointer}/properties{escaped(name)}" for name in schema.get("properties", {})]
        found += [
            f"{pointer}/{key}"
            for key in ("items", "additionalProperties")
            # A list that may hold nothing has no items to speak of.
            if isinstance(schema.get(key), dict) and (key, schema.get("maxItems")) != ("items", 0)
        ]
        for key in ("allOf", *UNIONS):
            found += self.branches(pointer, key)
        return found

    def branches(self, pointer: str, key: str) -> list[str]:
        """Return the branches of a schema's union."""
        return [
            f"{pointer}/{key}/{number}" for number, _ in enumerate(self.at(pointer).get(key, []))
        ]

    def met(self, pointer: str, value: Any, most: int | None = None) -> Iterator[tuple[str, bool]]:
        """Say which keywords a value meets, and whether each holds.

        Args:
            pointer: The schema.
            value: The value.
            most: How many items of each list are looked at; all by default.
        """
        schema: Json = self.at(pointer)
        for key in own_keywords(schema):
            holds = self._holds(pointer, schema, key, value)
            if holds is not None:
                yield f"{pointer}/{key}", holds
        if "$ref" in schema:
            yield from self.met(schema["$ref"].removeprefix("#"), value, most)
        for part in self.branches(pointer, "allOf"):
            yield from self.met(part, value, most)
        for key in UNIONS:
            for branch in self._meant(self.branches(pointer, key), value):
                yield from self.met(branch, value, most)
        if isinstance(value, dict):
            yield from self._met_inside(pointer, schema, cast(Json, value), most)
        if isinstance(value, list) and "items" in schema:
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
            for one in items[:most]:
                yield from self.met(f"{pointer}/items", one, most)

    def _met_inside(
        self, pointer: str, schema: Json, value: Json, most: int | None
    ) -> Iterator[tuple[str, bool]]:
        for name, one in value.items():
            if name in schema.get("properties", {}):
                yield from self.met(f"{pointer}/properties{escaped(name)}", one, most)
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from self.met(f"{pointer}/additionalProperties", one, most)

    def _holds(self, pointer: str, schema: Json, key: str, value: Any) -> bool | None:
        # None: the keyword has nothing to say of this value.
        if key.startswith("required/") or key in OBJECTS or key == "additionalProperties":
            if not isinstance(value, dict):
                return None
            if key == "additionalProperties":
                known: Json = schema.get("properties", {})
                return known.keys() >= cast(Json, value).keys()
            if key not in OBJECTS:
                name: str = schema["required"][int(key.partition("/")[2])]
                return name in value
        if key in TEXTS and not isinstance(value, str):
            return None
        if key in ARRAYS and not isinstance(value, list):
            return None
        if key in NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
            return None
        holds: bool = self.valid(pointer, value, key)
        return holds

    def _meant(self, branches: list[str], value: Any) -> list[str]:
        fitting = [branch for branch in branches if self.valid(branch, value)]
        if fitting:
            return fitting
        typed = [branch for branch in branches if self._typed(branch, value)]
        tags = [self._tags(branch) for branch in typed]
        # Tags tell branches apart only where each has one.
        if isinstance(value, dict) and all(tags):
            whole = cast(Json, value)
            tagged = [
                branch
                for branch, tag in zip(typed, tags, strict=True)
                if all(self.valid(at, whole[name]) for name, at in tag if name in whole)
            ]
            typed = tagged or typed
        return typed or branches

    def _typed(self, pointer: str, value: Any) -> bool:
        pointer = self.resolve(pointer)
        schema: Json = self.at(pointer)
        for key in UNIONS:
            if key in schema:
                return any(self._typed(branch, value) for branch in self.branches(pointer, key))
        return "type" not in schema or self.valid(pointer, value, "type")

    def _tags(self, pointer: str) -> list[tuple[str, str]]:
        pointer = self.resolve(pointer)
        found: list[tuple[str, str]] = []
        for name in self.at(pointer).get("properties", {}):
            tag = self.resolve(f"{pointer}/properties{escaped(name)}")
            schema: Json = self.at(tag)
            if "const" in schema or len(schema.get("enum", ())) == 1:
                found.append((name, tag))
        return found
