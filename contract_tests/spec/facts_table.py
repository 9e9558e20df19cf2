"""The table of facts in ``facts/``, the same table drawn from a spec, and where they differ.

A table is flat: a place, such as ``EvaluationResponse.config`` or ``list_logs query page``, and
what is said there by aspect: type (with format, bounds and enum), required, nullable, default.
``facts/README.md`` tells the notation.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from attrs import evolve, frozen
from spec_map import Operation, operations, parameters, resolve, target
from spec_source import Pointer, Source, is_list, is_mapping

FACTS = Path(__file__).parent / "facts"
NOTHING = "nothing"
"""Stands where one side has no such place at all, and for a response without a body."""

UNKNOWN = "unknown"
"""Stands for the type of what a source names without telling it."""

_BOUNDS = (("minLength", "maxLength"), ("minimum", "maximum"), ("minItems", "maxItems"))


@frozen
class Fact:
    """What is said of one place.

    Args:
        type: The type in the notation of the table.
        required: Whether it must be there.
        nullable: Whether it may be null.
        default: The default as JSON, or nothing.
    """

    type: str
    required: bool = False
    nullable: bool = False
    default: str = NOTHING


@frozen
class Difference:
    """One aspect of one place in which a spec is not what the facts say."""

    place: str
    aspect: str
    said: str
    found: str


Table = Mapping[str, Fact]


def differences(facts: Table, spec: Table) -> list[Difference]:
    """Every aspect of every place in which the two differ."""
    result: list[Difference] = []
    for place in sorted({*facts, *spec}):
        said, found = facts.get(place), spec.get(place)
        if said is None or found is None:
            whole = [NOTHING if one is None else write(one) for one in (said, found)]
            result.append(Difference(place, "whole", *whole))
            continue
        for aspect in ("type", "required", "nullable", "default"):
            untold = aspect == "type" and said.type == UNKNOWN
            if not untold and getattr(said, aspect) != getattr(found, aspect):
                one, other = (_text(getattr(fact, aspect)) for fact in (said, found))
                result.append(Difference(place, aspect, one, other))
    return result


def read_facts(api: str) -> Table:
    """The table of one API as ``facts/<api>.yaml`` has it."""
    document: Any = yaml.safe_load((FACTS / f"{api}.yaml").read_text(encoding="utf-8"))
    return dict(_said(document))


def parse(text: str) -> Fact:
    """A fact as the file writes it: type, ``required``, ``null``, and ``= default``."""
    words, _, default = text.partition(" = ")
    result = Fact("", default=default or NOTHING)
    while found := re.fullmatch(r"(.*) (required|null)", words):
        words = found[1]
        null = found[2] == "null"
        result = evolve(result, nullable=True) if null else evolve(result, required=True)
    return evolve(result, type=words)


def write(fact: Fact) -> str:
    """A fact in the notation of the file."""
    return (
        f"{fact.type}{' required' * fact.required}{' null' * fact.nullable}"
        f"{'' if fact.default == NOTHING else f' = {fact.default}'}"
    )


def read_spec(source: Source, api: str) -> Table:
    """The table of one API as its published spec has it, in upstream's names."""
    document: Any = yaml.safe_load((FACTS / f"{api}.yaml").read_text(encoding="utf-8"))
    return dict(_Drawing(source, document).facts())


def _text(value: bool | str) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _said(document: dict[str, Any]) -> Iterator[tuple[str, Fact]]:
    for name, operation in document["operations"].items():
        yield f"{name} at", Fact(operation["at"])
        yield f"{name} deprecated", Fact(_text(operation.get("deprecated", False)))
        for parameter, text in operation.get("parameters", {}).items():
            yield f"{name} {parameter}", parse(text)
        if "request" in operation:
            yield f"{name} request", parse(operation["request"])
        for status, text in operation["responses"].items():
            yield f"{name} {status}", Fact(text)
    for name, schema in document["schemas"].items():
        if is_mapping(schema):
            yield f"{name} closed", Fact(_text(name in document["closed"]))
            for key, text in schema.items():
                yield f"{name}.{key}", parse(text)
        else:
            yield name, parse(schema)


@frozen
class _Drawing:
    """Draws the table of a spec.

    Args:
        source: The spec.
        document: The facts, for upstream's names of components.
    """

    source: Source
    document: dict[str, Any]

    def facts(self) -> Iterator[tuple[str, Fact]]:
        for operation in operations(self.source):
            yield from self._operation(operation)
        for component in self.source.root["components"]["schemas"]:
            name = self._upstream(component)
            if name in self.document["schemas"]:
                yield from self._component(name, ("components", "schemas", component))

    def _operation(self, operation: Operation) -> Iterator[tuple[str, Fact]]:
        pointer, value = operation.pointer, operation.value
        name = value["operationId"]
        _, path, method = pointer
        path = self.source.at(pointer[:-1]).get("x-upstream-path", path)
        yield f"{name} at", Fact(f"{method.upper()} {path}")
        yield f"{name} deprecated", Fact(_text(value.get("deprecated", False)))
        for where, one in parameters(self.source, operation):
            fact = evolve(self.fact((*where, "schema")), required=bool(one.get("required")))
            yield f"{name} {one['in']} {one['name']}", fact
        if "requestBody" in value:
            body = self._body((*pointer, "requestBody"))
            required = bool(value["requestBody"].get("required"))
            yield f"{name} request", evolve(body, required=required)
        for status in value["responses"]:
            yield f"{name} {status}", self._body((*pointer, "responses", status))

    def _body(self, pointer: Pointer) -> Fact:
        pointer, holder = resolve(self.source, pointer)
        for media_type in holder.get("content", {}):
            return self.fact((*pointer, "content", media_type, "schema"))
        return Fact(NOTHING)

    def _component(self, name: str, pointer: Pointer) -> Iterator[tuple[str, Fact]]:
        if not is_mapping(self.document["schemas"][name]):
            yield name, self.fact(pointer)
            return
        objects = list(self._objects(pointer))
        required = {key for one in objects for key in self.source.at(one).get("required", [])}
        closed = any(self.source.at(one).get("additionalProperties") is False for one in objects)
        yield f"{name} closed", Fact(_text(closed))
        found: dict[str, Fact] = {}
        for one in objects:
            for key in self.source.at(one).get("properties", {}):
                fact = self.fact((*one, "properties", key))
                found[f"{name}.{key}"] = evolve(fact, required=key in required)
        yield from found.items()

    def _objects(self, pointer: Pointer) -> Iterator[Pointer]:
        """An object and those that its ``allOf`` puts into it."""
        pointer, schema = resolve(self.source, pointer)
        yield pointer
        for position in range(len(schema.get("allOf", []))):
            yield from self._objects((*pointer, "allOf", str(position)))

    def fact(self, pointer: Pointer) -> Fact:
        """What the schema at a pointer says, but for whether it is required."""
        words = sorted(self._words(pointer))
        nullable = "null" in words
        default = next(self._defaults(pointer), NOTHING)
        text = " | ".join(dict.fromkeys(word for word in words if word != "null"))
        return Fact(text, nullable=nullable, default=default)

    def _defaults(self, pointer: Pointer) -> Iterator[str]:
        schema = self.source.at(pointer)
        if "default" in schema:
            yield json.dumps(schema["default"])
        for keyword in ("anyOf", "oneOf"):
            for position in range(len(schema.get(keyword, []))):
                yield from self._defaults((*pointer, keyword, str(position)))

    def _words(self, pointer: Pointer) -> Iterator[str]:
        """The members of a type: itself, or those of a union, also of an enumeration."""
        schema = self.source.at(pointer)
        if "$ref" in schema:
            yield from self._reference(schema["$ref"])
        elif "const" in schema or "enum" in schema:
            yield from (json.dumps(word) for word in schema.get("enum", [schema.get("const")]))
        elif "anyOf" in schema or "oneOf" in schema:
            keyword = "anyOf" if "anyOf" in schema else "oneOf"
            for position in range(len(schema[keyword])):
                yield from self._words((*pointer, keyword, str(position)))
        else:
            types = schema.get("type", "any")
            for word in types if is_list(types) else [types]:
                yield self._plain(word, schema, pointer)

    def _reference(self, reference: str) -> Iterator[str]:
        """A component by upstream's name; what upstream has no name for is written out."""
        pointer = target(reference)
        name = self._upstream(pointer[-1])
        if name in self.document["schemas"] or "properties" in self.source.at(pointer):
            yield name
        else:
            yield from self._words(pointer)

    def _plain(self, word: str, schema: dict[str, Any], pointer: Pointer) -> str:
        if word == "array":
            return f"[{write(self.fact((*pointer, 'items')))}]"
        values = schema.get("additionalProperties")
        if word == "object" and is_mapping(values):
            return f"{{{write(self.fact((*pointer, 'additionalProperties')))}}}"
        if word == "null":
            return word
        form = f"({schema['format']})" if "format" in schema else ""
        bounds = [
            f"[{schema.get(low, '')}..{schema.get(high, '')}]"
            for low, high in _BOUNDS
            if low in schema or high in schema
        ]
        return f"{word}{form}{''.join(bounds)}"

    def _upstream(self, component: str) -> str:
        names = self.document["names"]
        return next((name for name, ours in names.items() if ours == component), component)
