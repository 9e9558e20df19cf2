"""A first look at a file that may be anything, in a process that may die of it.

What a Parquet or an Arrow file unpacks to is known only once it was unpacked: its own words for
that may be lies. So a process whose memory and time are bounded reads the whole file as it will be
read later; what it got through, this process gets through too. Files never change, so one look in
the life of the service is enough.
"""

import atexit
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from attrs import frozen

from oxloop_server.engine.tables.formats import BadTable
from oxloop_server.line_process import environment

MEMORY_BYTES = 512 << 20
"""What reading a file may need at once, beyond what the reader itself needs."""

CPU_SECONDS = 20
"""What looking a file over may cost, beside a second for each MiB of it."""

Kind = Literal["parquet", "arrow"]

TOO_MUCH = (
    f"The file cannot be read within {MEMORY_BYTES >> 20} MiB of memory, or breaks its reader: "
    "write it with smaller row groups, batches or values."
)
_TOO_LONG = (
    f"Reading the file takes longer than {CPU_SECONDS} s and a second for each MiB of it: it "
    "stands for far more than it is, and is not read."
)

COMMAND = (sys.executable, "-m", "oxloop_server.engine.tables.look_process")

# Arrow's other allocators take addresses by the gibibyte before they are needed, which a limit of
# addresses would refuse.
_ALLOCATOR = {"ARROW_DEFAULT_MEMORY_POOL": "system"}


@frozen
class Looked:
    """What a look at a whole file told.

    Args:
        row_count: The rows that are there.
        at_once: How many can be read at a time.
    """

    row_count: int
    at_once: int


def look_over(path: Path, kind: Kind) -> Looked:
    """Look a file over; what was found is remembered while the file stays as it is.

    Args:
        path: The file.
        kind: What it should be.

    Raises:
        BadTable: If it cannot be read, or not within the limits.
    """
    stat = path.stat()
    found = _remembered(path, kind, stat.st_size, stat.st_mtime_ns)
    if isinstance(found, str):
        raise BadTable(found)
    return found


@lru_cache(maxsize=4096)
def _remembered(path: Path, kind: Kind, size: int, _changed: int) -> Looked | str:
    # A refusal is remembered too: it may have cost the whole of the time.
    return _LOOKERS[hash(path) % len(_LOOKERS)].look(path, kind, CPU_SECONDS + (size >> 20))


class Looker:
    """A child process that looks at one file at a time, started when it is needed.

    Args:
        command: What to start.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._one_at_a_time = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process that runs; None if there is none."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process is not None and running else None

    def look(self, path: Path, kind: Kind, seconds: int) -> Looked | str:
        """Look at a file; answer what was found, or why it cannot be read.

        Args:
            path: The file.
            kind: What it should be.
            seconds: How much of a processor's time that may take.
        """
        request = json.dumps({"path": str(path), "kind": kind, "seconds": seconds}).encode()
        with self._one_at_a_time:
            # One that waited for long ends by itself, perhaps just now.
            while not (line := self._exchange(request)):
                if status := self._ended():
                    return _TOO_LONG if status in _OUT_OF_TIME else TOO_MUCH
        answer = cast(Mapping[str, Any], json.loads(line))
        refused = answer.get("refused")
        return Looked(**answer) if refused is None else cast(str, refused)

    def close(self) -> None:
        """End the child process."""
        with self._one_at_a_time:
            if self._process is not None:
                self._ended()

    def _exchange(self, request: bytes) -> bytes:
        if self._process is not None and self._process.poll() is not None:
            self._ended()
        if self._process is None:
            self._process = _start(self._command)
            atexit.register(self.close)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(request + b"\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except OSError:
            return b""

    def _ended(self) -> int:
        assert self._process is not None
        # Closes its input, with which it ends.
        with self._process as process:
            self._process = None
        atexit.unregister(self.close)
        return process.returncode


def _start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        # Its input stays open as long as this process lives: when it ends, the child ends.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment() | _ALLOCATOR,
        # The terminal's Ctrl-C is for the service.
        start_new_session=True,
    )


_OUT_OF_TIME = frozenset(-getattr(signal, name) for name in ("SIGXCPU",) if hasattr(signal, name))
_LOOKERS = (Looker(), Looker())
