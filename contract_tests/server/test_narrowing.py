"""Large values of which little is wrong, and of which everything is: what is told of them."""

from typing import Any, cast

import pytest
from oxloop_server.contract.narrowing import narrowed
from oxloop_server.contract.schemas import Schemas

MANY = 20_000
WRONG: list[object] = [dict[str, object]()] * MANY
PART: dict[str, Any] = {
    "anyOf": [
        {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
        {"type": "object", "required": ["image"], "properties": {"image": {"type": "string"}}},
    ]
}
MESSAGE: dict[str, Any] = {
    "type": "object",
    "required": ["role"],
    "properties": {
        "role": {"type": "string"},
        "content": {"anyOf": [{"type": "string"}, {"type": "array", "items": PART}]},
    },
    "additionalProperties": False,
}
BODY: dict[str, Any] = {
    "type": "object",
    "required": ["log", "name"],
    "properties": {
        "name": {"type": "string"},
        "log": {
            "type": "object",
            "required": ["messages"],
            "properties": {"messages": {"type": "array", "items": MESSAGE}},
            "additionalProperties": {"type": "string"},
        },
    },
}
EITHER: dict[str, Any] = {
    "anyOf": [
        {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}},
        {"type": "object", "properties": {"b": {"type": "array", "items": {"type": "string"}}}},
    ]
}
SCHEMAS = Schemas("test", {"components": {"schemas": {"Body": BODY, "Either": EITHER}}})


def faults(value: object, name: str = "Body") -> list[str]:
    return [str(fault) for fault in SCHEMAS.check(("components", "schemas", name)).faults(value)]


def body(content: object = "text", **more: object) -> dict[str, Any]:
    return {"name": "n", "log": {"messages": [{"role": "user", "content": content}], **more}}


def message(place: int) -> dict[str, Any]:
    made = body()
    made["log"]["messages"] *= MANY
    made["log"]["messages"][place] = {"content": "text"}
    return made


def size(value: object) -> int:
    inside: list[object] = []
    if isinstance(value, dict):
        inside = list(cast(dict[str, object], value).values())
    elif isinstance(value, list):
        inside = cast(list[object], value)
    return 1 + sum([size(one) for one in inside])


@pytest.mark.parametrize("place", [0, 99, 100, 101, 350, 12_345, MANY - 1])
def test_one_fault_far_inside_is_told_where_it_is(place: int) -> None:
    parts: list[object] = [{"text": "t"}] * MANY
    parts[place] = {"text": 1}
    assert faults(message(place)) == [f"log.messages[{place}].role is required"]
    (told,) = faults(body(parts))
    assert told.startswith(f"log.messages[0].content[{place}]")
    fields = {f"f{number}": "text" for number in range(MANY)}
    assert faults(body(**{**fields, f"f{place}": 1})) == [f"log.f{place} must be text"]


def test_two_faults_near_each_other_are_both_told() -> None:
    value = message(12_345)
    value["log"]["messages"][12_350] = {"role": 1}
    assert faults(value) == [
        "log.messages[12345].role is required",
        "log.messages[12350].role must be text",
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (body(WRONG), "log.messages[0].content[0] has none of the forms"),
        (body([WRONG] * 3), "log.messages[0].content[0] has none of the forms"),
        (body(**dict.fromkeys(map(str, range(MANY)), 1)), "log.0 must be text"),
        ({"log": {str(number): 1 for number in range(MANY)}}, "log.messages is required"),
        (WRONG, "The body must be an object"),
    ],
)
def test_where_everything_is_wrong_little_is_looked_at(value: object, told: str) -> None:
    assert any(one.startswith(told) for one in faults(value))
    looked_at: list[object] = []

    def is_right(part: object) -> bool:
        looked_at.append(part)
        return False

    part = narrowed(value, is_right, frozenset({"name", "log", "messages", "role", "content"}))
    assert looked_at == [part.value]
    assert size(part.value) < 1000


def test_what_is_required_is_never_left_out() -> None:
    fields: dict[str, object] = {str(number): "text" for number in range(MANY)}
    value = {**fields, **body(**fields), "name": 1}
    assert faults(value) == ["name must be text"]


def test_what_is_wrong_only_together_is_told_of_the_whole() -> None:
    wrong: list[object] = [*["text"] * MANY, 1]
    assert faults({"a": wrong, "b": ["text"] * MANY}, "Either") == []
    assert faults({"a": wrong, "b": wrong}, "Either") == [
        "The body has none of the forms that are allowed here"
    ]
