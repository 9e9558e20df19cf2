"""Whether the links of a spec lead from what one operation answers to what another one takes."""

import re
from collections.abc import Iterator
from typing import Any

from spec_map import Operation, operations, parameters, resolve, target
from spec_source import Pointer, Source, is_mapping

_EXPRESSION = re.compile(
    r"\$request\.(?P<where>path|query|header)\.(?P<name>.+)"
    r"|\$(?P<side>request|response)\.body#(?P<pointer>(/.*)?)"
)
_NOTHING: dict[str, Any] = {}


def link_faults(source: Source) -> Iterator[str]:
    """Links to no operation or from nowhere, and parameters that do not fit the operation."""
    by_id = {one.value.get("operationId"): one for one in operations(source)}
    for operation, response, where, link in _links(source):
        goal = by_id.get(link.get("operationId"))
        if goal is None:
            yield source.fault(where, f"no operation is called {link.get('operationId')}")
            continue
        yield from _parameter_faults(source, goal, where, link)
        for key, value in link.get("parameters", _NOTHING).items():
            if not _is_there(source, operation, response, value):
                said = f"{operation.value['operationId']} has no {value}"
                yield source.fault((*where, "parameters", key), said)


def _links(source: Source) -> Iterator[tuple[Operation, Pointer, Pointer, dict[str, Any]]]:
    """Every link: the operation and the response that it starts from, where it stands, itself."""
    for operation in operations(source):
        for status in operation.value.get("responses", {}):
            pointer, response = resolve(source, (*operation.pointer, "responses", status))
            for name in response.get("links", _NOTHING):
                where, link = resolve(source, (*pointer, "links", name))
                yield operation, pointer, where, link


def _parameter_faults(
    source: Source, goal: Operation, where: Pointer, link: dict[str, Any]
) -> Iterator[str]:
    given = link.get("parameters", _NOTHING)
    known = {one["name"]: bool(one.get("required")) for _, one in parameters(source, goal)}
    name = goal.value["operationId"]
    for key in given:
        if key not in known:
            yield source.fault((*where, "parameters", key), f"{name} takes no {key}")
    for key, required in known.items():
        if required and key not in given:
            yield source.fault(where, f"{name} needs {key}, which the link does not give")


def _is_there(source: Source, operation: Operation, response: Pointer, value: Any) -> bool:
    """Whether a runtime expression names something that the operation is sent or answers."""
    found = _EXPRESSION.fullmatch(str(value))
    if not found:
        return not str(value).startswith("$")
    if found["where"]:
        sent = {(one["in"], one["name"]) for _, one in parameters(source, operation)}
        return (found["where"], found["name"]) in sent
    holder = response
    if found["side"] == "request":
        holder, _ = resolve(source, (*operation.pointer, "requestBody"))
    schema = (*holder, "content", "application/json", "schema")
    return _leads(source, schema, target(found["pointer"][1:]) if found["pointer"] else ())


def _leads(source: Source, pointer: Pointer, steps: Pointer) -> bool:
    """Whether a value by a schema may have something at a pointer."""
    try:
        pointer, schema = resolve(source, pointer)
    except KeyError:
        return False
    if not steps:
        return True
    inner: list[Pointer] = [(*pointer, "properties", steps[0])]
    if steps[0].isdigit():
        inner.append((*pointer, "items"))
    if any(_leads(source, one, steps[1:]) for one in inner):
        return True
    unions = [key for key in ("allOf", "anyOf", "oneOf") if is_mapping(schema) and key in schema]
    return any(
        _leads(source, (*pointer, key, str(position)), steps)
        for key in unions
        for position in range(len(schema[key]))
    )
