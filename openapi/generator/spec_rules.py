"""The rules of our own that the operations and unions of a spec must keep."""

from collections.abc import Iterator
from typing import Any

from spec_map import SpecMap, operations, parameters, resolve
from spec_source import Pointer, Source, is_mapping, walk

MULTI_SEGMENT = frozenset({"revision", "file_path", "resource", "branch_name"})
"""Path parameters whose slashes stand in the URL as slashes."""

SOURCES = ("documented", "observed", "extension")
"""Where an operation may be known from."""

EXTENSIONS = (
    *("x-source", "x-note", "x-local", "x-multi-segment"),
    *("x-upstream-path", "x-id-prefix", "x-idempotent"),
)
"""The extensions of OpenAPI that our specs use."""


def extension_faults(source: Source) -> Iterator[str]:
    """Extensions that nobody reads, most likely misspelt, and sources that are none."""
    for pointer, value in walk(source.root):
        named_freely = {*pointer[-2:-1]} & {"headers", "properties"}
        if named_freely or {*pointer} & {"example", "examples"}:
            continue
        key = pointer[-1] if pointer else ""
        if key.startswith("x-") and key not in EXTENSIONS:
            known = ", ".join(EXTENSIONS)
            yield source.fault(pointer, f"{key} is not known; known are {known}")
        elif key == "x-source" and value not in SOURCES:
            yield source.fault(pointer, f"x-source is one of {', '.join(SOURCES)}")


def operation_faults(source: Source) -> Iterator[str]:
    """Operations without a name or without word of where they are known from."""
    for operation in operations(source):
        if "operationId" not in operation.value:
            yield source.fault(operation.pointer, "every operation needs an operationId")
        if "x-source" not in operation.value:
            needed = f"every operation needs an x-source, one of {', '.join(SOURCES)}"
            yield source.fault(operation.pointer, needed)


def multi_segment_faults(source: Source) -> Iterator[str]:
    """``x-multi-segment`` missing where it belongs, or standing where it does not."""
    marked: set[Pointer] = set()
    for operation in operations(source):
        for pointer, parameter in parameters(source, operation):
            if parameter["in"] == "path" and parameter["name"] in MULTI_SEGMENT:
                marked.add(pointer)
    names = ", ".join(sorted(MULTI_SEGMENT))
    for pointer in sorted(marked):
        parameter = source.at(pointer)
        if parameter.get("x-multi-segment") is not True:
            needs = f"{parameter['name']} needs `x-multi-segment: true`, as each of {names}"
            yield source.fault(pointer, needs)
    for pointer, _ in walk(source.root):
        if pointer[-1:] == ("x-multi-segment",) and pointer[:-1] not in marked:
            yield source.fault(pointer, f"x-multi-segment belongs to the path parameters {names}")


def union_faults(spec: SpecMap) -> Iterator[str]:
    """Unions by tag that a validator, which knows no discriminator, could not tell apart."""
    for pointer in spec.sides:
        schema = spec.source.at(pointer)
        if is_mapping(schema) and "discriminator" in schema:
            yield from _member_faults(spec.source, pointer, schema)


def _member_faults(source: Source, pointer: Pointer, schema: dict[str, Any]) -> Iterator[str]:
    tag = schema["discriminator"]["propertyName"]
    seen: set[str] = set()
    for keyword in ("oneOf", "anyOf"):
        for position in range(len(schema.get(keyword, []))):
            where = (*pointer, keyword, str(position))
            member_pointer, member = resolve(source, where)
            if member.get("type") == "null":
                continue
            words = _tag_words(source, (*member_pointer, "properties", tag))
            if not words or tag not in member.get("required", []):
                yield source.fault(where, f"a member needs {tag} required, with a const or an enum")
            elif seen.intersection(words):
                yield source.fault(where, f"another member has the same {tag}")
            seen.update(words)


def _tag_words(source: Source, pointer: Pointer) -> list[str]:
    """The words that a tag can be; none if it is not there or not limited to some."""
    try:
        _, schema = resolve(source, pointer)
    except KeyError:
        return []
    return [schema["const"]] if "const" in schema else list(schema.get("enum", []))
