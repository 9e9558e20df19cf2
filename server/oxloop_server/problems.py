"""What the service refuses, said once for every API; each API wraps it in its own envelope."""

from collections.abc import Sequence
from typing import Literal

from attrs import field, frozen

ProblemCode = Literal[
    # A request that breaks its schema, and one that keeps it and still cannot be done.
    "breaks_schema",
    "invalid_params",
    "unauthenticated",
    "forbidden",
    "not_found",
    "conflict",
    "wrong_state",
    "too_large",
    "too_much",
    "head_too_large",
    "too_slow",
    "busy",
    "unwritable",
    "unsupported",
    "malformed",
    "wrong_media_type",
    "no_route",
    "wrong_method",
    "model_failed",
    "internal",
]


LONGEST = 2000
"""Characters of a sentence; what it repeats of a request may be of any length."""


def brief(text: str) -> str:
    """A sentence without its middle, if it is too long: its end often says what to do."""
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"


def _brief_place(place: Sequence[str | int]) -> tuple[str | int, ...]:
    return tuple(brief(part) if isinstance(part, str) else part for part in place)


@frozen
class Detail:
    """One thing that is wrong with a request, for an API that lists them.

    Args:
        place: The way to it, from ``body``, ``query`` or ``path`` inwards.
        message: What is wrong there.
        kind: A word for the kind of fault: ``required``, ``type``, ``not_found`` …
    """

    place: tuple[str | int, ...] = field(converter=_brief_place)
    message: str = field(converter=brief)
    kind: str


class Refused(Exception):
    """A request that the service understands and will not do, with the sentence for its sender.

    Args:
        code: What kind of refusal; it decides the HTTP status and the envelope's type.
        message: One clear sentence or two: what was wrong, where, what to do.
        field: The request field at fault (``target_column``, ``resource`` …), if there is one.
        details: The same one by one, where more is known of it.
    """

    def __init__(
        self,
        code: ProblemCode,
        message: str,
        field: str | None = None,
        details: Sequence[Detail] = (),
    ) -> None:
        super().__init__(message)
        self.code: ProblemCode = code
        self.message = message
        self.field = field
        self.details = tuple(details)


class StartError(Exception):
    """The service cannot start; its text is the whole sentence for the person who started it."""
