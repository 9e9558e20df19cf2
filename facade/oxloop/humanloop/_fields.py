"""Reads the fields of a generated model, one by one, each as what it has to be."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, cast

from attrs import fields

from oxloop._decode import (
    ShapeError,
    extras,
    integer,
    known,
    maybe_integer,
    maybe_moment,
    maybe_number,
    maybe_text,
    moment,
    part,
)
from oxloop.humanloop.details import Json

V = TypeVar("V")

_UNDOCUMENTED: Final = "additional_properties"


class Fields:
    """The fields of a generated model; what is not read by its name is left over.

    Args:
        model: The model.
        place: What stands before a field's name when something is wrong with it.
    """

    def __init__(self, model: Any, place: str = "") -> None:
        self._model = model
        self._place = place
        self._left = dict(_names(model.__class__))

    def text(self, name: str) -> str:
        """Return a text that has to be there; a word of a list counts as text."""
        value, place = self._take(name)
        return part(maybe_text(value, place), place)

    def maybe_text(self, name: str) -> str | None:
        """Return a text, or None; a word of a list counts as text."""
        return maybe_text(*self._take(name))

    def integer(self, name: str) -> int:
        """Return a whole number that has to be there."""
        return integer(*self._take(name))

    def maybe_integer(self, name: str) -> int | None:
        """Return a whole number, or None."""
        return maybe_integer(*self._take(name))

    def maybe_number(self, name: str) -> float | None:
        """Return a number, or None."""
        return maybe_number(*self._take(name))

    def moment(self, name: str) -> datetime:
        """Return a moment that has to be there."""
        return moment(*self._take(name))

    def maybe_moment(self, name: str) -> datetime | None:
        """Return a moment, or None."""
        return maybe_moment(*self._take(name))

    def json(self, name: str) -> Json | None:
        """Return a JSON object, or None."""
        value, place = self._take(name)
        found = plain(value)
        if not isinstance(found, dict | None):
            raise ShapeError(place, "is not an object")
        return cast("Json | None", found)

    def value(self, name: str) -> Any:
        """Return a part as JSON, whatever it is; a list as a tuple."""
        value, _ = self._take(name)
        found = plain(value)
        return tuple(cast("Iterable[Any]", found)) if isinstance(found, list) else found

    def maybe(self, name: str, read: Callable[[Any, str], V]) -> V | None:
        """Return what ``read`` makes of a part, or None."""
        value, place = self._take(name)
        found = known(value)
        return None if found is None else read(found, f"{place}.")

    def one(self, name: str, read: Callable[[Any, str], V]) -> V:
        """Return what ``read`` makes of a part that has to be there."""
        value, place = self._take(name)
        return read(part(value, place), f"{place}.")

    def each(self, name: str, read: Callable[[Any, str], V]) -> tuple[V, ...]:
        """Return what ``read`` makes of each item of a list that has to be there."""
        return part(self.maybe_each(name, read), self._place + name)

    def maybe_each(self, name: str, read: Callable[[Any, str], V]) -> tuple[V, ...] | None:
        """Return what ``read`` makes of each item of a list, or None."""
        value, place = self._take(name)
        found: list[Any] | None = known(value)
        if found is None:
            return None
        return tuple(read(item, f"{place}[{number}].") for number, item in enumerate(found))

    def rest(self) -> dict[str, Any]:
        """Return the fields that were not read, as JSON; what is null is left out."""
        left = {name: plain(getattr(self._model, own)) for name, own in self._left.items()}
        left |= extras(self._model)
        return {name: value for name, value in left.items() if value is not None}

    def _take(self, name: str) -> tuple[Any, str]:
        """The value of a field, and its place."""
        return getattr(self._model, self._left.pop(name)), self._place + name


def plain(value: Any) -> Any:
    """Return a part of a generated model as JSON; None for what the answer left out."""
    value = known(value)
    if isinstance(value, list):
        return [plain(item) for item in cast("Iterable[Any]", value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return value.to_dict() if hasattr(value, "to_dict") else value


@cache
def _names(kind: type[Any]) -> Mapping[str, str]:
    """A model's own names of its fields, by their names in JSON.

    The generator puts a line behind those that Python has taken.
    """
    names = [attribute.name for attribute in fields(kind)]
    return {name.rstrip("_"): name for name in names if name != _UNDOCUMENTED}
