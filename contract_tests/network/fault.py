"""What a fault is: where it shows, and what a client has to make of it."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from peer import Line, Received

    from .server import Server


class Verb(Enum):
    """What a client does."""

    GET = "GET"
    POST = "POST"
    KEYED = "POST with a key"
    """At a server that honours ``Idempotency-Key``."""


class Need(Enum):
    """What has to become of an attempt that meets a fault."""

    FINE = "the right result"
    NOT_CONNECTED = "TransportError; always sent again"
    LOST = "TransportError; sent again if that does no harm"
    SILENT = "TimeoutError; sent again if that does no harm"
    UNREACHED = "TimeoutError; always sent again"
    ENDLESS = "TimeoutError when the total time is over"
    SENSELESS = "DecodeError; not sent again"
    STATUS = "APIError; not sent again"
    STATUS_SAFE = "APIError; sent again if that does no harm"
    STATUS_AGAIN = "APIError; always sent again"
    TYPED = "any error of ours"

    def repeats(self, verb: Verb) -> bool:
        """Whether a client that met it sends its request again."""
        if self in (Need.LOST, Need.SILENT, Need.STATUS_SAFE):
            return verb is not Verb.POST
        return self in (Need.NOT_CONNECTED, Need.UNREACHED, Need.STATUS_AGAIN)


class Schedule(Enum):
    """Which of its chances a fault takes."""

    ALWAYS = "always"
    FIRST = "first time only"
    ALTERNATE = "every other time"

    def hits(self, chance: int) -> bool:
        """Whether the fault shows at a chance; the first is 1."""
        return self is Schedule.ALWAYS or (
            chance == 1 if self is Schedule.FIRST else chance % 2 == 1
        )


@frozen
class Exchange:
    """A request that was read, and the answer that would be good.

    Attributes:
        line: The connection.
        request: The request.
        good: The body of a good answer.
        server: The server.
    """

    line: "Line"
    request: "Received"
    good: bytes
    server: "Server"

    @property
    def secret(self) -> str:
        """The key that came with the request; a fault shows it wherever it can."""
        return self.request.headers["authorization"]


OnRequest = Callable[[Exchange], bool]
"""Answers a request; whether the connection is still good for another one."""
OnAccept = Callable[["Line"], object]
"""Does something to a new connection of which nothing was read."""
OnLookUp = Callable[["Server"], list[str]]
"""Answers a look-up of the server's name with addresses."""


@frozen(kw_only=True)
class Fault:
    """One way to misbehave; it shows at a request, a new connection or a look-up of the name.

    Attributes:
        number: The fault's number.
        name: What it is.
        need: What has to become of it.
        post_need: The same for a POST, if that differs.
        on_request: What happens to a request.
        on_accept: What happens to a new connection.
        on_look_up: What happens to a look-up.
        encrypted: Whether the server speaks TLS.
        patience: Seconds that the client waits for a connection and for the next byte.
        total: Seconds that the client has for a call.
        requests: Most requests in an attempt.
        big: Whether it wants to fill the client's memory.
        waits: Whether it is a matter of waiting, for the most part.
    """

    number: int
    name: str
    need: Need
    post_need: Need | None = None
    on_request: OnRequest | None = None
    on_accept: OnAccept | None = None
    on_look_up: OnLookUp | None = None
    encrypted: bool = False
    patience: float = 15.0
    total: float = 60.0
    requests: int = 1
    big: bool = False
    waits: bool = False

    def __str__(self) -> str:
        return f"{self.number:02} {self.name}"

    def need_for(self, verb: Verb) -> Need:
        """What has to become of it when a client does something."""
        return self.need if verb is Verb.GET else self.post_need or self.need

    @property
    def creates(self) -> bool:
        """Whether a POST that meets it takes effect, as far as it was read."""
        refusals = (Need.STATUS, Need.STATUS_SAFE, Need.STATUS_AGAIN)
        return (self.post_need or self.need) not in refusals
