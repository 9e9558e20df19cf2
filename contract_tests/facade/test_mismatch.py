"""An answer that cannot be read is refused with the name of the field that is wrong."""

from typing import Any

import pytest
from oxloop import DecodeError
from oxloop._mismatch import mismatch
from oxloop._operations import operations
from oxloop.testing import FakeServer

from .answers import RUN_ID

OXEN: list[tuple[dict[str, Any], str, str]] = [
    ({"id": 5}, "evaluation.id", "is 5, not text"),
    ({"inserted_at": 5}, "evaluation.inserted_at", "is 5, not text"),
    ({"inserted_at": "soon"}, "evaluation.inserted_at", "is 'soon', not a date and time"),
    ({"model": []}, "evaluation.model", "is [], not an object"),
    ({"progress": {"processed": "x"}}, "evaluation.progress.processed", "not a whole number"),
    ({"status": 5}, "evaluation.status", "is 5, not text"),
    ({"resource": "x"}, "evaluation.resource", "is 'x', not an object"),
]
HUMANLOOP: list[tuple[dict[str, Any], str, str]] = [
    ({"status": 5}, "status", "is 5, not text"),
    ({"created_at": 3}, "created_at", "is 3, not text"),
    ({"config": {"type": "x"}}, "config.type", "is 'x', not 'model' or 'tool' or"),
    ({"config": {"type": "model", "endpoint": 5}}, "config.endpoint", "is 5, not text"),
    ({"config": 5}, "config", "5"),
    ({"evaluators": [{}]}, "evaluators[0].name", "is missing"),
    ({"evaluators": 5}, "evaluators", "is 5, not a list"),
    ({"dataset": {"created_at": "zz"}}, "dataset.created_at", "is 'zz', not a date and time"),
]


@pytest.mark.parametrize(("change", "field", "problem"), OXEN)
def test_a_field_of_oxens_is_named(change: dict[str, Any], field: str, problem: str) -> None:
    with FakeServer() as server, server.oxen() as oxen:
        server.reply("oxen.get_evaluation", {"evaluation": change})
        with pytest.raises(DecodeError) as caught:
            oxen.evaluations.get("ox/support", RUN_ID)
    assert caught.value.field == field
    assert problem in str(caught.value)


@pytest.mark.parametrize(("change", "field", "problem"), HUMANLOOP)
def test_a_field_of_humanloops_is_named(change: dict[str, Any], field: str, problem: str) -> None:
    with FakeServer() as server, server.humanloop() as humanloop:
        server.reply("humanloop.get_evaluation", change)
        with pytest.raises(DecodeError) as caught:
            humanloop.evaluations.get("ev_1")
    assert caught.value.field == field
    assert problem in str(caught.value)


def test_a_key_that_is_cut_in_an_error_is_masked_too() -> None:
    key = "sk-" + "0123456789abcdef" * 6
    with FakeServer(key) as server, server.oxen() as oxen:
        server.reply("oxen.get_evaluation", {"evaluation": {"inserted_at": f"key {key}"}})
        with pytest.raises(DecodeError) as caught:
            oxen.evaluations.get("ox/support", RUN_ID)
    shown = f"{caught.value} {caught.value!r} {caught.value.body} {caught.value.__cause__}"
    assert "evaluation.inserted_at" in shown
    assert "0123456789" not in shown


@pytest.mark.parametrize("name", sorted(operations()))
def test_no_example_has_anything_wrong(name: str) -> None:
    operation = operations()[name]
    path = operation.template.text.replace("{", "x").replace("}", "x")
    assert mismatch(operation.method, path, operation.example) is None


def test_an_address_of_no_operation_has_no_schema_to_miss() -> None:
    assert mismatch("GET", "/nowhere", {}) is None
