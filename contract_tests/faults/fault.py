"""What a fault is: a change to the requests and answers that pass."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from attrs import define, evolve, field, frozen

Api = Literal["oxen", "humanloop"]


@frozen
class Sent:
    """A request on its way to the service.

    Attributes:
        operation: The operationId that it means; empty if none.
        method: The HTTP method.
        target: Path and query as they stand on the wire.
        headers: The headers, by lower-case name.
        content: The body.
    """

    operation: str
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
        name: Unique.
        kind: The class of faults that it is counted in.
        api: The API that has it.
        make: Makes the change, with a memory of its own.
    """

    name: str
    kind: str
    api: Api
    make: Callable[[], Tamper]


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
