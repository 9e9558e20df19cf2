"""Datasets and their datapoints: a version with each write, pages from 0."""

import re

import pytest

from .conftest import REVIEWS, Account, Json, invalid, new_name, ok, refusal


def test_a_dataset_is_made_empty(account: Account) -> None:
    project = account.project()
    body = {"name": new_name("reviews"), "description": "Short ones."}
    made = ok(account.http.post(f"/v4/projects/{project['id']}/datasets", json=body), 201)
    assert re.fullmatch(r"evts_[A-Za-z0-9]{21}", made["id"])
    assert {name: made[name] for name in body} == body
    assert (made["project_id"], made["datapoint_count"]) == (project["id"], 0)
    assert ok(account.http.get(f"/v4/datasets/{made['id']}")) == made
    assert ok(account.http.get(f"/v4/projects/{project['id']}/datasets")) == [made]
    other = account.dataset(account.project(), [])
    assert ok(account.http.get("/v4/datasets"))[:2] == [other, made]


def test_a_dataset_is_renamed(account: Account) -> None:
    made = account.dataset(account.project())
    path = f"/v4/datasets/{made['id']}"
    changed = ok(account.http.patch(path, json={"name": "Better"}))
    assert changed == {**made, "name": "Better", "updated_at": changed["updated_at"]}
    assert ok(account.http.patch(path, json={"description": "New."}))["description"] == "New."
    assert changed["updated_at"] > made["updated_at"]
    invalid(account.http.patch(path, json={"name": ""}), "body", "name")


def test_a_deleted_dataset_is_gone(account: Account) -> None:
    project = account.project()
    made = account.dataset(project)
    path = f"/v4/datasets/{made['id']}"
    (first, *_) = ok(account.http.get(f"{path}/datapoints"))["records"]
    response = account.http.delete(path)
    assert (response.status_code, response.content) == (200, b"null")
    refusal(account.http.get(path), 404)
    refusal(account.http.delete(path), 404)
    refusal(account.http.get(f"{path}/datapoints"), 404)
    refusal(account.http.post(f"{path}/datapoints", json={}), 404)
    refusal(account.http.get(f"/v4/datapoints/{first['id']}"), 404)
    assert ok(account.http.get(f"/v4/projects/{project['id']}/datasets")) == []


def test_datapoints_are_added_in_order(account: Account) -> None:
    dataset = account.dataset(account.project(), [])
    added = account.add(dataset, REVIEWS)
    assert [one["inputs"] for one in added] == [one["inputs"] for one in REVIEWS]
    assert all(re.fullmatch(r"evtc_[A-Za-z0-9]{21}", one["id"]) for one in added)
    assert {one["dataset_id"] for one in added} == {dataset["id"]}
    (single,) = account.add(dataset, {"messages": [{"role": "user", "content": "Hi"}]})
    assert (single["inputs"], single["target"]) == (None, None)
    assert single["messages"] == [{"role": "user", "content": "Hi"}]
    found = ok(account.http.get(f"/v4/datasets/{dataset['id']}/datapoints"))
    assert found == {"records": [*added, single], "page": 0, "size": 50, "total": 4}
    assert ok(account.http.get(f"/v4/datapoints/{single['id']}")) == single
    assert ok(account.http.get(f"/v4/datasets/{dataset['id']}"))["datapoint_count"] == 4
    assert account.add(dataset, []) == []


def test_datapoints_come_page_by_page_from_0(account: Account) -> None:
    dataset = account.dataset(account.project(), [{"inputs": {"n": str(n)}} for n in range(7)])
    path = f"/v4/datasets/{dataset['id']}/datapoints"

    def page(number: int, size: int) -> list[str]:
        body = ok(account.http.get(path, params={"page": number, "size": size}))
        assert (body["page"], body["size"], body["total"]) == (number, size, 7)
        return [one["inputs"]["n"] for one in body["records"]]

    assert (page(0, 3), page(1, 3), page(2, 3)) == (["0", "1", "2"], ["3", "4", "5"], ["6"])
    assert page(3, 3) == page(10**9, 1000) == []


def test_any_target_is_kept(account: Account) -> None:
    target: Json = {
        "n": 1,
        "x": 0.5,
        "b": False,
        "s": "ü",
        "list": [1, None],
        "deep": {"a": {"b": []}},
    }
    (added,) = account.add(account.dataset(account.project(), []), {"target": target})
    assert added["target"] == target


@pytest.mark.parametrize(
    "body",
    [
        {"inputs": {"n": 1}},
        {"inputs": []},
        {"target": {"n": None}},
        [{"inputs": {}}, {"messages": [{"content": "no role"}]}],
        "text",
    ],
)
def test_what_is_no_datapoint_is_refused(account: Account, body: object) -> None:
    dataset = account.dataset(account.project(), [])
    response = account.http.post(f"/v4/datasets/{dataset['id']}/datapoints", json=body)
    assert response.status_code == 422, response.text
    assert response.json()["detail"]
    assert ok(account.http.get(f"/v4/datasets/{dataset['id']}"))["datapoint_count"] == 0


def test_datapoints_are_made_of_logs(account: Account) -> None:
    project = account.project()
    config = account.config(project)
    logs: list[Json] = [
        {"inputs": {"review": "Fine.", "stars": 4}, "output": "positive"},
        {"messages": [{"role": "user", "content": "Hi"}], "error": "It broke."},
    ]
    named = {"project_id": project["id"], "config_id": config["id"]}
    made = ok(account.http.post("/v4/logs", json=[{**named, **log} for log in logs]))
    dataset = account.dataset(project, [])
    ids = [one["id"] for one in made]
    first, second = account.add(dataset, {"log_ids": ids})
    assert first["inputs"] == {"review": "Fine.", "stars": "4"}
    assert (first["messages"], first["target"]) == (None, {"output": "positive"})
    assert (second["inputs"], second["target"]) == ({}, None)
    assert second["messages"] == logs[1]["messages"]


@pytest.mark.parametrize("log_ids", [5, "data_1", [5], None])
def test_log_ids_must_be_ids(account: Account, log_ids: object) -> None:
    dataset = account.dataset(account.project(), [])
    path = f"/v4/datasets/{dataset['id']}/datapoints"
    invalid(account.http.post(path, json={"log_ids": log_ids}), "body", "log_ids")


def test_an_unknown_log_makes_no_datapoint(account: Account) -> None:
    dataset = account.dataset(account.project(), [])
    path = f"/v4/datasets/{dataset['id']}/datapoints"
    body: Json = {"log_ids": ["data_nowhere"]}
    message = invalid(account.http.post(path, json=body), "body", "log_ids", 0)
    assert "data_nowhere" in message
