"""Evaluations: the runs of Humanloop's API, with what they were made of."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen

from oxloop_server.storage import runs
from oxloop_server.storage.humanloop import configs, datasets, evaluators, logs
from oxloop_server.storage.humanloop.bodies import Body, know_casefold, value_list
from oxloop_server.storage.humanloop.configs import Config
from oxloop_server.storage.humanloop.datasets import Datapoint, Dataset
from oxloop_server.storage.humanloop.evaluators import Evaluator
from oxloop_server.storage.humanloop.logs import Log, NewLog
from oxloop_server.storage.humanloop.results import MEAN
from oxloop_server.storage.humanloop.sorting import Sort, order_by
from oxloop_server.storage.runs import NewRun, RowOutcome, Run


@frozen(kw_only=True)
class Plan:
    """What an evaluation runs, as its create resolved it; kept as the run's ``plan``.

    Args:
        config_id: The config.
        dataset_id: The dataset.
        dataset_version_id: The version of it that the evaluation runs over.
        datapoint_count: How many datapoints that version has.
        hl_generated: Whether the service makes the logs.
        name: The evaluation's name, if it was given one.
        model: The registered model that answers; None if none is needed.
        key_providers: The providers for whose models it came with keys, which are kept nowhere.
    """

    config_id: str
    dataset_id: str
    dataset_version_id: str
    datapoint_count: int
    hl_generated: bool
    name: str | None
    model: str | None
    key_providers: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """The plan as JSON."""
        return {
            "config_id": self.config_id,
            "dataset_id": self.dataset_id,
            "dataset_version_id": self.dataset_version_id,
            "datapoint_count": self.datapoint_count,
            "hl_generated": self.hl_generated,
            "name": self.name,
            "model": self.model,
            "key_providers": list(self.key_providers),
        }

    @classmethod
    def of(cls, run: Run) -> "Plan":
        """The plan of a run."""
        return cls(**run.plan)


@frozen
class Evaluation:
    """An evaluation with what it was made of.

    Args:
        run: Where it stands.
        plan: What it runs.
        config: The config that is evaluated.
        evaluators: Who judges, in the versions that the run has.
        dataset: The dataset as it is now.
        snapshot: The dataset as it is run.
    """

    run: Run
    plan: Plan
    config: Config
    evaluators: tuple[Evaluator, ...]
    dataset: Dataset
    snapshot: Dataset

    @property
    def id(self) -> str:
        """The run's id."""
        return self.run.id

    @property
    def runs_by_itself(self) -> bool:
        """Whether nothing in it waits for its client: the service starts and completes it."""
        return self.plan.hl_generated and all(one.is_run_here for one in self.evaluators)


@frozen(kw_only=True)
class Query:
    """Which evaluations of a project to list.

    Args:
        ids: The ids that they may have; None for any.
        statuses: Their statuses.
        datasets: The names of their datasets.
        configs: The names of their configs.
        config_id: The config that they run.
        begin: The first moment when they may have been made; None for any.
        end: The first moment that is too late; None for any.
        sorts: What to sort by, most important first: ``dataset``, ``config``, ``status`` or
            ``evaluator-`` and an evaluator's id. The newest come first where that leaves a choice.
        limit: How many at most; None for all.
        offset: How many to leave out before them.
    """

    ids: Sequence[str] | None = None
    statuses: Sequence[str] | None = None
    datasets: Sequence[str] | None = None
    configs: Sequence[str] | None = None
    config_id: str | None = None
    begin: str | None = None
    end: str | None = None
    sorts: Sequence[Sort] = ()
    limit: int | None = None
    offset: int = 0


@frozen
class Case:
    """A datapoint of an evaluation, with its log once there is one."""

    datapoint: Datapoint
    log: Log | None


_FROM = (
    " FROM runs JOIN hl_configs c ON c.id = runs.plan ->> '$.config_id'"
    " JOIN hl_datasets d ON d.id = runs.plan ->> '$.dataset_id'"
    " JOIN hl_dataset_versions v ON v.id = d.version_id"
    " JOIN hl_dataset_versions s ON s.id = runs.plan ->> '$.dataset_version_id'"
)
_PARTS = (runs.COLUMNS, configs.COLUMNS, datasets.columns("v"), datasets.columns("s"))
_COUNT = "SELECT count(*)" + _FROM
_SELECT = f"SELECT {', '.join(_PARTS)} {_FROM}"
_WHERE = (
    " WHERE runs.owner_id = :project AND runs.api = 'humanloop'"
    " AND (:ids IS NULL OR runs.id IN (SELECT value FROM json_each(:ids)))"
    " AND (:statuses IS NULL OR runs.status IN (SELECT value FROM json_each(:statuses)))"
    " AND (:datasets IS NULL OR v.name IN (SELECT value FROM json_each(:datasets)))"
    " AND (:configs IS NULL OR c.body ->> '$.name' IN (SELECT value FROM json_each(:configs)))"
    " AND (:config_id IS NULL OR c.id = :config_id)"
    " AND (:begin IS NULL OR runs.created_at >= :begin)"
    " AND (:end IS NULL OR runs.created_at < :end)"
)
_SORTS = {
    "dataset": "casefold(v.name)",
    "config": "casefold(c.body ->> '$.name')",
    "status": "runs.status",
}
_AGGREGATE = (
    f"(SELECT {MEAN} FROM hl_results"  # noqa: S608 - constants only
    " WHERE run_id = runs.id AND evaluator_id = {value})"
)


def create(
    conn: sqlite3.Connection,
    run: NewRun,
    config: Config,
    judges: Iterable[Evaluator],
    dataset: Dataset,
) -> Evaluation | None:
    """Write down a new evaluation; None if its project has one of that name.

    Args:
        conn: The transaction.
        run: The run, its plan made by ``Plan.to_json``.
        config: The config that is evaluated.
        judges: Who judges its logs.
        dataset: The dataset as it is run.
    """
    name = run.plan["name"]
    if name is not None and _is_taken(conn, run.owner_id, name):
        return None
    created = runs.create(conn, run)
    pinned = tuple({one.id: one for one in judges}.values())
    evaluators.pin(conn, run.id, pinned)
    return Evaluation(created, Plan.of(created), config, pinned, dataset, dataset)


def get(conn: sqlite3.Connection, tenant_id: str, run_id: str) -> Evaluation | None:
    """Find an evaluation by its id."""
    row = conn.execute(
        f"{_SELECT} WHERE runs.id = ? AND runs.tenant_id = ? AND runs.api = 'humanloop'",
        (run_id, tenant_id),
    ).fetchone()
    return None if row is None else _evaluation(row, evaluators.of_run(conn, run_id))


def page(conn: sqlite3.Connection, project_id: str, query: Query) -> tuple[list[Evaluation], int]:
    """Some evaluations of a project, and how many the query has in all."""
    know_casefold(conn)
    values: dict[str, object] = {
        "project": project_id,
        "ids": _listed(query.ids),
        "statuses": _listed(query.statuses),
        "datasets": _listed(query.datasets),
        "configs": _listed(query.configs),
        "config_id": query.config_id,
        "begin": query.begin,
        "end": query.end,
        "limit": -1 if query.limit is None else query.limit,
        "offset": query.offset,
    }
    (total,) = conn.execute(f"{_COUNT} {_WHERE}", values).fetchone()
    order = order_by(query.sorts, _SORTS, "evaluator-", _AGGREGATE, values)
    rows = conn.execute(
        f"{_SELECT} {_WHERE} ORDER BY {order} runs.created_at DESC, runs.rowid DESC"
        " LIMIT :limit OFFSET :offset",
        values,
    ).fetchall()
    judges = evaluators.of_runs(conn, [row[0] for row in rows])
    return [_evaluation(row, judges[row[0]]) for row in rows], total


def start(conn: sqlite3.Connection, evaluation: Evaluation) -> bool:
    """Set an evaluation running, for the first time or again; False if its status forbids that."""
    return runs.start(conn, evaluation.id, evaluation.plan.datapoint_count)


def add_evaluators(
    conn: sqlite3.Connection, evaluation: Evaluation, judges: Iterable[Evaluator]
) -> bool:
    """Give an evaluation more evaluators; False if it has them all already."""
    if not evaluators.pin(conn, evaluation.id, judges):
        return False
    runs.touch(conn, evaluation.id)
    return True


def cases(conn: sqlite3.Connection, evaluation: Evaluation, begin: int, limit: int) -> list[Case]:
    """At most ``limit`` of an evaluation's datapoints from a place on, with their logs."""
    end = min(begin + limit, evaluation.plan.datapoint_count)
    positions = range(begin, end)
    made = logs.of_run(conn, evaluation.id, positions)
    found = datasets.datapoints(conn, evaluation.plan.dataset_id, positions)
    return [Case(one, made.get(one.position)) for one in found]


def case(conn: sqlite3.Connection, evaluation: Evaluation, datapoint_id: str) -> Case | None:
    """One of an evaluation's datapoints, with its log; None if it does not run over that one."""
    position = datasets.position(conn, evaluation.plan.dataset_id, datapoint_id)
    if position is None:
        return None
    return next(iter(cases(conn, evaluation, position, 1)), None)


def add_log(conn: sqlite3.Connection, log: NewLog) -> str | None:
    """Keep a log of one of a run's datapoints, which by that is done or failed.

    Args:
        conn: The transaction.
        log: The log, with its run and row.

    Returns:
        Its id, or None if the datapoint has a log already.
    """
    assert log.run_id is not None
    assert log.row_index is not None
    if not _settle(conn, log.run_id, log.row_index, log.body):
        return None
    return logs.add(conn, [log])[0]


def adopt(conn: sqlite3.Connection, evaluation: Evaluation, log: Log) -> bool:
    """Make a log that was kept by itself the one of the datapoint that it answers.

    Returns:
        False if the evaluation does not run over that datapoint, or has a log of it.
    """
    answered = log.datapoint_id and case(conn, evaluation, log.datapoint_id)
    if not answered or not _settle(conn, evaluation.id, answered.datapoint.position, log.body):
        return False
    logs.adopt(conn, log.id, evaluation.id, answered.datapoint.position)
    return True


def _settle(conn: sqlite3.Connection, run_id: str, row_index: int, body: Body) -> bool:
    outcome = RowOutcome(
        index=row_index,
        error=body.get("error"),
        duration=body.get("duration"),
        prompt_tokens=body.get("prompt_tokens"),
        completion_tokens=body.get("output_tokens"),
    )
    return runs.record(conn, run_id, [outcome]) == 1


def _is_taken(conn: sqlite3.Connection, project_id: str, name: str) -> bool:
    found = conn.execute(
        "SELECT 1 FROM runs WHERE owner_id = ? AND api = 'humanloop' AND plan ->> '$.name' = ?",
        (project_id, name),
    )
    return found.fetchone() is not None


def _evaluation(row: sqlite3.Row, judges: Iterable[Evaluator]) -> Evaluation:
    values = iter(row)
    run = runs.of_columns(values)
    config = configs.of_columns(values)
    current, snapshot = datasets.of_columns(values), datasets.of_columns(values)
    return Evaluation(run, Plan.of(run), config, tuple(judges), current, snapshot)


def _listed(values: Sequence[str] | None) -> str | None:
    return None if values is None else value_list(values)
