"""The contract's machinery with an API of its own: another key header, envelope and statuses."""

import asyncio
import logging
import sqlite3
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from attrs import evolve
from oxloop.rules.folder import DataFolder
from oxloop_server.auth import Keys, digest
from oxloop_server.contract.calls import Answer, Call, FileAnswer, Handler
from oxloop_server.contract.dispatch import Dispatcher, Route
from oxloop_server.contract.operations import operations
from oxloop_server.errors import OXEN, Api, Problem
from oxloop_server.limits import Limits
from oxloop_server.problems import Refused
from oxloop_server.state import Address, Service
from oxloop_server.storage.database import Version
from oxloop_server.storage.keys import ApiKey
from oxloop_server.storage.tenants import Tenant

SPEC: dict[str, Any] = {
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-API-KEY"}}
    },
    "paths": {
        "/v4/things/{id}": {
            "patch": {
                "operationId": "change",
                "security": [{"key": []}],
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"n": {"type": "integer", "default": 3}},
                            }
                        }
                    }
                },
                "responses": {
                    "201": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["n"],
                                    "properties": {"n": {"type": "integer"}},
                                }
                            }
                        }
                    }
                },
            }
        }
    },
}
OTHER = Api(
    "other",
    "/v4",
    {**OXEN.statuses, "breaks_schema": 422},
    lambda problem: {"detail": problem.detail},
)
TENANT = Tenant("1", "default")


def keys(own: ApiKey, *others: ApiKey) -> Keys:
    """Keys that are known from the start."""
    return Keys(own, lambda: others)


class Unchanging:
    """A database that nobody writes."""

    def version(self) -> Version:
        """Always the same."""
        return Version(0, 0)


def service() -> Service:
    """A service that has keys and limits and a database that never changes."""
    nothing = cast(Any, None)
    return Service(
        folder=DataFolder(Path("nowhere")),
        address=Address("127.0.0.1", 0, "instance", "0"),
        folder_key="secret",
        keys=keys(ApiKey("own", TENANT, "write", digest("secret"))),
        db=cast(Any, Unchanging()),
        blobs=nothing,
        registry=nothing,
        engine=nothing,
        limits=Limits(json_body=100),
    )


def send(
    handler: Handler, *, body: bytes = b"{}", key: str = "secret"
) -> tuple[httpx.Response, int]:
    """Send the one request to a handler; answer the response and the violations counted."""
    routes = [Route(OTHER, operation, handler) for operation in operations("other", SPEC)]
    dispatcher = Dispatcher(service(), routes, [OXEN, OTHER])

    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(dispatcher)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            headers = {"X-API-KEY": key, "Content-Type": "application/json"}
            return await client.patch("/v4/things/7", content=body, headers=headers)

    return asyncio.run(run()), dispatcher.violations


async def good(call: Call) -> Answer:
    """An answer that keeps the contract."""
    return Answer({"n": call.body["n"], "id": call.path["id"], "of": call.tenant.name}, 201)


def test_a_handler_gets_what_the_contract_says() -> None:
    response, violations = send(good)
    assert response.status_code == 201
    assert response.json() == {"n": 3, "id": "7", "of": "default"}
    assert violations == 0


@pytest.mark.parametrize(
    ("body", "key", "status", "detail"),
    [
        (b'{"n": "x"}', "secret", 422, "n must be a whole number."),
        (b"{}", "wrong", 401, "key"),
        (b" " * 101, "secret", 413, "100 bytes"),
        (b"{", "secret", 400, "not JSON"),
    ],
)
def test_an_api_has_statuses_and_an_envelope_of_its_own(
    body: bytes, key: str, status: int, detail: str
) -> None:
    response, _ = send(good, body=body, key=key)
    assert response.status_code == status
    assert list(response.json()) == ["detail"]
    assert detail in response.json()["detail"]


@pytest.mark.parametrize(
    ("answer", "pointer"),
    [
        (Answer({}, 201), "/n"),
        (Answer({"n": "text"}, 201), "/n"),
        (Answer({"n": 1}, 200), "/"),
        (Answer([], 201), "/"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_told_and_sent(
    answer: Answer, pointer: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def handler(_: Call) -> Answer:
        return answer

    response, violations = send(handler)
    assert (response.status_code, response.json()) == (answer.status, answer.body)
    assert violations == 1
    (record,) = caplog.records
    assert f"change answered {answer.status}, {pointer} " in record.getMessage()


def raising(error: Exception) -> Handler:
    """A handler that raises."""

    async def handler(_: Call) -> Answer:
        raise error

    return handler


def answering(answer: Answer | FileAnswer) -> Handler:
    """A handler that answers the same always."""

    async def handler(_: Call) -> Answer | FileAnswer:
        return answer

    return handler


FAULTS = {
    "raises": (raising(RuntimeError("the secret of the database")), ""),
    "no JSON": (answering(Answer({"n": [10**400, float("nan")]}, 201)), ""),
    "no file": (
        answering(FileAnswer(Path("/nowhere/file"), 1)),
        " (No such file or directory)",
    ),
    "locked": (raising(sqlite3.OperationalError("database is locked")), " (database is locked)"),
}


@pytest.mark.parametrize(("handler", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_fault_inside_is_logged_whole_and_told_in_the_envelope(
    handler: Handler, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    response, _ = send(handler)
    assert response.status_code == 500
    assert response.json() == {"detail": f"The service failed{reason}; its log says more."}
    record = next(record for record in caplog.records if record.exc_info)
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "change failed")


def busy() -> sqlite3.OperationalError:
    """What SQLite says where another program holds the database."""
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device", "/a/place"), "(No space left on device)"),
        (busy(), "(another program holds the database)"),
    ],
)
def test_what_cannot_be_written_is_told_and_may_be_tried_again(
    error: Exception, reason: str
) -> None:
    response, _ = send(raising(error))
    assert response.status_code == 503
    assert response.headers["retry-after"] == "5"
    detail = response.json()["detail"]
    assert reason in detail
    assert "room" not in detail, "that is not what every one of them needs"
    assert "/a/place" not in response.text


def test_a_refusal_names_its_field_once() -> None:
    for message, detail in (("is odd", "n: is odd"), ("n is odd", "n is odd")):
        response, _ = send(raising(Refused("invalid_params", message, "n")))
        assert response.json() == {"detail": detail}


def test_every_problem_has_a_status_and_an_envelope() -> None:
    for code in OXEN.statuses:
        body = cast(dict[str, Any], OXEN.envelope(evolve(Problem("internal", "why"), code=code)))
        assert body["error"]["detail"] == "why"
