"""The links that a contract declares between its operations, and where each leads."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from oxloop_contract.contract import Contract, Operation
from oxloop_contract.coverage.points import responses

_MISSING = object()


@frozen
class Link:
    """A link from an answer to another operation.

    Attributes:
        name: What the spec calls it.
        source: The operationId whose answer has it.
        status: The status of that answer.
        target: The operationId that it leads to.
        parameters: The expressions of the target's parameters, by name.
    """

    name: str
    source: str
    status: int
    target: str
    parameters: Mapping[str, str]


class BrokenLink(Exception):
    """An expression of a link means nothing in an answer; the text says which."""


def links(contract: Contract, operation: Operation) -> Iterator[Link]:
    """Return the links of an operation's answers."""
    for status, _, node in responses(contract, operation):
        for name, said in node.get("links", {}).items():
            link = contract.resolve(said)
            yield Link(
                name,
                operation.id,
                int(status),
                link["operationId"],
                {key.rpartition(".")[2]: value for key, value in link["parameters"].items()},
            )


def linked(link: Link, request: Mapping[str, Any], answer: Any) -> dict[str, Any]:
    """Work out the parameters of a link's target.

    Args:
        link: The link.
        request: What was sent: ``path``, ``query`` and ``body``.
        answer: The answer's JSON.

    Raises:
        BrokenLink: An expression names what is not there.
    """
    return {name: _value(said, request, answer) for name, said in link.parameters.items()}


def _value(expression: str, request: Mapping[str, Any], answer: Any) -> Any:
    if not expression.startswith("$"):
        return expression
    head, _, pointer = expression.partition("#")
    match head.split("."):
        case ["$response", "body"]:
            found = _at(answer, pointer)
        case ["$request", "body"]:
            found = _at(request["body"], pointer)
        case ["$request", ("path" | "query") as place, name]:
            found = request[place].get(name, _MISSING)
        case _:
            found = _MISSING
    if found is _MISSING:
        raise BrokenLink(f"{expression} means nothing here")
    return found


def _at(value: Any, pointer: str) -> Any:
    found = value
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        step: Any = int(key) if isinstance(found, list) and key.isdecimal() else key
        try:
            found = found[step]  # pyright: ignore[reportUnknownVariableType]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return found  # pyright: ignore[reportUnknownVariableType]
