"""What a contract gives to be covered, point by point: each has a JSON pointer."""

from collections.abc import Iterator
from typing import Any, Literal

from attrs import frozen

from oxloop_contract.contract import Contract, Json, Operation, escaped
from oxloop_contract.coverage.keywords import Schemas

Dimension = Literal[
    "operations",
    "parameters",
    "request keywords",
    "examples",
    "responses",
    "response keywords",
]
DIMENSIONS: tuple[Dimension, ...] = (
    "operations",
    "parameters",
    "request keywords",
    "examples",
    "responses",
    "response keywords",
)

Side = Literal["", "present", "absent", "valid", "invalid"]

JSON = "application/json"
FORM = "multipart/form-data"


@frozen(order=True)
class Point:
    """One thing of a contract that the checks can meet.

    Attributes:
        api: The API.
        operation: The operationId; empty for what operations share.
        dimension: What kind of thing it is.
        pointer: Where the spec says it.
        side: Of a parameter, ``present`` or ``absent``; of a request's keyword, ``valid`` (a
            request that kept it was not refused as broken) or ``invalid`` (one that broke it was).
    """

    api: str
    operation: str
    dimension: Dimension
    pointer: str
    side: Side = ""


@frozen
class Example:
    """An example of a request.

    Attributes:
        pointer: Where it stands.
        value: What it shows.
    """

    pointer: str
    value: Any


def points(api: str, contract: Contract) -> list[Point]:
    """Enumerate all that a contract gives to be covered.

    Args:
        api: The API's name.
        contract: Its contract.

    Raises:
        ValueError: A schema has a keyword that the counters do not know.
    """
    schemas = Schemas(contract.document)
    found: list[Point] = []
    for operation in contract.operations.values():
        of = _Maker(api, operation.id)
        found.append(of("operations", operation.pointer))
        for pointer, node in zip(operation.parameters, operation.node["parameters"], strict=True):
            found.append(of("parameters", pointer, "present"))
            if node["in"] != "path":
                found.append(of("parameters", pointer, "absent"))
            found += of.keywords(schemas, f"{pointer}/schema", text=True)
            found += (of("examples", one.pointer) for one in examples(contract, node, pointer))
        for media_type, pointer, content in bodies(contract, operation):
            found += of.keywords(schemas, f"{pointer}/schema", text=media_type == FORM)
            found += (of("examples", one.pointer) for one in examples(contract, content, pointer))
        if "requestBody" in operation.node:
            found.append(of("parameters", f"{operation.pointer}/requestBody", "present"))
            found.append(of("parameters", f"{operation.pointer}/requestBody", "absent"))
        found += _answers(of, schemas, contract, operation)
    return sorted(set(found))


@frozen
class _Maker:
    api: str
    operation: str

    def __call__(self, dimension: Dimension, pointer: str, side: Side = "") -> Point:
        return Point(self.api, self.operation, dimension, pointer, side)

    def keywords(self, schemas: Schemas, pointer: str, text: bool) -> Iterator[Point]:
        for owner, key in schemas.keywords(pointer):
            yield self("request keywords", f"{owner}/{key}", "valid")
            if schemas.breakable(owner, key, text):
                yield self("request keywords", f"{owner}/{key}", "invalid")


def _answers(
    of: _Maker, schemas: Schemas, contract: Contract, operation: Operation
) -> Iterator[Point]:
    for status, pointer, node in responses(contract, operation):
        yield of("responses", f"{operation.pointer}/responses/{status}")
        for name in node.get("headers", {}):
            yield shared_answer(of.api, f"{pointer}/headers{escaped(name)}")
        if JSON in node.get("content", {}):
            schema = f"{pointer}/content{escaped(JSON)}/schema"
            for owner, key in schemas.keywords(schema):
                yield shared_answer(of.api, f"{owner}/{key}")


def shared_answer(api: str, pointer: str) -> Point:
    """Return the point of a response's keyword: operations share what they answer."""
    return Point(api, "", "response keywords", pointer)


def responses(contract: Contract, operation: Operation) -> Iterator[tuple[str, str, Json]]:
    """Return the status, the place and the node of each documented response."""
    for status, node in operation.node["responses"].items():
        pointer = f"{operation.pointer}/responses/{status}"
        yield status, _place(node, pointer), contract.resolve(node)


def bodies(contract: Contract, operation: Operation) -> Iterator[tuple[str, str, Json]]:
    """Return the media type, the place and the node of each body that an operation takes."""
    if "requestBody" in operation.node:
        node: Json = operation.node["requestBody"]
        pointer = _place(node, f"{operation.pointer}/requestBody")
        for media_type, content in contract.resolve(node)["content"].items():
            yield media_type, f"{pointer}/content{escaped(media_type)}", content


def examples(contract: Contract, node: Json, pointer: str) -> Iterator[Example]:
    """Return the examples of a parameter or of a body.

    Args:
        contract: The contract.
        node: The parameter, or the body of one media type.
        pointer: Where it stands.
    """
    if "example" in node:
        yield Example(f"{pointer}/example", node["example"])
    for name, one in node.get("examples", {}).items():
        yield Example(f"{pointer}/examples{escaped(name)}", contract.resolve(one)["value"])


def _place(node: Json, pointer: str) -> str:
    return node["$ref"].removeprefix("#") if "$ref" in node else pointer
