"""The steps that a call is made of. Plain data: flows yield them, drivers carry them out."""

from collections.abc import Generator, Mapping
from typing import Any, Protocol, TypeVar

from attrs import field, frozen

from oxloop._config import Timeout
from oxloop._policy import Fault

T = TypeVar("T")


class Sink(Protocol):
    """Takes the body of a download as it comes."""

    def restart(self) -> None:
        """Forget what came before: the request is sent again."""

    def write(self, chunk: bytes, /) -> object:
        """Take the next bytes."""


@frozen(kw_only=True)
class Request:
    """An HTTP request.

    Attributes:
        method: The HTTP method.
        url: The whole address, without the query.
        headers: All headers that this package sets.
        options: What else the HTTP client takes: ``params``, ``json``, ``files`` …
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    options: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)


@frozen(kw_only=True)
class Send:
    """Send a request and read its answer; the step's result is an Answer or a Failure.

    Attributes:
        request: What to send.
        timeout: Limits of the single steps.
        deadline: Moment, on the monotonic clock, at which even a slow peer is given up. With a
            sink it holds up to the answer's headers only.
        sink: Takes the body of a good answer as it comes; None keeps it in memory.
        body_deadline: The same for the body that goes into the sink.
    """

    request: Request
    timeout: Timeout
    deadline: float
    sink: Sink | None = None
    body_deadline: float = float("inf")


@frozen
class Sleep:
    """Pause.

    Attributes:
        seconds: How long.
    """

    seconds: float


@frozen
class Emit:
    """Hand an item to whoever follows the flow: a row, or news of a run.

    Attributes:
        item: The item.
    """

    item: Any


@frozen(kw_only=True)
class Answer:
    """A whole answer.

    Attributes:
        status: The HTTP status.
        headers: The headers, by lower-case name.
        body: The body, decompressed; empty if it went into a sink.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status says that all went well."""
        return 200 <= self.status <= 299


@frozen(kw_only=True)
class Failure:
    """No whole answer came.

    Attributes:
        fault: How far the request got.
        timed_out: Whether it was given up because of a time limit.
        reason: What happened, in a few words.
        cause: The HTTP client's own error, where there is one.
    """

    fault: Fault
    timed_out: bool
    reason: str
    cause: BaseException | None = None


Step = Send | Sleep | Emit
Reply = Answer | Failure | None
Flow = Generator[Step, Reply, T]
"""Logic that is written once: it yields steps and is sent their results."""
