"""The service as a child process, the way users run it: for tests of it over its socket."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
from oxloop.rules.folder import DataFolder, ServiceRecord

PATIENCE_SECONDS = 60.0


def until(condition: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.01)


def command(*arguments: str) -> list[str]:
    """The command line of the service."""
    return [sys.executable, "-m", "oxloop_server", *arguments]


def environment() -> dict[str, str]:
    """The environment of this process without a key of the operator's."""
    return {name: value for name, value in os.environ.items() if name != "OXLOOP_API_KEY"}


def add_key(folder: Path, name: str, *arguments: str) -> str:
    """Make an API key of a data folder, as its operator would, and answer it.

    Args:
        folder: The data folder.
        name: What to call the key.
        arguments: Further arguments of ``oxloop key add``.
    """
    done = subprocess.run(
        command("key", "add", name, "--data", str(folder), *arguments),
        capture_output=True,
        text=True,
        env=environment(),
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    return done.stdout.strip()


class Running:
    """A service that runs.

    Args:
        folder: Its data folder.
        arguments: Further arguments of ``serve``.
        program: A Python program to run in the service's place, which goes on as the service.
    """

    def __init__(self, folder: Path, arguments: Sequence[str] = (), program: str = "") -> None:
        self.folder = DataFolder(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._log = self.folder.log_file.open("ab")
        line = ["serve", "--port", "0", "--data", str(folder), *arguments]
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, *line] if program else command(*line),
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment(),
        )
        until(lambda: self.folder.service_file.exists() or self.process.poll() is not None)
        assert self.process.poll() is None, self.log()
        self.record = ServiceRecord.from_json(self.folder.service_file.read_text())
        self.key = self.folder.key_file.read_text().strip()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.record.port}"

    def client(self, key: str | None = None) -> httpx.Client:
        """A client with a key: the folder's own by default, none for an empty one."""
        chosen = self.key if key is None else key
        headers = {"Authorization": f"Bearer {chosen}"} if chosen else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False)

    def log(self) -> str:
        """What it wrote to its log so far."""
        return self.folder.log_file.read_text()

    def raw(self, head: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send a request as it stands, which no client would send, and read the whole answer."""
        with socket.create_connection(("127.0.0.1", self.record.port), timeout=30) as connection:
            lines = [head, "Host: oxloop", f"Authorization: Bearer {self.key}", "Connection: close"]
            if body:
                lines.append(f"Content-Length: {len(body)}")
            connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
            received = b""
            while piece := connection.recv(65536):
                received += piece
        top, _, content = received.partition(b"\r\n\r\n")
        return int(top.split()[1]), content

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it with a signal and answer its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(PATIENCE_SECONDS)
        if self.process.stdout:
            self.process.stdout.close()
        self._log.close()
        return status
