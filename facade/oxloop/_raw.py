"""The answers themselves, beside what this package makes of them."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, ParamSpec, TypeVar

from attrs import field, frozen

from oxloop._flow import witness
from oxloop._steps import Answer, Request
from oxloop.errors import ConfigurationError

T = TypeVar("T")
P = ParamSpec("P")


@frozen(kw_only=True)
class RawResponse:
    """An answer as it came.

    Attributes:
        method: The request's HTTP method.
        url: The request's address, without its query.
        status_code: The HTTP status.
        headers: The answer's headers, by lower-case name.
        content: The body, decompressed; empty if it went into a file.
        request_id: The server's name for the request, or this package's if it has none.
    """

    method: str
    url: str
    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    request_id: str

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ValueError: It is something else.
        """
        return json.loads(self.content)


@frozen
class RawResult(Generic[T]):
    """What a call returned, and the answers that it was made from.

    Attributes:
        value: What the call returned.
        responses: Every answer in its order, those of failed attempts and redirects included.
    """

    value: T
    responses: tuple[RawResponse, ...]

    @property
    def response(self) -> RawResponse:
        """The last answer.

        Raises:
            LookupError: There is none; the call could do without asking the server.
        """
        if not self.responses:
            raise LookupError("This call did not ask the server: there is no answer to show.")
        return self.responses[-1]


def with_raw_response(
    method: Callable[P, T], *arguments: P.args, **named: P.kwargs
) -> RawResult[T]:
    """Call a method, and keep the answers that it gets."""
    with _kept() as responses:
        value = method(*arguments, **named)
    if isinstance(value, Iterator):
        raise ConfigurationError(_ITERATOR)
    return RawResult(value, tuple(responses))


async def with_raw_response_async(
    method: Callable[P, Awaitable[T]], *arguments: P.args, **named: P.kwargs
) -> RawResult[T]:
    """Call a method in this task, and keep the answers that it gets."""
    with _kept() as responses:
        awaited = method(*arguments, **named)
        if isinstance(awaited, AsyncIterator):
            raise ConfigurationError(_ITERATOR)
        value = await awaited
    return RawResult(value, tuple(responses))


_ITERATOR = (
    "This method returns an iterator, which asks the server later; hand with_raw_response a "
    "function that iterates, such as lambda: list(…)."
)


@contextmanager
def _kept() -> Generator[list[RawResponse], None, None]:
    """Keep the answers that come inside the ``with`` block."""
    responses: list[RawResponse] = []

    def keep(request: Request, answer: Answer, request_id: str) -> None:
        responses.append(
            RawResponse(
                method=request.method,
                url=request.url,
                status_code=answer.status,
                headers=answer.headers,
                content=answer.body,
                request_id=request_id,
            )
        )

    token = witness.set(keep)
    try:
        yield responses
    finally:
        witness.reset(token)
