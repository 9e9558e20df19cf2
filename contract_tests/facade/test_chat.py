"""Models asked directly: what goes out, and what is read of the answer."""

import json
from typing import Any

import httpx
import pytest
import respx
from oxloop import BadRequestError, ConfigurationError, DecodeError
from oxloop.oxen.details import ChatCompletion
from oxloop.runs import Usage

from .conftest import Teller, requests

PATH = "/api/ai/chat/completions"
CALL = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{}"}}


def answer(**message: Any) -> httpx.Response:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
    body = {"id": "a1", "object": "chat.completion", "model": "small", "choices": [choice]}
    usage = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4}
    return httpx.Response(200, json={**body, "usage": usage, "provider": "ox"})


def test_a_question_is_asked_and_its_answer_read(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.post(PATH).mock(return_value=answer(content="Shipping"))
    found = teller.tell(
        lambda oxen: oxen.chat.complete(
            "small", "Where?", temperature=0, tools=[{"type": "function"}], more={"seed": 7}
        )
    )
    assert found == ChatCompletion(
        id="a1",
        model="small",
        text="Shipping",
        finish_reason="stop",
        usage=Usage(prompt_tokens=3, completion_tokens=1, total_tokens=4),
        extra={"provider": "ox"},
    )
    (request,) = requests(route)
    assert json.loads(request.content) == {
        "model": "small",
        "messages": [{"role": "user", "content": "Where?"}],
        "temperature": 0,
        "tools": [{"type": "function"}],
        "seed": 7,
    }


def test_a_conversation_goes_out_as_it_is_with_an_empty_text_for_none(
    teller: Teller, hub: respx.MockRouter
) -> None:
    route = hub.post(PATH).mock(return_value=answer(content=None, tool_calls=[CALL]))
    conversation: list[dict[str, Any]] = [
        {"role": "user", "content": [{"type": "text", "text": "Find it"}], "name": "ann"},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "content": "here", "tool_call_id": "c1", "new": True},
    ]
    found = teller.tell(lambda oxen: oxen.chat.complete("small", conversation))
    assert (found.text, found.tool_calls) == (None, (CALL,))
    (request,) = requests(route)
    conversation[1]["content"] = ""
    assert json.loads(request.content)["messages"] == conversation


@pytest.mark.parametrize(
    ("messages", "wishes", "said"),
    [
        ([], {}, "messages is empty"),
        ("", {"more": {"stream": True}}, "comes whole here"),
        (
            [{"role": "user", "content": "a"}, {"role": "user"}],
            {},
            r'messages\[1\] has no "content"',
        ),
    ],
)
def test_a_question_that_is_none_is_refused_at_once(
    teller: Teller, messages: Any, wishes: Any, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        teller.tell(lambda oxen: oxen.chat.complete("small", messages, **wishes))


def test_a_refusal_tells_its_message(teller: Teller, hub: respx.MockRouter) -> None:
    refused = httpx.Response(400, json={"error": {"message": "Model not found: small"}})
    hub.post(PATH).mock(return_value=refused)
    with pytest.raises(BadRequestError, match="Model not found: small"):
        teller.tell(lambda oxen: oxen.chat.complete("small", "Where?"))


@pytest.mark.parametrize("choices", [[], None, [{}], [{"message": {"content": None}}]])
def test_an_answer_without_an_answer_is_named(
    teller: Teller, hub: respx.MockRouter, choices: Any
) -> None:
    hub.post(PATH).mock(
        return_value=httpx.Response(200, json={"model": "small", "choices": choices})
    )
    with pytest.raises(DecodeError, match="choices"):
        teller.tell(lambda oxen: oxen.chat.complete("small", "Where?"))
