"""The service as an ASGI application: both APIs, the extensions, and whether it is well."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from oxloop_server.apis import extensions, humanloop, oxen
from oxloop_server.contract.binding import bind
from oxloop_server.contract.dispatch import Dispatcher
from oxloop_server.errors import APIS, EXTENSIONS, HUMANLOOP, OXEN
from oxloop_server.models.registry import BROKEN
from oxloop_server.problems import Refused
from oxloop_server.requests import RequestLog
from oxloop_server.state import Service

READY_SECONDS = 5.0


def create_app(service: Service) -> ASGIApp:
    """Make the application, whose lifespan starts and stops the engine.

    Args:
        service: The service that its handlers work on.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        await service.engine.start()
        try:
            yield
        finally:
            await service.engine.stop(service.limits.stop_seconds)

    routes = bind(
        [
            (OXEN, oxen.HANDLERS),
            (HUMANLOOP, humanloop.HANDLERS),
            (EXTENSIONS, extensions.HANDLERS),
        ]
    )

    async def readyz(_: Request) -> JSONResponse:
        reason = await _why_not_ready(service)
        if reason is None:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready", "reason": reason}, 503)

    own = [Route("/healthz", _healthz), Route("/readyz", readyz)]
    app = Starlette(routes=own, lifespan=lifespan)
    paths = {route.path for route in own}
    # The contract has its own routes, by the path as it stands on the wire, and its own answers to
    # what goes wrong: it does without Starlette's layers, which cost as much as all else of a get.
    dispatch = Dispatcher(service, routes, APIS)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        is_own = scope["type"] != "http" or scope["path"] in paths
        await (app if is_own else dispatch)(scope, receive, send)

    return RequestLog(front)


async def _healthz(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def _why_not_ready(service: Service) -> str | None:
    """What keeps the service from its work, in words that anybody may read; None if nothing."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            await service.db.read(lambda conn: conn.execute("SELECT 1 FROM tenants").fetchone())
    except TimeoutError:
        return "The database does not answer."
    except sqlite3.Error as error:
        return f"The database cannot be read ({error})."
    if not os.access(service.folder.files_dir, os.W_OK):
        return "The data files cannot be written."
    try:
        service.registry.all()
    except Refused:
        return BROKEN
    return None
