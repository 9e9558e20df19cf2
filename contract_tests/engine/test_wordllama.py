"""The small embeddings in their child process: real vectors, and a crash that does no harm."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import cast

import pytest
from engine_world import World, in_world
from humanloop_world import HumanloopWorld, python
from humanloop_world import in_world as in_humanloop_world
from oxloop_server.evaluators.measures import cosine
from oxloop_server.models.client import ModelClient
from oxloop_server.models.local import LocalEngine
from oxloop_server.models.model import Local, Model

pytest.importorskip("wordllama")

MODEL = Model(name="w", model="w", local=Local("wordllama"), endpoint="embeddings")


def test_texts_that_mean_the_same_are_nearer(tmp_path: Path) -> None:
    async def main() -> None:
        client = ModelClient(LocalEngine())
        try:
            refund, money, parcel = [
                (await client.embed(MODEL, text)).vector
                for text in ("I want a refund", "Give me my money back", "Where is my parcel?")
            ]
        finally:
            await client.close()
        assert len(refund) == 256
        assert cosine(refund, money) > cosine(refund, parcel)

    asyncio.run(main())


@pytest.mark.skipif(sys.platform != "linux", reason="finds child processes through /proc")
def test_a_crash_of_the_child_costs_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def short(_seconds: float) -> None:
        # It takes a moment until the system tells that a process is gone.
        await asyncio.sleep(0.1)

    def children() -> set[int]:
        found: set[int] = set()
        for task in Path("/proc/self/task").iterdir():
            found.update(int(pid) for pid in (task / "children").read_text().split())
        return found

    async def work(world: World) -> None:
        world.registry.add({"name": "m", "engine": "wordllama"})
        await world.upload("a.csv", "text\n" + "".join(f"row {n}\n" for n in range(40)))
        asked = {"output_type": "embeddings", "target_column": "vector", "batch_size": 5}
        before = children()
        run_id = await world.create("main/a.csv", **asked, target_path="out.parquet")
        world.engine.submit(run_id)
        await world.until_processed(run_id, 5)
        for pid in children() - before:
            os.kill(pid, signal.SIGKILL)
        await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert (run.status, run.processed, run.failed) == ("completed", 40, 0)
        rows = await world.rows("main", "out.parquet")
        assert [len(cast(list[float], row["vector"])) for row in rows] == [256] * 40

    monkeypatch.setattr("engine_world.no_pause", short)
    in_world(tmp_path, work)


POINTS = [{"inputs": {}, "target": {"answer": "Give me my money back"}} for _ in range(3)]
LOGS = [{"output": "I want a refund"}, {"output": "Where is my parcel?"}, {"output": ""}]


def test_an_evaluator_compares_what_texts_mean(tmp_path: Path) -> None:
    judges = [
        python("oxloop:semantic_similarity", return_type="number"),
        python('oxloop:semantic_similarity {"at_least": 0.3}'),
        python('oxloop:semantic_similarity {"model": "other"}', return_type="number"),
    ]

    async def work(world: HumanloopWorld) -> None:
        world.registry.add({"name": "w", "engine": "wordllama"})
        run_id = await world.create(POINTS, judges, hl_generated=False)
        await world.send_logs(run_id, LOGS)
        await world.engine.judge.judge_logs(run_id)
        near, far, nothing = await world.results(run_id)
        assert isinstance(near[0].value, float)
        assert isinstance(far[0].value, float)
        assert near[0].value > 0.3 > far[0].value
        assert [near[1].value, far[1].value] == [True, False]
        assert "oxloop models add wordllama" in (near[2].error or "")
        assert nothing[0].value is None, "nothing has no meaning"
        assert nothing[0].error

    in_humanloop_world(tmp_path, work)
