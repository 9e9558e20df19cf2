"""What clients hand in: logs and results; and what all results come to."""

from typing import Any

import pytest
from running_service import until

from .conftest import REVIEWS, Account, Json, invalid, new_name, ok


def test_a_log_answers_a_datapoint(account: Account) -> None:
    world = account.world().running()
    case = world.cases()[0]
    body = {
        "datapoint_id": case["datapoint"]["id"],
        "log": {
            "project_id": world.project["id"],
            "config_id": world.config["id"],
            "inputs": {"review": "Lovely."},
            "output": "positive",
            "duration": 0.01,
            "save": True,
            "session_reference_id": new_name("session"),
        },
    }
    made = ok(account.http.post(f"{world.path}/log", json=body), 201)
    assert made["project_id"] == world.project["id"]
    assert made["session_id"].startswith("sesh_")
    log = ok(account.http.get(f"/v4/logs/{made['id']}"))
    assert log["source_datapoint_id"] == case["datapoint"]["id"]
    assert (log["config"], log["duration"]) == (world.config, 0.01)
    found = world.cases()[0]
    assert (found["log"], found["evaluation_results"]) == (log, [])


def test_project_and_config_of_a_log_are_the_evaluations(account: Account) -> None:
    world = account.world().running()
    log = ok(account.http.get(f"/v4/logs/{world.logged(0)}"))
    assert (log["project_id"], log["config_id"]) == (world.project["id"], world.config["id"])
    written = {"model": world.config["model"], "prompt_template": world.config["prompt_template"]}
    ok(world.log(1, project=world.project["name"], config=written), 201)
    listed = ok(account.http.get("/v4/logs", params={"project_id": world.project["id"]}))
    assert listed["total"] == 2


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"project_id": "pr_nowhere"}, "project_id"),
        ({"project": "another"}, "project"),
        ({"config_id": "config_nowhere"}, "config_id"),
        ({"config": {"model": "another"}}, "config"),
        ({"source_datapoint_id": "evtc_1"}, "source_datapoint_id"),
        ({"save": False}, "save"),
        ({"session_id": "sesh_nowhere"}, "session_id"),
    ],
)
def test_a_log_of_something_else_is_refused(account: Account, parts: Json, place: str) -> None:
    world = account.world().running()
    invalid(world.log(0, **parts), "body", "log", place)
    assert world.cases()[0]["log"] is None


def test_a_log_of_another_config_or_project_is_refused(account: Account) -> None:
    world = account.world().running()
    other = account.project()
    config = account.config(other, temperature=0)
    assert world.config["id"] in invalid(
        world.log(0, config_id=config["id"]), "body", "log", "config_id"
    )
    assert world.project["id"] in invalid(
        world.log(0, project_id=other["id"]), "body", "log", "project_id"
    )


def test_a_datapoint_gets_one_log(account: Account) -> None:
    world = account.world().running()
    log_id = world.logged(0)
    assert log_id in invalid(world.log(0, output="negative"), "body", "datapoint_id")
    assert world.cases()[0]["log"]["output"] == "positive"


def test_only_its_own_datapoints_are_answered(account: Account) -> None:
    world = account.world().running()
    elsewhere = account.add(account.dataset(world.project, []), REVIEWS)
    added = account.add(world.dataset, REVIEWS)
    for datapoint in ("evtc_nowhere", elsewhere[0]["id"], added[0]["id"]):
        body = {"datapoint_id": datapoint, "log": {"output": "a"}}
        response = account.http.post(f"{world.path}/log", json=body)
        assert datapoint in invalid(response, "body", "datapoint_id")


def test_python_evaluators_judge_each_log(account: Account) -> None:
    right, score = account.python(), account.evaluator()
    world = account.world(right, score).running()
    for index in range(3):
        world.logged(index)
    ok(world.result(world.cases()[0]["log"]["id"], score, result=2.5), 201)
    world_values = [True, False, True]

    def judged() -> list[Any]:
        found = [one for case in world.cases() for one in case["evaluation_results"]]
        return [one["value"] for one in found if one["evaluator_id"] == right["id"]]

    until(lambda: judged() == world_values)
    assert world.aggregates() == {right["id"]: pytest.approx(2 / 3), score["id"]: 2.5}
    first = world.cases()[0]
    assert [one["evaluator_id"] for one in first["evaluation_results"]] == [
        right["id"],
        score["id"],
    ]
    assert first["log"]["evaluation_results"] == first["evaluation_results"]
    assert world.get()["status"] == "running"


def test_evaluators_that_are_added_judge_what_is_there(account: Account) -> None:
    world = account.world().running()
    for index in range(3):
        world.logged(index)
    ok(world.set("completed"))
    before = world.get()
    right, external = account.python(), account.evaluator()
    path = f"{world.path}/evaluators"
    body = {"evaluator_ids": [right["id"], external["id"]]}
    found = ok(account.http.patch(path, json=body))
    assert found["evaluators"] == [right, external]
    assert found["updated_at"] > before["updated_at"]
    assert ok(account.http.patch(path, json=body)) == found
    assert ok(account.http.patch(path, json={})) == found
    until(lambda: all(case["evaluation_results"] for case in world.cases()))
    assert world.aggregates() == {right["id"]: pytest.approx(2 / 3), external["id"]: None}


def test_an_evaluator_may_be_added_in_an_older_version(account: Account) -> None:
    evaluator = account.evaluator()
    first = account.world(evaluator)
    (aggregate,) = first.get(evaluator_aggregates="true")["evaluator_aggregates"]
    version = aggregate["evaluator_version_id"]
    ok(account.http.patch(f"/v4/evaluators/{evaluator['id']}", json={"description": "Newer."}))
    world = account.world()
    path = f"{world.path}/evaluators"
    found = ok(account.http.patch(path, json={"evaluator_version_ids": [version]}))
    assert found["evaluators"] == [evaluator]
    newest = ok(account.http.patch(path, json={"evaluator_ids": [evaluator["id"]]}))
    assert newest["evaluators"] == [evaluator]


@pytest.mark.parametrize("field", ["evaluator_ids", "evaluator_version_ids"])
def test_an_unknown_evaluator_is_not_added(account: Account, field: str) -> None:
    world = account.world()
    known = account.evaluator()["id"] if field == "evaluator_ids" else None
    wanted = [known, "ev_nowhere"] if known else ["ev_nowhere"]
    response = account.http.patch(f"{world.path}/evaluators", json={field: wanted})
    assert "ev_nowhere" in invalid(response, "body", field, len(wanted) - 1)
    assert world.get()["evaluators"] == []


@pytest.mark.parametrize(
    ("return_type", "value"),
    [("boolean", True), ("boolean", False), ("number", 5), ("number", 5.5), ("number", -1e300)],
)
def test_a_result_is_kept(account: Account, return_type: str, value: float) -> None:
    evaluator = account.evaluator(return_type=return_type)
    world = account.world(evaluator).running()
    log_id = world.logged(0)
    made = ok(world.result(log_id, evaluator, result=value), 201)
    assert made["id"].startswith("res_")
    assert (made["value"], made["error"]) == (value, None)
    assert type(made["value"]) is type(value)
    assert (made["log_id"], made["evaluation_id"]) == (log_id, world.id)
    assert made["evaluator_id"] == evaluator["id"]
    assert ok(account.http.get(f"/v4/logs/{log_id}"))["evaluation_results"] == [made]
    assert world.cases()[0]["evaluation_results"] == [made]
    assert world.aggregates() == {evaluator["id"]: float(value)}


def test_a_result_may_be_an_error(account: Account) -> None:
    evaluator = account.evaluator(type="human", return_type="text")
    world = account.world(evaluator).running()
    made = ok(world.result(world.logged(0), evaluator, error="Nobody there."), 201)
    assert (made["value"], made["error"]) == (None, "Nobody there.")


def test_what_an_evaluator_says_last_counts(account: Account) -> None:
    evaluator = account.evaluator()
    world = account.world(evaluator).running()
    log_id = world.logged(0)
    first = ok(world.result(log_id, evaluator, error="Late."), 201)
    second = ok(world.result(log_id, evaluator, result=2), 201)
    assert second == {**first, "value": 2, "error": None, "updated_at": second["updated_at"]}
    assert world.aggregates() == {evaluator["id"]: 2}


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({}, "result"),
        ({"result": 1, "error": "Both."}, "result"),
        ({"result": "text"}, "result"),
        ({"result": None}, "result"),
        ({"result": True}, "result"),
        ({"result": 10**400}, "result"),
        ({"result": 1, "log_id": "data_nowhere"}, "log_id"),
        ({"result": 1, "evaluator_id": "evfn_nowhere"}, "evaluator_id"),
    ],
)
def test_what_is_no_result_is_told(account: Account, parts: Json, place: str) -> None:
    evaluator = account.evaluator()
    world = account.world(evaluator).running()
    invalid(world.result(world.logged(0), evaluator, **parts), "body", place)
    assert world.cases()[0]["evaluation_results"] == []


@pytest.mark.parametrize("return_type", ["select", "multi_select", "text"])
def test_no_number_is_taken_for_a_text(account: Account, return_type: str) -> None:
    evaluator = account.evaluator(return_type=return_type)
    world = account.world(evaluator).running()
    invalid(world.result(world.logged(0), evaluator, result=1), "body", "result")


def test_results_of_evaluators_of_the_service_are_its_own(account: Account) -> None:
    evaluator = account.python()
    world = account.world(evaluator).running()
    response = world.result(world.logged(0), evaluator, result=True)
    assert "python" in invalid(response, "body", "evaluator_id")


def test_results_come_from_its_evaluators_for_its_logs(account: Account) -> None:
    mine, other = account.evaluator(), account.evaluator()
    world, elsewhere = account.world(mine).running(), account.world(mine).running()
    response = world.result(world.logged(0), other, result=1)
    assert other["id"] in invalid(response, "body", "evaluator_id")
    log_id = elsewhere.logged(0)
    assert log_id in invalid(world.result(log_id, mine, result=1), "body", "log_id")


def test_a_log_that_was_kept_by_itself_joins_with_its_first_result(account: Account) -> None:
    right, score = account.python(), account.evaluator()
    world = account.world(right, score).running()
    world.logged(2)
    names = {"project_id": world.project["id"], "config_id": world.config["id"]}
    datapoint = world.cases()[0]["datapoint"]

    def keep(**parts: Any) -> str:
        body = {**names, "source_datapoint_id": datapoint["id"], "output": "positive", **parts}
        log_id: str = ok(account.http.post("/v4/logs", json=body))["id"]
        return log_id

    log_id, late = keep(), keep()
    assert world.cases()[0]["log"] is None
    ok(world.result(log_id, score, result=1), 201)
    world.until_judged_by(right, 2)
    first = world.cases()[0]
    assert (first["log"]["id"], len(first["evaluation_results"])) == (log_id, 2)
    ok(world.result(log_id, score, result=3), 201)
    other = account.config(world.project, temperature=0)["id"]
    for wrong in (late, keep(config_id=other), keep(source_datapoint_id=elsewhere(account))):
        assert wrong in invalid(world.result(wrong, score, result=1), "body", "log_id")


def elsewhere(account: Account) -> str:
    """A datapoint of another dataset."""
    dataset = account.dataset(account.project(), [])
    datapoint_id: str = account.add(dataset, {"inputs": {}})[0]["id"]
    return datapoint_id


def test_aggregates_are_means_and_shares(account: Account) -> None:
    share = account.evaluator(return_type="boolean")
    mean, nothing, text = account.evaluator(), account.evaluator(), account.evaluator()
    label = account.python("def f(log, testcase):\n    return log['output']\n", "text")
    broken = account.python("def f(log, testcase):\n    return 1 / 0\n", "number")
    world = account.world(share, mean, nothing, text, label, broken).running()
    logs = [world.logged(index) for index in range(3)]
    for log_id, yes in zip(logs, (True, False, True), strict=True):
        ok(world.result(log_id, share, result=yes), 201)
    for log_id, number in zip(logs[:2], (1, 2.5), strict=True):
        ok(world.result(log_id, mean, result=number), 201)
    ok(world.result(logs[2], mean, error="Left out."), 201)
    ok(world.result(logs[0], text, error="Only an error."), 201)
    world.until_judged_by(label, 3)
    world.until_judged_by(broken, 3)
    assert world.aggregates() == {
        share["id"]: pytest.approx(2 / 3),
        mean["id"]: 1.75,
        nothing["id"]: None,
        text["id"]: None,
        label["id"]: None,
        broken["id"]: None,
    }
    assert world.get()["evaluator_aggregates"] is None
    assert world.get(evaluator_aggregates="false")["evaluator_aggregates"] is None
