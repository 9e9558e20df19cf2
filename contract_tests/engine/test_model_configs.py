"""Which model a Humanloop config means, and what it is asked."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from humanloop_world import config
from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder
from oxloop_server.models.client import ModelClient, ModelError
from oxloop_server.models.configs import model_for
from oxloop_server.models.local import LocalEngine
from oxloop_server.models.model import Model
from oxloop_server.models.registry import Registry
from oxloop_server.problems import Refused
from scripted_model import ScriptedModel

ADDRESS = "http://127.0.0.1:9/v1"
ONLY_CHAT = {"base_url": ADDRESS, "only_chat": True}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = Registry(DataFolder(tmp_path))
    made.add({"name": "gpt-4", "base_url": ADDRESS, "params": {"max_tokens": 5}})
    made.add(
        {
            "name": "claude",
            "base_url": ADDRESS,
            "matches": [{"provider": "anthropic", "model": "claude-*"}],
        }
    )
    made.add({"name": "vectors", "base_url": ADDRESS, "endpoint": "embeddings"})
    return made


def asked(**given: Any) -> dict[str, Any]:
    return config(prompt_template="x", **given)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"model": "gpt-4"}, "gpt-4"),
        ({"model": "gpt-4", "provider": "groq"}, "gpt-4"),
        ({"model": "claude-3", "provider": "anthropic"}, "claude"),
    ],
)
def test_by_what_it_matches_and_then_by_its_name(
    registry: Registry, given: dict[str, Any], name: str
) -> None:
    assert model_for(registry, asked(**given)).name == name


def test_the_config_says_which_call_it_is(registry: Registry) -> None:
    assert model_for(registry, asked(model="gpt-4")).endpoint == "completions"
    assert model_for(registry, config(model="gpt-4", endpoint="chat")).endpoint == "chat"


def test_a_model_that_only_chats_is_asked_in_a_chat(registry: Registry) -> None:
    registry.add({**ONLY_CHAT, "name": "gpt-5"})
    assert model_for(registry, asked(model="gpt-5")).endpoint == "chat"
    assert model_for(registry, config(model="gpt-5", endpoint="chat")).endpoint == "chat"
    with pytest.raises(RuleError, match="contradict each other"):
        registry.add({**ONLY_CHAT, "name": "old", "endpoint": "completions"})
    with pytest.raises(RuleError, match="true or false"):
        registry.add({**ONLY_CHAT, "name": "odd", "only_chat": "yes"})


def test_no_length_leaves_the_registered_one(registry: Registry) -> None:
    assert model_for(registry, asked(model="gpt-4")).params["max_tokens"] == 5
    assert model_for(registry, asked(model="gpt-4", max_tokens=7)).params["max_tokens"] == 7


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (asked(model="claude-3"), 'There are: "gpt-4", "claude", "vectors".'),
        (asked(model="vectors"), "gives embeddings and no text"),
        (config(model="gpt-4"), "has no prompt_template"),
        (asked(model="gpt-4", endpoint="edit"), '"edit" is not served'),
        (asked(model="gpt-4", tools=[{"name": "f"}]), "the service calls no tools"),
    ],
)
def test_there_is_never_a_silent_substitute(
    registry: Registry, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused) as caught:
        model_for(registry, given)
    assert said in caught.value.message
    assert (caught.value.code, caught.value.field) == ("invalid_params", "config_id")


def test_without_any_model_it_says_how_to_add_one(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="oxloop models add"):
        model_for(Registry(DataFolder(tmp_path)), asked(model="gpt-4"))


def test_no_config_sends_a_call_elsewhere_or_with_another_key(registry: Registry) -> None:
    other = {"api_base": "http://elsewhere", "api_key": "sk", "base_url": "http://x", "top_k": 3}
    found = model_for(registry, asked(model="gpt-4", other=other))
    assert {name: found.params[name] for name in other if name in found.params} == {"top_k": 3}


def test_a_key_does_not_show() -> None:
    assert "sk-secret" not in repr(Model(name="m", model="m", base_url=ADDRESS, key="sk-secret"))


def complete(model: Model, prompt: Any) -> str:
    async def main() -> str:
        client = ModelClient(LocalEngine())
        try:
            return (await client.complete(model, prompt)).text
        finally:
            await client.close()

    return asyncio.run(main())


def test_messages_are_for_chats_only() -> None:
    messages = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]
    with ScriptedModel() as scripted:
        model = Model(name="m", model="m", base_url=scripted.base_url, endpoint="chat")
        assert complete(model, messages) == "Hi"
        assert scripted.calls[0].body["messages"] == messages
        with pytest.raises(ModelError, match="takes no messages"):
            complete(Model(name="m", model="m", base_url=ADDRESS, endpoint="completions"), messages)


def test_a_key_that_no_header_can_hold_is_refused_without_being_shown() -> None:
    with pytest.raises(ModelError) as caught:
        complete(Model(name="m", model="m", base_url=ADDRESS, key="sk-\nsecret"), "x")
    assert str(caught.value) == (
        "The key that came with the request holds characters that no key can have."
    )


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("as it is", "as it is"),
        ([{"role": "user", "content": "a"}, {"role": "user", "content": "b"}], "b"),
        ([{"role": "user", "content": [{"type": "text", "text": "c"}]}], "c"),
        ([{"role": "assistant"}], ""),
    ],
)
def test_an_echo_calls_nobody(prompt: Any, text: str) -> None:
    assert complete(Model(name="mock", model="any", endpoint="echo"), prompt) == text
