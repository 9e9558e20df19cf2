"""What Humanloop's API lacks: how far an evaluation has come, and keys that come again."""

import sqlite3

from oxloop_server.apis.humanloop import running
from oxloop_server.apis.humanloop.evaluations import of_path
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.storage.humanloop import judging

operation = Handlers()


@operation("get_evaluation_progress")
async def get_evaluation_progress(call: Call) -> Answer:
    """Count the datapoints that are done."""
    return await _progress(call)


@operation("send_provider_api_keys")
async def send_provider_api_keys(call: Call) -> Answer:
    """Take the keys again that an evaluation came with; it goes on if it waited for them."""
    evaluation = await call.service.db.read(lambda conn: of_path(conn, call, "evaluation_id"))
    running.take_keys(call.service, evaluation, call.body["provider_api_keys"])
    return await _progress(call)


async def _progress(call: Call) -> Answer:
    def work(conn: sqlite3.Connection) -> JsonObject:
        evaluation = of_path(conn, call, "evaluation_id")
        return {
            "done": judging.progress(conn, evaluation.id),
            "total": evaluation.plan.datapoint_count,
            "waits_for": call.service.engine.keys.why_waiting(evaluation.id),
        }

    return Answer(await call.service.db.read(work))
