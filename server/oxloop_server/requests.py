"""One line in the log for each request, and its id in the answer."""

import re
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from oxloop_server import logs, stamps

OPERATION = "oxloop.operation"
"""Where a request's scope says what it calls."""

KEY = "oxloop.key"
"""Where a request's scope says the name of the key that it bears."""

_HEADER = b"x-request-id"
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_UNLOGGED = ("/healthz", "/readyz")


class RequestLog:
    """Logs what an application answers: which operation, with which status, in what time.

    A request keeps the id that its sender gave it in ``X-Request-Id``, if it is a short word;
    else it gets one. Neither what it holds nor its address is logged.

    Args:
        app: The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the application answer a request, and log it."""
        if scope["type"] != "http" or scope["path"] in _UNLOGGED:
            await self._app(scope, receive, send)
            return
        request_id = _given_id(scope) or _new_id(scope)
        token = logs.request_id.set(request_id)
        began = time.perf_counter()
        status: int | None = None

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {
                    **message,
                    "headers": [*message["headers"], (_HEADER, request_id.encode())],
                }
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            _log(scope, status, (time.perf_counter() - began) * 1000)
            logs.request_id.reset(token)


def _given_id(scope: Scope) -> str | None:
    for name, value in scope["headers"]:
        if name == _HEADER and _ID.fullmatch(value):
            return str(value, "ascii")
    return None


def _new_id(scope: Scope) -> str:
    return stamps.new_request_id(f"{scope['method']} {scope['path']}")


def _log(scope: Scope, status: int | None, milliseconds: float) -> None:
    operation = scope.get(OPERATION, "unknown address")
    key = scope.get(KEY)
    values = {"operation": operation, "status": status, "ms": round(milliseconds, 3), "key": key}
    answered = "no answer, for the client has gone" if status is None else status
    bearing = f" for the key '{key}'" if key else ""
    logs.info(__name__, f"{operation}: {answered} in {milliseconds:.1f} ms{bearing}", values)
