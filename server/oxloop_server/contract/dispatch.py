"""The ASGI application of the contract: from a raw request to a checked answer."""

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from typing import cast

from attrs import evolve, frozen
from oxloop.rules.errors import RuleError
from oxloop.rules.paths import check_segments, decode
from starlette.types import Receive, Scope, Send

from oxloop_server import requests, stamps
from oxloop_server.contract import held, messages, once
from oxloop_server.contract.bodies import Bodies
from oxloop_server.contract.calls import Answer, Call, FileAnswer, Handler, Keep
from oxloop_server.contract.operations import JSON, Operation, Parameter
from oxloop_server.contract.paths import start_of
from oxloop_server.contract.schemas import refuse_faults
from oxloop_server.errors import Api, Problem, api_of_path
from oxloop_server.problems import Detail, ProblemCode, Refused
from oxloop_server.state import Service
from oxloop_server.storage.database import Version
from oxloop_server.storage.disk import why_unwritable
from oxloop_server.storage.idempotency import KeyedRequest
from oxloop_server.storage.keys import ApiKey
from oxloop_server.storage.tenants import Tenant

logger = logging.getLogger(__name__)


@frozen
class Route:
    """An operation with the API that it belongs to and the handler that does it."""

    api: Api
    operation: Operation
    handler: Handler


@frozen
class _Request:
    """A request as it came, once its sender is known.

    Args:
        path: Its path parameters, as they stand on the wire.
        scope: All else that is known of it.
        headers: Its headers, names in lower case.
        sender: Whose key it carries; None where none is needed.
        content: Its body, where the operation takes JSON.
        receive: Where any other body comes from.
    """

    path: Mapping[str, str]
    scope: Scope
    headers: Mapping[str, str]
    sender: Tenant | None
    content: bytes
    receive: Receive


class Dispatcher:
    """Answers every request under the APIs' prefixes.

    Args:
        service: The running service.
        routes: Every operation.
        apis: The APIs, the first of which also answers what has no route anywhere.

    Attributes:
        violations: How many answers broke the contract since the start. Each is logged; it is
            sent as it is, for a wrong answer is worth more than none.
    """

    def __init__(self, service: Service, routes: Sequence[Route], apis: Sequence[Api]) -> None:
        self._service = service
        self._routes = _by_shape(routes)
        self._apis = apis
        self._once = once.Once(service.db)
        self._held = held.answers()
        self._bodies = Bodies(service.limits.json_bodies)
        self.violations = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        raw_path = scope["raw_path"].decode("ascii")
        found = self._find(scope["method"], raw_path)
        if isinstance(found, Problem):
            prepared = await messages.prepare(_told(api_of_path(raw_path, self._apis), found))
        else:
            route, raw = found
            scope[requests.OPERATION] = f"{route.api.name} {route.operation.id}"
            if route.operation.is_write:
                stamps.begin_write()
            try:
                prepared = await self._answer(route, raw, scope, receive)
            except messages.ClientGoneError:
                return
        await messages.send(send, prepared)

    def _find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | Problem:
        allowed: set[str] = set()
        start = start_of(raw_path)
        some = self._routes.get((start, raw_path.count("/"))) or self._routes.get((start, None), ())
        for route in some:
            raw = route.operation.path.match(raw_path)
            if raw is None:
                continue
            if route.operation.method == method:
                return route, raw
            allowed.add(route.operation.method)
        if not allowed:
            return Problem("no_route", "The service has nothing at this address.")
        methods = ", ".join(sorted(allowed))
        return Problem(
            "wrong_method", f"This address takes {methods} only.", headers={"allow": methods}
        )

    async def _answer(
        self, route: Route, raw: dict[str, str], scope: Scope, receive: Receive
    ) -> messages.Prepared:
        """Answer a request, with what holds already if it can be."""
        place: held.Place | None = None
        version = Version(0, 0)
        try:
            version = self._service.db.version()
            request = await self._request(route.operation, raw, scope, receive, version)
            if request.sender is not None and not route.operation.is_write:
                place = held.place_of(request.sender, scope["raw_path"], scope["query_string"])
                found = self._held.find(place, version)
                if found is not None:
                    return found
            answer = await self._handle_once(route, request)
        except Refused as refused:
            answer = _refused(route, Problem.of(refused))
        except messages.ClientGoneError:
            raise
        except Exception as error:
            answer = _failed(route, error)
        self._verify(route.operation, answer)
        prepared = await _prepare(route, answer)
        if place is not None and isinstance(answer, Answer) and answer.holds:
            self._held.keep(place, version, prepared, held.size_of(place, prepared))
        return prepared

    async def _handle_once(self, route: Route, request: _Request) -> Answer | FileAnswer:
        keyed = self._keyed(route.operation, request)
        if keyed is None:
            return await self._handle(route, request, _no_keep)
        return await self._once.answer(
            keyed,
            route.operation.is_repeatable,
            lambda keep: self._handle(route, request, keep),
        )

    async def _handle(self, route: Route, request: _Request, keep: Keep) -> Answer | FileAnswer:
        """Answer a request, also one that is wrong; only what must not happen raises."""
        try:
            return await route.handler(self._call(route.operation, request, keep))
        except Refused as refused:
            return _refused(route, Problem.of(refused))
        except RuleError as broken:
            return _refused(route, Problem("invalid_params", str(broken)))

    async def _request(
        self,
        operation: Operation,
        raw: Mapping[str, str],
        scope: Scope,
        receive: Receive,
        version: Version,
    ) -> _Request:
        headers = messages.headers_of(scope)
        sender = self._sender(operation, headers, scope, version)
        content = b""
        if JSON in operation.body:
            content = await messages.read_body(
                receive, headers, self._service.limits.json_body, self._bodies
            )
        return _Request(raw, scope, headers, sender, content, receive)

    def _keyed(self, operation: Operation, request: _Request) -> KeyedRequest | None:
        key = request.headers.get(once.HEADER)
        if key is None or request.sender is None or not once.takes_key(operation):
            return None
        target = request.scope["raw_path"] + b"?" + request.scope["query_string"]
        secret = self._service.folder_key
        return once.keyed(operation, request.sender, key, secret, target, request.content)

    def _call(self, operation: Operation, request: _Request, keep: Keep) -> Call:
        path = {name: _path_value(name, value) for name, value in request.path.items()}
        given = messages.query_of(request.scope)
        query = _parameters(operation, path, given, request.headers)
        body: object = None
        if JSON in operation.body:
            body = _body(operation, request)
        elif operation.body:
            _check_media_type(operation, request.headers)
        return Call(
            service=self._service,
            operation=operation,
            sender=request.sender,
            path=path,
            query=query,
            undeclared=frozenset(given) - frozenset(query),
            headers=request.headers,
            body=body,
            stream=lambda: messages.chunks_of(request.receive),
            keep=keep,
        )

    def _sender(
        self, operation: Operation, headers: Mapping[str, str], scope: Scope, version: Version
    ) -> Tenant | None:
        if not operation.schemes:
            return None
        given = [sent for one in operation.schemes if (sent := one.key(headers)) is not None]
        if not given:
            ways = " or ".join(
                f"'{scheme.header.title()}: {scheme.prefix} KEY'"
                if scheme.prefix
                else f"'{scheme.header.upper()}: KEY'"
                for scheme in operation.schemes
            )
            raise Refused(
                "unauthenticated",
                f"The request has no API key: send the header {ways}. 'oxloop key' prints it.",
            )
        for text in given:
            key = self._service.keys.find(text, version.others)
            if key is not None:
                scope[requests.KEY] = key.name
                _check_scope(key, operation)
                return key.tenant
        raise Refused(
            "unauthenticated",
            "The API key is not one of this service's: 'oxloop key' prints the right one.",
        )

    def _verify(self, operation: Operation, answer: Answer | FileAnswer) -> None:
        if isinstance(answer, FileAnswer):
            status, faults = 200, operation.answer_faults(200, answer.media_type, None)
        elif answer.status >= 500:
            # No contract documents a fault of the service's own, which is logged as what it is.
            return
        else:
            media_type = None if answer.status == messages.NO_CONTENT else JSON
            status, faults = (
                answer.status,
                operation.answer_faults(answer.status, media_type, answer.body),
            )
        for fault in faults:
            self.violations += 1
            pointer = "".join(f"/{part}" for part in fault.path)
            logger.error(
                "contract violation: %s answered %d, %s %s",
                operation.id,
                status,
                pointer or "/",
                fault.message,
            )


def _by_shape(routes: Sequence[Route]) -> Mapping[tuple[str, int | None], Sequence[Route]]:
    """Routes by what a path shows at a glance: how it starts, and how many slashes it has.

    Those whose paths may have any number of slashes are under each, and under None by themselves.
    """
    by_start: dict[str, list[Route]] = {}
    for route in sorted(routes, key=lambda route: route.operation.path.rank):
        by_start.setdefault(route.operation.path.start, []).append(route)
    return {
        (start, count): [one for one in some if one.operation.path.slashes in (None, count)]
        for start, some in by_start.items()
        for count in {None, *(one.operation.path.slashes for one in some)}
    }


async def _prepare(route: Route, answer: Answer | FileAnswer) -> messages.Prepared:
    try:
        return await messages.prepare(answer)
    except (OSError, ValueError) as error:
        return await messages.prepare(_failed(route, error))


def _failed(route: Route, error: Exception) -> Answer:
    if (reason := why_unwritable(error)) is not None:
        logger.error("%s failed: the disk cannot be written (%s)", route.operation.id, reason)
        message = f"The service cannot write to its disk ({reason}), so nothing was changed: try "
        message += "again when its operator has mended that."
        return _told(route.api, Problem("unwritable", message, headers={"retry-after": "5"}))
    # The log gets the exception whole. Its sender is told what the system says of files (a full
    # disk …), which somebody can mend; anything else is a mistake of this program's own.
    logger.error("%s failed", route.operation.id, exc_info=error)
    match error:
        case OSError(strerror=str(reason)):
            said = f" ({reason})"
        case sqlite3.DatabaseError():
            said = f" ({error})"
        case _:
            said = ""
    return _told(route.api, Problem("internal", f"The service failed{said}; its log says more."))


def _check_scope(key: ApiKey, operation: Operation) -> None:
    if key.scope == "read" and operation.is_write:
        raise Refused(
            "forbidden",
            f"The API key '{key.name}' may only read. Use one that may write; the service's "
            "operator makes one with 'oxloop key add NAME'.",
        )


def _refused(route: Route, problem: Problem) -> Answer:
    if problem.code == "unauthenticated":
        ways = ", ".join(scheme.challenge for scheme in route.operation.schemes)
        problem = evolve(problem, headers={"www-authenticate": ways})
    elif problem.code == "busy":
        problem = evolve(problem, headers={"retry-after": "1"})
    return _told(route.api, problem)


def _no_keep(_: sqlite3.Connection, answer: Answer) -> Answer:
    return answer


def _body(operation: Operation, request: _Request) -> object:
    if not request.content:
        if operation.body_required:
            raise Refused("malformed", "The request needs a JSON body.")
        return None
    _check_media_type(operation, request.headers)
    value: object = messages.parse_json(request.content)
    check = operation.body[JSON]
    try:
        refuse_faults(check.faults(value) if check else [])
    except ValueError as error:
        raise Refused("malformed", "The body is nested too deeply.") from error
    if not operation.body_defaults:
        return value
    # Defaults are those of an object's fields, so an object is what the check let pass.
    return {**operation.body_defaults, **cast(dict[str, object], value)}


def _told(api: Api, problem: Problem) -> Answer:
    return Answer(api.envelope(problem), api.statuses[problem.code], problem.headers)


def _path_value(name: str, raw: str) -> str:
    try:
        value = decode(raw)
        # A slash in a parameter of one segment (%2F) does no harm: it names nothing, or a model.
        check_segments(name, value, multi=True)
    except RuleError as broken:
        # The specs have no word for slashes; that a parameter is not empty they do say.
        detail = Detail(("path", name), str(broken), "value" if raw else "empty")
        code: ProblemCode = "invalid_params" if raw else "breaks_schema"
        raise Refused(code, str(broken), details=[detail]) from None
    return value


def _parameters(
    operation: Operation,
    path: Mapping[str, str],
    query: Mapping[str, Sequence[str]],
    headers: Mapping[str, str],
) -> dict[str, object]:
    singles = {"path": path, "header": headers}
    values: dict[str, object] = {}
    for parameter in operation.parameters:
        if parameter.location == "query":
            texts = query.get(parameter.name, ())
        else:
            name = parameter.name if parameter.location == "path" else parameter.name.lower()
            single = singles[parameter.location].get(name)
            texts = () if single is None else (single,)
        value = _value(parameter, texts)
        if parameter.location == "query":
            values[parameter.name] = value
    return values


def _value(parameter: Parameter, texts: Sequence[str]) -> object:
    if not texts:
        if parameter.required:
            raise _wrong(parameter, "is required", "required")
        return parameter.default
    if len(texts) > 1 and not parameter.many:
        raise _wrong(parameter, "is given twice in the query", "twice")
    values = texts if parameter.location == "path" else [parameter.value(one) for one in texts]
    value = list(values) if parameter.many else values[0]
    refuse_faults(parameter.check.faults(value), parameter.name, parameter.location)
    return value


def _wrong(parameter: Parameter, message: str, kind: str) -> Refused:
    sentence = f"{parameter.name} {message}."
    detail = Detail((parameter.location, parameter.name), sentence, kind)
    return Refused("breaks_schema", sentence, parameter.name, [detail])


def _check_media_type(operation: Operation, headers: Mapping[str, str]) -> None:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in operation.body:
        expected = " or ".join(operation.body)
        said = f"'{media_type}'" if media_type.isprintable() and media_type else "nothing readable"
        raise Refused(
            "wrong_media_type",
            f"The header Content-Type says {said}; this operation takes {expected}.",
        )
