"""A running service: the real one, as a child process on a free port with a folder of its own."""

import json
import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from attrs import frozen
from running_service import Running
from scripted_model import ScriptedModel

MODEL = "scripted"


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedModel]:
    """A model endpoint that answers a prompt in capitals."""
    with ScriptedModel(str.upper) as running:
        yield running


@contextmanager
def serving(folder: Path, model: ScriptedModel, program: str = "") -> Generator[Running]:
    """Run a service that knows one model, and see that it stops well.

    Args:
        folder: Its data folder.
        model: The model's endpoint.
        program: What to run; ``python -m oxloop_server`` by default.
    """
    (folder / "models.toml").write_text(
        f'[[models]]\nname = "{MODEL}"\nbase_url = "{model.base_url}"\n'
    )
    running = Running(folder, program=program)
    try:
        yield running
    finally:
        assert running.stop() == 0


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Running]:
    """The service that most tests share."""
    with serving(tmp_path_factory.mktemp("service"), model) as running:
        yield running


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
