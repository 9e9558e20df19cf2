"""A running service: the real one, as a child process on a free port with a folder of its own."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from attrs import frozen
from oxloop.rules.folder import DataFolder, ServiceRecord
from scripted_model import ScriptedModel

PATIENCE_SECONDS = 60.0
MODEL = "scripted"


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


class Running:
    """A service that runs.

    Args:
        folder: Its data folder.
        arguments: Further arguments of ``serve``.
    """

    def __init__(self, folder: Path, arguments: Sequence[str] = ()) -> None:
        self.folder = DataFolder(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self._log = self.folder.log_file.open("ab")
        self.process = subprocess.Popen(
            command("serve", "--port", "0", "--data", str(folder), *arguments),
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


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedModel]:
    """A model endpoint that answers a prompt in capitals."""
    with ScriptedModel(str.upper) as running:
        yield running


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Running]:
    """The service that most tests share; it knows one model."""
    folder = tmp_path_factory.mktemp("service")
    (folder / "models.toml").write_text(
        f'[[models]]\nname = "{MODEL}"\nbase_url = "{model.base_url}"\n'
    )
    running = Running(folder)
    try:
        yield running
    finally:
        assert running.stop() == 0


@pytest.fixture(autouse=True)
def _contract_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """No answer in any test may break the contract, and nothing may fail inside the service."""
    if "service" not in request.fixturenames:
        yield
        return
    running: Running = request.getfixturevalue("service")
    before = len(running.log())
    yield
    log = running.log()[before:]
    assert "contract violation" not in log, log
    assert "Traceback" not in log, log


@frozen
class Repo:
    """A new repository on the running service.

    Args:
        service: The service.
        http: A client with its key.
        path: The repository's address.
        name: Its name.
    """

    service: Running
    http: httpx.Client
    path: str
    name: str

    def upload(
        self, resource: str, content: bytes, name: str = "Ann", email: str = "ann@example.com"
    ) -> httpx.Response:
        """Upload a file and answer the whole response."""
        return self.http.put(
            f"{self.path}/file/{resource}",
            files={"file": ("any.bin", content)},
            data={"name": name, "email": email, "message": "Add it"},
        )

    def put(self, resource: str, content: bytes) -> str:
        """Upload a file and answer its commit's id."""
        response = self.upload(resource, content)
        assert response.status_code == 200, response.text
        commit: str = response.json()["commit"]["id"]
        return commit

    def branch(self, name: str, start: str = "main") -> str:
        """Make a branch and answer where it is."""
        response = self.http.post(
            f"{self.path}/branches", json={"new_name": name, "from_name": start}
        )
        assert response.status_code == 200, response.text
        commit: str = response.json()["branch"]["commit_id"]
        return commit

    def get(self, resource: str) -> httpx.Response:
        """Download a file."""
        return self.http.get(f"{self.path}/file/{resource}")


@pytest.fixture
def http(service: Running) -> Iterator[httpx.Client]:
    """A client with the shared service's key."""
    with service.client() as client:
        yield client


@pytest.fixture
def repo(service: Running, http: httpx.Client) -> Repo:
    """A new repository in the namespace ``ox``."""
    name = f"r-{secrets.token_hex(4)}"
    response = http.post("/api/repos", json={"namespace": "ox", "name": name})
    assert response.status_code == 200, response.text
    return Repo(service, http, f"/api/repos/ox/{name}", name)


def problem(response: httpx.Response, status: int, kind: str) -> str:
    """Check that a response is an error in Oxen's envelope, and answer its sentence."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    body = json.loads(response.content)
    assert body["status"] == "error"
    assert body["status_message"] == body["error"]["type"] == kind, body
    assert body["error"]["title"]
    detail: str = body["error"]["detail"]
    assert detail
    return detail
