"""Data folders whose service is the stand-in, and the end of every process that was started."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from oxloop.local import processes
from oxloop.rules.folder import DataFolder, ServiceRecord

HERE = Path(__file__).parent
JOIN_AND_HOLD = """
import sys
from pathlib import Path
from oxloop.local import join
joined = join(Path(sys.argv[1]), stop_on_exit=sys.argv[2] == "temporary")
print(joined.base_url, joined.started, flush=True)
sys.stdin.read()
"""


class Ground:
    """A data folder and what the stand-in wrote down in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = DataFolder(path)
        self._children: list[subprocess.Popen[str]] = []

    def behave(self, **manner: object) -> None:
        """Make the next stand-in misbehave; without arguments, behave again."""
        self.path.mkdir(exist_ok=True)
        (self.path / "stand_in.json").write_text(json.dumps(manner))

    def starts(self) -> list[dict[str, Any]]:
        """How each service was started: pid, cwd, environment."""
        return self._lines("starts.jsonl")

    def received(self) -> list[dict[str, Any]]:
        """Every request that reached a service."""
        return self._lines("received.jsonl")

    def record(self) -> ServiceRecord:
        """The record of the running service."""
        return ServiceRecord.from_json(self.folder.service_file.read_text())

    def is_running(self) -> bool:
        """Whether the service of the record lives."""
        return processes.is_alive(self.record().pid)

    def holders(self) -> int:
        """How many holders are written down."""
        return len(list(self.folder.holders_dir.glob("*.json")))

    def run_service(self) -> "subprocess.Popen[str]":
        """Start a stand-in by hand and wait for its record."""
        before = self.folder.service_file.read_text() if self.folder.service_file.exists() else ""
        self.path.mkdir(exist_ok=True)
        child = self._child(
            [str(HERE / "stand_in_service.py"), "serve", "--data", str(self.path), "--port", "0"]
        )
        until(
            lambda: (
                self.folder.service_file.exists() and self.folder.service_file.read_text() != before
            )
        )
        return child

    def join_elsewhere(self, kind: str) -> "Elsewhere":
        """Join from another process, ``temporary`` or ``lasting``."""
        child = self._child(["-c", JOIN_AND_HOLD, str(self.path), kind])
        assert child.stdout
        address, started = child.stdout.readline().split()
        return Elsewhere(child, address, started == "True")

    def _child(self, arguments: list[str]) -> "subprocess.Popen[str]":
        child = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._children.append(child)
        return child

    def _lines(self, name: str) -> list[dict[str, Any]]:
        file = self.path / name
        if not file.exists():
            return []
        return [cast(dict[str, Any], json.loads(line)) for line in file.read_text().splitlines()]

    def clean_up(self) -> None:
        """End every process of this ground."""
        for child in self._children:
            child.kill()
            child.communicate()
        for start in self.starts():
            if processes.is_alive(start["pid"]):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(start["pid"], signal.SIGKILL)


class Elsewhere:
    """A process that has joined."""

    def __init__(self, process: "subprocess.Popen[str]", address: str, started: bool) -> None:
        self.process = process
        self.address = address
        self.started = started

    def exit(self) -> None:
        """Let the process end by itself."""
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0

    def kill(self) -> None:
        """End the process on the spot."""
        self.process.kill()
        self.process.wait()


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition, at most 20 s."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@pytest.fixture
def ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """A data folder; the module ``oxloop_server`` of child processes is the stand-in."""
    package = tmp_path / "stand_in" / "oxloop_server"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text("from stand_in_service import main\nmain()\n")
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path = [str(package.parent), str(HERE), *filter(None, inherited)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))
    ground = Ground(tmp_path / "data")
    try:
        yield ground
    finally:
        ground.clean_up()
