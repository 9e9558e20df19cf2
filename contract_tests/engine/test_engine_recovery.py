"""kill -9 at any moment: no row lost, none doubled, and the result committed exactly once."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from engine_world import World, in_world
from oxloop_server.storage import repositories, runs
from oxloop_server.storage.recorder import GROUP_ROWS
from scripted_model import PATIENCE_SECONDS, ScriptedModel

ROWS = 600
CONCURRENCY = 16

# A service's engine in a process of its own. What it is told to stop at, it stops at for good.
_ENGINE = """
    import asyncio, sys, threading
    from pathlib import Path
    from engine_world import World
    from oxloop_server.storage import repositories, runs

    def stop_here(*_):
        print("here", flush=True)
        threading.Event().wait()

    async def main(folder, stop_at):
        world = await World.open(folder)
        if stop_at == "before the file is kept":
            world.blobs.put_file = stop_here
        if stop_at == "inside the last transaction":
            completed = runs.set_status

            def set_status(conn, run_id, status, **more):
                found = completed(conn, run_id, status, **more)
                return stop_here() if status == "completed" else found

            runs.set_status = set_status
        await world.engine.start()
        print("started", flush=True)
        await asyncio.Event().wait()

    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


@contextmanager
def an_engine(folder: Path, stop_at: str = "") -> Generator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_ENGINE), str(folder), stop_at],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "started\n"
            yield process
        finally:
            os.kill(process.pid, signal.SIGKILL)


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def set_up(folder: Path, model: ScriptedModel) -> str:
    async def work(world: World) -> str:
        world.add_model(model.base_url, concurrency=CONCURRENCY)
        await world.upload("a.parquet", [{"text": f"row {n}"} for n in range(ROWS)])
        return await world.create("main/a.parquet", target_branch="eval")

    return in_world(folder, work)


def see_through(folder: Path, run_id: str) -> None:
    """Go on with the run in this process, and check all that it must come to."""

    async def work(world: World) -> None:
        before = await world.commits()
        await world.engine.start()
        await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert (run.status, run.error_message) == ("completed", None)
        assert (run.total, run.processed, run.failed) == (ROWS, ROWS, 0)
        # The scripted model counts words: three for each prompt, two for each answer.
        assert (run.prompt_tokens, run.completion_tokens) == (3 * ROWS, 2 * ROWS)
        assert await world.commits() == before + 1
        assert [row["answer"] for row in await world.rows("eval", "a.parquet")] == [
            f"ROW {n}" for n in range(ROWS)
        ]
        assert run.result is not None
        assert run.result["closing_commit"]["id"] == await world.head("eval")
        await world.engine.start()
        await world.engine.wait(run_id)
        assert await world.commits() == before + 1, "a finished run is left alone"
        assert list((world.folder.files_dir / "incoming").iterdir()) == []

    in_world(folder, work)


def shout(prompt: str) -> str:
    return prompt.removeprefix("Q: ").upper()


def test_killed_again_and_again_while_rows_are_asked(tmp_path: Path) -> None:
    kills = 3
    with ScriptedModel(shout) as model:
        run_id = set_up(tmp_path, model)
        for kill in range(1, kills + 1):
            with an_engine(tmp_path):
                model.wait_for(kill * ROWS // (kills + 2))
        see_through(tmp_path, run_id)
        asked = Counter(model.prompts)
    assert set(asked) == {f"Q: row {n}" for n in range(ROWS)}, "no row is lost"
    again = sum(times - 1 for times in asked.values())
    assert again <= kills * (CONCURRENCY + GROUP_ROWS)


def test_killed_while_nothing_was_answered_yet(tmp_path: Path) -> None:
    with ScriptedModel(shout) as model:
        run_id = set_up(tmp_path, model)
        with model.held(), an_engine(tmp_path):
            model.wait_for(CONCURRENCY)
        see_through(tmp_path, run_id)
        asked = Counter(model.prompts)
    assert sum(asked.values()) <= ROWS + CONCURRENCY


@pytest.mark.parametrize("moment", ["before the file is kept", "inside the last transaction"])
def test_killed_while_it_commits(tmp_path: Path, moment: str) -> None:
    async def is_committing(world: World) -> None:
        assert (await world.run(run_id)).status == "committing"
        assert await world.branches() == ["main"]

    with ScriptedModel(shout) as model:
        run_id = set_up(tmp_path, model)
        with an_engine(tmp_path, moment) as process:
            assert said(process) == "here\n"
        in_world(tmp_path, is_committing)
        see_through(tmp_path, run_id)
        assert len(model.calls) == ROWS, "what was answered is not asked again"


def test_killed_while_still_queued(tmp_path: Path) -> None:
    with ScriptedModel(shout) as model:
        run_id = set_up(tmp_path, model)
        see_through(tmp_path, run_id)
        assert len(model.calls) == ROWS


def test_stop_leaves_the_rest_to_the_next_start(tmp_path: Path) -> None:
    async def stopped(world: World) -> None:
        await world.engine.start()
        await asyncio.to_thread(model.wait_for, ROWS // 3)
        await world.engine.stop()
        run = await world.run(run_id)
        assert run.status == "running"
        assert 0 < run.processed < ROWS
        world.engine.submit(run_id)
        await world.engine.wait(run_id)
        assert await world.run(run_id) == run, "a stopped engine takes nothing up"

    with ScriptedModel(shout) as model:
        run_id = set_up(tmp_path, model)
        in_world(tmp_path, stopped)
        see_through(tmp_path, run_id)
        assert len(model.calls) <= ROWS + CONCURRENCY, "every answer that was there is kept"


def test_a_stop_with_time_lets_calls_end_and_asks_no_more(tmp_path: Path) -> None:
    async def stopped(world: World) -> None:
        with model.held():
            await world.engine.start()
            await asyncio.to_thread(model.wait_for, CONCURRENCY)
            stopping = asyncio.create_task(world.engine.stop(PATIENCE_SECONDS))
            await asyncio.sleep(0)  # it has told the run to end; its calls are still held
        await stopping
        run = await world.run(run_id)
        assert (run.status, run.processed) == ("running", CONCURRENCY)

    with ScriptedModel(shout) as model:
        run_id = set_up(tmp_path, model)
        in_world(tmp_path, stopped)
        assert len(model.calls) == CONCURRENCY
        see_through(tmp_path, run_id)
        assert len(model.calls) == ROWS, "no row is asked twice"


@pytest.mark.parametrize("hurried", [False, True])
def test_a_stop_waits_no_longer_than_it_may(tmp_path: Path, hurried: bool) -> None:
    async def stopped(world: World) -> None:
        with model.held():
            await world.engine.start()
            await asyncio.to_thread(model.wait_for, CONCURRENCY)
            stopping = asyncio.create_task(
                world.engine.stop(2 * PATIENCE_SECONDS if hurried else 0.01)
            )
            await asyncio.sleep(0)
            if hurried:
                world.engine.hurry()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await stopping
        run = await world.run(run_id)
        assert (run.status, run.processed) == ("running", 0)

    with ScriptedModel(shout) as model:
        run_id = set_up(tmp_path, model)
        in_world(tmp_path, stopped)
        see_through(tmp_path, run_id)


def test_a_row_that_could_not_be_recorded_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> Any:
        raise OSError("No space left on device")

    async def work(world: World) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(runs, "record", full)
            # The disk that takes no row takes no status either.
            patched.setattr(runs, "set_status", _only_running(runs.set_status))
            await world.engine.start()
            await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert (run.status, run.processed) == ("running", 0)

    with ScriptedModel(shout) as model:
        run_id = set_up(tmp_path, model)
        in_world(tmp_path, work)
        see_through(tmp_path, run_id)


def _only_running(set_status: Any) -> Any:
    def limited(conn: Any, run_id: str, status: str, **more: Any) -> Any:
        if status != "running":
            raise OSError("No space left on device")
        return set_status(conn, run_id, status, **more)

    return limited


def test_commits_of_other_branches_do_not_matter(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        head = await world.head("main")
        await world.db.write(
            lambda conn: repositories.create_branch(conn, world.repository.id, "other", head)
        )
        await world.upload("b.csv", "text\nx\n", branch="other")

    with ScriptedModel(shout) as model:
        run_id = set_up(tmp_path, model)
        in_world(tmp_path, work)
        see_through(tmp_path, run_id)
