"""Every operation shows what is sent and what is answered, and what it shows holds.

That each example fits its published schema is checked when the specs are derived
(``spec_examples.example_faults``). Here: that there is one everywhere, and that those of requests
keep the local service's bounds too.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from oxloop_api.specs import load
from spec_examples import validator_at
from spec_map import target
from spec_source import Pointer, is_list, is_mapping

APIS = ("oxen", "humanloop", "extensions")
METHODS = ("get", "put", "post", "patch", "delete")


def _at(document: dict[str, Any], pointer: Pointer) -> Any:
    value: Any = document
    for step in pointer:
        value = value[int(step)] if is_list(value) else value[step]
    return value


def _followed(document: dict[str, Any], pointer: Pointer) -> tuple[Pointer, Any]:
    value = _at(document, pointer)
    while is_mapping(value) and "$ref" in value:
        pointer = target(value["$ref"])
        value = _at(document, pointer)
    return pointer, value


def _operations(document: dict[str, Any]) -> Iterator[Pointer]:
    for path, item in document["paths"].items():
        yield from (("paths", path, method) for method in METHODS if method in item)


def _parameters(document: dict[str, Any], operation: Pointer) -> Iterator[tuple[Pointer, Any]]:
    for owner in (operation[:-1], operation):
        for position in range(len(_at(document, owner).get("parameters", []))):
            yield _followed(document, (*owner, "parameters", str(position)))


def _bodies(document: dict[str, Any], operation: Pointer) -> Iterator[tuple[str, Pointer]]:
    """The media types of an operation: of its request, then of its responses by status."""
    value = _at(document, operation)
    holders = [("request", (*operation, "requestBody"))] if "requestBody" in value else []
    holders += [(status, (*operation, "responses", status)) for status in value["responses"]]
    for part, holder in holders:
        pointer, body = _followed(document, holder)
        for media_type in body.get("content", {}):
            yield part, (*pointer, "content", media_type)


def _examples(document: dict[str, Any], pointer: Pointer) -> list[Any]:
    holder = _at(document, pointer)
    named = holder.get("examples", {})
    shown = [_followed(document, (*pointer, "examples", name))[1]["value"] for name in named]
    return [*shown, *([holder["example"]] if "example" in holder else [])]


@pytest.mark.parametrize("api", APIS)
def test_every_request_and_every_documented_answer_is_shown(api: str) -> None:
    document = load(api, "published")
    bodies = [body for one in _operations(document) for body in _bodies(document, one)]
    assert bodies
    assert ["/".join(where) for _, where in bodies if not _examples(document, where)] == []


@pytest.mark.parametrize("api", APIS)
def test_every_required_parameter_is_shown(api: str) -> None:
    document = load(api, "published")
    parameters = [
        (where, one)
        for operation in _operations(document)
        for where, one in _parameters(document, operation)
        if one.get("required")
    ]
    assert ["/".join(where) for where, _ in parameters if not _examples(document, where)] == []


@pytest.mark.parametrize("api", APIS)
def test_what_a_request_shows_is_what_the_service_takes(api: str) -> None:
    document = load(api, "local")
    places = [
        where
        for operation in _operations(document)
        for where in (
            *(pointer for part, pointer in _bodies(document, operation) if part == "request"),
            *(pointer for pointer, _ in _parameters(document, operation)),
        )
    ]
    faults = [
        f"{'/'.join(where)}: {error.message}"
        for where in places
        for example in _examples(document, where)
        for error in validator_at(document, (*where, "schema")).iter_errors(example)
    ]
    assert faults == []
