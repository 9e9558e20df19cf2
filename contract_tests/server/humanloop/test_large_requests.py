"""Requests that bring much: whatever they make is written beside the event loop."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from oxloop_server.apis.humanloop import running as having_run
from oxloop_server.problems import Refused
from oxloop_server.storage.humanloop.evaluators import Evaluator
from running_service import Running
from scripted_model import ScriptedModel

from ..conftest import Repo, serving
from ..test_oxen_evaluations import create
from .conftest import Account, new_name, ok

# A service to which every body is large.
LOWERED = """
import sys
from oxloop_server.apis import writing
from oxloop_server.storage.database import Database

async def refuse(*_):
    raise AssertionError("this was to be written on the event loop")

writing.LARGE = 0
Database.write_small = refuse
from oxloop_server.__main__ import main
sys.exit(main())
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("lowered"), model, LOWERED) as running:
        yield running


def test_all_that_is_made_of_a_body_is_written_beside_the_event_loop(
    account: Account, repo: Repo
) -> None:
    judge = account.evaluator()
    change = {"description": "Another."}
    ok(account.http.patch(f"/v4/evaluators/{judge['id']}", json=change))
    world = account.world(judge).running()
    ok(account.http.patch(f"/v4/datasets/{world.dataset['id']}", json=change))
    log_id = world.logged(0)
    ok(world.result(log_id, judge, result=1), 201)
    names = {"project_id": world.project["id"], "config_id": world.config["id"]}
    ok(account.http.post("/v4/logs", json={**names, "output": new_name("log")}))
    repo.put("main/tickets.csv", b"query\nparcel?\n")
    create(repo, "main/tickets.csv", auto_commit=False)


def test_an_evaluator_that_is_named_often_is_looked_over_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_over: list[object] = []

    def model_for(_: object, body: dict[str, Any]) -> None:
        looked_over.append(body["model"])
        if body["model"] == "unknown":
            raise Refused("invalid_params", "no")

    def judge(model: str) -> Evaluator:
        body = {"type": "llm", "model_config": {"model": model}}
        return Evaluator(model, f"{model} 1", body, (), "", "")

    monkeypatch.setattr(having_run, "model_for", model_for)
    service = cast(Any, SimpleNamespace(registry=None))
    known, unknown = judge("known"), judge("unknown")
    asked = [(("body", index), known) for index in range(1000)]
    having_run.check_evaluators(service, asked)
    assert looked_over == ["known"]
    with pytest.raises(Refused) as refused:
        having_run.check_evaluators(service, [*asked[:2], (("body", 2), unknown)] * 2)
    assert [detail.place for detail in refused.value.details] == [("body", 2)]
