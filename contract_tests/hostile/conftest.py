"""A service with short patience, which every test of this folder abuses and must find well."""

import json
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from attrs import frozen
from oxloop.rules.models import model_id
from running_service import Running
from scripted_model import ScriptedModel

MODEL = "scripted"
EVALUATION = {
    "prompt": "{text}",
    "input_type": "text",
    "output_type": "text",
    "model_id": str(model_id(MODEL)),
    "target_column": "answer",
    "auto_commit": True,
}
"""A request that the service takes, where the file has a column ``text``."""

SECRET = "a-providers-key-that-nobody-may-see"
SECONDS = 0.5
"""How long the service waits for a head and for a body."""

CONNECTIONS = 40
PEAK_MIB = 1000
"""More memory than this the service must never have needed: what is refused is not read first."""


TREE_PEAK_MIB = 1500
"""The same of all its processes together, two of which may look at files."""


@frozen
class Reply:
    """What came back over a socket.

    Args:
        status: The first answer's status; None if the connection was closed without one.
        body: All that came behind its headers.
    """

    status: int | None
    body: bytes


class _Watch:
    """Watches how much memory a process has with all those that it started."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.peak_mib = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.01):
            self.peak_mib = max(self.peak_mib, _tree_kib(self._pid) >> 10)


def _tree_kib(pid: int) -> int:
    here = Path(f"/proc/{pid}")
    try:
        lines = (here / "status").read_text().splitlines()
        children = [one for task in (here / "task").iterdir() for one in _children(task)]
    except OSError:
        return 0
    own = sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return own + sum(map(_tree_kib, children))


def _children(task: Path) -> list[int]:
    try:
        return [int(one) for one in (task / "children").read_text().split()]
    except OSError:
        return []


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedModel]:
    """A model endpoint that answers a prompt in capitals."""
    with ScriptedModel(str.upper) as running:
        yield running


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Running]:
    """The service; whatever was done to it, it needed little memory and ends well."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "models.toml").write_text(
        f'[[models]]\nname = "{MODEL}"\nbase_url = "{model.base_url}"\n'
        'matches = [{ provider = "openai", model = "*" }]\n'
    )
    limits = {
        "header_seconds": SECONDS,
        "body_seconds": SECONDS,
        "connections": CONNECTIONS,
        "rows": 100_000,
    }
    arguments = [f"--limit={name}={value}" for name, value in limits.items()]
    running = Running(folder, arguments)
    try:
        with _Watch(running.process.pid) as watch:
            yield running
        assert watch.peak_mib < TREE_PEAK_MIB, f"all its processes needed {watch.peak_mib} MiB"
        peak = peak_mib(running)
        assert peak is None or peak < PEAK_MIB, f"it needed {peak} MiB"
    finally:
        assert running.stop() == 0


@pytest.fixture(autouse=True)
def _is_well_afterwards(service: Running) -> Iterator[None]:
    """Whatever a test sends, the next one's request is answered, and nothing broke inside."""
    before = len(service.log())
    yield
    with service.client() as client:
        assert client.get("/api/ai/models").status_code == 200
    log = service.log()[before:]
    assert "contract violation" not in log, log
    assert "Traceback" not in log, log


@pytest.fixture
def http(service: Running) -> Iterator[httpx.Client]:
    """A client with the service's key."""
    with service.client() as client:
        yield client


@pytest.fixture
def humanloop(service: Running) -> Iterator[httpx.Client]:
    """A client with the service's key as Humanloop wants it."""
    headers = {"X-API-KEY": service.key}
    with httpx.Client(base_url=service.url, headers=headers, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def repo(http: httpx.Client) -> str:
    """The address of a new repository."""
    name = f"r-{secrets.token_hex(4)}"
    assert http.post("/api/repos", json={"namespace": "ox", "name": name}).status_code == 200
    return f"/api/repos/ox/{name}"


def upload(http: httpx.Client, repo: str, path: str, content: bytes | Path) -> httpx.Response:
    """Upload a file to ``main``."""
    author = {"name": "Ann", "email": "ann@example.com"}
    if isinstance(content, Path):
        with content.open("rb") as file:
            return http.put(f"{repo}/file/main/{path}", files={"file": file}, data=author)
    return http.put(f"{repo}/file/main/{path}", files={"file": content}, data=author)


def send(service: Running, *pieces: bytes, patience: float = 30) -> Reply:
    """Send bytes as they stand, and read until the service closes the connection."""
    with socket.create_connection(("127.0.0.1", service.record.port), timeout=patience) as wire:
        for piece in pieces:
            try:
                wire.sendall(piece)
            except OSError:
                break  # it has heard enough
        received = bytearray()
        try:
            while piece := wire.recv(65536):
                received += piece
        except ConnectionError:
            pass
    top, _, body = bytes(received).partition(b"\r\n\r\n")
    return Reply(int(top.split()[1]) if top else None, body)


def sentence(reply: Reply | httpx.Response) -> str:
    """The sentence of a refusal, which is in the envelope of its API."""
    body: Any = json.loads(reply.body if isinstance(reply, Reply) else reply.content)
    if "error" in body:
        assert body["status"] == "error"
        assert body["status_message"] == body["error"]["type"]
        detail = body["error"]["detail"]
    else:
        detail = body["detail"]
        if not isinstance(detail, str):
            detail = " ".join(str(one["msg"]) for one in detail)
    assert isinstance(detail, str)
    assert detail
    return detail


def peak_mib(service: Running) -> int | None:
    """The most memory that the service ever had; None where the system does not tell."""
    try:
        status = Path(f"/proc/{service.process.pid}/status").read_text()
    except OSError:
        return None
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) >> 10
