"""kill -9 at any moment of a Humanloop run: every log once, every result once, and it completes."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from humanloop_world import IS_TARGET, HumanloopWorld, in_world, llm, python
from oxloop_server.storage.recorder import GROUP_ROWS
from scripted_model import ScriptedModel

ROWS = 300
CONCURRENCY = 16
ASKED_AT_ONCE = 32
KILLS = 3

POINTS = [
    {"inputs": {"text": f"row {n}"}, "target": {"label": f"ROW {n}" if n % 3 else "other"}}
    for n in range(ROWS)
]

# A service's engine in a process of its own.
_ENGINE = """
    import asyncio, sys
    from pathlib import Path
    from humanloop_world import HumanloopWorld

    async def main(folder):
        world = await HumanloopWorld.open(folder)
        await world.engine.start()
        print("started", flush=True)
        await asyncio.Event().wait()

    asyncio.run(main(Path(sys.argv[1])))
"""


@contextmanager
def an_engine(folder: Path) -> Generator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_ENGINE), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "started\n"
            yield
        finally:
            os.kill(process.pid, signal.SIGKILL)


def answer(prompt: str) -> str:
    if prompt.startswith("J: "):
        return "I looked at it: True"
    return prompt.removeprefix("Q: ").upper()


def set_up(folder: Path, model: ScriptedModel, *, client_logs: bool = False) -> str:
    async def work(world: HumanloopWorld) -> str:
        world.add_model(model.base_url, concurrency=CONCURRENCY)
        world.add_model(model.base_url, "judge", concurrency=CONCURRENCY)
        judges = [python(IS_TARGET), llm("J: {{log.output}}")]
        run_id = await world.create(POINTS, judges, hl_generated=not client_logs)
        if client_logs:
            await world.send_logs(run_id, [{"output": f"ROW {n}"} for n in range(ROWS)])
        return run_id

    return in_world(folder, work)


def see_through(folder: Path, run_id: str, status: str = "completed") -> None:
    """Go on with the run in this process, and check all that it must come to."""

    async def work(world: HumanloopWorld) -> None:
        await world.engine.start()
        await world.engine.wait(run_id)
        await world.engine.judge.wait(run_id)
        run = await world.run(run_id)
        assert (run.status, run.error_message) == (status, None)
        assert (run.total, run.processed, run.failed) == (ROWS, ROWS, 0)
        outputs = [log.body["output"] for log in await world.logs(run_id)]
        assert outputs == [f"ROW {n}" for n in range(ROWS)]
        assert await world.progress(run_id) == ROWS
        assert await world.means(run_id) == [2 / 3, 1.0]

    in_world(folder, work)
    with closing(sqlite3.connect(folder / "oxloop.sqlite3")) as conn:
        assert conn.execute("SELECT count(*) FROM hl_logs").fetchone() == (ROWS,)
        assert conn.execute("SELECT count(*) FROM hl_results").fetchone() == (2 * ROWS,)
        assert conn.execute(
            "SELECT count(*) FROM hl_results WHERE error IS NOT NULL"
        ).fetchone() == (0,)


def test_killed_again_and_again(tmp_path: Path) -> None:
    with ScriptedModel(answer) as model:
        run_id = set_up(tmp_path, model)
        for kill in range(1, KILLS + 1):
            with an_engine(tmp_path):
                model.wait_for(kill * 2 * ROWS // (KILLS + 2))
        see_through(tmp_path, run_id)
        asked = Counter(model.prompts)
    expected = {f"Q: row {n}" for n in range(ROWS)} | {f"J: ROW {n}" for n in range(ROWS)}
    assert set(asked) == expected, "nothing is lost"
    again = sum(times - 1 for times in asked.values())
    # What was in flight, and what waited to be written, of rows and of judgments.
    assert again <= KILLS * (CONCURRENCY + ASKED_AT_ONCE + 2 * GROUP_ROWS)


def test_killed_while_it_judges(tmp_path: Path) -> None:
    with ScriptedModel(answer) as model:
        run_id = set_up(tmp_path, model, client_logs=True)
        for kill in range(1, KILLS + 1):
            with an_engine(tmp_path):
                model.wait_for(kill * ROWS // (KILLS + 1))
        see_through(tmp_path, run_id, "running")
        asked = Counter(model.prompts)
    assert set(asked) == {f"J: ROW {n}" for n in range(ROWS)}
    again = sum(times - 1 for times in asked.values())
    assert again <= KILLS * (ASKED_AT_ONCE + GROUP_ROWS)
