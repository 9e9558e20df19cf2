"""The ASGI application of the contract: from a raw request to a checked answer."""

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from typing import cast

from attrs import evolve, frozen
from oxloop.rules.errors import RuleError
from oxloop.rules.paths import check_segments, decode
from starlette.types import Receive, Scope, Send

from oxloop_server.contract import messages
from oxloop_server.contract.calls import Answer, Call, FileAnswer, Handler
from oxloop_server.contract.operations import JSON, Operation, Parameter
from oxloop_server.contract.schemas import refuse_faults
from oxloop_server.errors import Api, Problem, api_of_path
from oxloop_server.problems import Detail, Refused
from oxloop_server.state import Service
from oxloop_server.storage.tenants import Tenant

logger = logging.getLogger(__name__)


@frozen
class Route:
    """An operation with the API that it belongs to and the handler that does it."""

    api: Api
    operation: Operation
    handler: Handler


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
        self._routes = sorted(routes, key=lambda route: route.operation.path.rank)
        self._apis = apis
        self.violations = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        raw_path = scope["raw_path"].decode("ascii")
        found = self._find(scope["method"], raw_path)
        if isinstance(found, Problem):
            prepared = await messages.prepare(_told(api_of_path(raw_path, self._apis), found))
        else:
            route, raw = found
            try:
                answer = await self._answer(route, raw, scope, receive)
            except messages.ClientGoneError:
                return
            self._verify(route.operation, answer)
            prepared = await _prepare(route, answer)
        await messages.send(send, prepared)

    def _find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | Problem:
        allowed: set[str] = set()
        for route in self._routes:
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
    ) -> Answer | FileAnswer:
        try:
            call = await self._call(route.operation, raw, scope, receive)
            return await route.handler(call)
        except Refused as refused:
            problem = Problem.of(refused)
        except RuleError as broken:
            problem = Problem("invalid_params", str(broken))
        except messages.ClientGoneError:
            raise
        except Exception as error:
            return _failed(route, error)
        if problem.code == "unauthenticated":
            problem = evolve(problem, headers={"www-authenticate": "Bearer"})
        return _told(route.api, problem)

    async def _call(
        self, operation: Operation, raw: dict[str, str], scope: Scope, receive: Receive
    ) -> Call:
        headers = messages.headers_of(scope)
        sender = self._sender(operation, headers)
        path = {name: _path_value(name, value) for name, value in raw.items()}
        given = messages.query_of(scope)
        query = _parameters(operation, path, given, headers)
        body: object = None
        if JSON in operation.body:
            body = await self._body(operation, headers, receive)
        elif operation.body:
            _check_media_type(operation, headers)
        return Call(
            service=self._service,
            operation=operation,
            sender=sender,
            path=path,
            query=query,
            undeclared=frozenset(given) - frozenset(query),
            headers=headers,
            body=body,
            stream=lambda: messages.chunks_of(receive),
        )

    def _sender(self, operation: Operation, headers: Mapping[str, str]) -> Tenant | None:
        if not operation.schemes:
            return None
        given = [key for scheme in operation.schemes if (key := scheme.key(headers)) is not None]
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
        for key in given:
            tenant = self._service.keys.tenant(key)
            if tenant is not None:
                return tenant
        raise Refused(
            "unauthenticated",
            "The API key is not one of this service's: 'oxloop key' prints the right one.",
        )

    async def _body(
        self, operation: Operation, headers: Mapping[str, str], receive: Receive
    ) -> object:
        raw = await messages.read_body(receive, headers, self._service.limits.json_body)
        if not raw:
            if operation.body_required:
                raise Refused("malformed", "The request needs a JSON body.")
            return None
        _check_media_type(operation, headers)
        value: object = messages.parse_json(raw)
        check = operation.body[JSON]
        try:
            refuse_faults(check.faults(value) if check else [])
        except ValueError as error:
            raise Refused("malformed", "The body is nested too deeply.") from error
        if not operation.body_defaults:
            return value
        # Defaults are those of an object's fields, so an object is what the check let pass.
        return {**operation.body_defaults, **cast(dict[str, object], value)}

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


async def _prepare(route: Route, answer: Answer | FileAnswer) -> messages.Prepared:
    try:
        return await messages.prepare(answer)
    except (OSError, ValueError) as error:
        return await messages.prepare(_failed(route, error))


def _failed(route: Route, error: Exception) -> Answer:
    # The log gets the exception whole. Its sender is told what the system says of files (a full
    # disk …), which somebody can mend; anything else is a mistake of this program's own.
    logger.error("%s failed", route.operation.id, exc_info=error)
    match error:
        case OSError(strerror=str(reason)):
            said = f" ({reason})"
        case sqlite3.OperationalError():
            said = f" ({error})"
        case _:
            said = ""
    return _told(route.api, Problem("internal", f"The service failed{said}; its log says more."))


def _told(api: Api, problem: Problem) -> Answer:
    return Answer(api.envelope(problem), api.statuses[problem.code], problem.headers)


def _path_value(name: str, raw: str) -> str:
    try:
        value = decode(raw)
        # A slash in a parameter of one segment (%2F) does no harm: it names nothing, or a model.
        check_segments(name, value, multi=True)
    except RuleError as broken:
        detail = Detail(("path", name), str(broken), "value")
        raise Refused("invalid_params", str(broken), details=[detail]) from None
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
        raise _wrong(parameter, "is given twice in the query", "value")
    values = texts if parameter.location == "path" else [parameter.value(one) for one in texts]
    value = list(values) if parameter.many else values[0]
    refuse_faults(parameter.check.faults(value), parameter.name, parameter.location)
    return value


def _wrong(parameter: Parameter, message: str, kind: str) -> Refused:
    sentence = f"{parameter.name} {message}."
    detail = Detail((parameter.location, parameter.name), sentence, kind)
    return Refused("invalid_params", sentence, parameter.name, [detail])


def _check_media_type(operation: Operation, headers: Mapping[str, str]) -> None:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in operation.body:
        expected = " or ".join(operation.body)
        said = f"'{media_type}'" if media_type.isprintable() and media_type else "nothing readable"
        raise Refused(
            "wrong_media_type",
            f"The header Content-Type says {said}; this operation takes {expected}.",
        )
