"""Runs Python evaluators in ordinary Python processes, where the operator has chosen that.

Unlike the sandbox this is full Python, and no wall: a worker may read what the service's user may
read. It is for sources that the operator trusts, and that the sandbox cannot run. Each worker has
one source, hands back one row at a time, and is ended by the first one that breaks it.
"""

import asyncio
import json
import logging
import os
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from oxloop_server.evaluators.sandbox import Limits, Program, Row, SourceFailed
from oxloop_server.evaluators.verdicts import ReturnType, Verdict, check, wrong_type
from oxloop_server.problems import StartError
from oxloop_server.turns import Turns

log = logging.getLogger(__name__)

START_SECONDS = 30.0
_WORKER = Path(__file__).with_name("process_worker.py")
_LINE_BYTES = 1 << 20


class _Broken(Exception):
    """A worker that is gone or does not answer; the text says what the row did to it."""


class Processes:
    """Workers for Python evaluators, as many at once as the limits say.

    Args:
        limits: What each may use; the memory is a worker's own, see ``process_worker``.

    Raises:
        StartError: If the system has no limits for processes.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        if os.name != "posix":
            raise StartError(
                "Evaluators cannot run in processes of their own on this system, which has no "
                "limits for processes: leave --evaluators out."
            )
        self._limits = limits or Limits()
        self._turns = Turns(self._limits.workers)
        self._has_warned = False

    async def judge(self, tenant_id: str, program: Program, rows: Sequence[Row]) -> list[Verdict]:
        """Call an evaluator once for each row.

        Args:
            tenant_id: Whose it is. Others have their turns between the rows that take long.
            program: The evaluator.
            rows: The arguments of each call, of JSON's types.

        Returns:
            A verdict for each row, in order. What a row does to its worker is an error of that row
            and of no other.
        """
        verdicts: list[Verdict] = []
        while len(verdicts) < len(rows):
            try:
                async with self._turns.turn(tenant_id), self._worker(program) as worker:
                    await self._judge_with(worker, program.return_type, rows, verdicts)
            except SourceFailed as failed:
                error = f"The code cannot be run: {failed}"
                return [*verdicts, *[Verdict(error=error)] * (len(rows) - len(verdicts))]
            except _Broken as broken:
                verdicts.append(Verdict(error=str(broken)))
        return verdicts

    async def load(self, tenant_id: str, program: Program) -> None:
        """Run a source's top level, and nothing else.

        Args:
            tenant_id: Whose it is.
            program: The evaluator.

        Raises:
            SourceFailed: If that does not work out.
        """
        try:
            async with self._turns.turn(tenant_id), self._worker(program):
                pass
        except _Broken as broken:
            raise SourceFailed("run", str(broken)) from broken

    async def _judge_with(
        self, worker: Process, promised: ReturnType, rows: Sequence[Row], verdicts: list[Verdict]
    ) -> None:
        """Judge rows until there are no more, or others have waited for long enough."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._limits.seconds
        for row in rows[len(verdicts) :]:
            said = await self._ask(worker, list(row), self._limits.seconds)
            verdicts.append(_verdict(said, promised, self._limits.text))
            if loop.time() > end:
                return

    @asynccontextmanager
    async def _worker(self, program: Program) -> AsyncGenerator[Process]:
        with tempfile.TemporaryDirectory(prefix="oxloop-evaluator-") as home:
            worker = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(_WORKER),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env={},
                cwd=home,
                limit=_LINE_BYTES,
                start_new_session=True,
            )
            try:
                await self._start(worker, program)
                yield worker
            finally:
                if worker.returncode is None:
                    worker.kill()
                await worker.wait()

    async def _start(self, worker: Process, program: Program) -> None:
        order = {
            "source": program.source,
            "entry": program.entry,
            "longest": self._limits.text,
        }
        said = await self._ask(worker, order, START_SECONDS)
        if said.get("network") and not self._has_warned:
            self._has_warned = True
            log.warning("evaluators can reach the network: this system does not let it be taken")
        failed = said.get("failed")
        if isinstance(failed, dict):
            raise SourceFailed(**cast(dict[str, Any], failed))

    async def _ask(self, worker: Process, what: object, seconds: float) -> Mapping[str, object]:
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                worker.stdin.write(json.dumps(what).encode() + b"\n")
                await worker.stdin.drain()
                line = await worker.stdout.readline()
        except TimeoutError:
            raise _Broken(
                f"The evaluator ran for longer than the {seconds:g} s that it may."
            ) from None
        except (OSError, ValueError):  # the pipe is closed, or the line is without end
            line = b""
        try:
            said = cast(object, json.loads(line))
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise _Broken("The evaluator's worker did not survive it and was replaced.")
        return cast(Mapping[str, object], said)


def _verdict(said: Mapping[str, object], promised: ReturnType, longest: int) -> Verdict:
    match said:
        case {"value": value}:
            return check(value, promised, longest)
        case {"other": str(found)}:
            return wrong_type(found, promised)
        case {"error": str(error)}:
            return Verdict(error=error)
        case _:
            return Verdict(error="The code changed what it is called with.")
