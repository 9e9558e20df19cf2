"""Names are for people to read; what a refusal repeats of a request is short."""

import pytest
from oxloop_server.errors import Problem
from oxloop_server.problems import LONGEST, Detail

from .conftest import Account, invalid, ok


@pytest.mark.parametrize("name", ["a\0b", "line\nbreak", "\x1b[31mred", "del\x7f"])
def test_a_name_has_no_control_characters(account: Account, name: str) -> None:
    assert "name" in invalid(account.http.post("/v4/projects", json={"name": name}), "body", "name")
    project = account.project()
    config = {"project": name, "model": "m", "prompt_template": "x"}
    invalid(account.http.post("/v4/model-configs", json=config), "body", "project")
    dataset = {"name": name, "description": "d"}
    path = f"/v4/projects/{project['id']}/datasets"
    invalid(account.http.post(path, json=dataset), "body", "name")
    evaluator = {
        "name": name,
        "description": "d",
        "arguments_type": "target_free",
        "return_type": "number",
        "type": "external",
    }
    invalid(account.http.post("/v4/evaluators", json=evaluator), "body", "name")
    invalid(account.http.post("/v4/logs", json={"project": name}), "body", "project")


@pytest.mark.parametrize("name", ["naïve", "日本語", "a / b", "😀", "'quoted'"])
def test_a_name_may_be_in_any_language(account: Account, name: str) -> None:
    named = f"{account.project()['name']} {name}"
    assert ok(account.http.post("/v4/projects", json={"name": named}), 201)["name"] == named


def test_a_refusal_repeats_only_the_ends_of_what_is_long(account: Account) -> None:
    wanted = "x" * 60_000
    refused = account.http.post("/v4/logs", json={"project_id": wanted, "output": "o"})
    assert refused.status_code == 422
    assert len(refused.content) < 3 * LONGEST


def test_a_long_sentence_keeps_its_ends() -> None:
    text = f"There is no thing '{'x' * 60_000}'. Make one first."
    for said in (Problem("not_found", text).message, Detail(("body",), text, "value").message):
        assert len(said) <= LONGEST + 3
        assert said.startswith("There is no thing 'xxx")
        assert said.endswith("xxx'. Make one first.")
    assert Problem("not_found", "Short.").message == "Short."
    (part,) = Detail(("x" * 60_000,), "m", "value").place
    assert len(str(part)) <= LONGEST + 3
