"""The service as an ASGI application: both APIs, the extensions and the health check."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from oxloop_server.apis import extensions, humanloop, oxen
from oxloop_server.contract.binding import bind
from oxloop_server.contract.dispatch import Dispatcher
from oxloop_server.errors import APIS, EXTENSIONS, HUMANLOOP, OXEN
from oxloop_server.state import Service


def create_app(service: Service) -> Starlette:
    """Make the application.

    Its lifespan starts and stops the engine; ``app.state.contract`` is the dispatcher, which
    counts the answers that broke the contract.

    Args:
        service: The service that its handlers work on.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        await service.engine.start()
        try:
            yield
        finally:
            await service.engine.stop()

    routes = bind(
        [
            (OXEN, oxen.HANDLERS),
            (HUMANLOOP, humanloop.HANDLERS),
            (EXTENSIONS, extensions.HANDLERS),
        ]
    )
    app = Starlette(routes=[Route("/healthz", _healthz)], lifespan=lifespan)
    # The contract has its own routes, by the path as it stands on the wire.
    app.router.redirect_slashes = False
    app.router.default = Dispatcher(service, routes, APIS)
    app.state.contract = app.router.default
    return app


async def _healthz(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
