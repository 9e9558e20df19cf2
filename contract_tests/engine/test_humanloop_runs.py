"""Humanloop evaluations that really run: datapoints asked, answers in logs, logs judged."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from humanloop_world import (
    CONFIG,
    IS_TARGET,
    HumanloopWorld,
    config,
    external,
    in_world,
    llm,
    python,
)
from oxloop_server.engine.humanloop import HumanloopJob
from oxloop_server.models.configs import model_for
from oxloop_server.problems import Refused
from oxloop_server.storage import runs
from scripted_model import Reply, ScriptedModel

POINTS = [
    {"inputs": {"text": f"row {n}"}, "target": {"label": f"ROW {n}" if n % 5 else "other"}}
    for n in range(25)
]


def shout(prompt: str) -> str:
    return prompt.removeprefix("Q: ").upper()


def test_every_datapoint_is_answered_logged_and_judged(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, price={"prompt": 0.5, "completion": 0.25})
        run = await world.evaluate(POINTS, [python(IS_TARGET)])
        assert (run.status, run.error_message) == ("completed", None)
        assert (run.total, run.processed, run.failed) == (25, 25, 0)
        # "Q: row 7" is three words, "ROW 7" two: the scripted model counts words.
        assert (run.prompt_tokens, run.completion_tokens) == (75, 50)
        assert run.cost == 75 * 0.5 + 50 * 0.25
        made = await world.logs(run.id)
        assert [log.body["output"] for log in made] == [f"ROW {n}" for n in range(25)]
        assert [log.row_index for log in made] == list(range(25))
        first = made[0]
        assert (first.project_id, first.config_id) == (world.project_id, run.plan["config_id"])
        assert first.body["inputs"] == {"text": "row 0"}
        assert (first.body["prompt_tokens"], first.body["output_tokens"]) == (3, 2)
        assert (first.body["prompt_cost"], first.body["output_cost"]) == (1.5, 0.5)
        assert first.body["provider_latency"] == first.body["duration"] > 0
        assert first.body["provider_request"]["prompt"] == "Q: row 0"
        assert await world.said(run.id) == [n % 5 != 0 for n in range(25)]
        assert await world.means(run.id) == [0.8]
        assert await world.progress(run.id) == 25

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)
        assert sorted(model.prompts) == sorted(f"Q: row {n}" for n in range(25))


def test_the_parameters_of_the_config_go_to_the_model(tmp_path: Path) -> None:
    asked = config(
        prompt_template="{{text}}",
        temperature=0.5,
        top_p=0.9,
        stop=["\n"],
        presence_penalty=0.1,
        frequency_penalty=-0.2,
        seed=7,
        response_format={"type": "json_object"},
        other={"logit_bias": {"5": 1}, "model": "another", "temperature": 2},
    )

    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, params={"max_tokens": 4, "temperature": 0, "top_k": 3})
        await world.evaluate(POINTS[:1], (), asked)
        await world.evaluate(POINTS[:1], (), {**asked, "max_tokens": 9})

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)
        first, second = (call.body for call in model.calls)
    assert first == {
        "model": "m",
        "prompt": "row 0",
        "max_tokens": 4,
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 3,
        "stop": ["\n"],
        "presence_penalty": 0.1,
        "frequency_penalty": -0.2,
        "seed": 7,
        "response_format": {"type": "json_object"},
        "logit_bias": {"5": 1},
    }
    assert second == {**first, "max_tokens": 9}


def test_a_chat_is_its_template_and_then_the_datapoints_messages(tmp_path: Path) -> None:
    picture = {"type": "image_url", "image_url": {"url": "http://127.0.0.1/{{text}}.png"}}
    asked = config(
        endpoint="chat",
        chat_template=[
            {"role": "system", "content": "Be {{mood}}.", "name": None},
            {"role": "user", "content": [{"type": "text", "text": "See {{text}}"}, picture]},
        ],
    )
    history = [{"role": "assistant", "content": "{{mood}}?"}, {"role": "user", "content": "Yes"}]
    points = [{"inputs": {"mood": "brief", "text": "this"}, "messages": history}]

    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, input=["text", "image"])
        run = await world.evaluate(points, (), asked)
        (log,) = await world.logs(run.id)
        assert log.body["messages"] == sent
        assert log.body["output_message"] == {"role": "assistant", "content": "YES"}

    sent = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "See this"}, picture]},
        *history,
    ]
    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)
        (call,) = model.calls
    assert call.path == "/v1/chat/completions"
    assert call.body["messages"] == sent


def test_an_image_is_for_models_that_read_images(tmp_path: Path) -> None:
    picture = {"type": "image_url", "image_url": {"url": "http://127.0.0.1/a.png"}}
    seen: dict[str, Any] = {"messages": [{"role": "user", "content": [picture]}]}

    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        run = await world.evaluate([seen], (), config(endpoint="chat"))
        (log,) = await world.logs(run.id)
        assert log.body.get("output") is None
        assert 'set input = ["text", "image"]' in log.body["error"]
        asked = config(endpoint="chat", chat_template=seen["messages"])
        with pytest.raises(Refused, match="a message holds an image"):
            model_for(world.registry, asked)

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)
    assert model.calls == []


def test_a_failed_datapoint_is_a_log_with_an_error_and_the_run_goes_on(tmp_path: Path) -> None:
    def answer(prompt: str) -> str | Reply:
        return Reply.status(400, "too long") if prompt == "Q: row 3" else shout(prompt)

    points: list[dict[str, Any]] = [*POINTS[:5], {"inputs": {"other": "x"}}]

    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        run = await world.evaluate(points, [python(IS_TARGET)])
        assert (run.status, run.processed, run.failed) == ("completed", 6, 2)
        made = await world.logs(run.id)
        assert "output" not in made[3].body
        assert "answered 400: too long" in made[3].body["error"]
        assert "{{ text }} cannot be filled" in made[5].body["error"]
        assert made[5].body["inputs"] == {"other": "x"}
        said = await world.said(run.id)
        assert said[:3] == [False, True, True]
        assert said[3].startswith("There is no output to judge: The model m at ")
        assert await world.means(run.id) == [0.75]

    with ScriptedModel(answer) as model:
        in_world(tmp_path, work)


def test_a_placeholder_of_any_length_leaves_no_error_of_any_length(tmp_path: Path) -> None:
    name = "a" * 100_000

    async def work(world: HumanloopWorld) -> None:
        for model in ("m", "judge"):
            world.add_model("http://127.0.0.1:9/v1", model)
        template = f"Q: {{{{{name}}}}}"
        judges = [llm(template), python(f'oxloop:exact {{"target": "{name}"}}')]
        run = await world.evaluate([{}], asked=config(prompt_template=template))
        judged = await world.create([{}], judges, hl_generated=False)
        await world.send_logs(judged, [{"output": "yes"}])
        await world.engine.judge.judge_logs(judged)
        (made,), (said,) = await world.logs(run.id), await world.results(judged)
        errors = [made.body["error"], *(str(one.error) for one in said)]
        assert len(errors) == 3
        for error in errors:
            assert "aaa" in error
            assert len(error) < 3000

    in_world(tmp_path, work)


def test_a_run_whose_every_log_has_an_error_completes(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        run = await world.evaluate(POINTS, [python(IS_TARGET)])
        assert (run.status, run.processed, run.failed) == ("completed", 25, 25)

    with ScriptedModel(lambda _: Reply.status(401, "no such key")) as model:
        in_world(tmp_path, work)


def test_a_dataset_without_datapoints_completes(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        run = await world.evaluate([], [python(IS_TARGET)])
        assert (run.status, run.total) == ("completed", 0)

    in_world(tmp_path, work)


def test_the_mock_provider_echoes(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        text = await world.evaluate(POINTS[:2], (), {**CONFIG, "provider": "mock"})
        assert [log.body["output"] for log in await world.logs(text.id)] == ["Q: row 0", "Q: row 1"]
        turns = [{"role": "user", "content": "Hello {{text}}"}]
        chat = config(provider="mock", endpoint="chat", chat_template=turns)
        run = await world.evaluate(POINTS[:1], (), chat)
        assert [log.body["output"] for log in await world.logs(run.id)] == ["Hello row 0"]

    in_world(tmp_path, work)


def test_a_run_that_waits_for_people_is_not_completed_here(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        run = await world.evaluate(POINTS, [python(IS_TARGET), external()])
        assert (run.status, run.processed) == ("running", 25)
        assert await world.means(run.id) == [0.8, None]

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


def test_a_run_whose_logs_the_client_sends_asks_nobody(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        run_id = await world.create(POINTS, [python(IS_TARGET)], hl_generated=False)
        await world.send_logs(run_id, [{"output": "ROW 0"}])
        run = await world.see_through(run_id)
        assert (run.status, run.processed) == ("running", 1)
        assert await world.said(run_id) == [False]

    in_world(tmp_path, work)


def test_a_log_that_the_client_sent_first_stays(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        run_id = await world.create(POINTS)
        with model.held():
            world.engine.submit(run_id)
            await asyncio.to_thread(model.wait_for, 8)
            await world.send_logs(run_id, [{"output": "mine"}])
        await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert (run.status, run.processed) == ("completed", 25)
        outputs = [log.body["output"] for log in await world.logs(run_id)]
        assert outputs == ["mine", *(f"ROW {n}" for n in range(1, 25))]

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


def test_logs_are_judged_while_others_are_still_asked(tmp_path: Path) -> None:
    points = [{"inputs": {"text": f"row {n}"}, "target": {"label": "x"}} for n in range(300)]

    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        run_id = await world.create(points, [python(IS_TARGET)])
        world.engine.submit(run_id)
        while not await world.progress(run_id):  # noqa: ASYNC110
            await asyncio.sleep(0)  # the database calls nobody back
        assert not gate.is_set()
        gate.set()
        await world.engine.wait(run_id)
        assert (await world.run(run_id)).status == "completed"
        assert await world.progress(run_id) == 300

    gate = threading.Event()

    def answer(prompt: str) -> str:
        # The last row is answered only when something was judged.
        if prompt == "Q: row 299":
            assert gate.wait(20)
        return shout(prompt)

    with ScriptedModel(answer) as model:
        in_world(tmp_path, work)


def test_cancel_ends_it_at_once_and_keeps_what_is_done(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, concurrency=5)
        world.add_model(model.base_url, "judge")
        run_id = await world.create(POINTS, [llm("{{log.output}} is True")])
        world.engine.submit(run_id)
        await asyncio.to_thread(model.wait_for, 5)
        with model.held():
            await asyncio.to_thread(model.wait_for, len(model.calls) + 1)
            assert await world.engine.cancel(run_id)
        run = await world.run(run_id)
        assert run.status == "cancelled"
        assert run.processed == len(await world.logs(run_id)) < 25
        calls = len(model.calls)
        assert await world.see_through(run_id) == run
        assert len(model.calls) == calls

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


def test_runs_of_one_tenant_that_never_end_keep_no_other_tenants_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, concurrency=10)
        held = [await world.create([{"inputs": {"text": "held"}}]) for _ in range(3)]
        for run_id in held:
            world.engine.submit(run_id)
        await asyncio.to_thread(model.wait_for, 1)
        await world.become("another")
        assert (await world.evaluate(POINTS)).status == "completed"
        assert [call.prompt for call in model.calls].count("Q: held") == 1
        gate.set()
        for run_id in held:
            await world.engine.wait(run_id)
            assert (await world.run(run_id)).status == "completed"

    def answer(prompt: str) -> str:
        if prompt == "Q: held":
            gate.wait(20)
        return shout(prompt)

    monkeypatch.setattr("oxloop_server.engine.engine.RUNS_AT_ONCE", 2)
    monkeypatch.setattr("oxloop_server.engine.engine.RUNS_OF_A_TENANT", 1)
    gate = threading.Event()
    with ScriptedModel(answer) as model:
        try:
            in_world(tmp_path, work)
        finally:
            gate.set()


def test_a_model_that_is_gone_cancels_the_run_with_a_reason(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        run = await world.evaluate(POINTS)
        assert run.status == "cancelled"
        assert 'There is no model "m" here' in (run.error_message or "")

    in_world(tmp_path, work)


def test_a_run_that_is_all_answered_needs_no_model(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        run = await world.evaluate(POINTS, [external()])
        world.registry.remove("m")
        await world.add_evaluator(run.id, python(IS_TARGET))
        run = await world.see_through(run.id)
        assert (run.status, run.processed) == ("running", 25)
        assert [judged[0].value for judged in await world.results(run.id)].count(True) == 20

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


def test_a_reopened_run_completes_again(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        run = await world.evaluate(POINTS, [python(IS_TARGET)])
        await world.add_evaluator(run.id, python("def f(log, testcase): return False"))
        assert await world.db.write(lambda conn: runs.start(conn, run.id, run.total))
        again = await world.see_through(run.id)
        assert again.status == "completed"
        assert await world.means(run.id) == [0.8, 0.0]
        assert len(model.calls) == 25

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


def test_a_run_that_is_reopened_just_when_it_ends_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url)
        run_id = await world.create(POINTS, [python(IS_TARGET)])

        async def close(_job: HumanloopJob) -> None:
            monkeypatch.undo()
            assert (await world.run(run_id)).status == "completed"
            await world.add_evaluator(run_id, python("def f(log, testcase): return False"))
            assert await world.db.write(lambda conn: runs.start(conn, run_id, len(POINTS)))
            world.engine.submit(run_id)

        monkeypatch.setattr(HumanloopJob, "close", close)
        assert (await world.see_through(run_id)).status == "completed"
        assert await world.means(run_id) == [0.8, 0.0]

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)


@pytest.mark.parametrize("matches", [True, False])
def test_a_key_of_the_request_goes_only_to_the_provider_that_it_is_for(
    tmp_path: Path, matches: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPERATORS_KEY", "sk-operator")

    async def work(world: HumanloopWorld) -> None:
        pattern = {"provider": "openai" if matches else "*", "model": "*"}
        world.add_model(model.base_url, matches=[pattern], api_key_env="OPERATORS_KEY")
        keys = {"openai": "sk-request", "cohere": "sk-other"}
        run_id = await world.create(POINTS[:1], keys=keys)
        run = await world.see_through(run_id)
        assert run.status == "completed"
        assert world.engine.keys.of(run_id).held == {}, "it is let go of with the run"

    with ScriptedModel(shout) as model:
        in_world(tmp_path, work)
        (call,) = model.calls
    expected = "sk-request" if matches else "sk-operator"
    assert call.headers["authorization"] == f"Bearer {expected}"
    assert b"sk-" not in (tmp_path / "oxloop.sqlite3").read_bytes()
