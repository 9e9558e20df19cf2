"""Committing a run's answers after its end."""

import asyncio
import csv
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from engine_world import World, in_world
from oxloop_server.engine import large_rows, tables
from oxloop_server.engine.oxen_commit import commit_run
from oxloop_server.engine.values import arrow
from oxloop_server.problems import Refused
from oxloop_server.storage import runs
from scripted_model import Reply, ScriptedModel


async def commit(world: World, run_id: str, given: Mapping[str, str] | None = None) -> runs.Run:
    """Commit a run and answer it as it is then."""
    run = await world.run(run_id)
    await commit_run(world.db, world.engine.files, world.registry, run, given or {})
    return await world.run(run_id)


def test_rows_that_were_not_asked_keep_what_they_had_and_failed_ones_are_null(
    tmp_path: Path,
) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, concurrency=1)
        await world.upload("a.csv", "text,answer\n" + "".join(f"{n},old\n" for n in range(5)))
        run_id = await world.create("main/a.csv", prompt="{text}")
        before = await world.commits()
        world.engine.submit(run_id)
        await world.until_processed(run_id, 2)
        await asyncio.to_thread(model.wait_for, 3)
        assert await world.engine.cancel(run_id)
        assert await world.commits() == before
        run = await commit(world, run_id)
        assert run.status == "cancelled"
        assert run.result is not None
        assert run.result["closing_commit"]["id"] == await world.head("main")
        found = [row["answer"] for row in await world.rows("main", "a.csv")]
        assert found == ["0", None, "old", "old", "old"]

    def answer(prompt: str) -> str | Reply:
        if prompt == "1":
            return Reply.status(400)
        return prompt if prompt == "0" else waiting()

    def waiting() -> str:
        held.wait(30)
        return "too late"

    held = threading.Event()
    with ScriptedModel(answer) as model:
        try:
            in_world(tmp_path, work)
        finally:
            held.set()


def _world_test(tmp_path: Path, test: Any) -> None:
    with ScriptedModel(str.upper) as model:

        async def work(world: World) -> None:
            world.add_model(model.base_url)
            await test(world)

        in_world(tmp_path, work)


def test_a_branch_that_moved_meanwhile_gets_the_column_all_the_same(tmp_path: Path) -> None:
    async def test(world: World) -> None:
        await world.upload("a.csv", "text\na\n")
        run = await world.evaluate("main/a.csv", auto_commit=False)
        theirs = await world.upload("a.csv", "text,note\na,1\n")
        run = await commit(world, run.id)
        assert run.result is not None
        assert run.result["closing_commit"]["parent_ids"] == [theirs.id]
        assert await world.rows("main", "a.csv") == [{"text": "a", "note": 1, "answer": "Q: A"}]

    _world_test(tmp_path, test)


def test_other_rows_on_the_branch_send_it_to_a_branch_of_its_own(tmp_path: Path) -> None:
    async def test(world: World) -> None:
        await world.upload("a.csv", "text\na\n")
        run = await world.evaluate("main/a.csv", auto_commit=False)
        theirs = await world.upload("a.csv", "text\nb\n")
        run = await commit(world, run.id)
        assert await world.head("main") == theirs.id
        assert run.result is not None
        assert run.result["conflict_target_branch"] == f"main-conflict-{run.id}"
        commits = await world.commits()
        await commit(world, run.id)
        assert await world.commits() == commits

    _world_test(tmp_path, test)


@pytest.mark.parametrize(("largest", "at_once"), [(20, 32), (200, 4), (1200, 1)])
def test_large_rows_are_read_compared_and_written_fewer_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int, at_once: int
) -> None:
    monkeypatch.setattr(large_rows, "LOOKED_THROUGH", 0)
    monkeypatch.setattr(tables, "BATCH_BYTES", 1500)
    rows = [{"text": f"row {n}", "other": "y" * (n % 3 * largest // 2)} for n in range(80)]

    async def test(world: World) -> None:
        await world.upload("a.parquet", rows)
        assert large_rows.rows_at_once(await world.table("main", "a.parquet")) == at_once
        ids = [
            await world.create("main/a.parquet", target_path="b.csv", target_column=column)
            for column in ("one", "two")
        ]
        for run_id in ids:
            world.engine.submit(run_id)
            await world.engine.wait(run_id)
            run = await world.run(run_id)
            assert (run.status, run.error_message) == ("completed", None)
            assert run.result is not None
            assert run.result["conflict_target_branch"] is None
        with (await world.path("main", "b.csv")).open(newline="") as file:
            found = list(csv.DictReader(file))
        answers = [f"Q: ROW {n}" for n in range(80)]
        assert found == [
            {**row, "one": answer, "two": answer} for row, answer in zip(rows, answers, strict=True)
        ]

    _world_test(tmp_path, test)


def test_what_a_format_cannot_hold_in_the_end_can_be_committed_in_another(tmp_path: Path) -> None:
    pa = arrow()
    odd = pa.DictionaryArray.from_arrays([0, 1], pa.array(["x", None]))
    file = pa.BufferOutputStream()
    table = pa.table({"text": ["a", "b"], "odd": odd})
    with arrow("pyarrow.ipc").new_file(file, table.schema) as written:
        written.write_table(table)

    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.arrow", file.getvalue().to_pybytes())
        run = await world.evaluate("main/a.arrow", target_path="b.parquet")
        assert (run.status, run.failed) == ("errored", 0)
        assert run.error_message is not None
        assert "cannot be written to a file of that format (Writing Dict" in run.error_message
        assert "commit them to a target_path of another one" in run.error_message
        await commit(world, run.id, {"target_path": "b.jsonl"})
        rows = await world.rows("main", "b.jsonl")
        assert [(row["odd"], row["answer"]) for row in rows] == [("x", "Q: a"), (None, "Q: b")]

    with ScriptedModel() as model:
        in_world(tmp_path, work)


def test_two_commits_at_once_make_one(tmp_path: Path) -> None:
    async def test(world: World) -> None:
        await world.upload("a.parquet", [{"text": "a"}])
        run = await world.evaluate("main/a.parquet", auto_commit=False)
        before = await world.commits()
        await asyncio.gather(*(commit(world, run.id) for _ in range(4)))
        assert await world.commits() == before + 1

    _world_test(tmp_path, test)


def test_a_run_without_rows_commits_its_empty_column(tmp_path: Path) -> None:
    async def test(world: World) -> None:
        await world.upload("a.csv", "text\n")
        run = await world.evaluate("main/a.csv", auto_commit=False)
        await commit(world, run.id)
        assert (await world.table("main", "a.csv")).names == ("text", "answer")

    _world_test(tmp_path, test)


def test_a_run_whose_every_row_failed_has_nothing_to_commit(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.csv", "text\na\n")
        run = await world.evaluate("main/a.csv")
        assert run.status == "errored"
        with pytest.raises(Refused, match="nothing to commit") as refused:
            await commit(world, run.id)
        assert refused.value.code == "wrong_state"

    with ScriptedModel(lambda _: Reply.status(400)) as model:
        in_world(tmp_path, work)
