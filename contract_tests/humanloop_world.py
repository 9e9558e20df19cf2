"""A data folder with a Humanloop project and an engine, for tests that really run evaluations."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from engine_world import PATIENCE_SECONDS, no_pause
from oxloop.rules.folder import DataFolder
from oxloop_server import stamps
from oxloop_server.engine import Engine
from oxloop_server.models.client import ModelClient
from oxloop_server.models.local import LocalEngine
from oxloop_server.models.registry import Registry
from oxloop_server.storage import runs, tenants
from oxloop_server.storage.blobs import Blobs
from oxloop_server.storage.database import Database
from oxloop_server.storage.humanloop import (
    configs,
    datasets,
    evaluations,
    evaluators,
    judging,
    logs,
    projects,
    results,
)
from oxloop_server.storage.humanloop.evaluations import Plan
from oxloop_server.storage.humanloop.evaluators import Evaluator
from oxloop_server.storage.humanloop.logs import Log, NewLog
from oxloop_server.storage.humanloop.results import Result
from oxloop_server.storage.runs import NewRun, Run

T = TypeVar("T")


def config(**given: Any) -> dict[str, Any]:
    """A config of the model ``m``, with the defaults that the API gives every config."""
    return {
        "type": "model",
        "provider": "openai",
        "model": "m",
        "endpoint": "complete",
        "max_tokens": -1,
        "temperature": 1,
        "top_p": 1,
        "presence_penalty": 0,
        "frequency_penalty": 0,
        "other": {},
        **given,
    }


CONFIG = config(prompt_template="Q: {{text}}")
"""A config that needs no more than an input ``text``."""

IS_TARGET = "def check(log, testcase):\n    return log['output'] == testcase['target']['label']\n"
"""An evaluator that compares the output with the target's label."""


def python(code: str | None, **changes: Any) -> dict[str, Any]:
    """A Python evaluator that gets log and testcase and returns a boolean."""
    return {
        "type": "python",
        "name": "check",
        "description": "",
        "arguments_type": "target_required",
        "return_type": "boolean",
        "code": code,
        "model_config": None,
        **changes,
    }


def llm(template: str, **changes: Any) -> dict[str, Any]:
    """An evaluator that asks the model ``judge``."""
    asked = config(model="judge", prompt_template=template)
    return python(None, type="llm", model_config=asked, **changes)


def external() -> dict[str, Any]:
    """An evaluator whose results a client sends."""
    return python(None, type="external")


class HumanloopWorld:
    """A data folder in use; ``HumanloopWorld.open`` finds what an earlier one left in it.

    Args:
        folder: Where it is.
        db: Its database.
        tenant_id: Whose it is.
        project_id: The project.
    """

    def __init__(self, folder: Path, db: Database, tenant_id: str, project_id: str) -> None:
        self.folder = DataFolder(folder)
        self.db = db
        self.tenant_id = tenant_id
        self.project_id = project_id
        self.registry = Registry(self.folder)
        self.engine = Engine(
            db,
            Blobs(self.folder.files_dir),
            self.registry,
            client=ModelClient(LocalEngine(), sleep=no_pause),
            key_seconds=0.01,
        )

    @classmethod
    async def open(cls, folder: Path) -> "HumanloopWorld":
        """Use the folder, made with its project if it is new."""
        db = Database(DataFolder(folder).database_file)
        return cls(folder, db, *await db.write(lambda conn: _home(conn, "default")))

    async def become(self, tenant: str) -> None:
        """Make all that comes another tenant's."""
        home = await self.db.write(lambda conn: _home(conn, tenant))
        self.tenant_id, self.project_id = home

    async def close(self) -> None:
        """Stop the engine and close the database."""
        await self.engine.stop()
        self.db.close()

    def add_model(self, base_url: str, name: str = "m", **settings: Any) -> None:
        """Register a model."""
        self.registry.add({"name": name, "base_url": base_url, **settings})

    async def evaluator(self, body: Mapping[str, Any]) -> Evaluator:
        """Make an evaluator."""
        return await self.db.write(lambda c: evaluators.create(c, self.tenant_id, body, ()))

    async def create(
        self,
        points: Sequence[Mapping[str, Any]],
        judges: Sequence[Mapping[str, Any]] = (),
        asked: Mapping[str, Any] = CONFIG,
        *,
        hl_generated: bool = True,
        started: bool = True,
        keys: Mapping[str, str] | None = None,
    ) -> str:
        """Make an evaluation with all that it needs, without submitting it; answers its id."""
        pinned = [await self.evaluator(body) for body in judges]

        def work(conn: sqlite3.Connection) -> str:
            used = configs.ensure(conn, self.tenant_id, asked)
            empty = datasets.create(conn, self.tenant_id, self.project_id, "points", None)
            datasets.add(conn, empty, points)
            dataset = datasets.get(conn, self.tenant_id, empty.id)
            assert dataset is not None
            plan = Plan(
                config_id=used.id,
                dataset_id=dataset.id,
                dataset_version_id=dataset.version_id,
                datapoint_count=dataset.datapoint_count,
                hl_generated=hl_generated,
                name=None,
                model="m",
                key_providers=sorted(keys or {}),
            )
            new = NewRun(
                stamps.new_id("ev_"),
                "humanloop",
                self.tenant_id,
                self.project_id,
                plan.model,
                {},
                plan.to_json(),
                "pending",
            )
            made = evaluations.create(conn, new, used, pinned, dataset)
            assert made is not None
            if started:
                assert evaluations.start(conn, made)
            return made.id

        run_id = await self.db.write(work)
        self.engine.keys.keep(run_id, keys or {})
        return run_id

    async def evaluate(
        self,
        points: Sequence[Mapping[str, Any]],
        judges: Sequence[Mapping[str, Any]] = (),
        asked: Mapping[str, Any] = CONFIG,
    ) -> Run:
        """Make an evaluation and see it through."""
        run_id = await self.create(points, judges, asked)
        return await self.see_through(run_id)

    async def see_through(self, run_id: str) -> Run:
        """Wait until the engine has nothing more to do with a run."""
        self.engine.submit(run_id)
        await self.engine.wait(run_id)
        return await self.run(run_id)

    async def send_logs(self, run_id: str, bodies: Sequence[Mapping[str, Any]]) -> list[str]:
        """Keep logs of a run as its client sends them, for its first datapoints."""

        def work(conn: sqlite3.Connection) -> list[str]:
            evaluation = evaluations.get(conn, self.tenant_id, run_id)
            assert evaluation is not None
            cases = evaluations.cases(conn, evaluation, 0, len(bodies))
            added = [
                evaluations.add_log(
                    conn,
                    NewLog(
                        tenant_id=self.tenant_id,
                        project_id=self.project_id,
                        config_id=evaluation.config.id,
                        run_id=run_id,
                        datapoint_id=case.datapoint.id,
                        row_index=case.datapoint.position,
                        body=body,
                    ),
                )
                for case, body in zip(cases, bodies, strict=True)
            ]
            return [log_id for log_id in added if log_id is not None]

        return await self.db.write(work)

    async def add_evaluator(self, run_id: str, body: Mapping[str, Any]) -> None:
        """Give a run one more evaluator."""
        made = await self.evaluator(body)
        await self.db.write(lambda conn: evaluators.pin(conn, run_id, [made]))

    async def run(self, run_id: str) -> Run:
        """A run as it stands."""
        found = await self.db.read(lambda conn: runs.get(conn, run_id))
        assert found is not None
        return found

    async def logs(self, run_id: str) -> list[Log]:
        """A run's logs, in the order of its datapoints."""
        total = (await self.run(run_id)).total
        found = await self.db.read(lambda conn: logs.of_run(conn, run_id, range(total)))
        return [found[index] for index in sorted(found)]

    async def results(self, run_id: str) -> list[list[Result]]:
        """The results of each of a run's logs."""
        made = await self.logs(run_id)
        found = await self.db.read(lambda conn: results.of_logs(conn, [log.id for log in made]))
        return [found[log.id] for log in made]

    async def said(self, run_id: str) -> list[Any]:
        """What a run's first evaluator said of each log: a value, or the error's text."""
        first = [judged[0] for judged in await self.results(run_id)]
        return [one.value if one.error is None else one.error for one in first]

    async def means(self, run_id: str) -> list[float | None]:
        """The aggregates of a run's evaluators."""
        found = await self.db.read(lambda conn: results.aggregates(conn, [run_id]))
        return [one.value for one in found[run_id]]

    async def progress(self, run_id: str) -> int:
        """How many of a run's datapoints are all done."""
        return await self.db.read(lambda conn: judging.progress(conn, run_id))


def _home(conn: sqlite3.Connection, tenant: str) -> tuple[str, str]:
    tenant_id = tenants.ensure_tenant(conn, tenant).id
    return tenant_id, projects.ensure(conn, tenant_id, "support").id


def in_world(folder: Path, test: Callable[[HumanloopWorld], Coroutine[Any, Any, T]]) -> T:
    """Run a test with a folder that is in use, and leave nothing running."""

    async def work() -> T:
        async with asyncio.timeout(PATIENCE_SECONDS):
            world = await HumanloopWorld.open(folder)
            try:
                return await test(world)
            finally:
                await world.close()

    return asyncio.run(work())
