"""What may stand under ``x-local``, where, and what it means."""

import re
from collections.abc import Iterator
from typing import Any

from spec_map import (
    Operation,
    Side,
    SpecMap,
    local,
    local_properties,
    local_statuses,
    parameters,
    resolve,
)
from spec_source import Pointer, Source, is_mapping, walk

CONDITIONS = ("secured", "path", "parameters", "body", "keyed", "writes", "always")
"""When a status of the list of further statuses applies to an operation."""

BOUNDS = {
    "minimum": ("integer", "number"),
    "maximum": ("integer", "number"),
    "minLength": ("string",),
    "maxLength": ("string",),
    "pattern": ("string",),
    "minItems": ("array",),
    "maxItems": ("array",),
}
"""The bounds that ``x-local`` may state, and the types that they mean something for."""

_PROMISES = ("optional", "nullable", "absent", "properties")
_MISPLACED = "x-local is misplaced: it belongs to a schema, a response header or the document"


def applies(entry: dict[str, Any], source: Source, operation: Operation) -> bool:
    """Whether an entry of the list of further statuses applies to an operation."""
    if not operation.pointer[1].startswith(entry.get("under", "")):
        return False
    places = [parameter["in"] for _, parameter in parameters(source, operation)]
    body = "requestBody" in operation.value
    security = operation.value.get("security", source.root.get("security", []))
    return {
        "secured": any(security),
        "path": "path" in places,
        "parameters": bool(places) or body,
        "body": body,
        "keyed": _is_keyed(source, operation),
        "writes": any(security) and operation.pointer[-1] != "get",
        "always": True,
    }[entry["when"]]


def _is_keyed(source: Source, operation: Operation) -> bool:
    """Whether an operation heeds an ``Idempotency-Key``: a POST or PATCH whose body is JSON."""
    if operation.pointer[-1] not in ("post", "patch") or "requestBody" not in operation.value:
        return False
    _, body = resolve(source, (*operation.pointer, "requestBody"))
    return "application/json" in body["content"]


def local_faults(spec: SpecMap) -> Iterator[str]:
    """Everything wrong with the ``x-local`` of a spec."""
    source = spec.source
    yield from _key_faults(source, (), ("responses",))
    yield from _status_faults(source)
    for pointer in sorted(spec.headers):
        yield from _key_faults(source, pointer, ("optional",))
    for pointer in spec.sides:
        yield from _key_faults(source, pointer, (*_PROMISES, *BOUNDS))
        yield from _schema_faults(spec, pointer)
    for pointer, _ in walk(source.root):
        holder = pointer[:-1]
        if pointer[-1:] == ("x-local",) and holder not in {(), *spec.headers, *spec.sides}:
            yield source.fault(pointer, _MISPLACED)


def _key_faults(source: Source, holder: Pointer, known: tuple[str, ...]) -> Iterator[str]:
    """Keys that are not known, and flags that are not `true`."""
    value = source.at(holder)
    if not is_mapping(value) or "x-local" not in value:
        return
    pointer = (*holder, "x-local")
    if not is_mapping(value["x-local"]):
        yield source.fault(pointer, "x-local is a mapping")
    for key, flag in local(value).items():
        if key not in known:
            knows = f"x-local does not know `{key}` here; it knows {', '.join(known)}"
            yield source.fault((*pointer, key), knows)
        elif key in ("optional", "nullable", "absent") and flag is not True:
            yield source.fault((*pointer, key), f"`{key}` is `true` or left out")


def _status_faults(source: Source) -> Iterator[str]:
    known = source.root.get("components", {}).get("responses", {})
    if not isinstance(local(source.root).get("responses", []), list):
        yield source.fault(("x-local", "responses"), "`responses` is a list")
    for position, entry in enumerate(local_statuses(source)):
        pointer = ("x-local", "responses", str(position))
        if not is_mapping(entry) or {*entry} - {"under"} != {"status", "response", "when"}:
            keys = "an entry has the keys status, response and when, and may have under"
            yield source.fault(pointer, keys)
            continue
        if not re.fullmatch(r"[45][0-9][0-9]", str(entry["status"])):
            yield source.fault((*pointer, "status"), "a status is 400 to 599")
        if entry["response"] not in known:
            missing = f"there is no components/responses/{entry['response']}"
            yield source.fault((*pointer, "response"), missing)
        if entry["when"] not in CONDITIONS:
            yield source.fault((*pointer, "when"), f"`when` is one of {', '.join(CONDITIONS)}")
        if not any(path.startswith(entry.get("under", "")) for path in source.root["paths"]):
            yield source.fault((*pointer, "under"), "no path begins so")


def _schema_faults(spec: SpecMap, pointer: Pointer) -> Iterator[str]:
    schema = spec.source.at(pointer)
    extra = local(schema)
    where = (*pointer, "x-local")
    promises = [key for key in _PROMISES if key in extra]
    if spec.sides[pointer] == {Side.REQUEST}:
        for key in promises:
            yield spec.source.fault((*where, key), f"`{key}` is misplaced: requests only use this")
    else:
        for key in promises:
            yield from _promise_faults(spec.source, pointer, key)
    for key in BOUNDS:
        if key in extra:
            yield from _bound_faults(spec.source, pointer, key)


def _promise_faults(source: Source, pointer: Pointer, key: str) -> Iterator[str]:
    schema = source.at(pointer)
    where = (*pointer, "x-local", key)
    if key == "nullable" and not _allows_null(schema):
        yield source.fault(where, "`nullable` is misplaced: upstream does not allow null here")
    if key == "absent" and pointer[-2] not in ("properties", "anyOf", "oneOf"):
        yield source.fault(
            where, "`absent` is misplaced: it belongs to a property or a union's part"
        )
    if key in ("absent", "optional") and pointer[-2] == "properties":
        if pointer[-1] in source.at(pointer[:-2]).get("required", []):
            yield source.fault(where, f"`{key}` is misplaced: upstream requires the property")
    elif key == "optional":
        yield source.fault(where, "`optional` is misplaced: it belongs to a property")
    if key == "properties":
        if not is_mapping(schema["x-local"][key]):
            yield source.fault(where, "`properties` is a mapping of schemas by name")
        if schema.get("type") != "object" or schema.get("additionalProperties") is False:
            yield source.fault(where, "`properties` is misplaced: none can be added here")
        for name in local_properties(schema):
            if name in schema.get("properties", {}):
                yield source.fault((*where, name), f"{name} is an upstream property already")


def _bound_faults(source: Source, pointer: Pointer, key: str) -> Iterator[str]:
    schema = source.at(pointer)
    where = (*pointer, "x-local", key)
    bound = schema["x-local"][key]
    types = _types(source, pointer)
    if types and not types.intersection(BOUNDS[key]):
        found = ", ".join(sorted(types))
        yield source.fault(where, f"`{key}` is misplaced: the type here is {found}")
    if key == "pattern":
        if not _is_pattern(bound):
            yield source.fault(where, "`pattern` is a regular expression")
    elif isinstance(bound, bool) or not isinstance(bound, int | float):
        yield source.fault(where, f"`{key}` is a number")
    elif key in schema and (bound < schema[key] if key.startswith("min") else bound > schema[key]):
        yield source.fault(where, f"`{key}` is looser than upstream's {schema[key]}")


def _is_pattern(value: Any) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError):
        return False
    return True


def _types(source: Source, pointer: Pointer) -> set[str]:
    """The types that a schema allows, as far as it says."""
    pointer, schema = resolve(source, pointer)
    if not is_mapping(schema):
        return set()
    stated = schema.get("type", [])
    types: set[str] = {stated} if isinstance(stated, str) else set(stated)
    for keyword in ("anyOf", "oneOf", "allOf"):
        for position in range(len(schema.get(keyword, []))):
            types |= _types(source, (*pointer, keyword, str(position)))
    return types - {"null"}


def _allows_null(schema: dict[str, Any]) -> bool:
    members = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
    return "null" in schema.get("type", []) or any(is_null(member) for member in members)


def is_null(schema: Any) -> bool:
    """Whether a schema allows null and nothing else."""
    return is_mapping(schema) and schema.get("type") in ("null", ["null"])
