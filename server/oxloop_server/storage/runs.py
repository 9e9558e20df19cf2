"""Runs and the states of their rows: one pair of tables for every API.

A row is the unit of durability. It goes from ``pending`` to ``done`` or ``failed`` once, and the
run's counters move in the transaction that records it, so that progress never disagrees with
the rows.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Literal, cast

from attrs import fields, frozen

from oxloop_server import compact_json, stamps

Api = Literal["oxen", "humanloop"]
RunStatus = Literal[
    "queued", "pending", "running", "committing", "completed", "errored", "cancelled"
]
RowState = Literal["pending", "done", "failed"]

UNFINISHED: tuple[RunStatus, ...] = ("queued", "running", "committing")
"""The statuses of a run that the engine still has work with."""

_MAY_FOLLOW: Mapping[Api, Mapping[RunStatus, tuple[RunStatus, ...]]] = {
    "oxen": {
        "running": ("queued",),
        "committing": ("running",),
        "completed": ("running", "committing"),
        "errored": UNFINISHED,
        "cancelled": UNFINISHED,
    },
    "humanloop": {
        "running": ("pending", "completed"),
        "completed": ("running",),
        "cancelled": ("pending", "running"),
    },
}


@frozen
class NewRun:
    """A run that was accepted and not started yet.

    Args:
        id: Its id.
        api: The API that created it, and whose job runs it.
        tenant_id: Whose run it is.
        owner_id: The repository (Oxen) or the project (Humanloop).
        model: The name of the model that answers; None if the client brings the answers.
        request: What was asked for, as JSON.
        plan: What that was resolved to, as JSON; the run goes by it, also after a restart.
        status: Where it begins: ``queued`` for the engine, ``pending`` for its client's word.
    """

    id: str
    api: Api
    tenant_id: str
    owner_id: str
    model: str | None
    request: Mapping[str, Any]
    plan: Mapping[str, Any]
    status: RunStatus = "queued"


@frozen
class Run:
    """A run as it stands.

    Args:
        id: Its id.
        api: The API that created it.
        tenant_id: Whose run it is.
        owner_id: The repository (Oxen) or the project (Humanloop).
        status: Where it is.
        model: The name of the model that answers; None if the client brings the answers.
        request: What was asked for.
        plan: What that was resolved to.
        created_at: When it was created; like all moments here, RFC 3339 text in UTC.
        updated_at: When its status last changed, or what it is to do.
        error_message: Why it ended ``errored``.
        result: What came of it, once it is completed.
        total: Its rows; 0 until it is running.
        processed: Rows that are done or failed.
        failed: Rows that failed.
        prompt_tokens: Tokens of all prompts so far.
        completion_tokens: Tokens of all answers so far.
        cost: What the calls cost so far, in the unit of the model's price.
        started_at: When it first began to run.
        completed_at: When it ended, completed or errored.
        cancelled_at: When it was cancelled.
    """

    id: str
    api: Api
    tenant_id: str
    owner_id: str
    status: RunStatus
    model: str | None
    request: Mapping[str, Any]
    plan: Mapping[str, Any]
    created_at: str
    updated_at: str
    error_message: str | None = None
    result: Mapping[str, Any] | None = None
    total: int = 0
    processed: int = 0
    failed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    started_at: str | None = None
    completed_at: str | None = None
    cancelled_at: str | None = None

    @property
    def unfinished(self) -> bool:
        """Whether the engine still has work with it."""
        return self.status in UNFINISHED


@frozen(kw_only=True)
class RowOutcome:
    """What became of one row: an output or an error.

    Args:
        index: The row's place in the file or dataset, from 0.
        output: The answer; None if the row failed.
        error: Why the row failed; None if it did not.
        duration: Seconds from the call to the answer, retries included.
        prompt_tokens: Tokens of the prompt, if the endpoint tells.
        completion_tokens: Tokens of the answer, if the endpoint tells.
        cost: What the call cost.
    """

    index: int
    output: str | None = None
    error: str | None = None
    duration: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cost: float = 0.0


@frozen
class Row:
    """A row's state.

    Args:
        index: The row's place, from 0.
        state: ``pending``, ``done`` or ``failed``.
        output: The answer of a row that is done.
        error: Why a row failed.
        duration: Seconds that it took.
        prompt_tokens: Tokens of the prompt, if known.
        completion_tokens: Tokens of the answer, if known.
        cost: What the call cost, if it was made.
    """

    index: int
    state: RowState
    output: str | None
    error: str | None
    duration: float | None
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None


_NAMES = [field.name for field in fields(Run)]
_COUNT = len(_NAMES)
_JSON = [_NAMES.index(name) for name in ("request", "plan", "result")]

COLUMNS = ", ".join(f"runs.{name}" for name in _NAMES)
"""A run's columns, for ``of_columns``."""

_SELECT = f"SELECT {COLUMNS} FROM runs"  # noqa: S608 - constants only


def of_columns(values: Iterator[Any]) -> Run:
    """A run of the next values of a row, which are those of ``COLUMNS``."""
    found: list[Any] = list(islice(values, _COUNT))
    for place in _JSON:
        if found[place] is not None:
            found[place] = json.loads(found[place])
    return Run(*found)


def tenant_of(conn: sqlite3.Connection, run_id: str) -> str | None:
    """Whose run it is; None if there is none of that id."""
    row = conn.execute("SELECT tenant_id FROM runs WHERE id = ?", (run_id,)).fetchone()
    return None if row is None else row["tenant_id"]


def create(conn: sqlite3.Connection, run: NewRun) -> Run:
    """Write down a new run and answer it as it stands."""
    now = stamps.now()
    conn.execute(
        "INSERT INTO runs (id, api, tenant_id, owner_id, status, model, request, plan,"
        " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run.id,
            run.api,
            run.tenant_id,
            run.owner_id,
            run.status,
            run.model,
            compact_json.to_text(run.request),
            compact_json.to_text(run.plan),
            now,
            now,
        ),
    )
    return Run(
        id=run.id,
        api=run.api,
        tenant_id=run.tenant_id,
        owner_id=run.owner_id,
        status=run.status,
        model=run.model,
        request=run.request,
        plan=run.plan,
        created_at=now,
        updated_at=now,
    )


def get(conn: sqlite3.Connection, run_id: str) -> Run | None:
    """Find a run by its id."""
    found = conn.execute(f"{_SELECT} WHERE id = ?", (run_id,)).fetchone()
    return None if found is None else of_columns(iter(found))


def count(conn: sqlite3.Connection, owner_id: str) -> int:
    """How many runs a repository or project has."""
    (found,) = conn.execute("SELECT count(*) FROM runs WHERE owner_id = ?", (owner_id,)).fetchone()
    return int(found)


def of_owner(conn: sqlite3.Connection, owner_id: str, limit: int, offset: int = 0) -> list[Run]:
    """The runs of a repository or project, the newest first."""
    found = conn.execute(
        f"{_SELECT} WHERE owner_id = ? ORDER BY created_at DESC, id LIMIT ? OFFSET ?",
        (owner_id, limit, offset),
    )
    return [of_columns(iter(row)) for row in found]


def unfinished(conn: sqlite3.Connection) -> list[str]:
    """The ids of the runs to go on with after a start, the oldest first."""
    # The literal list lets SQLite use the partial index.
    found = conn.execute(
        "SELECT id FROM runs WHERE status IN ('queued', 'running', 'committing')"
        " ORDER BY created_at, id"
    )
    return [row["id"] for row in found]


def prepare(conn: sqlite3.Connection, run_id: str, begin: int, end: int) -> bool:
    """Put the rows ``begin`` to ``end - 1`` of a run in place that is not started yet.

    Args:
        conn: The transaction.
        run_id: The run.
        begin: The first row.
        end: The one behind the last.

    Returns:
        False if the run does not wait for its start any more; nothing has changed then.
    """
    run = conn.execute("SELECT status FROM runs WHERE id = ?", (run_id,)).fetchone()
    if run is None or run["status"] != "queued":
        return False
    _make_rows(conn, run_id, begin, end)
    return True


def start(conn: sqlite3.Connection, run_id: str, total: int, begin: int = 0) -> bool:
    """Set a run running that is new or was reopened, its rows in place.

    Args:
        conn: The transaction.
        run_id: The run.
        total: How many rows it has.
        begin: The first of them that may not be there yet.

    Returns:
        False if its status does not allow that; nothing has changed then.
    """
    if not set_status(conn, run_id, "running"):
        return False
    conn.execute("UPDATE runs SET total = ? WHERE id = ?", (total, run_id))
    _make_rows(conn, run_id, begin, total)
    return True


def _make_rows(conn: sqlite3.Connection, run_id: str, begin: int, end: int) -> None:
    # All are pending but those that are there. The last row first: it keeps each of the others from
    # being compared to the next run's first row, which SQLite reads whole for that, with an answer
    # of megabytes.
    conn.execute(
        "WITH RECURSIVE numbers (n) AS ("
        "  SELECT :begin WHERE :begin < :end UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :end"
        ") INSERT OR IGNORE INTO run_rows (run_id, row_index)"
        " SELECT :run_id, :end - 1 WHERE :begin < :end UNION ALL SELECT :run_id, n FROM numbers",
        {"run_id": run_id, "begin": begin, "end": end},
    )


def claim(conn: sqlite3.Connection, run_id: str, after: int, limit: int) -> list[int]:
    """The next rows to work on.

    One engine owns a run, so a claim is the place up to which it has read, and needs no mark in
    the table: after a restart every row that is still pending is found again.

    Args:
        conn: The connection.
        run_id: The run.
        after: The last row that was claimed; -1 at first.
        limit: How many rows at most.

    Returns:
        Indexes of pending rows, ascending; none when all rows have been claimed.
    """
    found = conn.execute(
        "SELECT row_index FROM run_rows WHERE run_id = ? AND row_index > ? AND state = 'pending'"
        " ORDER BY row_index LIMIT ?",
        (run_id, after, limit),
    )
    return [row["row_index"] for row in found]


def record(conn: sqlite3.Connection, run_id: str, outcomes: Iterable[RowOutcome]) -> int:
    """Write down what became of rows, and move the run's counters with them.

    Args:
        conn: The transaction.
        run_id: The run.
        outcomes: What became of the rows. A row that is done or failed already stays as it is.

    Returns:
        How many rows were pending and are no longer.
    """
    new = [outcome for outcome in outcomes if _settle(conn, run_id, outcome)]
    conn.execute(
        "UPDATE runs SET processed = processed + ?, failed = failed + ?,"
        " prompt_tokens = prompt_tokens + ?, completion_tokens = completion_tokens + ?,"
        " cost = cost + ? WHERE id = ?",
        (
            len(new),
            sum(outcome.error is not None for outcome in new),
            sum(outcome.prompt_tokens or 0 for outcome in new),
            sum(outcome.completion_tokens or 0 for outcome in new),
            sum(outcome.cost for outcome in new),
            run_id,
        ),
    )
    return len(new)


def set_status(
    conn: sqlite3.Connection,
    run_id: str,
    status: RunStatus,
    *,
    error: str | None = None,
    result: Mapping[str, Any] | None = None,
) -> bool:
    """Move a run on, if where it is allows that.

    Args:
        conn: The transaction.
        run_id: The run.
        status: Where it goes.
        error: Why, for ``errored``.
        result: What came of it, for ``completed``.

    Returns:
        False if the run has gone elsewhere meanwhile, as a cancelled one has; nothing has
        changed then.
    """
    changed = conn.execute(
        "UPDATE runs SET status = :status, error_message = :error, result = :result,"
        " updated_at = :now,"
        " started_at = CASE :status WHEN 'running' THEN coalesce(started_at, :now)"
        "  ELSE started_at END,"
        " completed_at = CASE WHEN :status IN ('completed', 'errored') THEN :now END,"
        " cancelled_at = CASE :status WHEN 'cancelled' THEN :now END"
        " WHERE id = :id AND status IN (SELECT value FROM json_each(:before, '$.' || api))",
        {
            "id": run_id,
            "status": status,
            "error": error,
            "result": None if result is None else compact_json.to_text(result),
            "now": stamps.now(),
            "before": json.dumps(
                {api: may_follow.get(status, ()) for api, may_follow in _MAY_FOLLOW.items()}
            ),
        },
    )
    return changed.rowcount == 1


def set_result(
    conn: sqlite3.Connection,
    run_id: str,
    request: Mapping[str, Any],
    plan: Mapping[str, Any],
    result: Mapping[str, Any],
) -> None:
    """Write down what came of a run after its end, and what it was to do by then.

    Args:
        conn: The transaction.
        run_id: The run; its status stays.
        request: What was asked for in the end.
        plan: What that was resolved to.
        result: What came of it.
    """
    conn.execute(
        "UPDATE runs SET request = ?, plan = ?, result = ?, updated_at = ? WHERE id = ?",
        (*map(compact_json.to_text, (request, plan, result)), stamps.now(), run_id),
    )


def touch(conn: sqlite3.Connection, run_id: str) -> None:
    """Note that what the run is to do has changed, now."""
    conn.execute("UPDATE runs SET updated_at = ? WHERE id = ?", (stamps.now(), run_id))


def outputs(conn: sqlite3.Connection, run_id: str, begin: int, end: int) -> dict[int, str | None]:
    """What came of the rows ``begin`` to ``end - 1``, by index: the answer, or None if it failed.

    A row that was not asked is not among them.
    """
    found = conn.execute(
        "SELECT row_index, output FROM run_rows"
        " WHERE run_id = ? AND row_index >= ? AND row_index < ? AND state <> 'pending'",
        (run_id, begin, end),
    )
    return {row["row_index"]: row["output"] for row in found}


def rows(conn: sqlite3.Connection, run_id: str, begin: int, limit: int) -> list[Row]:
    """The states of at most ``limit`` rows from ``begin`` on, in order."""
    found = conn.execute(
        "SELECT row_index, state, output, error, duration, prompt_tokens, completion_tokens, cost"
        " FROM run_rows WHERE run_id = ? AND row_index >= ? ORDER BY row_index LIMIT ?",
        (run_id, begin, limit),
    )
    return [Row(*row) for row in found]


def first_error(conn: sqlite3.Connection, run_id: str) -> str | None:
    """The error of the first row that failed, if one did."""
    found = conn.execute(
        "SELECT error FROM run_rows WHERE run_id = ? AND state = 'failed'"
        " ORDER BY row_index LIMIT 1",
        (run_id,),
    ).fetchone()
    return None if found is None else cast(str, found["error"])


def _settle(conn: sqlite3.Connection, run_id: str, outcome: RowOutcome) -> bool:
    changed = conn.execute(
        "UPDATE run_rows SET state = ?, output = ?, error = ?, duration = ?, prompt_tokens = ?,"
        " completion_tokens = ?, cost = ? WHERE run_id = ? AND row_index = ? AND state = 'pending'",
        (
            "done" if outcome.error is None else "failed",
            outcome.output,
            outcome.error,
            outcome.duration,
            outcome.prompt_tokens,
            outcome.completion_tokens,
            outcome.cost if outcome.error is None else None,
            run_id,
            outcome.index,
        ),
    )
    return changed.rowcount == 1
