"""The engine: takes runs from queued to their end, and takes up again what a dead process left.

What is under way is known from the database alone: a run's status, and which of its rows are
pending. So a start after ``kill -9`` is nothing special: every unfinished run is submitted again,
its pending rows are asked, and a run in ``committing`` is finished.
"""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from oxloop_server import stamps
from oxloop_server.engine.files import Files
from oxloop_server.engine.humanloop import HumanloopJobs
from oxloop_server.engine.jobs import UNEXPECTED, Job, RowCall
from oxloop_server.engine.oxen import open_oxen_job
from oxloop_server.engine.threads import in_thread
from oxloop_server.engine.values import release_memory
from oxloop_server.evaluators.judge import Judge, JudgingStops
from oxloop_server.evaluators.process import Processes
from oxloop_server.models.client import Answer, Embedding, ModelClient, ModelError, Prompt
from oxloop_server.models.keys import CannotGoOn, RunKeys
from oxloop_server.models.local import LocalEngine
from oxloop_server.models.model import Model
from oxloop_server.models.registry import BROKEN, BrokenModelsFile, Registry
from oxloop_server.problems import Refused
from oxloop_server.prompts.humanloop import Prompts
from oxloop_server.prompts.jinja import JinjaProcesses
from oxloop_server.storage import runs
from oxloop_server.storage.blobs import Blobs
from oxloop_server.storage.database import Database
from oxloop_server.storage.disk import written
from oxloop_server.storage.recorder import Recorder
from oxloop_server.storage.runs import Api, RowOutcome, Run
from oxloop_server.together import group
from oxloop_server.turns import Turns

log = logging.getLogger(__name__)

KEY_SECONDS = 5.0
"""How often it is looked whether what a run waits for is there: a key, or a sound models.toml."""

# Each holds a file open and some rows in memory; the others wait in `queued`. A run may take for
# ever, so that no tenant has all places.
RUNS_AT_ONCE = 64
RUNS_OF_A_TENANT = 16

RENDERS_AT_ONCE = 2
"""Tenants whose prompts are made from files at once: each has a thread, and there are few."""

ROWS_AT_ONCE = 100_000
"""Rows of a new run that are put in place by one transaction: nothing else is written meanwhile."""

READY_AT_ONCE = 16
"""Rows whose prompts are made at a time: they stay in memory until they are asked, and a batch may
have thousands."""


class Engine:
    """Runs the evaluations of a data folder. There is one in the process that owns the folder.

    Args:
        db: The database.
        blobs: The data files.
        registry: The models.
        client: Calls the models.
        key_seconds: How often to look whether what a run waits for is there.
        in_processes: Whether Python evaluators run in processes of their own, and not in the
            sandbox.

    Attributes:
        files: The data files as tables.
        judge: Judges the logs of Humanloop's runs.
        keys: Keys that came with Humanloop's runs.
    """

    def __init__(
        self,
        db: Database,
        blobs: Blobs,
        registry: Registry,
        *,
        client: ModelClient | None = None,
        key_seconds: float = KEY_SECONDS,
        in_processes: bool = False,
    ) -> None:
        self._db = db
        self._client = client or ModelClient(LocalEngine())
        self._jinja = JinjaProcesses()
        prompts = Prompts(self._jinja)
        self.keys = RunKeys()
        processes = Processes() if in_processes else None
        self.judge = Judge(db, registry, self._client, prompts, self.keys, processes=processes)
        humanloop = HumanloopJobs(db, registry, prompts, self.judge, self.keys)
        self.files = Files(blobs)
        renders = Turns(RENDERS_AT_ONCE)
        self._open_job: Mapping[Api, Callable[[Run], Awaitable[Job]]] = {
            "oxen": lambda run: open_oxen_job(db, self.files, registry, run, renders),
            "humanloop": humanloop.open,
        }
        self._turns = Turns(RUNS_AT_ONCE, RUNS_OF_A_TENANT)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._asking: dict[str, set[int]] = {}
        self._asked: dict[str, str] = {}
        self._submitted_again: set[str] = set()
        self._key_seconds = key_seconds
        self._looking: asyncio.Task[None] | None = None
        self._stopped = False
        self._hurried = asyncio.Event()

    @property
    def client(self) -> ModelClient:
        """What calls the models."""
        return self._client

    async def start(self) -> None:
        """Go on with every run that is not finished."""
        for run_id in await self._db.read(runs.unfinished):
            self.submit(run_id)
        self.judge.start()
        self._looking = asyncio.create_task(self._look_for_keys(), name="look for keys")

    async def stop(self, seconds: float = 0.0) -> None:
        """Stop: claim no more rows and logs, and break off what is not answered in time.

        The rows that are not answered, and the logs that are not judged, are the next start's.

        Args:
            seconds: How long calls under way, and commits, may take to end by themselves.
        """
        self._stopped = True
        if self._looking is not None:
            self._looking.cancel()
        tasks = [*self._tasks.values(), *self.judge.hold()]
        ended = asyncio.gather(*tasks, return_exceptions=True)
        hurried = asyncio.create_task(self._hurried.wait())
        either: list[asyncio.Future[Any]] = [ended, hurried]
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        for task in tasks:
            task.cancel()
        await ended
        await self.judge.stop()
        await self._jinja.stop()
        await self._client.close()

    def hurry(self) -> None:
        """Have a stop wait for nothing any more."""
        self._hurried.set()

    def submit(self, run_id: str) -> None:
        """Take up a run that is in the database.

        One that is under way goes on as it is, and is looked at once more at its end: it may have
        been reopened just when it was completed.
        """
        if self._stopped:
            return
        if run_id in self._tasks:
            self._submitted_again.add(run_id)
            return
        task = asyncio.create_task(self._take(run_id), name=f"run {run_id}")
        self._tasks[run_id] = task
        task.add_done_callback(lambda _: self._leave(run_id))

    def go_on(self, run_id: str) -> None:
        """Take up a run that waited for a key, or for a sound ``models.toml``."""
        self.submit(run_id)
        self.judge.submit(run_id)

    async def cancel(self, run_id: str) -> bool:
        """End a run now. What is answered is kept; calls under way are broken off.

        Returns:
            False if it had ended already.
        """
        cancelled = await self._db.write(lambda conn: runs.set_status(conn, run_id, "cancelled"))
        if cancelled:
            await self.release(run_id)
            await self.judge.drop(run_id)
            self.keys.forget(run_id)
        return cancelled

    async def release(self, run_id: str) -> None:
        """Stop working on a run that was moved to its end; calls under way are broken off."""
        task = self._tasks.get(run_id)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def wait(self, run_id: str) -> None:
        """Return once nothing is under way for a run any more."""
        while (task := self._tasks.get(run_id)) is not None:
            await asyncio.wait([task])

    def asking(self, run_id: str) -> frozenset[int]:
        """The rows of a run whose answers are awaited just now."""
        return frozenset(self._asking.get(run_id, ()))

    def why_waiting(self, run_id: str) -> str | None:
        """What keeps a run waiting just now, as a sentence; None if it goes on, or has ended.

        That is a key that is gone, a broken ``models.toml``, or the endpoint of a model that is
        not there.
        """
        asked = [self._asked[run_id]] if self._asking.get(run_id) else []
        waits = (self._client.why_waiting(name) for name in (*asked, *self.judge.asking(run_id)))
        return self.keys.why_waiting(run_id) or next(filter(None, waits), None)

    def _leave(self, run_id: str) -> None:
        del self._tasks[run_id]
        if run_id in self._submitted_again:
            self._submitted_again.discard(run_id)
            self.submit(run_id)

    async def _take(self, run_id: str) -> None:
        try:
            while not await written(lambda: self._work(run_id), f"run {run_id}", self._is_stopped):
                pass
        except JudgingStops:
            return
        except CannotGoOn as waits:
            self.keys.miss(run_id, "answers", waits)
        except BrokenModelsFile:
            # Its operator will mend it; the run has not ended by that.
            self.keys.miss(run_id, "answers", CannotGoOn(BROKEN))
        except Exception as error:
            await self._fail(run_id, error)
        # Errors that held on to a part of its file are gone by now.
        await in_thread(release_memory)

    async def _work(self, run_id: str) -> None:
        tenant_id = self._db.read_small(lambda conn: runs.tenant_of(conn, run_id))
        if tenant_id is None:
            return
        async with self._turns.turn(tenant_id):
            run = await self._db.read(lambda conn: runs.get(conn, run_id))
            if run is not None and run.unfinished and not self._stopped:
                await self._run(run)

    def _is_stopped(self) -> bool:
        return self._stopped

    async def _run(self, run: Run) -> None:
        job = await self._open_job[run.api](run)
        try:
            if run.status == "queued" and not await self._start(run.id, job.total):
                return
            if run.status != "committing":
                await self._ask_all(run.id, job)
                if self._stopped or not await self._db.write(job.answered):
                    return
            await job.finish()
        finally:
            await job.close()

    async def _start(self, run_id: str, total: int) -> bool:
        """Set a run running, its rows in place; others get to write while there are many."""
        begin = 0
        while total - begin > ROWS_AT_ONCE:
            end = begin + ROWS_AT_ONCE
            if not await self._db.write(partial(runs.prepare, run_id=run_id, begin=begin, end=end)):
                return False
            begin = end
        return await self._db.write(partial(runs.start, run_id=run_id, total=total, begin=begin))

    async def _ask_all(self, run_id: str, job: Job) -> None:
        # A process that died may have had all answers; the model may be gone since.
        pending = await self._db.read(lambda conn: runs.claim(conn, run_id, -1, 1))
        model = job.model if pending else None
        self.keys.found(run_id, "answers")
        if model is None:
            return

        asking = self._asking[run_id] = set[int]()
        self._asked[run_id] = model.name

        async def record(outcomes: Sequence[RowOutcome]) -> None:
            async def keep() -> None:
                await self._db.write(lambda conn: job.keep(conn, outcomes))

            # What was answered was paid for: it waits for a disk that is full.
            while not await written(keep, f"run {run_id}", self._is_stopped):
                pass
            job.kept(outcomes)
            asking.difference_update(outcome.index for outcome in outcomes)

        feed = _Feed(self._db, run_id, job, lambda: self._stopped)
        current = _Current(job, model)
        workers = 0

        async def work(tasks: asyncio.TaskGroup, recorder: Recorder[RowOutcome]) -> None:
            nonlocal workers
            while (call := await feed.next()) is not None:
                asking.add(call.index)
                # The operator may allow more calls at once than there are workers.
                at_once = 1 if stamps.is_seeded() else current.model().concurrency
                if workers < min(at_once, job.total):
                    workers += 1
                    tasks.create_task(work(tasks, recorder))
                await recorder.add(await self._ask(current.model(), call))

        try:
            async with Recorder(record) as recorder, group() as tasks:
                workers += 1
                tasks.create_task(work(tasks, recorder))
        finally:
            del self._asking[run_id], self._asked[run_id]

    async def _ask(self, model: Model, call: RowCall) -> RowOutcome:
        if call.prompt is None:
            return RowOutcome(index=call.index, error=call.error)
        began = stamps.stopwatch()
        try:
            answer = await self._answer(model, call.prompt)
        except Exception as error:
            if not isinstance(error, ModelError):
                log.exception("row %s failed by an unexpected error", call.index)
            message = str(error) if isinstance(error, ModelError) else UNEXPECTED
            seconds = stamps.stopwatch() - began
            return RowOutcome(index=call.index, error=message, duration=seconds)
        return RowOutcome(
            index=call.index,
            output=answer.text,
            duration=stamps.stopwatch() - began,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            cost=model.price.of(answer.prompt_tokens, answer.completion_tokens),
        )

    async def _answer(self, model: Model, prompt: Prompt) -> Answer | Embedding:
        if model.endpoint == "embeddings" and isinstance(prompt, str):
            return await self._client.embed(model, prompt, patient=True)
        return await self._client.complete(model, prompt, patient=True)

    async def _fail(self, run_id: str, error: Exception) -> None:
        if isinstance(error, Refused):
            message = error.message
            log.warning("run %s ended: %s", run_id, message)
        else:
            log.exception("run %s ended by an unexpected error", run_id, exc_info=error)
            # What the error says of itself may name a file of this machine; the log has it.
            reason = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
            message = (
                f"An unexpected error ended this run{reason}. The rows answered so far are kept; "
                "the service's log says more."
            )
        try:
            await self._db.write(lambda conn: _end(conn, run_id, message))
        except Exception:
            log.exception("run %s is left as it is for the next start", run_id)
        else:
            self.keys.forget(run_id)

    async def _look_for_keys(self) -> None:
        while True:
            await asyncio.sleep(self._key_seconds)
            for run_id in self.keys.waiting():
                self.go_on(run_id)


class _Current:
    """The model of a run as it is registered at the moment, or as it last was."""

    def __init__(self, job: Job, model: Model) -> None:
        self._job = job
        self._last = model

    def model(self) -> Model:
        """The model; a file that is just being edited changes nothing."""
        with suppress(Refused, CannotGoOn):
            self._last = self._job.model or self._last
        return self._last


class _Feed:
    """The rows of a run one by one, claimed a batch at a time, and made ready a few at a time."""

    def __init__(self, db: Database, run_id: str, job: Job, is_closed: Callable[[], bool]) -> None:
        self._is_closed = is_closed
        self._db = db
        self._run_id = run_id
        self._job = job
        self._claimed = -1
        self._indices: Sequence[int] = ()
        self._ready: deque[RowCall] = deque()
        self._one_at_a_time = asyncio.Lock()

    async def next(self) -> RowCall | None:
        """The next row to ask; None if there is none left, or none is to be asked any more."""
        async with self._one_at_a_time:
            if self._is_closed():
                return None
            if not self._ready:
                if not self._indices:
                    self._indices = await self._claim()
                if not self._indices:
                    return None
                ready = await self._job.calls(self._indices[:READY_AT_ONCE])
                self._indices = self._indices[READY_AT_ONCE:]
                self._ready.extend(ready)
            return self._ready.popleft()

    async def _claim(self) -> Sequence[int]:
        indices = await self._db.read(
            lambda conn: runs.claim(conn, self._run_id, self._claimed, self._job.batch_size)
        )
        if indices:
            self._claimed = indices[-1]
        return indices


def _end(conn: sqlite3.Connection, run_id: str, message: str) -> None:
    # Humanloop's v4 API has no status for a failure: what cannot go on is cancelled.
    if not runs.set_status(conn, run_id, "errored", error=message):
        runs.set_status(conn, run_id, "cancelled", error=message)
