"""Humanloop's evaluations: created, read and told how to go on."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from attrs import frozen

from oxloop_server import compact_json, stamps
from oxloop_server.apis.humanloop import answers, moments, projects, running, sorting
from oxloop_server.apis.humanloop.lists import bounded, read_page, read_whole
from oxloop_server.apis.humanloop.logs import whole
from oxloop_server.apis.humanloop.refusals import (
    Place,
    found,
    invalid,
    not_found,
    unknown,
    wrong_state,
)
from oxloop_server.apis.writing import write
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.limits import PAGE_BYTES
from oxloop_server.storage.humanloop import configs, datasets, evaluations, evaluators, results
from oxloop_server.storage.humanloop.configs import Config
from oxloop_server.storage.humanloop.datasets import Dataset
from oxloop_server.storage.humanloop.evaluations import Case, Evaluation, Plan, Query
from oxloop_server.storage.humanloop.evaluators import Evaluator
from oxloop_server.storage.humanloop.projects import Project
from oxloop_server.storage.runs import NewRun

operation = Handlers()

T = TypeVar("T")

_EVALUATEE = ("query", "evaluatee_id")

_NAMED = 128
"""About what an evaluator takes each time that it is named."""


@frozen
class Parts:
    """What an evaluation is made of."""

    project: Project
    config: Config
    evaluators: Sequence[tuple[Place, Evaluator]]
    dataset: Dataset

    def size(self) -> int:
        """About how many bytes they have, as JSON."""
        # A request may name one evaluator a hundred thousand times.
        bodies = {one.id: one.body for _, one in self.evaluators}
        known = sum(
            len(compact_json.to_bytes(body)) for body in (self.config.body, *bodies.values())
        )
        return known + _NAMED * len(self.evaluators)


@operation("create_evaluation")
async def create_evaluation(call: Call) -> Answer:
    """Create an evaluation; one that waits for nobody is running when it is answered."""
    service = call.service
    keys = call.body.get("provider_api_keys", {})
    running.check_keys(service, keys)

    def work(conn: sqlite3.Connection) -> tuple[Answer, Evaluation]:
        parts = _parts(conn, call)
        running.check_evaluators(service, parts.evaluators)
        made = _create(conn, _new_run(call, parts), parts)
        return call.keep(conn, Answer(answers.evaluation(made, None), 201)), made

    answer, made = await write(call, work)
    service.engine.keys.keep(made.id, running.of_providers(keys))
    if made.run.status == "running":
        service.engine.submit(made.id)
    return answer


@operation("get_evaluation")
async def get_evaluation(call: Call) -> Answer:
    """Tell where an evaluation stands, and what came of it if that is asked for."""

    with_aggregates = call.query["evaluator_aggregates"]

    def work(conn: sqlite3.Connection) -> JsonObject:
        return _answers(conn, [of_path(conn, call)], with_aggregates)[0]

    db = call.service.db
    return Answer(await db.read(work) if with_aggregates else db.read_small(work), holds=True)


@operation("list_evaluations")
async def list_evaluations(call: Call) -> Answer:
    """List some evaluations of a project."""
    query = call.query
    wanted = _query(query)

    def work(conn: sqlite3.Connection) -> JsonObject:
        project = projects.of_query(conn, call)
        _check_evaluatee(conn, call)
        listed, total = evaluations.page(conn, project.id, wanted)
        return answers.page(_answers(conn, listed, False), query, total)

    return Answer(await read_page(call, work), holds=True)


@operation("list_project_evaluations")
async def list_project_evaluations(call: Call) -> Answer:
    """List all evaluations of a project."""
    wanted = Query(config_id=call.query["evaluatee_id"])

    def work(conn: sqlite3.Connection) -> list[JsonObject]:
        project = projects.of_path(conn, call)
        _check_evaluatee(conn, call)
        listed, _ = evaluations.page(conn, project.id, wanted)
        return _answers(conn, listed, call.query["evaluator_aggregates"])

    instead = "list the evaluations page by page, with GET /v4/evaluations and a 'project_id'."
    return Answer(await read_whole(call, work, ("path", "project_id"), instead), holds=True)


@operation("list_evaluation_datapoints")
async def list_evaluation_datapoints(call: Call) -> Answer:
    """List some of the datapoints of an evaluation; the first page is 1."""
    query = call.query
    begin = (query["page"] - 1) * query["size"]

    def work(conn: sqlite3.Connection) -> JsonObject:
        evaluation = of_path(conn, call)
        listed = evaluations.cases(conn, evaluation, begin, query["size"])
        return answers.page(
            _cases(conn, call.tenant.id, listed), query, evaluation.plan.datapoint_count
        )

    return Answer(await read_page(call, work), holds=True)


@operation("update_evaluation_status")
async def update_evaluation_status(call: Call) -> Answer:
    """Start, complete, reopen or cancel an evaluation."""
    before = call.service.db.read_small(lambda conn: of_path(conn, call))
    await running.set_status(call.service, before, call.body["status"])
    return await _as_it_is(call)


@operation("add_evaluators")
async def add_evaluators(call: Call) -> Answer:
    """Give an evaluation more evaluators; the service judges with them what is there."""
    added = await call.service.db.read(lambda conn: _more(conn, call))
    running.check_evaluators(call.service, added)

    def work(conn: sqlite3.Connection) -> bool:
        evaluation = of_path(conn, call)
        if evaluation.run.status == "cancelled":
            raise wrong_state("A cancelled evaluation takes no more evaluators.")
        is_new = evaluations.add_evaluators(conn, evaluation, [one for _, one in added])
        _few(conn, lambda conn: evaluators.of_run(conn, evaluation.id))
        return is_new

    if await call.service.db.write(work):
        call.service.engine.judge.submit(call.path["id"])
    return await _as_it_is(call)


def of_path(conn: sqlite3.Connection, call: Call, name: str = "id") -> Evaluation:
    """The evaluation that a call's path names, with the evaluatee that its query names.

    Raises:
        Refused: If the sender has none with that id, or it has no such evaluatee.
    """
    wanted = call.path[name]
    evaluation = found(
        evaluations.get(conn, call.tenant.id, wanted), not_found, "evaluation", wanted
    )
    evaluatee = call.query.get("evaluatee_id")
    if evaluatee not in (None, evaluation.config.id):
        raise invalid(
            _EVALUATEE,
            f"The evaluation '{wanted}' has no evaluatee '{evaluatee}': it has one, its config "
            f"'{evaluation.config.id}'.",
            "not_found",
        )
    return evaluation


def _parts(conn: sqlite3.Connection, call: Call) -> Parts:
    body, tenant_id = call.body, call.tenant.id
    ids = call.path["project_id"], body["config_id"], body["dataset_id"], *body["evaluator_ids"]
    return call.service.db.defined(
        conn, ("parts", tenant_id, ids), lambda: _look_up(conn, call), Parts.size
    )


def _look_up(conn: sqlite3.Connection, call: Call) -> Parts:
    body, tenant_id = call.body, call.tenant.id
    project = projects.of_path(conn, call)
    config_id, dataset_id = body["config_id"], body["dataset_id"]
    return Parts(
        project,
        found(
            configs.get(conn, tenant_id, config_id),
            unknown,
            ("body", "config_id"),
            "config",
            config_id,
        ),
        _by_id(conn, tenant_id, body["evaluator_ids"]),
        found(
            datasets.get(conn, tenant_id, dataset_id),
            unknown,
            ("body", "dataset_id"),
            "dataset",
            dataset_id,
        ),
    )


def _by_id(
    conn: sqlite3.Connection, tenant_id: str, ids: Sequence[str]
) -> list[tuple[Place, Evaluator]]:
    known = _few(conn, lambda conn: evaluators.get_many(conn, tenant_id, ids), "evaluator_ids")
    return _named("evaluator_ids", "evaluator", ids, known)


def _few(conn: sqlite3.Connection, work: Callable[[sqlite3.Connection], T], *field: str) -> T:
    # An evaluation is listed with its config too, and must fit into a page by itself.
    instead = "that is more than an evaluation's evaluators may hold together."
    return bounded(conn, work, ("body", *field), instead, PAGE_BYTES // 2)


def _more(conn: sqlite3.Connection, call: Call) -> list[tuple[Place, Evaluator]]:
    versions = call.body.get("evaluator_version_ids", [])
    field = "evaluator_version_ids"
    known = _few(conn, lambda conn: evaluators.by_version(conn, call.tenant.id, versions), field)
    return [
        *_by_id(conn, call.tenant.id, call.body.get("evaluator_ids", [])),
        *_named(field, "version of an evaluator", versions, known),
    ]


def _named(
    field: str, kind: str, ids: Sequence[str], known: Mapping[str, Evaluator]
) -> list[tuple[Place, Evaluator]]:
    places: list[Place] = [("body", field, index) for index in range(len(ids))]
    return [
        (place, found(known.get(wanted), unknown, place, kind, wanted))
        for place, wanted in zip(places, ids, strict=True)
    ]


def _new_run(call: Call, parts: Parts) -> NewRun:
    body = call.body
    model = running.model_of(call.service, parts.config) if body["hl_generated"] else None
    plan = Plan(
        config_id=parts.config.id,
        dataset_id=parts.dataset.id,
        dataset_version_id=parts.dataset.version_id,
        datapoint_count=parts.dataset.datapoint_count,
        hl_generated=body["hl_generated"],
        name=body.get("name"),
        model=model,
        key_providers=sorted(running.of_providers(body.get("provider_api_keys", {}))),
    )
    return NewRun(
        id=stamps.new_id("ev_"),
        api="humanloop",
        tenant_id=call.tenant.id,
        owner_id=parts.project.id,
        model=model,
        # Keys are for this run only, and are kept nowhere; the plan has whose they are.
        request={name: value for name, value in body.items() if name != "provider_api_keys"},
        plan=plan.to_json(),
        status="pending",
    )


def _create(conn: sqlite3.Connection, new: NewRun, parts: Parts) -> Evaluation:
    judges = (one for _, one in parts.evaluators)
    made = evaluations.create(conn, new, parts.config, judges, parts.dataset)
    if made is None:
        name = new.plan["name"]
        raise invalid(("body", "name"), f"The project has an evaluation '{name}' already.", "taken")
    configs.use(conn, new.owner_id, parts.config.id)
    if not made.runs_by_itself:
        return made
    evaluations.start(conn, made)
    return found(evaluations.get(conn, new.tenant_id, new.id), not_found, "evaluation", new.id)


def _query(query: Mapping[str, Any]) -> Query:
    begin, end = query["start_date"], query["end_date"]
    ids, more = query["id"], query["id_filter"]
    both = ids if more is None else more if ids is None else [one for one in ids if one in more]
    return Query(
        ids=both,
        statuses=query["status_filter"],
        datasets=query["dataset_filter"],
        configs=query["config_filter"],
        config_id=query["evaluatee_id"],
        begin=begin and moments.begin_of(begin, ("query", "start_date")),
        end=end and moments.begin_of(end, ("query", "end_date")),
        sorts=sorting.sorts(query["sort"]),
        limit=query["size"],
        offset=query["page"] * query["size"],
    )


def _check_evaluatee(conn: sqlite3.Connection, call: Call) -> None:
    wanted = call.query["evaluatee_id"]
    if wanted is not None:
        found(configs.get(conn, call.tenant.id, wanted), unknown, _EVALUATEE, "evaluatee", wanted)


def _answers(
    conn: sqlite3.Connection, listed: Sequence[Evaluation], with_aggregates: bool | None
) -> list[JsonObject]:
    if not with_aggregates:
        return [answers.evaluation(one, None) for one in listed]
    values = results.aggregates(conn, [one.id for one in listed])
    return [answers.evaluation(one, values[one.id]) for one in listed]


async def _as_it_is(call: Call) -> Answer:
    evaluation = call.service.db.read_small(lambda conn: of_path(conn, call))
    return Answer(answers.evaluation(evaluation, None))


def _cases(conn: sqlite3.Connection, tenant_id: str, listed: Sequence[Case]) -> list[JsonObject]:
    made = [case.log for case in listed if case.log is not None]
    shown = {log.id: body for log, body in zip(made, whole(conn, tenant_id, made), strict=True)}
    return [
        {
            "datapoint": answers.datapoint(case.datapoint),
            "log": None if case.log is None else shown[case.log.id],
            "evaluation_results": []
            if case.log is None
            else shown[case.log.id]["evaluation_results"],
        }
        for case in listed
    ]
