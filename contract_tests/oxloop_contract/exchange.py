"""A request as it was sent, and its answer: what all that watches the checks is told."""

from collections.abc import Callable, Mapping, Sequence

import httpx
from attrs import field, frozen


@frozen
class Exchange:
    """A request that was sent, and its answer.

    Attributes:
        method: The HTTP method, in capitals.
        target: The path and the query, as they stand on the wire.
        headers: The request's headers, names in lower case.
        content: The request's body.
        status: The answer's status.
        answer_headers: The answer's headers, names in lower case.
        answer: The answer's body.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    status: int
    answer_headers: Mapping[str, str] = field(repr=False)
    answer: bytes = field(repr=False)


Watcher = Callable[[Exchange], None]


def watched(watchers: Sequence[Watcher]) -> dict[str, list[Callable[..., None]]]:
    """Return the hooks of an HTTP client whose exchanges are watched."""

    def tell(response: httpx.Response) -> None:
        request = response.request
        exchange = Exchange(
            request.method,
            request.url.raw_path.decode("ascii"),
            {name.lower(): value for name, value in request.headers.items()},
            request.read(),
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            response.read(),
        )
        for watcher in watchers:
            watcher(exchange)

    return {"response": [tell]} if watchers else {}
