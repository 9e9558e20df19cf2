"""What clients hand in to a Humanloop evaluation: logs of their own, and judgments of logs."""

import sqlite3

from attrs import evolve

from oxloop_server.apis.humanloop import answers, logs_given
from oxloop_server.apis.humanloop.evaluations import of_path
from oxloop_server.apis.humanloop.logs import created
from oxloop_server.apis.humanloop.refusals import found, invalid, unknown
from oxloop_server.apis.humanloop.running import refuse_unless_running
from oxloop_server.apis.writing import write
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.evaluators import verdicts
from oxloop_server.storage.humanloop import evaluations, logs, results
from oxloop_server.storage.humanloop.evaluations import Case, Evaluation
from oxloop_server.storage.humanloop.evaluators import Evaluator
from oxloop_server.storage.humanloop.logs import Log, NewLog
from oxloop_server.storage.humanloop.results import NewResult

operation = Handlers()


@operation("log_to_evaluation")
async def log_to_evaluation(call: Call) -> Answer:
    """Keep a log that the client made for a datapoint, and have it judged."""
    given: JsonObject = call.body["log"]

    def work(conn: sqlite3.Connection) -> tuple[Answer, bool]:
        evaluation = of_path(conn, call, "evaluation_id")
        refuse_unless_running(evaluation, "log")
        log = _log(conn, evaluation, _free_case(conn, evaluation, call.body["datapoint_id"]), given)
        log_id = evaluations.add_log(conn, log)
        assert log_id is not None
        is_judged_here = any(one.is_run_here for one in evaluation.evaluators)
        answer = Answer(created(log_id, log, given), 201)
        return call.keep(conn, answer), is_judged_here

    answer, is_judged_here = await write(call, work)
    if is_judged_here:
        call.service.engine.judge.submit(call.path["evaluation_id"])
    return answer


@operation("add_evaluation_result")
async def add_evaluation_result(call: Call) -> Answer:
    """Keep what an evaluator outside the service says of a log."""

    def work(conn: sqlite3.Connection) -> tuple[Answer, bool]:
        evaluation = of_path(conn, call, "evaluation_id")
        refuse_unless_running(evaluation, "result")
        evaluator = _evaluator(evaluation, call.body["evaluator_id"])
        _check_result(evaluator, call.body)
        log, is_new = _judged_log(conn, evaluation, call.body["log_id"])
        new = NewResult(
            run_id=evaluation.id,
            log_id=log.id,
            evaluator_id=evaluator.id,
            version_id=evaluator.version_id,
            value=call.body.get("result"),
            error=call.body.get("error"),
        )
        results.record(conn, [new])
        answer = Answer(answers.result(results.get(conn, log.id, evaluator.id)), 201)
        return call.keep(conn, answer), is_new

    answer, is_new = await write(call, work)
    if is_new:
        call.service.engine.judge.submit(call.path["evaluation_id"])
    return answer


def _free_case(conn: sqlite3.Connection, evaluation: Evaluation, datapoint_id: str) -> Case:
    at = ("body", "datapoint_id")
    case = found(
        evaluations.case(conn, evaluation, datapoint_id),
        unknown,
        at,
        "datapoint of this evaluation",
        datapoint_id,
    )
    if case.log is not None:
        raise invalid(
            at, f"The datapoint '{datapoint_id}' has its log already, '{case.log.id}'.", "taken"
        )
    return case


def _log(conn: sqlite3.Connection, evaluation: Evaluation, case: Case, given: JsonObject) -> NewLog:
    place = ("body", "log")
    tenant_id, datapoint = evaluation.run.tenant_id, case.datapoint
    if given.get("save") is False:
        raise invalid((*place, "save"), "What is not saved cannot be judged: leave 'save' out.")
    if given.get("source_datapoint_id", datapoint.id) != datapoint.id:
        raise invalid(
            (*place, "source_datapoint_id"),
            "This is not the datapoint that 'datapoint_id' names: leave it out.",
        )
    _check_project(conn, evaluation, given)
    config = logs_given.config_of(conn, tenant_id, given, place)
    if config is not None and config.id != evaluation.config.id:
        raise invalid(
            (*place, "config_id" if "config_id" in given else "config"),
            f"The evaluation is one of the config '{evaluation.config.id}', and this is "
            f"'{config.id}'.",
        )
    rest = {name: value for name, value in given.items() if name != "source_datapoint_id"}
    made = logs_given.log_of(
        conn, tenant_id, rest, place, evaluation.run.owner_id, evaluation.config.id
    )
    return evolve(
        made, run_id=evaluation.id, row_index=datapoint.position, datapoint_id=datapoint.id
    )


def _check_project(conn: sqlite3.Connection, evaluation: Evaluation, given: JsonObject) -> None:
    named = [name for name in ("project_id", "project") if name in given]
    if not named:
        return
    place = ("body", "log")
    project = logs_given.project_of(conn, evaluation.run.tenant_id, given, place)
    if project.id != evaluation.run.owner_id:
        raise invalid(
            (*place, named[0]),
            f"The evaluation is one of the project '{evaluation.run.owner_id}', and this is "
            f"'{project.id}'.",
        )


def _evaluator(evaluation: Evaluation, evaluator_id: str) -> Evaluator:
    at = ("body", "evaluator_id")
    of_run = {one.id: one for one in evaluation.evaluators}
    evaluator = found(
        of_run.get(evaluator_id), unknown, at, "evaluator of this evaluation", evaluator_id
    )
    if evaluator.is_run_here:
        raise invalid(
            at,
            f"The service itself judges with '{evaluator_id}', for it is a {evaluator.type} "
            "evaluator: results are taken for human and external ones.",
        )
    return evaluator


def _check_result(evaluator: Evaluator, body: JsonObject) -> None:
    at = ("body", "result")
    if ("result" in body) == ("error" in body):
        raise invalid(at, "Give either 'result' or 'error', one of the two.", "missing")
    if "result" in body:
        verdict = verdicts.check(body["result"], evaluator.body["return_type"], longest=0)
        if verdict.error is not None:
            raise invalid(at, verdict.error, "type")


def _judged_log(conn: sqlite3.Connection, evaluation: Evaluation, log_id: str) -> tuple[Log, bool]:
    """The log to judge, and whether the evaluation did not have it before.

    A log that was kept by itself and answers one of the evaluation's datapoints becomes the
    evaluation's, as the guide "Self-hosted evaluations" has it.
    """
    at = ("body", "log_id")
    log = found(logs.get(conn, evaluation.run.tenant_id, log_id), unknown, at, "log", log_id)
    if log.run_id == evaluation.id:
        return log, False
    is_fit = log.run_id is None and log.config_id == evaluation.config.id
    if is_fit and evaluations.adopt(conn, evaluation, log):
        return log, True
    raise invalid(
        at,
        f"'{log_id}' is no log of this evaluation: it must answer one of its datapoints, with its "
        "config, and no other log may do so.",
        "not_found",
    )
