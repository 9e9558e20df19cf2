"""From what callers give to the requests of the generated layer; checked before it is sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, Self, TypeVar, cast

from oxloop._checks import by_the_rules
from oxloop.errors import ConfigurationError
from oxloop.rules.paths import check_segments


class Body(Protocol):
    """A body of the generated layer."""

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        """Make one out of JSON."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        ...


B = TypeVar("B", bound=Body)
E = TypeVar("E")


def path_id(name: str, value: str) -> str:
    """Return an id that goes into an address.

    Raises:
        ConfigurationError: It is no text, empty, or would not arrive as it is.
    """
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(f"{name} is a {type(value).__name__}; give the id, a text.")
    with by_the_rules():
        check_segments(name, value, multi=False)
    return value


def present(**fields: Any) -> dict[str, Any]:
    """Return the fields that were given: those that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def word(kind: Callable[[str], E], name: str, value: str) -> E:
    """Return a word of one of the API's lists; one that it does not know goes out as it is.

    Raises:
        ConfigurationError: It is no text, or empty.
    """
    if not isinstance(value, str) or not value:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(f"{name}={value!r} is not usable; give one of the API's words.")
    return kind(value)


def check_names(method: str, given: Mapping[str, object], known: type) -> None:
    """Refuse an argument by a name that a method does not have.

    Args:
        method: The method.
        given: The arguments.
        known: The typed dictionary that lists them.

    Raises:
        ConfigurationError: There is such an argument.
    """
    names = list(known.__annotations__)
    for name in given:
        if name not in names:
            raise ConfigurationError(f"{method} takes no {name}=; it takes {', '.join(names)}.")


def ids(name: str, values: Sequence[str]) -> list[str]:
    """Return ids or words as a list.

    Raises:
        ConfigurationError: There is none, or it is a single text.
    """
    if isinstance(values, str):
        raise ConfigurationError(f"{name}={values!r} is one text; give a list: [{values!r}].")
    if not values:
        raise ConfigurationError(f"{name}= is empty; give one at least.")
    return list(values)


def body(kind: type[B], fields: Mapping[str, Any], place: str = "") -> B:
    """Make a request's body out of JSON.

    Args:
        kind: The body's model in the generated layer.
        fields: The JSON.
        place: The argument that it came from, to say where something is wrong.

    Raises:
        ConfigurationError: It lacks a field, or has one that the API does not know.
    """
    if not isinstance(fields, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigurationError(
            f"{place} is a {type(fields).__name__}; give a mapping of the fields."
        )
    given = _json(fields)
    try:
        made = kind.from_dict(given)
    except KeyError as error:
        raise ConfigurationError(f"{_join(place, error.args[0])} is missing.") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(f"{place or 'The request'} is not usable: {error}.") from None
    unknown = _unknown(given, made, place)
    if unknown is not None:
        raise ConfigurationError(f"{unknown} is no field that Humanloop's API knows here.")
    return made


def _json(value: Any) -> Any:
    """What JSON has for a value; what it has nothing for stays as it is."""
    if isinstance(value, Mapping):
        return {name: _json(item) for name, item in cast("Mapping[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in cast("Sequence[Any]", value)]
    return value.isoformat() if isinstance(value, date) else value


def _unknown(given: Mapping[str, Any], made: Body, place: str) -> str | None:
    """The first field that the body's model does not have, or that a part of it would not keep."""
    more: Mapping[str, Any] = getattr(made, "additional_properties", {})
    if more:
        return _join(place, next(iter(more)))
    return _lost(given, made.to_dict(), place)


def _lost(given: object, kept: object, place: str) -> str | None:
    """The first field that is in what was given, and not in what is sent."""
    if isinstance(given, dict) and isinstance(kept, dict):
        names = cast("Mapping[str, object]", kept)
        for name, value in cast("Mapping[str, object]", given).items():
            inside = _join(place, name)
            lost = inside if name not in names else _lost(value, names[name], inside)
            if lost is not None:
                return lost
    if isinstance(given, list) and isinstance(kept, list):
        pairs = zip(cast("Sequence[object]", given), cast("Sequence[object]", kept), strict=False)
        for number, (value, sent) in enumerate(pairs):
            lost = _lost(value, sent, f"{place}[{number}]")
            if lost is not None:
                return lost
    return None


def _join(place: str, name: object) -> str:
    return f"{place}.{name}" if place else str(name)
