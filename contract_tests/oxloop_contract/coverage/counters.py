"""Counts what of the contracts the checks have met, exchange by exchange."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from attrs import frozen

from oxloop_contract.contract import Contract, Json, Operation, escaped
from oxloop_contract.coverage.keywords import Schemas
from oxloop_contract.coverage.matching import UNREADABLE, Matched, Matcher
from oxloop_contract.coverage.points import (
    JSON,
    Point,
    Side,
    bodies,
    examples,
    responses,
    shared_answer,
)
from oxloop_contract.exchange import Exchange
from oxloop_contract.refusals import as_broken, for_its_meaning

Pinned = Mapping[tuple[str, str], Collection[str]]
"""By API and operationId, the properties in whose place something that exists was put: an example
of a body is met by one that is the same but for them."""


@frozen
class Findings:
    """What was met, as it can be written down and put together.

    Attributes:
        met: Every point that was met.
        unmatched: The requests that mean no operation, as ``METHOD path``.
        broken: The points of responses that did not hold.
    """

    met: frozenset[Point]
    unmatched: frozenset[str]
    broken: frozenset[Point]

    def __or__(self, other: "Findings") -> "Findings":
        return Findings(
            self.met | other.met, self.unmatched | other.unmatched, self.broken | other.broken
        )

    def dump(self) -> Any:
        """Return the same as JSON can hold it."""
        return {
            "met": [_row(one) for one in sorted(self.met)],
            "unmatched": sorted(self.unmatched),
            "broken": [_row(one) for one in sorted(self.broken)],
        }

    @classmethod
    def load(cls, said: Any) -> "Findings":
        """Read what ``dump`` wrote."""
        return cls(
            frozenset(Point(*row) for row in said["met"]),
            frozenset(said["unmatched"]),
            frozenset(Point(*row) for row in said["broken"]),
        )


ITEMS = 25
"""So many items of a list in an answer are looked at: the same keywords stand behind all."""

NOTHING = Findings(frozenset(), frozenset(), frozenset())


def _row(point: Point) -> list[str]:
    return [point.api, point.operation, point.dimension, point.pointer, point.side]


class Counters:
    """What was met so far.

    Args:
        contracts: The contracts by API.
        pinned: See ``Pinned``.
    """

    def __init__(self, contracts: Mapping[str, Contract], pinned: Pinned | None = None) -> None:
        self._met: set[Point] = set()
        self._unmatched: set[str] = set()
        self._broken: set[Point] = set()
        self._matcher = Matcher(contracts.values())
        self._of = {id(contract): _Api(api, contract) for api, contract in contracts.items()}
        self._pinned = pinned or {}

    @property
    def findings(self) -> Findings:
        """What was met so far."""
        return Findings(frozenset(self._met), frozenset(self._unmatched), frozenset(self._broken))

    def see(self, exchange: Exchange) -> None:
        """Take note of an exchange."""
        found = self._matcher.match(exchange)
        if found is None:
            # Whether other methods of a path are refused is a check of its own.
            if exchange.status != 405 or not self._matcher.knows_path(exchange.target):
                self._unmatched.add(f"{exchange.method} {exchange.target.partition('?')[0]}")
            return
        of, matched = self._of[id(found[0])], found[1]
        name = matched.operation.id
        self._met.add(Point(of.api, name, "operations", matched.operation.pointer))
        for pointer, holds in of.answered(matched.operation, exchange):
            (self._met if holds else self._broken).add(pointer)
        if exchange.status == 401:
            return
        self._met.update(of.shown(matched))
        answer = (of.api, exchange.status, exchange.answer)
        if 200 <= exchange.status < 300 or for_its_meaning(*answer):
            self._met.update(of.kept(matched))
            self._met.update(of.shown_body(matched, self._pinned.get((of.api, name), ())))
        if as_broken(*answer):
            self._met.update(of.broke(matched))
        if exchange.status in (400, 404, 422):
            # What a path holds decides what it means: to break it may be to name nothing.
            self._met.update(of.broke(matched, "path"))


class _Api:
    # What one API's contract says of an exchange.

    def __init__(self, api: str, contract: Contract) -> None:
        self.api = api
        self._contract = contract
        self._schemas = Schemas(contract.document)

    def answered(self, operation: Operation, exchange: Exchange) -> Iterator[tuple[Point, bool]]:
        for status, pointer, node in responses(self._contract, operation):
            if status != str(exchange.status):
                continue
            place = f"{operation.pointer}/responses/{status}"
            yield Point(self.api, operation.id, "responses", place), True
            for name in node.get("headers", {}):
                if name.lower() in exchange.answer_headers:
                    yield shared_answer(self.api, f"{pointer}/headers{escaped(name)}"), True
            if JSON in node.get("content", {}):
                schema = f"{pointer}/content{escaped(JSON)}/schema"
                yield from self._answer_keywords(schema, exchange.answer)

    def _answer_keywords(self, schema: str, answer: bytes) -> Iterator[tuple[Point, bool]]:
        try:
            value = json.loads(answer)
        except ValueError:
            return
        for pointer, holds in self._schemas.met(schema, value, most=ITEMS):
            yield shared_answer(self.api, pointer), holds

    def kept(self, matched: Matched) -> Iterator[Point]:
        """Tell what a request kept, if it broke nothing."""
        met = list(self._met(matched))
        if not all(holds for _, holds in met):
            return
        for pointer, _ in met:
            yield self._point(matched, "request keywords", pointer, "valid")
        for pointer, is_there in self._parameters(matched):
            side: Side = "present" if is_there else "absent"
            yield self._point(matched, "parameters", pointer, side)

    def broke(self, matched: Matched, place: str = "") -> Iterator[Point]:
        """Tell what a request broke, in one place or anywhere."""
        for pointer, holds in self._met(matched, place):
            if not holds:
                yield self._point(matched, "request keywords", pointer, "invalid")
        for pointer, is_there in () if place else self._parameters(matched):
            if not is_there and self._schemas.at(self._schemas.resolve(pointer)).get("required"):
                yield self._point(matched, "parameters", pointer, "absent")

    def shown(self, matched: Matched) -> Iterator[Point]:
        """Tell which examples of parameters a request has: what they name need not be there."""
        operation = matched.operation
        for pointer, node in zip(operation.parameters, operation.node["parameters"], strict=True):
            value = matched.parameters.get((node["in"], node["name"]))
            for example in examples(self._contract, node, pointer):
                if value == example.value:
                    yield self._point(matched, "examples", example.pointer)

    def shown_body(self, matched: Matched, pinned: Collection[str]) -> Iterator[Point]:
        """Tell which examples of bodies a request has."""
        for media_type, pointer, node in bodies(self._contract, matched.operation):
            for example in examples(self._contract, node, pointer):
                same = media_type == matched.media_type
                if same and _bare(matched.body, pinned) == _bare(example.value, pinned):
                    yield self._point(matched, "examples", example.pointer)

    def _met(self, matched: Matched, place: str = "") -> Iterator[tuple[str, bool]]:
        operation = matched.operation
        for pointer, node in zip(operation.parameters, operation.node["parameters"], strict=True):
            value = matched.parameters.get((node["in"], node["name"]))
            if value is not None and place in ("", node["in"]):
                yield from self._schemas.met(f"{pointer}/schema", value)
        if not place and matched.media_type and matched.body is not UNREADABLE:
            for media_type, pointer, _ in bodies(self._contract, operation):
                if media_type == matched.media_type:
                    yield from self._schemas.met(f"{pointer}/schema", matched.body)

    def _parameters(self, matched: Matched) -> Iterator[tuple[str, bool]]:
        operation = matched.operation
        for pointer, node in zip(operation.parameters, operation.node["parameters"], strict=True):
            yield pointer, (node["in"], node["name"]) in matched.parameters
        if "requestBody" in operation.node:
            yield f"{operation.pointer}/requestBody", bool(matched.media_type)

    def _point(self, matched: Matched, dimension: Any, pointer: str, side: Side = "") -> Point:
        return Point(self.api, matched.operation.id, dimension, pointer, side)


def _bare(value: Any, pinned: Collection[str]) -> Any:
    # Without the properties that something else was put in place of; see `Values.body`.
    if isinstance(value, list):
        items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return [_bare(one, pinned) for one in items]
    if not isinstance(value, dict):
        return value
    bare = cast(Json, json.loads(json.dumps(value)))
    for path in pinned:
        *above, name = path.lstrip("+*").split(".")
        part: Any = bare
        for step in above:
            part = cast(Json, part).get(step) if isinstance(part, dict) else None
        if isinstance(part, dict):
            cast(Json, part).pop(name, None)
    return bare
