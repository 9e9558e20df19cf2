"""Every error that this package raises.

    OxloopError
    ├── ConfigurationError               a mistake in the call or in the set-up; nothing was sent
    ├── TransportError                   no whole answer came
    │   └── TimeoutError                 … in time (also a built-in TimeoutError)
    ├── APIError                         the server answered with an error
    │   ├── BadRequestError              400
    │   ├── AuthenticationError          401
    │   ├── PaymentRequiredError         402
    │   ├── PermissionDeniedError        403
    │   ├── NotFoundError                404
    │   ├── ConflictError                409
    │   ├── UnprocessableEntityError     422
    │   ├── UpgradeRequiredError         426
    │   ├── RateLimitError               429
    │   └── ServerError                  5xx
    ├── DecodeError                      a whole answer came that makes no sense
    ├── EvaluationFailed                 the run ended badly
    ├── EvaluationCancelled              the run was cancelled
    └── WaitTimeout                      wait() ran out of time; the run goes on at the server

Each can be pickled, prints as one useful line, and never holds a key.
"""

import builtins
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from oxloop.runs import RunState

Outcome = Literal["unknown"] | None


class CallInfo(NamedTuple):
    """Which call an error came from.

    Attributes:
        method: The HTTP method.
        path: The path, without its query.
        request_id: The id of the request, as the server names it or as it was sent.
        attempts: How often the request was sent or tried.
        elapsed: Seconds from the start of the call, waits included.
    """

    method: str
    path: str
    request_id: str
    attempts: int
    elapsed: float


class FieldError(NamedTuple):
    """One thing that the server found wrong in a request.

    Attributes:
        field: Where it is, as a dotted path into the request.
        message: What is wrong with it.
    """

    field: str
    message: str


class OxloopError(Exception):
    """Base of all errors of this package.

    Attributes:
        message: What went wrong, where, and what to do, as one sentence.
        request_id: The id of the request, as the server names it or as it was sent.
        method: The HTTP method of the request.
        path: The path of the request, without its query.
        attempts: How often the request was sent or tried.
        elapsed: Seconds from the start of the call to the error, waits included.
        body: The start of the answer's body, with keys and tokens masked.
        outcome: ``"unknown"`` if the request may have taken effect at the server although no
            usable answer came back; check before you send it again.
    """

    def __init__(
        self,
        message: str,
        *,
        call: CallInfo | None = None,
        body: str | None = None,
        outcome: Outcome = None,
    ) -> None:
        super().__init__(message)
        self.args = (message,)
        self.message = message
        self.method = call.method if call else None
        self.path = call.path if call else None
        self.request_id = call.request_id if call else None
        self.attempts = call.attempts if call else None
        self.elapsed = call.elapsed if call else None
        self.body = body
        self.outcome: Outcome = outcome

    def __str__(self) -> str:
        details = "; ".join(self._details())
        return f"{self.message} ({details})" if details else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.message, dict(self.__dict__))

    def _details(self) -> list[str]:
        """What stands in brackets behind the message."""
        details: list[str] = []
        if self.method and self.path:
            details.append(f"{self.method} {self.path}")
        if self.attempts is not None and self.elapsed is not None:
            attempts = "1 attempt" if self.attempts == 1 else f"{self.attempts} attempts"
            details.append(f"{attempts} in {self.elapsed:.2f} s")
        if self.request_id:
            details.append(f"request id {self.request_id}")
        if self.outcome == "unknown":
            details.append("the request may have taken effect all the same")
        return details


class ConfigurationError(OxloopError):
    """A mistake in the call or in the set-up; the message says what to change."""


class TransportError(OxloopError):
    """No whole answer came back: not connected, connection lost, or cut off in the middle."""


class TimeoutError(TransportError, builtins.TimeoutError):  # noqa: A001 - the name users expect
    """The answer did not come in time."""


class APIError(OxloopError):
    """The server answered with an error.

    Attributes:
        status_code: The HTTP status; 200 if the error stood in the body alone.
        code: The server's word for the kind of error, such as ``resource_not_found``.
        errors: What is wrong with which field of the request, where the server says so.
        retry_after: Seconds after which the server asks to try again, if it said so.
    """

    def __init__(
        self,
        message: str,
        *,
        status_code: int,
        code: str | None = None,
        errors: tuple[FieldError, ...] = (),
        retry_after: float | None = None,
        call: CallInfo | None = None,
        body: str | None = None,
    ) -> None:
        super().__init__(message, call=call, body=body)
        self.status_code = status_code
        self.code = code
        self.errors = errors
        self.retry_after = retry_after

    @classmethod
    def class_for(cls, status_code: int) -> "type[APIError]":
        """Return the class of the errors with this HTTP status."""
        if 500 <= status_code <= 599:
            return ServerError
        return _BY_STATUS.get(status_code, APIError)

    def _details(self) -> list[str]:
        status = f"{self.status_code} {self.code}" if self.code else str(self.status_code)
        return [status, *super()._details()]


class BadRequestError(APIError):
    """400: the request is not valid."""


class AuthenticationError(APIError):
    """401: no key, or one that the server does not know."""


class PaymentRequiredError(APIError):
    """402: the account has no credits left."""


class PermissionDeniedError(APIError):
    """403: the key may not do this."""


class NotFoundError(APIError):
    """404: there is no such thing, or the key may not see it."""


class ConflictError(APIError):
    """409: it is there already, or it changed meanwhile."""


class UnprocessableEntityError(APIError):
    """422: the request is well formed, but its content is refused; see ``errors``."""


class UpgradeRequiredError(APIError):
    """426: the server takes this client for one that is too old."""


class RateLimitError(APIError):
    """429: too many requests; ``retry_after`` says when to come back, if the server did."""


class ServerError(APIError):
    """5xx: the server failed."""


class DecodeError(OxloopError):
    """A whole answer came, but it is not what the API promises: see ``field`` and ``body``.

    Attributes:
        status_code: The HTTP status of the answer; None if it was given up before its end.
        field: The part of the body that is wrong, where one part can be named.
    """

    def __init__(
        self,
        message: str,
        *,
        status_code: int | None,
        field: str | None = None,
        call: CallInfo | None = None,
        body: str | None = None,
        outcome: Outcome = None,
    ) -> None:
        super().__init__(message, call=call, body=body, outcome=outcome)
        self.status_code = status_code
        self.field = field


class _RunError(OxloopError):
    """An error about a run as a whole.

    Attributes:
        run: The run as it was last seen.
        run_id: Its id, with which it can be asked for again.
    """

    def __init__(self, message: str, *, run: "RunState") -> None:
        super().__init__(message)
        self.run = run
        self.run_id = run.id


class EvaluationFailed(_RunError):
    """The run ended without a result; ``run.error`` says why."""


class EvaluationCancelled(_RunError):
    """The run was cancelled."""


class WaitTimeout(_RunError, builtins.TimeoutError):
    """``wait()`` ran out of its time. The run goes on at the server: wait again, or ask later."""


_BY_STATUS: dict[int, type[APIError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: PaymentRequiredError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    426: UpgradeRequiredError,
    429: RateLimitError,
}


def _restore(kind: type[OxloopError], message: str, state: dict[str, Any]) -> OxloopError:
    """Make an error again that was pickled, whatever its ``__init__`` asks for."""
    error = kind.__new__(kind, message)
    error.args = (message,)
    error.__dict__.update(state)
    return error
