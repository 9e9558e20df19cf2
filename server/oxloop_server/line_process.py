"""A child process that answers lines, for what a stranger's program or schema may do to a process.

The child half is ``line_answers``.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from typing import Any, cast

SECONDS = 2.0
"""What one answer may take."""

_START_SECONDS = 10.0
_LINE_BYTES = 32 << 20


def environment() -> dict[str, str]:
    """What a child that a stranger's work runs in gets of the environment, where keys may be."""
    needed = ("PATH", "PYTHONPATH", "SYSTEMROOT")
    return {name: os.environ[name] for name in needed if name in os.environ}


class GivenUp(Exception):
    """The child took too long or too much memory, and was ended."""


class LineProcess:
    """The child process, started when it is first needed and again when it has ended.

    Args:
        module: What it runs.
        seconds: What one answer may take.
    """

    def __init__(self, module: str, seconds: float = SECONDS) -> None:
        self._module = module
        self._seconds = seconds
        self._process: Process | None = None
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, request: Mapping[str, object]) -> Mapping[str, Any]:
        """Send a request, as a line of JSON, and answer what comes back.

        Raises:
            GivenUp: If nothing comes back within the limits.
        """
        line = json.dumps(request).encode() + b"\n"
        async with self._one_at_a_time:
            return await self._exchange(line)

    async def stop(self) -> None:
        """End the child process."""
        async with self._one_at_a_time:
            await self._end()

    async def _exchange(self, line: bytes) -> Mapping[str, Any]:
        process = await self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(self._seconds + _START_SECONDS):
                process.stdin.write(line)
                await process.stdin.drain()
                answer = await process.stdout.readline()
        except (TimeoutError, ConnectionError, ValueError):
            answer = b""
        except BaseException:
            # The answer that nobody waits for any more must not be taken for the next one.
            await self._end()
            raise
        if not answer.endswith(b"\n"):
            await self._end()
            raise GivenUp
        return cast(Mapping[str, Any], json.loads(answer))

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
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
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()
