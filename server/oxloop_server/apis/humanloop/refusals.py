"""How Humanloop's API refuses: what is wrong, and at which place of the request."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from oxloop_server.problems import Detail, Refused

P = ParamSpec("P")
T = TypeVar("T")
Place = tuple[str | int, ...]


def invalid(place: Place, message: str, kind: str = "value") -> Refused:
    """A request that is wrong in a way that its schema does not tell.

    Args:
        place: The way to what is wrong, from ``body``, ``query`` or ``path`` inwards.
        message: What is wrong there, and what to do.
        kind: A word for the kind of fault.
    """
    return Refused("invalid_params", message, details=[Detail(place, message, kind)])


def unknown(place: Place, kind: str, wanted: str) -> Refused:
    """A body or query that names an object that the sender does not have.

    Args:
        place: The way to the id.
        kind: What kind of object it would be.
        wanted: The id.
    """
    return invalid(place, f"There is no {kind} '{wanted}'.", "not_found")


def not_found(kind: str, wanted: str) -> Refused:
    """A path that names an object that the sender does not have."""
    return Refused("not_found", f"There is no {kind} '{wanted}'.")


def wrong_state(message: str) -> Refused:
    """A request that would do at another time: the object's state does not allow it now."""
    return Refused("wrong_state", message)


def found(value: T | None, otherwise: Callable[P, Refused], *args: P.args, **kwargs: P.kwargs) -> T:
    """The value, if there is one.

    Args:
        value: What was looked for.
        otherwise: Makes the refusal if there is none: ``not_found`` or ``unknown``.
        args: Its arguments.
        kwargs: Its keyword arguments.

    Raises:
        Refused: If there is none.
    """
    if value is None:
        raise otherwise(*args, **kwargs)
    return value
