"""Every operation refused in every way that there is: nobody is told more, or told otherwise."""

import re
from collections.abc import Mapping
from typing import Any, cast

from attrs import define, field

from oxloop_contract.contract import Json, Operation
from oxloop_contract.machines.running import Walk, World
from oxloop_contract.wire import BAD_CREDENTIALS, Answer

LARGE = b'{"large": "' + b"x" * (8 << 20) + b'"}'
"""More than a JSON body may have."""
NAME = re.compile(r"\{(\w+)\}")
INVALID: Mapping[str, int] = {"oxen": 400, "humanloop": 422, "extensions": 400}
"""How each API refuses what is not valid."""


def walk(world: World) -> None:
    """Ask for every operation without a key, for what is not there, with what is no body …"""
    refusals = _Refusals(world)
    for operation in world.wire.contract.operations.values():
        refusals.of(operation)


@define
class _Refusals:
    world: World
    said: dict[str, tuple[str, Any]] = field(factory=dict[str, tuple[str, Any]])

    def of(self, operation: Operation) -> None:
        names = NAME.findall(operation.template)
        # Nothing has a name of one character, which is long enough to be one.
        path: Json = dict.fromkeys(names, "x")
        if operation.secured:
            self._without_a_key(operation, path)
        if self.world.reader is not None and "403" in operation.node["responses"]:
            answer = self.world.reader.call(operation.id, 403, **self._valid(operation), **path)
            self._told(operation, "403", answer)
            self.world.wire.verify("read-only key refused", operation.id, True, "")
        for name in names:
            self._empty(operation, {**path, name: ""})
        if "application/json" in _contents(operation):
            self._no_json(operation, path)
            self._too_large(operation, path)
        if names and operation.secured:
            self._missing(operation, path)
        if "application/json" in _contents(operation) and "409" in operation.node["responses"]:
            self._used_key(operation, path)

    def _without_a_key(self, operation: Operation, path: Json) -> None:
        # A key alone in its own header has no scheme.
        _, prefix = self.world.wire.contract.key_in(operation)
        for credentials in BAD_CREDENTIALS:
            if prefix or credentials != "scheme":
                answer = self.world.wire.call(operation.id, 401, credentials=credentials, **path)
                self._told(operation, f"401 {credentials}", answer)
                self.world.wire.verify("bad key refused", operation.id, True, "")

    def _empty(self, operation: Operation, path: Json) -> None:
        status = INVALID[self.world.api]
        sent = self._valid(operation)
        answer = self.world.wire.call(operation.id, status, **sent, **path)
        name = next(name for name, value in path.items() if not value)
        self._told(operation, f"{status} empty of {name}", answer)
        self.world.wire.verify("empty name refused", operation.id, True, "")

    def _missing(self, operation: Operation, path: Json) -> None:
        if "404" not in operation.node["responses"]:
            return
        query = _needed(operation)
        sent = self._valid(operation)
        answer = self.world.wire.call(operation.id, 404, query=query, **sent, **path)
        self._worded(operation, "404", answer)
        self.world.wire.verify("missing", operation.id, True, "")

    def _no_json(self, operation: Operation, path: Json) -> None:
        answer = self.world.wire.call(operation.id, 400, content=b'{"cut": ', **path)
        self._told(operation, "400 no JSON", answer)

    def _too_large(self, operation: Operation, path: Json) -> None:
        answer = self.world.wire.call(operation.id, 413, content=LARGE, **path)
        self._told(operation, "413", answer)

    def _used_key(self, operation: Operation, path: Json) -> None:
        """A key for one request is no key for another."""
        headers = {"Idempotency-Key": self.world.unique("key")}
        statuses = tuple(int(code) for code in operation.node["responses"])
        call = self.world.wire.call
        call(operation.id, statuses, content=b"{}", headers=headers, **path)
        answer = call(operation.id, 409, content=b'{"other": 1}', headers=headers, **path)
        self._told(operation, "409 key", answer)

    def _valid(self, operation: Operation) -> dict[str, Any]:
        contents = _contents(operation)
        if "multipart/form-data" in contents:
            form = {"name": "Ann", "email": "ann@example.com"}
            return {"form": form, "file": b"bytes"}
        if "application/json" not in contents:
            return {}
        contract = self.world.wire.contract
        content = contents["application/json"]
        some = [contract.resolve(one)["value"] for one in content.get("examples", {}).values()]
        example = content.get("example", some[0] if some else {})
        # What else it may name is not there either: only what it must name is sent.
        needed = contract.resolve(content["schema"]).get("required", ())
        return {"body": {name: value for name, value in example.items() if name in needed}}

    def _told(self, operation: Operation, why: str, answer: Answer) -> None:
        """Check that all operations tell the same refusal in the same words."""
        self._worded(operation, why, answer)
        # What to send as a key differs by the header that carries it.
        header, _ = self.world.wire.contract.key_in(operation)
        key = f"{_kind(operation, answer)} {header if answer.status == 401 else ''} {why}"
        first, body = self.said.setdefault(key, (operation.id, answer.json))
        what = f"the refusal ({why}), as {first} tells it,"
        self.world.wire.equal("told alike", operation.id, answer.json, body, what)

    def _worded(self, operation: Operation, why: str, answer: Answer) -> None:
        """Check that a refusal has the words that others of its kind have."""
        for way, word in _words(answer.json):
            key = f"{why} {way}"
            first, known = self.said.setdefault(key, (operation.id, word))
            what = f"the word for {why} in {way}, as {first} tells it,"
            self.world.wire.equal("told alike", operation.id, word, known, what)


def _kind(operation: Operation, answer: Answer) -> str:
    """Return the component that a refusal is: an API may have more than one envelope."""
    response: Json = operation.node["responses"][str(answer.status)]
    return str(response.get("$ref", "")) + " "


def _words(body: Any) -> list[tuple[str, str]]:
    """Return the words of a refusal that programs read, with the way to each."""
    if not isinstance(body, dict):
        return []
    whole = cast(Json, body)
    error = whole.get("error")
    details = cast(Json, error) if isinstance(error, dict) else {}
    pairs = [(name, whole) for name in ("status", "status_message")]
    pairs += [(name, details) for name in ("type", "title", "code")]
    return [(name, str(holder[name])) for name, holder in pairs if name in holder]


def _contents(operation: Operation) -> Json:
    contents: Json = operation.node.get("requestBody", {}).get("content", {})
    return contents


def _needed(operation: Operation) -> dict[str, str]:
    return {
        one["name"]: "x"
        for one in operation.node["parameters"]
        if one["in"] == "query" and one.get("required")
    }


REFUSALS = Walk(
    "refusals",
    walk,
    {},
)
"""The walk through what is refused, the same for every API."""
