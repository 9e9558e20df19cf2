"""Evaluations: created, read, listed; what they are made of stays as it was."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from running_service import Running

from .conftest import MODEL, REVIEWS, Account, Json, World, invalid, new_name, ok, refusal


def test_an_evaluation_waits_for_its_client(account: Account) -> None:
    evaluator = account.evaluator()
    world = account.world(evaluator)
    found = world.get()
    assert re.fullmatch(r"ev_[A-Za-z0-9]{21}", found["id"])
    assert found["status"] == "pending"
    assert found["config"] == world.config
    assert found["evaluators"] == [evaluator]
    assert found["dataset"] == found["dataset_snapshot"] == world.dataset
    assert found["dataset_version_id"]
    assert found["evaluator_aggregates"] is None
    assert found["created_at"] == found["updated_at"]
    assert "name" not in found


def test_it_runs_over_the_version_that_it_was_made_with(account: Account) -> None:
    world = account.world()
    before = world.get()
    account.add(world.dataset, REVIEWS)
    ok(account.http.patch(f"/v4/datasets/{world.dataset['id']}", json={"name": "Renamed"}))
    found = world.get()
    assert found["dataset_version_id"] == before["dataset_version_id"]
    assert found["dataset_snapshot"] == world.dataset
    assert (found["dataset"]["name"], found["dataset"]["datapoint_count"]) == ("Renamed", 6)
    assert len(world.cases(size=100)) == 3
    later = ok(account.http.post(world.creation, json=world.body), 201)
    assert later["dataset_version_id"] != before["dataset_version_id"]
    assert later["dataset_snapshot"]["datapoint_count"] == 6


def test_it_keeps_the_version_of_an_evaluator_that_it_was_made_with(account: Account) -> None:
    evaluator = account.evaluator()
    world = account.world(evaluator)
    path = f"/v4/evaluators/{evaluator['id']}"
    changed = ok(account.http.patch(path, json={"description": "Changed."}))
    assert world.get()["evaluators"] == [evaluator]
    later = ok(account.http.post(world.creation, json=world.body), 201)
    assert later["evaluators"] == [changed]


def test_none_is_made_of_what_was_deleted_a_moment_ago(account: Account) -> None:
    evaluator = account.evaluator()
    world = account.world(evaluator)
    ok(account.http.post(world.creation, json=world.body), 201)
    account.http.delete(f"/v4/evaluators/{evaluator['id']}")
    answer = account.http.post(world.creation, json=world.body)
    assert evaluator["id"] in invalid(answer, "body", "evaluator_ids", 0)
    without: Json = {**world.body, "evaluator_ids": []}
    ok(account.http.post(world.creation, json=without), 201)
    account.http.delete(f"/v4/datasets/{world.dataset['id']}")
    answer = account.http.post(world.creation, json=without)
    assert world.dataset["id"] in invalid(answer, "body", "dataset_id")


def test_what_is_deleted_stays_with_it(account: Account) -> None:
    evaluator = account.evaluator()
    world = account.world(evaluator).running()
    account.http.delete(f"/v4/evaluators/{evaluator['id']}")
    account.http.delete(f"/v4/datasets/{world.dataset['id']}")
    found = world.get()
    assert (found["evaluators"], found["dataset"]) == ([evaluator], world.dataset)
    ok(world.result(world.logged(0), evaluator, result=1), 201)
    assert world.aggregates() == {evaluator["id"]: 1}
    invalid(account.http.post(world.creation, json=world.body), "body", "evaluator_ids", 0)
    without: Json = {**world.body, "evaluator_ids": []}
    invalid(account.http.post(world.creation, json=without), "body", "dataset_id")


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"config_id": "config_nowhere"}, ("config_id",)),
        ({"dataset_id": "evts_nowhere"}, ("dataset_id",)),
        ({"evaluator_ids": ["evfn_nowhere"]}, ("evaluator_ids", 0)),
        ({"evaluator_ids": "evfn_1"}, ("evaluator_ids",)),
        ({"name": ""}, ("name",)),
        ({"hl_generated": "no"}, ("hl_generated",)),
        ({"provider_api_keys": {"openai": 5}}, ("provider_api_keys", "openai")),
    ],
)
def test_what_it_cannot_be_made_of_is_told(
    account: Account, parts: Json, place: tuple[str | int, ...]
) -> None:
    world = account.world()
    response = account.http.post(world.creation, json={**world.body, **parts})
    invalid(response, "body", *place)


def test_a_name_is_taken_once_in_a_project(account: Account) -> None:
    world = account.world(name="First")
    assert "First" in invalid(account.http.post(world.creation, json=world.body), "body", "name")
    ok(account.http.post(world.creation, json={**world.body, "name": "Second"}), 201)
    elsewhere = f"/v4/projects/{account.project()['id']}/evaluations"
    ok(account.http.post(elsewhere, json=world.body), 201)


def test_an_evaluator_named_twice_judges_once(account: Account) -> None:
    evaluator = account.evaluator()
    assert account.world(evaluator, evaluator).get()["evaluators"] == [evaluator]


def test_a_model_that_is_not_registered_is_refused_if_it_is_needed(account: Account) -> None:
    project = account.project()
    body: Json = {
        "config_id": account.config(project, model="gpt-99")["id"],
        "dataset_id": account.dataset(project)["id"],
        "evaluator_ids": [],
    }
    path = f"/v4/projects/{project['id']}/evaluations"
    message = invalid(account.http.post(path, json=body), "body", "config_id")
    assert "gpt-99" in message
    assert MODEL in message
    ok(account.http.post(path, json={**body, "hl_generated": False}), 201)


def test_an_evaluator_without_a_model_is_refused(account: Account) -> None:
    judge = account.evaluator(
        type="llm",
        return_type="boolean",
        model_config={"model": "gpt-99", "prompt_template": "{{log.output}}?"},
    )
    world = account.world()
    body = {**world.body, "evaluator_ids": [judge["id"]]}
    assert "gpt-99" in invalid(
        account.http.post(world.creation, json=body), "body", "evaluator_ids", 0
    )
    path = f"{world.path}/evaluators"
    response = account.http.patch(path, json={"evaluator_ids": [judge["id"]]})
    assert "gpt-99" in invalid(response, "body", "evaluator_ids", 0)


def test_a_tool_is_not_run(account: Account) -> None:
    world = account.world()
    tool = {"type": "tool", "name": "add"}
    body = {"project_id": world.project["id"], "config": tool, "output": "3"}
    log = ok(account.http.post("/v4/logs", json=body))
    config_id = ok(account.http.get(f"/v4/logs/{log['id']}"))["config_id"]
    body = {**world.body, "config_id": config_id}
    response = account.http.post(world.creation, json={**body, "hl_generated": True})
    invalid(response, "body", "config_id")
    ok(account.http.post(world.creation, json=body), 201)


def test_it_runs_by_itself_if_nothing_waits_for_the_client(account: Account) -> None:
    shouts = account.python('def f(log, testcase):\n    return log["output"].isupper()\n')
    world = account.world(shouts, hl_generated=True)
    world.until("completed")
    assert [case["log"]["output"] for case in world.cases()] == [
        "LABEL LOVELY.",
        "LABEL DREADFUL.",
        "LABEL CHARMING.",
    ]
    assert world.aggregates() == {shouts["id"]: 1}


def test_the_mock_provider_needs_no_model(account: Account) -> None:
    world = account.world()
    mock = account.config(world.project, model="any", provider="mock")
    body = {**world.body, "config_id": mock["id"], "hl_generated": True}
    made = ok(account.http.post(world.creation, json=body), 201)
    assert made["status"] == "running"
    again = World(account, world.project, mock, world.dataset, body, made["id"])
    again.until("completed")
    assert again.cases()[0]["log"]["output"] == "Label Lovely."


def test_an_evaluation_of_nothing_is_complete(account: Account) -> None:
    world = account.world()
    empty = account.dataset(world.project, [])
    body = {**world.body, "dataset_id": empty["id"], "hl_generated": True}
    made = ok(account.http.post(world.creation, json=body), 201)
    World(account, world.project, world.config, empty, body, made["id"]).until("completed")


def test_keys_of_a_request_are_kept_nowhere(account: Account, service: Running) -> None:
    secret = "sk-0123456789-never-to-be-seen"
    keys = {"openai": secret, "anthropic": secret}
    world = account.world(provider_api_keys=keys)
    for status in ("running", "completed"):
        assert secret not in world.set(status).text
    assert secret not in account.http.get(world.path).text
    assert secret not in service.log()
    for file in service.folder.path.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file
    empty = account.http.post(world.creation, json={**world.body, "provider_api_keys": {}})
    ok(empty, 201)


def test_an_address_among_the_keys_is_refused(account: Account, service: Running) -> None:
    world = account.world()

    def create(address: str) -> Any:
        keys = {"openai_azure": "k", "openai_azure_endpoint": address}
        return account.http.post(world.creation, json={**world.body, "provider_api_keys": keys})

    place = ("body", "provider_api_keys", "openai_azure_endpoint")
    for address in ("https://evil.example.com", "", "/", "http://127.0.0.1"):
        assert "registered" in invalid(create(address), *place)
    models = service.folder.models_file.read_text()
    (url,) = re.findall(r'base_url = "(.*)"', models)
    ok(create(url), 201)


def test_datapoints_come_page_by_page_from_1(account: Account) -> None:
    world = account.world().running()
    world.logged(1)

    def page(**query: int) -> Json:
        return dict(ok(account.http.get(f"{world.path}/datapoints", params=query)))

    assert (page()["page"], page()["size"], page()["total"]) == (1, 10, 3)
    first, second, third = page()["records"]
    assert first["datapoint"]["inputs"] == REVIEWS[0]["inputs"]
    assert (first["log"], first["evaluation_results"]) == (None, [])
    assert second["log"]["output"] == "positive"
    assert page(page=1, size=2)["records"] == [first, second]
    assert page(page=2, size=2)["records"] == [third]
    assert page(page=3, size=2)["records"] == page(page=10**9, size=1000)["records"] == []
    response = account.http.get(f"{world.path}/datapoints", params={"page": 0})
    invalid(response, "query", "page")


def test_an_evaluation_has_one_evaluatee(account: Account) -> None:
    world = account.world()
    assert world.get(evaluatee_id=world.config["id"])["id"] == world.id
    for path in (world.path, f"{world.path}/datapoints"):
        response = account.http.get(path, params={"evaluatee_id": "evv_1"})
        assert world.config["id"] in invalid(response, "query", "evaluatee_id")
    for path in ("/v4/evaluations", world.creation):
        query = {"project_id": world.project["id"], "evaluatee_id": "evv_1"}
        invalid(account.http.get(path, params=query), "query", "evaluatee_id")


def ids(listed: Sequence[Json]) -> list[str]:
    return [one["id"] for one in listed]


def test_a_projects_evaluations_are_listed(account: Account) -> None:
    evaluator = account.evaluator()
    world = account.world(evaluator, name="1")
    made = [
        world.id,
        *(
            ok(account.http.post(world.creation, json={**world.body, "name": name}), 201)["id"]
            for name in "23"
        ),
    ]
    listed = ok(account.http.get(world.creation))
    assert ids(listed) == made[::-1]
    assert {one["evaluator_aggregates"] is None for one in listed} == {True}
    with_aggregates = ok(account.http.get(world.creation, params={"evaluator_aggregates": "true"}))
    (aggregate,) = with_aggregates[0]["evaluator_aggregates"]
    assert (aggregate["evaluator_id"], aggregate["aggregate_value"]) == (evaluator["id"], None)
    assert aggregate["model_config_id"] == world.config["id"]
    assert aggregate["evaluator_version_id"].startswith("evv_")

    def page(**query: Any) -> Json:
        params = {"project_id": world.project["id"], **query}
        return dict(ok(account.http.get("/v4/evaluations", params=params)))

    assert (page()["page"], page()["size"], page()["total"]) == (0, 50, 3)
    assert page()["records"] == listed
    assert ids(page(size=2)["records"]) == made[:0:-1]
    assert ids(page(size=2, page=1)["records"]) == made[:1]
    assert ids(page(id=made[:2])["records"]) == made[1::-1]
    assert ids(page(id=made[:2], id_filter=made[1:])["records"]) == [made[1]]
    assert page(id="ev_nowhere")["total"] == 0
    refusal(account.http.get("/v4/projects/pr_x/evaluations"), 404)
    response = account.http.get("/v4/evaluations", params={"project_id": "pr_x"})
    invalid(response, "query", "project_id")


def test_evaluations_are_filtered_and_sorted(account: Account) -> None:
    score = account.evaluator()
    world = account.world(score)
    other_config = account.config(world.project, name=new_name("A config"), temperature=0)
    other_dataset = account.dataset(world.project)
    path = f"/v4/datasets/{other_dataset['id']}"
    ok(account.http.patch(path, json={"name": "Zoo"}))
    body = {**world.body, "config_id": other_config["id"], "dataset_id": other_dataset["id"]}
    made = ok(account.http.post(world.creation, json=body), 201)
    other = World(account, world.project, other_config, other_dataset, body, made["id"]).running()
    ok(other.result(other.logged(0), score, result=0.5), 201)
    world.running()
    ok(world.result(world.logged(0), score, result=1.5), 201)
    ok(world.set("completed"))

    def find(**query: Any) -> list[str]:
        params = {"project_id": world.project["id"], **query}
        return ids(ok(account.http.get("/v4/evaluations", params=params))["records"])

    both = [other.id, world.id]
    assert find() == both
    assert find(status_filter="running") == [other.id]
    assert find(status_filter=["running", "completed"]) == both
    assert find(dataset_filter="Zoo") == [other.id]
    assert find(dataset_filter=[world.dataset["name"], "Zoo"]) == both
    assert find(config_filter=other_config["name"]) == [other.id]
    assert find(evaluatee_id=world.config["id"]) == [world.id]
    assert find(dataset_filter="Zoo", status_filter="completed") == []
    assert find(sort="status.asc") == [world.id, other.id]
    assert find(sort="config.asc") == [other.id, world.id]
    assert find(sort="dataset.desc") == [other.id, world.id]
    assert find(sort=["evaluator-" + score["id"] + ".desc", "status.desc"]) == [world.id, other.id]
    assert find(start_date="2020-01-01", end_date="9999-12-31") == both
    assert find(end_date="2020-01-01") == []
    assert find(start_date="9999-12-31") == []
