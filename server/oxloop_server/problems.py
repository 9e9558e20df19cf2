"""What the service refuses, said once for every API; each API wraps it in its own envelope."""

from typing import Literal

ProblemCode = Literal[
    "invalid_params",
    "unauthenticated",
    "not_found",
    "conflict",
    "too_large",
    "unsupported",
    "malformed",
    "wrong_media_type",
    "no_route",
    "wrong_method",
    "internal",
]


class Refused(Exception):
    """A request that the service understands and will not do, with the sentence for its sender.

    Args:
        code: What kind of refusal; it decides the HTTP status and the envelope's type.
        message: One clear sentence or two: what was wrong, where, what to do.
        field: The request field at fault (``target_column``, ``resource`` …), if there is one.
    """

    def __init__(self, code: ProblemCode, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code: ProblemCode = code
        self.message = message
        self.field = field


class StartError(Exception):
    """The service cannot start; its text is the whole sentence for the person who started it."""
