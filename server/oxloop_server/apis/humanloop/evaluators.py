"""Humanloop's evaluators."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from oxloop_server.apis.humanloop import answers
from oxloop_server.apis.humanloop.configs_given import model_given
from oxloop_server.apis.humanloop.lists import read_whole
from oxloop_server.apis.humanloop.refusals import found, invalid, not_found
from oxloop_server.apis.writing import write
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.evaluators import ready_made
from oxloop_server.storage.humanloop import configs, evaluators
from oxloop_server.storage.humanloop.evaluators import Evaluator

operation = Handlers()

_PARTS = ("name", "description", "arguments_type", "return_type", "code")


@operation("create_evaluator")
async def create_evaluator(call: Call) -> Answer:
    """Make an evaluator."""
    body = _changed({"type": call.body["type"], "code": None, "model_config": None}, call.body)
    warnings = await _inspect(call, body)

    def work(conn: sqlite3.Connection) -> Answer:
        made = evaluators.create(
            conn, call.tenant.id, _with_config(conn, call.tenant.id, body), warnings
        )
        return call.keep(conn, Answer(answers.evaluator(made), 201))

    return await write(call, work)


@operation("list_evaluators")
async def list_evaluators(call: Call) -> Answer:
    """List every evaluator."""

    def work(conn: sqlite3.Connection) -> list[Evaluator]:
        return evaluators.every(conn, call.tenant.id)

    instead = "ask for one evaluator after the other, by their ids."
    listed = await read_whole(call, work, ("path",), instead)
    return Answer([answers.evaluator(one) for one in listed])


@operation("get_evaluator")
async def get_evaluator(call: Call) -> Answer:
    """Tell of one evaluator."""
    one = call.service.db.read_small(lambda conn: _of_path(conn, call))
    return Answer(answers.evaluator(one))


@operation("update_evaluator")
async def update_evaluator(call: Call) -> Answer:
    """Change parts of an evaluator; evaluations keep the version that they have."""
    before = call.service.db.read_small(lambda conn: _of_path(conn, call))
    warnings = await _inspect(call, _changed(before.body, call.body))

    def work(conn: sqlite3.Connection) -> Answer:
        now = _of_path(conn, call)
        body = _with_config(conn, call.tenant.id, _changed(now.body, call.body))
        return call.keep(
            conn, Answer(answers.evaluator(evaluators.update(conn, now, body, warnings)))
        )

    return await write(call, work)


@operation("delete_evaluator")
async def delete_evaluator(call: Call) -> Answer:
    """Take an evaluator away; evaluations keep theirs."""
    await call.service.db.write(lambda conn: evaluators.delete(conn, _of_path(conn, call).id))
    return Answer(None, 204)


def _of_path(conn: sqlite3.Connection, call: Call) -> Evaluator:
    wanted = call.path["id"]
    return found(evaluators.get(conn, call.tenant.id, wanted), not_found, "evaluator", wanted)


def _changed(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    body = {**before, **{name: given[name] for name in _PARTS if name in given}}
    if "model_config" in given:
        body["model_config"] = model_given(given["model_config"], ("body", "model_config"))
    return body


async def _inspect(call: Call, body: Mapping[str, Any]) -> list[str]:
    judge, tenant_id = call.service.engine.judge, call.tenant.id
    if body["type"] == "llm" and body["model_config"] is None:
        raise invalid(("body", "model_config"), "An llm evaluator needs a model_config.", "missing")
    if body["type"] == "llm":
        return await judge.look_over_config(tenant_id, body["model_config"])
    if body["type"] != "python":
        return []
    if body["code"] is None:
        raise invalid(("body", "code"), "A python evaluator needs its code.", "missing")
    given = body["code"], body["arguments_type"], body["return_type"]
    if ready_made.is_named(body["code"]):
        await judge.look_over_named(tenant_id, *given)
        return []
    return await judge.look_over(tenant_id, *given)


def _with_config(
    conn: sqlite3.Connection, tenant_id: str, body: Mapping[str, Any]
) -> Mapping[str, Any]:
    given = body["model_config"]
    if given is None or "id" in given:
        return body
    config = configs.ensure(conn, tenant_id, given)
    return {**body, "model_config": answers.config(config)}
