"""Runs the source of Python evaluators in worker processes that can reach nothing.

The workers are pydantic-monty's: a Python interpreter with no files, environment, network or
modules beyond a few, and hard limits. They are a pool of child processes, started at first use;
one that hits a limit or crashes is dropped, and the service never notices.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from attrs import frozen

from oxloop_server.evaluators.verdicts import ReturnType, Verdict, check, wrong_type
from oxloop_server.problems import Refused
from oxloop_server.together import to_the_end
from oxloop_server.turns import Turns

if TYPE_CHECKING:
    from pydantic_monty import Monty, MontyError, MontySession

BATCH = 100
"""Rows that go to a worker at a time: fewer cost more round trips, more gain nothing."""

# Fed before the source. The defaults hold on to what the source may give another meaning to.
# Only what can be a verdict leaves the sandbox: conversion would turn a function into text.
_PRELUDE = """
def __oxloop_run(
    function, rows, longest,
    BaseException=BaseException, bool=bool, float=float, int=int, len=len, list=list, str=str,
    sum=sum, type=type,
):
    def answer(value):
        kind = type(value)
        if kind is bool or kind is float:
            return ('value', value)
        if kind is int:
            inside = -(1 << 1023) < value < (1 << 1023)
            return ('value', value) if inside else ('other', 'a number that is too large')
        if kind is str:
            return ('value', value[:longest + 1])
        if kind is list:
            for item in value:
                if type(item) is not str:
                    return ('other', 'a list with a value of type ' + type(item).__name__)
            if sum([len(item) + 1 for item in value]) > longest:
                return ('value', ['x' * longest])
            return ('value', value)
        if value is None:
            return ('other', 'None')
        return ('other', 'a value of type ' + kind.__name__)

    answers = []
    for row in rows:
        try:
            answers.append(answer(function(*row)))
        except BaseException as error:
            answers.append(('error', type(error).__name__, str(error)[:2000]))
    return answers
"""
_RUN = "__oxloop_run({entry}, __oxloop_rows, __oxloop_longest)"

Row = tuple[object, ...]
Given = TypeVar("Given")
Said = TypeVar("Said")
FailureKind = Literal["syntax", "run"]


@frozen
class Limits:
    """What evaluators may use.

    Args:
        seconds: Of computing, for one row.
        memory: Bytes.
        recursion: Calls within calls.
        text: Characters of a verdict.
        workers: Processes at once.
    """

    seconds: float = 2.0
    memory: int = 128 << 20
    recursion: int = 300
    text: int = 20_000
    workers: int = 2


@frozen
class Program:
    """A Python evaluator, ready to run.

    Args:
        source: Its source.
        entry: The name of the function that judges.
        return_type: What the function promises to return.
    """

    source: str
    entry: str
    return_type: ReturnType


class SourceFailed(Exception):
    """The source could not be loaded, so that no row was looked at.

    Args:
        kind: Whether it is no Python, or Python that cannot run in the sandbox.
        message: What is wrong.
        line: In which line, from 1, if that is known.
        column: At which character of the line, from 1.
        text: The line.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        line: int | None = None,
        column: int | None = None,
        text: str | None = None,
    ) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.kind = kind
        self.message = message
        self.line = line
        self.column = column
        self.text = text


class SandboxClosed(Exception):
    """The service stops; what was not judged yet will be after the next start."""


class _Stopped(Exception):
    """A limit or a crash ended a session before every row had its answer."""


class Sandbox:
    """A pool of workers for Python evaluators. It blocks; :meth:`judge` is for the event loop.

    Args:
        limits: What each may use.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._turns = Turns(self._limits.workers)
        self._threads = ThreadPoolExecutor(self._limits.workers, thread_name_prefix="evaluators")
        self._starting = threading.Lock()
        self._pool: Monty | None = None
        self._running = ExitStack()
        self._closing = False

    async def judge(self, tenant_id: str, program: Program, rows: Sequence[Row]) -> list[Verdict]:
        """Call an evaluator once for each row.

        Args:
            tenant_id: Whose it is. Others have their turns between its batches, and between the
                rows of a batch that takes long.
            program: The evaluator.
            rows: The arguments of each call, of JSON's types.

        Returns:
            A verdict for each row, in order. An exception, a wrong type or a limit is an error of
            the row that it happened in, and of no other.

        Raises:
            SandboxClosed: If the service stops meanwhile.
            Refused: If the sandbox is not installed.
        """
        verdicts: list[Verdict] = []
        for begin in range(0, len(rows), BATCH):
            batch = rows[begin : begin + BATCH]
            try:
                verdicts += await self._in_turn(tenant_id, self._in_one_session, program, batch)
            except _Stopped:
                for row in batch:
                    verdicts.append(await self._in_turn(tenant_id, self.judge_one, program, row))
        return verdicts

    def judge_one(self, program: Program, row: Row) -> Verdict:
        """Call an evaluator once, for one row.

        Args:
            program: The evaluator.
            row: The arguments, of JSON's types.

        Raises:
            SandboxClosed: If the service stops meanwhile.
            Refused: If the sandbox is not installed.
        """
        try:
            return self._in_one_session(program, [row])[0]
        except _Stopped as stopped:
            return Verdict(error=str(stopped))

    def load(self, source: str) -> None:
        """Run a source's top level, and nothing else.

        Raises:
            SourceFailed: If that does not work out.
            Refused: If the sandbox is not installed.
        """
        with self._session() as session:
            self._load(session, source)

    def shutdown(self) -> None:
        """End the workers; what runs in them is given up at the next row."""
        self._closing = True
        self._threads.shutdown(cancel_futures=True)
        self._running.close()

    async def close(self) -> None:
        """Do :meth:`shutdown` without blocking."""
        await asyncio.to_thread(self.shutdown)

    async def _in_turn(
        self,
        tenant_id: str,
        judge: Callable[[Program, Given], Said],
        program: Program,
        given: Given,
    ) -> Said:
        loop = asyncio.get_running_loop()
        async with self._turns.turn(tenant_id):
            if self._closing:
                raise SandboxClosed
            return await to_the_end(loop.run_in_executor(self._threads, judge, program, given))

    def _in_one_session(self, program: Program, rows: Sequence[Row]) -> list[Verdict]:
        if self._closing:
            raise SandboxClosed
        with self._session() as session:
            from pydantic_monty import MontyError

            _feed(session, _PRELUDE)
            try:
                self._load(session, program.source)
            except SourceFailed as error:
                return [Verdict(error=f"The code cannot be run: {error}")] * len(rows)
            inputs: dict[str, object] = {
                "__oxloop_rows": list(rows),
                "__oxloop_longest": self._limits.text,
            }
            try:
                answers = _feed(session, _RUN.format(entry=program.entry), inputs)
            except MontyError as error:
                raise _Stopped(_sentence(error, self._limits)) from error
            # Values that cannot go in or come out: broken text, nesting without end.
            except (ValueError, TypeError, RecursionError, OverflowError) as error:
                raise _Stopped(f"{type(error).__name__}: {error}") from error
        return _verdicts(answers, len(rows), program.return_type, self._limits.text)

    def _load(self, session: "MontySession", source: str) -> None:
        from pydantic_monty import MontyError, MontyRuntimeError, MontySyntaxError

        try:
            _feed(session, source)
        except MontyError as error:
            message = _sentence(error, self._limits)
            kind: FailureKind = "syntax" if isinstance(error, MontySyntaxError) else "run"
            place = None
            if isinstance(error, MontySyntaxError | MontyRuntimeError):
                place = next(iter(error.traceback()), None)
            if place is None:
                raise SourceFailed(kind, message) from error
            raise SourceFailed(
                kind, message, place.line, place.column, place.source_line
            ) from error

    def _session(self) -> "MontySession":
        limits = self._limits
        return self._workers().checkout(
            limits={
                "max_feed_duration_secs": limits.seconds,
                "max_memory": limits.memory,
                "max_recursion_depth": limits.recursion,
                "max_total_sleep_secs": limits.seconds,
                "max_suspensions": 1000,
            }
        )

    def _workers(self) -> "Monty":
        with self._starting:
            if self._pool is None:
                # The time limit holds inside a worker; one that fails to keep it is ended here.
                pool = _monty()(
                    max_processes=self._limits.workers,
                    request_timeout=self._limits.seconds * 2 + 3,
                )
                self._pool = self._running.enter_context(pool)
            return self._pool


def _monty() -> "type[Monty]":
    try:
        from pydantic_monty import Monty
    except ImportError as error:
        raise Refused(
            "unsupported",
            "Python evaluators need the sandbox, which is not installed where the service runs. "
            'Install it with: pip install "oxloop[server]".',
        ) from error
    return Monty


def _feed(session: "MontySession", code: str, inputs: dict[str, object] | None = None) -> object:
    return cast(object, session.feed_run(code, inputs=inputs, print_callback=_drop))


def _drop(_stream: str, _text: str) -> None:
    """Take what an evaluator prints; without this it would go to the service's own output."""


def _sentence(error: "MontyError", limits: Limits) -> str:
    from pydantic_monty import MontyCrashedError

    if isinstance(error, MontyCrashedError):
        return "The evaluator's worker did not survive it and was replaced."
    inner = error.exception()
    if isinstance(inner, TimeoutError):
        return f"The evaluator ran for longer than the {limits.seconds:g} s that it may."
    if isinstance(inner, MemoryError):
        return f"The evaluator needs more than the {limits.memory >> 20} MB that it may use."
    return str(error)


def _verdicts(answers: object, count: int, promised: ReturnType, longest: int) -> list[Verdict]:
    # The source shares the session with the code that calls it, and may have meddled with it.
    found = cast(list[object], answers) if isinstance(answers, list) else []
    if len(found) != count:
        return [_MEDDLED] * count
    return [_verdict(answer, promised, longest) for answer in found]


def _verdict(answer: object, promised: ReturnType, longest: int) -> Verdict:
    parts = cast(tuple[object, ...], answer) if isinstance(answer, tuple) else ()
    match parts:
        case ("value", value):
            return check(value, promised, longest)
        case ("other", str(found)):
            return wrong_type(found, promised)
        case ("error", str(kind), str(message)):
            return Verdict(error=f"{kind}: {message}" if message else kind)
        case _:
            return _MEDDLED


_MEDDLED = Verdict(error="The code changed what the sandbox calls it with.")
