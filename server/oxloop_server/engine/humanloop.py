"""A Humanloop evaluation as the engine's job: prompts from datapoints, answers into logs.

The service's own evaluators judge the logs as they come in. A run is completed from here only if
nothing in it waits for its client: the service makes the logs, and it runs every evaluator.
"""

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen
from oxloop.rules.errors import RuleError

from oxloop_server.engine.jobs import UNEXPECTED, RowCall
from oxloop_server.evaluators.judge import Judge
from oxloop_server.models.client import Prompt
from oxloop_server.models.configs import model_for
from oxloop_server.models.keys import RunKeys
from oxloop_server.models.model import Model
from oxloop_server.models.registry import Registry
from oxloop_server.prompts.humanloop import Prompts
from oxloop_server.storage import runs
from oxloop_server.storage.database import Database
from oxloop_server.storage.humanloop import datasets, evaluations, judging, logs
from oxloop_server.storage.humanloop.datasets import Datapoint
from oxloop_server.storage.humanloop.evaluations import Evaluation
from oxloop_server.storage.humanloop.logs import NewLog
from oxloop_server.storage.runs import RowOutcome, Run

log = logging.getLogger(__name__)

BATCH = 64


@frozen
class HumanloopJobs:
    """Makes the jobs of Humanloop's runs.

    Args:
        db: The database.
        registry: The models.
        prompts: Fills templates.
        judge: Judges logs.
        keys: Keys that came with runs.
    """

    db: Database
    registry: Registry
    prompts: Prompts
    judge: Judge
    keys: RunKeys

    async def open(self, run: Run) -> "HumanloopJob":
        """Make the job of a run.

        Raises:
            Refused: If there are logs to make and no model for them any more, or ``models.toml`` is
                broken.
            KeyMissing: If the model's key came with the run, and is gone.
        """
        evaluation = await self.db.read(lambda conn: evaluations.get(conn, run.tenant_id, run.id))
        assert evaluation is not None
        model = None
        if evaluation.plan.hl_generated and run.processed < evaluation.plan.datapoint_count:
            model = self.model_of(evaluation)
        return HumanloopJob(self, evaluation, model)

    def model_of(self, evaluation: Evaluation) -> Model:
        """The model that answers in an evaluation, as it is registered now.

        Raises:
            Refused: If there is none any more, or ``models.toml`` is broken.
            KeyMissing: If its key came with the run, and is gone.
        """
        keys = self.keys.of(evaluation.id, evaluation.plan.key_providers)
        return model_for(self.registry, evaluation.config.body, keys, evaluation.plan.model)


class HumanloopJob:
    """The ``Job`` of a Humanloop run.

    Args:
        service: What it works with.
        evaluation: What it is to do.
        model: The model that answers; None if there is nothing to ask.
    """

    def __init__(self, service: HumanloopJobs, evaluation: Evaluation, model: Model | None) -> None:
        self._service = service
        self._evaluation = evaluation
        self._model = model
        self._registered = service.registry.all()
        self._run_id = evaluation.id
        # What was asked for rows whose answers are not kept yet.
        self._asked: dict[int, NewLog] = {}

    @property
    def model(self) -> Model | None:
        """See ``Job.model``."""
        registered = self._service.registry.all()
        if self._model is not None and registered is not self._registered:
            self._model = self._service.model_of(self._evaluation)
            self._registered = registered
        return self._model

    @property
    def total(self) -> int:
        """See ``Job.total``."""
        return self._evaluation.plan.datapoint_count

    @property
    def batch_size(self) -> int:
        """See ``Job.batch_size``."""
        return BATCH

    async def calls(self, indices: Sequence[int]) -> Sequence[RowCall]:
        """See ``Job.calls``. What was answered meanwhile is judged on the side."""
        self._service.judge.submit(self._run_id)
        dataset_id = self._evaluation.plan.dataset_id
        found = await self._service.db.read(
            lambda conn: datasets.datapoints(conn, dataset_id, indices)
        )
        return [await self._call(point) for point in found]

    def keep(self, conn: sqlite3.Connection, outcomes: Sequence[RowOutcome]) -> None:
        """See ``Job.keep``. Each answer becomes a log, in the transaction that settles its row."""
        asked = {outcome.index: self._asked[outcome.index] for outcome in outcomes}
        # A client may have sent a log of its own meanwhile: the first one stays.
        there = logs.of_run(conn, self._run_id, asked)
        new = [outcome for outcome in outcomes if outcome.index not in there]
        runs.record(conn, self._run_id, new)
        logs.add(conn, [self._answered(asked[outcome.index], outcome) for outcome in new])

    def kept(self, outcomes: Sequence[RowOutcome]) -> None:
        """See ``Job.kept``."""
        for outcome in outcomes:
            del self._asked[outcome.index]

    def answered(self, conn: sqlite3.Connection) -> bool:
        """See ``Job.answered``."""
        run = runs.get(conn, self._run_id)
        return run is not None and run.status == "running"

    async def finish(self) -> None:
        """Have all logs judged, and complete the run if that is nobody else's to do."""
        done = False
        while not done:
            await self._service.judge.judge_logs(self._run_id)
            done = await self._service.db.write(self._complete)
        run = await self._service.db.read(lambda conn: runs.get(conn, self._run_id))
        if run is not None and run.status == "completed":
            self._service.judge.forget(self._run_id)
            self._service.keys.forget(self._run_id)

    async def close(self) -> None:
        """See ``Job.close``."""

    def _complete(self, conn: sqlite3.Connection) -> bool:
        """Complete the run; False if there is something to judge again."""
        now = evaluations.get(conn, self._evaluation.run.tenant_id, self._run_id)
        if now is None or now.run.status != "running" or not now.runs_by_itself:
            return True
        if not judging.is_judged(conn, self._run_id):
            return False
        return runs.set_status(conn, self._run_id, "completed")

    async def _call(self, point: Datapoint) -> RowCall:
        body, evaluation = point.body, self._evaluation
        inputs: Mapping[str, object] = body.get("inputs") or {}
        error = prompt = None
        try:
            prompt = await self._service.prompts.make(
                evaluation.run.tenant_id,
                evaluation.config.body,
                inputs,
                body.get("messages") or (),
            )
        except RuleError as failed:
            error = str(failed)
        except Exception:
            log.exception("the prompt of %s in %s cannot be made", point.id, self._run_id)
            error = UNEXPECTED
        self._asked[point.position] = self._log(point, inputs, prompt)
        return RowCall(point.position, prompt, error)

    def _log(self, point: Datapoint, inputs: Mapping[str, object], prompt: Prompt | None) -> NewLog:
        evaluation = self._evaluation
        body: dict[str, Any] = {"inputs": inputs}
        if prompt is not None:
            assert self._model is not None
            asked = {"prompt" if isinstance(prompt, str) else "messages": prompt}
            sent = {"model": self._model.model, **asked, **self._model.params}
            body["provider_request"] = sent
        if not isinstance(prompt, str):
            # Of a prompt that could not be made, what the datapoint brought to it.
            body["messages"] = prompt if prompt is not None else point.body.get("messages")
        return NewLog(
            tenant_id=evaluation.run.tenant_id,
            project_id=evaluation.run.owner_id,
            config_id=evaluation.config.id,
            run_id=evaluation.id,
            datapoint_id=point.id,
            row_index=point.position,
            body=body,
        )

    def _answered(self, asked: NewLog, outcome: RowOutcome) -> NewLog:
        assert self._model is not None
        price = self._model.price
        answered: dict[str, Any] = {
            "output": outcome.output,
            "error": outcome.error,
            "duration": outcome.duration,
            "provider_latency": outcome.duration,
            "prompt_tokens": outcome.prompt_tokens,
            "output_tokens": outcome.completion_tokens,
            "prompt_cost": price.prompt * (outcome.prompt_tokens or 0) or None,
            "output_cost": price.completion * (outcome.completion_tokens or 0) or None,
        }
        if outcome.output is not None and asked.body.get("messages") is not None:
            answered["output_message"] = {"role": "assistant", "content": outcome.output}
        body = {**asked.body, **answered}
        return evolve(asked, body={name: part for name, part in body.items() if part is not None})
