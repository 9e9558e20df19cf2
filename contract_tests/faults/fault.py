"""What a fault is: a change to the requests and answers that pass."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from attrs import define, evolve, field, frozen

Api = Literal["oxen", "humanloop", "extensions"]
APIS: tuple[Api, ...] = ("oxen", "humanloop", "extensions")


@frozen
class Sent:
    """A request on its way to the service.

    Attributes:
        api: The API of the operation that it means; empty if it means none.
        operation: The operationId.
        path: The operation's path parameters, decoded.
        method: The HTTP method.
        target: Path and query as they stand on the wire.
        headers: The headers, by lower-case name.
        content: The body.
    """

    api: str
    operation: str
    path: Mapping[str, str]
    method: str
    target: str
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        """The body decoded; None if it is no JSON."""
        return _decoded(self.content)


@frozen
class Reply:
    """An answer on its way to the checks."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        """The body decoded; None if it is no JSON."""
        return _decoded(self.content)

    @property
    def good(self) -> bool:
        """Whether the request was accepted."""
        return 200 <= self.status < 300

    def with_json(self, body: Any) -> "Reply":
        """Return the same answer with another JSON body."""
        return evolve(self, content=json.dumps(body, ensure_ascii=False).encode())


Forward = Callable[[Sent], Reply]
"""Sends a request to the service and returns its answer."""

Tamper = Callable[[Sent, Forward], Reply]
"""Answers a request in the service's place, with the service's help."""


@frozen
class Fault:
    """Something that a server can get wrong.

    Attributes:
        name: Unique in its API.
        kind: The class of faults that it is counted in.
        api: The API that has it.
        operations: The operations that it changes.
        make: Makes the change, with a memory of its own.
        equivalent: Why no client can tell a server that has it; empty if one can.
        by_hand: Whether it was written by hand, and not given by the rule.
    """

    name: str
    kind: str
    api: Api
    operations: Sequence[str]
    make: Callable[[], Tamper]
    equivalent: str = ""
    by_hand: bool = False

    @property
    def id(self) -> str:
        """Its name, unique among the faults of every API."""
        return f"{self.api}: {self.name}"

    def at(self, sent: Sent) -> bool:
        """Whether a request means one of its operations."""
        return sent.api == self.api and sent.operation in self.operations


@define
class Met:
    """Counts how often a fault changed anything: one that never did cannot be caught."""

    changes: int = 0

    def around(self, tamper: Tamper) -> Tamper:
        """Return the same change, counted."""

        def counted(sent: Sent, forward: Forward) -> Reply:
            seen: list[tuple[Sent, Reply]] = []

            def watched(on: Sent) -> Reply:
                seen.append((on, forward(on)))
                return seen[-1][1]

            reply = tamper(sent, watched)
            if seen[:1] != [(sent, reply)] or len(seen) != 1:
                self.changes += 1
            return reply

        return counted


def items(value: Any) -> list[Any]:
    """Return a JSON list; an empty one in place of anything else."""
    return [*value] if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
