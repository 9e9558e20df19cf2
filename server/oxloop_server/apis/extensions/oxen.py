"""What Oxen's API lacks on evaluations: a list, their rows, an early end and a late commit."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from oxloop_server.apis.oxen import answers
from oxloop_server.apis.oxen.evaluations import evaluation, find_run
from oxloop_server.apis.oxen.repositories import find
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.engine.oxen_commit import commit_run
from oxloop_server.errors import JsonObject
from oxloop_server.problems import Refused
from oxloop_server.storage import runs
from oxloop_server.storage.pages import TooMuch, within_a_page
from oxloop_server.storage.runs import Row, Run

operation = Handlers()

T = TypeVar("T")


@operation("list_evaluations")
async def list_evaluations(call: Call) -> Answer:
    """List the evaluations of a repository, the newest first."""
    page, size = int(call.query["page"]), int(call.query["page_size"])

    def work(conn: sqlite3.Connection) -> tuple[list[Run], int]:
        owner = find(conn, call).id
        return runs.of_owner(conn, owner, size, (page - 1) * size), runs.count(conn, owner)

    listed, total = await _read_page(call, work)
    return Answer(
        answers.success(
            answers.FOUND,
            evaluations=[evaluation(run, call) for run in listed],
            pagination=answers.pagination(page, size, total),
        )
    )


@operation("list_evaluation_rows")
async def list_evaluation_rows(call: Call) -> Answer:
    """Tell what became of each row."""
    page, size = int(call.query["page"]), int(call.query["page_size"])

    def work(conn: sqlite3.Connection) -> tuple[Run, list[Row]]:
        run = find_run(conn, call)
        return run, runs.rows(conn, run.id, (page - 1) * size, size)

    # Looked at before the rows: one that is answered in between is told as done.
    asking = call.service.engine.asking(call.path["evaluation_id"])
    run, listed = await _read_page(call, work)
    return Answer(
        answers.success(
            answers.FOUND,
            rows=[_row(row, row.index in asking) for row in listed],
            pagination=answers.pagination(page, size, run.total),
        )
    )


@operation("cancel_evaluation")
async def cancel_evaluation(call: Call) -> Answer:
    """End an evaluation now; one that is cancelled already is answered as it is."""
    run = await call.service.db.read(lambda conn: find_run(conn, call))
    await call.service.engine.cancel(run.id)
    after = await call.service.db.read(lambda conn: find_run(conn, call))
    if after.status != "cancelled":
        raise Refused(
            "wrong_state", f"The evaluation is {after.status} already: there is nothing to cancel."
        )
    return _answer(after, call)


@operation("commit_evaluation")
async def commit_evaluation(call: Call) -> Answer:
    """Commit what an evaluation that has ended was answered."""
    service = call.service
    run = await service.db.read(lambda conn: find_run(conn, call))
    await commit_run(service.db, service.engine.files, service.registry, run, call.body)
    return _answer(await service.db.read(lambda conn: find_run(conn, call)), call)


async def _read_page(call: Call, work: Callable[[sqlite3.Connection], T]) -> T:
    try:
        return await call.service.db.read(within_a_page(work))
    except TooMuch as much:
        message = f"{much}: ask for fewer at once."
    raise Refused("too_much", message, "page_size")


def _answer(run: Run, call: Call) -> Answer:
    return Answer(answers.success(answers.UPDATED, evaluation=evaluation(run, call)))


def _row(row: Row, is_asked: bool) -> JsonObject:
    return {
        "row": row.index,
        "status": "running" if is_asked and row.state == "pending" else row.state,
        "output": row.output,
        "error": row.error,
        "duration": row.duration,
        "prompt_tokens": row.prompt_tokens,
        "completion_tokens": row.completion_tokens,
        "cost": row.cost,
    }
