"""Faults in what a server answers: its status, its content type, its envelope, each field."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from attrs import evolve, frozen
from oxloop_contract.contract import Contract, Json, Operation

from faults.fault import Api, Fault, Forward, Reply, Sent, Tamper, items
from faults.never_there import why_never_there

Path = tuple[str, ...]
Change = Callable[[dict[str, Any], str], bool]
"""Changes a property of an object; says whether it did."""

FREE_TEXTS = {
    ("ErrorDetails", "detail"),
    ("ErrorResponse", "detail"),
    ("InferenceError", "message"),
    ("ValidationError", "msg"),
}
"""Texts for people, whose words nothing promises: to say less in them is no fault."""
EACH = "*"
DEPTH = 7


def in_answers(api: Api, contract: Contract, operation: Operation) -> Iterator[Fault]:
    """Yield the faults of what an operation answers."""
    for status, response in operation.node["responses"].items():
        content = contract.resolve(response).get("content", {})
        yield from _whole(api, operation, status, bool(content))
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            yield from _fields(api, contract, operation, status, schema)


def _whole(api: Api, operation: Operation, status: str, has_body: bool) -> Iterator[Fault]:
    def fault(what: str, kind: str, change: Callable[[Reply], Reply]) -> Fault:
        def make() -> Tamper:
            return _changed(api, operation.id, int(status), change)

        return Fault(f"{operation.id}: {status}: {what}", kind, api, (operation.id,), make)

    good = status.startswith("2")
    for other in (202, 404, 500) if good else (200, 418, 500):
        yield fault(f"as {other}", "status", _as_status(other))
    if not has_body:
        return
    yield fault("as text/html", "content type", _as_html)
    yield fault("without a content type", "content type", _untyped)
    yield fault("cut short", "envelope", lambda reply: evolve(reply, content=reply.content[:-2]))
    yield fault("in a list", "envelope", lambda reply: reply.with_json([reply.json]))
    yield fault("an empty object", "envelope", lambda reply: reply.with_json({}))
    yield fault("another envelope", "envelope", lambda r: r.with_json({"data": r.json}))


def _as_status(status: int) -> Callable[[Reply], Reply]:
    return lambda reply: evolve(reply, status=status)


def _as_html(reply: Reply) -> Reply:
    return evolve(reply, headers={**_without_type(reply), "content-type": "text/html"})


def _untyped(reply: Reply) -> Reply:
    return evolve(reply, headers=_without_type(reply))


def _without_type(reply: Reply) -> Mapping[str, str]:
    return {name: one for name, one in reply.headers.items() if name.lower() != "content-type"}


def _changed(api: Api, operation: str, status: int, change: Callable[[Reply], Reply]) -> Tamper:
    def tamper(sent: Sent, forward: Forward) -> Reply:
        reply = forward(sent)
        mine = sent.api == api and sent.operation == operation and reply.status == status
        return change(reply) if mine else reply

    return tamper


# --- fields -------------------------------------------------------------------------------------


@frozen
class _Field:
    """A property of an answer.

    Attributes:
        path: The way to it.
        schema: Its schema, as far as it is one.
        required: Whether it is there always.
        siblings: The other properties of the object that it is in.
        within: The components on the way to it.
    """

    path: Path
    schema: Json
    required: bool
    siblings: Sequence[str]
    within: Sequence[str]

    @property
    def place(self) -> tuple[str, str]:
        """The component that it is in, and its name."""
        components = [part for part in self.within if not part.startswith(".")]
        return components[-1] if components else "", self.path[-1]


def _fields(
    api: Api, contract: Contract, operation: Operation, status: str, schema: Json
) -> Iterator[Fault]:
    seen: set[tuple[Path, str]] = set()
    for one in _walk(contract, schema, (), (), DEPTH):
        for what, change in _changes(contract, one):
            if (one.path, what) in seen:
                continue
            seen.add((one.path, what))
            yield Fault(
                f"{operation.id}: {status}: {'/'.join(one.path)} {what}",
                f"field {what.partition(' with ')[0]}",
                api,
                (operation.id,),
                _in_field(api, operation.id, int(status), one.path, change),
                why_never_there(status, one.within, one.path[-1], what),
            )


def _in_field(
    api: Api, operation: str, status: int, path: Path, change: Change
) -> Callable[[], Tamper]:
    return lambda: _changed(api, operation, status, lambda reply: _at(reply, path, change))


def _changes(contract: Contract, one: _Field) -> Iterator[tuple[str, Change]]:
    members = list(_members(contract, one.schema))
    kinds = {kind for member in members for kind in _kinds(member)}
    if one.required:
        yield "dropped", _drop
    yield "nulled", _null
    yield "of another type", _swap
    if ("string" in kinds or not kinds) and one.place not in FREE_TEXTS:
        yield "cut short", _cut
    if {"integer", "number"} & kinds:
        yield "off by one", _more
    if "boolean" in kinds:
        yield "turned round", _turn
    if "array" in kinds:
        yield "an item less", _shorter
        yield "an item twice", _longer
    if any("enum" in member or "const" in member for member in members):
        yield "of another word", _word
    other = _next(one)
    if other is not None:
        yield f"swapped with {other}", _exchange(other)
    if any(member.get("additionalProperties") is False for member in members):
        yield "with one more inside", _extra


def _next(one: _Field) -> str | None:
    place = one.siblings.index(one.path[-1])
    return one.siblings[place + 1] if place + 1 < len(one.siblings) else None


def _drop(holder: dict[str, Any], name: str) -> bool:
    return holder.pop(name, _drop) is not _drop


def _null(holder: dict[str, Any], name: str) -> bool:
    return holder.get(name) is not None and _put(holder, name, None)


def _swap(holder: dict[str, Any], name: str) -> bool:
    return _put(holder, name, [{}] if not isinstance(holder.get(name), list) else "list")


def _cut(holder: dict[str, Any], name: str) -> bool:
    value = holder.get(name)
    return isinstance(value, str) and bool(value) and _put(holder, name, value[:-1])


def _more(holder: dict[str, Any], name: str) -> bool:
    value = holder.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return _put(holder, name, value + 1)


def _turn(holder: dict[str, Any], name: str) -> bool:
    value = holder.get(name)
    return isinstance(value, bool) and _put(holder, name, not value)


def _shorter(holder: dict[str, Any], name: str) -> bool:
    value = items(holder.get(name))
    return bool(value) and _put(holder, name, value[:-1])


def _longer(holder: dict[str, Any], name: str) -> bool:
    value = items(holder.get(name))
    return bool(value) and _put(holder, name, [*value, value[-1]])


def _word(holder: dict[str, Any], name: str) -> bool:
    return isinstance(holder.get(name), str) and _put(holder, name, "no-such-word")


def _extra(holder: dict[str, Any], name: str) -> bool:
    value = holder.get(name)
    if not isinstance(value, dict):
        return False
    return _put(holder, name, {**cast(dict[str, Any], value), "one_more": 1})


def _exchange(other: str) -> Change:
    def change(holder: dict[str, Any], name: str) -> bool:
        if name not in holder or other not in holder or holder[name] == holder[other]:
            return False
        holder[name], holder[other] = holder[other], holder[name]
        return True

    return change


def _put(holder: dict[str, Any], name: str, value: Any) -> bool:
    if name not in holder:
        return False
    holder[name] = value
    return True


def _at(reply: Reply, path: Path, change: Change) -> Reply:
    body = copy.deepcopy(reply.json)
    holders: list[Any] = [body]
    for step in path[:-1]:
        if step == EACH:
            holders = [item for one in holders for item in items(one)]
        else:
            holders = [one[step] for one in _objects(holders) if step in one]
    changed = [change(one, path[-1]) for one in _objects(holders)]
    return reply.with_json(body) if any(changed) else reply


def _objects(values: Sequence[Any]) -> list[dict[str, Any]]:
    return [cast(dict[str, Any], one) for one in values if isinstance(one, dict)]


# --- the properties that a schema has -----------------------------------------------------------


def _walk(
    contract: Contract, schema: Json, at: Path, within: Sequence[str], depth: int
) -> Iterator[_Field]:
    if not depth:
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from _walk(contract, contract.resolve(schema), at, (*within, name), depth)
        return
    for keyword in ("anyOf", "oneOf", "allOf"):
        for member in schema.get(keyword, ()):
            yield from _walk(contract, member, at, within, depth)
    properties: Json = schema.get("properties", {})
    for name, inner in properties.items():
        required = name in schema.get("required", ())
        yield _Field((*at, name), inner, required, list(properties), within)
        yield from _walk(contract, inner, (*at, name), (*within, f".{name}"), depth - 1)
    if "items" in schema:
        yield from _walk(contract, schema["items"], (*at, EACH), within, depth - 1)


def _members(contract: Contract, schema: Json) -> Iterator[Json]:
    """The schemas that a value may fit, of a choice each."""
    node = contract.resolve(schema)
    yield node
    for keyword in ("anyOf", "oneOf", "allOf"):
        for inner in node.get(keyword, ()):
            yield from _members(contract, inner)


def _kinds(schema: Json) -> set[str]:
    kind = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)
