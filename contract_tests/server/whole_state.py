"""A state that both APIs have had a hand in, and all that they answer about it."""

from collections.abc import Callable
from typing import Any

import httpx
from oxloop.rules.models import model_id
from running_service import Running, until

from .humanloop.conftest import RIGHT, Account, ok

AUTHOR = {"name": "Ann", "email": "ann@example.com", "message": "Add it"}
REPO = "/api/repos/ox/r"
Get = Callable[[str], Any]


def v4(service: Running, key: str) -> httpx.Client:
    """A client of Humanloop's API."""
    headers = {"X-API-KEY": key}
    return httpx.Client(base_url=service.url, headers=headers, timeout=30, trust_env=False)


def fill(service: Running, key: str) -> None:
    """Make and run evaluations of both APIs, on a service that has the model ``scripted``."""
    with service.client(key) as http:
        fill_oxen(http)
    with v4(service, key) as http:
        fill_humanloop(Account(http))


def fill_oxen(http: httpx.Client, namespace: str = "ox") -> None:
    """A repository with branches, and an evaluation with its committed column."""
    repo = f"/api/repos/{namespace}/r"
    ok(http.post("/api/repos", json={"namespace": namespace, "name": "r", "description": "A ü"}))
    for path, content in (("a/b.csv", b"a,b\n1,x\n2,\n"), ("notes.txt", "naïve".encode())):
        ok(http.put(f"{repo}/file/main/{path}", files={"file": content}, data=AUTHOR))
    for name in ("eval", "eval/first"):
        ok(http.post(f"{repo}/branches", json={"new_name": name, "from_name": "main"}))
    run = evaluate(http, repo, target_branch="eval/first", auto_commit=True)
    until(lambda: status_of(http, repo, run) == "completed")


def evaluate(http: httpx.Client, repo: str, **parts: object) -> str:
    """Start an evaluation of the two rows, and answer its id."""
    body = {
        "model_id": str(model_id("scripted")),
        "prompt": "Say {b}",
        "input_type": "text",
        "output_type": "text",
        "target_column": "c",
        **parts,
    }
    made = ok(http.post(f"{repo}/evaluations/main/a/b.csv", json=body))
    run_id: str = made["evaluation"]["id"]
    return run_id


def status_of(http: httpx.Client, repo: str, run: str) -> str:
    """Where an evaluation stands."""
    status: str = ok(http.get(f"{repo}/evaluations/{run}"))["evaluation"]["status"]
    return status


def fill_humanloop(account: Account) -> None:
    """A project whose evaluation the service has run and judged, and one that waits for logs."""
    right = account.python(RIGHT)
    world = account.world(right, hl_generated=True)
    world.until("completed")
    waiting = account.world(right, account.evaluator()).running()
    waiting.logged(0, reference_id="first")
    waiting.until_judged_by(right, 1)


def answers(service: Running, key: str, namespace: str = "ox") -> dict[str, bytes]:
    """What both APIs answer about everything that there is, by address."""
    found: dict[str, bytes] = {}
    with service.client(key) as http:
        _oxen(_noting(http, found), f"/api/repos/{namespace}/r")
    with v4(service, key) as http:
        _humanloop(_noting(http, found))
    return found


def _noting(http: httpx.Client, found: dict[str, bytes]) -> Get:
    def get(path: str) -> Any:
        response = http.get(path)
        assert response.status_code == 200, f"{path}: {response.text}"
        found[path] = response.content
        return response.json() if response.headers["content-type"] == "application/json" else None

    return get


def _oxen(get: Get, repo: str) -> None:
    get(repo)
    get("/api/ai/models")
    for branch in get(f"{repo}/branches")["branches"]:
        name = branch["name"]
        for commit in get(f"{repo}/commits/history/{name}")["commits"]:
            get(f"{repo}/commits/{commit['id']}")
        get(f"{repo}/dir/{name}")
        for path in ("a/b.csv", "notes.txt"):
            get(f"{repo}/file/{name}/{path}")
        get(f"{repo}/data_frames/{name}/a/b.csv")
    extended = f"{repo.replace('/api/', '/x/v1/oxen/')}/evaluations"
    for run in get(extended)["evaluations"]:
        get(f"{repo}/evaluations/{run['id']}")
        get(f"{extended}/{run['id']}/rows")


def _humanloop(get: Get) -> None:
    get("/v4/evaluators")
    for dataset in get("/v4/datasets"):
        get(f"/v4/datasets/{dataset['id']}/datapoints")
    for project in get("/v4/projects")["records"]:
        get(f"/v4/projects/{project['id']}")
        get(f"/v4/logs?project_id={project['id']}")
        for run in get(f"/v4/projects/{project['id']}/evaluations"):
            get(f"/v4/evaluations/{run['id']}?evaluator_aggregates=true")
            get(f"/v4/evaluations/{run['id']}/datapoints")
            get(f"/v4/model-configs/{run['config']['id']}")
