"""Chat completions over HTTP: what the model is asked, what is answered, and what is refused."""

import json
from typing import Any

import httpx
import pytest
from oxloop import BadRequestError, Oxen
from running_service import Running
from scripted_model import Reply, ScriptedModel

from .conftest import MODEL

ADDRESS = "/api/ai/chat/completions"
QUESTION = [{"role": "system", "content": "Be loud."}, {"role": "user", "content": "Hello?"}]

PICTURE = {"type": "image_url", "image_url": {"url": "http://127.0.0.1/a.png"}}


def ask(http: httpx.Client, **changes: Any) -> httpx.Response:
    """Ask the scripted model, which answers in capitals."""
    return http.post(ADDRESS, json={"model": MODEL, "messages": QUESTION, **changes})


def refusal(response: httpx.Response, status: int) -> str:
    """Check that an answer is an error in the envelope of inference, and tell its message."""
    assert response.status_code == status, response.text
    body = response.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"message", "code"}
    message: str = body["error"]["message"]
    return message


def test_a_model_is_asked_and_its_answer_comes_back(
    http: httpx.Client, model: ScriptedModel
) -> None:
    answer = ask(http, temperature=0, max_tokens=8, top_p=None, seed=7)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["id"].startswith("chatcmpl-")
    assert (body["object"], body["model"]) == ("chat.completion", MODEL)
    assert body["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "HELLO?", "tool_calls": None},
            "finish_reason": "stop",
        }
    ]
    assert body["usage"] == {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    assert model.calls[-1].body == {
        "model": MODEL,
        "messages": QUESTION,
        "temperature": 0,
        "max_tokens": 8,
        "seed": 7,
    }
    assert ask(http).json()["id"] != body["id"]


def test_a_model_is_asked_in_parts_and_by_its_uuid(
    http: httpx.Client, model: ScriptedModel
) -> None:
    uuid = http.get(f"/api/ai/models/{MODEL}").json()["uuid"]
    parts = [{"role": "user", "content": [{"type": "text", "text": "Hello?"}]}]
    answer = ask(http, model=uuid, messages=parts)
    assert answer.status_code == 200, answer.text
    assert model.calls[-1].body["messages"] == parts
    assert answer.json()["model"] == MODEL


def test_the_calls_that_a_model_asks_for_come_back(
    http: httpx.Client, model: ScriptedModel
) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "find", "arguments": "{}"}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "finish_reason": "tool_calls", "message": message}
    model.script(Reply.raw(json.dumps({"choices": [choice]}).encode()))
    tools = [{"type": "function", "function": {"name": "find"}}]
    answer = ask(http, tools=tools, tool_choice="required")
    assert answer.status_code == 200, answer.text
    assert answer.json()["choices"] == [choice]
    assert answer.json()["usage"] is None
    assert (model.calls[-1].body["tools"], model.calls[-1].body["tool_choice"]) == (
        tools,
        "required",
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stream": True}, "leave 'stream' out"),
        ({"n": 2}, "leave 'n' out"),
        ({"model": "nobody"}, 'There is no model "nobody" here; there are: "scripted"'),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "judge", "content": "Guilty."}]}, "messages"),
        ({"temperature": 3}, "temperature"),
        ({"messages": [{"role": "user", "content": [PICTURE]}]}, 'set input = ["text", "image"]'),
    ],
)
def test_a_request_that_is_refused_says_why(
    http: httpx.Client, changes: dict[str, Any], said: str
) -> None:
    assert said in refusal(ask(http, **changes), 400)


def test_no_sender_says_where_the_models_gateway_goes(
    http: httpx.Client, model: ScriptedModel
) -> None:
    assert ask(http, api_base="http://elsewhere", api_key="sk", top_k=3).status_code == 200
    body = model.calls[-1].body
    assert ("api_base" in body, "api_key" in body, body["top_k"]) == (False, False, 3)


def test_what_the_model_says_of_a_request_reaches_its_sender(
    http: httpx.Client, model: ScriptedModel
) -> None:
    model.script(Reply.status(400, "the context is too long"))
    assert "the context is too long" in refusal(ask(http), 400)
    model.script(Reply.status(404, "no such model"))
    assert "answered 404: no such model" in refusal(ask(http), 502)


def test_every_refusal_at_this_address_has_the_envelope_of_inference(
    service: Running, http: httpx.Client
) -> None:
    with httpx.Client(base_url=service.url, trust_env=False) as nobody:
        assert "no API key" in refusal(nobody.post(ADDRESS, json={}), 401)
    json_type = {"content-type": "application/json"}
    assert "not JSON" in refusal(http.post(ADDRESS, content=b"{", headers=json_type), 400)
    assert "POST only" in refusal(http.get(ADDRESS), 405)
    assert "nothing at this address" in refusal(http.get("/api/ai/chat/others"), 404)
    large = http.post(ADDRESS, content=b" " * (9 << 20), headers=json_type)
    assert "larger than 8 MiB" in refusal(large, 413)
    assert http.get("/api/ai/chats").json()["status"] == "error"


def test_a_question_with_a_key_is_asked_once(http: httpx.Client, model: ScriptedModel) -> None:
    before = len(model.calls)
    body = {"model": MODEL, "messages": QUESTION}
    first, second = (
        http.post(ADDRESS, json=body, headers={"Idempotency-Key": "ask-once"}) for _ in range(2)
    )
    assert first.status_code == 200
    assert first.json() == second.json()
    assert len(model.calls) == before + 1
    other = http.post(
        ADDRESS, json={**body, "max_tokens": 1}, headers={"Idempotency-Key": "ask-once"}
    )
    assert "Idempotency-Key" in refusal(other, 409)


def test_the_client_asks_a_model(service: Running, model: ScriptedModel) -> None:
    with Oxen(service.key, service.url) as oxen:
        answer = oxen.chat.complete(MODEL, "Hello?", max_tokens=8, more={"stop": ["."]})
        assert (answer.text, answer.model, answer.usage.total_tokens) == ("HELLO?", MODEL, 2)
        assert model.calls[-1].body["stop"] == ["."]
        with pytest.raises(BadRequestError, match='There is no model "nobody" here'):
            oxen.chat.complete("nobody", QUESTION)
