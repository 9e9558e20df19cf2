"""What Humanloop's API lacks: how far an evaluation has come."""

import sqlite3

from oxloop_server.apis.humanloop.evaluations import of_path
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.storage.humanloop import judging

operation = Handlers()


@operation("get_evaluation_progress")
async def get_evaluation_progress(call: Call) -> Answer:
    """Count the datapoints that are done."""

    def work(conn: sqlite3.Connection) -> JsonObject:
        evaluation = of_path(conn, call, "evaluation_id")
        return {
            "done": judging.progress(conn, evaluation.id),
            "total": evaluation.plan.datapoint_count,
        }

    return Answer(await call.service.db.read(work))
