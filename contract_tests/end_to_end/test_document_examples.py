"""The examples of the two source documents, sent to the service as they are printed."""

import importlib
from collections.abc import Iterator, Mapping
from typing import Any, cast

import httpx
import pytest
from fresh_service import Fresh, sound_service
from oxloop_contract.run import contract
from oxloop_contract.worlds import connect, prepare_oxen
from oxloop_contract.worlds_humanloop import prepare_humanloop
from spec.placeholders import fill, read

PREPARE = {"oxen": prepare_oxen, "humanloop": prepare_humanloop}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    with sound_service(tmp_path_factory.mktemp("documents")) as fresh:
        yield fresh


@pytest.mark.parametrize("api", PREPARE)
def test_the_service_takes_the_example_and_answers_as_the_document_does(
    service: Fresh, api: str
) -> None:
    with connect(service.running.url, service.running.key) as http:
        values = PREPARE[api](http)["create_evaluation"]
        # Of what the example names, the service has other ones: ids, a branch, a path, a column.
        there = {name: choices[-1] for name, choices in values.body.items()} | {"prompt": "{query}"}
        request = fill(read(api, "request"), there)
        operation = contract(api).operations["create_evaluation"]
        response = http.post(operation.path(values.path), json=request)
    assert response.is_success, response.text
    answer = operation.id, response.status_code, "application/json", response.json()
    assert [contract(api, spec).faults(*answer) for spec in ("local", "published")] == [[], []]
    differing = list(differences(fill(read(api, "response")), response.json(), ""))
    assert differing == []
    module = importlib.import_module(f"oxloop_api.{api}.api.evaluations.create_evaluation")
    assert module.parse_response(httpx.Response(response.status_code, json=response.json()))


def differences(shown: Any, answered: Any, where: str) -> Iterator[str]:
    """Tell which parts of an answer are of another kind than the document shows."""
    if isinstance(shown, dict) and isinstance(answered, dict):
        parts = cast(Mapping[str, Any], answered)
        for name, value in cast(Mapping[str, Any], shown).items():
            if parts.get(name) is not None:
                yield from differences(value, parts[name], f"{where}/{name}")
    elif isinstance(shown, list) and isinstance(answered, list):
        first: list[Any] = shown[:1]  # pyright: ignore[reportUnknownVariableType]
        for one in answered:  # pyright: ignore[reportUnknownVariableType]
            for other in first:
                yield from differences(other, one, f"{where}/*")
    elif kind(shown) != kind(answered):
        yield f"{where} is {answered!r}; the document shows {shown!r}"


def kind(value: Any) -> str:
    """The JSON type of a value; a number may have a point or none."""
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__
