"""What a handler gets and gives: a request that kept the contract, and its answer."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from oxloop_server.contract.operations import Operation
from oxloop_server.state import Service
from oxloop_server.storage.tenants import Tenant


@frozen
class Call:
    """A request that kept the contract.

    Args:
        service: The running service.
        operation: What was called.
        sender: Whose key it carried; None where none is needed.
        path: The path parameters, decoded; ``resource`` stands for adjacent ones.
        query: The query parameters as their schemas' types, defaults filled in.
        undeclared: The names of query parameters that the contract does not have.
        headers: The request's headers, names in lower case.
        body: The JSON body with its defaults filled in; None if the body is no JSON.
        stream: The body's bytes, for bodies that are no JSON; read at most once.
        keep: Keeps the answer for the same request with the same idempotency key, and hands it
            back. What writes anything that doing it again would write again calls this in its
            transaction, in the last one if there are several; it does nothing without a key.
    """

    service: Service
    operation: Operation
    sender: Tenant | None
    path: Mapping[str, str]
    query: Mapping[str, Any]
    undeclared: frozenset[str]
    headers: Mapping[str, str]
    body: Any
    stream: Callable[[], AsyncIterator[bytes]]
    keep: "Keep"

    @property
    def tenant(self) -> Tenant:
        """Whose request it is, for an operation that needs a key."""
        if self.sender is None:
            raise TypeError("this operation is open to everyone; it has no tenant")
        return self.sender


@frozen
class Answer:
    """An answer with a JSON body; one with the status 204 has none.

    Args:
        body: The body.
        status: The HTTP status.
        headers: Further headers.
        holds: Whether it follows from the database alone, and is right until that changes.
    """

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(factory=dict[str, str])
    holds: bool = False


@frozen
class FileAnswer:
    """An answer whose body is a file's bytes.

    Args:
        path: The file.
        size: How many bytes it has.
        media_type: What they are.
        headers: Further headers.
    """

    path: Path
    size: int
    media_type: str = "application/octet-stream"
    headers: Mapping[str, str] = field(factory=dict[str, str])


Keep = Callable[[sqlite3.Connection, Answer], Answer]
Handler = Callable[[Call], Awaitable[Answer | FileAnswer]]


class Handlers:
    """The handlers of one API by operationId, filled by decorating them."""

    def __init__(self) -> None:
        self.by_id: dict[str, Handler] = {}

    def __call__(self, operation_id: str) -> Callable[[Handler], Handler]:
        """Register the decorated function as the operation's handler."""

        def register(handler: Handler) -> Handler:
            if operation_id in self.by_id:
                raise ValueError(f"{operation_id} has two handlers")
            self.by_id[operation_id] = handler
            return handler

        return register
