"""Runs and row states: guarded moves, and counters that move with the rows."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from oxloop_server.storage import runs, tenants
from oxloop_server.storage.database import Database
from oxloop_server.storage.runs import NewRun, RowOutcome, RunStatus


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    Database(tmp_path / "db").close()
    connection = sqlite3.connect(tmp_path / "db", isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    yield connection
    connection.close()


def a_run(conn: sqlite3.Connection, run_id: str = "r", total: int | None = None) -> str:
    tenant = tenants.ensure_tenant(conn, "default")
    created = runs.create(
        conn, NewRun(run_id, "oxen", tenant.id, "owner", "m", {"a": [1]}, {"b": None})
    )
    assert created.status == "queued"
    if total is not None:
        assert runs.start(conn, run_id, total)
    return run_id


def found(conn: sqlite3.Connection, run_id: str = "r") -> runs.Run:
    run = runs.get(conn, run_id)
    assert run is not None
    return run


def test_a_run_reads_back_as_it_was_created(conn: sqlite3.Connection) -> None:
    a_run(conn)
    run = found(conn)
    assert (run.request, run.plan, run.result) == ({"a": [1]}, {"b": None}, None)
    assert (run.total, run.processed, run.failed) == (0, 0, 0)
    assert run.created_at
    assert run.started_at is run.completed_at is run.cancelled_at is None
    assert runs.get(conn, "none") is None


def test_starting_puts_all_rows_in_place(conn: sqlite3.Connection) -> None:
    a_run(conn, total=1000)
    assert found(conn).status == "running"
    assert found(conn).total == 1000
    assert found(conn).started_at
    assert not runs.start(conn, "r", 5), "it is running already"
    assert [row.index for row in runs.rows(conn, "r", 0, 10_000)] == list(range(1000))


def test_rows_that_were_put_in_place_before_the_start_are_there_once(
    conn: sqlite3.Connection,
) -> None:
    a_run(conn)
    assert runs.prepare(conn, "r", 0, 4)
    assert runs.prepare(conn, "r", 2, 6), "as after a crash"
    assert found(conn).status == "queued"
    assert runs.start(conn, "r", 9, begin=6)
    assert [row.index for row in runs.rows(conn, "r", 0, 10_000)] == list(range(9))
    assert not runs.prepare(conn, "r", 9, 12), "it runs already"
    assert found(conn).total == len(runs.rows(conn, "r", 0, 10_000)) == 9


def test_a_long_answer_of_another_run_is_in_nobodys_way(conn: sqlite3.Connection) -> None:
    """Without its care this takes longer than a test may."""
    a_run(conn, "s", total=1)
    runs.record(conn, "s", [RowOutcome(index=0, output="x" * 8_000_000)])
    a_run(conn, total=300_000)
    (rows,) = conn.execute("SELECT COUNT(*) FROM run_rows WHERE run_id = 'r'").fetchone()
    assert rows == 300_000


def test_a_run_may_have_no_rows(conn: sqlite3.Connection) -> None:
    a_run(conn, total=0)
    assert runs.rows(conn, "r", 0, 10) == []
    assert runs.claim(conn, "r", -1, 10) == []


def test_rows_are_claimed_in_order_and_only_while_pending(conn: sqlite3.Connection) -> None:
    a_run(conn, total=7)
    assert runs.claim(conn, "r", -1, 3) == [0, 1, 2]
    runs.record(conn, "r", [RowOutcome(index=4, output="x"), RowOutcome(index=0, error="no")])
    assert runs.claim(conn, "r", 2, 3) == [3, 5, 6]
    assert runs.claim(conn, "r", 6, 3) == []
    assert runs.claim(conn, "r", -1, 9) == [1, 2, 3, 5, 6], "as a restart finds them"


def test_counters_move_with_the_rows_and_a_row_counts_once(conn: sqlite3.Connection) -> None:
    a_run(conn, total=3)
    done = RowOutcome(
        index=0, output="yes", duration=0.5, prompt_tokens=10, completion_tokens=2, cost=0.25
    )
    assert runs.record(conn, "r", [done, RowOutcome(index=1, error="down", duration=1.0)]) == 2
    assert runs.record(conn, "r", [RowOutcome(index=0, output="no", cost=9), done]) == 0
    assert runs.record(conn, "r", [RowOutcome(index=3, output="beyond")]) == 0
    run = found(conn)
    assert (run.processed, run.failed, run.total) == (2, 1, 3)
    assert (run.prompt_tokens, run.completion_tokens, run.cost) == (10, 2, 0.25)
    first, second, third = runs.rows(conn, "r", 0, 10)
    assert (first.state, first.output, first.duration) == ("done", "yes", 0.5)
    assert (second.state, second.error, second.output) == ("failed", "down", None)
    assert third.state == "pending"
    assert runs.outputs(conn, "r", 0, 3) == {0: "yes", 1: None}
    assert runs.outputs(conn, "r", 2, 3) == {}
    assert runs.first_error(conn, "r") == "down"


@pytest.mark.parametrize(
    ("path", "stamp"),
    [
        (["running", "committing", "completed"], "completed_at"),
        (["running", "completed"], "completed_at"),
        (["running", "errored"], "completed_at"),
        (["errored"], "completed_at"),
        (["cancelled"], "cancelled_at"),
        (["running", "committing", "cancelled"], "cancelled_at"),
    ],
)
def test_a_run_ends_once(conn: sqlite3.Connection, path: list[RunStatus], stamp: str) -> None:
    a_run(conn)
    for status in path:
        assert runs.set_status(conn, "r", status, error="why" if status == "errored" else None)
    run = found(conn)
    assert run.status == path[-1]
    assert getattr(run, stamp)
    assert not run.unfinished
    assert runs.unfinished(conn) == []
    assert run.error_message == ("why" if path[-1] == "errored" else None)
    for status in ("running", "committing", "completed", "errored", "cancelled"):
        assert not runs.set_status(conn, "r", status)
    assert found(conn) == run


@pytest.mark.parametrize("status", ["committing", "completed"])
def test_no_step_is_left_out(conn: sqlite3.Connection, status: RunStatus) -> None:
    a_run(conn)
    assert not runs.set_status(conn, "r", status)
    assert found(conn).status == "queued"


def test_a_later_step_keeps_the_time_of_the_start(conn: sqlite3.Connection) -> None:
    a_run(conn, total=1)
    started = found(conn).started_at
    runs.set_status(conn, "r", "committing")
    runs.set_status(conn, "r", "completed", result={"closing_commit": {"id": "c"}})
    assert found(conn).started_at == started
    assert found(conn).result == {"closing_commit": {"id": "c"}}


def test_unfinished_runs_are_found_oldest_first(conn: sqlite3.Connection) -> None:
    for name in ("b", "a", "c"):
        a_run(conn, name)
    runs.set_status(conn, "a", "cancelled")
    assert runs.unfinished(conn) == ["b", "c"]
    plan = conn.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM runs"
        " WHERE status IN ('queued', 'running', 'committing') ORDER BY created_at, id"
    ).fetchall()
    assert any("runs_unfinished" in row["detail"] for row in plan)


def test_an_owners_runs_come_newest_first(conn: sqlite3.Connection) -> None:
    for name in ("a", "b", "c"):
        a_run(conn, name)
    assert [run.id for run in runs.of_owner(conn, "owner", 2)] == ["c", "b"]
    assert [run.id for run in runs.of_owner(conn, "owner", 2, 2)] == ["a"]
    assert runs.of_owner(conn, "another", 2) == []
