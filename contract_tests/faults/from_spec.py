"""Every fault that follows from the specs by rule: one change to one part of one promise.

For each operation's good answers: each field dropped, nulled, of another type, cut short, off by
one, or another word than the enum has; each status, content type and body as a whole. For each
JSON body that is asked for: each keyword dropped, so that what breaks it is accepted.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import jsonschema_rs
from attrs import evolve
from oxloop_api import specs
from oxloop_contract.contract import Contract, Json, Operation

from faults.fault import Api, Fault, Forward, Reply, Sent, Tamper, items

Path = tuple[str, ...]
Change = Callable[[dict[str, Any], str], bool]

EACH = "*"
KEYWORDS = ("enum", "format", "maximum", "maxLength", "minimum", "minLength", "pattern", "type")


def enumerated(api: Api) -> list[Fault]:
    """Return every fault of an API that the rule gives, in a fixed order."""
    contract = Contract(specs.load(api, "local"))
    return [
        fault
        for operation in contract.operations.values()
        for fault in (
            *_whole(api, operation),
            *_fields(api, contract, operation),
            *_keywords(api, contract, operation),
        )
    ]


# --- answers as a whole -------------------------------------------------------------------------


def _whole(api: Api, operation: Operation) -> Iterator[Fault]:
    good = next(code for code in operation.node["responses"] if code.startswith("2"))

    def fault(what: str, kind: str, change: Callable[[Reply], Reply]) -> Fault:
        return Fault(f"{operation.id}: {what}", kind, api, lambda: _good(operation.id, change))

    yield fault("202 for " + good, "status", lambda reply: evolve(reply, status=202))
    yield fault("500 for " + good, "status", lambda reply: evolve(reply, status=500))
    yield fault("404 for " + good, "status", lambda reply: evolve(reply, status=404))
    if good != "204":
        yield fault("text/html", "content type", _as_html)
        yield fault("body cut short", "envelope", lambda r: evolve(r, content=r.content[:-2]))
        yield fault("body in a list", "envelope", lambda reply: reply.with_json([reply.json]))
        yield fault("empty object", "envelope", lambda reply: reply.with_json({}))
    yield Fault(
        f"{operation.id}: refusals have no envelope",
        "envelope",
        api,
        lambda: _refusals(operation.id, lambda reply: reply.with_json({"oops": True})),
    )
    yield Fault(
        f"{operation.id}: 418 for refusals",
        "status",
        api,
        lambda: _refusals(operation.id, lambda reply: evolve(reply, status=418)),
    )


def _as_html(reply: Reply) -> Reply:
    return evolve(reply, headers={**reply.headers, "content-type": "text/html"})


def _good(operation: str, change: Callable[[Reply], Reply]) -> Tamper:
    def tamper(sent: Sent, forward: Forward) -> Reply:
        reply = forward(sent)
        return change(reply) if sent.operation == operation and reply.good else reply

    return tamper


def _refusals(operation: str, change: Callable[[Reply], Reply]) -> Tamper:
    def tamper(sent: Sent, forward: Forward) -> Reply:
        reply = forward(sent)
        return change(reply) if sent.operation == operation and reply.status >= 400 else reply

    return tamper


# --- fields of answers --------------------------------------------------------------------------


def _fields(api: Api, contract: Contract, operation: Operation) -> Iterator[Fault]:
    for status, response in operation.node["responses"].items():
        content = contract.resolve(response).get("content", {}).get("application/json")
        if status.startswith("2") and content:
            for path, schema, required in _paths(contract, content["schema"], ()):
                for what, change in _changes(schema, required):
                    name = f"{operation.id}: {'/'.join(path)} {what}"
                    yield Fault(name, f"field {what}", api, _in_field(operation.id, path, change))


def _in_field(operation: str, path: Path, change: Change) -> Callable[[], Tamper]:
    return lambda: _good(operation, lambda reply: _at(reply, path, change))


def _changes(schema: Json, required: bool) -> Iterator[tuple[str, Change]]:
    kinds = _kinds(schema)
    if required:
        yield "dropped", _drop
    if "null" not in kinds:
        yield "nulled", _null
    yield "of another type", _swap
    if "string" in kinds:
        yield "cut short", _cut
    if {"integer", "number"} & kinds:
        yield "off by one", _more
    if "enum" in schema:
        yield "of another word", _word


def _drop(holder: dict[str, Any], name: str) -> bool:
    return holder.pop(name, _drop) is not _drop


def _null(holder: dict[str, Any], name: str) -> bool:
    return _put(holder, name, None)


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


def _word(holder: dict[str, Any], name: str) -> bool:
    return isinstance(holder.get(name), str) and _put(holder, name, "no-such-word")


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


def _paths(
    contract: Contract, schema: Json, at: Path, depth: int = 6
) -> Iterator[tuple[Path, Json, bool]]:
    schema = _concrete(contract, schema)
    if not depth:
        return
    for name, inner in schema.get("properties", {}).items():
        inner = _concrete(contract, inner)
        yield (*at, name), inner, name in schema.get("required", ())
        yield from _paths(contract, inner, (*at, name), depth - 1)
    if "items" in schema:
        yield from _paths(contract, schema["items"], (*at, EACH), depth - 1)


def _concrete(contract: Contract, schema: Json) -> Json:
    """Follow references, and of a choice between something and null take the something."""
    schema = contract.resolve(schema)
    some = [contract.resolve(one) for one in schema.get("anyOf", ())]
    real = [one for one in some if one.get("type") != "null"]
    if len(real) == 1:
        nullable = ["null"] if len(some) > 1 else []
        return {**real[0], "type": [*sorted(_kinds(real[0])), *nullable]}
    return schema


def _kinds(schema: Json) -> set[str]:
    kind = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


# --- keywords of requests -----------------------------------------------------------------------


def _keywords(api: Api, contract: Contract, operation: Operation) -> Iterator[Fault]:
    body = operation.node.get("requestBody", {}).get("content", {}).get("application/json")
    if body is None:
        return
    schema = contract.resolve(body["schema"])
    for name in schema.get("required", ()):
        loose = {**schema, "required": [one for one in schema["required"] if one != name]}
        yield _accepting(api, contract, operation, schema, loose, f"{name} not required")
    for name, inner in schema.get("properties", {}).items():
        inner = contract.resolve(inner)
        for keyword in KEYWORDS:
            if keyword in inner:
                without = {key: value for key, value in inner.items() if key != keyword}
                loose = {**schema, "properties": {**schema["properties"], name: without}}
                what = f"{name} without {keyword}"
                yield _accepting(api, contract, operation, schema, loose, what)


def _accepting(
    api: Api, contract: Contract, operation: Operation, strict: Json, loose: Json, what: str
) -> Fault:
    components = {"components": contract.document["components"]}

    def make() -> Tamper:
        validators: Sequence[jsonschema_rs.Draft202012Validator] = [
            jsonschema_rs.Draft202012Validator({**one, **components}, validate_formats=True)
            for one in (strict, loose)
        ]
        return _accept(operation.id, *validators)

    return Fault(f"{operation.id}: {what}", "keyword dropped", api, make)


def _accept(
    operation: str,
    strict: jsonschema_rs.Draft202012Validator,
    loose: jsonschema_rs.Draft202012Validator,
) -> Tamper:
    # What breaks only the keyword is answered as the last good request was.
    latest: list[Reply] = []

    def tamper(sent: Sent, forward: Forward) -> Reply:
        reply = forward(sent)
        if sent.operation != operation:
            return reply
        if reply.good:
            latest[:] = [reply]
            return reply
        wrong = reply.status in (400, 422) and sent.json is not None
        if wrong and latest and not strict.is_valid(sent.json) and loose.is_valid(sent.json):
            return latest[0]
        return reply

    return tamper
