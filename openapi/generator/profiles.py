"""The two profiles of a spec: what upstream promises, and what the local service promises.

The published profile is the spec without ``x-local``. The local profile is derived from it: in
responses every property is there and not null unless its ``x-local`` says otherwise, bounds of
``x-local`` hold, and the further statuses of the API's one list are added.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import frozen
from spec_examples import example_faults
from spec_links import link_faults
from spec_local import BOUNDS, applies, is_null, local_faults
from spec_map import (
    Operation,
    Side,
    SpecMap,
    draw,
    local,
    local_properties,
    local_statuses,
    operations,
    target,
)
from spec_rules import extension_faults, multi_segment_faults, operation_faults, union_faults
from spec_source import Pointer, Source, SpecError, is_list, is_mapping, read, walk
from spec_structure import check_structure, sense_faults

RESPONSE_SUFFIX = ".response"
"""Ends the name of a component's copy for responses, where requests use the component too."""

_SHOWN = ("example", "examples")


@frozen
class Profiles:
    """Both profiles of one spec, each a whole OpenAPI document of plain values."""

    published: dict[str, Any]
    local: dict[str, Any]


def derive(path: Path, name: str) -> Profiles:
    """Read a spec, check it, and derive its profiles.

    Args:
        path: The YAML file.
        name: How messages call it, ``openapi/oxen.yaml``.

    Raises:
        SpecError: What is wrong, each fault by file and line.
    """
    source = read(path, name)
    check_structure(source)
    spec = draw(source)
    published = _without_local(source.root)
    faults = [
        *extension_faults(source),
        *operation_faults(source),
        *multi_segment_faults(source),
        *union_faults(spec),
        *link_faults(source),
        *local_faults(spec),
        *example_faults(spec, published),
    ] or list(sense_faults(source))
    if faults:
        raise SpecError("\n".join(faults))
    result = Profiles(_used(published), _used(_Local(spec).document()))
    if unused := list(_unused_faults(source, result)):
        raise SpecError("\n".join(unused))
    return result


def to_json(document: dict[str, Any], *, sort_keys: bool) -> str:
    """A profile as text; with sorted keys the same for equal documents."""
    return json.dumps(document, indent=1, sort_keys=sort_keys, ensure_ascii=False) + "\n"


def _without_local(value: Any) -> Any:
    if is_mapping(value):
        return {key: _without_local(inner) for key, inner in value.items() if key != "x-local"}
    if is_list(value):
        return [_without_local(inner) for inner in value]
    return value


def _used(document: dict[str, Any]) -> dict[str, Any]:
    """A document without the components that none of its operations leads to."""
    found: set[Pointer] = set()
    _follow(document, document.get("paths", {}), found)
    kept = {
        kind: {
            name: entry
            for name, entry in entries.items()
            if kind == "securitySchemes" or ("components", kind, name) in found
        }
        for kind, entries in document.get("components", {}).items()
    }
    return {**document, "components": {kind: some for kind, some in kept.items() if some}}


def _unused_faults(source: Source, derived: Profiles) -> Iterator[str]:
    """Components that neither profile needs; the linters cannot tell, for they know no x-local."""
    listed = {entry["response"] for entry in local_statuses(source)}
    for kind, entries in source.root.get("components", {}).items():
        known = {
            *(listed if kind == "responses" else ()),
            *derived.published.get("components", {}).get(kind, ()),
            *derived.local.get("components", {}).get(kind, ()),
        }
        for name in entries:
            if name not in known:
                yield source.fault(("components", kind, name), f"nobody uses {kind}/{name}")


def _follow(document: dict[str, Any], value: Any, found: set[Pointer]) -> None:
    for reference in _references(value):
        pointer = target(reference)[:3]
        if pointer not in found:
            found.add(pointer)
            _, kind, name = pointer
            _follow(document, document["components"][kind][name], found)


def _references(value: Any) -> Iterator[str]:
    for pointer, inner in walk(value):
        if pointer[-1:] == ("$ref",) and isinstance(inner, str):
            yield inner
        elif pointer[-2:] == ("discriminator", "mapping"):
            yield from inner.values()


class _Local:
    """Derives the local profile of a spec."""

    def __init__(self, spec: SpecMap) -> None:
        self._spec = spec
        self._source = spec.source

    def document(self) -> dict[str, Any]:
        result: dict[str, Any] = self._plain(self._source.root, ())
        schemas = self._source.root.get("components", {}).get("schemas", {})
        if schemas:
            result["components"]["schemas"] = dict(self._components(schemas))
        for operation in operations(self._source):
            self._add_statuses(result, operation)
        return result

    def _components(self, schemas: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for name in schemas:
            for side in Side:
                if side in self._spec.component_sides(name):
                    pointer = ("components", "schemas", name)
                    yield self._name(name, side), self._schema(pointer, side)

    def _name(self, component: str, side: Side) -> str:
        """What a component is called for one side; both keep the name unless both use it."""
        both = len(self._spec.component_sides(component)) == len(Side)
        return component + RESPONSE_SUFFIX if both and side is Side.RESPONSE else component

    def _plain(self, value: Any, pointer: Pointer) -> Any:
        """What stands outside of schemas, as it is, but for upstream's examples of answers."""
        sides = self._spec.sides.get(pointer)
        if sides and pointer[:2] != ("components", "schemas"):
            (side,) = sides
            return self._schema(pointer, side)
        if is_mapping(value):
            shown = self._spec.sides.get((*pointer, "schema")) != {Side.RESPONSE}
            result = {
                key: self._plain(inner, (*pointer, key))
                for key, inner in value.items()
                if key != "x-local" and (shown or key not in _SHOWN)
            }
            if pointer in self._spec.headers and "$ref" not in value:
                result["required"] = "optional" not in local(value)
            return result
        if is_list(value):
            return [self._plain(inner, (*pointer, str(i))) for i, inner in enumerate(value)]
        return value

    def _schema(self, pointer: Pointer, side: Side) -> Any:
        schema = self._source.at(pointer)
        if not is_mapping(schema):
            return schema
        extra = local(schema)
        result = {
            key: self._keyword(key, value, (*pointer, key), side)
            for key, value in schema.items()
            if key != "x-local" and not (side is Side.RESPONSE and key in _SHOWN)
        }
        if side is Side.RESPONSE:
            result = _promised(schema, self._with_own(_alone(result), schema, pointer))
            if "nullable" not in extra:
                result = _not_null(result)
        return {**result, **{key: extra[key] for key in BOUNDS if key in extra}}

    def _keyword(self, key: str, value: Any, pointer: Pointer, side: Side) -> Any:
        if key in ("properties", "patternProperties"):
            return {
                name: self._schema((*pointer, name), side)
                for name in value
                if not _is_absent(value[name], side)
            }
        if key in ("allOf", "anyOf", "oneOf", "prefixItems"):
            return [
                self._schema((*pointer, str(i)), side)
                for i, member in enumerate(value)
                if not _is_absent(member, side)
            ]
        if key in ("items", "additionalProperties"):
            return self._schema(pointer, side)
        if key == "$ref":
            return self._reference(value, side)
        if key == "discriminator" and "mapping" in value:
            members = self._source.at(pointer[:-1]).get("oneOf", [])
            gone = {member.get("$ref") for member in members if _is_absent(member, side)}
            mapping = {
                tag: self._reference(ref, side)
                for tag, ref in value["mapping"].items()
                if ref not in gone
            }
            return {**value, "mapping": mapping}
        return value

    def _reference(self, reference: str, side: Side) -> str:
        start, _, component = reference.rpartition("/")
        return f"{start}/{self._name(component, side)}"

    def _with_own(
        self, result: dict[str, Any], schema: dict[str, Any], pointer: Pointer
    ) -> dict[str, Any]:
        """A schema with the properties that only our service answers."""
        own = {
            name: self._schema((*pointer, "x-local", "properties", name), Side.RESPONSE)
            for name in local_properties(schema)
        }
        return {**result, "properties": {**result.get("properties", {}), **own}} if own else result

    def _add_statuses(self, result: dict[str, Any], operation: Operation) -> None:
        _, path, method = operation.pointer
        responses = result["paths"][path][method]["responses"]
        for entry in local_statuses(self._source):
            if applies(entry, self._source, operation):
                reference = {"$ref": f"#/components/responses/{entry['response']}"}
                responses.setdefault(str(entry["status"]), reference)


def _is_absent(schema: Any, side: Side) -> bool:
    """Whether our service never answers with this."""
    return side is Side.RESPONSE and "absent" in local(schema)


def _alone(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema; of a union with one part left, that part, with what else is said of it."""
    for keyword in ("anyOf", "oneOf"):
        if len(schema.get(keyword, ())) == 1:
            rest = {key: value for key, value in schema.items() if key != keyword}
            schema = {**schema[keyword][0], **rest}
    return schema


def _promised(schema: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """A response's object with every property required that is not marked optional."""
    given = {**schema.get("properties", {}), **local_properties(schema)}
    promised = [
        name for name, inner in given.items() if not {"optional", "absent"} & local(inner).keys()
    ]
    required = [*promised, *(name for name in schema.get("required", []) if name not in promised)]
    return {**result, "required": required} if required else result


def _not_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that allows all it did but null; one that allows nothing else stays."""
    result = dict(schema)
    types = result.get("type")
    if is_list(types) and types != ["null"]:
        kept = [name for name in types if name != "null"]
        result["type"] = kept[0] if len(kept) == 1 else kept
    if any(value is not None for value in result.get("enum", [])):
        result["enum"] = [value for value in result["enum"] if value is not None]
    for keyword in ("anyOf", "oneOf"):
        members = [member for member in result.get(keyword, []) if not is_null(member)]
        if members:
            result[keyword] = members
    return _alone(result)
