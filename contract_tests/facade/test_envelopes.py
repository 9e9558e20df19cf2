"""What went wrong, read out of every form of error answer that is known."""

import json
from http import HTTPStatus
from typing import Any

import pytest
from oxloop._envelopes import Problem, read_problem, says_error
from oxloop.errors import FieldError


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (  # the hub and the repository server
            400,
            {
                "error": {
                    "type": "invalid_params",
                    "title": "Invalid",
                    "detail": "prompt is empty",
                },
                "status": "error",
                "status_message": "invalid_params",
            },
            Problem(message="prompt is empty", code="invalid_params"),
        ),
        (
            404,
            {"error": {"type": "x", "title": "Not found"}, "status": "error"},
            Problem(message="Not found", code="x"),
        ),
        (
            404,
            {"error": {"detail": "No such file"}, "status_message": "resource_not_found"},
            Problem(message="No such file", code="resource_not_found"),
        ),
        (  # the hub's inference
            404,
            {"error": {"message": "Model not found: small"}},
            Problem(message="Model not found: small"),
        ),
        (  # the repository server's plain form
            404,
            {
                "status": "error",
                "status_message": "resource_not_found",
                "oxen_version": "0.5",
                "status_description": "Repository 'ox/nope' not found",
            },
            Problem(message="Repository 'ox/nope' not found", code="resource_not_found"),
        ),
        (
            404,
            {"status": "error", "status_message": "resource_not_found"},
            Problem(message="Not Found", code="resource_not_found"),
        ),
        (  # Humanloop
            422,
            {
                "detail": [
                    {"loc": ["body", "name"], "msg": "field required", "type": "missing"},
                    {"loc": ["query", "size"], "msg": "too big", "type": "value"},
                ]
            },
            Problem(
                message="name: field required; query.size: too big",
                errors=(FieldError("name", "field required"), FieldError("query.size", "too big")),
            ),
        ),
        (404, {"detail": "Project not found"}, Problem(message="Project not found")),
        (403, {"message": "Forbidden here"}, Problem(message="Forbidden here")),
        (403, {"error": "no"}, Problem(message="no")),
        (500, {}, Problem(message="Internal Server Error")),
        (500, {"error": None, "detail": 3}, Problem(message="Internal Server Error")),
        (422, {"detail": [1, {"loc": "x"}]}, Problem(message=HTTPStatus(422).phrase)),
        (500, [1], Problem(message="Internal Server Error")),
        (520, None, Problem(message="The server answered with status 520")),
    ],
)
def test_each_form_is_read(status: int, body: Any, problem: Problem) -> None:
    assert read_problem(status, json.dumps(body).encode()) == problem


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, b"unauthorized", "unauthorized"),
        (502, b"", "Bad Gateway"),
        (
            502,
            b"<html><h1>502</h1></html>",
            "Bad Gateway, as an HTML page; perhaps a proxy answered",
        ),
        (500, b"two\n  lines", "two lines"),
        (500, b"\xff", "\ufffd"),
        (500, b"[" * 100_000, "[" * 300 + "…"),
    ],
)
def test_what_is_not_json_is_read_as_text(status: int, body: bytes, message: str) -> None:
    assert read_problem(status, body) == Problem(message=message)


def test_a_long_text_is_cut() -> None:
    problem = read_problem(400, json.dumps({"error": {"detail": "x" * 5000}}).encode())
    assert len(problem.message) < 400


def test_an_error_can_stand_in_the_body_alone() -> None:
    assert says_error({"status": "error"})
    assert not says_error({"status": "success"})
    assert not says_error({"status": "errored"})
    assert not says_error([{"status": "error"}])
