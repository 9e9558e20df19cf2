"""What the published profile lets off, and what it does not."""

import json
from typing import Any

import pytest
from oxloop_contract.strictness import LOCAL, PUBLISHED, has_envelope

OXEN = {"status": "error", "status_message": "resource_not_found", "error": {"title": "No."}}
ENTRY = {"loc": ["body", "name"], "msg": "No.", "type": "value_error"}


def said(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.mark.parametrize(
    ("api", "body", "is_one"),
    [
        ("oxen", OXEN, True),
        ("oxen", {"status": "error", "status_description": "No."}, True),
        ("oxen", {"error": {"message": "No such model."}}, True),
        ("oxen", {"error": {"message": 5}}, False),
        ("oxen", {"error": "No."}, False),
        ("oxen", {"error": {}}, False),
        ("oxen", {"detail": "Not Found"}, False),
        ("oxen", {}, False),
        ("oxen", [OXEN], False),
        ("oxen", b"<html>", False),
        ("oxen", b"", False),
        ("extensions", OXEN, True),
        ("humanloop", {"detail": "No."}, True),
        ("humanloop", {"detail": [ENTRY]}, True),
        ("humanloop", {"detail": [ENTRY, {"msg": "No."}]}, False),
        ("humanloop", {"detail": []}, False),
        ("humanloop", {"detail": ""}, False),
        ("humanloop", OXEN, False),
    ],
)
def test_an_envelope_is_told(api: str, body: Any, is_one: bool) -> None:
    assert has_envelope(api, said(body)) is is_one


@pytest.mark.parametrize(
    ("status", "body", "documented", "off"),
    [
        (409, OXEN, False, True),
        (401, OXEN, False, True),
        (404, OXEN, True, False),
        (409, {"oops": 1}, False, False),
        (200, OXEN, False, False),
        (302, OXEN, False, False),
        (500, OXEN, False, False),
        (503, OXEN, False, False),
    ],
)
def test_what_is_let_off(status: int, body: Any, documented: bool, off: bool) -> None:
    assert PUBLISHED.lets_off("oxen", status, said(body), documented=documented) is off
    assert not LOCAL.lets_off("oxen", status, said(body), documented=documented)


def test_only_the_local_profile_must_be_met_whole() -> None:
    assert (LOCAL.spec, LOCAL.complete) == ("local", True)
    assert (PUBLISHED.spec, PUBLISHED.complete) == ("published", False)
