"""Oxen evaluations that really run: rows asked, answers in a column, one commit."""

import asyncio
import json
import logging
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from engine_world import World, in_world
from oxloop_server.engine.oxen import end_of_rows, open_oxen_job
from oxloop_server.engine.values import arrow
from oxloop_server.storage import repositories, runs
from oxloop_server.storage.repositories import Commit
from oxloop_server.turns import Turns
from scripted_model import Reply, ScriptedModel

ROWS: list[dict[str, Any]] = [
    {"text": f"row {number}", "n": number, "share": number / 10} for number in range(25)
]


def shout(prompt: str) -> str:
    return prompt.removeprefix("Q: ").upper()


def test_every_row_is_answered_and_the_column_committed(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, price={"prompt": 0.5, "completion": 0.25})
        await world.upload("a.parquet", ROWS)
        await world.upload("other.txt", "kept")
        before = await world.commits()
        run = await world.evaluate("main/a.parquet", target_branch="eval/first")
        assert (run.status, run.error_message) == ("completed", None)
        assert (run.total, run.processed, run.failed) == (25, 25, 0)
        # "Q: row 7" is three words, "ROW 7" two: the scripted model counts words.
        assert (run.prompt_tokens, run.completion_tokens) == (75, 50)
        assert run.cost == 75 * 0.5 + 50 * 0.25
        assert run.started_at
        assert run.completed_at
        assert await world.commits() == before + 1
        assert await world.rows("eval/first", "a.parquet") == [
            {**row, "answer": f"ROW {row['n']}"} for row in ROWS
        ]
        assert await world.rows("main", "a.parquet") == ROWS, "the source branch is as it was"
        assert (await world.path("eval/first", "other.txt")).read_text() == "kept"
        assert run.result is not None
        closing = run.result["closing_commit"]
        assert closing["id"] == await world.head("eval/first")
        assert closing["message"] == 'Add the column "answer" by m'
        assert run.result["conflict_target_branch"] is None
        assert all(row.duration is not None for row in await world.states(run.id))

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)
        assert sorted(model.prompts) == sorted(f"Q: row {number}" for number in range(25))


@pytest.mark.parametrize("at_once", [1, 7, 24, 25])
def test_the_rows_of_a_large_run_are_put_in_place_some_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.parquet", ROWS)
        run = await world.evaluate("main/a.parquet")
        assert (run.status, run.total, run.processed) == ("completed", 25, 25)

    monkeypatch.setattr("oxloop_server.engine.engine.ROWS_AT_ONCE", at_once)
    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)
        assert sorted(model.prompts) == sorted(f"Q: row {number}" for number in range(25))


def test_a_sample_leaves_other_rows_what_they_had(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.csv", 'text,answer\na,old\nb,\nc,"x, y"\nd,\ne,last\n')
        run = await world.evaluate("main/a.csv", is_sample=True, sample_count=2)
        assert (run.status, run.total) == ("completed", 2)
        text = (await world.path("main", "a.csv")).read_text()
        assert text == 'text,answer\na,A\nb,B\nc,"x, y"\nd,\ne,last\n'

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


def test_objects_of_a_jsonl_file_keep_what_they_have_beside_the_answer(tmp_path: Path) -> None:
    others = [
        '"v": 1, "list": [{}, 1, "x"], "é": {"deep": [[null]]}',
        '"v": 1.5, "missing": true',
        '"v": 123456789012345678901234567890, "list": []',
        '"v": 9007199254740993, "NaN": null, "": "\\u0000"',
        '"v": {"a": 1}',
        '"v": [1, "1", null]',
    ]
    before = [f'{{"text": "a", {other}}}' for other in others]

    async def work(world: World) -> None:
        world.add_model(model.base_url)
        # Blank lines and other line ends are no part of it.
        await world.upload("a.jsonl", "\ufeff\n" + "\r\n\n".join(before))
        sample = await world.evaluate("main/a.jsonl", is_sample=True, sample_count=1)
        assert sample.status == "completed"
        answers = ['"A"', *["null"] * 5]
        written = [
            line.removesuffix("}") + f', "answer": {answer}}}'
            for line, answer in zip(before, answers, strict=True)
        ]
        assert await lines(world) == written
        run = await world.evaluate("main/a.jsonl", target_column="text", prompt="Q: b")
        assert run.status == "completed"
        assert await lines(world) == [line.replace('"a"', '"B"', 1) for line in written]

    async def lines(world: World) -> list[str]:
        return (await world.path("main", "a.jsonl")).read_text().splitlines()

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


@pytest.mark.parametrize("answers", [["4", "5", "3"], ["true", "false", "true"]])
def test_a_run_goes_over_its_samples_answers_whatever_they_look_like(
    tmp_path: Path, answers: list[str]
) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.csv", "text\na\nb\nc\n")
        for sample, written in ((2, [*answers[:2], ""]), (3, answers), (1, answers)):
            run = await world.evaluate("main/a.csv", is_sample=True, sample_count=sample)
            assert run.status == "completed"
            lines = (await world.path("main", "a.csv")).read_text().splitlines()
            assert [line.partition(",")[2] for line in lines] == ["answer", *written]

    with ScriptedModel(lambda prompt: answers["abc".index(prompt[-1])]) as model:
        in_world(tmp_path, work)


def test_a_failed_row_is_null_and_fails_no_run(tmp_path: Path) -> None:
    def answer(prompt: str) -> str | Reply:
        return Reply.status(400, "too long") if prompt == "Q: row 3" else shout(prompt)

    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.parquet", [{**row, "answer": "old"} for row in ROWS])
        run = await world.evaluate("main/a.parquet")
        assert (run.status, run.processed, run.failed) == ("completed", 25, 1)
        found = await world.rows("main", "a.parquet")
        assert [row["answer"] for row in found[2:5]] == ["ROW 2", None, "ROW 4"]
        failed = (await world.states(run.id))[3]
        assert (failed.state, failed.output) == ("failed", None)
        assert "answered 400: too long" in (failed.error or "")

    with ScriptedModel(answer) as model:
        in_world(tmp_path, work)


def test_a_run_without_any_success_is_errored_with_the_first_error(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.parquet", ROWS)
        before = await world.commits()
        run = await world.evaluate("main/a.parquet")
        assert (run.status, run.processed, run.failed) == ("errored", 25, 25)
        assert run.error_message == (await world.states(run.id))[0].error
        assert "answered 401: no such key" in (run.error_message or "")
        assert await world.commits() == before

    with ScriptedModel(lambda _: Reply.status(401, "no such key")) as model:
        in_world(tmp_path, work)


@pytest.mark.parametrize(("name", "content"), [("a.csv", "text,n\n"), ("a.jsonl", "")])
def test_a_file_without_rows_completes(tmp_path: Path, name: str, content: str) -> None:
    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        await world.upload(name, content)
        run = await world.evaluate(f"main/{name}", prompt="Say something.")
        assert (run.status, run.total) == ("completed", 0)
        if name == "a.csv":
            assert (await world.path("main", name)).read_text() == "text,n,answer\n"

    in_world(tmp_path, work)


def test_without_auto_commit_the_rows_are_kept_and_nothing_is_committed(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.parquet", ROWS)
        before = await world.commits()
        run = await world.evaluate("main/a.parquet", auto_commit=False, target_branch="eval")
        assert (run.status, run.result) == ("completed", None)
        assert await world.commits() == before
        assert await world.branches() == ["main"]
        assert [row.output for row in await world.states(run.id)] == [
            f"ROW {number}" for number in range(25)
        ]

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


@pytest.mark.parametrize("batch_size", [1, 7, 10_000])
def test_the_batch_size_bounds_no_concurrency(tmp_path: Path, batch_size: int) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, concurrency=5)
        await world.upload("a.parquet", ROWS)
        run_id = await world.create("main/a.parquet", batch_size=batch_size)
        with model.held():
            world.engine.submit(run_id)
            await asyncio.to_thread(model.wait_for, 5)
        await world.engine.wait(run_id)
        assert (await world.run(run_id)).processed == 25
        assert model.most_at_once == 5

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


def test_runs_of_one_model_share_its_limit(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, concurrency=3)
        await world.upload("a.parquet", ROWS)
        ids = [
            await world.create("main/a.parquet", target_column=f"c{number}") for number in range(4)
        ]
        with model.held():
            for run_id in ids:
                world.engine.submit(run_id)
            await asyncio.to_thread(model.wait_for, 3)
        for run_id in ids:
            await world.engine.wait(run_id)
        assert model.most_at_once == 3

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


def test_prompts_show_values_as_they_are_meant(tmp_path: Path) -> None:
    lines = [
        {"meta": {"lang": "en", "tags": ["a", 1]}, "ok": True, "share": 0.1, "note": None},
        {"meta": None, "ok": False, "share": 1e-7, "note": "x"},
    ]

    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.jsonl", "\n".join(json.dumps(line) for line in lines))
        await world.evaluate(
            "main/a.jsonl", prompt='{meta.lang}|{ok}|{share}|{note}|{{ok}}|{"json": {ok}}'
        )

    with ScriptedModel() as model:
        in_world(tmp_path, work)
        assert set(model.prompts) == {
            '|false|1e-07|x|{ok}|{"json": false}',
            'en|true|0.1||{ok}|{"json": true}',
        }


def test_a_row_whose_prompt_cannot_be_filled_fails_without_a_call(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        pa = arrow()
        path = tmp_path / "far.parquet"
        moments = pa.array([5000, 10**15], pa.timestamp("ms"))
        arrow("pyarrow.parquet").write_table(pa.table({"text": moments}), path)
        await world.upload("a.parquet", path.read_bytes())
        run = await world.evaluate("main/a.parquet")
        assert (run.status, run.failed) == ("completed", 1)
        assert "cannot be filled" in ((await world.states(run.id))[1].error or "")

    with ScriptedModel() as model:
        in_world(tmp_path, work)
        assert model.prompts == ["Q: 1970-01-01T00:00:05"]


def test_a_target_path_of_another_format_converts(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.csv", "text,n,zip\na,1,007\nb,2,123\n")
        await world.evaluate("main/a.csv", target_path="out/b.parquet")
        await world.evaluate("main/out/b.parquet", target_path="c.jsonl", target_column="second")
        assert await world.rows("main", "out/b.parquet") == [
            {"text": "a", "n": 1, "zip": "007", "answer": "A"},
            {"text": "b", "n": 2, "zip": "123", "answer": "B"},
        ]
        assert (await world.path("main", "c.jsonl")).read_text().splitlines()[0] == json.dumps(
            {"text": "a", "n": 1, "zip": "007", "answer": "A", "second": "A"}
        )

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


def test_a_run_reads_the_commit_that_it_was_created_at(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        first = await world.upload("a.csv", "text\nold\n")
        run_id = await world.create("main/a.csv", target_branch="eval")
        await world.upload("a.csv", "text\nnew\n")
        world.engine.submit(run_id)
        await world.engine.wait(run_id)
        assert await world.rows("eval", "a.csv") == [{"text": "old", "answer": "OLD"}]
        run = await world.run(run_id)
        assert run.result is not None
        assert run.result["closing_commit"]["parent_ids"] == [first.id]

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


class TestATargetThatMoved:
    """SEMANTICS: the column is added where that is safe; otherwise nobody's work is lost."""

    def run(self, tmp_path: Path, test: Any) -> None:
        with ScriptedModel(shout) as model:

            async def work(world: World) -> None:
                world.add_model(model.base_url)
                await test(world)

            in_world(tmp_path, work)

    async def late(self, world: World, run_id: str) -> runs.Run:
        world.engine.submit(run_id)
        await world.engine.wait(run_id)
        return await world.run(run_id)

    @pytest.mark.parametrize("branch", ["main", "eval/new"])
    def test_two_models_over_one_file_at_once(self, tmp_path: Path, branch: str) -> None:
        async def test(world: World) -> None:
            await world.upload("a.parquet", ROWS)
            ids = [
                await world.create("main/a.parquet", target_branch=branch, target_column=name)
                for name in ("one", "two", "three")
            ]
            for run_id in ids:
                world.engine.submit(run_id)
            for run_id in ids:
                await world.engine.wait(run_id)
            found = await world.run(ids[0])
            assert found.status == "completed", found.error_message
            assert set(await world.branches()) == {"main", branch}
            rows = await world.rows(branch, "a.parquet")
            assert len(rows) == 25
            for name in ("one", "two", "three"):
                assert [row[name] for row in rows] == [f"ROW {number}" for number in range(25)]

        self.run(tmp_path, test)

    def test_a_second_run_adds_to_what_the_first_one_committed(self, tmp_path: Path) -> None:
        async def test(world: World) -> None:
            await world.upload("a.csv", "text\na\n")
            await world.evaluate("main/a.csv", target_branch="eval", target_column="one")
            await world.evaluate("main/a.csv", target_branch="eval", target_column="two")
            assert await world.rows("eval", "a.csv") == [{"text": "a", "one": "A", "two": "A"}]

        self.run(tmp_path, test)

    def test_columns_that_the_run_did_not_read_may_differ(self, tmp_path: Path) -> None:
        async def test(world: World) -> None:
            await world.upload("a.csv", "text,note\na,1\nb,2\n")
            run_id = await world.create("main/a.csv")
            await world.upload("a.csv", "label,text,note\nx,a,one\ny,b,two\n")
            assert (await self.late(world, run_id)).status == "completed"
            assert await world.rows("main", "a.csv") == [
                {"label": "x", "text": "a", "note": "one", "answer": "A"},
                {"label": "y", "text": "b", "note": "two", "answer": "B"},
            ]

        self.run(tmp_path, test)

    @pytest.mark.parametrize(
        "changed",
        [
            "text\na\nB\n",
            "text\na\n",
            "text\na\nb\nc\n",
            "other\na\nb\n",
            "text,answer\na,1\nb,2\n",
        ],
    )
    def test_other_rows_send_the_result_to_a_branch_of_its_own(
        self, tmp_path: Path, changed: str
    ) -> None:
        async def test(world: World) -> None:
            await world.upload("a.csv", "text\na\nb\n")
            run_id = await world.create("main/a.csv")
            theirs = await world.upload("a.csv", changed)
            run = await self.late(world, run_id)
            assert run.status == "completed"
            assert await world.head("main") == theirs.id
            conflict = f"main-conflict-{run_id}"
            assert run.result is not None
            assert run.result["conflict_target_branch"] == conflict
            assert run.result["closing_commit"]["id"] == await world.head(conflict)
            assert await world.rows(conflict, "a.csv") == [
                {"text": "a", "answer": "A"},
                {"text": "b", "answer": "B"},
            ]

        self.run(tmp_path, test)

    def test_a_folder_that_became_a_file_sends_the_result_there_too(self, tmp_path: Path) -> None:
        async def test(world: World) -> None:
            await world.upload("a.csv", "text\na\n")
            run_id = await world.create("main/a.csv", target_path="out/a.csv")
            theirs = await world.upload("out", "no folder any more")
            run = await self.late(world, run_id)
            assert (run.status, run.error_message) == ("completed", None)
            assert await world.head("main") == theirs.id
            assert await world.rows(f"main-conflict-{run_id}", "out/a.csv") == [
                {"text": "a", "answer": "A"}
            ]

        self.run(tmp_path, test)

    def test_a_branch_that_has_that_name_already_gets_the_result(self, tmp_path: Path) -> None:
        async def test(world: World) -> None:
            await world.upload("a.csv", "text\na\n")
            run_id = await world.create("main/a.csv")
            await world.upload("a.csv", "text\nb\n")
            conflict = f"main-conflict-{run_id}"
            theirs = await world.upload("b.csv", "text\nc\n", conflict)
            run = await self.late(world, run_id)
            assert run.status == "completed"
            assert run.result is not None
            assert run.result["closing_commit"]["parent_ids"] == [theirs.id]
            assert await world.rows(conflict, "a.csv") == [{"text": "a", "answer": "A"}]

        self.run(tmp_path, test)

    def test_another_file_on_the_branch_is_no_conflict(self, tmp_path: Path) -> None:
        async def test(world: World) -> None:
            await world.upload("a.csv", "text\na\n")
            run_id = await world.create("main/a.csv", target_path="out.csv")
            theirs = await world.upload("b.csv", "text\nb\n")
            run = await self.late(world, run_id)
            assert run.result is not None
            assert run.result["conflict_target_branch"] is None
            assert run.result["closing_commit"]["parent_ids"] == [theirs.id]
            assert await world.rows("main", "out.csv") == [{"text": "a", "answer": "A"}]

        self.run(tmp_path, test)

    def test_an_old_result_is_replaced_if_nobody_touched_it_since(self, tmp_path: Path) -> None:
        async def test(world: World) -> None:
            await world.upload("a.csv", "text\na\n")
            await world.evaluate("main/a.csv", target_path="out.csv")
            await world.upload("a.csv", "text\na\nb\n")
            run = await world.evaluate("main/a.csv", target_path="out.csv")
            assert run.result is not None
            assert run.result["conflict_target_branch"] is None
            assert [row["answer"] for row in await world.rows("main", "out.csv")] == ["A", "B"]

        self.run(tmp_path, test)

    def test_a_file_of_another_format_has_the_same_rows(self, tmp_path: Path) -> None:
        async def test(world: World) -> None:
            await world.upload("a.csv", "text,share\na,0.1\nb,\n")
            pa = arrow()
            rows = {"text": ["a", "b"], "share": pa.array([0.1, None], pa.float32()), "x": [1, 2]}
            path = tmp_path / "out"
            arrow("pyarrow.parquet").write_table(pa.table(rows), path)
            run_id = await world.create(
                "main/a.csv", target_path="out.parquet", prompt="{text}{share}"
            )
            await world.upload("out.parquet", path.read_bytes())
            assert (await self.late(world, run_id)).status == "completed"
            found = await world.rows("main", "out.parquet")
            assert [(row["x"], row["answer"]) for row in found] == [(1, "A0.1"), (2, "B")]

        self.run(tmp_path, test)

    def test_a_branch_that_moves_while_the_file_is_written_is_looked_at_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def test(world: World) -> None:
            await world.upload("a.csv", "text\na\n")
            put_file = world.blobs.put_file
            moves: list[Future[Commit]] = []

            def put_and_move(path: Path) -> Any:
                blob = put_file(path)
                if not moves:
                    theirs = world.upload("a.csv", "text,theirs\na,1\n")
                    moves.append(asyncio.run_coroutine_threadsafe(theirs, loop))
                    moves[0].result()
                return blob

            loop = asyncio.get_running_loop()
            run_id = await world.create("main/a.csv")
            monkeypatch.setattr(world.blobs, "put_file", put_and_move)
            run = await self.late(world, run_id)
            assert run.result is not None
            assert run.result["closing_commit"]["parent_ids"] == [moves[0].result().id]
            assert await world.rows("main", "a.csv") == [{"text": "a", "theirs": 1, "answer": "A"}]

        self.run(tmp_path, test)


def test_cancelling_takes_effect_at_once_and_keeps_what_is_done(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, concurrency=4)
        await world.upload("a.parquet", ROWS)
        run_id = await world.create("main/a.parquet")
        before = await world.commits()
        world.engine.submit(run_id)
        await asyncio.to_thread(model.wait_for, 12)
        assert await world.engine.cancel(run_id)
        run = await world.run(run_id)
        assert run.status == "cancelled"
        assert run.cancelled_at
        assert run.completed_at is None
        # Eight were answered before the ninth to twelfth were asked, which are held.
        assert run.processed == 8
        assert len([row for row in await world.states(run_id) if row.state == "done"]) == 8
        assert await world.commits() == before
        assert not await world.engine.cancel(run_id)
        await world.engine.start()
        await world.engine.wait(run_id)
        assert await world.run(run_id) == run

    def answer(prompt: str) -> str:
        if int(prompt.split()[-1]) >= 8:
            never.wait(30)
        return shout(prompt)

    never = threading.Event()
    with ScriptedModel(answer) as model:
        try:
            in_world(tmp_path, work)
        finally:
            never.set()


def test_prompts_are_made_in_the_tenants_turn(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        await world.upload("a.parquet", ROWS)
        world.add_model("http://127.0.0.1:9")
        run = await world.run(await world.create("main/a.parquet"))
        renders = Turns(1)
        waits, goes = [
            await open_oxen_job(world.db, world.engine.files, world.registry, run, turns)
            for turns in (renders, Turns(1))
        ]
        async with renders.turn("another tenant"):
            made = asyncio.create_task(waits.calls([0, 1]))
            for _ in range(3):
                await goes.calls([0, 1])
            assert not made.done()
        assert [call.index for call in await made] == [0, 1]
        for job in (waits, goes):
            await job.close()

    in_world(tmp_path, work)


def test_a_queued_run_can_be_cancelled(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.parquet", ROWS)
        run_id = await world.create("main/a.parquet")
        assert await world.engine.cancel(run_id)
        world.engine.submit(run_id)
        await world.engine.wait(run_id)
        assert (await world.run(run_id)).status == "cancelled"
        assert not await world.engine.cancel("none")

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)
        assert model.calls == []


def test_a_run_cancelled_while_it_commits_commits_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.parquet", ROWS)
        before = await world.commits()
        run_id = await world.create("main/a.parquet")
        put_file = world.blobs.put_file
        loop = asyncio.get_running_loop()

        def put_and_cancel(path: Path) -> Any:
            asyncio.run_coroutine_threadsafe(
                world.db.write(lambda conn: runs.set_status(conn, run_id, "cancelled")), loop
            ).result()
            return put_file(path)

        monkeypatch.setattr(world.blobs, "put_file", put_and_cancel)
        world.engine.submit(run_id)
        await world.engine.wait(run_id)
        assert (await world.run(run_id)).status == "cancelled"
        assert await world.commits() == before

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


def test_a_model_that_is_gone_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        await world.upload("a.parquet", ROWS)
        run_id = await world.create("main/a.parquet")
        world.registry.remove("m")
        world.engine.submit(run_id)
        await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert run.status == "errored"
        assert 'There is no model "m" here' in (run.error_message or "")

    in_world(tmp_path, work)


def test_a_run_that_is_all_answered_needs_no_model(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        await world.upload("a.csv", "text\none\n")
        run_id = await world.create("main/a.csv")
        # So a kill leaves it between the last answer and the end.
        answered = [runs.RowOutcome(index=0, output="ONE")]
        await world.db.write(lambda conn: runs.start(conn, run_id, 1))
        await world.db.write(lambda conn: runs.record(conn, run_id, answered))
        world.registry.remove("m")
        world.engine.submit(run_id)
        await world.engine.wait(run_id)
        assert (await world.run(run_id)).status == "completed"
        assert await world.rows("main", "a.csv") == [{"text": "one", "answer": "ONE"}]

    in_world(tmp_path, work)


def test_a_model_that_gives_something_else_by_now_is_not_asked(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.parquet", ROWS)
        run_id = await world.create("main/a.parquet")
        world.registry.remove("m")
        world.add_model(model.base_url, endpoint="embeddings")
        world.engine.submit(run_id)
        await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert run.status == "errored"
        assert 'The model "m" gives embeddings by now, and not text' in (run.error_message or "")

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)
        assert not model.prompts


def test_an_unexpected_error_ends_its_run_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object, **__: object) -> Any:
        raise KeyError("surprise")

    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.parquet", ROWS)
        with monkeypatch.context() as patched:
            patched.setattr(repositories, "commit_file", break_down)
            run = await world.evaluate("main/a.parquet")
        assert run.status == "errored"
        assert "the service's log says more" in (run.error_message or "")
        assert run.processed == 25, "the answers are kept"
        assert (await world.evaluate("main/a.parquet")).status == "completed"

    with ScriptedModel(shout) as model, caplog.at_level(logging.ERROR):
        in_world(tmp_path, work)
    assert "KeyError: 'surprise'" in caplog.text


def test_a_data_file_that_is_gone_ends_the_run(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        await world.upload("a.parquet", ROWS)
        run_id = await world.create("main/a.parquet")
        (await world.path("main", "a.parquet")).unlink()
        world.engine.submit(run_id)
        await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert run.status == "errored"
        assert "missing or damaged" in (run.error_message or "")

    in_world(tmp_path, work)


def test_progress_is_that_of_the_rows(tmp_path: Path) -> None:
    gate = threading.Event()

    def answer(prompt: str) -> str:
        if int(prompt.split()[-1]) >= 20:
            gate.wait(30)
        return shout(prompt)

    async def work(world: World) -> None:
        world.add_model(model.base_url, concurrency=2)
        await world.upload("a.parquet", ROWS)
        run_id = await world.create("main/a.parquet")
        run = await world.run(run_id)
        assert (run.status, run.processed, run.total) == ("queued", 0, 0)
        world.engine.submit(run_id)
        await asyncio.to_thread(model.wait_for, 22)
        run = await world.until_processed(run_id, 20)
        assert (run.status, run.processed, run.total) == ("running", 20, 25)
        gate.set()
        await world.engine.wait(run_id)

    with ScriptedModel(answer) as model:
        in_world(tmp_path, work)


@pytest.mark.parametrize(
    ("total", "failed", "finishes", "status"),
    [
        (0, 0, True, "committing"),
        (0, 0, False, "completed"),
        (3, 3, True, "errored"),
        (3, 3, False, "errored"),
        (3, 2, True, "committing"),
        (3, 2, False, "completed"),
    ],
)
def test_how_a_run_goes_on_after_its_last_row(
    total: int, failed: int, finishes: bool, status: str
) -> None:
    assert end_of_rows(total, failed, finishes) == status
