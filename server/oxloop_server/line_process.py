"""Child processes that answer lines, for what a stranger's program or schema may do to a process.

The child half is ``line_answers``.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from typing import Any, cast

from oxloop_server.turns import Turns

SECONDS = 2.0
"""What one answer may take."""

CHILDREN = 4
"""Child processes at once, each for another tenant."""

IDLE_SECONDS = 60.0
"""A child that nobody has needed for so long is ended, for it holds memory."""

_START_SECONDS = 10.0
_LINE_BYTES = 32 << 20


def environment() -> dict[str, str]:
    """What a child that a stranger's work runs in gets of the environment, where keys may be."""
    needed = ("PATH", "PYTHONPATH", "SYSTEMROOT")
    return {name: os.environ[name] for name in needed if name in os.environ}


class GivenUp(Exception):
    """The child took too long or too much memory, and was ended."""


class LineProcesses:
    """Child processes that all run the same, each started when it is needed.

    Args:
        module: What they run.
        seconds: What one answer may take.
        idle_seconds: How long a child stays that nobody needs.
    """

    def __init__(
        self, module: str, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._module = module
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._turns = Turns(CHILDREN)
        self._children: list[_Child] = []
        self._stopped = False
        self._idle: dict[_Child, asyncio.TimerHandle] = {}

    @property
    def pids(self) -> frozenset[int]:
        """The ids of those that live."""
        return frozenset(child.pid for child in self._children if child.is_there)

    async def ask(self, tenant_id: str, request: Mapping[str, object]) -> Mapping[str, Any]:
        """Send a request, as a line of JSON, and answer what comes back.

        Args:
            tenant_id: Who asks. A tenant's requests are answered one after the other.
            request: The request.

        Raises:
            GivenUp: If nothing comes back within the limits, or ``stop`` is called meanwhile.
        """
        async with self._turns.turn(tenant_id):
            if self._stopped:
                raise GivenUp
            child = self._take() or await self._start()
            answer = await child.ask(request, self._seconds + _START_SECONDS)
            self._put_back(child)
            return answer

    async def stop(self) -> None:
        """End the child processes, whatever they do; there will be no more."""
        self._stopped = True
        for timer in self._idle.values():
            timer.cancel()
        self._idle.clear()
        await asyncio.gather(*(child.end() for child in self._children))
        await self._turns.over()

    def _take(self) -> "_Child | None":
        # The one that was needed last: the others may become old.
        while self._idle:
            child, timer = self._idle.popitem()
            timer.cancel()
            if child.is_there:
                return child
        return None

    async def _start(self) -> "_Child":
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._module,
            "--seconds",
            str(self._seconds),
            # Its input stays open as long as this process lives: when it ends, the child ends.
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=_LINE_BYTES,
            env=environment(),
        )
        child = _Child(process)
        self._children = [*(one for one in self._children if one.is_there), child]
        if self._stopped:
            await child.end()
        return child

    def _put_back(self, child: "_Child") -> None:
        loop = asyncio.get_running_loop()
        self._idle[child] = loop.call_later(self._idle_seconds, self._retire, child)

    def _retire(self, child: "_Child") -> None:
        del self._idle[child]
        child.kill()


class _Child:
    """A child process.

    Args:
        process: It.
    """

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def is_there(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def ask(self, request: Mapping[str, object], seconds: float) -> Mapping[str, Any]:
        """Send a request and answer what comes back; without an answer the process is ended.

        Raises:
            GivenUp: If nothing comes back in time.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                self._process.stdin.write(json.dumps(request).encode() + b"\n")
                await self._process.stdin.drain()
                answer = await self._process.stdout.readline()
        except (TimeoutError, ConnectionError, ValueError):
            answer = b""
        except BaseException:
            # The answer that nobody waits for any more must not be taken for the next one.
            await self.end()
            raise
        if not answer.endswith(b"\n"):
            await self.end()
            raise GivenUp
        return cast(Mapping[str, Any], json.loads(answer))

    def kill(self) -> None:
        """End it."""
        if self.is_there:
            self._process.kill()

    async def end(self) -> None:
        """End it, and return once it has ended."""
        self.kill()
        await self._process.wait()
