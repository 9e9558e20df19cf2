"""The published specs are what the providers' sources say, field by field, but for listed reasons.

The facts are in ``facts/``, written from the sources; see ``facts/README.md``.
"""

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import evolve
from spec_map import Side, draw
from spec_source import Source, read

from .facts_table import FACTS, Difference, Table, differences, parse, read_facts, read_spec, write

OPENAPI = Path(__file__).parents[2] / "openapi"
APIS = ("oxen", "humanloop")


@cache
def _source(api: str) -> Source:
    return read(OPENAPI / f"{api}.yaml", f"openapi/{api}.yaml")


def _document(api: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((FACTS / f"{api}.yaml").read_text(encoding="utf-8"))
    return document


def _divergences(api: str) -> dict[str, Any]:
    text = (FACTS / "divergences.yaml").read_text(encoding="utf-8")
    divergences: dict[str, Any] = yaml.safe_load(text)[api]
    return divergences


def _listed(api: str) -> set[Difference]:
    return {
        Difference(*place.rsplit(" ", 1), *values)
        for entry in _divergences(api)["listed"]
        for place, values in entry["places"].items()
    }


def _nulls(api: str, source: Source, spec: Table, found: list[Difference]) -> set[Difference]:
    """The differences by the one rule that optional parts of answers may be null."""
    names: dict[str, str] = _document(api)["names"]
    sides = draw(source)

    def answered(place: str) -> bool:
        name = place.partition(".")[0]
        return Side.RESPONSE in sides.component_sides(names.get(name, name))

    return {
        one
        for one in found
        if (one.aspect, one.said, one.found) == ("nullable", "false", "true")
        and not spec[one.place].required
        and answered(one.place)
    }


@pytest.mark.parametrize("api", APIS)
def test_the_spec_is_what_the_sources_say(api: str) -> None:
    source = _source(api)
    spec = read_spec(source, api)
    found = differences(read_facts(api), spec)
    nulls = _nulls(api, source, spec, found)
    listed = _listed(api)
    assert sorted(map(str, {*found} - nulls - listed)) == [], "differences without a reason"
    assert sorted(map(str, listed - {*found})) == [], "reasons for what does not differ any more"
    assert len(nulls) == _divergences(api)["nulls"]["places"]


@pytest.mark.parametrize("api", APIS)
def test_every_divergence_has_its_reason_and_stands_once(api: str) -> None:
    entries = _divergences(api)["listed"]
    assert all(entry["reason"].strip() and entry["places"] for entry in entries)
    assert _divergences(api)["nulls"]["reason"].strip()
    assert len(_listed(api)) == sum(len(entry["places"]) for entry in entries)


@pytest.mark.parametrize("api", APIS)
def test_the_facts_tell_of_every_object_of_the_spec(api: str) -> None:
    document = _document(api)
    told = {document["names"].get(name, name) for name in document["schemas"]}
    schemas = _source(api).root["components"]["schemas"]
    untold = {name for name, one in schemas.items() if "properties" in one} - told
    assert untold == {*document["ours"]}


@pytest.mark.parametrize(
    "text",
    ["string", "integer = 10", '"a" | "b" required', "string(date) required null", "object = {}"],
)
def test_a_fact_is_written_as_it_was_read(text: str) -> None:
    assert write(parse(text)) == text


def _schema(root: dict[str, Any], name: str) -> Any:
    return root["components"]["schemas"][name]


def _properties(root: dict[str, Any], name: str) -> Any:
    return _schema(root, name)["properties"]


def _list(root: dict[str, Any]) -> Any:
    return root["paths"]["/v4/evaluations/{id}/datapoints"]["get"]


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a requirement more": (
        lambda root: _schema(root, "CreateEvaluationRequest")["required"].append("name"),
        "CreateEvaluationRequest.name required",
    ),
    "a requirement less": (
        lambda root: _schema(root, "EvaluationResponse")["required"].remove("id"),
        "EvaluationResponse.id required",
    ),
    "a property less": (
        lambda root: _properties(root, "CreateEvaluationRequest").pop("hl_generated"),
        "CreateEvaluationRequest.hl_generated whole",
    ),
    "a property more": (
        lambda root: _properties(root, "EvaluationResponse").update(name={"type": "string"}),
        "EvaluationResponse.name whole",
    ),
    "another type": (
        lambda root: _properties(root, "EvaluationPage").update(total={"type": "string"}),
        "PaginatedData_EvaluationResponse_.total type",
    ),
    "another item": (
        lambda root: _properties(root, "CreateEvaluationRequest")["evaluator_ids"].update(
            items={"type": "integer"}
        ),
        "CreateEvaluationRequest.evaluator_ids type",
    ),
    "another default": (
        lambda root: _properties(root, "CreateEvaluationRequest")["hl_generated"].update(
            default=False
        ),
        "CreateEvaluationRequest.hl_generated default",
    ),
    "another format": (
        lambda root: _properties(root, "EvaluationResponse")["created_at"].update(format="date"),
        "EvaluationResponse.created_at type",
    ),
    "another bound": (
        lambda root: _properties(root, "CreateEvaluatorRequest")["name"].update(maxLength=256),
        "CreateEvaluatorRequest.name type",
    ),
    "a word more": (
        lambda root: _schema(root, "EvaluationStatus")["enum"].append("failed"),
        "EvaluationStatus type",
    ),
    "a member less": (
        lambda root: _schema(root, "ConfigResponse")["oneOf"].pop(),
        "ConfigResponse type",
    ),
    "a null more": (
        lambda root: _properties(root, "EvaluationResponse").update(
            id={"type": ["string", "null"]}
        ),
        "EvaluationResponse.id nullable",
    ),
    "opened": (
        lambda root: _schema(root, "ModelConfigRequest").pop("additionalProperties"),
        "ModelConfigRequest closed type",
    ),
    "pages from 0": (
        lambda root: _list(root)["parameters"][1]["schema"].update(default=0),
        "list_evaluation_datapoints query page default",
    ),
    "a parameter less": (
        lambda root: _list(root)["parameters"].pop(2),
        "list_evaluation_datapoints query size whole",
    ),
    "another status": (
        lambda root: _list(root)["responses"].update({"204": {"description": "None."}}),
        "list_evaluation_datapoints 204 whole",
    ),
    "not deprecated": (
        lambda root: root["paths"]["/v4/projects/{project_id}/evaluations"]["get"].pop(
            "deprecated"
        ),
        "list_project_evaluations deprecated type",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_of_the_spec_is_seen_where_it_is(case: str) -> None:
    change, place = CHANGES[case]
    source = _source("humanloop")
    root = copy.deepcopy(source.root)
    change(root)
    before = read_spec(source, "humanloop")
    after = read_spec(evolve(source, root=root), "humanloop")
    (seen,) = differences(before, after)
    assert f"{seen.place} {seen.aspect}" == place
