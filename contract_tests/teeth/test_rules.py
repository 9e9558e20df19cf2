"""The rule that turns a schema into wrong ones, and the proofs that a change is none."""

from typing import Any

import pytest
from faults.equivalence import why_the_same
from faults.mutants import mutants
from faults.never_there import why_never_there
from oxloop_contract.contract import Contract

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 3},
        "size": {"type": "integer", "minimum": 1},
        "kind": {"enum": ["a", "b"]},
        "code": {"type": "string", "pattern": "^[a-z]{2,4}$"},
        "many": {"type": "array", "items": {"type": ["number", "null"]}},
    },
}
CONTRACT = Contract({"paths": {}})


def test_each_keyword_is_dropped_widened_and_tightened_by_one() -> None:
    found = {("/".join(one.where), one.kind, one.what) for one in mutants(SCHEMA, CONTRACT.resolve)}
    assert {
        ("", "dropped", "required name"),
        ("", "tightened", "required size too"),
        ("name", "dropped", "maxLength"),
        ("name", "widened", "maxLength 4"),
        ("name", "tightened", "maxLength 2"),
        ("name", "tightened", "minLength 2"),
        ("size", "widened", "minimum 0"),
        ("size", "tightened", "minimum 2"),
        ("kind", "widened", "enum by A"),
        ("kind", "tightened", "enum without b"),
        ("code", "widened", "pattern {2,5}"),
        ("code", "tightened", "pattern {3,4}"),
        ("many/*", "tightened", "type without null"),
    } <= found
    # A text of no sign is the shortest: from 1, wider is without the keyword at all.
    assert not any(what.startswith("minLength") for _, kind, what in found if kind == "widened")


def test_a_mutant_differs_at_its_place_alone() -> None:
    for one in mutants(SCHEMA, CONTRACT.resolve):
        changed = {
            name
            for name, schema in SCHEMA["properties"].items()
            if one.schema.get("properties", {}).get(name) != schema
        }
        assert changed <= set(one.where[:1])
        assert one.schema != SCHEMA


@pytest.mark.parametrize(
    ("schema", "is_text", "what", "reason"),
    [
        ({"type": "string", "enum": ["a"]}, False, "type", "every word that it may be"),
        ({"type": "string"}, True, "type", "is a text always"),
        ({"type": "string"}, False, "type", ""),
        ({"type": "string", "format": "binary"}, False, "format", "any bytes are bytes"),
        ({"type": "string", "format": "uuid"}, False, "format", ""),
        (
            {"anyOf": [{"type": "integer"}, {"type": "number"}]},
            False,
            "anyOf without 0",
            "any number is taken",
        ),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, False, "anyOf without 1", ""),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            False,
            "type by null",
            "null is taken beside it",
        ),
    ],
)
def test_what_no_request_can_tell_has_a_proof(
    schema: dict[str, Any], is_text: bool, what: str, reason: str
) -> None:
    one = next(one for one in mutants(schema, CONTRACT.resolve) if one.what == what)
    proof = why_the_same(CONTRACT, schema, one, is_text=is_text)
    assert reason in proof
    assert bool(proof) == bool(reason)


@pytest.mark.parametrize(
    ("within", "name", "what", "never"),
    [
        (["ProjectResponse"], "users", "an item less", True),
        (["ProjectResponse"], "users", "dropped", False),
        (["ProjectResponse", ".users", "ProjectUserResponse"], "id", "dropped", True),
        (["ProjectResponse"], "name", "cut short", False),
        (["ErrorEnvelope"], "error", "swapped with oxen_version", True),
        (["ErrorResponse", ".detail", "ValidationError"], "msg", "dropped", True),
    ],
)
def test_what_is_never_answered_can_only_be_left_out_or_replaced(
    within: list[str], name: str, what: str, never: bool
) -> None:
    assert bool(why_never_there("404", within, name, what)) is never
