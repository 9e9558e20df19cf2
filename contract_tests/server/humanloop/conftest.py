"""An account on the running service, with Humanloop's objects made on request."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
import pytest
from attrs import frozen
from running_service import Running, until

Json = dict[str, Any]

MODEL = "scripted"
"""The model that the shared service knows; it answers a prompt in capitals."""

REVIEWS: Sequence[Json] = (
    {"inputs": {"review": "Lovely."}, "target": {"label": "positive"}},
    {"inputs": {"review": "Dreadful."}, "target": {"label": "negative"}},
    {"inputs": {"review": "Charming."}, "target": {"label": "positive"}},
)
RIGHT = 'def right(log, testcase):\n    return log["output"] == testcase["target"]["label"]\n'


def new_name(kind: str) -> str:
    """A name that nothing has yet."""
    return f"{kind} {secrets.token_hex(4)}"


def ok(response: httpx.Response, status: int = 200) -> Any:
    """The body of an answer with that status."""
    assert response.status_code == status, response.text
    return response.json()


def refusal(response: httpx.Response, status: int) -> str:
    """The sentence of an answer that refuses otherwise than with 422."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    detail = response.json()["detail"]
    assert isinstance(detail, str), detail
    return detail


def invalid(response: httpx.Response, *place: str | int) -> str:
    """The sentence that a 422 has for a place of the request."""
    assert response.status_code == 422, response.text
    for one in response.json()["detail"]:
        assert set(one) == {"loc", "msg", "type"}
        assert one["type"].startswith(("value_error", "type_error"))
        if one["loc"] == list(place):
            message: str = one["msg"]
            assert message.endswith((".", "?")), message
            return message
    raise AssertionError(response.text)


@frozen
class Account:
    """A sender with a key.

    Args:
        http: A client with the key.
    """

    http: httpx.Client

    def project(self) -> Json:
        """Make a project."""
        return dict(ok(self.http.post("/v4/projects", json={"name": new_name("project")}), 201))

    def config(self, project: Json, **parts: object) -> Json:
        """Register a model config and answer it."""
        body = {
            "project_id": project["id"],
            "model": MODEL,
            "prompt_template": "Label {{review}}",
            **parts,
        }
        return dict(ok(self.http.post("/v4/model-configs", json=body))["config"])

    def evaluator(self, **parts: object) -> Json:
        """Make an evaluator, an external one with numbers by default."""
        body = {
            "name": "score",
            "description": "Scores it.",
            "arguments_type": "target_free",
            "return_type": "number",
            "type": "external",
            **parts,
        }
        return dict(ok(self.http.post("/v4/evaluators", json=body), 201))

    def python(self, code: str = RIGHT, return_type: str = "boolean") -> Json:
        """Make a python evaluator that wants the target."""
        return self.evaluator(
            type="python", code=code, return_type=return_type, arguments_type="target_required"
        )

    def dataset(self, project: Json, datapoints: Sequence[Mapping[str, object]] = REVIEWS) -> Json:
        """Make a dataset with datapoints and answer it."""
        body = {"name": new_name("dataset"), "description": "Reviews."}
        path = f"/v4/projects/{project['id']}/datasets"
        dataset = ok(self.http.post(path, json=body), 201)
        self.add(dataset, datapoints)
        return dict(ok(self.http.get(f"/v4/datasets/{dataset['id']}")))

    def add(self, dataset: Json, datapoints: object) -> list[Json]:
        """Add datapoints to a dataset."""
        path = f"/v4/datasets/{dataset['id']}/datapoints"
        return list(ok(self.http.post(path, json=datapoints), 201))

    def world(self, *evaluators: Json, **parts: object) -> "World":
        """Make an evaluation whose client makes the logs, with all that it needs."""
        project = self.project()
        config, dataset = self.config(project), self.dataset(project)
        body = {
            "config_id": config["id"],
            "dataset_id": dataset["id"],
            "evaluator_ids": [one["id"] for one in evaluators],
            "hl_generated": False,
            **parts,
        }
        made = ok(self.http.post(f"/v4/projects/{project['id']}/evaluations", json=body), 201)
        return World(self, project, config, dataset, body, made["id"])


@frozen
class World:
    """An evaluation and what it is made of.

    Args:
        account: Whose it is.
        project: Its project.
        config: Its config.
        dataset: Its dataset.
        body: What it was created with.
        id: Its id.
    """

    account: Account
    project: Json
    config: Json
    dataset: Json
    body: Json
    id: str

    @property
    def path(self) -> str:
        """The evaluation's address."""
        return f"/v4/evaluations/{self.id}"

    @property
    def creation(self) -> str:
        """Where evaluations like it are made."""
        return f"/v4/projects/{self.project['id']}/evaluations"

    def get(self, **query: object) -> Json:
        """The evaluation as it stands."""
        return dict(ok(self.account.http.get(self.path, params=_params(query))))

    def set(self, status: str) -> httpx.Response:
        """Set its status."""
        return self.account.http.patch(f"{self.path}/status", json={"status": status})

    def running(self) -> "World":
        """Set it running."""
        ok(self.set("running"))
        return self

    def cases(self, **query: object) -> list[Json]:
        """Its datapoints with their logs."""
        response = self.account.http.get(f"{self.path}/datapoints", params=_params(query))
        return list(ok(response)["records"])

    def log(self, index: int, **parts: object) -> httpx.Response:
        """Log an answer to one of its datapoints."""
        datapoint = self.cases(size=100)[index]["datapoint"]
        body = {"datapoint_id": datapoint["id"], "log": {"output": "positive", **parts}}
        return self.account.http.post(f"{self.path}/log", json=body)

    def logged(self, index: int, **parts: object) -> str:
        """Log an answer and answer the log's id."""
        log_id: str = ok(self.log(index, **parts), 201)["id"]
        return log_id

    def result(self, log_id: str, evaluator: Json, /, **parts: object) -> httpx.Response:
        """Hand in an evaluator's judgment of a log."""
        body = {"log_id": log_id, "evaluator_id": evaluator["id"], **parts}
        return self.account.http.post(f"{self.path}/result", json=body)

    def aggregates(self) -> dict[str, float | None]:
        """What each evaluator found, by its id."""
        found = self.get(evaluator_aggregates="true")["evaluator_aggregates"]
        return {one["evaluator_id"]: one["aggregate_value"] for one in found}

    def until_judged_by(self, evaluator: Json, count: int) -> None:
        """Wait until an evaluator has judged that many logs."""

        def judged() -> int:
            results = [one for case in self.cases(size=100) for one in case["evaluation_results"]]
            return sum(one["evaluator_id"] == evaluator["id"] for one in results)

        until(lambda: judged() == count)

    def until(self, status: str) -> None:
        """Wait until it has that status."""
        until(lambda: self.get()["status"] == status)


def _params(query: Mapping[str, object]) -> dict[str, Any]:
    return dict(query)


@pytest.fixture
def account(service: Running) -> Iterator[Account]:
    """A sender with the shared service's key."""
    with httpx.Client(
        base_url=service.url, headers={"X-API-KEY": service.key}, timeout=30, trust_env=False
    ) as client:
        yield Account(client)
