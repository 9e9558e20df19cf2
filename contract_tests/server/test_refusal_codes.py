"""A refusal tells what breaks the schema from what keeps it and still cannot be done."""

from typing import Any

import httpx
import pytest

from .conftest import Repo

RUN = {
    "prompt": "{query}",
    "input_type": "text",
    "output_type": "text",
    "model_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "target_column": "answer",
}


@pytest.mark.parametrize(
    ("body", "code"),
    [({**RUN, "batch_size": 0}, "breaks_schema"), (RUN, "invalid_params"), ({}, "breaks_schema")],
)
def test_oxens_errors_have_a_code_of_the_services_own(
    repo: Repo, body: dict[str, Any], code: str
) -> None:
    assert repo.upload("main/a.csv", b"query\n1\n").status_code == 200
    response = repo.http.post(f"{repo.path}/evaluations/main/a.csv", json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    ("resource", "code"),
    [("", "breaks_schema"), ("..", "invalid_params"), ("?page=0", "breaks_schema")],
)
def test_so_have_those_of_paths_and_queries(repo: Repo, resource: str, code: str) -> None:
    path = f"{repo.path}/data_frames/{resource}" if resource != "?page=0" else ""
    head = path or f"{repo.path}/data_frames/main/a.csv?page=0"
    status, body = repo.service.raw(f"GET {head} HTTP/1.1")
    assert status == 400
    assert httpx.Response(status, content=body).json()["error"]["code"] == code


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"project_id": "pr_none", "output": "a"}, "value_error"),
        ({"project_id": 5}, "type_error"),
        ({"project_id": "pr_none", "save": 1}, "type_error"),
    ],
)
def test_humanloops_have_it_in_the_kind_of_each_entry(
    http: httpx.Client, body: dict[str, Any], kind: str
) -> None:
    key = http.headers["authorization"].removeprefix("Bearer ")
    response = http.post("/v4/logs", json=body, headers={"X-API-KEY": key})
    assert response.status_code == 422
    assert {one["type"] for one in response.json()["detail"]} == {kind}
