"""Chat completions: a model asked directly, without a file and without a run."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from oxloop._decode import extras, known, maybe_integer, maybe_text, part, text
from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError
from oxloop.oxen.details import ChatCompletion
from oxloop.runs import Usage

if TYPE_CHECKING:
    from oxloop_api.oxen import models as wire

    from oxloop._http import Response

Messages = str | Sequence[Mapping[str, Any]]
"""What to ask: a user's message, or a whole conversation."""


class Wishes(TypedDict, total=False):
    """How a model is to answer; what is left out is the model's own choice.

    Attributes:
        max_tokens: Most tokens of the answer.
        temperature: How much chance there is in it; 0 is the least.
        top_p: Share of the likeliest words to choose from.
        frequency_penalty: How much a word loses for each time that it was said.
        presence_penalty: How much a word loses for having been said.
        response_format: The form that it must have, as ``{"type": "json_object"}``.
        tools: Functions that the model may ask to be called.
        tool_choice: Whether it may or must ask for one, or for which.
        parallel_tool_calls: Whether it may ask for several at once.
        more: Fields that the API does not document, as ``{"stop": ["."]}``.
    """

    max_tokens: int
    temperature: float
    top_p: float
    frequency_penalty: float
    presence_penalty: float
    response_format: Mapping[str, Any]
    tools: Sequence[Mapping[str, Any]]
    tool_choice: str | Mapping[str, Any]
    parallel_tool_calls: bool
    more: Mapping[str, Any]


def complete(core: Core, model: str, messages: Messages, wishes: Wishes) -> Flow[ChatCompletion]:
    """Ask a model, and read its answer."""
    from oxloop_api.oxen.api.chat import create_chat_completion
    from oxloop_api.oxen.models.chat_completion_request import ChatCompletionRequest

    named = {name: value for name, value in wishes.items() if name != "more"}
    asked = {**wishes.get("more", {}), **named, "model": model, "messages": _messages(messages)}
    if asked.get("stream"):
        raise ConfigurationError("A chat completion comes whole here: leave stream out.")
    body = ChatCompletionRequest.from_dict(asked)

    def parse(response: "Response") -> ChatCompletion:
        return _completion(create_chat_completion.parse_response(response))

    return (yield from call(core, create_chat_completion.build_request(body=body), parse))


def _messages(given: Messages) -> list[dict[str, Any]]:
    listed = [{"role": "user", "content": given}] if isinstance(given, str) else given
    if not listed:
        raise ConfigurationError("messages is empty: a model needs something to answer.")
    for position, message in enumerate(listed):
        missing = [name for name in ("role", "content") if name not in message]
        if missing:
            raise ConfigurationError(f'messages[{position}] has no "{missing[0]}".')
    # A model that asks for calls says nothing else, and the API takes no null for that.
    return [{**one, "content": "" if one["content"] is None else one["content"]} for one in listed]


def _completion(found: "wire.ChatCompletionResponse") -> ChatCompletion:
    choice = part(next(iter(part(found.choices, "choices")), None), "choices[0]")
    said = part(choice.message, "choices[0].message")
    calls = known(said.tool_calls) or []
    content = maybe_text(said.content, "choices[0].message.content")
    usage = known(found.usage)
    return ChatCompletion(
        id=maybe_text(found.id, "id"),
        model=text(found.model, "model"),
        text=content if calls else text(content, "choices[0].message.content"),
        finish_reason=maybe_text(choice.finish_reason, "choices[0].finish_reason"),
        tool_calls=tuple(one.to_dict() for one in calls),
        usage=Usage() if usage is None else _usage(usage),
        extra=extras(found),
    )


def _usage(found: "wire.ChatUsage") -> Usage:
    return Usage(
        prompt_tokens=maybe_integer(found.prompt_tokens, "usage.prompt_tokens"),
        completion_tokens=maybe_integer(found.completion_tokens, "usage.completion_tokens"),
        total_tokens=maybe_integer(found.total_tokens, "usage.total_tokens"),
    )


class Chat(SyncResource):
    """Models asked directly."""

    def complete(self, model: str, messages: Messages, **wishes: Unpack[Wishes]) -> ChatCompletion:
        """Ask a model, and return its answer.

        As in the hub's API of Oxen.ai, version 0.243.1.

        Args:
            model: Its name.
            messages: A question, or a conversation: mappings with a ``role`` (``system``, ``user``,
                ``assistant``, ``tool``) and a ``content``.
            wishes: How it is to answer: ``max_tokens``, ``temperature`` …, as ``Wishes`` has them.

        Raises:
            BadRequestError: There is no such model, or it refuses the request.
            ConfigurationError: A message is not complete.

        Example:
            >>> oxen.chat.complete("small-model", "Which department? ...", max_tokens=8).text
        """
        return self._driver.run(complete(self._core, model, messages, wishes))


class AsyncChat(AsyncResource):
    """Models asked directly, as ``Chat`` has it, awaited."""

    async def complete(
        self, model: str, messages: Messages, **wishes: Unpack[Wishes]
    ) -> ChatCompletion:
        """Ask a model, and return its answer, as ``Chat.complete`` does."""
        return await self._driver.run(complete(self._core, model, messages, wishes))
