"""What Humanloop's API lacks: how far an evaluation has come, and keys that come again."""

import sqlite3

from oxloop_server.apis.humanloop import running
from oxloop_server.apis.humanloop.evaluations import of_path
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.spent import Spent, rounded
from oxloop_server.storage.humanloop import judging, results

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
        run = evaluation.run
        return {
            "done": judging.progress(conn, run.id),
            "total": evaluation.plan.datapoint_count,
            "waits_for": call.service.engine.why_waiting(run.id),
            "usage": {
                "answers": _usage(Spent(run.prompt_tokens, run.completion_tokens, run.cost)),
                "judges": _usage(results.spent(conn, run.id)),
            },
        }

    return Answer(await call.service.db.read(work))


def _usage(spent: Spent) -> JsonObject:
    return {
        "prompt_tokens": spent.prompt_tokens or 0,
        "completion_tokens": spent.completion_tokens or 0,
        "cost": rounded(spent.cost or 0.0),
    }
