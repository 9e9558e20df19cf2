"""Results: what evaluators said of logs, and what that comes to for a run."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, TypeAlias

from attrs import astuple, frozen

from oxloop_server import compact_json, stamps
from oxloop_server.spent import NOTHING, Spent
from oxloop_server.storage.humanloop.bodies import value_list

Value: TypeAlias = bool | int | float | str | list[str]

MEAN = (
    "avg(CASE json_type(value) WHEN 'true' THEN 1 WHEN 'false' THEN 0"
    " WHEN 'integer' THEN value ->> '$' WHEN 'real' THEN value ->> '$' END)"
)
"""The one value of many results: the mean of numbers, the share of true among booleans.

Text, lists of labels and errors count for nothing; without anything to count it is NULL.
"""


# Two calls for one result were both paid for.
_RECORD = (
    "INSERT INTO hl_results (id, run_id, log_id, evaluator_id, version_id, value, error,"
    " created_at, updated_at, prompt_tokens, completion_tokens, cost)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (log_id, evaluator_id) DO UPDATE SET version_id = excluded.version_id,"
    " value = excluded.value, error = excluded.error, updated_at = excluded.updated_at,"
    " prompt_tokens = coalesce(prompt_tokens + excluded.prompt_tokens,"
    "  prompt_tokens, excluded.prompt_tokens),"
    " completion_tokens = coalesce(completion_tokens + excluded.completion_tokens,"
    "  completion_tokens, excluded.completion_tokens),"
    " cost = coalesce(cost + excluded.cost, cost, excluded.cost)"
)


@frozen(kw_only=True)
class NewResult:
    """What an evaluator said of a log: a value or an error.

    Args:
        run_id: The run.
        log_id: The log.
        evaluator_id: The evaluator.
        version_id: The version of it that the run has.
        value: The judgment; None if there is none.
        error: Why there is none.
        created_at: When it was said, in the form of ``stamps.now``; None for now.
        spent: What the evaluator's model calls for it used.
    """

    run_id: str
    log_id: str
    evaluator_id: str
    version_id: str
    value: Value | None = None
    error: str | None = None
    created_at: str | None = None
    spent: Spent = NOTHING


@frozen
class Result:
    """A result that was kept.

    Args:
        id: Its id.
        run_id: The run.
        log_id: The log that was judged.
        evaluator_id: Who judged.
        version_id: In which version.
        value: The judgment; None if there is none.
        error: Why there is none.
        created_at: When the evaluator first judged the log.
        updated_at: When it last did.
        prompt_tokens: Tokens that went into the models that it asked.
        completion_tokens: Tokens that came out of them.
        cost: What that cost, in dollars; like the tokens None where it asked none.
    """

    id: str
    run_id: str
    log_id: str
    evaluator_id: str
    version_id: str
    value: Value | None
    error: str | None
    created_at: str
    updated_at: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None


@frozen
class Aggregate:
    """What an evaluator found about a run's config, as one number; None without one."""

    evaluator_id: str
    version_id: str
    value: float | None


def record(conn: sqlite3.Connection, results: Iterable[NewResult]) -> None:
    """Keep results. What an evaluator says of a log again takes the place of what it said."""
    now = stamps.now()
    conn.executemany(
        _RECORD,
        [
            (
                stamps.new_id("res_", f"{one.log_id} {one.evaluator_id}"),
                one.run_id,
                one.log_id,
                one.evaluator_id,
                one.version_id,
                None if one.value is None else compact_json.to_text(one.value),
                one.error,
                one.created_at or now,
                one.created_at or now,
                *astuple(one.spent),
            )
            for one in results
        ],
    )


def get(conn: sqlite3.Connection, log_id: str, evaluator_id: str) -> Result:
    """What an evaluator said of a log; there must be such a result."""
    row = conn.execute(
        "SELECT * FROM hl_results WHERE log_id = ? AND evaluator_id = ?", (log_id, evaluator_id)
    ).fetchone()
    return _result(row)


def of_logs(conn: sqlite3.Connection, log_ids: Iterable[str]) -> dict[str, list[Result]]:
    """The results of logs in the order of the run's evaluators, by log."""
    ids = list(log_ids)
    rows = conn.execute(
        "SELECT r.* FROM hl_results r JOIN hl_run_evaluators e"
        " ON e.run_id = r.run_id AND e.evaluator_id = r.evaluator_id"
        " WHERE r.log_id IN (SELECT value FROM json_each(?)) ORDER BY r.log_id, e.position",
        (value_list(ids),),
    )
    found: dict[str, list[Result]] = {log_id: [] for log_id in ids}
    for row in rows:
        found[row["log_id"]].append(_result(row))
    return found


def spent(conn: sqlite3.Connection, run_id: str) -> Spent:
    """What the evaluators' model calls for the results of a run used, all together."""
    row = conn.execute(
        "SELECT sum(prompt_tokens), sum(completion_tokens), sum(cost) FROM hl_results"
        " WHERE run_id = ?",
        (run_id,),
    ).fetchone()
    return Spent(*row)


def aggregates(conn: sqlite3.Connection, run_ids: Iterable[str]) -> dict[str, list[Aggregate]]:
    """One value for each evaluator of each run, in the order of the run's evaluators."""
    ids = list(run_ids)
    rows = conn.execute(
        f"SELECT e.run_id, e.evaluator_id, e.version_id, {MEAN} AS mean"  # noqa: S608 - constants
        " FROM hl_run_evaluators e LEFT JOIN hl_results r"
        " ON r.run_id = e.run_id AND r.evaluator_id = e.evaluator_id"
        " WHERE e.run_id IN (SELECT value FROM json_each(?))"
        " GROUP BY e.run_id, e.evaluator_id ORDER BY e.run_id, e.position",
        (value_list(ids),),
    )
    found: dict[str, list[Aggregate]] = {run_id: [] for run_id in ids}
    for row in rows:
        found[row["run_id"]].append(Aggregate(row["evaluator_id"], row["version_id"], row["mean"]))
    return found


def _result(row: sqlite3.Row) -> Result:
    columns: dict[str, Any] = {name: row[name] for name in row.keys()}  # noqa: SIM118
    if columns["value"] is not None:
        columns["value"] = json.loads(columns["value"])
    return Result(**columns)
