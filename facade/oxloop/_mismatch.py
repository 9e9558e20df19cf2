"""Where an answer is not what its spec promises: looked up only after it could not be read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from oxloop_api.specs import resolve

from oxloop._decode import ShapeError, shown
from oxloop._operations import find

_KINDS: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "object": ((dict,), "an object"),
    "array": ((list,), "a list"),
    "string": ((str,), "text"),
    "integer": ((int,), "a whole number"),
    "number": ((int, float), "a number"),
    "boolean": ((bool,), "true or false"),
    "null": ((type(None),), "null"),
}
_FORMATS: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "date-time": (datetime.fromisoformat, "a date and time"),
    "uuid": (UUID, "a uuid"),
}

_Schema = Mapping[str, Any]


def mismatch(method: str, path: str, content: object) -> ShapeError | None:
    """Return what is wrong with an answer, by the spec of its operation; None if nothing is.

    Words that a list of several words does not have are right, as are fields that no spec knows.

    Args:
        method: The request's HTTP method.
        path: The request's path.
        content: The answer, as JSON.
    """
    found = find(method, path)
    if found is None:
        return None
    operation, _ = found
    return next(_wrong(operation.spec, operation.schema, content, ""), None)


def _wrong(spec: _Schema, schema: _Schema, value: Any, place: str) -> Iterator[ShapeError]:
    """Each thing that is wrong with a part of an answer, the outermost first."""
    schema = resolve(spec, schema)
    kinds = schema.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(kind, value) for kind in kinds):
        wanted = " or ".join(_KINDS[kind][1] for kind in kinds)
        yield ShapeError(place or "(the whole answer)", f"is {shown(value)}, not {wanted}")
        return
    for part in schema.get("allOf", ()):
        yield from _wrong(spec, part, value, place)
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        yield from _wrong_for_all(spec, choices, value, place)
    if isinstance(value, str):
        yield from _wrong_text(schema, value, place)
    elif isinstance(value, list):
        for number, item in enumerate(cast("Sequence[Any]", value)):
            yield from _wrong(spec, schema.get("items", {}), item, f"{place}[{number}]")
    elif isinstance(value, dict):
        yield from _wrong_fields(spec, schema, cast("dict[str, Any]", value), place)


def _wrong_fields(
    spec: _Schema, schema: _Schema, value: dict[str, Any], place: str
) -> Iterator[ShapeError]:
    start = f"{place}." if place else ""
    for name in schema.get("required", ()):
        if name not in value:
            yield ShapeError(start + name, "is missing")
    for name, part in schema.get("properties", {}).items():
        if name in value:
            yield from _wrong(spec, part, value[name], start + name)


def _wrong_for_all(
    spec: _Schema, choices: Iterable[_Schema], value: Any, place: str
) -> Iterator[ShapeError]:
    """What is wrong for every member of a union, the first thing: of the member that is meant."""
    members = [resolve(spec, choice) for choice in choices]
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        tagged = [(member, *_tag(spec, member)) for member in members]
        meant = [member for member, name, word in tagged if name and fields.get(name) == word]
        names = {name for _, name, _ in tagged}
        if len(names) == 1 and not meant and (name := names.pop()) in fields:
            words = " or ".join(shown(word) for _, _, word in tagged)
            yield ShapeError(
                f"{place}.{name}".lstrip("."), f"is {shown(fields[name])}, not {words}"
            )
            return
        members = meant or members
    found = [next(_wrong(spec, member, value, place), None) for member in members]
    wrong = [one for one in found if one is not None]
    if len(wrong) == len(found):
        yield max(wrong, key=lambda one: len(one.field))


def _tag(spec: _Schema, member: _Schema) -> tuple[str | None, Any]:
    """The field that tells a member of a union from the others, and its word."""
    for name in member.get("required", ()):
        words = _only(resolve(spec, member.get("properties", {}).get(name, {})))
        if words:
            return name, words[0]
    return None, None


def _only(schema: _Schema) -> list[Any]:
    """The one value that a schema allows; nothing if it allows several."""
    words = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return words if len(words) == 1 else []


def _wrong_text(schema: _Schema, value: str, place: str) -> Iterator[ShapeError]:
    read, wanted = _FORMATS.get(schema.get("format", ""), (str, ""))
    try:
        read(value)
    except ValueError:
        yield ShapeError(place, f"is {shown(value)}, not {wanted}")
    words = _only(schema)
    if words and value not in words:
        yield ShapeError(place, f"is {shown(value)}, not {shown(words[0])}")


def _is(kind: str, value: object) -> bool:
    types, _ = _KINDS[kind]
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))
