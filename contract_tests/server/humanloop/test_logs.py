"""Logs that are kept by themselves: what they hold, what they name, how they are found."""

import re
from typing import Any

import pytest

from .conftest import Account, Json, invalid, new_name, ok

FULL: Json = {
    "inputs": {"review": "Fine.", "deep": {"list": [1, None]}},
    "source": "checkout",
    "metadata": {"version": "1.2"},
    "reference_id": "mine",
    "messages": [{"role": "user", "content": "Fine."}],
    "output": "positive",
    "judgment": [],
    "environment": "staging",
    "error": "Late.",
    "stdout": "hm",
    "duration": 0.5,
    "output_message": {"role": "assistant", "content": "positive"},
    "prompt_tokens": 12,
    "output_tokens": 1,
    "prompt_cost": 0.01,
    "output_cost": 0.02,
    "provider_request": {"model": "m"},
    "provider_response": {"choices": []},
}


def named(account: Account) -> Json:
    """The project and config that a log has to name."""
    project = account.project()
    return {"project_id": project["id"], "config_id": account.config(project)["id"]}


def test_a_log_is_kept_whole(account: Account) -> None:
    names = named(account)
    made = ok(account.http.post("/v4/logs", json={**names, **FULL}))
    assert re.fullmatch(r"data_[A-Za-z0-9]{21}", made["id"])
    assert made == {"id": made["id"], "project_id": names["project_id"], "session_id": None}
    log = ok(account.http.get(f"/v4/logs/{made['id']}"))
    assert {name: log[name] for name in (*FULL, *names)} == {**FULL, **names}
    assert (log["tokens"], log["save"], log["feedback"], log["batch_ids"]) == (13, True, [], [])
    assert log["config"] == ok(account.http.get(f"/v4/model-configs/{names['config_id']}"))
    assert (log["evaluation_results"], log["observability_status"]) == ([], "completed")


def test_a_request_brings_no_more_logs_than_others_can_wait_for(account: Account) -> None:
    logs = [named(account)] * 10_001
    refused = invalid(account.http.post("/v4/logs", json=logs), "body")
    assert "The request has 10,001 logs, and 10,000 at most come in one" in refused
    assert len(ok(account.http.post("/v4/logs", json=logs[1:]))) == 10_000


def test_several_logs_are_answered_in_order(account: Account) -> None:
    names = named(account)
    made = ok(account.http.post("/v4/logs", json=[{**names, "output": str(n)} for n in range(3)]))
    outputs = [ok(account.http.get(f"/v4/logs/{one['id']}"))["output"] for one in made]
    assert outputs == ["0", "1", "2"]
    assert ok(account.http.post("/v4/logs", json=[])) == []


def test_a_project_and_a_config_are_made_if_they_are_new(account: Account) -> None:
    name = new_name("logged")
    config = {"model": "gpt-4o", "temperature": 0, "prompt_template": name}
    body = {"project": name, "config": config, "output": "a"}
    first, second = ok(account.http.post("/v4/logs", json=[body, body]))
    logs = [ok(account.http.get(f"/v4/logs/{one['id']}")) for one in (first, second)]
    assert {log["project"] for log in logs} == {name}
    assert len({log["config_id"] for log in logs}) == 1
    registered = ok(account.http.post("/v4/model-configs", json={**config, "project": name}))
    assert (registered["config"]["id"], registered["num_datapoints"]) == (logs[0]["config_id"], 2)


def test_what_is_not_to_be_saved_is_not(account: Account) -> None:
    body = {**named(account), "inputs": {"a": "secret"}, "output": "secret", "save": False}
    made = ok(account.http.post("/v4/logs", json={**body, "source": "checkout"}))
    response = account.http.get(f"/v4/logs/{made['id']}")
    log = ok(response)
    assert "secret" not in response.text
    assert (log["save"], log["inputs"], log["source"]) == (False, {}, "checkout")


def test_a_log_may_be_older_than_today(account: Account) -> None:
    body = {**named(account), "created_at": "2024-02-29T23:30:00-01:30"}
    made = ok(account.http.post("/v4/logs", json=body))
    log = ok(account.http.get(f"/v4/logs/{made['id']}"))
    assert log["created_at"] == "2024-03-01T01:00:00.000000Z"


def test_feedback_is_kept(account: Account) -> None:
    names = named(account)
    one = {"type": "rating", "value": "good", "user": "Ann"}
    other = {"type": "stars", "value": 4.5, "created_at": "2024-01-01T00:00:00Z"}
    made = ok(
        account.http.post(
            "/v4/logs", json=[{**names, "feedback": one}, {**names, "feedback": [one, other]}]
        )
    )
    (only,) = ok(account.http.get(f"/v4/logs/{made[0]['id']}"))["feedback"]
    assert {name: only[name] for name in one} == one
    assert only["id"].startswith("ann_")
    assert only["data_id"] == made[0]["id"]
    _, last = ok(account.http.get(f"/v4/logs/{made[1]['id']}"))["feedback"]
    assert (last["type"], last["value"], last["user"]) == ("stars", 4.5, None)
    assert last["created_at"].startswith("2024-01-01")


def test_logs_of_one_name_are_of_one_session(account: Account) -> None:
    names, reference = named(account), new_name("session")
    one = {**names, "session_reference_id": reference}
    first, second = ok(account.http.post("/v4/logs", json=[one, one]))
    assert first["session_id"] == second["session_id"]
    assert first["session_id"].startswith("sesh_")
    third = ok(account.http.post("/v4/logs", json={**names, "session_id": first["session_id"]}))
    assert third["session_id"] == first["session_id"]
    log = ok(account.http.get(f"/v4/logs/{second['id']}"))
    assert (log["session_id"], log["session_reference_id"]) == (first["session_id"], reference)


def test_a_log_nests_in_another_of_its_session(account: Account) -> None:
    names, reference = named(account), new_name("reference")
    outer = {**names, "reference_id": reference, "session_reference_id": new_name("session")}
    parent = ok(account.http.post("/v4/logs", json=outer))
    for naming in ({"parent_id": parent["id"]}, {"parent_reference_id": reference}):
        child = ok(account.http.post("/v4/logs", json={**names, **naming}))
        log = ok(account.http.get(f"/v4/logs/{child['id']}"))
        assert (log["parent_id"], log["session_id"]) == (parent["id"], parent["session_id"])
        assert log["parent_reference_id"] == naming.get("parent_reference_id")
    elsewhere = {"parent_id": parent["id"], "session_reference_id": new_name("session")}
    invalid(account.http.post("/v4/logs", json={**names, **elsewhere}), "body", "parent_id")


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"project_id": None}, "project"),
        ({"project_id": "pr_nowhere"}, "project_id"),
        ({"project": "another one"}, "project"),
        ({"config_id": None}, "config"),
        ({"config_id": "config_nowhere"}, "config_id"),
        ({"config": {"model": "quite another"}}, "config"),
        ({"session_id": "sesh_nowhere"}, "session_id"),
        ({"parent_id": "data_nowhere"}, "parent_id"),
        ({"parent_reference_id": "nothing"}, "parent_reference_id"),
        ({"source_datapoint_id": "evtc_nowhere"}, "source_datapoint_id"),
        ({"created_at": "2024-01-01T00:00:00"}, "created_at"),
        ({"created_at": "2024-13-01T00:00:00Z"}, "created_at"),
        ({"created_at": "0001-01-01T00:00:00+23:00"}, "created_at"),
        ({"prompt_tokens": -1}, "prompt_tokens"),
        ({"output": 5}, "output"),
    ],
)
def test_what_cannot_be_kept_is_told(account: Account, parts: Json, place: str) -> None:
    body = {**named(account), **parts}
    given = {name: value for name, value in body.items() if value is not None}
    invalid(account.http.post("/v4/logs", json=given), "body", place)


def test_two_names_of_one_thing_are_refused(account: Account) -> None:
    names = named(account)
    made = ok(account.http.post("/v4/logs", json={**names, "session_reference_id": "s"}))
    both = {"session_id": made["session_id"], "session_reference_id": "s"}
    response = account.http.post("/v4/logs", json={**names, **both})
    invalid(response, "body", "session_reference_id")
    both = {"parent_id": made["id"], "parent_reference_id": "r"}
    response = account.http.post("/v4/logs", json={**names, **both})
    invalid(response, "body", "parent_reference_id")


def test_of_several_logs_all_are_kept_or_none(account: Account) -> None:
    names = named(account)
    response = account.http.post("/v4/logs", json=[names, {**names, "config_id": "config_x"}])
    invalid(response, "body", 1, "config_id")
    listed = ok(account.http.get("/v4/logs", params={"project_id": names["project_id"]}))
    assert listed["total"] == 0


def listed(account: Account, project_id: str, **query: Any) -> list[str]:
    """The outputs of the logs that a query finds."""
    body = ok(account.http.get("/v4/logs", params={"project_id": project_id, **query}))
    assert body["total"] >= len(body["records"])
    return [one["output"] for one in body["records"]]


def test_logs_come_page_by_page_from_0_the_newest_first(account: Account) -> None:
    names = named(account)
    project_id = names["project_id"]
    ok(account.http.post("/v4/logs", json=[{**names, "output": str(n)} for n in range(5)]))
    assert listed(account, project_id) == ["4", "3", "2", "1", "0"]
    assert listed(account, project_id, size=2) == ["4", "3"]
    assert listed(account, project_id, size=2, page=2) == ["0"]
    body = ok(account.http.get("/v4/logs", params={"project_id": project_id, "size": 2}))
    assert (body["page"], body["size"], body["total"]) == (0, 2, 5)
    invalid(account.http.get("/v4/logs", params={"project_id": "pr_x"}), "query", "project_id")


def test_logs_are_found(account: Account) -> None:
    project = account.project()
    small, large = account.config(project, model="small"), account.config(project, model="large")
    base = {"project_id": project["id"]}
    logs: list[Json] = [
        {"output": "a", "config_id": small["id"], "source": "web", "inputs": {"x": "ÄPFEL"}},
        {"output": "b", "config_id": large["id"], "source": "app", "inputs": {"x": [{"y": "50%"}]}},
        {"output": "c", "config_id": large["id"], "metadata": {"run": {"id": "R_7"}}},
    ]
    days = ("2024-01-01T12:00:00Z", "2024-01-02T00:00:00Z", "2024-01-03T23:59:59Z")
    ok(
        account.http.post(
            "/v4/logs",
            json=[{**base, **log, "created_at": day} for log, day in zip(logs, days, strict=True)],
        )
    )

    def find(**query: Any) -> list[str]:
        return sorted(listed(account, project["id"], **query))

    assert find(search="äpfel") == ["a"]
    assert find(search="50%") == ["b"]
    assert find(search="C") == ["c"]
    assert find(search="x") == []
    assert find(search="") == ["a", "b", "c"]
    assert find(metadata_search="r_7") == ["c"]
    assert find(metadata_search="äpfel") == []
    assert find(source_filter=["web", "app"]) == ["a", "b"]
    assert find(source_filter="web", model_filter="large") == []
    assert find(model_filter="large") == ["b", "c"]
    assert find(start_date="2024-01-02") == ["b", "c"]
    assert find(end_date="2024-01-02") == ["a", "b"]
    assert find(end_date="2024-01-02T00:00:00Z") == ["a"]
    assert find(start_date="2024-01-01T12:00:00Z", end_date="9999-12-31") == ["a", "b", "c"]
    assert find(start_date="2024-01-01T13:00:00+00:59") == ["b", "c"]
    assert find(version_status="committed") == ["a", "b", "c"]
    assert find(version_status="deleted") == []


def test_logs_are_sorted(account: Account) -> None:
    project = account.project()
    config_b, config_a = account.config(project, model="b"), account.config(project, model="a")
    ratings = ({"type": "rating", "value": "good"}, {"type": "rating", "value": "bad"})
    logs: list[Json] = [
        {"output": "1", "config_id": config_b["id"], "source": "y", "feedback": [*ratings]},
        {"output": "2", "config_id": config_a["id"], "source": "x", "feedback": ratings[0]},
        {"output": "3", "config_id": config_a["id"], "source": "y"},
    ]
    ok(account.http.post("/v4/logs", json=[{"project_id": project["id"], **log} for log in logs]))

    def order(*sort: str) -> list[str]:
        return listed(account, project["id"], sort=list(sort))

    assert order("timestamp.asc") == ["1", "2", "3"]
    assert order("timestamp.desc") == ["3", "2", "1"]
    assert order("model.asc") == ["3", "2", "1"]
    assert order("source.desc", "model.asc") == ["3", "1", "2"]
    assert order("feedback-rating.desc") == ["2", "1", "3"]
    assert order("feedback-none.asc", "timestamp.asc") == ["1", "2", "3"]
