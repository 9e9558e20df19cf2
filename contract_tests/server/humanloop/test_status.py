"""Which status follows which, and what each of them allows."""

import pytest
from running_service import until
from scripted_model import ScriptedModel

from .conftest import Account, ok, refusal

STATUSES = ("pending", "running", "completed", "cancelled")
ALLOWED = {
    ("pending", "running"),
    ("running", "completed"),
    ("completed", "running"),
    ("pending", "cancelled"),
    ("running", "cancelled"),
    *((status, status) for status in STATUSES),
}
WAYS = {
    "pending": [],
    "running": ["running"],
    "completed": ["running", "completed"],
    "cancelled": ["cancelled"],
}


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
def test_each_transition(account: Account, before: str, after: str) -> None:
    world = account.world()
    for status in WAYS[before]:
        ok(world.set(status))
    found = world.get()
    assert found["status"] == before
    response = world.set(after)
    if (before, after) in ALLOWED:
        assert ok(response)["status"] == world.get()["status"] == after
        assert (response.json()["updated_at"] > found["updated_at"]) is (before != after)
    else:
        message = refusal(response, 400)
        assert before in message
        assert after in message
        assert world.get() == found


def test_a_reopened_evaluation_keeps_its_logs(account: Account) -> None:
    world = account.world().running()
    log_id = world.logged(0)
    ok(world.set("completed"))
    ok(world.set("running"))
    assert [case["log"] and case["log"]["id"] for case in world.cases()] == [log_id, None, None]
    world.logged(1)


@pytest.mark.parametrize("status", ["pending", "completed", "cancelled"])
def test_only_a_running_evaluation_takes_logs_and_results(account: Account, status: str) -> None:
    evaluator = account.evaluator()
    world = account.world(evaluator)
    if status != "pending":
        world.running()
        log_id = world.logged(0)
        ok(world.set(status))
    else:
        log_id = "data_any"
    assert status in refusal(world.log(1), 400)
    assert status in refusal(world.result(log_id, evaluator, result=1), 400)
    assert world.cases()[1]["log"] is None


def test_evaluators_may_be_added_until_it_is_cancelled(account: Account) -> None:
    world = account.world()
    for status in ("pending", "running", "completed"):
        ok(world.set(status))
        evaluator = account.evaluator()
        path, body = f"{world.path}/evaluators", {"evaluator_ids": [evaluator["id"]]}
        assert ok(account.http.patch(path, json=body))["evaluators"][-1] == evaluator
        assert world.get()["status"] == status
    ok(world.set("running"))
    ok(world.set("cancelled"))
    assert "cancelled" in refusal(account.http.patch(path, json=body), 400)


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_the_service_makes_no_more_logs_when_its_client_has_enough(
    account: Account, model: ScriptedModel, status: str
) -> None:
    world = account.world(account.evaluator(), hl_generated=True)
    assert world.get()["status"] == "pending"
    with model.held():
        asked = len(model.calls)
        world.running()
        model.wait_for(asked + 1)
        ok(world.set(status))
    assert [case["log"] for case in world.cases()] == [None, None, None]
    assert world.get()["status"] == status
    if status == "completed":
        world.running()
        until(lambda: all(case["log"] for case in world.cases()))
        assert world.get()["status"] == "running"
