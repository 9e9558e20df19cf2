"""Two senders on one service: what belongs to one is nowhere for the other."""

from collections.abc import Iterator

import httpx
import pytest
from attrs import frozen
from running_service import Running, add_key

from .conftest import Account, Json, World, invalid, ok, refusal


@frozen
class Two:
    """Accounts of two tenants on one service; the first has an evaluation with a log."""

    mine: Account
    other: Account
    world: World
    evaluator_id: str
    datapoint_id: str
    log_id: str


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """A service of its own with the keys of two tenants."""
    folder = tmp_path_factory.mktemp("tenants")
    other_key = add_key(folder, "other", "--tenant", "other")
    running = Running(folder)
    try:
        with client(running, running.key) as mine, client(running, other_key) as other:
            account = Account(mine)
            evaluator = account.evaluator()
            world = account.world(evaluator, name="Mine").running()
            datapoint_id = world.cases()[0]["datapoint"]["id"]
            log_id = world.logged(0, session_reference_id="s", reference_id="r")
            yield Two(account, Account(other), world, evaluator["id"], datapoint_id, log_id)
    finally:
        assert running.stop() == 0
    assert "contract violation" not in running.log()
    assert "Traceback" not in running.log()


def client(running: Running, key: str) -> httpx.Client:
    return httpx.Client(
        base_url=running.url, headers={"X-API-KEY": key}, timeout=30, trust_env=False
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v4/projects/{project}"),
        ("GET", "/v4/projects/{project}/evaluations"),
        ("GET", "/v4/projects/{project}/datasets"),
        ("GET", "/v4/model-configs/{config}"),
        ("GET", "/v4/evaluators/{evaluator}"),
        ("PATCH", "/v4/evaluators/{evaluator}"),
        ("DELETE", "/v4/evaluators/{evaluator}"),
        ("GET", "/v4/datasets/{dataset}"),
        ("PATCH", "/v4/datasets/{dataset}"),
        ("DELETE", "/v4/datasets/{dataset}"),
        ("GET", "/v4/datasets/{dataset}/datapoints"),
        ("POST", "/v4/datasets/{dataset}/datapoints"),
        ("GET", "/v4/datapoints/{datapoint}"),
        ("GET", "/v4/logs/{log}"),
        ("GET", "/v4/evaluations/{evaluation}"),
        ("GET", "/v4/evaluations/{evaluation}/datapoints"),
        ("PATCH", "/v4/evaluations/{evaluation}/evaluators"),
    ],
)
def test_a_path_leads_to_nothing_of_anothers(two: Two, method: str, path: str) -> None:
    address = path.format(
        project=two.world.project["id"],
        config=two.world.config["id"],
        evaluator=two.evaluator_id,
        dataset=two.world.dataset["id"],
        datapoint=two.datapoint_id,
        log=two.log_id,
        evaluation=two.world.id,
    )
    body: Json | None = None if method in ("GET", "DELETE") else {}
    refusal(two.other.http.request(method, address, json=body), 404)
    assert two.mine.http.request("GET", address.removesuffix("/evaluators")).status_code == 200


def test_anothers_evaluation_cannot_be_written_to(two: Two) -> None:
    world = two.world
    for path, body in (
        ("log", {"datapoint_id": two.datapoint_id, "log": {"output": "a"}}),
        ("result", {"log_id": two.log_id, "evaluator_id": two.evaluator_id, "result": 1}),
    ):
        refusal(two.other.http.post(f"{world.path}/{path}", json=body), 404)
    refusal(two.other.http.patch(f"{world.path}/status", json={"status": "cancelled"}), 404)
    assert world.get()["status"] == "running"


def test_a_body_names_nothing_of_anothers(two: Two) -> None:
    account, world = two.other, two.world
    project = account.project()
    config, dataset = account.config(project), account.dataset(project)
    good: Json = {"config_id": config["id"], "dataset_id": dataset["id"], "evaluator_ids": []}
    path = f"/v4/projects/{project['id']}/evaluations"
    for wrong, place in (
        ({"config_id": world.config["id"]}, ("config_id",)),
        ({"dataset_id": world.dataset["id"]}, ("dataset_id",)),
        ({"evaluator_ids": [two.evaluator_id]}, ("evaluator_ids", 0)),
    ):
        body = {**good, "hl_generated": False, **wrong}
        invalid(account.http.post(path, json=body), "body", *place)
    names = {"project_id": project["id"], "config_id": config["id"]}
    session = ok(two.mine.http.get(f"/v4/logs/{two.log_id}"))["session_id"]
    for name, value in (
        ("project_id", world.project["id"]),
        ("config_id", world.config["id"]),
        ("session_id", session),
        ("parent_id", two.log_id),
        ("parent_reference_id", "r"),
        ("source_datapoint_id", two.datapoint_id),
    ):
        invalid(account.http.post("/v4/logs", json={**names, name: value}), "body", name)
    points = f"/v4/datasets/{dataset['id']}/datapoints"
    body = {"log_ids": [two.log_id]}
    invalid(account.http.post(points, json=body), "body", "log_ids", 0)
    body = {"project_id": world.project["id"], "model": "m"}
    invalid(account.http.post("/v4/model-configs", json=body), "body", "project_id")


def test_lists_hold_nothing_of_anothers(two: Two) -> None:
    http = two.other.http
    listed = [
        *ok(http.get("/v4/projects?size=1000"))["records"],
        *ok(http.get("/v4/datasets")),
        *ok(http.get("/v4/evaluators")),
    ]
    theirs = {two.world.project["id"], two.world.dataset["id"], two.evaluator_id}
    assert not theirs & {one["id"] for one in listed}
    for path in ("/v4/evaluations", "/v4/logs"):
        response = http.get(path, params={"project_id": two.world.project["id"]})
        invalid(response, "query", "project_id")


def test_names_and_contents_are_each_tenants_own(two: Two) -> None:
    name = two.world.project["name"]
    same = ok(two.other.http.post("/v4/projects", json={"name": name}), 201)
    assert same["id"] != two.world.project["id"]
    assert same["team_id"] != two.world.project["team_id"]
    assert two.other.config(same)["id"] != two.world.config["id"]
    body = {"project_id": same["id"], "config": {"model": "m"}, "session_reference_id": "s"}
    made = ok(two.other.http.post("/v4/logs", json=body))
    mine = ok(two.mine.http.get(f"/v4/logs/{two.log_id}"))
    assert made["session_id"] != mine["session_id"]


def test_of_oxens_evaluations_none_is_one_of_humanloop(two: Two) -> None:
    key = two.mine.http.headers["X-API-KEY"]
    headers = {"Authorization": f"Bearer {key}"}
    path = f"/api/repos/ox/r/evaluations/{two.world.id}"
    assert two.mine.http.get(path, headers=headers).status_code == 404
