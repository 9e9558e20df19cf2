"""Keys and addresses: nobody learns a key, and only the operator says where calls go."""

import time
from typing import Any

import httpx
import pytest
from running_service import Running, until
from scripted_model import ScriptedModel

from .conftest import EVALUATION, SECRET, send, sentence, upload

ELSEWHERE = [
    "http://169.254.169.254/latest/meta-data",
    "http://127.0.0.1:1",
    "http://localhost:{port}",
    "http://[::1]:1",
    "http://0.0.0.0:1",
    "http://2130706433:1",
    "http://user:pass@127.0.0.1:1",
    "file:///etc/passwd",
    "gopher://127.0.0.1:1",
    "http://example.invalid@127.0.0.1:1",
    "//127.0.0.1:1",
]


def _account(humanloop: httpx.Client, name: str) -> tuple[str, str, str]:
    """A project with a config and a dataset of one datapoint."""

    def post(path: str, body: Any) -> Any:
        response = humanloop.post(path, json=body)
        assert response.status_code in (200, 201), response.text
        return response.json()

    project = post("/v4/projects", {"name": name})["id"]
    asked = {"project_id": project, "model": "scripted", "prompt_template": "Say {{text}}"}
    config = post("/v4/model-configs", asked)["config"]["id"]
    about = {"name": name, "description": name}
    dataset = post(f"/v4/projects/{project}/datasets", about)["id"]
    post(f"/v4/datasets/{dataset}/datapoints", {"inputs": {"text": "hello"}})
    return project, config, dataset


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_request_sends_the_service_elsewhere(
    service: Running, humanloop: httpx.Client, model: ScriptedModel, address: str
) -> None:
    project, config, dataset = _account(humanloop, f"elsewhere {address} {time.monotonic_ns()}")
    before = len(model.calls)
    body: dict[str, Any] = {
        "config_id": config,
        "dataset_id": dataset,
        "evaluator_ids": [],
        "provider_api_keys": {
            "openai": SECRET,
            "openai_azure": SECRET,
            "openai_azure_endpoint": address.format(port=service.record.port),
        },
    }
    response = humanloop.post(f"/v4/projects/{project}/evaluations", json=body)
    assert response.status_code == 422, response.text
    assert sentence(response)
    assert SECRET not in response.text
    assert len(model.calls) == before


def test_a_providers_key_goes_to_its_endpoint_and_nowhere_else(
    service: Running, humanloop: httpx.Client, model: ScriptedModel
) -> None:
    project, config, dataset = _account(humanloop, "secrets")
    body: dict[str, Any] = {
        "config_id": config,
        "dataset_id": dataset,
        "evaluator_ids": [],
        "provider_api_keys": {"openai": SECRET},
    }
    response = humanloop.post(
        f"/v4/projects/{project}/evaluations", json=body, headers={"Idempotency-Key": "secret"}
    )
    assert response.status_code == 201, response.text
    assert SECRET not in response.text
    run = response.json()["id"]
    status = {"status": "running"}
    assert humanloop.patch(f"/v4/evaluations/{run}/status", json=status).status_code == 200
    until(lambda: SECRET in str([call.headers for call in model.calls]))
    until(lambda: "HELLO" in humanloop.get(f"/v4/evaluations/{run}/datapoints").text.upper())
    for path in ("", "/datapoints"):
        assert SECRET not in humanloop.get(f"/v4/evaluations/{run}{path}").text
    _nobody_holds(service, SECRET)


def test_a_wrong_key_is_not_told_again(service: Running) -> None:
    for header in ("Authorization: Bearer", "X-API-KEY:"):
        head = f"GET /v4/projects HTTP/1.1\r\nHost: x\r\n{header} {SECRET}\r\n"
        reply = send(service, head.encode() + b"Connection: close\r\n\r\n")
        assert reply.status == 401
        assert SECRET.encode() not in reply.body
    head = f"GET /v4/projects?api_key={SECRET} HTTP/1.1\r\nHost: x\r\n"
    assert send(service, head.encode() + b"Connection: close\r\n\r\n").status == 401
    _nobody_holds(service, SECRET)


def test_the_services_key_is_in_one_file_only(service: Running, http: httpx.Client) -> None:
    repo = "/api/repos/ox/keys"
    assert http.post("/api/repos", json={"namespace": "ox", "name": "keys"}).status_code == 200
    assert upload(http, repo, "a.csv", b"text\nx\n").status_code == 200
    created = http.post(f"{repo}/evaluations/main/a.csv", json=EVALUATION)
    assert created.status_code == 200, created.text
    holders = _holders(service, service.key)
    assert holders == [service.folder.key_file]


def test_every_file_is_its_owners_only(service: Running) -> None:
    made = [path for path in service.folder.path.rglob("*") if path.name not in _OTHERS]
    assert len(made) > 5
    assert [path for path in made if path.lstat().st_mode & 0o077] == []


# Written by these tests themselves, before the service was there.
_OTHERS = {"models.toml", "service.log"}


def _nobody_holds(service: Running, secret: str) -> None:
    """Check that a secret is in no byte of the data folder, which holds the log too."""
    assert _holders(service, secret) == []


def _holders(service: Running, secret: str) -> list[Any]:
    return [
        path
        for path in service.folder.path.rglob("*")
        if path.is_file() and secret.encode() in path.read_bytes()
    ]
