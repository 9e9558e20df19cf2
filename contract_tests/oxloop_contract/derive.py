"""Turns a bundled spec into the one that Schemathesis tests with, given values that exist.

Two things stand between a spec and a useful property test. Paths name objects that must be there,
or every request ends in 404; and OpenAPI has no parameter with slashes in it, so that they would
be sent as ``%2F`` and the operation behind would hardly be tested. Here each path parameter takes
a value that was made before, and one with slashes becomes as many parameters as it has segments.
"""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from oxloop_api.specs import resolve

from oxloop_contract.contract import Json

UNIQUE = "<unique>"
"""Stands in a text among the choices for something that no other request has."""


ABSENT = "<absent>"
"""Stands among the choices for no such property."""


@frozen
class Fresh:
    """An object that a request needs for itself.

    Attributes:
        parameter: The path parameter that names it, or the last segment of its name.
        url: Where a POST makes it.
        body: With what body.
        found: The way to what names it in the answer to that.
    """

    parameter: str
    url: str
    body: Mapping[str, Any]
    found: Sequence[str] = ("id",)


@frozen
class Values:
    """What exists on the server under test, for one operation.

    Attributes:
        path: Path parameter by name; slashes stay slashes on the wire.
        free: How many of a path parameter's last segments may be anything: they name what need
            not be there yet.
        query: Query parameter by name, where only one value means something to the server.
        body: Choices by body property, a dot between a property and one inside it. A valid body
            gets one of them in place of what was generated, so that it means something to the
            server; other properties stay. ``ABSENT`` takes the property out; a plus before the
            name puts one in that is missing; after a star each request gets the next choice.
        fresh: What is made anew before each valid request, for one that takes it away.
    """

    path: Mapping[str, str] = {}
    free: Mapping[str, int] = {}
    query: Mapping[str, str] = {}
    body: Mapping[str, Sequence[Any]] = {}
    fresh: "Fresh | None" = None


def derive(spec: Json, values: Mapping[str, Values]) -> Json:
    """Return a copy of ``spec`` in which each operation uses the values made for it.

    Args:
        spec: A bundled OpenAPI document.
        values: By operationId. An operation without an entry stays as it is.

    Raises:
        KeyError: An operationId in ``values`` is not in the spec.
    """
    derived = copy.deepcopy(spec)
    paths: Json = derived["paths"]
    rewritten: dict[str, Json] = {}
    unused = set(values)
    for template, item in paths.items():
        shared = item.pop("parameters", [])
        for method in list(item):
            if method.startswith("x-"):
                continue
            operation = item[method]
            name = operation["operationId"]
            unused.discard(name)
            given = values.get(name, Values())
            parameters = [resolve(derived, p) for p in [*shared, *operation.get("parameters", [])]]
            path = template
            operation["parameters"] = []
            for parameter in parameters:
                pinned = {"path": given.path, "query": given.query}.get(parameter["in"], {})
                value = pinned.get(parameter["name"])
                if value is not None and parameter["in"] == "query":
                    operation["parameters"].append(_pinned(parameter, parameter["name"], value))
                elif value is None:
                    operation["parameters"].append(parameter)
                else:
                    free = given.free.get(parameter["name"], 0)
                    segments, replaced = _segments(parameter, value, given.fresh, free=free)
                    path = path.replace("{" + parameter["name"] + "}", segments)
                    operation["parameters"].extend(replaced)
            _fix_links(operation)
            rewritten.setdefault(path, {})[method] = operation
    derived["paths"] = rewritten
    if unused:
        raise KeyError(f"no such operation in {spec['info']['title']}: {', '.join(sorted(unused))}")
    return derived


def _segments(
    parameter: Json, value: str, fresh: Fresh | None, *, free: int
) -> tuple[str, list[Json]]:
    parts = value.split("/")
    if len(parts) == 1:
        return "{" + parameter["name"] + "}", [_pinned(parameter, parameter["name"], value)]
    names = [f"{parameter['name']}_{number}" for number in range(1, len(parts) + 1)]
    replaced = [_pinned(parameter, name, part) for name, part in zip(names, parts, strict=True)]
    for position, one in enumerate(replaced):
        is_fresh = fresh is not None and one["name"] == fresh.parameter
        if is_fresh or position >= len(parts) - free:
            one["schema"] = {"type": "string", "minLength": 1}
    return "/".join("{" + name + "}" for name in names), replaced


def _pinned(parameter: Json, name: str, value: str) -> Json:
    kept = {k: v for k, v in parameter.items() if k in ("in", "required", "description")}
    return {**kept, "name": name, "schema": {"type": "string", "enum": [value]}, "example": value}


def _fix_links(operation: Json) -> None:
    # Split and pinned parameters have other names than the links know: the pinned value serves.
    for response in operation.get("responses", {}).values():
        response.pop("links", None)
