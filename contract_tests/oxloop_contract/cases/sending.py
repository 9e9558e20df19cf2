"""Sends what a contract gives rise to, and judges each answer."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import httpx
from attrs import define, evolve, field, frozen

from oxloop_contract.cases.links import BrokenLink, Link, linked, links
from oxloop_contract.cases.requests import Request, Requests
from oxloop_contract.contract import Operation
from oxloop_contract.coverage.counters import NOTHING, Findings
from oxloop_contract.coverage.points import FORM, JSON
from oxloop_contract.derive import Values
from oxloop_contract.making import make
from oxloop_contract.refusals import as_broken, for_its_meaning
from oxloop_contract.verify import CheckFailed
from oxloop_contract.wire import Answer, LetOff, Wire

ACCEPTED = "accepted, or refused for its meaning only"
REFUSED = "refused as broken"
SHOWN = "shown by the spec"
TOO_LARGE = "too large a form refused"
READ_ONLY = "read-only key refused"
OTHER_TENANT = "other tenant"
GONE = "deleted is gone"

LARGE, LARGE_SIZE = "message", 1 << 20
"""The text field of forms that has no bound of its own, and more than any field may have."""
EVERYBODYS = {"model"}
"""The path parameters that name what belongs to nobody."""


@frozen
class CasesReport:
    """What requests found that were made, or recorded, one by one.

    Attributes:
        api: The API.
        verified: How many checks were made, by check and operation.
        failures: Those that did not hold.
        silent: Checks and operations that should have been checked and never were.
        coverage: What of the contract was met.
        told: What was seen and fails nothing, in sentences.
        part: What this part of the checks is called.
    """

    api: str
    verified: Mapping[tuple[str, str], int]
    failures: Sequence[CheckFailed]
    silent: Sequence[tuple[str, str]]
    coverage: Findings = NOTHING
    told: Sequence[str] = ()
    part: str = "derived"

    @property
    def passed(self) -> bool:
        """Whether every check was made and held."""
        return not self.failures and not self.silent


@define
class Sender:
    """Sends the requests that one API's contract gives rise to.

    Attributes:
        api: The API.
        wire: The server, with a key that may write.
        values: What exists there, by operationId.
        other: The server with somebody else's key, if there is one.
        reader: The server with a key that may only read, if there is one.
        only: The operations to send, by operationId; all if there are none.
        failures: The checks that did not hold.
    """

    api: str
    wire: Wire
    values: Mapping[str, Values]
    other: Wire | None = None
    reader: Wire | None = None
    only: Sequence[str] = ()
    failures: list[CheckFailed] = field(factory=list[CheckFailed])
    _numbers: Iterator[int] = field(factory=itertools.count)

    def run(self) -> CasesReport:
        """Send everything, what deletes last: an example may name what others need."""
        for operation in sorted(self._operations(), key=lambda one: one.method == "DELETE"):
            requests = self._requests(operation.id)
            # Links first: later requests leave behind what the plain ones would run into.
            for link in links(self.wire.contract, operation):
                self._guarded(partial(self._follow, link))
            for request in requests.all():
                self._try(requests, request)
            self._too_large(operation, requests)
            self._as_others(operation, requests)
            if operation.method == "DELETE":
                self._guarded(partial(self._delete, operation))
        checks = self.wire.checks
        never = [one for one in self.meant() if not checks.fired[one]]
        silent, told = self.wire.strictness.weigh(never, checks.let_off)
        return CasesReport(self.api, dict(checks.fired), self.failures, silent, told=told)

    def meant(self) -> list[tuple[str, str]]:
        """Say which checks are to be made of which operations, with the keys that there are."""
        found: list[tuple[str, str]] = []
        for operation in self._operations():
            requests = self._requests(operation.id)
            found.append((ACCEPTED, operation.id))
            if any(not one.keeps for one in requests.all()):
                found.append((REFUSED, operation.id))
            if self.reader is not None and "403" in operation.node["responses"]:
                found.append((READ_ONLY, operation.id))
            if self.other is not None and self._is_owned(operation):
                found.append((OTHER_TENANT, operation.id))
            if operation.method == "DELETE":
                found.append((GONE, operation.id))
            found += [
                (_check_of(link), operation.id) for link in links(self.wire.contract, operation)
            ]
        return found

    def _operations(self) -> list[Operation]:
        operations = self.wire.contract.operations.values()
        return [one for one in operations if not self.only or one.id in self.only]

    def _requests(self, operation: str) -> Requests:
        contract = self.wire.contract
        return Requests(contract, contract.operations[operation], self._values(operation))

    def _values(self, operation: str) -> Values:
        return self.values.get(operation, Values())

    def _for_its_meaning(self, answer: Answer) -> bool:
        return for_its_meaning(self.api, answer.status, answer.content)

    def _allowed(self, answer: Answer) -> bool:
        return self.wire.strictness.allows(self.api, answer.status, answer.content)

    def _count(self) -> int:
        return next(self._numbers)

    def _is_owned(self, operation: Operation) -> bool:
        values = self._values(operation.id)
        named = {*values.path, *([values.fresh.parameter] if values.fresh else [])}
        owned = bool(named - EVERYBODYS)
        return operation.secured and owned and "404" in operation.node["responses"]

    def _guarded(self, do: Callable[[], bool | None]) -> bool | None:
        # A check that fails is one finding; the others are still made.
        try:
            return do()
        except CheckFailed as failure:
            self.failures.append(failure)
            return None

    def _try(self, requests: Requests, request: Request) -> None:
        if not request.keeps:
            self._guarded(partial(self._refused, requests, request))
            return
        for leave, add in ((True, True), (True, False), (False, True)):
            # What keeps the schema may still mean nothing here: then what exists is sent too.
            if self._guarded(partial(self._kept, requests, request, leave, add)) is not False:
                return

    def _kept(self, requests: Requests, request: Request, leave: bool, add: bool) -> bool:
        made = self._with_fresh(request)
        filled = requests.filled(made, self._count, leave=leave, add=add)
        answer = self._send(self.wire, filled)
        holds = _good(answer) or self._for_its_meaning(answer) or self._allowed(answer)
        self.wire.verify(ACCEPTED, request.operation, holds, _told(request, answer))
        if _good(answer):
            self._look(filled, answer)
        return _good(answer)

    def _look(self, request: Request, answer: Answer) -> None:
        # Whatever was taken has to be shown by the spec too.
        for link in links(self.wire.contract, self.wire.contract.operations[request.operation]):
            target = self.wire.contract.operations[link.target]
            if target.method != "GET" or link.status != answer.status:
                continue
            # Where one in the request gives one in the answer, several give a list.
            try:
                found = linked(link, _sent(request), _first(answer.json))
            except BrokenLink:
                continue
            shown = self._send(self.wire, self._linked(link, found))
            said = f"{link.target} of what was made answered {shown.status}"
            holds = _good(shown) or (shown.status != 404 and self._allowed(shown))
            self.wire.verify(SHOWN, request.operation, holds, said)
            return

    def _refused(self, requests: Requests, request: Request) -> None:
        answer = self._send(self.wire, requests.filled(self._with_fresh(request), self._count))
        if _good(answer) and self.wire.strictness.forgiving:
            self.wire.tell(request.operation, "it accepted what breaks the schema")
            return
        holds = as_broken(self.api, answer.status, answer.content) or self._allowed(answer)
        if request.path != requests.plain.path:
            # A path can be no path of this operation any more, or name nothing.
            holds = answer.status in (400, 404, 422) or self._allowed(answer)
        self.wire.verify(REFUSED, request.operation, holds, _told(request, answer))

    def _too_large(self, operation: Operation, requests: Requests) -> None:
        plain = requests.plain
        if plain.media_type != FORM or "413" not in operation.node["responses"]:
            return
        large = evolve(plain, body={**plain.body, LARGE: "x" * LARGE_SIZE})
        self._guarded(partial(self._status_of, self.wire, TOO_LARGE, requests, large, 413))

    def _as_others(self, operation: Operation, requests: Requests) -> None:
        plain = requests.plain
        if self.reader is not None and "403" in operation.node["responses"]:
            self._guarded(partial(self._status_of, self.reader, READ_ONLY, requests, plain, 403))
        if self.other is not None and self._is_owned(operation):
            self._guarded(partial(self._status_of, self.other, OTHER_TENANT, requests, plain, 404))

    def _status_of(
        self, wire: Wire, check: str, requests: Requests, request: Request, status: int
    ) -> None:
        filled = requests.filled(self._with_fresh(request), self._count)
        answer = self._send(wire, filled)
        holds = answer.status == status or self._allowed(answer)
        self.wire.verify(check, request.operation, holds, _told(request, answer))

    def _delete(self, operation: Operation) -> None:
        requests = self._requests(operation.id)
        request = requests.filled(self._with_fresh(requests.plain), self._count)
        answer = self._send(self.wire, request)
        if self._allowed(answer):
            self.wire.tell(operation.id, "it would not delete what was made for it")
            return
        self.wire.verify(GONE, operation.id, _good(answer), _told(request, answer))
        for other in self.wire.contract.operations.values():
            if other.template == operation.template and other.method in ("GET", "DELETE"):
                again = self._send(self.wire, evolve(request, operation=other.id))
                said = f"after it was deleted, {other.id} answered {again.status}, not 404"
                holds = again.status == 404 or self._allowed(again)
                self.wire.verify(GONE, operation.id, holds, said)

    def _follow(self, link: Link) -> None:
        found, said = self._found_by(link)
        if found is None and self.wire.strictness.forgiving:
            self.wire.tell(link.source, f"its link {link.name} could not be followed: {said}")
            return
        if found is None:
            self.wire.verify(_check_of(link), link.source, False, said)
            return
        reached = self._send(self.wire, self._linked(link, found))
        said = f"{link.target} answered {reached.status}: {reached.content[:300].decode()}"
        # What it names is there; what else the request says need not fit to it.
        refused = self._for_its_meaning(reached) or self._allowed(reached)
        holds = _good(reached) or (reached.status != 404 and refused)
        self.wire.verify(_check_of(link), link.source, holds, said)

    def _linked(self, link: Link, found: Mapping[str, Any]) -> Request:
        target = self._requests(link.target)
        plain = target.filled(target.plain, self._count)
        return evolve(
            plain,
            path={name: str(found.get(name, value)) for name, value in plain.path.items()},
            query={**plain.query, **{k: v for k, v in found.items() if k not in plain.path}},
        )

    def _found_by(self, link: Link) -> tuple[dict[str, Any] | None, str]:
        # The smallest request may have an answer of another shape than the link means.
        source, said = self._requests(link.source), "there was no request to follow it from"
        for request in source.examples():
            filled = source.filled(self._with_fresh(request), self._count)
            answer = self._send(self.wire, filled)
            if answer.status != link.status:
                said = _told(request, answer)
                continue
            try:
                return linked(link, _sent(filled), answer.json), ""
            except BrokenLink as problem:
                said = str(problem)
        return None, said

    def _with_fresh(self, request: Request) -> Request:
        wanted = self._values(request.operation).fresh
        if wanted is None or request.path != self._requests(request.operation).plain.path:
            return request
        made = make(self.wire.http, self.wire.key, wanted, self._count)
        if wanted.parameter in request.path:
            return evolve(request, path={**request.path, wanted.parameter: made})
        # It is the last of the first segments of a parameter that has several.
        name, _, segments = wanted.parameter.rpartition("_")
        rest = request.path[name].split("/")[int(segments) :]
        return evolve(request, path={**request.path, name: "/".join([made, *rest])})

    def _send(self, wire: Wire, request: Request) -> Answer:
        operation = wire.contract.operations[request.operation]
        statuses = tuple(int(status) for status in operation.node["responses"])
        arguments: dict[str, Any] = {"query": request.query}
        if request.raw_query:
            arguments = {"raw_query": request.raw_query}
        if request.media_type == JSON:
            arguments["body"] = request.body
        elif request.media_type == FORM:
            arguments |= _form(request.body)
        arguments.update(request.path)
        try:
            return wire.call(request.operation, statuses, **arguments)
        except LetOff as refused:
            return refused.answer


def _form(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what sends a form, whose files are text here."""
    if "file" in fields and not any(isinstance(one, list) for one in fields.values()):
        others = {name: text for name, text in fields.items() if name != "file"}
        return {"form": others, "file": fields["file"].encode()}
    if not fields:
        empty = "multipart/form-data; boundary=empty"
        return {"content": b"--empty--\r\n", "headers": {"Content-Type": empty}}
    parts: list[tuple[str, tuple[str | None, bytes]]] = []
    for name, value in fields.items():
        if isinstance(value, list):
            several: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
            parts += [
                (name, (f"{number}.csv", str(one).encode())) for number, one in enumerate(several)
            ]
        else:
            parts.append((name, ("file" if name == "file" else None, str(value).encode())))
    form = httpx.Request("PUT", "http://form", files=parts)
    return {"content": form.read(), "headers": {"Content-Type": form.headers["content-type"]}}


def _sent(request: Request) -> dict[str, Any]:
    return {"path": request.path, "query": request.query, "body": request.body}


def _first(body: Any) -> Any:
    if not isinstance(body, list):
        return body
    items: list[Any] = body  # pyright: ignore[reportUnknownVariableType]
    return items[0] if items else None


def _good(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def _check_of(link: Link) -> str:
    return f"link {link.name}"


def _told(request: Request, answer: Answer) -> str:
    what = "keeps the contract" if request.keeps else "breaks it"
    said = answer.content[:300].decode(errors="replace")
    return f"a request about {request.about} {what}; it was answered {answer.status}: {said}"
