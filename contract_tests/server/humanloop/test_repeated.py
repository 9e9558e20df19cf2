"""What must not be done twice: each such operation takes a request with a key once."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from oxloop_api import specs
from running_service import Running

from ..conftest import MODEL, Repo
from ..test_oxen_evaluations import TICKETS, request
from .conftest import Account, World, new_name, ok

Sent = tuple[str, str, Any]
"""Method, path and body."""


def judged(account: Account) -> tuple[World, dict[str, Any]]:
    evaluator = account.evaluator()
    return account.world(evaluator).running(), evaluator


def log(account: Account, _: Repo) -> Sent:
    world, _evaluator = judged(account)
    datapoint = world.cases()[0]["datapoint"]["id"]
    body = {"datapoint_id": datapoint, "log": {"output": "positive"}}
    return "POST", f"{world.path}/log", body


def result(account: Account, _: Repo) -> Sent:
    world, evaluator = judged(account)
    body = {"log_id": world.logged(0), "evaluator_id": evaluator["id"], "result": 0.5}
    return "POST", f"{world.path}/result", body


def evaluation(account: Account, repo: Repo) -> Sent:
    repo.put("main/a.csv", TICKETS)
    return "POST", f"{repo.path}/evaluations/main/a.csv", request()


def moved(_: Account, repo: Repo) -> Sent:
    repo.put("main/old.csv", TICKETS)
    body = {"new_path": "new.csv", "name": "Ann", "email": "ann@example.com", "message": "Move"}
    return "PATCH", f"{repo.path}/file/main/old.csv", body


def question(_account: Account, _repo: Repo) -> Sent:
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hello?"}]}
    return "POST", "/api/ai/chat/completions", body


def hl_evaluation(account: Account, _: Repo) -> Sent:
    world = account.world(account.evaluator())
    return "POST", world.creation, {**world.body, "name": "named"}


def evaluator(account: Account, _: Repo) -> Sent:
    made = account.evaluator()
    kept = ("name", "description", "arguments_type", "return_type", "type")
    return "POST", "/v4/evaluators", {name: made[name] for name in kept}


def dataset(account: Account) -> dict[str, Any]:
    return account.dataset(account.project())


REQUESTS: Mapping[str, Callable[[Account, Repo], Sent]] = {
    "oxen create_repository": lambda _, repo: (
        "POST",
        "/api/repos",
        {"namespace": "ox", "name": f"{repo.name}-2"},
    ),
    "oxen create_evaluation": evaluation,
    "oxen move_file": moved,
    "oxen create_chat_completion": question,
    "humanloop create_project": lambda _account, _: (
        "POST",
        "/v4/projects",
        {"name": new_name("project")},
    ),
    "humanloop create_dataset": lambda account, _: (
        "POST",
        f"/v4/projects/{account.project()['id']}/datasets",
        {"name": "Reviews", "description": "Some."},
    ),
    "humanloop update_dataset": lambda account, _: (
        "PATCH",
        f"/v4/datasets/{dataset(account)['id']}",
        {"name": "Other"},
    ),
    "humanloop create_datapoints": lambda account, _: (
        "POST",
        f"/v4/datasets/{dataset(account)['id']}/datapoints",
        [{"inputs": {"review": "Fine."}}],
    ),
    "humanloop create_evaluator": evaluator,
    "humanloop update_evaluator": lambda account, _: (
        "PATCH",
        f"/v4/evaluators/{account.evaluator()['id']}",
        {"description": "Another."},
    ),
    "humanloop create_logs": lambda account, _: (
        "POST",
        "/v4/logs",
        {
            "project_id": account.project()["id"],
            "config": {"model": "m", "type": "model"},
            "output": "x",
        },
    ),
    "humanloop create_evaluation": hl_evaluation,
    "humanloop log_to_evaluation": log,
    "humanloop add_evaluation_result": result,
}


def test_every_such_operation_has_its_request_here() -> None:
    assert set(REQUESTS) == {
        f"{api} {operation['operationId']}"
        for api in ("oxen", "humanloop", "extensions")
        for item in specs.load(api, "local")["paths"].values()
        for method, operation in item.items()
        if method in ("post", "patch")
        and not operation.get("x-idempotent")
        and operation.get("security")
    }


@pytest.mark.parametrize("name", REQUESTS)
def test_it_is_done_once(service: Running, repo: Repo, account: Account, name: str) -> None:
    method, path, body = REQUESTS[name](account, repo)
    http = repo.http if path.startswith("/api/") else account.http
    key = {"Idempotency-Key": secrets.token_hex(8)}

    def send(content: object = body, headers: Mapping[str, str] = key) -> httpx.Response:
        return http.request(method, path, json=content, headers=dict(headers))

    first, again = send(), send()
    assert first.is_success, first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    other = send({} if isinstance(body, dict) else [])
    assert other.status_code == 409, other.text
    assert "Idempotency-Key" in other.text
    # A new key makes another one, or is told what any second request is told.
    third = send(headers={"Idempotency-Key": secrets.token_hex(8)})
    assert third.content != first.content or method == "PATCH"


def test_no_provider_key_is_kept_with_the_key(service: Running, account: Account) -> None:
    world = account.world(account.evaluator())
    secret = f"sk-{secrets.token_hex(16)}"
    body = {**world.body, "provider_api_keys": {"openai": secret}}
    ok(account.http.post(world.creation, json=body, headers={"Idempotency-Key": "secret"}), 201)
    files = [one for one in service.folder.path.glob("oxloop.sqlite3*") if one.is_file()]
    assert files
    assert not any(secret.encode() in one.read_bytes() for one in files)
