"""Which operation of a contract a request means, and what it says to it, told from the wire."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from email.message import Message
from email.parser import BytesParser
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from attrs import frozen
from oxloop_api.specs.paths import PathTemplate

from oxloop_contract.contract import Contract, Json, Operation
from oxloop_contract.exchange import Exchange

_WHOLE = re.compile(r"-?[0-9]{1,30}")
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")


class _Unreadable:
    pass


UNREADABLE: Final = _Unreadable()
"""Stands for a body that is not what its media type says."""


@frozen
class Matched:
    """A request, read as the operation that it means.

    Attributes:
        operation: The operation.
        parameters: The value of each declared parameter that the request has, by the parameter's
            place and name.
        media_type: The body's media type; empty without a body.
        body: The body, decoded; ``UNREADABLE`` if it cannot be; None without a body.
    """

    operation: Operation
    parameters: Mapping[tuple[str, str], Any]
    media_type: str
    body: Any


class Matcher:
    """Tells the operations of some contracts apart.

    Args:
        contracts: The contracts.
    """

    def __init__(self, contracts: Iterable[Contract]) -> None:
        found = [
            (PathTemplate.of(operation.template, operation.multi), contract, operation)
            for contract in contracts
            for operation in contract.operations.values()
        ]
        self._known = sorted(found, key=lambda one: one[0].rank)

    def match(self, exchange: Exchange) -> tuple[Contract, Matched] | None:
        """Return the operation that a request means and what it says; None if it means none."""
        path = urlsplit(exchange.target).path
        for template, contract, operation in self._known:
            found = template.match(path) if operation.method == exchange.method else None
            if found is not None:
                return contract, _read(contract, operation, found, exchange)
        return None

    def knows_path(self, target: str) -> bool:
        """Say whether any operation has this path, whatever its method."""
        path = urlsplit(target).path
        return any(template.match(path) is not None for template, _, _ in self._known)


def _read(
    contract: Contract, operation: Operation, path: Mapping[str, str], exchange: Exchange
) -> Matched:
    query = parse_qs(urlsplit(exchange.target).query, keep_blank_values=True)
    values: dict[tuple[str, str], Any] = {}
    for parameter in operation.node["parameters"]:
        place, name = parameter["in"], parameter["name"]
        if place == "path":
            values[place, name] = path[name]
        elif place == "query" and name in query:
            values[place, name] = _typed(contract, parameter["schema"], query[name])
        elif place == "header" and name.lower() in exchange.headers:
            text = exchange.headers[name.lower()]
            values[place, name] = _typed(contract, parameter["schema"], [text])
    said = exchange.headers.get("content-type", "")
    media_type = said.partition(";")[0].strip().lower() if exchange.content else ""
    return Matched(
        operation, values, media_type, _body(contract, operation, said, exchange.content)
    )


def _typed(contract: Contract, schema: Json, texts: list[str]) -> Any:
    resolved = contract.resolve(schema)
    if resolved.get("type") == "array":
        return [_typed(contract, resolved["items"], [text]) for text in texts]
    if len(texts) > 1:
        return texts
    kind = resolved.get("type")
    types = [kind] if isinstance(kind, str) else kind or ()
    if "integer" in types and _WHOLE.fullmatch(texts[0]):
        return int(texts[0])
    if "number" in types and _NUMBER.fullmatch(texts[0]):
        return float(texts[0])
    if "boolean" in types and texts[0] in ("true", "false"):
        return texts[0] == "true"
    return texts[0]


def _body(contract: Contract, operation: Operation, said: str, content: bytes) -> Any:
    if not content:
        return None
    media_type = said.partition(";")[0].strip().lower()
    if media_type == "application/json":
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            return UNREADABLE
    if media_type != "multipart/form-data":
        return UNREADABLE
    body = contract.resolve(operation.node.get("requestBody", {}))
    schema = contract.resolve(body.get("content", {}).get(media_type, {}).get("schema", {}))
    properties: Json = schema.get("properties", {})
    lists = {key for key, one in properties.items() if contract.resolve(one).get("type") == "array"}
    return _fields(said, content, lists)


def _fields(said: str, content: bytes, lists: Collection[str]) -> Any:
    message = BytesParser().parsebytes(b"Content-Type: " + said.encode() + b"\r\n\r\n" + content)
    parts: list[Message] | str = message.get_payload()  # type: ignore[assignment]
    if isinstance(parts, str):
        return UNREADABLE
    fields: dict[str, Any] = {}
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            text = payload.decode("utf-8", "replace")
            fields[name] = [*fields.get(name, []), text] if name in lists else text
    return fields
