"""Jinja templates, rendered in a child process within limits of time, memory and length."""

import asyncio
import importlib.util
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from typing import Any, cast

from oxloop.rules.errors import RuleError

SECONDS = 2.0
"""What the templates of one prompt may take."""

_START_SECONDS = 10.0
_LINE_BYTES = 32 << 20
# The child needs no more of the environment, where keys may be.
_PASSED_ON = ("PATH", "PYTHONPATH", "SYSTEMROOT")


class JinjaProcess:
    """The child process, started when it is first needed and again when it has ended.

    Args:
        seconds: What the templates of one prompt may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: Process | None = None
        self._one_at_a_time = asyncio.Lock()

    async def render(self, templates: Sequence[str], values: Mapping[str, object]) -> list[str]:
        """Fill templates.

        Args:
            templates: The templates.
            values: What they may use, by name.

        Raises:
            RuleError: If one cannot be filled, or not within the limits.
        """
        line = json.dumps({"templates": templates, "values": values}).encode() + b"\n"
        async with self._one_at_a_time:
            answer = await self._exchange(line)
        if "error" in answer:
            raise RuleError(cast(str, answer["error"]))
        return cast(list[str], answer["texts"])

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
            return {
                "error": "The template took too long or too much memory "
                f"(it may take {self._seconds:g} s) and was given up."
            }
        return cast(Mapping[str, Any], json.loads(answer))

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            if importlib.util.find_spec("jinja2") is None:
                raise RuleError(
                    "Templates with template_language jinja need Jinja, which is not installed "
                    'where the service runs. Install it with: pip install "oxloop[server]".'
                )
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "oxloop_server.prompts.jinja_process",
                "--seconds",
                str(self._seconds),
                # Its input stays open as long as this process lives: when it ends, the child ends.
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                limit=_LINE_BYTES,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            )
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()
