"""Lists of large records: as much as an answer may hold is answered, more is refused."""

from collections.abc import Iterator
from typing import Any

import httpx
import oxloop
import pytest
from running_service import Running, until
from scripted_model import ScriptedModel

from ..conftest import MODEL, Repo, problem, serving
from ..test_oxen_evaluations import create, ended
from .conftest import Account, Json, invalid, new_name, ok

# A service whose answers hold less than others', so that small records are large ones.
LOWERED = """
import sys
from oxloop_server import limits
limits.PAGE_BYTES = 64 << 10
from oxloop_server.__main__ import main
sys.exit(main())
"""
LARGE = "é" * 15_000
"""Four of these fit."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("lowered"), model, LOWERED) as running:
        yield running


def refused(response: httpx.Response, *place: str) -> str:
    """The sentence with which too much is refused."""
    sentence = invalid(response, *place)
    assert "holds more than" in sentence
    return sentence


def paged(account: Account, path: str, count: int, first: int = 0, **query: str) -> None:
    """Check a list of large records: it is refused whole, and answered in smaller pages."""
    whole = account.http.get(path, params={**query, "size": 50})
    assert refused(whole, "query", "size").endswith("ask for fewer at once.")
    found: list[Json] = []
    for number in range(first, first + count):
        page = account.http.get(path, params={**query, "size": 1, "page": number})
        found += ok(page)["records"]
    assert len({str(one) for one in found}) == len(found) == count


def logged(account: Account, count: int, **parts: Any) -> tuple[Json, Json]:
    """A project with logs of one config, which parts belong to."""
    project = account.project()
    config = account.config(project, **parts)
    names = {"project_id": project["id"], "config_id": config["id"]}
    ok(account.http.post("/v4/logs", json=[{**names, "output": "a"}] * count))
    return project, config


def test_logs(account: Account) -> None:
    project = account.project()
    config_id = account.config(project)["id"]
    log = {"project_id": project["id"], "config_id": config_id, "output": LARGE}
    ok(account.http.post("/v4/logs", json=[log] * 6))
    paged(account, "/v4/logs", 6, project_id=project["id"])


def test_a_config_counts_with_each_log_that_is_answered_with_it(account: Account) -> None:
    project, _ = logged(account, 6, prompt_template=LARGE)
    paged(account, "/v4/logs", 6, project_id=project["id"])


def test_so_do_results(account: Account) -> None:
    judge = account.evaluator(return_type="number")
    world = account.world(judge).running()
    ids = [world.logged(index) for index in range(2)]
    for log_id in ids:
        ok(world.result(log_id, judge, error=LARGE), 201)
    assert len(world.cases(size=50)) == 3
    others = [account.evaluator(return_type="number") for _ in range(4)]
    ok(account.http.patch(f"{world.path}/evaluators", json=_named(others)))
    for one in others:
        ok(world.result(ids[0], one, error=LARGE), 201)
    response = account.http.get(f"{world.path}/datapoints", params={"size": 1})
    assert refused(response, "query", "size").endswith("it cannot be listed.")
    assert "evaluators" in refused(account.http.get(f"/v4/logs/{ids[0]}"), "path", "id")


def test_datapoints(account: Account) -> None:
    dataset = account.dataset(account.project(), [{"inputs": {"review": LARGE}}] * 6)
    paged(account, f"/v4/datasets/{dataset['id']}/datapoints", 6)


def test_datapoints_of_an_evaluation_with_their_logs(account: Account) -> None:
    world = account.world().running()
    for index, case in enumerate(world.cases()):
        log = {"output": LARGE, "stdout": LARGE, "metadata": {"index": index}}
        body = {"datapoint_id": case["datapoint"]["id"], "log": log}
        ok(account.http.post(f"{world.path}/log", json=body), 201)
    paged(account, f"{world.path}/datapoints", 3, first=1)


def test_evaluations_which_repeat_their_config(account: Account) -> None:
    project = account.project()
    config = account.config(project, prompt_template=LARGE)
    body: Json = {
        "config_id": config["id"],
        "dataset_id": account.dataset(project)["id"],
        "evaluator_ids": [],
        "hl_generated": False,
    }
    path = f"/v4/projects/{project['id']}/evaluations"
    for _ in range(6):
        ok(account.http.post(path, json=body), 201)
    paged(account, "/v4/evaluations", 6, project_id=project["id"])
    sentence = refused(account.http.get(path), "path", "project_id")
    assert "GET /v4/evaluations" in sentence


def test_projects_with_their_active_configs(account: Account) -> None:
    prefix = new_name("large")
    for number in range(6):
        body = {"project": f"{prefix} {number}", "model": MODEL, "prompt_template": LARGE}
        ok(account.http.post("/v4/model-configs", json=body))
    paged(account, "/v4/projects", 6, filter=prefix)


def test_evaluators_and_how_many_an_evaluation_takes(account: Account) -> None:
    model = {"model": MODEL, "prompt_template": LARGE}
    made = [account.evaluator(type="llm", return_type="text", model_config=model) for _ in range(6)]
    assert "by their ids" in refused(account.http.get("/v4/evaluators"), "path")
    world = account.world(made[0])
    body = {**world.body, "evaluator_ids": [one["id"] for one in made]}
    refused(account.http.post(world.creation, json=body), "body", "evaluator_ids")
    path = f"{world.path}/evaluators"
    refused(account.http.patch(path, json=_named(made)), "body", "evaluator_ids")
    refused(account.http.patch(path, json=_named(made[1:3])), "body")
    assert len(world.get()["evaluators"]) == 1
    ok(account.http.patch(path, json=_named(made[1:2])))
    assert len(ok(account.http.get("/v4/evaluations", params=_of(world.project)))["records"]) == 1
    for one in made:
        assert account.http.delete(f"/v4/evaluators/{one['id']}").status_code == 204


def test_datasets(account: Account) -> None:
    project = account.project()
    made = [account.dataset(project, []) for _ in range(130)]
    path = f"/v4/projects/{project['id']}/datasets"
    assert "by their ids" in refused(account.http.get(path), "path", "project_id")
    assert "by their ids" in refused(account.http.get("/v4/datasets"), "path")
    for one in made:
        assert account.http.delete(f"/v4/datasets/{one['id']}").is_success


def test_one_log_cannot_be_made_many_datapoints(account: Account) -> None:
    project = account.project()
    log = {"project_id": project["id"], "config_id": account.config(project)["id"], "output": LARGE}
    log_id = ok(account.http.post("/v4/logs", json=log))["id"]
    dataset = account.dataset(project, [])
    path = f"/v4/datasets/{dataset['id']}/datapoints"
    response = account.http.post(path, json={"log_ids": [log_id] * 5})
    assert refused(response, "body", "log_ids").endswith("name fewer logs at once.")
    assert len(account.add(dataset, {"log_ids": [log_id] * 2})) == 2


def test_large_logs_are_judged_all_the_same(account: Account) -> None:
    code = "def long(log):\n    return len(log['output'])\n"
    judge = account.evaluator(type="python", code=code)
    world = account.world(judge)
    large = [{"inputs": {"review": LARGE}}] * 6
    account.add(world.dataset, large)
    body = {**world.body, "hl_generated": True}
    made = ok(account.http.post(world.creation, json=body), 201)
    progress = f"/x/v1/humanloop/evaluations/{made['id']}/progress"
    until(lambda: ok(account.http.get(progress))["done"] == 9)


def test_evaluations_and_rows_of_oxens(repo: Repo) -> None:
    repo.put("main/large.csv", b"query\n" + b"\n".join([LARGE.encode()] * 6) + b"\n")
    base = f"/x/v1/oxen/repos/ox/{repo.name}/evaluations"
    run_id = create(repo, "main/large.csv", auto_commit=False)["id"]
    assert ended(repo, run_id)["status"] == "completed"
    rows = f"{base}/{run_id}/rows"
    assert "page_size" in problem(repo.http.get(rows), 400, "too_large")
    for page in range(1, 7):
        response = repo.http.get(rows, params={"page": page, "page_size": 1})
        assert [one["row"] for one in ok(response)["rows"]] == [page - 1]
    for _ in range(6):
        create(repo, "main/large.csv", auto_commit=False, prompt=LARGE + "{query}")
    assert "page_size" in problem(repo.http.get(base), 400, "too_large")
    assert len(ok(repo.http.get(base, params={"page_size": 2}))["evaluations"]) == 2


def test_the_clients_go_on_with_smaller_pages(account: Account, repo: Repo) -> None:
    project, _ = logged(account, 6, prompt_template=LARGE)
    repo.put("main/large.csv", b"query\n" + b"\n".join([LARGE.encode()] * 12) + b"\n")
    run_id = create(repo, "main/large.csv", auto_commit=False)["id"]
    assert ended(repo, run_id)["status"] == "completed"
    service = repo.service
    with oxloop.Humanloop(base_url=service.url, api_key=service.key) as humanloop:
        assert [log.output for log in humanloop.logs.list(project["id"])] == ["a"] * 6
    with oxloop.Oxen(base_url=service.url, api_key=service.key) as oxen:
        run = oxen.evaluations.get(f"ox/{repo.name}", run_id)
        assert [row.row for row in run.rows()] == list(range(12))


def _named(evaluators: list[Json]) -> Json:
    return {"evaluator_ids": [one["id"] for one in evaluators]}


def _of(project: Json) -> Json:
    return {"project_id": project["id"]}
