"""What changes or breaks while a run is under way: the operator's file, a row, the machine."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from engine_world import PATIENCE_SECONDS, World, in_world
from humanloop_world import HumanloopWorld, config, llm, python
from humanloop_world import in_world as in_humanloop_world
from oxloop_server.engine.oxen import OxenJob
from oxloop_server.models.client import Answer, ModelClient
from oxloop_server.models.model import Model
from oxloop_server.models.registry import BROKEN
from scripted_model import Reply, ScriptedModel


def rewrite(world: World | HumanloopWorld, old: str, new: str) -> None:
    text = world.folder.models_file.read_text()
    assert old in text
    world.folder.models_file.write_text(text.replace(old, new))


class Narrow:
    """Answers its first call when told to; the others only three at once."""

    def __init__(self) -> None:
        self.told = threading.Event()
        self._three = threading.Barrier(3, timeout=PATIENCE_SECONDS)
        self._first = threading.Lock()

    def __call__(self, prompt: str) -> str:
        if self._first.acquire(blocking=False):
            assert self.told.wait(PATIENCE_SECONDS)
        else:
            self._three.wait()
        return prompt


def test_more_calls_at_once_take_effect_in_a_run_under_way(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, concurrency=1, price={"prompt": 1.0, "completion": 0.0})
        await world.upload("a.csv", "text\n" + "one\n" * 7)
        run_id = await world.create("main/a.csv")
        world.engine.submit(run_id)
        await asyncio.to_thread(model.wait_for, 1)
        rewrite(world, "concurrency = 1", "concurrency = 4")
        rewrite(world, "prompt = 1.0", "prompt = 100.0")
        narrow.told.set()
        await world.engine.wait(run_id)
        assert (await world.run(run_id)).status == "completed"
        costs = [row.cost for row in await world.states(run_id)]
        # "Q: one" is two words, which the scripted model counts as tokens.
        assert sorted(cost or 0 for cost in costs) == [2.0] + [200.0] * 6

    narrow = Narrow()
    with ScriptedModel(narrow) as model:
        in_world(tmp_path, work)
        assert model.most_at_once >= 3


def test_the_same_for_a_humanloop_run(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, concurrency=1)
        run_id = await world.create([{"inputs": {"text": str(n)}} for n in range(7)])
        world.engine.submit(run_id)
        await asyncio.to_thread(model.wait_for, 1)
        rewrite(world, "concurrency = 1", "concurrency = 3")
        narrow.told.set()
        await world.engine.wait(run_id)
        assert (await world.run(run_id)).status == "completed"

    narrow = Narrow()
    with ScriptedModel(narrow) as model:
        in_humanloop_world(tmp_path, work)
        assert model.most_at_once == 3


def test_a_humanloop_run_stays_with_the_model_that_it_was_created_with(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, concurrency=1)
        run_id = await world.create([{"inputs": {"text": str(n)}} for n in range(7)])
        with model.held():
            world.engine.submit(run_id)
            await asyncio.to_thread(model.wait_for, 1)
            # What matches counts before what is named so, for configs of new evaluations.
            every = [{"provider": "openai", "model": "*"}]
            world.add_model(other.base_url, name="other", matches=every)
        await world.engine.wait(run_id)
        assert (await world.run(run_id)).status == "completed"
        run_id = await world.create([{"inputs": {"text": "again"}}])
        assert (await world.see_through(run_id)).status == "completed"

    with ScriptedModel() as model, ScriptedModel() as other:
        in_humanloop_world(tmp_path, work)
        assert (len(model.calls), len(other.calls)) == (8, 0)


def test_a_humanloop_run_whose_model_is_gone_asks_no_other(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        run_id = await world.create([{"inputs": {"text": "a"}}])
        world.registry.remove("m")
        every = [{"provider": "openai", "model": "*"}]
        world.add_model(model.base_url, name="other", matches=every)
        run = await world.see_through(run_id)
        assert run.status == "cancelled"
        assert 'There is no model "m" here' in (run.error_message or "")

    with ScriptedModel() as model:
        in_humanloop_world(tmp_path, work)
        assert not model.calls


@pytest.mark.parametrize("edit", ["", "[[models]"])
def test_a_file_that_is_just_being_edited_ends_no_run(tmp_path: Path, edit: str) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, concurrency=1)
        await world.upload("a.csv", "text\n" + "one\n" * 4)
        run_id = await world.create("main/a.csv", auto_commit=False)
        world.engine.submit(run_id)
        await asyncio.to_thread(model.wait_for, 1)
        world.folder.models_file.write_text(edit)
        narrow.told.set()
        await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert (run.status, run.processed, run.failed) == ("completed", 4, 0)

    narrow = Narrow()

    def answer(prompt: str) -> str:
        assert narrow.told.wait(PATIENCE_SECONDS)
        return prompt

    with ScriptedModel(answer) as model:
        in_world(tmp_path, work)


def test_a_run_waits_for_a_broken_file_to_be_mended(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.csv", "text\none\n")
        run_id = await world.create("main/a.csv", auto_commit=False)
        with broken(world):
            world.engine.submit(run_id)
            await world.engine.wait(run_id)
            assert (await world.run(run_id)).status == "running"
            assert world.engine.why_waiting(run_id) == BROKEN
        world.engine.go_on(run_id)
        await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert (run.status, run.processed, run.failed) == ("completed", 1, 0)
        assert world.engine.why_waiting(run_id) is None

    with ScriptedModel() as model:
        in_world(tmp_path, work)


@pytest.mark.parametrize(
    "judge",
    [
        llm("{{log.output}}", arguments_type="target_free"),
        python("oxloop:semantic_similarity", return_type="number"),
    ],
)
def test_humanloops_runs_and_judges_wait_for_it_too(tmp_path: Path, judge: dict[str, Any]) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        world.add_model(model.base_url, "judge")
        world.add_model(model.base_url, "vectors", endpoint="embeddings")
        point = {"inputs": {"text": "abc True"}, "target": {"label": "abc True"}}
        answered = await world.create([point], asked=config(prompt_template="{{text}}"))
        judged = await world.create([point], [judge], hl_generated=False)
        await world.send_logs(judged, [{"output": "abc True"}])
        await world.engine.start()
        with broken(world):
            for run_id in (answered, judged):
                world.engine.go_on(run_id)
                await world.engine.wait(run_id)
                await world.engine.judge.wait(run_id)
                assert (await world.run(run_id)).status == "running"
                assert world.engine.why_waiting(run_id) == BROKEN
            assert await world.results(judged) == [[]]
        # The engine looks again by itself.
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await world.progress(judged) < 1:  # noqa: ASYNC110
                await asyncio.sleep(0)  # the database calls nobody back
            await world.engine.wait(answered)
        (said,) = await world.said(judged)
        assert said == pytest.approx(1.0)
        assert (await world.run(answered)).status == "completed"

    with ScriptedModel() as model:
        in_humanloop_world(tmp_path, work)


@contextmanager
def broken(world: World | HumanloopWorld) -> Generator[None]:
    """Break ``models.toml`` for a while."""
    file = world.folder.models_file
    whole = file.read_text()
    file.write_text("[[models]")
    yield
    file.write_text(whole)


def test_a_row_that_breaks_in_an_unexpected_way_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ModelClient.complete

    async def breaking(self: ModelClient, model: Model, prompt: Any, **more: Any) -> Answer:
        if "two" in prompt:
            raise ValueError("/home/somebody/file.py")
        return await whole(self, model, prompt, **more)

    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.csv", "text\none\ntwo\nthree\n")
        run = await world.evaluate("main/a.csv")
        assert (run.status, run.processed, run.failed) == ("completed", 3, 1)
        states = await world.states(run.id)
        assert [row.state for row in states] == ["done", "failed", "done"]
        assert "the service's log says more" in (states[1].error or "")
        assert "somebody" not in (states[1].error or "")

    monkeypatch.setattr(ModelClient, "complete", breaking)
    with ScriptedModel() as model:
        in_world(tmp_path, work)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(21, "Is a directory", "/home/somebody/x"), "(Is a directory)."),
        (ValueError("/home/somebody/x"), "ended this run. The rows"),
    ],
)
def test_an_unexpected_end_tells_nothing_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    async def breaking(_: OxenJob) -> None:
        raise error

    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.csv", "text\none\n")
        run = await world.evaluate("main/a.csv")
        assert run.status == "errored"
        message = run.error_message or ""
        assert told in message
        assert "somebody" not in message
        assert type(error).__name__ not in message

    monkeypatch.setattr(OxenJob, "finish", breaking)
    with ScriptedModel() as model:
        in_world(tmp_path, work)


def test_an_endpoint_that_goes_down_in_a_run_loses_no_row(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.csv", "text\n" + "one\n" * 100)
        run = await world.evaluate("main/a.csv")
        assert (run.status, run.processed, run.failed) == ("completed", 100, 0)

    with ScriptedModel() as model:
        model.script(*[Reply.answer("x")] * 20, *[Reply.status(502)] * 10)
        in_world(tmp_path, work)
