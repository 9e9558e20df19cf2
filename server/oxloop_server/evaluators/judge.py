"""Judges the logs of Humanloop's runs with the evaluators that the service runs itself.

What is still to be judged is known from the database alone: logs without a result. So judging may
be asked for at any time and any number of times, and a start after ``kill -9`` is nothing special.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, cast

from attrs import field, frozen

from oxloop_server import stamps
from oxloop_server.evaluators import python, ready_made
from oxloop_server.evaluators.arguments import Arguments, arguments_of
from oxloop_server.evaluators.likeness import Likenesses
from oxloop_server.evaluators.llm import LlmEvaluators
from oxloop_server.evaluators.measures import CannotMeasure
from oxloop_server.evaluators.measuring import ReadyMadeEvaluators, asks_model
from oxloop_server.evaluators.process import Processes
from oxloop_server.evaluators.ready_made import Ready
from oxloop_server.evaluators.sandbox import Program, Sandbox, SandboxClosed
from oxloop_server.evaluators.schemas import Schemas
from oxloop_server.evaluators.verdicts import ArgumentsType, ReturnType, Verdict
from oxloop_server.models.client import ModelClient
from oxloop_server.models.keys import CannotGoOn, Keys, RunKeys
from oxloop_server.models.model import Model
from oxloop_server.models.registry import Registry
from oxloop_server.problems import Refused
from oxloop_server.prompts.humanloop import Prompts
from oxloop_server.storage import runs
from oxloop_server.storage.database import Database
from oxloop_server.storage.disk import written
from oxloop_server.storage.humanloop import judging, results
from oxloop_server.storage.humanloop.evaluators import Evaluator
from oxloop_server.storage.humanloop.judging import Unjudged
from oxloop_server.storage.humanloop.results import NewResult
from oxloop_server.storage.recorder import Recorder
from oxloop_server.storage.runs import Run
from oxloop_server.together import to_the_end, together
from oxloop_server.turns import Turns

log = logging.getLogger(__name__)

PAGE = 200
"""Logs that are read at a time: two of the sandbox's batches."""


LOOKS = 2
"""Sources that are looked over at once, each another tenant's: each has a thread for seconds."""

T = TypeVar("T")
_Ask: TypeAlias = Callable[[Arguments], Awaitable[Verdict]]


class JudgingStops(Exception):
    """The service stops; what is not judged is the next start's."""


@frozen
class _State:
    """What is known of a run's judging while the service lives.

    Args:
        one_at_a_time: Held by who judges.
        judged: For each evaluator, the place up to which it has judged every log.
    """

    one_at_a_time: asyncio.Lock = field(factory=asyncio.Lock)
    judged: dict[str, int] = field(factory=dict[str, int])


class Judge:
    """Judges logs. There is one in the process that owns the data folder.

    Args:
        db: The database.
        registry: The models.
        client: Calls them.
        prompts: Fills templates.
        keys: Keys that came with runs.
        sandbox: Runs Python evaluators.
        processes: Runs them instead, where the operator has chosen that.
    """

    def __init__(
        self,
        db: Database,
        registry: Registry,
        client: ModelClient,
        prompts: Prompts,
        keys: RunKeys,
        *,
        sandbox: Sandbox | None = None,
        processes: Processes | None = None,
    ) -> None:
        self._db = db
        self._schemas = Schemas()
        self._llm = LlmEvaluators(registry, client, prompts, self._schemas)
        self._keys = keys
        self._sandbox = sandbox or Sandbox()
        self._looks = Turns(LOOKS)
        self._processes = processes
        self._likenesses = Likenesses()
        self._ready_made = ReadyMadeEvaluators(
            self._sandbox, registry, client, self._schemas, self._likenesses
        )
        self._states: dict[str, _State] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._asked_again: set[str] = set()
        self._asked: dict[str, list[str]] = {}
        self._catching_up: asyncio.Task[None] | None = None
        self._stopped = False

    def start(self) -> None:
        """Judge, in the background, what the process before this one left unjudged."""
        self._catching_up = asyncio.create_task(self._catch_up(), name="judge what was left")

    def hold(self) -> "list[asyncio.Task[None]]":
        """Take up nothing more; answer what is under way, which ends with what was asked."""
        self._stopped = True
        catching_up = [] if self._catching_up is None else [self._catching_up]
        return [*self._tasks.values(), *catching_up]

    async def stop(self) -> None:
        """Stop at once; what is not judged is the next start's."""
        tasks = self.hold()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._sandbox.close()
        await self._schemas.stop()
        await self._likenesses.stop()

    def submit(self, run_id: str) -> None:
        """Judge a run's logs in the background, those too that come meanwhile."""
        if self._stopped:
            return
        if self._is_under_way(run_id):
            self._asked_again.add(run_id)
        else:
            self._tasks[run_id] = asyncio.create_task(self._work(run_id), name=f"judge {run_id}")

    async def drop(self, run_id: str) -> None:
        """Stop judging a run, which was cancelled."""
        task = self._tasks.get(run_id)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        self.forget(run_id)

    def forget(self, run_id: str) -> None:
        """Let go of what is known of a run that has come to its end."""
        if not self._is_under_way(run_id):
            self._states.pop(run_id, None)

    async def look_over(
        self,
        tenant_id: str,
        source: str,
        arguments_type: ArgumentsType,
        return_type: ReturnType,
    ) -> list[str]:
        """Look a source over when it is uploaded, as it will be run here.

        Args:
            tenant_id: Whose it is.
            source: The evaluator's code.
            arguments_type: What its function is called with.
            return_type: What it promises to return.

        Returns:
            Warnings.

        Raises:
            Refused: If it has a syntax error, or is longer than any evaluator.
        """
        if self._processes is None:
            return await self._look(tenant_id, python.inspect, source, arguments_type, return_type)
        given = source, arguments_type, return_type
        return await python.try_out(tenant_id, self._processes, *given)

    async def look_over_named(
        self, tenant_id: str, code: str, arguments_type: ArgumentsType, return_type: ReturnType
    ) -> None:
        """Look the code of a ready-made evaluator over when it is uploaded.

        Args:
            tenant_id: Whose it is.
            code: What names it.
            arguments_type: What it is said to look at.
            return_type: What it is said to return.

        Raises:
            Refused: If it cannot be as the request says.
        """
        ready = await self._look(tenant_id, ready_made.check, code, arguments_type, return_type)
        if ready.name == "json_schema":
            try:
                await self._schemas.check(tenant_id, ready.options["schema"])
            except CannotMeasure as error:
                raise Refused("invalid_params", str(error), "code") from None

    async def look_over_config(self, tenant_id: str, config: Mapping[str, Any]) -> list[str]:
        """Look the model config of an evaluator over when it is uploaded; answer warnings."""
        return await self._llm.warnings(tenant_id, config)

    async def wait(self, run_id: str) -> None:
        """Return once nothing is judged in the background for a run any more."""
        if (task := self._tasks.get(run_id)) is not None:
            await asyncio.wait([task])

    def asking(self, run_id: str) -> Sequence[str]:
        """The names of the models that are asked just now to judge a run's logs."""
        return tuple(self._asked.get(run_id, ()))

    async def judge_logs(self, run_id: str) -> None:
        """Judge every log of a run that lacks a result of an evaluator that the service runs.

        Nothing is judged twice, and nothing of a run that was cancelled.

        Raises:
            JudgingStops: If the service stops meanwhile.
            CannotGoOn: If a model's key came with the run, and is gone, or ``models.toml`` is
                broken; what asks no model is judged.
        """
        state = self._states.setdefault(run_id, _State())
        async with state.one_at_a_time:
            run = await self._db.read(lambda conn: runs.get(conn, run_id))
            if run is None or run.status == "cancelled":
                return
            judges = await self._db.read(lambda conn: judging.judges(conn, run_id))
            waits: list[CannotGoOn] = []
            await together(self._judge_with(run, one, state, waits) for one in judges)
            if self._stopped:
                raise JudgingStops
        for missing in waits:
            self._keys.miss(run_id, "judgments", missing)
            raise missing
        self._keys.found(run_id, "judgments")
        if run.status == "completed":
            self._keys.forget(run_id)

    async def _look(
        self,
        tenant_id: str,
        look: Callable[[str, ArgumentsType, ReturnType], T],
        code: str,
        arguments_type: ArgumentsType,
        return_type: ReturnType,
    ) -> T:
        async with self._looks.turn(tenant_id):
            looking = asyncio.to_thread(look, code, arguments_type, return_type)
            return await to_the_end(asyncio.ensure_future(looking))

    def _is_under_way(self, run_id: str) -> bool:
        task = self._tasks.get(run_id)
        return task is not None and not task.done()

    async def _catch_up(self) -> None:
        try:
            for run_id in await self._db.read(judging.behind):
                self.submit(run_id)
        except Exception:
            log.exception("what was left unjudged could not be looked up")

    async def _work(self, run_id: str) -> None:
        try:
            await self.judge_logs(run_id)
            while run_id in self._asked_again:
                self._asked_again.discard(run_id)
                await self.judge_logs(run_id)
        except (JudgingStops, SandboxClosed, CannotGoOn):
            return
        except Exception:
            log.exception("the logs of %s are left unjudged until it is judged again", run_id)
        finally:
            self._asked_again.discard(run_id)
            del self._tasks[run_id]

    async def _judge_with(
        self, run: Run, evaluator: Evaluator, state: _State, waits: list[CannotGoOn]
    ) -> None:
        after = state.judged.get(evaluator.id, 0)
        while found := await self._unjudged(run, evaluator, after):
            try:
                await self._judge_page(run, evaluator, found)
            except CannotGoOn as missing:
                waits.append(missing)
                return
            if self._stopped:
                return
            after = state.judged[evaluator.id] = found[-1].place
            if await self._is_cancelled(run.id):
                return

    async def _judge_page(self, run: Run, evaluator: Evaluator, found: Sequence[Unjudged]) -> None:
        if evaluator.type == "llm":
            await self._ask_for_each(
                run,
                evaluator,
                found,
                lambda one: self._llm.judge(run.tenant_id, evaluator.body, one, self._held(run)),
                self._llm.model(evaluator.body, self._held(run)),
            )
        elif (ready := _named(evaluator)) is not None and asks_model(ready):
            await self._ask_for_each(
                run,
                evaluator,
                found,
                lambda one: self._ready_made.compare(ready, one),
                self._ready_made.model(ready),
            )
        else:
            await self._run_python(run, evaluator, found)

    async def _unjudged(self, run: Run, evaluator: Evaluator, after: int) -> Sequence[Unjudged]:
        return await self._db.read(
            lambda conn: judging.unjudged(conn, run, evaluator.id, after, PAGE)
        )

    async def _run_python(self, run: Run, evaluator: Evaluator, found: Sequence[Unjudged]) -> None:
        made = [arguments_of(one) for one in found]
        answered = [one for one in made if one.unanswered is None]
        said = iter(await self._verdicts(run.tenant_id, evaluator, answered))
        verdicts = [next(said) if one.unanswered is None else _unanswered(one) for one in made]
        await self._record(
            [
                _result(run, evaluator, one, verdict)
                for one, verdict in zip(found, verdicts, strict=True)
            ]
        )

    async def _verdicts(
        self, tenant_id: str, evaluator: Evaluator, made: Sequence[Arguments]
    ) -> Sequence[Verdict]:
        code = cast(str, evaluator.body["code"])
        try:
            if ready_made.is_named(code):
                return await self._ready_made.judge(tenant_id, ready_made.read(code), made)
            return await self._in_sandbox(tenant_id, evaluator, code, made)
        except Refused as refused:
            return [Verdict(error=refused.message)] * len(made)

    async def _in_sandbox(
        self, tenant_id: str, evaluator: Evaluator, source: str, made: Sequence[Arguments]
    ) -> Sequence[Verdict]:
        body = evaluator.body
        entry = await asyncio.to_thread(python.entry_of, source)
        if entry is None:
            return [Verdict(error=python.NO_ENTRY)] * len(made)
        program = Program(source, entry, cast(ReturnType, body["return_type"]))
        wanted = cast(ArgumentsType, body["arguments_type"])
        runner = self._sandbox if self._processes is None else self._processes
        return await runner.judge(tenant_id, program, [python.row(one, wanted) for one in made])

    async def _ask_for_each(
        self,
        run: Run,
        evaluator: Evaluator,
        found: Sequence[Unjudged],
        ask: _Ask,
        model: Model | None,
    ) -> None:
        """Judge logs by asking models, which costs money: what is said is recorded at once.

        Raises:
            CannotGoOn: If ``ask`` does, and whatever was asked before is recorded.
        """
        waiting = iter(found)
        missing: list[CannotGoOn] = []

        async def work(recorder: Recorder[NewResult]) -> None:
            for one in waiting:
                if self._stopped or missing:
                    return
                arguments = arguments_of(one)
                try:
                    answered = arguments.unanswered is None
                    verdict = await ask(arguments) if answered else _unanswered(arguments)
                except CannotGoOn as error:
                    # Raised here it would break off the calls of others, which are paid for.
                    missing.append(error)
                    return
                await recorder.add(_result(run, evaluator, one, verdict))

        at_once = 1 if model is None else model.concurrency
        asked = self._asked.setdefault(run.id, [])
        asked += [] if model is None else [model.name]
        try:
            async with Recorder(self._record) as recorder:
                await together(work(recorder) for _ in range(min(at_once, len(found))))
        finally:
            if model is not None:
                asked.remove(model.name)
            if not asked:
                self._asked.pop(run.id, None)
        if missing:
            raise missing[0]

    def _held(self, run: Run) -> Keys:
        return self._keys.of(run.id, run.plan.get("key_providers", ()))

    async def _record(self, said: Sequence[NewResult]) -> None:
        async def record() -> None:
            await self._db.write(lambda conn: results.record(conn, said))

        while not await written(record, "judging", lambda: self._stopped):
            pass

    async def _is_cancelled(self, run_id: str) -> bool:
        run = await self._db.read(lambda conn: runs.get(conn, run_id))
        return run is None or run.status == "cancelled"


def _named(evaluator: Evaluator) -> Ready | None:
    """The ready-made evaluator that a Python evaluator's code names, if it is as it should be."""
    code = cast(str, evaluator.body["code"])
    try:
        return ready_made.read(code) if ready_made.is_named(code) else None
    except Refused:
        return None


def _unanswered(arguments: Arguments) -> Verdict:
    # An output that is not there would be judged wrong, which it is not: it is missing.
    return Verdict(error=f"There is no output to judge: {arguments.unanswered}")


def _result(run: Run, evaluator: Evaluator, one: Unjudged, verdict: Verdict) -> NewResult:
    return NewResult(
        run_id=run.id,
        log_id=one.log.id,
        evaluator_id=evaluator.id,
        version_id=evaluator.version_id,
        value=verdict.value,
        error=verdict.error,
        created_at=stamps.after(one.log.created_at),
        spent=verdict.spent,
    )
