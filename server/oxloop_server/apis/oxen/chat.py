"""Oxen's chat completions: a registered model asked directly."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from oxloop_server import stamps
from oxloop_server.apis.oxen.models import find
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.models import client
from oxloop_server.models.model import OPERATORS_PARAMS, Model, no_image
from oxloop_server.problems import ProblemCode, Refused

operation = Handlers()

_THE_SENDERS_FAULT = (400, 413, 422)
"""What an endpoint answers to a request that it takes for wrong."""


@operation("create_chat_completion")
async def create_chat_completion(call: Call) -> Answer:
    """Ask a model, and answer what it says."""
    body: Mapping[str, Any] = call.body
    _check_wish(body)
    model = _chat_model(call, body["model"])
    if not model.reads(body["messages"]):
        raise Refused("unsupported", no_image(model.name), "messages")
    wished = {n: v for n, v in body.items() if n not in OPERATORS_PARAMS and v is not None}
    asked = evolve(model, params={**model.params, **wished})
    try:
        said = await call.service.engine.client.complete(asked, body["messages"])
    except client.ModelError as error:
        code: ProblemCode = "model_failed"
        if error.status in _THE_SENDERS_FAULT:
            code = "invalid_params"
        raise Refused(code, str(error)) from error
    answer = Answer(_completion(model, said))
    return await call.service.db.write(lambda conn: call.keep(conn, answer))


def _check_wish(body: Mapping[str, Any]) -> None:
    if body["stream"]:
        raise Refused(
            "unsupported",
            "The local service answers a chat completion whole: leave 'stream' out.",
            "stream",
        )
    if body.get("n") not in (None, 1):
        raise Refused(
            "unsupported", "The local service makes one answer a call: leave 'n' out.", "n"
        )


def _chat_model(call: Call, name: str) -> Model:
    model = find(call.service.registry, name, "invalid_params")
    if model.endpoint != "chat":
        raise Refused(
            "invalid_params",
            f"The model {model.name} cannot chat: it is registered for {model.endpoint}.",
            "model",
        )
    return model


def _completion(model: Model, said: client.Answer) -> JsonObject:
    calls = list(said.tool_calls) or None
    message = {
        "role": "assistant",
        "content": None if calls and not said.text else said.text,
        "tool_calls": calls,
    }
    return {
        "id": f"chatcmpl-{stamps.new_uuid()}",
        "object": "chat.completion",
        "created": stamps.seconds(),
        "model": model.name,
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": said.finish_reason or ("tool_calls" if calls else "stop"),
            }
        ],
        "usage": _usage(said),
    }


def _usage(said: client.Answer) -> JsonObject | None:
    read, written = said.prompt_tokens, said.completion_tokens
    if read is None or written is None:
        return None
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
