"""Oxen's evaluations: created and looked up here, run by the engine."""

import sqlite3

from attrs import evolve, frozen

from oxloop_server.apis.oxen import answers
from oxloop_server.apis.oxen.models import evaluation_model
from oxloop_server.apis.oxen.repositories import find
from oxloop_server.apis.writing import write
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.engine.oxen_plan import OxenPlan, plan
from oxloop_server.errors import JsonObject
from oxloop_server.problems import Refused
from oxloop_server.spent import rounded
from oxloop_server.storage import repositories, runs
from oxloop_server.storage.repositories import Repository, Resolved
from oxloop_server.storage.runs import Run

operation = Handlers()


@frozen
class _Source:
    repository: Repository
    resolved: Resolved


@operation("create_evaluation")
async def create_evaluation(call: Call) -> Answer:
    """Create an evaluation; it is in the database before it is answered, and runs by itself."""
    service = call.service
    source = await service.db.read(lambda conn: _source(conn, call))
    # JSON Schema takes 10.0 for a whole number, as it should; the engine counts with ints.
    counts = {name: int(call.body[name]) for name in ("batch_size", "sample_count")}
    new = await plan(
        service.db,
        service.engine.files,
        service.registry,
        source.repository,
        source.resolved,
        {**call.body, **counts},
    )
    if new.plan["total"] > service.limits.rows:
        raise Refused(
            "invalid_params",
            f"The file has {new.plan['total']:,} rows to evaluate, and the service takes "
            f"{service.limits.rows:,}: take a sample, or have its operator raise the limit 'rows'.",
            "resource",
        )
    answer = await write(call, lambda conn: call.keep(conn, _answer(runs.create(conn, new), call)))
    service.engine.submit(new.id)
    return answer


@operation("get_evaluation")
async def get_evaluation(call: Call) -> Answer:
    """Tell where an evaluation stands."""
    run = call.service.db.read_small(lambda conn: find_run(conn, call))
    # What a run waits for that goes on is not in the database.
    return evolve(_answer(run, call), holds=not run.unfinished)


def find_run(conn: sqlite3.Connection, call: Call) -> Run:
    """The run that a call's path names.

    Raises:
        Refused: If the repository has none of that id.
    """
    repository = find(conn, call)
    run = runs.get(conn, call.path["evaluation_id"])
    if run is None or run.api != "oxen" or run.owner_id != repository.id:
        raise Refused(
            "not_found",
            f"The repository {repository.namespace}/{repository.name} has no evaluation "
            f"'{call.path['evaluation_id']}'.",
            "evaluation_id",
        )
    return run


def _source(conn: sqlite3.Connection, call: Call) -> _Source:
    repository = find(conn, call)
    return _Source(repository, repositories.resolve(conn, repository.id, call.path["resource"]))


def _answer(run: Run, call: Call) -> Answer:
    # Oxen's word is "found", also for one that was just created.
    return Answer(answers.success(answers.FOUND, evaluation=evaluation(run, call)))


def evaluation(run: Run, call: Call) -> JsonObject:
    """A run as Oxen shows an evaluation.

    The fields are those of the page "Create an evaluation" of Oxen.ai's documentation, with
    ``closing_commit`` and ``conflict_target_branch`` as older example responses there have them,
    and ``waits_for``, which is ours.

    Args:
        run: The run as it stands.
        call: The call that is answered; the run is its tenant's.
    """
    tenant = call.tenant
    request, resolved = run.request, OxenPlan.from_json(run.plan)
    result = run.result or {}
    return {
        "id": run.id,
        "name": request["name"],
        "status": run.status,
        "error_message": run.error_message,
        "prompt": resolved.prompt,
        "input_type": request["input_type"],
        "output_type": request["output_type"],
        "model": evaluation_model(resolved.model),
        "is_sample": request["is_sample"],
        "sample_count": request["sample_count"],
        "progress": {"processed": run.processed, "total": run.total},
        "resource": {
            "path": resolved.source_path,
            "version": resolved.source_branch or resolved.source_commit,
        },
        "target_branch": resolved.target_branch,
        "target_column": resolved.target_column,
        "target_path": request["target_path"],
        "created_by": {"id": tenant.id, "username": tenant.name, "name": None, "image": None},
        "tokens_used": run.prompt_tokens + run.completion_tokens,
        "prompt_tokens_used": run.prompt_tokens,
        "completion_tokens_used": run.completion_tokens,
        "credits_used": rounded(run.cost),
        "repository_id": resolved.repository_id,
        "inserted_at": run.created_at,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "cancelled_at": run.cancelled_at,
        "closing_commit": result.get("closing_commit"),
        "conflict_target_branch": result.get("conflict_target_branch"),
        "waits_for": call.service.engine.why_waiting(run.id),
    }
