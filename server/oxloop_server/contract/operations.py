"""The operations of a bundled spec, ready to check requests and answers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from oxloop_server.contract.paths import PathTemplate, compile_template
from oxloop_server.contract.schemas import Check, Fault, Schemas

JSON = "application/json"
FORM = "multipart/form-data"

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,30}")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")


@frozen
class Parameter:
    """A parameter of an operation.

    Args:
        name: Its name on the wire.
        location: ``path``, ``query`` or ``header``.
        required: Whether a request must have it.
        many: Whether it is a list, whose items a query gives one by one under the same name.
        types: The JSON types that it, or an item of it, may have.
        default: Its value where a request has none; None if there is no such value.
        check: The check of its schema.
    """

    name: str
    location: str
    required: bool
    many: bool
    types: frozenset[str]
    default: object
    check: Check

    def value(self, text: str) -> object:
        """Read the text of a query or header as the schema's type; other text stays as it is."""
        if "integer" in self.types and _WHOLE_NUMBER.fullmatch(text):
            return int(text)
        if "number" in self.types and _NUMBER.fullmatch(text):
            return float(text)
        if "boolean" in self.types and text in ("true", "false"):
            return text == "true"
        return text


@frozen
class Scheme:
    """How a key is sent: a header, and the word before the key (``Bearer``), if there is one."""

    header: str
    prefix: str | None

    def key(self, headers: Mapping[str, str]) -> str | None:
        """The key that a request's headers hold, if they do."""
        sent = headers.get(self.header)
        if sent is None or self.prefix is None:
            return sent
        word, _, key = sent.partition(" ")
        return key.strip() if word.lower() == self.prefix.lower() and key.strip() else None

    @property
    def challenge(self) -> str:
        """How a refusal's ``WWW-Authenticate`` names it, which HTTP wants of every 401."""
        return self.prefix or f'ApiKey header="{self.header.upper()}"'


@frozen
class Operation:
    """An operation of the contract.

    Args:
        id: Its operationId.
        api: The name of its spec.
        method: The HTTP method, in capitals.
        path: Its path.
        schemes: The ways to send a key, any of which does; empty if none is needed.
        parameters: Its parameters.
        body: The check of a request's body by media type; one of bytes has None.
        body_required: Whether a request must have one.
        body_defaults: Values of the body's fields where a request has none.
        answers: The check of an answer's body by media type, by status.
        is_repeatable: Whether doing it again leaves what doing it once leaves.
    """

    id: str
    api: str
    method: str
    path: PathTemplate
    schemes: tuple[Scheme, ...]
    parameters: tuple[Parameter, ...]
    body: Mapping[str, Check | None]
    body_required: bool
    body_defaults: Mapping[str, object]
    answers: Mapping[str, Mapping[str, Check | None]]
    is_repeatable: bool

    @property
    def is_write(self) -> bool:
        """Whether it changes anything."""
        return self.method != "GET"

    def answer_faults(self, status: int, media_type: str | None, body: object) -> list[Fault]:
        """How an answer breaks the contract; empty if it does not.

        Args:
            status: Its status.
            media_type: What its body is; None if it has none.
            body: The body.
        """
        contents = self.answers.get(str(status), self.answers.get("default"))
        if contents is None:
            return [Fault((), f"the status {status} is not documented", "status")]
        if media_type is None:
            return [Fault((), "it has no body", "content")] if contents else []
        if media_type not in contents:
            return [Fault((), f"the media type {media_type} is not documented", "content")]
        check = contents[media_type]
        return [] if check is None else check.faults(body)


def operations(name: str, document: dict[str, Any]) -> Iterator[Operation]:
    """Read every operation of a bundled spec.

    Args:
        name: The spec's name.
        document: The spec, local profile.
    """
    schemas = Schemas(name, document)
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield _operation(schemas, path, method)


def _operation(schemas: Schemas, path: str, method: str) -> Operation:
    at = ("paths", path, method)
    node = schemas.at(at)
    found = [*_declared(schemas, ("paths", path)), *_declared(schemas, at)]
    multi = {parameter["name"] for _, parameter in found if parameter.get("x-multi-segment")}
    template = compile_template(path, multi)
    contents, body_required, defaults = _body(schemas, at, node)
    return Operation(
        id=node["operationId"],
        api=schemas.name,
        method=method.upper(),
        path=template,
        schemes=_schemes(schemas, node),
        parameters=tuple(
            _parameter(schemas, pointer, parameter)
            for pointer, parameter in found
            # Parameters joined to one resource have no values of their own.
            if parameter["in"] != "path" or parameter["name"] in template.pattern.groupindex
        ),
        body=contents,
        body_required=body_required,
        body_defaults=defaults,
        answers={
            status: _contents(schemas, (*at, "responses", status), answer)
            for status, answer in node["responses"].items()
        },
        is_repeatable=method not in ("post", "patch") or node.get("x-idempotent", False),
    )


def _declared(
    schemas: Schemas, at: tuple[str, ...]
) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    # Each parameter of a path or an operation, with the place where it is really written.
    return [
        (
            schemas.pointer(node) if "$ref" in node else (*at, "parameters", str(index)),
            schemas.resolve(node),
        )
        for index, node in enumerate(schemas.at(at).get("parameters", []))
    ]


def _parameter(schemas: Schemas, pointer: tuple[str, ...], node: dict[str, Any]) -> Parameter:
    schema = schemas.resolve(node["schema"])
    many = schema.get("type") == "array"
    types = (schemas.resolve(schema["items"]) if many else schema).get("type", [])
    return Parameter(
        name=node["name"],
        location=node["in"],
        required=node.get("required", False),
        many=many,
        types=frozenset([types] if isinstance(types, str) else types),
        # It may stand beside the reference to a schema that others share.
        default=node["schema"].get("default", schema.get("default")),
        check=schemas.check((*pointer, "schema")),
    )


def _body(
    schemas: Schemas, at: tuple[str, ...], operation: dict[str, Any]
) -> tuple[Mapping[str, Check | None], bool, Mapping[str, object]]:
    if "requestBody" not in operation:
        return {}, False, {}
    node = schemas.resolve(operation["requestBody"])
    contents = _contents(schemas, (*at, "requestBody"), operation["requestBody"])
    schema = schemas.resolve(node["content"].get(JSON, {}).get("schema", {}))
    defaults = {
        name: resolved["default"]
        for name, property_ in schema.get("properties", {}).items()
        if "default" in (resolved := schemas.resolve(property_))
    }
    return contents, node.get("required", False), defaults


def _contents(
    schemas: Schemas, pointer: tuple[str, ...], reference: dict[str, Any]
) -> Mapping[str, Check | None]:
    if "$ref" in reference:
        pointer = schemas.pointer(reference)
    node = schemas.resolve(reference)
    return {
        media_type: schemas.check((*pointer, "content", media_type, "schema"))
        if media_type in (JSON, FORM)
        else None
        for media_type in node.get("content", {})
    }


def _schemes(schemas: Schemas, operation: dict[str, Any]) -> tuple[Scheme, ...]:
    declared = schemas.document.get("components", {}).get("securitySchemes", {})
    names = [name for requirement in operation.get("security", []) for name in requirement]
    return tuple(_scheme(declared[name]) for name in names)


def _scheme(node: dict[str, Any]) -> Scheme:
    if node["type"] == "http":
        return Scheme("authorization", node["scheme"].capitalize())
    return Scheme(node["name"].lower(), None)
