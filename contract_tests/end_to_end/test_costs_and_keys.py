"""What runs cost, and keys that come again after a restart: the client against the service."""

import asyncio
from pathlib import Path

from oxloop import AsyncHumanloop, Humanloop, Oxen
from oxloop.runs import EvaluationRun, Usage
from running_service import Running, until
from scripted_model import ScriptedModel

MODELS = """
[[models]]
name = "scripted"
base_url = "{url}"
price = {{ prompt = 0.5, completion = 2.0 }}
matches = [{{ provider = "openai", model = "*" }}]
"""
KEYS = {"openai": "sk-request"}


def a_run(humanloop: Humanloop) -> EvaluationRun:
    """A run of two datapoints, whose logs a model judges."""
    config = humanloop.configs.register(
        project="words", model="scripted", prompt_template="{{ word }}"
    )
    assert config.project_id is not None
    dataset = humanloop.datasets.create(config.project_id, "words")
    humanloop.datapoints.create(dataset.id, [{"inputs": {"word": word}} for word in ("a", "b")])
    judge = humanloop.evaluators.create(
        "judge",
        type="llm",
        return_type="boolean",
        arguments_type="target_free",
        model_config={"model": "scripted", "prompt_template": "Is {{log.output}} right?"},
    )
    return humanloop.evaluations.create(
        config.project_id,
        config_id=config.id,
        evaluator_ids=[judge.id],
        dataset_id=dataset.id,
        provider_api_keys=KEYS,
    )


async def provided(service: Running, run_id: str) -> str:
    async with AsyncHumanloop(service.key, service.url) as humanloop:
        run = await (await humanloop.evaluations.get(run_id)).provide_keys(KEYS)
        return (await run.wait(timeout=60)).status


def test_a_run_takes_its_keys_again_and_tells_what_it_cost(tmp_path: Path) -> None:
    with ScriptedModel(lambda _: "it is true") as model:
        (tmp_path / "models.toml").write_text(MODELS.format(url=model.base_url))
        first = Running(tmp_path, ["--limit", "stop_seconds=0"])
        with model.held(), Humanloop(first.key, first.url) as humanloop:
            run = a_run(humanloop)
            model.wait_for(1)
            assert first.stop() == 0
        second = Running(tmp_path)
        with Humanloop(second.key, second.url) as humanloop:
            until(lambda: humanloop.evaluations.get(run.id).error is not None)
            waiting = humanloop.evaluations.get(run.id)
            assert 'a key for "openai"' in (waiting.error or "")
            assert asyncio.run(provided(second, run.id)) == "completed"
            done = humanloop.evaluations.get(run.id)
        # Two answers to a word each, and two judgments of five words; each has three words.
        judges = Usage(prompt_tokens=10, completion_tokens=6, total_tokens=16, credits=17.0)
        assert done.usage == Usage(
            prompt_tokens=12, completion_tokens=12, total_tokens=24, credits=30.0, judges=judges
        )
        with Humanloop(second.key, second.url) as humanloop:
            rows = list(humanloop.evaluations.get(run.id).results())
        assert [row.cost for row in rows] == [6.5, 6.5]
        assert second.stop() == 0


def test_each_row_of_a_run_on_oxen_tells_what_it_cost(tmp_path: Path) -> None:
    with ScriptedModel(lambda prompt: f"{prompt} {prompt}") as model:
        (tmp_path / "models.toml").write_text(MODELS.format(url=model.base_url))
        service = Running(tmp_path)
        with Oxen(service.key, service.url) as oxen:
            oxen.repos.create("ox/words")
            oxen.files.upload("ox/words", "main/a.csv", b"text\na\nb c\n")
            run = oxen.evaluations.create(
                "ox/words",
                "main/a.csv",
                model="scripted",
                prompt="{text}",
                target_column="answer",
                auto_commit=True,
            ).wait(timeout=60)
            assert [row.cost for row in run.rows()] == [4.5, 9.0]
            assert [row.cost for row in run.results()] == [4.5, 9.0]
            assert run.usage.credits == 13.5
            assert run.usage.judges is None
        assert service.stop() == 0
