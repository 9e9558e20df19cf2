"""Models that run on this machine, each in a child process that may crash without harm.

The child serves the same HTTP API as any other endpoint; all that is special is that it is
started when it is first needed, again when it has died, and that it dies with the service.
"""

import asyncio
import importlib.util
import json
import logging
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from typing import cast

from attrs import define

from oxloop_server.models.model import EngineName, Local

log = logging.getLogger(__name__)

START_SECONDS = 120.0
STOP_SECONDS = 5.0
_LAST_WORDS = 1000

PACKAGES: dict[EngineName, str] = {"llama": "xllamacpp", "wordllama": "wordllama"}
_EXTRAS: Mapping[EngineName, str] = {"llama": "local", "wordllama": "embeddings"}


class ModelUnavailable(Exception):
    """A local model cannot run; the text is the sentence for the user."""


def missing(local: Local) -> str | None:
    """What a local model lacks to run here, as a sentence; None if nothing.

    Args:
        local: What it runs on.
    """
    if importlib.util.find_spec(PACKAGES[local.engine]) is None:
        return (
            "its engine is not installed. Install it with: "
            f'pip install "oxloop[{_EXTRAS[local.engine]}]".'
        )
    if local.path is not None and not local.path.is_file():
        return (
            f"its file {local.path} is not there. The demo model's is fetched again by: "
            "oxloop models add demo."
        )
    return None


@define
class _Child:
    """A process, the last words that it wrote to stderr, and the task that reads them."""

    process: Process
    watcher: "asyncio.Task[bytes]"
    address: str = ""

    @property
    def ended(self) -> bool:
        return self.process.returncode is not None

    async def last_words(self) -> str:
        said = (await self.watcher).decode("utf-8", "replace")
        return f"status {self.process.returncode}: {' '.join(said.split()) or 'it said nothing'}"

    async def end(self) -> None:
        if not self.ended and self.process.stdin is not None:
            self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
        await self.watcher


class LocalEngine:
    """The child processes of the models that run here, one for each engine and file."""

    def __init__(self) -> None:
        self._children: dict[Local, _Child] = {}
        self._locks: dict[Local, asyncio.Lock] = {}

    async def address(self, local: Local) -> str:
        """Where the model answers, as ``http://127.0.0.1:PORT``; it is started if it must be.

        Args:
            local: What it runs on.

        Raises:
            ModelUnavailable: If it cannot run.
        """
        async with self._locks.setdefault(local, asyncio.Lock()):
            child = self._children.get(local)
            if child is not None and child.ended:
                log.warning("the engine %s ended with %s", local.engine, await child.last_words())
                child = None
            if child is None:
                child = self._children[local] = await _start(local)
            return child.address

    async def stop(self) -> None:
        """End every child process."""
        children = list(self._children.values())
        self._children.clear()
        for child in children:
            await child.end()


async def _start(local: Local) -> _Child:
    if lack := missing(local):
        raise ModelUnavailable(lack)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"oxloop_server.models.{local.engine}_process",
        *([] if local.path is None else ["--model", str(local.path)]),
        # Its input stays open as long as this process lives: when it ends, the child ends.
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    child = _Child(process, asyncio.create_task(_watch(process)))
    try:
        async with asyncio.timeout(START_SECONDS):
            child.address = await _first_line(process)
            if not child.address:
                raise ModelUnavailable(f"its engine ended with {await child.last_words()}.")
    except TimeoutError:
        await child.end()
        raise ModelUnavailable(f"its engine did not start within {START_SECONDS:g} s.") from None
    except BaseException:
        await child.end()
        raise
    return child


async def _first_line(process: Process) -> str:
    assert process.stdout is not None
    line = await process.stdout.readline()
    return cast(str, json.loads(line)["address"]) if line else ""


async def _watch(process: Process) -> bytes:
    # A pipe that nobody reads fills up and stops the child.
    assert process.stderr is not None
    said = b""
    while chunk := await process.stderr.read(4096):
        said = (said + chunk)[-_LAST_WORDS:]
    await process.wait()
    return said
