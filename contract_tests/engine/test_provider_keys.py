"""Keys that came with a request: how long they are held, and what becomes of a run without them."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from humanloop_world import CONFIG, IS_TARGET, HumanloopWorld, in_world, llm, python
from oxloop_server.models.keys import KeyMissing, RunKeys
from oxloop_server.storage.runs import Run
from scripted_model import Reply, ScriptedModel

POINTS = [{"inputs": {"text": f"row {n}"}, "target": {"label": f"ROW {n}"}} for n in range(3)]
KEYS = {"openai": "sk-request"}
OPENAI = [{"provider": "openai", "model": "*"}]


def answer(prompt: str) -> str:
    return "True" if prompt.startswith("J") else prompt.removeprefix("Q: ").upper()


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - nobody calls back
        await asyncio.sleep(0)


async def ended(world: HumanloopWorld, run_id: str) -> Run:
    while (run := await world.run(run_id)).status == "running":  # noqa: ASYNC110
        await asyncio.sleep(0)  # nobody calls back
    await world.engine.wait(run_id)
    return run


def left_by_a_service_that_died(folder: Path, model: ScriptedModel, **settings: Any) -> str:
    async def work(world: HumanloopWorld) -> str:
        world.add_model(model.base_url, matches=OPENAI, **settings)
        return await world.create(POINTS, [python(IS_TARGET)], keys=KEYS)

    return in_world(folder, work)


def test_a_run_whose_key_is_gone_waits_and_says_for_what(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        await world.engine.start()
        await until(lambda: world.engine.keys.why_waiting(run_id) is not None)
        reason = world.engine.keys.why_waiting(run_id)
        assert reason is not None
        assert 'a key for "openai"' in reason
        assert "has no api_key_env in models.toml" in reason
        run = await world.run(run_id)
        assert (run.status, run.processed) == ("running", 0)
        world.engine.keys.keep(run_id, {"openai": "sk-again"})
        run = await ended(world, run_id)
        assert (run.status, run.processed, run.failed) == ("completed", 3, 0)
        assert world.engine.keys.why_waiting(run_id) is None
        assert world.engine.keys.of(run_id).held == {}

    with ScriptedModel(answer) as model:
        run_id = left_by_a_service_that_died(tmp_path, model)
        in_world(tmp_path, work)
        assert {call.headers["authorization"] for call in model.calls} == {"Bearer sk-again"}
    assert b"sk-" not in (tmp_path / "oxloop.sqlite3").read_bytes()


def test_a_run_goes_on_with_the_operators_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(world: HumanloopWorld) -> None:
        await world.engine.start()
        await until(lambda: world.engine.keys.why_waiting(run_id) is not None)
        assert "OPERATORS_KEY, which is not set" in (world.engine.keys.why_waiting(run_id) or "")
        text = world.folder.models_file.read_text()
        world.folder.models_file.write_text(text.replace("OPERATORS_KEY", "OTHER_KEY"))
        assert (await ended(world, run_id)).failed == 0

    monkeypatch.setenv("OTHER_KEY", "sk-operator")
    with ScriptedModel(answer) as model:
        run_id = left_by_a_service_that_died(tmp_path, model, api_key_env="OPERATORS_KEY")
        in_world(tmp_path, work)
        assert {call.headers["authorization"] for call in model.calls} == {"Bearer sk-operator"}


def test_a_run_that_waits_can_be_cancelled(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        await world.engine.start()
        await until(lambda: world.engine.keys.why_waiting(run_id) is not None)
        assert await world.engine.cancel(run_id)
        assert world.engine.keys.waiting() == []

    with ScriptedModel(answer) as model:
        run_id = left_by_a_service_that_died(tmp_path, model)
        in_world(tmp_path, work)
        assert model.calls == []


def test_only_the_judge_waits_whose_key_is_gone(tmp_path: Path) -> None:
    async def prepare(world: HumanloopWorld) -> str:
        world.add_model(model.base_url)
        world.add_model(model.base_url, "judge", matches=[{"provider": "openai", "model": "judge"}])
        judges = [llm("J {{log.output}}"), python(IS_TARGET)]
        return await world.create(POINTS, judges, CONFIG, keys=KEYS)

    async def work(world: HumanloopWorld) -> None:
        await world.engine.start()
        await until(lambda: world.engine.keys.why_waiting(run_id) is not None)
        await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert (run.status, run.processed) == ("running", 3)
        found = await world.results(run_id)
        assert [len(judged) for judged in found] == [1, 1, 1], "the sandbox needs no key"
        world.engine.keys.keep(run_id, KEYS)
        assert (await ended(world, run_id)).status == "completed"
        assert await world.means(run_id) == [1.0, 1.0]

    with ScriptedModel(answer) as model:
        run_id = in_world(tmp_path, prepare)
        in_world(tmp_path, work)


def test_a_run_that_fails_lets_its_keys_go(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, matches=OPENAI)
        run_id = await world.create(POINTS, keys=KEYS)
        world.registry.remove("m")
        assert (await world.see_through(run_id)).status == "cancelled"
        assert world.engine.keys.of(run_id).held == {}

    with ScriptedModel(lambda _: Reply.status(500)) as model:
        in_world(tmp_path, work)


def test_keys_that_nobody_comes_for_are_let_go_the_oldest_first() -> None:
    keys = RunKeys(held=250)
    for run_id in ("one", "two", "three"):
        keys.keep(run_id, {"openai": "sk-" + "x" * 20})
    assert keys.of("one", ["openai"]).lacks("openai")
    assert keys.of("two").get("openai") is not None
    keys.keep("two", {"cohere": "sk-other"})
    assert set(keys.of("two").held) == {"openai", "cohere"}
    keys.keep("four", {"openai": "x" * 1000})
    assert keys.of("four").held == {}
    keys.keep("five", {"openai": "sk-x"})
    assert keys.of("five").get("openai") == "sk-x", "what is let go counts no more"
    assert "sk-" not in repr(keys.of("five"))


def test_a_run_waits_for_a_key_until_it_is_found_or_the_run_has_ended() -> None:
    keys = RunKeys()
    keys.miss("one", "answers", KeyMissing("no key"))
    keys.miss("one", "judgments", KeyMissing("no key either"))
    assert keys.waiting() == ["one"]
    keys.found("one", "answers")
    assert keys.why_waiting("one") == "no key either"
    keys.forget("one")
    assert keys.why_waiting("one") is None
