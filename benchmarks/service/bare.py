"""The least that could answer the same requests: Starlette's own routes, and the same validation.

    .venv/bin/python -m benchmarks.service.bare PORT < ANSWER.json

Keys are compared, bodies are parsed and checked against the same schemas by the same library, and
answers as well; what is answered is always the same, and nothing is kept.
"""

import hmac
import json
import sys
from typing import Any

import jsonschema_rs
import uvicorn
from oxloop_api import specs
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

KEY = "key"
_SPEC = specs.load("humanloop", "local")


def _validator(*path: str) -> Any:
    schema: Any = _SPEC
    for part in path:
        schema = schema[part]
    return jsonschema_rs.Draft202012Validator({**schema, "components": _SPEC["components"]})


_CREATE = ("paths", "/v4/projects/{project_id}/evaluations", "post")
_GET = ("paths", "/v4/evaluations/{id}", "get")
_ASKED = _validator(*_CREATE, "requestBody", "content", "application/json", "schema")
_MADE = _validator(*_CREATE, "responses", "201", "content", "application/json", "schema")
_FOUND = _validator(*_GET, "responses", "200", "content", "application/json", "schema")


def app(answer: Any) -> Starlette:
    """Make the application.

    Args:
        answer: The evaluation that it answers.
    """

    def allowed(request: Request) -> bool:
        return hmac.compare_digest(request.headers.get("x-api-key", ""), KEY)

    async def create(request: Request) -> JSONResponse:
        if not allowed(request):
            return JSONResponse({"detail": "no key"}, 401)
        _ASKED.validate(await request.json())
        _MADE.validate(answer)
        return JSONResponse(answer, 201)

    async def get(request: Request) -> JSONResponse:
        if not allowed(request):
            return JSONResponse({"detail": "no key"}, 401)
        _FOUND.validate(answer)
        return JSONResponse(answer)

    return Starlette(
        routes=[
            Route("/v4/projects/{project_id}/evaluations", create, methods=["POST"]),
            Route("/v4/evaluations/{id}", get),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(
        app(json.load(sys.stdin)),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        http="httptools",
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        access_log=False,
        log_level="warning",
    )
