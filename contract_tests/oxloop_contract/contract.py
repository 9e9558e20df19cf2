"""A bundled spec as the checks use it: how to send an operation, and what its answers must be."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import jsonschema_rs
from attrs import field, frozen
from oxloop_api.specs import resolve

Json = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "patch")


@frozen
class Operation:
    """An operation of a spec.

    Attributes:
        id: Its operationId.
        method: The HTTP method, in capitals.
        template: The path as the spec writes it.
        multi: The path parameters whose slashes stay slashes on the wire.
        secured: Whether it needs a key.
        pointer: The JSON pointer to it.
        parameters: The JSON pointer to each of its parameters.
        node: The operation as the spec has it, its own parameters and the path's together.
    """

    id: str
    method: str
    template: str
    multi: frozenset[str]
    secured: bool
    pointer: str
    parameters: tuple[str, ...]
    node: Json = field(repr=False)

    def path(self, values: Mapping[str, str], *, encode_slashes: bool = False) -> str:
        """Return the path with its parameters filled in.

        Args:
            values: By parameter name, not percent-encoded.
            encode_slashes: Write the slashes of multi-segment parameters as ``%2F``, which means
                the same.

        Raises:
            KeyError: A parameter has no value.
        """
        parts: list[str] = []
        for part in self.template.split("/"):
            if part.startswith("{") and part.endswith("}"):
                name = part[1:-1]
                keep = "/" if name in self.multi and not encode_slashes else ""
                part = quote(values[name], safe=keep)
            parts.append(part)
        return "/".join(parts)


class Contract:
    """The operations of a bundled spec, and validators of what they answer.

    Args:
        document: The spec, of either profile.
    """

    def __init__(self, document: Json) -> None:
        self.document = document
        self.operations = {one.id: one for one in _operations(document)}
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def resolve(self, node: Json) -> Json:
        """Follow a node's ``$ref``, as far as it goes."""
        return resolve(self.document, node)

    def faults(self, operation: str, status: int, media_type: str, body: Any) -> Sequence[str]:
        """Say how an answer breaks the contract; nothing if it does not.

        Args:
            operation: The operationId.
            status: The answer's status.
            media_type: Its media type without parameters; empty if it has no body.
            body: The body; for JSON, decoded.
        """
        responses = self.operations[operation].node["responses"]
        if str(status) not in responses:
            return [f"status {status} is not documented"]
        contents: Json = self.resolve(responses[str(status)]).get("content", {})
        if not contents and not media_type:
            return []
        if media_type not in contents:
            return [f"media type {media_type or 'none'!r} is not documented for {status}"]
        if media_type != "application/json":
            return []
        return self.breaks(contents[media_type]["schema"], body)

    def key_in(self, operation: Operation) -> tuple[str, str]:
        """Return the header that carries an operation's key, and what stands before it there."""
        schemes = self.document.get("components", {}).get("securitySchemes", {})
        for name in operation.node.get("security", [{}])[:1]:
            scheme = schemes.get(next(iter(name), ""), {})
            if scheme.get("type") == "apiKey":
                return scheme["name"], ""
        return "Authorization", "Bearer "

    def breaks(self, schema: Json, value: Any) -> Sequence[str]:
        """Say how a value breaks a schema of this contract; nothing if it does not."""
        return [
            f"{'/'.join(map(str, e.instance_path))}: {e.message}"
            for e in self._validator(schema).iter_errors(value)
        ]

    def _validator(self, schema: Json) -> jsonschema_rs.Draft202012Validator:
        key = repr(schema)
        if key not in self._validators:
            whole = {**schema, "components": self.document.get("components", {})}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._validators[key]


def _operations(document: Json) -> list[Operation]:
    found: list[Operation] = []
    for template, item in document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            node = item[method]
            path = "/paths" + escaped(template)
            pointers = tuple(
                _target(one, f"{where}/parameters/{index}")
                for where, owner in ((path, item), (f"{path}/{method}", node))
                for index, one in enumerate(owner.get("parameters", []))
            )
            parameters = [
                resolve(document, one)
                for one in [*item.get("parameters", []), *node.get("parameters", [])]
            ]
            found.append(
                Operation(
                    node["operationId"],
                    method.upper(),
                    template,
                    frozenset(p["name"] for p in parameters if p.get("x-multi-segment")),
                    bool(node.get("security")),
                    f"{path}/{method}",
                    pointers,
                    {**node, "parameters": parameters},
                )
            )
    return found


def _target(node: Json, pointer: str) -> str:
    return node["$ref"].removeprefix("#") if "$ref" in node else pointer


def escaped(key: str | int) -> str:
    """Return a key as a part of a JSON pointer."""
    return "/" + str(key).replace("~", "~0").replace("/", "~1")
