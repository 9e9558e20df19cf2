"""Committing the answers of an Oxen run after its end, as one without ``auto_commit`` needs it."""

from collections.abc import Mapping

from oxloop_server.engine.files import Files
from oxloop_server.engine.oxen import OxenJob
from oxloop_server.engine.oxen_plan import OxenPlan, retarget
from oxloop_server.engine.threads import in_thread
from oxloop_server.models.registry import Registry
from oxloop_server.problems import Refused
from oxloop_server.storage.database import Database
from oxloop_server.storage.runs import Run


async def commit_run(
    db: Database, files: Files, registry: Registry, run: Run, given: Mapping[str, str]
) -> None:
    """Write the answers of a run that has ended to its column and commit the file.

    The commit and the word of it are one transaction. A run that is committed already to the same
    place is left as it is, so this may be asked for twice.

    Args:
        db: The database.
        files: The data files.
        registry: The models.
        run: The run as it stands.
        given: What differs from the request that created it: ``target_branch``, ``target_path``,
            ``commit_message``.

    Raises:
        Refused: If the run goes on, has no answer, or cannot be committed there.
    """
    _check(run)
    before = OxenPlan.from_json(run.plan)
    table = await files.open(run.tenant_id, before.source_sha256, before.source_format)
    plan = await retarget(db, files, run.tenant_id, before, table, given)
    if run.result is not None and _target(plan) == _target(before):
        return
    job = await in_thread(OxenJob, db, files.blobs, registry, run.id, plan, table)
    try:
        await job.commit(run, given)
    finally:
        await job.close()


def _check(run: Run) -> None:
    if run.unfinished:
        raise Refused(
            "wrong_state",
            f"The evaluation is {run.status}: wait for its end, or cancel it, before you commit.",
        )
    if run.processed == run.failed and (run.total > 0 or run.status != "completed"):
        raise Refused(
            "wrong_state", "The evaluation has no answer to any row, so there is nothing to commit."
        )


def _target(plan: OxenPlan) -> tuple[str, str]:
    return plan.target_branch, plan.target_path
