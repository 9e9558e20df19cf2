"""Where the schemas of a spec stand, and whether requests, responses or both reach them."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from attrs import field, frozen
from spec_source import Pointer, Source, SpecError, is_list, is_mapping

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_SCHEMA_MAPS = ("properties", "patternProperties")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMAS = ("items", "additionalProperties")
_REFUSED = (
    *("not", "if", "then", "else", "contains", "propertyNames", "dependentSchemas"),
    *("unevaluatedProperties", "unevaluatedItems", "$defs", "$dynamicRef", "nullable"),
)


class Side(Enum):
    """Who sends what a schema describes."""

    REQUEST = "request"
    RESPONSE = "response"


@frozen
class Operation:
    """One operation: where it stands, and itself."""

    pointer: Pointer
    value: dict[str, Any]


@frozen
class SpecMap:
    """What a spec holds, and where.

    Args:
        source: The spec.
        sides: Who reaches the schema at a pointer; empty for one that no operation reaches.
        headers: The response headers, by pointer, that some operation answers.
    """

    source: Source
    sides: dict[Pointer, set[Side]] = field(factory=dict[Pointer, set[Side]])
    headers: set[Pointer] = field(factory=set[Pointer])

    def component_sides(self, name: str) -> set[Side]:
        """Who reaches ``components/schemas/<name>``."""
        return self.sides.get(("components", "schemas", name), set())


def operations(source: Source) -> Iterator[Operation]:
    """Every operation, in the file's order."""
    for path, item in source.root.get("paths", {}).items():
        for method, operation in item.items():
            if method in _METHODS:
                yield Operation(("paths", path, method), operation)


def parameters(source: Source, operation: Operation) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """The parameters of an operation, those of its path included, references followed."""
    for owner in (operation.pointer[:-1], operation.pointer):
        for position in range(len(source.at(owner).get("parameters", []))):
            yield resolve(source, (*owner, "parameters", str(position)))


def resolve(source: Source, pointer: Pointer) -> tuple[Pointer, Any]:
    """Follow ``$ref`` from a value to what it names; a value without one is itself."""
    value = source.at(pointer)
    while is_mapping(value) and "$ref" in value:
        pointer = target(value["$ref"])
        value = source.at(pointer)
    return pointer, value


def target(reference: str) -> Pointer:
    """The pointer that a local reference such as ``#/components/schemas/Row`` names."""
    parts = reference.removeprefix("#/").split("/")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def subschemas(schema: Any, pointer: Pointer) -> Iterator[Pointer]:
    """The pointers of the schemas directly inside a schema."""
    if not is_mapping(schema):
        return
    for keyword in _SCHEMA_MAPS:
        for name in schema.get(keyword, {}):
            yield (*pointer, keyword, name)
    for keyword in _SCHEMA_LISTS:
        for position in range(len(schema.get(keyword, []))):
            yield (*pointer, keyword, str(position))
    for keyword in _SCHEMAS:
        if is_mapping(schema.get(keyword)):
            yield (*pointer, keyword)


def local(value: Any) -> dict[str, Any]:
    """What stands under a value's ``x-local``; nothing if it is not there or no mapping."""
    extra = value.get("x-local") if is_mapping(value) else None
    return extra if is_mapping(extra) else {}


def local_properties(schema: Any) -> dict[str, Any]:
    """The properties of an object that only our service answers."""
    properties = local(schema).get("properties")
    return properties if is_mapping(properties) else {}


def local_statuses(source: Source) -> list[Any]:
    """The API's one list of further statuses."""
    entries = local(source.root).get("responses")
    return entries if is_list(entries) else []


def draw(source: Source) -> SpecMap:
    """Find every schema of a spec, which is OpenAPI, and who reaches it.

    Raises:
        SpecError: A schema uses a keyword that the profiles cannot be derived through.
    """
    result = SpecMap(source)
    for operation in operations(source):
        for pointer, parameter in parameters(source, operation):
            _reach(result, (*pointer, "schema"), Side.REQUEST)
            _reach_content(result, pointer, parameter, Side.REQUEST)
        if "requestBody" in operation.value:
            body_pointer, body = resolve(source, (*operation.pointer, "requestBody"))
            _reach_content(result, body_pointer, body, Side.REQUEST)
        for status in operation.value.get("responses", {}):
            _reach_response(result, (*operation.pointer, "responses", status))
    for entry in local_statuses(source):
        if is_mapping(entry) and entry.get("response") in _response_components(source):
            _reach_response(result, ("components", "responses", entry["response"]))
    for name in source.root.get("components", {}).get("schemas", {}):
        _note(result, ("components", "schemas", name))
    return result


def _response_components(source: Source) -> dict[str, Any]:
    components: dict[str, Any] = source.root.get("components", {}).get("responses", {})
    return components


def _reach_response(result: SpecMap, pointer: Pointer) -> None:
    pointer, response = resolve(result.source, pointer)
    _reach_content(result, pointer, response, Side.RESPONSE)
    for name in response.get("headers", {}):
        header_pointer, _ = resolve(result.source, (*pointer, "headers", name))
        result.headers.add(header_pointer)
        _reach(result, (*header_pointer, "schema"), Side.RESPONSE)


def _reach_content(result: SpecMap, pointer: Pointer, value: dict[str, Any], side: Side) -> None:
    for media_type in value.get("content", {}):
        _reach(result, (*pointer, "content", media_type, "schema"), side)


def _reach(result: SpecMap, pointer: Pointer, side: Side) -> None:
    """Mark a schema and all it leads to; a place without a schema is nothing to mark."""
    try:
        schema = result.source.at(pointer)
    except KeyError:
        return
    marks = result.sides.setdefault(pointer, set())
    if side in marks:
        return
    marks.add(side)
    _check_keywords(result.source, pointer, schema)
    if is_mapping(schema) and "$ref" in schema:
        _reach(result, target(schema["$ref"]), side)
    for inner in _inner(schema, pointer, side):
        _reach(result, inner, side)


def _inner(schema: Any, pointer: Pointer, side: Side | None) -> Iterator[Pointer]:
    yield from subschemas(schema, pointer)
    if side is not Side.REQUEST:
        for name in local_properties(schema):
            yield (*pointer, "x-local", "properties", name)


def _note(result: SpecMap, pointer: Pointer) -> None:
    """Remember a schema that may be reached by nobody, so that its rules are checked too."""
    result.sides.setdefault(pointer, set())
    for inner in _inner(result.source.at(pointer), pointer, None):
        _note(result, inner)


def _check_keywords(source: Source, pointer: Pointer, schema: Any) -> None:
    used = [keyword for keyword in _REFUSED if is_mapping(schema) and keyword in schema]
    if used:
        raise SpecError(
            source.fault((*pointer, used[0]), f"the profiles cannot be derived through `{used[0]}`")
        )
