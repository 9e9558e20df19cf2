"""Model configs: kept once per content, used by any number of projects."""

import re

import pytest

from .conftest import Account, Json, invalid, new_name, ok, refusal

FULL: Json = {
    "model": "gpt-4o",
    "name": "Careful",
    "description": "Thinks first.",
    "provider": "openai_azure",
    "endpoint": "chat",
    "chat_template": [{"role": "system", "content": "Answer in {{language}}."}],
    "template_language": "jinja",
    "max_tokens": 20,
    "temperature": 0.5,
    "top_p": 0.9,
    "stop": ["\n", "."],
    "presence_penalty": 0.1,
    "frequency_penalty": -0.1,
    "seed": 7,
    "response_format": {"type": "json_object"},
    "reasoning_effort": "high",
    "other": {"logit_bias": {"50256": -100}},
}


def test_a_config_has_every_parameter(account: Account) -> None:
    project = account.project()
    body = {"project_id": project["id"], "model": "gpt-4o", "prompt_template": "Hi {{name}}"}
    made = ok(account.http.post("/v4/model-configs", json=body))
    assert (made["project_id"], made["project_name"]) == (project["id"], project["name"])
    assert made["num_datapoints"] == 0
    config = made["config"]
    assert re.fullmatch(r"config_[A-Za-z0-9]{21}", config["id"])
    assert config["name"].startswith("gpt-4o ")
    parts = ("provider", "endpoint", "max_tokens", "temperature", "top_p", "other", "type")
    assert [config[part] for part in parts] == ["openai", "complete", -1, 1, 1, {}, "model"]
    assert config["prompt_template"] == "Hi {{name}}"
    assert ok(account.http.get(f"/v4/model-configs/{config['id']}")) == config


def test_what_was_given_is_answered(account: Account) -> None:
    config = account.config(account.project(), **FULL, prompt_template="{{unused}}")
    assert {name: config[name] for name in FULL} == FULL


def test_tools_get_ids(account: Account) -> None:
    tool = {"name": "add", "parameters": {"type": "object"}, "strict": True}
    (found,) = account.config(account.project(), tools=[tool])["tools"]
    assert found["id"].startswith("config_")
    assert {name: found[name] for name in tool} == tool


def test_the_same_parameters_are_the_same_config(account: Account) -> None:
    one, other = account.project(), account.project()
    first = account.config(one, temperature=0, name="First", max_tokens=4)
    assert account.config(one, temperature=0.0, max_tokens=4.0, name="Second") == first
    assert account.config(other, temperature=0, max_tokens=4, provider="openai") == first
    assert account.config(one, temperature=0.1, max_tokens=4)["id"] != first["id"]
    tools = [{"name": "add"}]
    assert account.config(one, tools=tools) == account.config(one, tools=tools)


def test_a_config_says_when_it_was_last_used(account: Account) -> None:
    project = account.project()
    body = {"project_id": project["id"], "model": "gpt-4o"}
    first = ok(account.http.post("/v4/model-configs", json=body))
    second = ok(account.http.post("/v4/model-configs", json=body))
    assert second["created_at"] == first["created_at"]
    assert second["last_used"] > first["last_used"]


def test_a_new_name_makes_a_project(account: Account) -> None:
    name = new_name("made by a config")
    made = ok(account.http.post("/v4/model-configs", json={"project": name, "model": "m"}))
    project = ok(account.http.get(f"/v4/projects/{made['project_id']}"))
    assert (project["name"], made["project_name"]) == (name, name)
    assert project["active_config"]["config"] == made["config"]
    again = ok(account.http.post("/v4/model-configs", json={"project": name, "model": "m"}))
    assert again["project_id"] == made["project_id"]


def test_the_first_config_stays_the_active_one(account: Account) -> None:
    project = account.project()
    first = account.config(project, temperature=0)
    account.config(project, temperature=1)
    found = ok(account.http.get(f"/v4/projects/{project['id']}"))
    assert found["active_config"]["config"]["id"] == first["id"]


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"project": None, "project_id": None}, ("project",)),
        ({"project_id": "pr_nowhere"}, ("project_id",)),
        ({"project": "another"}, ("project",)),
        ({"model": ""}, ("model",)),
        ({"top_p": 1.5}, ("top_p",)),
        ({"max_tokens": -2}, ("max_tokens",)),
        ({"provider": "nobody"}, ("provider",)),
        ({"tools": [{"id": "oc_1", "source": "organization"}]}, ("tools", 0, "id")),
        ({"temprature": 0}, ()),
    ],
)
def test_what_cannot_be_registered_is_told(
    account: Account, parts: Json, place: tuple[str | int, ...]
) -> None:
    body = {"project_id": account.project()["id"], "model": "m", **parts}
    given = {name: value for name, value in body.items() if value is not None}
    invalid(account.http.post("/v4/model-configs", json=given), "body", *place)


def test_a_refused_config_leaves_no_project(account: Account) -> None:
    name = new_name("never")
    body = {
        "project": name,
        "model": "m",
        "tools": [{"id": "oc_1", "source": "organization", "name": "t"}],
    }
    invalid(account.http.post("/v4/model-configs", json=body), "body", "tools", 0, "id")
    listed = ok(account.http.get("/v4/projects", params={"filter": name}))
    assert listed["total"] == 0


def test_a_tool_config_is_no_model_config(account: Account) -> None:
    project = account.project()
    tool = {"type": "tool", "name": "add", "parameters": {"type": "object"}}
    body = {"project_id": project["id"], "config": tool, "output": "3"}
    log = ok(account.http.post("/v4/logs", json=body))
    config = ok(account.http.get(f"/v4/logs/{log['id']}"))["config"]
    assert (config["type"], config["name"], config["status"]) == ("tool", "add", "committed")
    refusal(account.http.get(f"/v4/model-configs/{config['id']}"), 404)
