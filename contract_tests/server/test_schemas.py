"""What the contract's checks find, and how they say it."""

from typing import Any

import pytest
from oxloop_server.contract.operations import operations
from oxloop_server.contract.schemas import MAX_FAULTS, Schemas, refuse_faults
from oxloop_server.problems import Refused

THING: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "count": {"type": "integer", "minimum": 1, "maximum": 10},
        "id": {"type": "string", "format": "uuid"},
        "at": {"type": ["string", "null"], "format": "date-time"},
        "kind": {"enum": ["a", "b", None]},
        "code": {"type": "string", "pattern": "^x+$"},
        "owner": {"anyOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "null"}]},
        "owners": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Owner"}},
        "either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    },
}
OWNER: dict[str, Any] = {
    "type": "object",
    "required": ["key"],
    "properties": {"key": {"type": "string"}},
    "additionalProperties": False,
}
SPEC: dict[str, Any] = {
    "components": {
        "schemas": {"Thing": THING, "Owner": OWNER},
        "parameters": {
            "size": {"name": "size", "in": "query", "schema": {"type": "integer", "default": 7}}
        },
        "securitySchemes": {
            "bearerAuth": {"type": "http", "scheme": "bearer"},
            "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-KEY"},
        },
    },
    "paths": {
        "/things/{path}": {
            "parameters": [
                {
                    "name": "path",
                    "in": "path",
                    "required": True,
                    "x-multi-segment": True,
                    "schema": {"type": "string"},
                }
            ],
            "post": {
                "operationId": "make",
                "security": [{"bearerAuth": []}, {"apiKey": []}],
                "parameters": [
                    {"$ref": "#/components/parameters/size"},
                    {"name": "deep", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "part", "in": "query", "schema": {"type": "number"}},
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                    },
                },
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Owner"}}
                        }
                    }
                },
            },
        }
    },
}


@pytest.mark.parametrize(
    ("value", "sentences"),
    [
        ({"name": "a"}, []),
        ({"name": "a", "count": 1.0, "at": None, "owner": None}, []),
        ([], ["The body must be an object"]),
        ({}, ["name is required"]),
        ({"name": ""}, ["name must not be empty"]),
        ({"name": "abcdef"}, ["name must have at most 5 characters"]),
        ({"name": 1}, ["name must be text"]),
        ({"name": "a", "count": 0}, ["count must be at least 1"]),
        ({"name": "a", "count": 11}, ["count must be at most 10"]),
        ({"name": "a", "count": True}, ["count must be a whole number"]),
        ({"name": "a", "count": "1"}, ["count must be a whole number"]),
        ({"name": "a", "kind": "c"}, ["kind must be one of a, b, null"]),
        ({"name": "a", "code": "y"}, ["code must match the pattern ^x+$"]),
        ({"name": "a", "owner": {}}, ["owner.key is required"]),
        ({"name": "a", "owner": 3}, ["owner has none of the forms that are allowed here"]),
        ({"name": "a", "owners": []}, ["owners must not be empty"]),
        ({"name": "a", "owners": [{"key": "k", "b": 1}]}, ["owners[0] has unknown fields: b"]),
        ({"name": "a", "either": []}, ["either has none of the forms that are allowed here"]),
        ({"name": "", "count": 0}, ["count must be at least 1", "name must not be empty"]),
    ],
)
def test_faults_are_sentences_that_name_the_field(value: object, sentences: list[str]) -> None:
    check = Schemas("test", SPEC).check(("components", "schemas", "Thing"))
    assert sorted(str(fault) for fault in check.faults(value)) == sentences


@pytest.mark.parametrize(
    ("field", "value", "valid"),
    [
        ("id", "3c90c3cc-0d44-4b50-8888-8dd25736052a", True),
        ("id", "3c90c3cc0d444b5088888dd25736052a", False),
        ("id", "demo", False),
        ("at", "2026-01-15T09:30:00Z", True),
        ("at", "2026-01-15", False),
    ],
)
def test_formats_are_checked(field: str, value: str, valid: bool) -> None:
    check = Schemas("test", SPEC).check(("components", "schemas", "Thing"))
    assert (check.faults({"name": "a", field: value}) == []) is valid


def test_a_sentence_never_repeats_the_value() -> None:
    check = Schemas("test", SPEC).check(("components", "schemas", "Thing"))
    secret = "sk-secret"
    value = {"name": secret, "count": secret, "id": secret, "kind": secret, "owner": secret}
    assert not any(secret in str(fault) for fault in check.faults(value))


def test_no_more_faults_are_told_than_a_person_reads() -> None:
    check = Schemas("test", SPEC).check(("components", "schemas", "Thing"))
    owners: list[object] = [{}] * 100
    assert len(check.faults({"name": "a", "owners": owners})) == MAX_FAULTS


@pytest.mark.parametrize("place", [0, 1, 150, 4_321, 9_999])
def test_a_fault_deep_in_a_long_list_is_found_where_it_is(place: int) -> None:
    check = Schemas("test", SPEC).check(("components", "schemas", "Thing"))
    owners: list[object] = [{"key": "k"}] * 10_000
    assert check.faults({"name": "a", "owners": owners}) == []
    owners[place] = {}
    (fault,) = check.faults({"name": "a", "owners": owners})
    assert str(fault) == f"owners[{place}].key is required"


def test_what_is_wrong_beside_a_long_list_is_told() -> None:
    check = Schemas("test", SPEC).check(("components", "schemas", "Thing"))
    (fault,) = check.faults({"name": 5, "owners": [{"key": "k"}] * 10_000})
    assert str(fault) == "name must be text"


def test_a_schema_elsewhere_is_never_fetched() -> None:
    document = {"components": {"schemas": {"A": {"$ref": "http://127.0.0.1:9/schema.json"}}}}
    with pytest.raises(ValueError, match="not present in a registry"):
        Schemas("test", document).check(("components", "schemas", "A"))


def test_an_operation_is_read_whole() -> None:
    (operation,) = operations("test", SPEC)
    assert (operation.id, operation.method, operation.body_required) == ("make", "POST", True)
    assert operation.path.match("/things/a/b%2Fc") == {"path": "a/b%2Fc"}
    assert [parameter.name for parameter in operation.parameters] == [
        "path",
        "size",
        "deep",
        "part",
    ]
    assert operation.parameters[1].default == 7


def test_a_query_is_read_as_its_schema_says() -> None:
    (operation,) = operations("test", SPEC)
    size, deep, part = operation.parameters[1:]
    assert (size.value("12"), size.value("-3"), size.value("1e3"), size.value("")) == (
        12,
        -3,
        "1e3",
        "",
    )
    assert (deep.value("true"), deep.value("false"), deep.value("1")) == (True, False, "1")
    assert (part.value("1.5"), part.value("nan")) == (1.5, "nan")
    assert size.value("9" * 5000) == "9" * 5000


def test_each_way_to_send_a_key_is_known() -> None:
    (operation,) = operations("test", SPEC)
    bearer, header = operation.schemes
    assert bearer.key({"authorization": "Bearer k"}) == "k"
    assert bearer.key({"authorization": "bearer  k"}) == "k"
    assert bearer.key({"authorization": "Basic k"}) is None
    assert bearer.key({"authorization": "Bearer "}) is None
    assert bearer.key({"x-api-key": "k"}) is None
    assert header.key({"x-api-key": "k"}) == "k"


def test_an_answer_that_breaks_the_contract_is_seen() -> None:
    (operation,) = operations("test", SPEC)
    assert operation.answer_faults(200, "application/json", {"key": "k"}) == []
    (fault,) = operation.answer_faults(200, "application/json", {"key": 1})
    assert fault.path == ("key",)
    assert operation.answer_faults(500, "application/json", {"key": "k"}) != []
    assert operation.answer_faults(200, "text/plain", {"key": "k"}) != []


def test_faults_refuse_a_request() -> None:
    check = Schemas("test", SPEC).check(("components", "schemas", "Thing"))
    with pytest.raises(Refused, match="name is required") as caught:
        refuse_faults(check.faults({}))
    assert caught.value.field == "name"
