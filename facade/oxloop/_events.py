"""What hooks are told of a call: its requests, their answers, and the pauses between them."""

from collections.abc import Callable, Mapping

from attrs import field, frozen


@frozen(kw_only=True)
class RequestEvent:
    """What an ``on_request`` hook is told, before a request goes out.

    Attributes:
        method: The request's HTTP method.
        path: The request's path, without its query.
        query: The query's parameters; the values of those that hold keys are masked.
        headers: The headers; the values of those that hold keys are masked.
        attempt: Which attempt of the call it is; the first is 1.
        request_id: This package's name for the call, which ``X-Request-Id`` tells the server.
    """

    method: str
    path: str
    query: Mapping[str, object] = field(factory=dict[str, object])
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    attempt: int
    request_id: str


@frozen(kw_only=True)
class ResponseEvent:
    """What an ``on_response`` hook is told, after an answer came or did not.

    Attributes:
        method: The request's HTTP method.
        path: The request's path, without its query.
        attempt: Which attempt of the call it was; the first is 1.
        status_code: The HTTP status; None if no whole answer came.
        headers: The answer's headers, by lower-case name; the values of those that hold keys are
            masked.
        reason: How the attempt ended, in a few words.
        elapsed: Seconds since the call began.
        request_id: The server's name for the request, or this package's if it has none.
    """

    method: str
    path: str
    attempt: int
    status_code: int | None
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    reason: str
    elapsed: float
    request_id: str


@frozen(kw_only=True)
class RetryEvent:
    """What an ``on_retry`` hook is told, before the pause.

    Attributes:
        method: The request's HTTP method.
        path: The request's path, without its query.
        attempt: Which attempt failed; the first is 1.
        after: Seconds until the next one.
        reason: How the attempt failed, in a few words.
        elapsed: Seconds since the call began.
    """

    method: str
    path: str
    attempt: int
    after: float
    reason: str
    elapsed: float


OnRequest = Callable[[RequestEvent], object]
OnResponse = Callable[[ResponseEvent], object]
OnRetry = Callable[[RetryEvent], object]
