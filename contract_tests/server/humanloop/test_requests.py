"""What is the same for all of Humanloop's operations: the key, bodies, how they refuse."""

import httpx
import pytest
from running_service import Running

from .conftest import Account, Json, invalid, ok, refusal


@pytest.mark.parametrize("header", [{}, {"X-API-KEY": ""}, {"X-API-KEY": "hl_sk_wrong"}])
def test_a_wrong_key_opens_nothing(service: Running, header: dict[str, str]) -> None:
    with service.client(key="") as client:
        assert "key" in refusal(client.get("/v4/projects", headers=header), 401)


def test_the_key_of_the_other_api_is_the_same_but_not_its_header(service: Running) -> None:
    with service.client() as client:
        assert "X-API-KEY" in refusal(client.get("/v4/projects"), 401)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{", "application/json"), (b"", "application/json"), (b'{"name": "a"}', "text/plain")],
)
def test_what_is_no_json_is_refused(account: Account, content: bytes, kind: str) -> None:
    response = account.http.post("/v4/projects", content=content, headers={"content-type": kind})
    refusal(response, 400)


def test_a_charset_beside_the_content_type_is_fine(account: Account) -> None:
    response = account.http.post(
        "/v4/projects",
        content='{"name": "Höhle"}'.encode(),
        headers={"content-type": "application/json; charset=utf-8"},
    )
    assert ok(response, 201)["name"] == "Höhle"
    assert response.headers["content-type"] == "application/json"


def test_everything_that_is_wrong_is_listed_with_its_place(account: Account) -> None:
    response = account.http.post(
        "/v4/evaluators",
        json={"name": "", "description": 5, "arguments_type": "none", "type": "llm"},
    )
    assert invalid(response, "body", "return_type") == "return_type is required."
    assert invalid(response, "body", "name") == "name must not be empty."
    assert invalid(response, "body", "description") == "description must be text."
    assert "target_free" in invalid(response, "body", "arguments_type")
    kinds = {one["type"] for one in response.json()["detail"]}
    assert {"value_error.missing", "type_error", "type_error.enum"} <= kinds


@pytest.mark.parametrize(
    ("path", "query", "place"),
    [
        ("/v4/projects", "page=one", "page"),
        ("/v4/projects", "page=-1", "page"),
        ("/v4/projects", "size=0", "size"),
        ("/v4/projects", "size=1001", "size"),
        ("/v4/projects", "order=up", "order"),
        ("/v4/projects", "page=1&page=2", "page"),
        ("/v4/evaluations", "", "project_id"),
        ("/v4/logs", "", "project_id"),
        ("/v4/logs", "project_id=pr_1&start_date=yesterday", "start_date"),
        ("/v4/logs", "project_id=pr_1&start_date=0000-01-01", "start_date"),
        ("/v4/evaluations", "project_id=pr_1&end_date=2026-02-30", "end_date"),
    ],
)
def test_a_wrong_query_is_told_by_its_place(
    account: Account, path: str, query: str, place: str
) -> None:
    invalid(account.http.get(f"{path}?{query}"), "query", place)


def test_a_query_that_cannot_be_read_is_told(account: Account) -> None:
    assert "UTF-8" in invalid(account.http.get("/v4/projects?filter=%ff"), "query")


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"sort": ["dataset.asc", "colour.asc"]}, ("query", "sort", 1)),
        ({"status_filter": ["running", "failed"]}, ("query", "status_filter", 1)),
    ],
)
def test_an_item_of_a_repeated_parameter_is_told_by_its_number(
    account: Account, query: dict[str, list[str]], place: tuple[str | int, ...]
) -> None:
    response = account.http.get("/v4/evaluations", params={"project_id": "pr_1", **query})
    invalid(response, *place)


@pytest.mark.parametrize("name", ["..", "%2e%2e", "a%2f..%2fb"])
def test_a_path_that_leads_elsewhere_is_refused(service: Running, name: str) -> None:
    head = f"GET /v4/projects/{name} HTTP/1.1\r\nX-API-KEY: {service.key}"
    status, body = service.raw(head)
    assert status == 422, body
    assert b'"path"' in body


PATHS = [
    ("GET", "/v4/projects/{}"),
    ("GET", "/v4/projects/{}/evaluations"),
    ("POST", "/v4/projects/{}/evaluations"),
    ("GET", "/v4/projects/{}/datasets"),
    ("POST", "/v4/projects/{}/datasets"),
    ("GET", "/v4/model-configs/{}"),
    ("GET", "/v4/evaluators/{}"),
    ("PATCH", "/v4/evaluators/{}"),
    ("DELETE", "/v4/evaluators/{}"),
    ("GET", "/v4/datasets/{}"),
    ("PATCH", "/v4/datasets/{}"),
    ("DELETE", "/v4/datasets/{}"),
    ("GET", "/v4/datasets/{}/datapoints"),
    ("POST", "/v4/datasets/{}/datapoints"),
    ("GET", "/v4/datapoints/{}"),
    ("GET", "/v4/logs/{}"),
    ("GET", "/v4/evaluations/{}"),
    ("GET", "/v4/evaluations/{}/datapoints"),
    ("POST", "/v4/evaluations/{}/log"),
    ("POST", "/v4/evaluations/{}/result"),
    ("PATCH", "/v4/evaluations/{}/status"),
    ("PATCH", "/v4/evaluations/{}/evaluators"),
]
BODIES: dict[str, Json] = {
    "evaluations": {"config_id": "c", "evaluator_ids": [], "dataset_id": "d"},
    "datasets": {"name": "d", "description": ""},
    "log": {"datapoint_id": "d", "log": {}},
    "result": {"log_id": "l", "evaluator_id": "e", "result": 1},
    "status": {"status": "running"},
}


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_an_unknown_id_in_the_path_is_not_found(account: Account, method: str, path: str) -> None:
    body = None if method in ("GET", "DELETE") else BODIES.get(path.rpartition("/")[2], {})
    address = path.format("nowhere_1")
    response: httpx.Response = account.http.request(method, address, json=body)
    assert "nowhere_1" in refusal(response, 404)
