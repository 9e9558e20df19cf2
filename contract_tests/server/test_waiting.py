"""An evaluation whose model is not there says so while it waits, and what its calls have cost."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from oxloop.rules.models import model_id
from running_service import Running, until
from scripted_model import Reply, ScriptedModel

from .humanloop.conftest import Account, ok

MODELS = """
[[models]]
name = "scripted"
base_url = "{url}"
patience = 3600
price = {{ prompt = 0.5, completion = 2.0 }}
matches = [{{ provider = "openai", model = "*" }}]
"""


class Sleeper(ScriptedModel):
    """A model behind a proxy that says that nobody is there, until it is woken."""

    def __init__(self) -> None:
        self.is_awake = threading.Event()
        super().__init__(
            lambda _: "it is true" if self.is_awake.is_set() else Reply.status(503, "asleep")
        )


@pytest.fixture
def model() -> Iterator[Sleeper]:
    with Sleeper() as running:
        yield running


@pytest.fixture
def service(tmp_path: Path, model: Sleeper) -> Iterator[Running]:
    (tmp_path / "models.toml").write_text(MODELS.format(url=model.base_url))
    running = Running(tmp_path)
    try:
        yield running
    finally:
        assert running.stop() == 0
        assert "contract violation" not in running.log()


def test_a_run_on_oxen_tells_that_its_model_is_not_there(service: Running, model: Sleeper) -> None:
    author = {"name": "Ann", "email": "ann@example.com"}
    wanted: dict[str, Any] = {
        "prompt": "{text}",
        "input_type": "text",
        "output_type": "text",
        "model_id": str(model_id("scripted")),
        "target_column": "answer",
    }
    with service.client() as http:
        repo = "/api/repos/ox/r"
        ok(http.post("/api/repos", json={"namespace": "ox", "name": "r"}))
        files = {"file": b"text\na\nb\n"}
        ok(http.put(f"{repo}/file/main/a.csv", files=files, data=author))
        created = ok(http.post(f"{repo}/evaluations/main/a.csv", json=wanted))["evaluation"]
        assert created["waits_for"] is None

        def now() -> dict[str, Any]:
            return dict(ok(http.get(f"{repo}/evaluations/{created['id']}"))["evaluation"])

        until(lambda: now()["waits_for"] is not None)
        waiting = now()
        assert waiting["status"] == "running"
        assert "answered 503: asleep" in waiting["waits_for"]
        assert waiting["waits_for"].endswith("It is waited for, 3600 s at most.")
        (listed,) = ok(http.get("/x/v1/oxen/repos/ox/r/evaluations"))["evaluations"]
        assert listed["waits_for"] == waiting["waits_for"]
        model.is_awake.set()
        until(lambda: now()["status"] == "completed")
        assert now()["waits_for"] is None


def test_a_judge_that_is_not_there_is_told_and_what_it_costs_stands_apart(
    service: Running, model: Sleeper
) -> None:
    headers = {"X-API-KEY": service.key}
    with httpx.Client(base_url=service.url, headers=headers, timeout=30, trust_env=False) as http:
        account = Account(http)
        asked = {"model": "judge", "provider": "openai", "prompt_template": "Is {{log.output}} so?"}
        judge = account.evaluator(type="llm", return_type="boolean", model_config=asked)
        world = account.world(judge).running()

        def now() -> dict[str, Any]:
            return dict(ok(http.get(f"/x/v1/humanloop/evaluations/{world.id}/progress")))

        nothing = {"prompt_tokens": 0, "completion_tokens": 0, "cost": 0.0}
        assert now()["usage"] == {"answers": nothing, "judges": nothing}
        world.logged(0, output="one two", prompt_tokens=7, output_tokens=2)
        until(lambda: now()["waits_for"] is not None)
        assert "answered 503: asleep" in now()["waits_for"]
        model.is_awake.set()
        until(lambda: now()["done"] == 1)
        assert now() == {
            "done": 1,
            "total": 3,
            "waits_for": None,
            "usage": {
                "answers": {"prompt_tokens": 7, "completion_tokens": 2, "cost": 0.0},
                "judges": {"prompt_tokens": 4, "completion_tokens": 3, "cost": 8.0},
            },
        }
