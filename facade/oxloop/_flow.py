"""One call to an API, from the request to a value or an error. Pure logic: no I/O happens here."""

import logging
import math
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from attrs import evolve, field, frozen

from oxloop import _redact
from oxloop._config import Target, Timeout, origin
from oxloop._decode import ShapeError, strict_json
from oxloop._envelopes import read_problem, says_error
from oxloop._extensions import IDEMPOTENCY_KEY, Extensions
from oxloop._http import Response
from oxloop._http.answers import ParsedResponse
from oxloop._policy import (
    REPEATABLE_METHODS,
    Fault,
    Retry,
    RetryPolicy,
    Status,
)
from oxloop._secret import Secret
from oxloop._steps import Answer, Failure, Flow, Request, Send, Sink, Sleep, T
from oxloop._time import Time
from oxloop.errors import (
    APIError,
    CallInfo,
    DecodeError,
    NotFoundError,
    Outcome,
    OxloopError,
    TimeoutError,  # noqa: A004 - this package's own
    TransportError,
)
from oxloop.rules.retry_after import parse_retry_after

if TYPE_CHECKING:
    from oxloop._events import OnRequest, OnResponse, OnRetry

_log = logging.getLogger("oxloop")

_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_REQUEST_ID_HEADERS: Final = ("x-request-id", "request-id", "x-correlation-id")

witness: ContextVar[Callable[[Request, Answer, str], object] | None] = ContextVar(
    "oxloop_witness", default=None
)
"""Who is shown each answer of the calls that are made here and now, with the request's id."""


@frozen(kw_only=True)
class Core:
    """What all calls of a client have in common.

    Attributes:
        target: The address and the key.
        policy: When a request is sent again, and the time for a whole call.
        timeout: Limits of the single steps.
        headers: What every request carries; no key among them.
        extra_headers: What the caller adds; it goes to the client's own address only.
        extra_query: Query parameters that the caller adds.
        extensions: What is known of the server.
        time: The clock.
        on_request: Told before each request.
        on_response: Told after each request.
        on_retry: Told before each pause.
        error_in_body: Whether ``status: error`` in the body of a success means an error.
    """

    target: Target
    policy: RetryPolicy
    timeout: Timeout
    headers: Mapping[str, str]
    extra_headers: Mapping[str, str] = field(repr=False)
    extensions: Extensions
    time: Time
    extra_query: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    on_request: "OnRequest | None" = None
    on_response: "OnResponse | None" = None
    on_retry: "OnRetry | None" = None
    error_in_body: bool = True

    def limited(self, total: float | None) -> "Core":
        """Return the same with another total time for each call; None changes nothing."""
        return self if total is None else evolve(self, policy=evolve(self.policy, total=total))

    def features(self) -> Flow[frozenset[str]]:
        """Return what the server can do beyond its API, asked within a call's total time."""
        return self.extensions.ask(self.headers, self.time.monotonic() + self.policy.total)


def call(
    core: Core,
    request: Mapping[str, Any],
    parse: Callable[[Response], T],
    *,
    idempotent: bool = False,
    done_before: Callable[[APIError], T] | None = None,
    secrets: Iterable[Secret] = (),
) -> Flow[T]:
    """Send a request until there is an answer, and read it.

    Args:
        core: The client's settings.
        request: What a generated ``build_request`` made.
        parse: Reads the answer of a success.
        idempotent: Whether the operation may be repeated although its method does not say so.
        done_before: Makes the result out of an error which, after an attempt whose answer was
            lost, means that this attempt had succeeded; raises any other error again.
        secrets: What the body holds that must not appear in an error or a log.

    Raises:
        APIError: The server answered with an error.
        TransportError: No whole answer came.
        DecodeError: The answer of a success makes no sense.
    """
    attempts = _Attempts(core, request, idempotent=idempotent, secrets=secrets)
    yield from attempts.prepare()
    try:
        answer = yield from attempts.answer()
    except APIError as error:
        if done_before is None or not attempts.lost_one:
            raise
        return done_before(error)
    return attempts.decode(answer, parse)


def delete(core: Core, request: Mapping[str, Any]) -> Flow[None]:
    """Have something removed; after a lost answer, that it is gone means success.

    Raises:
        NotFoundError: There was no such thing.
        APIError: The server answered with another error.
        TransportError: No whole answer came.
    """
    attempts = _Attempts(core, request)
    try:
        answer = yield from attempts.answer()
    except NotFoundError:
        if not attempts.lost_one:
            raise
    else:
        if answer.body:
            attempts.decode(answer, lambda _: None)


def download(
    core: Core, request: Mapping[str, Any], sink: Sink, *, body_total: float | None = None
) -> Flow[Mapping[str, str]]:
    """Send a request and put the body of its answer into a sink; returns the answer's headers.

    The total time holds up to the answer's headers; the body may take as long as bytes keep
    coming, or ``body_total`` seconds.
    """
    attempts = _Attempts(core, request, sink=sink, body_total=body_total)
    answer = yield from attempts.answer()
    return answer.headers


class _Attempts:
    """The attempts of one call, their count and their clock."""

    def __init__(
        self,
        core: Core,
        request: Mapping[str, Any],
        *,
        idempotent: bool = False,
        secrets: Iterable[Secret] = (),
        sink: Sink | None = None,
        body_total: float | None = None,
    ) -> None:
        options = dict(request)
        if core.extra_query:
            options["params"] = {**options.get("params", {}), **core.extra_query}
        self._core = core
        self._started = core.time.monotonic()
        self._deadline = self._started + core.policy.total
        self._sink = sink
        self._body_total = math.inf if body_total is None else body_total
        self._count = 0
        self._method: str = options.pop("method").upper()
        self._path: str = options.pop("url")
        self._repeatable = idempotent or self._method in REPEATABLE_METHODS
        self._request_id = uuid.uuid4().hex
        self._request = Request(
            method=self._method,
            url=core.target.base_url + self._path,
            headers={
                **core.headers,
                "X-Request-Id": self._request_id,
                **options.pop("headers", {}),
                **core.extra_headers,
                **core.target.credentials(),
            },
            options=options,
        )
        self._secrets = [
            core.target.key.reveal(),
            *(secret.reveal() for secret in secrets),
            *_redact.secret_values(core.extra_headers),
            *_redact.secret_values(core.extra_query),
        ]
        self.lost_one = False
        """Whether an attempt may have taken effect although its answer was lost."""

    def prepare(self) -> Flow[None]:
        """Give a request that must not be repeated a key, where the server honours one."""
        if self._repeatable:
            return
        features = yield from self._core.extensions.ask(self._core.headers, self._deadline)
        if IDEMPOTENCY_KEY in features:
            headers = {**self._request.headers, "Idempotency-Key": uuid.uuid4().hex}
            self._request = evolve(self._request, headers=headers)
            self._repeatable = True

    def answer(self) -> Flow[Answer]:
        """Send the request, again where that is allowed, until there is a good answer."""
        while True:
            self._count += 1
            reply = yield from self._follow()
            if isinstance(reply, Answer) and reply.is_success:
                return reply
            self.lost_one |= isinstance(reply, Failure) and reply.fault is Fault.LOST
            yield Sleep(self._pause(reply))

    def decode(self, answer: Answer, parse: Callable[[Response], T]) -> T:
        """Read the answer of a success."""
        try:
            content = strict_json(answer.body)
        except ValueError as error:
            raise self._not_understood(answer, str(error)) from self._shown(error)
        if self._core.error_in_body and says_error(content):
            raise self._api_error(answer)
        try:
            return parse(ParsedResponse(answer, content))
        except ShapeError as error:
            raise self._not_understood(answer, str(error), error.field) from self._shown(error)
        except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
            from oxloop._mismatch import mismatch

            wrong = mismatch(self._method, self._path, content)
            if wrong is None and isinstance(error, KeyError):
                wrong = ShapeError(str(error.args[0]), "is missing")
            problem, field = (str(wrong), wrong.field) if wrong else (str(error), None)
            raise self._not_understood(answer, problem, field) from self._shown(error)

    def _follow(self) -> Flow[Answer | Failure]:
        """Send the request, and follow where the server points to."""
        request, hops = self._request, 0
        while True:
            reply = yield from self._send(request)
            place = reply.headers.get("location") if isinstance(reply, Answer) else None
            if isinstance(reply, Failure) or reply.status not in _REDIRECTS or not place:
                return reply
            hops += 1
            if hops > _MOST_REDIRECTS:
                raise self._api_error(reply, f"Redirected more than {_MOST_REDIRECTS} times")
            request = self._redirected(request, reply, place)

    def _send(self, request: Request) -> Flow[Answer | Failure]:
        """One request and its answer, with a line in the log for each."""
        if self._sink is not None:
            self._sink.restart()
        _log_request(request, self._count)
        if self._core.on_request is not None:
            self._tell_of_request(request, self._core.on_request)
        reply = yield Send(
            request=request,
            timeout=self._core.timeout,
            deadline=self._deadline,
            sink=self._sink,
            body_deadline=self._core.time.monotonic() + self._body_total,
        )
        assert reply is not None
        if isinstance(reply, Answer):
            self._request_id = _request_id(reply.headers) or self._request_id
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug(
                "%s %s: %s after %.3f s (request id %s)",
                self._method, self._path, self._brief(reply), self._elapsed(), self._request_id,
            )  # fmt: skip
        if isinstance(reply, Answer) and (show := witness.get()) is not None:
            show(request, reply, self._request_id)
        if self._core.on_response is not None:
            self._tell_of_response(request, reply, self._core.on_response)
        return reply

    def _redirected(self, request: Request, answer: Answer, place: str) -> Request:
        """The request that a redirect asks for; every key stays behind if it leads elsewhere."""
        try:
            url = urljoin(request.url, place)
            same = origin(url) == origin(request.url)
        except ValueError as error:
            problem = "it redirects to an address that makes no sense"
            raise self._not_understood(answer, problem) from self._shown(error)
        if urlsplit(url).scheme not in ("http", "https"):
            raise self._api_error(answer, "Redirected to an address that is not HTTP")
        headers = request.headers if same else self._core.headers
        if request.method in ("GET", "HEAD"):
            return evolve(request, url=url, headers=headers, options={})
        if same and answer.status in (307, 308):
            options = {name: value for name, value in request.options.items() if name != "params"}
            return evolve(request, url=url, options=options)
        raise self._api_error(
            answer,
            f"Redirected to {urlsplit(url).netloc}, where a {request.method} is not sent on; "
            "if that is the right address, give it as base_url=",
        )

    def _pause(self, reply: Answer | Failure) -> float:
        """Seconds until the next attempt, if there may be one; otherwise raises the error."""
        decision = self._core.policy.decide(
            reply.fault if isinstance(reply, Failure) else self._status(reply),
            attempt=self._count,
            elapsed=self._elapsed(),
            repeatable=self._repeatable,
            chance=self._core.time.chance(),
        )
        match decision, reply:
            case Retry(after), _:
                self._tell_of_retry(after, self._brief(reply))
                return after
            case _, Failure():
                raise self._no_answer(reply) from self._shown(reply.cause)
            case _, Answer():
                raise self._api_error(reply)

    def _tell_of_request(self, request: Request, hook: "OnRequest") -> None:
        from oxloop._events import RequestEvent

        hook(
            RequestEvent(
                method=request.method,
                path=urlsplit(request.url).path,
                query=_redact.parameters(request.options.get("params") or {}),
                headers=_redact.headers(request.headers),
                attempt=self._count,
                request_id=self._request_id,
            )
        )

    def _tell_of_response(
        self, request: Request, reply: Answer | Failure, hook: "OnResponse"
    ) -> None:
        from oxloop._events import ResponseEvent

        answer = reply if isinstance(reply, Answer) else None
        hook(
            ResponseEvent(
                method=request.method,
                path=urlsplit(request.url).path,
                attempt=self._count,
                status_code=answer.status if answer else None,
                headers=_redact.headers(answer.headers) if answer else {},
                reason=self._brief(reply),
                elapsed=self._elapsed(),
                request_id=self._request_id,
            )
        )

    def _tell_of_retry(self, after: float, reason: str) -> None:
        _log.info(
            "%s %s: %s; attempt %d follows in %.2f s",
            self._method, self._path, reason, self._count + 1, after,
        )  # fmt: skip
        if self._core.on_retry is not None:
            from oxloop._events import RetryEvent

            event = RetryEvent(
                method=self._method,
                path=self._path,
                attempt=self._count,
                after=after,
                reason=reason,
                elapsed=self._elapsed(),
            )
            self._core.on_retry(event)

    def _no_answer(self, failure: Failure) -> OxloopError:
        """The error that a lost attempt amounts to."""
        reason = self._brief(failure)
        if failure.fault is Fault.UNDECODABLE:
            return DecodeError(
                _sentence(reason), status_code=None, call=self._info(), outcome=self._unknown()
            )
        if failure.timed_out and self._core.time.monotonic() >= self._deadline:
            reason += f"; total_timeout is {self._core.policy.total:g} s"
        return (TimeoutError if failure.timed_out else TransportError)(
            f"{self._core.target.base_url}: {reason}",
            call=self._info(),
            outcome=self._unknown() if failure.fault is Fault.LOST else None,
        )

    def _api_error(self, answer: Answer, message: str | None = None) -> APIError:
        """The error that an answer tells of."""
        problem = read_problem(answer.status, answer.body)
        return APIError.class_for(answer.status)(
            _redact.text(message or problem.message, self._secrets),
            status_code=answer.status,
            code=problem.code,
            errors=tuple(
                e._replace(message=_redact.text(e.message, self._secrets)) for e in problem.errors
            ),
            retry_after=self._retry_after(answer),
            call=self._info(),
            body=_redact.body(answer.body, self._secrets),
        )

    def _not_understood(
        self, answer: Answer, problem: str, field: str | None = None
    ) -> DecodeError:
        """The error that a senseless answer amounts to."""
        problem = _redact.text(problem, self._secrets) or "its shape is wrong"
        return DecodeError(
            f"The answer is not what the API promises: {problem}",
            status_code=answer.status,
            field=field,
            call=self._info(),
            body=_redact.body(answer.body, self._secrets),
            outcome=self._unknown(),
        )

    def _status(self, answer: Answer) -> Status:
        return Status(answer.status, self._retry_after(answer))

    def _retry_after(self, answer: Answer) -> float | None:
        return parse_retry_after(answer.headers, self._core.time.wall())

    def _unknown(self) -> Outcome:
        """What became of a request that was sent and has no usable answer."""
        return "unknown" if self._method in ("POST", "PATCH") else None

    def _elapsed(self) -> float:
        return self._core.time.monotonic() - self._started

    def _brief(self, reply: Answer | Failure) -> str:
        """How an attempt ended, for the log and the hook."""
        if isinstance(reply, Answer):
            return f"status {reply.status}"
        return _redact.text(reply.reason, self._secrets)

    def _shown(self, cause: BaseException | None) -> BaseException | None:
        """The cause of an error, unless its text holds a secret."""
        told = str(cause)
        return cause if _redact.text(told, self._secrets) == told else None

    def _info(self) -> CallInfo:
        return CallInfo(self._method, self._path, self._request_id, self._count, self._elapsed())


def _log_request(request: Request, attempt: int) -> None:
    if _log.isEnabledFor(logging.DEBUG):
        _log.debug(
            "%s %s, attempt %d: headers %s, parameters %s",
            request.method,
            urlsplit(request.url)._replace(query="").geturl(),
            attempt,
            _redact.headers(request.headers),
            _redact.parameters(request.options.get("params") or {}),
        )


def _request_id(headers: Mapping[str, str]) -> str | None:
    """The server's name for the request."""
    return next((headers[name] for name in _REQUEST_ID_HEADERS if headers.get(name)), None)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
