"""How Humanloop's API refuses: what is wrong, and at which place of the request."""

from typing import TypeVar

from oxloop_server.problems import Detail, Refused

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


def found(value: T | None, otherwise: Refused) -> T:
    """The value, if there is one.

    Raises:
        Refused: ``otherwise``, if there is none.
    """
    if value is None:
        raise otherwise
    return value
