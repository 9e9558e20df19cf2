"""Evaluators: made, changed in new versions, taken away from lists but not from evaluations."""

import re

import pytest

from .conftest import RIGHT, Account, Json, invalid, ok, refusal


def test_an_evaluator_is_made_of_each_type(account: Account) -> None:
    external, human = account.evaluator(), account.evaluator(type="human", return_type="select")
    python = account.python()
    llm = account.evaluator(
        type="llm", return_type="boolean", model_config={"model": "scripted", "max_tokens": 4}
    )
    assert re.fullmatch(r"evfn_[A-Za-z0-9]{21}", external["id"])
    assert [one["type"] for one in (external, human, python, llm)] == [
        "external",
        "human",
        "python",
        "llm",
    ]
    assert python["code"] == RIGHT
    assert (external["code"], external["model_config"]) == (None, None)
    assert llm["model_config"]["model"] == "scripted"
    assert llm["model_config"]["id"].startswith("config_")
    for one in (external, human, python, llm):
        assert ok(account.http.get(f"/v4/evaluators/{one['id']}")) == one
    listed = ok(account.http.get("/v4/evaluators"))
    assert listed[:4] == [llm, python, human, external]


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"type": "python"}, ("code",)),
        ({"type": "llm"}, ("model_config",)),
        ({"type": "guess"}, ("type",)),
        ({"return_type": "colour"}, ("return_type",)),
        ({"name": ""}, ("name",)),
        ({"name": "n" * 256}, ("name",)),
        ({"type": "llm", "model_config": {"model": "m", "chat_template": []}}, ("model_config",)),
        ({"type": "llm", "model_config": {}}, ("model_config", "model")),
    ],
)
def test_what_cannot_judge_is_told(
    account: Account, parts: Json, place: tuple[str | int, ...]
) -> None:
    body = {
        "name": "score",
        "description": "",
        "arguments_type": "target_free",
        "return_type": "number",
        "type": "external",
        **parts,
    }
    invalid(account.http.post("/v4/evaluators", json=body), "body", *place)


def test_a_ready_made_evaluator_is_named_in_the_code(account: Account) -> None:
    code = 'oxloop:levenshtein {"target": "label", "at_least": 0.8}'
    made = account.python(code)
    assert (made["type"], made["code"]) == ("python", code)
    world = account.world(made).running()
    world.logged(0, output="positiv")
    world.logged(1, output="no idea")
    world.until_judged_by(made, 2)
    assert world.aggregates() == {made["id"]: 0.5}

    parts = {"name": "near", "description": "", "type": "python", "arguments_type": "target_free"}
    wrong = {**parts, "return_type": "number", "code": "oxloop:guess"}
    sentence = invalid(account.http.post("/v4/evaluators", json=wrong), "body", "code")
    assert "there are: exact" in sentence


def test_an_evaluator_that_compares_vectors_needs_a_model(account: Account) -> None:
    made = account.evaluator(
        type="python",
        code='oxloop:semantic_similarity {"model": "nobody"}',
        arguments_type="target_required",
    )
    world = account.world()
    body = {**world.body, "evaluator_ids": [made["id"]]}
    sentence = invalid(account.http.post(world.creation, json=body), "body", "evaluator_ids", 0)
    assert "oxloop models add wordllama" in sentence


def test_a_syntax_error_is_shown_with_its_place(account: Account) -> None:
    body = {
        "name": "broken",
        "description": "",
        "arguments_type": "target_free",
        "return_type": "boolean",
        "type": "python",
        "code": "def f(log):\n    return log[\n",
    }
    message = invalid_code(account.http.post("/v4/evaluators", json=body).json())
    assert "line" in message
    assert "^" in message


def invalid_code(body: Json) -> str:
    (found,) = body["detail"]
    assert found["loc"] == ["body", "code"]
    message: str = found["msg"]
    return message


def test_a_change_keeps_what_it_does_not_name(account: Account) -> None:
    made = account.python()
    path = f"/v4/evaluators/{made['id']}"
    changed = ok(account.http.patch(path, json={"description": "New.", "return_type": "text"}))
    assert changed == {
        **made,
        "description": "New.",
        "return_type": "text",
        "updated_at": changed["updated_at"],
    }
    assert changed["updated_at"] > made["updated_at"]
    assert ok(account.http.get(path)) == changed
    assert ok(account.http.patch(path, json={})) == changed
    assert invalid_code(account.http.patch(path, json={"code": "def f(:"}).json())
    assert ok(account.http.get(path)) == changed


def test_a_deleted_evaluator_is_gone(account: Account) -> None:
    made = account.evaluator()
    path = f"/v4/evaluators/{made['id']}"
    response = account.http.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    refusal(account.http.get(path), 404)
    refusal(account.http.delete(path), 404)
    refusal(account.http.patch(path, json={}), 404)
    assert made["id"] not in [one["id"] for one in ok(account.http.get("/v4/evaluators"))]
