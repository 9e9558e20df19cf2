"""The one judge of what is sent: any request and any answer, told from the wire alone.

What the state machines hold an answer against is the same validator; here it also judges requests,
whoever sent them, and exchanges that were recorded.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from attrs import frozen

from oxloop_contract.contract import Contract
from oxloop_contract.coverage.matching import UNREADABLE, Matched, Matcher
from oxloop_contract.exchange import Exchange


@frozen
class Meant:
    """The operation that a request means.

    Attributes:
        api: The API.
        contract: Its contract.
        matched: The operation, and what the request says to it.
    """

    api: str
    contract: Contract
    matched: Matched

    @property
    def operation(self) -> str:
        """The operationId."""
        return self.matched.operation.id


class Oracle:
    """Judges exchanges by some contracts.

    Args:
        contracts: The contracts by API.
    """

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._matcher = Matcher(contracts.values())
        self._names = {id(contract): api for api, contract in contracts.items()}

    def meant(self, exchange: Exchange) -> Meant | None:
        """Return the operation that a request means; None if it means none."""
        found = self._matcher.match(exchange)
        return None if found is None else Meant(self._names[id(found[0])], *found)

    def of_request(self, exchange: Exchange) -> Sequence[str]:
        """Say how a request breaks the contract; nothing if it does not.

        Args:
            exchange: The request; its answer is not looked at.
        """
        meant = self.meant(exchange)
        if meant is None:
            return [f"no operation is meant by {exchange.method} {exchange.target}"]
        return [
            *self.of_content(meant),
            *_unknown(meant.matched, exchange),
            *self.of_key(meant, exchange),
        ]

    def of_content(self, meant: Meant) -> Sequence[str]:
        """Say how what a request says breaks the schemas: this a server has to refuse."""
        return [
            *_parameters(meant.contract, meant.matched),
            *_body(meant.contract, meant.matched),
        ]

    def of_key(self, meant: Meant, exchange: Exchange) -> Sequence[str]:
        """Say where a request has no key, though it needs one."""
        return _key(meant.contract, meant.matched, exchange)

    def of_answer(self, exchange: Exchange) -> Sequence[str]:
        """Say how an answer breaks the contract; nothing if it does not.

        Args:
            exchange: The answer, and the request that it answers.
        """
        meant = self.meant(exchange)
        if meant is None:
            return [f"no operation is meant by {exchange.method} {exchange.target}"]
        media_type = exchange.answer_headers.get("content-type", "")
        media_type = media_type.partition(";")[0].strip().lower()
        body: Any = None
        if media_type == "application/json":
            try:
                body = json.loads(exchange.answer)
            except (ValueError, RecursionError) as error:
                return [f"the body is no JSON: {error}"]
        told = media_type if exchange.answer or media_type else ""
        return meant.contract.faults(meant.operation, exchange.status, told, body)


def _parameters(contract: Contract, matched: Matched) -> list[str]:
    found: list[str] = []
    for parameter in matched.operation.node["parameters"]:
        place, name = parameter["in"], parameter["name"]
        if (place, name) in matched.parameters:
            value = matched.parameters[place, name]
            broken = contract.breaks(parameter["schema"], value)
            found += [f"{name} in the {place}: {one}" for one in broken]
        elif parameter.get("required"):
            found.append(f"{name} is missing in the {place}")
    return found


def _unknown(matched: Matched, exchange: Exchange) -> list[str]:
    query = parse_qsl(urlsplit(exchange.target).query, keep_blank_values=True)
    known = {one["name"] for one in matched.operation.node["parameters"] if one["in"] == "query"}
    return [f"{name} in the query is not documented" for name, _ in query if name not in known]


def _body(contract: Contract, matched: Matched) -> Sequence[str]:
    request = contract.resolve(matched.operation.node.get("requestBody", {}))
    if not matched.media_type:
        return ["the body is missing"] if request.get("required") else []
    contents = request.get("content", {})
    if matched.media_type not in contents:
        return [f"a body of {matched.media_type} is not documented"]
    if matched.body is UNREADABLE:
        return [f"the body is not {matched.media_type}"]
    return contract.breaks(contents[matched.media_type]["schema"], matched.body)


def _key(contract: Contract, matched: Matched, exchange: Exchange) -> list[str]:
    if not matched.operation.secured:
        return []
    header, prefix = contract.key_in(matched.operation)
    said = exchange.headers.get(header.lower(), "")
    return [] if said.startswith(prefix) and len(said) > len(prefix) else [f"no key in {header}"]
