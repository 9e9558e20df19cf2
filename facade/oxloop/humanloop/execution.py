"""Runs the caller's own functions over a run's datapoints: one asynchronous engine.

It reads the datapoints page by page and has a few of them under way at a time, so that memory
does not grow with the run. What is at the server is never made again.
"""

import inspect
import logging
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import anyio
from anyio import CapacityLimiter
from attrs import evolve, frozen

from oxloop._drivers import AsyncDriver
from oxloop._flow import Core
from oxloop._steps import Flow, Sleep
from oxloop._threads import called
from oxloop._waiting import pause_after
from oxloop.errors import BadRequestError, ConfigurationError, EvaluationCancelled
from oxloop.humanloop import posting
from oxloop.humanloop.counting import count
from oxloop.humanloop.details import Evaluator, HumanloopDetails, Log
from oxloop.humanloop.posting import Case, patiently
from oxloop.humanloop.returned import (
    Verdict,
    error_of,
    log_of,
    told_of,
    unanswered,
    verdict_of,
)
from oxloop.humanloop.runs import HumanloopRuns
from oxloop.humanloop.tally import Tally
from oxloop.runs import AnswerFunction, EvaluatorFunction, Progress, RunState

_log = logging.getLogger("oxloop")


@frozen
class OwnEvaluator:
    """An evaluator whose results the caller makes.

    Attributes:
        evaluator: The evaluator, as the run has it.
        function: Judges a log.
    """

    evaluator: Evaluator
    function: EvaluatorFunction


@frozen(kw_only=True)
class HumanloopExecution:
    """What a caller asks to have done with a run.

    Attributes:
        api: What can be done with runs.
        run: The run.
        function: Answers a datapoint.
        evaluators: Judge logs, by an evaluator's id or name.
        concurrency: How many datapoints may be under way at a time.
    """

    api: HumanloopRuns
    run: RunState
    function: AnswerFunction
    evaluators: Mapping[str, EvaluatorFunction]
    concurrency: int

    def check(self) -> None:
        """Refuse what cannot work, before anything is sent.

        Raises:
            ConfigurationError: It cannot work.
        """
        if self.concurrency < 1:
            raise ConfigurationError(f"concurrency={self.concurrency} is not usable; give 1 up.")
        _check_call("The function", self.function, "a datapoint", 1)
        for name, function in self.evaluators.items():
            _check_call(f'The function of the evaluator "{name}"', function, "(log, datapoint)", 2)
        details = self.run.humanloop
        if details is not None and details.hl_generated:
            raise ConfigurationError(
                f"The service makes the logs of evaluation {self.run.id} itself: wait() for them, "
                "or create an evaluation with hl_generated=False for logs of your own."
            )

    async def carry_out(self, driver: AsyncDriver, tell: Callable[[RunState], object]) -> RunState:
        """Do it; returns the run as it is afterwards.

        Args:
            driver: Carries out flows.
            tell: Called with the run each time it has changed.
        """
        run = await driver.run(_started(self.api, self.run, self.evaluators))
        tell(run)
        if run.is_final:
            return run
        work = _Work(self, run, driver, tell)
        with _going_on(work):
            try:
                await work.do()
            except BadRequestError as error:  # a run that was stopped meanwhile takes no more
                now = await driver.run(self.api.refresh(run, self.api.core))
                if now.status != "cancelled":
                    raise
                raise _cancelled(now) from error
            work.report()
            run = await driver.run(_finished(self.api, work.run, self.evaluators))
        tell(run)
        return run


class _Work:
    """The datapoints of one run, on their way."""

    def __init__(
        self,
        wanted: HumanloopExecution,
        run: RunState,
        driver: AsyncDriver,
        tell: Callable[[RunState], object],
    ) -> None:
        self.run = run
        self.done = 0
        self.failed = 0
        self._core: Core = wanted.api.core
        self._driver = driver
        self._tell = tell
        self._function = wanted.function
        self._own = own_evaluators(run, wanted.evaluators)
        self._slots = anyio.Semaphore(wanted.concurrency)
        self._limiter = CapacityLimiter(wanted.concurrency)

    async def do(self) -> None:
        """See to it that each datapoint has its log and its results."""
        problems: list[Exception] = []

        async def guarded(work: Awaitable[None]) -> None:
            try:
                await work
            except Exception as error:
                problems.append(error)
                group.cancel_scope.cancel()

        async def one(case: Case) -> None:
            try:
                await guarded(self._one(case))
            finally:
                self._slots.release()

        async def each() -> None:
            number = 1
            while found := await self._driver.run(posting.page(self._core, self.run.id, number)):
                for datapoint in found:
                    case = Case(self.run.id, number, datapoint)
                    if datapoint.log is not None and not self._missing(case):
                        self._count()
                        continue
                    await self._slots.acquire()
                    group.start_soon(one, case)
                number += 1

        # The tasks' first problem is raised as it is, and not in a group of one.
        async with anyio.create_task_group() as group:
            await guarded(each())
        if problems:
            raise problems[0]

    def report(self) -> None:
        """Say how many functions failed; the errors themselves are at the server."""
        if self.failed:
            _log.warning(
                "Evaluation %s: the function failed for %d of %d datapoints; their logs tell why",
                self.run.id, self.failed, self.done,
            )  # fmt: skip

    async def _one(self, case: Case) -> None:
        log = case.found.log
        missing = self._missing(case)
        if log is None:
            log_id = await self._answered(case)
            if missing:
                log = await self._driver.run(posting.read_log(self._core, log_id))
        for own in missing:
            assert log is not None
            verdict = unanswered(log) or await self._judged(own, log, case)
            await self._driver.run(
                posting.keep_result(self._core, case, log.id, own.evaluator.id, verdict)
            )
        self._count()

    async def _answered(self, case: Case) -> str:
        """Have the function answer a datapoint, and send its log; returns the log's id."""
        datapoint = case.found.datapoint
        now = self._core.time.monotonic
        started = now()
        try:
            returned = await called(self._function, datapoint, limiter=self._limiter)
        except Exception as error:
            self.failed += 1
            fields = {"error": error_of(error)}
            _log.info("Evaluation %s: %s failed", self.run.id, datapoint.id, exc_info=error)
        else:
            fields = log_of(returned, datapoint)
        details = _details(self.run)
        about = {"config_id": details.config_id, "duration": now() - started}
        if details.project_id is not None:
            about["project_id"] = details.project_id
        log = {**about, **told_of(datapoint), **fields}
        return await self._driver.run(posting.keep_log(self._core, case, log))

    async def _judged(self, own: OwnEvaluator, log: Log, case: Case) -> Verdict:
        try:
            said = await called(own.function, log, case.found.datapoint, limiter=self._limiter)
            return verdict_of(said, own.evaluator)
        except Exception as error:
            return Verdict(error=error_of(error))

    def _missing(self, case: Case) -> list[OwnEvaluator]:
        there = posting.judges_of(case.found)
        return [own for own in self._own if own.evaluator.id not in there]

    def _count(self) -> None:
        self.done += 1
        total = self.run.progress.total if self.run.progress else 0
        self.run = evolve(self.run, progress=Progress(self.done, max(total, self.done)))
        self._tell(self.run)


def own_evaluators(
    run: RunState, functions: Mapping[str, EvaluatorFunction]
) -> tuple[OwnEvaluator, ...]:
    """Find the evaluators that functions are given for.

    Raises:
        ConfigurationError: A run has no such evaluator, or takes no results of it.
    """
    found: dict[str, OwnEvaluator] = {}
    for name, function in functions.items():
        evaluator = _named(name, run)
        if evaluator.is_run_by_service:
            raise ConfigurationError(
                f'The service itself judges with "{name}", which is a {evaluator.type} evaluator: '
                "leave it out of evaluators=."
            )
        if evaluator.return_type not in ("boolean", "number", None):
            raise ConfigurationError(
                f'The evaluator "{name}" returns {evaluator.return_type}, and the API takes true, '
                "false or a number as a result: leave it out of evaluators=."
            )
        if evaluator.id in found:
            raise ConfigurationError(f'The evaluator "{name}" is in evaluators= twice.')
        found[evaluator.id] = OwnEvaluator(evaluator, function)
    return tuple(found.values())


def _named(name: str, run: RunState) -> Evaluator:
    """The evaluator with an id or a name."""
    among = _details(run).evaluators
    found = [one for one in among if one.id == name] or [one for one in among if one.name == name]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f'"{one.name}" ({one.id})' for one in among)
    if found:
        raise ConfigurationError(f'Several evaluators are called "{name}"; take the id: {known}.')
    raise ConfigurationError(
        f'Evaluation {run.id} has no evaluator "{name}". It has {known or "none"}; add one with '
        "evaluations.add_evaluators."
    )


def _started(
    api: HumanloopRuns, run: RunState, functions: Mapping[str, EvaluatorFunction]
) -> Flow[RunState]:
    """Have the run take logs; one that has all that it needs stays completed."""
    core = api.core
    run = yield from patiently(core, partial(_refreshed, api, run))
    own = own_evaluators(run, functions)
    if run.status == "cancelled":
        raise _cancelled(run)
    if run.status == "running":
        return run
    if run.status == "completed" and not (yield from _lacks(core, run, own)):
        return run
    return (yield from patiently(core, lambda _: api.move(run, "running")))


def _lacks(core: Core, run: RunState, own: Sequence[OwnEvaluator]) -> Flow[bool]:
    """Find out if a completed run lacks anything but the results of others."""
    mine = {one.evaluator.id for one in own}
    among = _details(run).evaluators
    judges = frozenset(one.id for one in among if one.id in mine or one.is_run_by_service)
    deadline = core.time.monotonic() + core.policy.total
    tally = yield from patiently(
        core, lambda _: count(core, run.id, Tally(judges), to_end=True, deadline=deadline)
    )
    return tally.total is None or sum(tally.done) < tally.total


def _finished(
    api: HumanloopRuns, run: RunState, functions: Mapping[str, EvaluatorFunction]
) -> Flow[RunState]:
    """Complete the run once every evaluator has judged every log."""
    core = api.core
    own = {one.evaluator.id for one in own_evaluators(run, functions)}
    others = [one for one in _details(run).evaluators if one.id not in own]
    outside = [one.name for one in others if not one.is_run_by_service]
    if outside:
        _log.warning(
            'Evaluation %s stays running: it waits for the results of "%s". Send them with '
            "evaluators= or evaluations.result, and then complete it.",
            run.id, '", "'.join(outside),
        )  # fmt: skip
        return (yield from patiently(core, partial(_refreshed, api, run)))
    if others:
        run = yield from _judged(api, run)
    return (yield from patiently(core, lambda _: api.move(run, "completed")))


def _judged(api: HumanloopRuns, run: RunState) -> Flow[RunState]:
    """Wait until every log has been judged by every evaluator."""
    core = api.core
    started = core.time.monotonic()
    done = 0
    while True:
        run = yield from patiently(core, partial(_refreshed, api, run))
        progress = run.progress or Progress(0, 0)
        if run.status == "cancelled":
            raise _cancelled(run)
        if run.is_final or progress.done >= progress.total:
            return run
        if progress.done == done:  # nothing new: give it time
            waited = core.time.monotonic() - started
            yield Sleep(pause_after(waited, core.time.chance()))
        done = progress.done


def _refreshed(api: HumanloopRuns, run: RunState, again: bool) -> Flow[RunState]:  # noqa: ARG001
    return api.refresh(run, api.core)


@contextmanager
def _going_on(work: _Work) -> Generator[None, None, None]:
    """Say how to go on, if the work ends early."""
    try:
        yield
    except EvaluationCancelled:
        raise
    except BaseException as error:
        total = work.run.progress.total if work.run.progress else 0
        note = (
            f"Evaluation {work.run.id} has {work.done} of {total} datapoints done and stays "
            "running at the server. To go on, execute it again: what is done is not done twice."
        )
        if not isinstance(error, Exception):  # Ctrl-C, or the task was cancelled
            _log.warning(note)
        error.add_note(note)
        alone = _alone(error)
        if alone is error:
            raise
        alone.add_note(note)
        raise alone from None


def _alone(error: BaseException) -> BaseException:
    """The one error of a group, as a task group raises it even for one alone."""
    inside: Sequence[BaseException] = getattr(error, "exceptions", ())
    return _alone(inside[0]) if len(inside) == 1 else error


def _cancelled(run: RunState) -> EvaluationCancelled:
    return EvaluationCancelled(
        f"Evaluation {run.id} is cancelled and takes no more logs: create another one", run=run
    )


def _details(run: RunState) -> HumanloopDetails:
    assert run.humanloop is not None
    return run.humanloop


def _check_call(what: str, function: object, arguments: str, count: int) -> None:
    """Refuse what cannot be called as it will be."""
    if not callable(function):
        raise ConfigurationError(
            f"{what} is a {type(function).__name__}; give a function of {arguments}."
        )
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError as error:
        raise ConfigurationError(
            f"{what} is called with {arguments}, which does not fit it: {error}."
        ) from None
    except ValueError:  # a function written in C need not tell what it takes
        return
