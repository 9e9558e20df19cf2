"""The prompt that a Humanloop config and a datapoint make: a text, or the messages of a chat."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, cast

from oxloop.rules.errors import RuleError
from oxloop.rules.prompts import check_braces
from oxloop.rules.prompts_humanloop import HumanloopTemplate, parse

from oxloop_server.models.wire import Message, Prompt
from oxloop_server.prompts.jinja import JinjaProcesses

Config = Mapping[str, Any]

LARGE = 10_000
"""Characters of templates and inputs, beyond which they are filled in a thread: others must not
wait meanwhile."""

# What Humanloop keeps of a message beside this is nothing that a model endpoint knows.
_SENT = ("role", "content", "name", "tool_call_id", "tool_calls")


def endpoint_of(config: Config) -> Literal["complete", "chat"]:
    """Which of the two calls a config is for.

    Args:
        config: A model config.

    Raises:
        RuleError: If it is for another one.
    """
    named = config.get("endpoint")
    if named == "edit":
        raise RuleError('the endpoint "edit" is not served; use "complete" or "chat".')
    # "complete" is also what a config has that says nothing, and a chat template is for no text.
    only_chat = config.get("chat_template") and config.get("prompt_template") is None
    return "chat" if named == "chat" or only_chat else "complete"


def check(config: Config) -> None:
    """Refuse a config from which no prompt can be made.

    Raises:
        RuleError: Saying what it lacks, or has too much of.
    """
    if endpoint_of(config) == "complete" and config.get("prompt_template") is None:
        raise RuleError('it is for the endpoint "complete" and has no prompt_template.')
    if not _is_jinja(config):
        check_braces("".join(_templates(config)))


class Prompts:
    """Makes prompts.

    Args:
        jinja: Renders the templates of configs that are written in Jinja.
    """

    def __init__(self, jinja: JinjaProcesses) -> None:
        self._jinja = jinja

    async def make(
        self,
        tenant_id: str,
        config: Config,
        inputs: Mapping[str, object],
        messages: Sequence[Message] = (),
    ) -> Prompt:
        """The prompt for one datapoint.

        Args:
            tenant_id: Whose run it is for.
            config: The model config.
            inputs: What the template's names stand for.
            messages: What follows the template of a chat.

        Raises:
            RuleError: If the template asks for something that is not there, or there is none.
        """
        check(config)
        if endpoint_of(config) == "complete":
            return (await self._fill(tenant_id, config, inputs))[0]
        template = cast(Sequence[Message], config.get("chat_template") or ())
        texts = iter(await self._fill(tenant_id, config, inputs))
        made = [*(_with_texts(message, texts) for message in template), *messages]
        if not made:
            raise RuleError("Neither the config nor the datapoint has a message to send.")
        return [_sent(message) for message in made]

    async def _fill(
        self, tenant_id: str, config: Config, inputs: Mapping[str, object]
    ) -> list[str]:
        templates = list(_templates(config))
        if _is_jinja(config):
            return await self._jinja.render(tenant_id, templates, inputs)
        if _is_large(templates, inputs):
            return await asyncio.to_thread(_filled, templates, inputs, parse)
        return _filled(templates, inputs, _parse_once)


_parse_once = lru_cache(maxsize=64)(parse)


def _filled(
    templates: Sequence[str],
    inputs: Mapping[str, object],
    read: Callable[[str], HumanloopTemplate],
) -> list[str]:
    return [read(template).render(inputs) for template in templates]


def _is_large(templates: Sequence[str], inputs: Mapping[str, object]) -> bool:
    values = inputs.values()
    # How much is in a list or an object cannot be said without going through it.
    if any(isinstance(value, Mapping | list) for value in values):
        return True
    texts = [value for value in values if isinstance(value, str)]
    return sum(map(len, [*templates, *texts])) > LARGE


def _is_jinja(config: Config) -> bool:
    return config.get("template_language") == "jinja"


def _templates(config: Config) -> Iterator[str]:
    if endpoint_of(config) == "complete":
        return iter([cast(str, config["prompt_template"])])
    return _texts(cast(Sequence[Message], config.get("chat_template") or ()))


def as_text(prompt: Prompt) -> str:
    """A prompt as a person reads it; for an evaluator's ``{{ log_prompt }}``."""
    if isinstance(prompt, str):
        return prompt
    return "\n".join(f"{message['role']}: {''.join(_texts([message]))}" for message in prompt)


def _texts(messages: Sequence[Message]) -> Iterator[str]:
    for message in messages:
        content = message.get("content")
        if isinstance(content, str):
            yield content
        elif isinstance(content, list):
            parts = cast(list[Mapping[str, Any]], content)
            yield from (cast(str, part["text"]) for part in parts if part["type"] == "text")


def _with_texts(message: Message, texts: Iterator[str]) -> Message:
    content = message.get("content")
    if isinstance(content, str):
        return {**message, "content": next(texts)}
    if isinstance(content, list):
        parts = cast(list[Mapping[str, Any]], content)
        filled = [{**p, "text": next(texts)} if p["type"] == "text" else p for p in parts]
        return {**message, "content": filled}
    return message


def _sent(message: Message) -> Message:
    return {name: message[name] for name in _SENT if message.get(name) is not None}
