"""Humanloop evaluations through the client, against the running service."""

from collections.abc import Iterator

import pytest
from attrs import frozen
from oxloop import AsyncHumanloop, EvaluationFailed, Humanloop, UnprocessableEntityError
from oxloop.humanloop.details import Config, Dataset
from running_service import Running
from scripted_model import Reply, ScriptedModel

SAME = "def same(log, testcase):\n    return log['output'] == testcase['target']['label']\n"
LENGTH = "def length(log):\n    return len(log['output'])\n"
WORDS = ("one", "two", "three")


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel(str.upper) as running:
        yield running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("humanloop")
    entry = f'[[models]]\nname = "scripted"\nbase_url = "{model.base_url}"\n'
    (folder / "models.toml").write_text(entry)
    running = Running(folder)
    try:
        yield running
    finally:
        assert running.stop() == 0
        assert "Traceback" not in running.log()


@pytest.fixture
def humanloop(service: Running) -> Iterator[Humanloop]:
    with Humanloop(service.key, service.url) as client:
        yield client


@frozen
class World:
    config: Config
    dataset: Dataset

    @property
    def project_id(self) -> str:
        assert self.config.project_id is not None
        return self.config.project_id


@pytest.fixture
def world(humanloop: Humanloop, request: pytest.FixtureRequest) -> World:
    """A chat config and a dataset of three words, of which two are labelled in capitals."""
    config = humanloop.configs.register(
        project=request.node.name,
        model="scripted",
        endpoint="chat",
        chat_template=[{"role": "user", "content": "{{ word }}"}],
    )
    assert config.project_id is not None
    dataset = humanloop.datasets.create(config.project_id, "words")
    labels = ("ONE", "TWO", "three")
    points = [
        {"inputs": {"word": word}, "target": {"label": label}}
        for word, label in zip(WORDS, labels, strict=True)
    ]
    humanloop.datapoints.create(dataset.id, points)
    return World(config, dataset)


def evaluator(humanloop: Humanloop, name: str, code: str | None, returns: str) -> str:
    needs = "target_free" if name == "length" else "target_required"
    made = humanloop.evaluators.create(
        name,
        type="external" if code is None else "python",
        return_type=returns,
        arguments_type=needs,
        code=code,
    )
    return made.id


def test_the_service_makes_the_logs_and_judges_them(humanloop: Humanloop, world: World) -> None:
    ids = [
        evaluator(humanloop, "same", SAME, "boolean"),
        evaluator(humanloop, "length", LENGTH, "number"),
    ]
    run = humanloop.evaluations.create(
        world.project_id, config_id=world.config.id, evaluator_ids=ids, dataset_id=world.dataset.id
    ).wait(timeout=60)
    assert run.status == "completed"
    assert {a.evaluator_id: a.value for a in run.aggregates or ()} == {
        ids[0]: pytest.approx(2 / 3),
        ids[1]: pytest.approx(11 / 3),
    }
    rows = list(run.results())
    assert [row["output"] for row in rows] == ["ONE", "TWO", "THREE"]
    assert [row["same"] for row in rows] == [True, True, False]
    assert [row["length"] for row in rows] == [3, 3, 5]


def test_the_client_makes_the_logs_and_one_judgment(humanloop: Humanloop, world: World) -> None:
    same = evaluator(humanloop, "same", SAME, "boolean")
    rating = evaluator(humanloop, "rating", None, "number")
    run = humanloop.evaluations.create(
        world.project_id,
        config_id=world.config.id,
        evaluator_ids=[same, rating],
        dataset_id=world.dataset.id,
        hl_generated=False,
    )
    assert run.status == "queued"
    humanloop.evaluations.update_status(run.id, "running")
    for number, point in enumerate(humanloop.evaluations.datapoints(run.id), start=1):
        assert point.log is None
        word = (point.datapoint.inputs or {})["word"]
        log = humanloop.evaluations.log(run.id, point.datapoint.id, output=word)
        humanloop.evaluations.result(run.id, log.id, rating, result=number)
    run = humanloop.evaluations.update_status(run.id, "completed")
    run = run.wait(timeout=60)
    rows = list(run.results())
    assert [row["rating"] for row in rows] == [1, 2, 3]
    assert [a.value for a in run.aggregates or () if a.evaluator_id == rating] == [2.0]


def test_a_log_for_another_datapoint_is_refused_with_its_field(
    humanloop: Humanloop, world: World
) -> None:
    run = humanloop.evaluations.create(
        world.project_id,
        config_id=world.config.id,
        evaluator_ids=[evaluator(humanloop, "same", SAME, "boolean")],
        dataset_id=world.dataset.id,
        hl_generated=False,
    )
    humanloop.evaluations.update_status(run.id, "running")
    with pytest.raises(UnprocessableEntityError) as caught:
        humanloop.evaluations.log(run.id, "evtc_none", output="x")
    assert "datapoint_id" in caught.value.errors[0].field


def test_a_run_of_which_every_log_failed_is_an_error(
    humanloop: Humanloop, world: World, model: ScriptedModel
) -> None:
    same = evaluator(humanloop, "same", SAME, "boolean")
    model.script(*[Reply.status(400, "no such model")] * len(WORDS))
    run = humanloop.evaluations.create(
        world.project_id,
        config_id=world.config.id,
        evaluator_ids=[same],
        dataset_id=world.dataset.id,
    )
    with pytest.raises(EvaluationFailed, match="no such model"):
        run.wait(timeout=60)


@pytest.mark.anyio
async def test_the_same_awaited(service: Running, humanloop: Humanloop, world: World) -> None:
    same = evaluator(humanloop, "same", SAME, "boolean")
    async with AsyncHumanloop(service.key, service.url) as client:
        run = await client.evaluations.create(
            world.project_id,
            config_id=world.config.id,
            evaluator_ids=[same],
            dataset_id=world.dataset.id,
        )
        run = await run.wait(timeout=60)
        rows = [row async for row in run.results()]
    assert [row["same"] for row in rows] == [True, True, False]


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)
