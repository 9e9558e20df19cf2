"""The examples of the two source documents are what the published contracts promise."""

from typing import Any, Literal

import httpx
import pytest
from oxloop_api.humanloop.api.evaluations import create_evaluation as humanloop_create
from oxloop_api.oxen.api.evaluations import create_evaluation as oxen_create
from oxloop_api.specs import load
from spec_examples import validator_at
from spec_source import is_list, is_mapping

from .placeholders import DATE, DATE_FIELDS, TEXT, fill, read

CREATE = {
    "oxen": (
        "/api/repos/{namespace}/{repo_name}/evaluations/{revision}/{file_path}",
        "200",
        oxen_create,
    ),
    "humanloop": ("/v4/projects/{project_id}/evaluations", "201", humanloop_create),
}
PARTS: list[Literal["request", "response"]] = ["request", "response"]


def _media_type(api: str, part: str) -> tuple[tuple[str, ...], Any]:
    """Where the JSON of a create operation is described in the published contract."""
    path, status, _ = CREATE[api]
    inner = ("requestBody",) if part == "request" else ("responses", status)
    pointer = ("paths", path, "post", *inner, "content", "application/json")
    value: Any = load(api, "published")
    for key in pointer:
        value = value[key]
    return pointer, value


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("api", CREATE)
def test_the_example_of_the_document_is_valid(
    api: str, part: Literal["request", "response"]
) -> None:
    pointer, _ = _media_type(api, part)
    validator = validator_at(load(api, "published"), (*pointer, "schema"))
    assert [error.message for error in validator.iter_errors(fill(read(api, part)))] == []


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("api", CREATE)
def test_the_spec_shows_the_example_of_the_document(
    api: str, part: Literal["request", "response"]
) -> None:
    _, media_type = _media_type(api, part)
    shown = media_type["examples"]["documented"]
    if "$ref" in shown:
        shown = load(api, "published")["components"]["examples"][shown["$ref"].rpartition("/")[2]]
    assert shown["value"] == fill(read(api, part))


@pytest.mark.parametrize("api", CREATE)
def test_the_client_reads_and_writes_the_example_of_the_document(api: str) -> None:
    """Nothing of it is lost; dates may be written in another way that means the same."""
    example = fill(read(api, "response"))
    operation: Any = CREATE[api][2]
    decoded: Any = operation.parse_response(httpx.Response(int(CREATE[api][1]), json=example))
    encoded = decoded.to_dict()
    assert _without_dates(encoded) == _without_dates(example)
    again = operation.parse_response(httpx.Response(200, json=encoded))
    assert again == decoded


def _without_dates(value: Any, field: str = "") -> Any:
    if is_mapping(value):
        return {name: _without_dates(inner, name) for name, inner in value.items()}
    if is_list(value):
        return [_without_dates(inner) for inner in value]
    return "a date" if field.endswith("_at") and value is not None else value


def test_only_placeholders_are_filled_in() -> None:
    given = {"a": "<string>", "started_at": "<string>", "n": 123, "list": [{"x": "text"}, None]}
    assert fill(given) == {"a": TEXT, "started_at": DATE, "n": 123, "list": [{"x": "text"}, None]}
    assert fill({"a": "<string>", "b": [{"a": 1}]}, {"a": 7}) == {"a": 7, "b": [{"a": 7}]}


def test_the_table_names_exactly_the_date_fields_of_the_contract() -> None:
    evaluation = load("oxen", "published")["components"]["schemas"]["Evaluation"]["properties"]
    dates = {name for name, schema in evaluation.items() if schema.get("format") == "date-time"}
    assert dates == DATE_FIELDS
