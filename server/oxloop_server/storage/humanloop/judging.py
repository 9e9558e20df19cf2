"""What the service's own evaluators still have to judge, with all that they look at."""

import sqlite3
from collections.abc import Mapping, Sequence

from attrs import frozen

from oxloop_server.storage.humanloop import configs, datasets, evaluators, logs
from oxloop_server.storage.humanloop.bodies import value_list
from oxloop_server.storage.humanloop.configs import Config
from oxloop_server.storage.humanloop.datasets import Datapoint
from oxloop_server.storage.humanloop.evaluators import Evaluator
from oxloop_server.storage.humanloop.logs import Log
from oxloop_server.storage.pages import TooMuch, within_a_page
from oxloop_server.storage.runs import Run

_UNJUDGED = (
    "SELECT l.rowid AS place, l.row_index FROM hl_logs l"
    " WHERE l.run_id = ? AND l.rowid > ? AND NOT EXISTS"
    "  (SELECT 1 FROM hl_results r WHERE r.log_id = l.id AND r.evaluator_id = ?)"
    " ORDER BY l.rowid LIMIT ?"
)
_LACKING = (
    "SELECT {what} FROM hl_logs l WHERE l.run_id = :run AND {whether} EXISTS"
    " (SELECT 1 FROM json_each(:evaluators) e WHERE NOT EXISTS"
    "  (SELECT 1 FROM hl_results r WHERE r.log_id = l.id AND r.evaluator_id = e.value))"
)
_COMPLETE = _LACKING.format(what="count(*)", whether="NOT")
_INCOMPLETE = _LACKING.format(what="1", whether="") + " LIMIT 1"
_BEHIND = (
    "SELECT r.id FROM runs r WHERE r.api = 'humanloop' AND r.status IN ('running', 'completed')"
    " AND EXISTS (SELECT 1 FROM hl_run_evaluators e"
    "  JOIN hl_evaluator_versions v ON v.id = e.version_id"
    "  WHERE e.run_id = r.id AND v.body ->> '$.type' IN ('python', 'llm')"
    "  AND (SELECT count(*) FROM hl_results WHERE run_id = r.id AND evaluator_id = e.evaluator_id)"
    "   < (SELECT count(*) FROM hl_logs WHERE run_id = r.id))"
    " ORDER BY r.created_at, r.id"
)


@frozen
class Unjudged:
    """A log that an evaluator has not judged.

    Args:
        place: Where it stands among all logs; a later log has a higher one.
        log: The log.
        config: The config that it was made with.
        datapoint: The datapoint that it answers.
    """

    place: int
    log: Log
    config: Config
    datapoint: Datapoint | None


def judges(conn: sqlite3.Connection, run_id: str) -> list[Evaluator]:
    """The evaluators of a run that the service itself judges with."""
    return [one for one in evaluators.of_run(conn, run_id) if one.is_run_here]


def unjudged(
    conn: sqlite3.Connection, run: Run, evaluator_id: str, after: int, limit: int
) -> list[Unjudged]:
    """Logs of a run that have no result of an evaluator, in the order in which they came.

    Args:
        conn: The connection.
        run: The run.
        evaluator_id: The evaluator.
        after: Only logs behind this place; 0 for all.
        limit: How many at most; there are fewer where they are large, but one if there is any.
    """

    def work(conn: sqlite3.Connection) -> list[Unjudged]:
        return _unjudged(conn, run, evaluator_id, after, limit)

    if limit == 1:
        return work(conn)
    try:
        return within_a_page(work)(conn)
    except TooMuch:
        return unjudged(conn, run, evaluator_id, after, max(limit // 4, 1))


def is_judged(conn: sqlite3.Connection, run_id: str) -> bool:
    """Whether every log of a run has a result of each evaluator that the service judges with."""
    found = conn.execute(_INCOMPLETE, _parameters(run_id, judges(conn, run_id))).fetchone()
    return found is None


def progress(conn: sqlite3.Connection, run_id: str) -> int:
    """How many datapoints of a run have a log with a result of each evaluator."""
    everybody = evaluators.of_run(conn, run_id)
    found = conn.execute(_COMPLETE, _parameters(run_id, everybody)).fetchone()
    return int(found[0])


def behind(conn: sqlite3.Connection) -> list[str]:
    """The ids of runs with logs that the service has not judged yet, the oldest first."""
    return [row["id"] for row in conn.execute(_BEHIND)]


def _unjudged(
    conn: sqlite3.Connection, run: Run, evaluator_id: str, after: int, limit: int
) -> list[Unjudged]:
    found = conn.execute(_UNJUDGED, (run.id, after, evaluator_id, limit)).fetchall()
    places: Mapping[int, int] = {row["row_index"]: row["place"] for row in found}
    made = logs.of_run(conn, run.id, places)
    used = configs.get_many(conn, run.tenant_id, {log.config_id for log in made.values()})
    cases = datasets.datapoints(conn, run.plan["dataset_id"], places)
    points = {one.position: one for one in cases}
    return [
        Unjudged(place, made[index], used[made[index].config_id], points.get(index))
        for index, place in places.items()
    ]


def _parameters(run_id: str, who: Sequence[Evaluator]) -> dict[str, object]:
    return {"run": run_id, "evaluators": value_list(one.id for one in who)}
