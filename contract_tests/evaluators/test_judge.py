"""Logs judged by the service's evaluators: in real workers, by a scripted model, in a database."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from engine_world import PATIENCE_SECONDS
from humanloop_world import IS_TARGET, HumanloopWorld, config, external, in_world, llm, python
from oxloop_server.spent import Spent
from oxloop_server.storage import runs
from oxloop_server.storage.humanloop import results
from scripted_model import Reply, ScriptedModel

POINTS = [{"inputs": {"text": f"row {n}"}, "target": {"label": f"ROW {n}"}} for n in range(4)]
ANSWERS: list[dict[str, Any]] = [
    {"inputs": {"text": "row 0"}, "output": "ROW 0"},
    {"inputs": {"text": "row 1"}, "output": "no"},
    {"inputs": {"text": "row 2"}, "error": "The model was away."},
    {"inputs": {"text": "row 3"}, "output": "ROW 3", "error": "It stuttered."},
]


async def judged(world: HumanloopWorld, *judges: dict[str, Any], **changes: Any) -> str:
    """A run with the client's logs, judged."""
    run_id = await world.create(POINTS, judges, hl_generated=False, **changes)
    await world.send_logs(run_id, ANSWERS)
    await world.engine.judge.judge_logs(run_id)
    return run_id


def test_each_log_gets_a_verdict_and_a_log_without_output_an_error(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        run_id = await judged(world, python(IS_TARGET))
        assert await world.said(run_id) == [
            True,
            False,
            "There is no output to judge: The model was away.",
            True,
        ]
        assert await world.means(run_id) == [pytest.approx(2 / 3)]
        assert await world.progress(run_id) == 4
        assert (await world.run(run_id)).status == "running", "the client ends such a run"

    in_world(tmp_path, work)


def test_what_log_and_testcase_hold(tmp_path: Path) -> None:
    source = """
import json
def f(log, testcase):
    return json.dumps([log, testcase], sort_keys=True)
"""

    async def work(world: HumanloopWorld) -> None:
        points = [{"inputs": {"text": "a"}, "target": {"label": [1, {"x": None}]}}, {}]
        run_id = await world.create(
            points, [python(source, return_type="text")], hl_generated=False
        )
        await world.send_logs(run_id, [{"output": "A", "metadata": {"k": 1}}, {"output": "B"}])
        await world.engine.judge.judge_logs(run_id)
        made = await world.logs(run_id)
        (log, testcase), (bare_log, bare) = map(json.loads, await world.said(run_id))
        assert log["id"] == made[0].id
        assert (log["output"], log["inputs"], log["metadata"]) == ("A", {}, {"k": 1})
        assert (log["messages"], log["feedback"], log["error"]) == ([], [], None)
        assert log["created_at"] == made[0].created_at
        assert log["provider_latency"] is None
        assert log["model_config"]["id"] == log["config_id"] == made[0].config_id
        assert log["model_config"]["prompt_template"] == "Q: {{text}}"
        assert testcase == {
            "id": made[0].datapoint_id,
            "inputs": {"text": "a"},
            "messages": [],
            "target": {"label": [1, {"x": None}]},
        }
        assert (bare_log["output"], bare_log["metadata"]) == ("B", {})
        assert bare == {"id": made[1].datapoint_id, "inputs": {}, "messages": [], "target": {}}

    in_world(tmp_path, work)


@pytest.mark.parametrize(
    ("arguments_type", "code", "error"),
    [
        ("target_free", "def f(log): return log['output'] == 'ROW 0'", None),
        ("target_required", "def f(log, testcase): return bool(testcase)", None),
        ("target_free", IS_TARGET, "missing 1 required positional argument"),
        ("target_required", "def f(log): return True", "takes 1 positional argument but 2"),
    ],
)
def test_the_arguments_type_says_what_the_function_gets(
    tmp_path: Path, arguments_type: str, code: str, error: str | None
) -> None:
    async def work(world: HumanloopWorld) -> None:
        run_id = await judged(world, python(code, arguments_type=arguments_type))
        first = (await world.said(run_id))[0]
        assert first is True if error is None else error in first

    in_world(tmp_path, work)


def test_an_endless_loop_costs_its_own_row_only(tmp_path: Path) -> None:
    source = """
def f(log):
    while log["output"] == "no": pass
    return True
"""

    async def work(world: HumanloopWorld) -> None:
        run_id = await judged(world, python(source, arguments_type="target_free"))
        said = await world.said(run_id)
        assert (said[0], said[3]) == (True, True)
        assert "longer than the 2 s" in said[1]
        assert await world.means(run_id) == [1.0]

    in_world(tmp_path, work)


@pytest.mark.parametrize("code", ["", "x = 1", "def f(log: pass"])
def test_code_that_cannot_judge_is_an_error_on_each_result(tmp_path: Path, code: str) -> None:
    async def work(world: HumanloopWorld) -> None:
        run_id = await judged(world, python(code))
        said = await world.said(run_id)
        assert all(isinstance(one, str) for one in said), said
        assert await world.means(run_id) == [None]

    in_world(tmp_path, work)


def test_judging_again_changes_nothing(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        run_id = await judged(world, python(IS_TARGET))
        before = await world.results(run_id)
        await asyncio.gather(*(world.engine.judge.judge_logs(run_id) for _ in range(3)))
        assert await world.results(run_id) == before

    in_world(tmp_path, work)


def test_logs_that_come_while_it_judges_are_judged_too(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        run_id = await world.create(POINTS, [python(IS_TARGET)], hl_generated=False)
        for body in ANSWERS:
            await world.send_logs(run_id, [*ANSWERS[: ANSWERS.index(body)], body])
            world.engine.judge.submit(run_id)
        await world.engine.judge.wait(run_id)
        assert await world.progress(run_id) == 4

    in_world(tmp_path, work)


def test_an_evaluator_that_is_added_later_judges_the_logs_that_are_there(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        run_id = await judged(world, python(IS_TARGET))
        await world.db.write(lambda conn: runs.set_status(conn, run_id, "completed"))
        source = "def f(log): return len(log['output'])"
        await world.add_evaluator(
            run_id, python(source, arguments_type="target_free", return_type="number")
        )
        assert await world.progress(run_id) == 0
        world.engine.judge.submit(run_id)
        await world.engine.judge.wait(run_id)
        second = [judged[1] for judged in await world.results(run_id)]
        assert [one.value for one in second] == [5, 2, None, 5]
        assert await world.means(run_id) == [pytest.approx(2 / 3), 4.0]

    in_world(tmp_path, work)


def test_people_and_clients_judge_for_themselves(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        run_id = await judged(world, external(), external() | {"type": "human"})
        assert await world.results(run_id) == [[]] * 4
        assert await world.progress(run_id) == 0

    in_world(tmp_path, work)


def test_a_cancelled_run_is_not_judged(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        run_id = await world.create(POINTS, [python(IS_TARGET)], hl_generated=False)
        await world.send_logs(run_id, ANSWERS)
        assert await world.engine.cancel(run_id)
        await world.engine.judge.judge_logs(run_id)
        assert await world.results(run_id) == [[]] * 4

    in_world(tmp_path, work)


def test_a_start_judges_what_was_left(tmp_path: Path) -> None:
    async def leave(world: HumanloopWorld) -> str:
        run_id = await world.create(POINTS, [python(IS_TARGET)], hl_generated=False)
        await world.send_logs(run_id, ANSWERS)
        await world.db.write(lambda conn: runs.set_status(conn, run_id, "completed"))
        return run_id

    async def find(world: HumanloopWorld) -> None:
        await world.engine.start()
        while await world.progress(run_id) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0)  # the database calls nobody back

    run_id = in_world(tmp_path, leave)
    in_world(tmp_path, find)


# Judges that ask a model.


def test_a_model_judges_by_the_end_of_its_answer(tmp_path: Path) -> None:
    template = "Is {{ log.output }} the same as {{testcase.target.label}}? It was: {{ log_prompt }}"

    def answer(prompt: str) -> str:
        return f"I compared them.\nVerdict: {'yes' if 'Is ROW 0 the' in prompt else 'no'}"

    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, "judge")
        run_id = await judged(world, llm(template))
        assert (await world.said(run_id))[:2] == [True, False]
        assert "no output to judge" in (await world.said(run_id))[2]
        assert "Is ROW 0 the same as ROW 0? It was: Q: row 0" in model.prompts
        assert len(model.calls) == 3

    with ScriptedModel(answer) as model:
        in_world(tmp_path, work)


def test_a_model_without_a_verdict_is_asked_once_more(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, "judge")
        run_id = await world.create(POINTS[:1], [llm("Good?")], hl_generated=False)
        await world.send_logs(run_id, ANSWERS[:1])
        model.script(Reply.answer("Hard to say."), Reply.answer("Well: False."))
        await world.engine.judge.judge_logs(run_id)
        assert await world.said(run_id) == [False]
        assert len(model.calls) == 2

    with ScriptedModel() as model:
        in_world(tmp_path, work)


def test_a_model_that_never_gives_a_verdict_is_an_error(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, "judge")
        run_id = await judged(world, llm("Good?", return_type="number"))
        first = (await world.said(run_id))[0]
        assert first == (
            "The model did not end its answer with a number, asked 2 times. It said: Hard to say."
        )
        assert await world.means(run_id) == [None]
        assert len(model.calls) == 6

    with ScriptedModel(lambda _: "Hard\nto say.") as model:
        in_world(tmp_path, work)


SCHEMA = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "verdict": {"type": "number", "maximum": 10}},
    "required": ["reason", "verdict"],
}


def judge_by_schema(schema: object, return_type: str = "number") -> dict[str, Any]:
    wanted = {"type": "json_schema", "json_schema": schema}
    asked = config(
        model="judge", endpoint="chat", chat_template=[{"role": "user", "content": "Good?"}]
    )
    return llm("", return_type=return_type) | {"model_config": {**asked, "response_format": wanted}}


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        (['{"reason": "fine", "verdict": 7}'], 7),
        (["7", '{"reason": "fine", "verdict": 0}'], 0),
        (['{"reason": "fine", "verdict": 11}', '{"reason": "fine", "verdict": 10}'], 10),
        (['{"reason": "fine", "verdict": 11}', "Score: 4"], None),
        (['{"verdict": 4}', '{"reason": "x", "verdict": "4"}'], None),
        (["", "[4]"], None),
    ],
)
def test_a_verdict_in_json_fits_its_schema_or_is_an_error(
    tmp_path: Path, answers: list[str], verdict: int | None
) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, "judge")
        judges = [judge_by_schema(SCHEMA)]
        run_id = await world.create(POINTS[:1], judges, hl_generated=False)
        await world.send_logs(run_id, ANSWERS[:1])
        model.script(*(Reply.answer(answer) for answer in answers))
        await world.engine.judge.judge_logs(run_id)
        (result,) = (await world.results(run_id))[0]
        assert result.value == verdict
        if verdict is None:
            assert "did not answer with JSON that fits the schema" in (result.error or "")
            assert await world.means(run_id) == [None], "an error is no zero"
        assert len(model.calls) == len(answers)
        assert model.calls[0].body["response_format"] == {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": SCHEMA},
        }

    with ScriptedModel() as model:
        in_world(tmp_path, work)


def test_the_only_property_of_a_schema_is_the_verdict(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}

    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, "judge")
        run_id = await judged(world, judge_by_schema(schema, "boolean"))
        assert (await world.said(run_id))[0] is False

    with ScriptedModel(lambda _: '{"ok": false}') as model:
        in_world(tmp_path, work)


def test_sources_of_one_tenant_that_take_long_to_look_over_hold_up_none_of_another(
    tmp_path: Path,
) -> None:
    async def work(world: HumanloopWorld) -> None:
        look = world.engine.judge.look_over
        # As many threads as there may be on a small machine.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2))
        endless = "while True: pass\ndef f(log): return True\n"
        slow = [
            asyncio.create_task(look("bad", endless, "target_free", "boolean")) for _ in range(3)
        ]
        await asyncio.sleep(0)
        quick = "def f(log): return True\n"
        assert await look("good", quick, "target_free", "boolean") == []
        assert not any(task.done() for task in slow), "it waited for none of them"
        for task in slow:
            task.cancel()
        await asyncio.wait(slow)

    in_world(tmp_path, work)


@pytest.mark.parametrize(
    ("schema", "warning"),
    [
        ({"properties": {"a": {}, "b": {}}}, 'no property "verdict"'),
        ({"$ref": "http://127.0.0.1:9/x"}, "The schema cannot be used"),
        (SCHEMA, None),
    ],
)
def test_a_schema_that_no_answer_can_be_read_by_is_warned_of(
    tmp_path: Path, schema: object, warning: str | None
) -> None:
    async def work(world: HumanloopWorld) -> None:
        config = judge_by_schema(schema)["model_config"]
        found = await world.engine.judge.look_over_config("t", config)
        assert found == [] if warning is None else warning in found[0]

    in_world(tmp_path, work)


@pytest.mark.parametrize(
    ("evaluator", "error"),
    [
        (llm("{{ log.nothing }}"), 'has no field "nothing"'),
        (llm("{{ testcase.target.score }}"), 'has no field "score"'),
        (llm("Good?") | {"model_config": None}, "has no model_config"),
        (
            llm("Good?") | {"model_config": config(model="gpt-4", prompt_template="Good?")},
            'asks for the model "gpt-4" of the provider "openai"; no registered model',
        ),
    ],
)
def test_what_keeps_a_model_from_judging_is_the_error(
    tmp_path: Path, evaluator: dict[str, Any], error: str
) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, "judge")
        run_id = await judged(world, evaluator)
        assert error in (await world.said(run_id))[0]
        assert model.calls == []

    with ScriptedModel() as model:
        in_world(tmp_path, work)


def test_a_model_that_refuses_is_an_error(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, "judge")
        run_id = await judged(world, llm("Good?"))
        assert "answered 401: no such key" in (await world.said(run_id))[0]
        assert len(model.calls) == 3

    with ScriptedModel(lambda _: Reply.status(401, "no such key")) as model:
        in_world(tmp_path, work)


def test_the_mock_provider_judges_with_the_end_of_the_prompt(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        mock = config(provider="mock", model="any", prompt_template="{{log.output}} is True")
        run_id = await judged(world, llm("") | {"model_config": mock})
        assert (await world.said(run_id))[:2] == [True, True]

    in_world(tmp_path, work)


def test_a_key_of_the_request_judges_every_log_and_ends_with_the_run(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        matches = [{"provider": "openai", "model": "judge"}]
        world.add_model(model.base_url, "judge", matches=matches)
        keys = {"openai": "sk-request"}
        run_id = await world.create(POINTS, [llm("True")], hl_generated=False, keys=keys)
        await world.see_through(run_id)
        for count in (1, 2):
            await world.send_logs(run_id, ANSWERS[:count])
            world.engine.judge.submit(run_id)
            await world.engine.judge.wait(run_id)
        assert [call.headers["authorization"] for call in model.calls] == ["Bearer sk-request"] * 2
        await world.db.write(lambda conn: runs.set_status(conn, run_id, "completed"))
        await world.engine.judge.judge_logs(run_id)
        assert world.engine.keys.of(run_id).held == {}

    with ScriptedModel() as model:
        in_world(tmp_path, work)


LOGS = 12
AT_ONCE = 3
COMPARES = python('oxloop:semantic_similarity {"model": "judge"}', return_type="number")
"""An evaluator that asks a model twice for each log, and is named in code."""


def answered(count: int) -> list[dict[str, Any]]:
    """As many logs, each with an output of its own."""
    return [{"inputs": {"text": f"row {n}"}, "output": f"a b {n}"} for n in range(count)]


def targets(count: int) -> list[dict[str, Any]]:
    return [{"inputs": {"text": f"row {n}"}, "target": {"output": "a c"}} for n in range(count)]


@pytest.mark.parametrize(
    ("evaluator", "endpoint", "calls"),
    [(llm("Is {{log.output}} right?"), "chat", 1), (COMPARES, "embeddings", 2)],
)
def test_a_stop_with_time_lets_judges_end_and_asks_no_more(
    tmp_path: Path, evaluator: dict[str, Any], endpoint: str, calls: int
) -> None:
    async def stopped(world: HumanloopWorld) -> str:
        world.add_model(model.base_url, "judge", endpoint=endpoint, concurrency=AT_ONCE)
        run_id = await world.create(targets(LOGS), [evaluator], hl_generated=False)
        await world.send_logs(run_id, answered(LOGS))
        with model.held():
            world.engine.judge.submit(run_id)
            await asyncio.to_thread(model.wait_for, AT_ONCE)
            stopping = asyncio.create_task(world.engine.stop(PATIENCE_SECONDS))
            await asyncio.sleep(0)  # it has told the judge to end; its calls are still held
        await stopping
        kept = [one.error for log in await world.results(run_id) for one in log]
        assert kept == [None] * (len(model.calls) // calls)
        return run_id

    async def gone_on(world: HumanloopWorld) -> None:
        await world.engine.judge.judge_logs(run_id)
        assert [len(log) for log in await world.results(run_id)] == [1] * LOGS

    with ScriptedModel(lambda _: "abc True") as model:
        run_id = in_world(tmp_path, stopped)
        assert AT_ONCE * calls <= len(model.calls) < LOGS * calls
        in_world(tmp_path, gone_on)
        assert len(model.calls) == LOGS * calls, "no log is judged twice"


def test_what_is_asked_when_judging_has_to_wait_is_kept(tmp_path: Path) -> None:
    told = threading.Event()

    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, "judge", concurrency=2)
        file, whole = world.folder.models_file, world.folder.models_file.read_text()
        run_id = await world.create(targets(LOGS), [llm("{{log.output}}")], hl_generated=False)
        await world.send_logs(run_id, answered(LOGS))
        with model.held():
            world.engine.judge.submit(run_id)
            await asyncio.to_thread(model.wait_for, 2)
            file.write_text("[[models]")
        async with asyncio.timeout(PATIENCE_SECONDS):
            # The one that is answered goes on to the next log, for which it finds no model.
            while await world.progress(run_id) < 1:  # noqa: ASYNC110
                await asyncio.sleep(0)  # the database calls nobody back
        told.set()
        await world.engine.judge.wait(run_id)
        assert await world.progress(run_id) == len(model.calls) == 2
        file.write_text(whole)
        await world.engine.judge.judge_logs(run_id)
        assert await world.progress(run_id) == len(model.calls) == LOGS

    def answer(prompt: str) -> str:
        assert not prompt.endswith(" 0") or told.wait(PATIENCE_SECONDS)
        return "True"

    with ScriptedModel(answer) as model:
        in_world(tmp_path, work)


def test_what_judges_used_is_kept_apart_from_what_answers_used(tmp_path: Path) -> None:
    async def work(world: HumanloopWorld) -> None:
        world.add_model(model.base_url, "judge", price={"prompt": 0.5, "completion": 2.0})
        model.script(Reply.answer("I can not say"))
        run_id = await world.create(targets(2), [llm("{{log.output}}?")], hl_generated=False)
        await world.send_logs(run_id, answered(2))
        await world.engine.judge.judge_logs(run_id)
        # Asked three times, with three words each; the first answer had no verdict.
        spent = await world.db.read(lambda conn: results.spent(conn, run_id))
        assert spent == Spent(9, 8, 9 * 0.5 + 8 * 2.0)
        run = await world.run(run_id)
        assert (run.prompt_tokens, run.cost) == (0, 0)
        model.script(Reply.status(400))
        await world.add_evaluator(run_id, COMPARES)
        world.registry.remove("judge")
        world.add_model(model.base_url, "judge", endpoint="embeddings", price={"prompt": 0.5})
        await world.engine.judge.judge_logs(run_id)
        # The one call that failed cost nothing; the other log was compared by two calls.
        spent = await world.db.read(lambda conn: results.spent(conn, run_id))
        assert spent == Spent(9 + 5, 8, 9 * 0.5 + 8 * 2.0 + 5 * 0.5)

    with ScriptedModel(lambda _: "abc True") as model:
        in_world(tmp_path, work)
