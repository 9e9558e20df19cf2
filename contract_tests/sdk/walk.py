"""A team's program on Humanloop's official SDK, unchanged but for the address.

Run with the SDK's own Python. ``HUMANLOOP_BASE_URL`` and ``HUMANLOOP_API_KEY`` say where to; the
argument is the model that the service knows. It ends with "walked" or with what was not as it is
in Humanloop's documentation. Fields that the SDK's types lack would be dropped, and fields that an
answer lacks are missing attributes, so each value is looked at through the SDK's own types.
"""

# The SDK is in an environment of its own, where no type checker looks.
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false

import asyncio
import os
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

from humanloop import ApiException, Humanloop

CAPITALS = [("France", "Paris"), ("Italy", "Rome"), ("Spain", "Madrid"), ("Japan", "Tokyo")]
EXACT = 'def exact(log, testcase):\n    return log["output"] == testcase["target"]["capital"]\n'
PATIENCE = 60.0


def main(model: str) -> None:
    """Walk all of it, in the order in which a team would."""
    client = Humanloop(
        host=f"{os.environ['HUMANLOOP_BASE_URL']}/v4",
        api_key=os.environ["HUMANLOOP_API_KEY"],
        openai_api_key="sk-nobody-keeps-this",
    )
    walk = Walk(client, model)
    walk.projects()
    walk.configs()
    walk.datasets()
    walk.evaluators()
    walk.refusals()
    walk.external_evaluation()
    walk.added_evaluator()
    walk.adopted_log()
    walk.hosted_evaluation()
    walk.pinned_dataset()
    walk.lists()
    walk.cancelled_evaluation()
    asyncio.run(walk.async_twins())
    walk.farewell()
    print("walked")


class Walk:
    """The objects that were made so far.

    Args:
        client: The SDK's client.
        model: A model that the service knows.
    """

    def __init__(self, client: Any, model: str) -> None:
        self.hl = client
        self.model = model
        self.mark = uuid.uuid4().hex[:8]
        self.project: Any = None
        self.config: Any = None
        self.dataset: Any = None
        self.exact: Any = None
        self.score: Any = None
        self.human: Any = None
        self.judge: Any = None
        self.run_id = ""
        self.hosted_id = ""

    def projects(self) -> None:
        """Make a project, find it, read it."""
        name = f"capitals {self.mark}"
        self.project = self.hl.projects.create(name=name)
        assert self.project.id.startswith("pr_")
        assert self.project.name == name
        page = self.hl.projects.list(
            page=0, size=10, filter=self.mark, sort_by="created_at", order="desc"
        )
        assert [one.id for one in page.records] == [self.project.id]
        assert (page.page, page.size, page.total) == (0, 10, 1)
        assert self.hl.projects.get(id=self.project.id).name == name

    def configs(self) -> None:
        """Register a config twice: it is one config."""
        one, same = (self._register(temperature=0.0) for _ in range(2))
        assert one.config.id == same.config.id
        assert one.config.id.startswith("config_")
        other = self._register(temperature=0.5)
        assert other.config.id != one.config.id
        self.config = self.hl.model_configs.get(id=one.config.id)
        assert self.config.model == self.model
        assert self.config.prompt_template == "Capital of {{country}}"
        assert self.config.temperature == 0.0

    def datasets(self) -> None:
        """Make a dataset and fill it, with several datapoints and with one."""
        made = self.hl.datasets.create(
            project_id=self.project.id, name="Capitals", description="Of countries."
        )
        first = self.hl.datasets.create_datapoint(
            dataset_id=made.id,
            body=[
                {"inputs": {"country": country}, "target": {"capital": capital}}
                for country, capital in CAPITALS[:3]
            ],
        )
        assert [one.inputs["country"] for one in first] == ["France", "Italy", "Spain"]
        before = self.hl.datasets.get(id=made.id)
        country, capital = CAPITALS[3]
        self.hl.datasets.create_datapoint(
            dataset_id=made.id,
            body={"inputs": {"country": country}, "target": {"capital": capital}},
        )
        self.dataset = self.hl.datasets.get(id=made.id)
        assert (before.datapoint_count, self.dataset.datapoint_count) == (3, 4)
        page = self.hl.datasets.list_datapoints(dataset_id=made.id, page=0, size=3)
        assert (len(page.records), page.total) == (3, 4)
        assert self.hl.datapoints.get(id=first[0].id).target["capital"] == "Paris"
        renamed = self.hl.datasets.update(id=made.id, description="Of some countries.")
        assert (renamed.name, renamed.description) == ("Capitals", "Of some countries.")
        assert made.id in [one.id for one in self.hl.datasets.list()]
        every = self.hl.datasets.list_all_for_project(project_id=self.project.id)
        assert [one.id for one in every] == [made.id]

    def evaluators(self) -> None:
        """Make one of each type, change one, list them."""
        self.exact = self._evaluator("exact", "python", "boolean", "target_required", code=EXACT)
        self.score = self._evaluator("score", "external", "number")
        self.human = self._evaluator("liked", "human", "boolean")
        config = {"model": self.model, "prompt_template": "Judge {{log.output}}"}
        self.judge = self._evaluator("judge", "llm", "boolean", model_config=config)
        changed = self.hl.evaluators.update(id=self.score.id, description="From 0 to 1.")
        assert changed.description == "From 0 to 1."
        assert self.hl.evaluators.get(id=self.exact.id).code == EXACT
        known = {one.id for one in self.hl.evaluators.list()}
        assert known >= {self.exact.id, self.score.id, self.human.id, self.judge.id}
        gone = self._evaluator("gone", "external", "number")
        self.hl.evaluators.delete(id=gone.id)
        assert _status(lambda: self.hl.evaluators.get(id=gone.id)) == 404

    def refusals(self) -> None:
        """What is wrong raises the SDK's exception, with its status and a body that says why."""
        assert _status(lambda: self.hl.evaluations.get(id="ev_nothing")) == 404
        assert _status(lambda: self._create(evaluators=["evfn_nothing"])) == 422
        stranger = Humanloop(host=self.hl.projects.api_client.configuration.host, api_key="wrong")
        assert _status(lambda: stranger.projects.list()) == 401

    def external_evaluation(self) -> None:
        """The team makes the logs and some of the judgments itself."""
        made = self._create(evaluators=[self.exact.id, self.score.id, self.human.id])
        self.run_id = made.id
        assert (made.status, made.dataset.id) == ("pending", self.dataset.id)
        assert (made.config.id, made.config.model) == (self.config.id, self.model)
        assert {one.id for one in made.evaluators} == {
            self.exact.id,
            self.score.id,
            self.human.id,
        }
        assert self.hl.evaluations.update_status(id=made.id, status="running").status == "running"
        for page in (1, 2):
            listed = self.hl.evaluations.list_datapoints(id=made.id, page=page, size=2)
            assert (len(listed.records), listed.total) == (2, 4)
            for case in listed.records:
                self._answer(case.datapoint)
        self._until(lambda: self._results(self.exact.id) == 4)
        done = self.hl.evaluations.update_status(id=made.id, status="completed")
        assert done.status == "completed"
        aggregates = self._aggregates(self.run_id)
        assert aggregates[self.exact.id] == 0.75
        assert aggregates[self.score.id] == 0.5
        assert aggregates[self.human.id] == 1.0

    def added_evaluator(self) -> None:
        """An evaluator that is added later judges the logs that are there."""
        self.hl.evaluations.add_evaluators(id=self.run_id, evaluator_ids=[self.judge.id])
        self._until(lambda: self._results(self.judge.id) == 4)
        assert self._aggregates(self.run_id)[self.judge.id] == 1.0

    def adopted_log(self) -> None:
        """A log that was made by itself is judged in an evaluation."""
        run = self._create(evaluators=[self.score.id])
        self.hl.evaluations.update_status(id=run.id, status="running")
        cases = self.hl.evaluations.list_datapoints(id=run.id, page=1, size=1).records
        kept = self.hl.log(
            project_id=self.project.id,
            config_id=self.config.id,
            inputs=cases[0].datapoint.inputs,
            output="Paris",
            source_datapoint_id=cases[0].datapoint.id,
        )
        assert self.hl.logs.get(id=kept.id).output == "Paris"
        self.hl.evaluations.result(
            evaluation_id=run.id, log_id=kept.id, evaluator_id=self.score.id, result=0.25
        )
        assert self._aggregates(run.id)[self.score.id] == 0.25

    def hosted_evaluation(self) -> None:
        """The service makes the logs, and completes by itself."""
        made = self._create(evaluators=[self.exact.id], hl_generated=True)
        self.hosted_id = made.id
        self._until(lambda: self.hl.evaluations.get(id=made.id).status == "completed")
        records = self.hl.evaluations.list_datapoints(id=made.id, page=1, size=10).records
        assert [one.log.output for one in records] == [capital for _, capital in CAPITALS]
        assert all(one.evaluation_results[0].value is True for one in records)
        assert self._aggregates(made.id) == {self.exact.id: 1.0}

    def pinned_dataset(self) -> None:
        """A datapoint that is added is one of later evaluations only."""
        before = self.hl.evaluations.get(id=self.run_id)
        self.hl.datasets.create_datapoint(
            dataset_id=self.dataset.id, body={"inputs": {"country": "Peru"}}
        )
        after = self.hl.evaluations.get(id=self.run_id)
        assert after.dataset_version_id == before.dataset_version_id
        assert after.dataset_snapshot.datapoint_count == 4
        assert self.hl.evaluations.list_datapoints(id=self.run_id, page=1, size=9).total == 4
        later = self._create(evaluators=[self.score.id])
        assert later.dataset_version_id != before.dataset_version_id
        assert self.hl.evaluations.list_datapoints(id=later.id, page=1, size=9).total == 5

    def lists(self) -> None:
        """Find the evaluations again."""
        page = self.hl.evaluations.list(
            project_id=self.project.id,
            id=[self.run_id],
            start_date="2024-01-01",
            end_date="2100-01-01",
            size=50,
            page=0,
        )
        assert [one.id for one in page.records] == [self.run_id]
        every = self.hl.evaluations.list_all_for_project(
            project_id=self.project.id, evaluator_aggregates=True
        )
        assert {self.run_id, self.hosted_id} <= {one.id for one in every}
        logs = self.hl.logs.list(project_id=self.project.id, size=50, page=0)
        assert logs.total >= 8

    def cancelled_evaluation(self) -> None:
        """A cancelled evaluation takes nothing more."""
        run = self._create(evaluators=[self.score.id])
        self.hl.evaluations.update_status(id=run.id, status="cancelled")
        assert self.hl.evaluations.get(id=run.id).status == "cancelled"
        assert (
            _status(lambda: self.hl.evaluations.update_status(id=run.id, status="running")) == 400
        )

    async def async_twins(self) -> None:
        """The SDK's asynchronous methods say the same."""
        found = await self.hl.evaluations.aget(id=self.run_id, evaluator_aggregates=True)
        assert found.id == self.run_id
        page = await self.hl.evaluations.alist_datapoints(id=self.run_id, page=1, size=4)
        assert len(page.records) == 4

    def farewell(self) -> None:
        """What is deleted is gone, and evaluations keep theirs."""
        self.hl.datasets.delete(id=self.dataset.id)
        assert _status(lambda: self.hl.datasets.get(id=self.dataset.id)) == 404
        assert self._aggregates(self.run_id)[self.exact.id] == 0.75

    def _register(self, temperature: float) -> Any:
        return self.hl.model_configs.register(
            model=self.model,
            name="capitals",
            max_tokens=16,
            temperature=temperature,
            project_id=self.project.id,
            prompt_template="Capital of {{country}}",
            endpoint="complete",
        )

    def _evaluator(
        self, name: str, kind: str, returns: str, arguments: str = "target_free", **more: Any
    ) -> Any:
        made = self.hl.evaluators.create(
            name=f"{name} {self.mark}",
            description=f"Tells {name}.",
            arguments_type=arguments,
            return_type=returns,
            type=kind,
            **more,
        )
        assert made.id.startswith("evfn_")
        assert (made.type, made.return_type) == (kind, returns)
        return made

    def _create(self, evaluators: list[str], hl_generated: bool = False) -> Any:
        return self.hl.evaluations.create(
            project_id=self.project.id,
            config_id=self.config.id,
            dataset_id=self.dataset.id,
            evaluator_ids=evaluators,
            hl_generated=hl_generated,
            provider_api_keys={"openai": "sk-nobody-keeps-this"},
            name=f"run {uuid.uuid4().hex}",
        )

    def _answer(self, datapoint: Any) -> None:
        country = datapoint.inputs["country"]
        made = self.hl.evaluations.log(
            evaluation_id=self.run_id,
            datapoint_id=datapoint.id,
            log={
                "project_id": self.project.id,
                "config_id": self.config.id,
                "inputs": datapoint.inputs,
                "output": "Kyoto" if country == "Japan" else datapoint.target["capital"],
                "duration": 0.01,
                "save": True,
            },
        )
        judged = {"evaluation_id": self.run_id, "log_id": made.id}
        score = {"error": "the judge timed out"} if country == "Spain" else {"result": 0.5}
        kept = self.hl.evaluations.result(**judged, evaluator_id=self.score.id, **score)
        assert kept.log_id == made.id
        self.hl.evaluations.result(**judged, evaluator_id=self.human.id, result=True)

    def _results(self, evaluator_id: str) -> int:
        records = self.hl.evaluations.list_datapoints(id=self.run_id, page=1, size=10).records
        results = [one for case in records for one in case.evaluation_results]
        return sum(one.evaluator_id == evaluator_id for one in results)

    def _aggregates(self, run_id: str) -> dict[str, float]:
        found = self.hl.evaluations.get(id=run_id, evaluator_aggregates=True)
        return {one.evaluator_id: one.aggregate_value for one in found.evaluator_aggregates}

    def _until(self, is_there: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_there():
            assert time.monotonic() < deadline, "it never came"
            time.sleep(0.05)


def _status(call: Callable[[], object]) -> int:
    try:
        call()
    except ApiException as error:
        status, body = error.status, error.body
    else:
        raise AssertionError("it was not refused")
    assert isinstance(body, dict), body
    assert body["detail"], "a refusal says why"
    return int(status)


if __name__ == "__main__":
    main(sys.argv[1])
