"""What is said to models and what they answer, in the words of OpenAI's API: no I/O."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from attrs import frozen

from oxloop_server.models.model import Model, no_image

_EXCERPT = 300
_LONGEST_VECTOR = 65_536
# What a 32-bit float holds.
_LARGEST = 3.4e38

Message: TypeAlias = Mapping[str, Any]
Prompt: TypeAlias = str | Sequence[Message]
"""What a model is asked: a text, or the messages of a chat."""


@frozen
class Answer:
    """What a model answered.

    Args:
        text: The answer.
        prompt_tokens: Tokens of the prompt, if the endpoint tells.
        completion_tokens: Tokens of the answer, if the endpoint tells.
        finish_reason: Why the answer ends there, in the endpoint's word, if it tells.
        tool_calls: The calls that the model asks for, where it was given tools.
    """

    text: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    finish_reason: str | None = None
    tool_calls: tuple[Mapping[str, Any], ...] = ()


class ModelError(Exception):
    """A call that failed for good; its text is the sentence for the user.

    Args:
        message: The sentence.
        status: What the endpoint answered, if it answered an error.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@frozen
class Embedding:
    """A text as a vector.

    Args:
        vector: Its numbers.
        prompt_tokens: Tokens of the text, if the endpoint tells.
    """

    vector: tuple[float, ...]
    prompt_tokens: int | None = None

    @property
    def completion_tokens(self) -> int | None:
        """None: nothing is written."""
        return None

    @property
    def text(self) -> str:
        """The vector as JSON."""
        return json.dumps(self.vector)


def request(model: Model, prompt: Prompt) -> tuple[str, dict[str, object]]:
    """The path and the body of a call.

    Raises:
        ModelError: If the model's endpoint does not take such a prompt.
    """
    if model.endpoint == "chat":
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        if not model.reads(messages):
            raise ModelError(no_image(model.name))
        return "/chat/completions", {"model": model.model, "messages": messages, **model.params}
    if model.endpoint == "completions" and isinstance(prompt, str):
        return "/completions", {"model": model.model, "prompt": prompt, **model.params}
    if model.endpoint == "completions":
        raise ModelError(f"The model {model.name} completes a text and takes no messages.")
    return "/embeddings", {"model": model.model, "input": prompt, **model.params}


def size(prompt: Prompt) -> int:
    """About how many tokens a prompt has."""
    # Four characters to a token is what English comes to; the endpoint tells how many it were.
    text = prompt if isinstance(prompt, str) else json.dumps(prompt, ensure_ascii=False)
    return len(text) // 4 + 1


def last_text(prompt: Prompt) -> str:
    """The end of a prompt, as a model without an endpoint echoes it."""
    if isinstance(prompt, str):
        return prompt
    return (_content(prompt[-1].get("content")) or "") if prompt else ""


def answer(model: Model, body: bytes) -> Answer:
    """Read the text that a model answered.

    Raises:
        ModelError: If there is none.
    """
    found = _json(model, body)
    if model.endpoint == "chat":
        text = _content(_at(found, "choices", 0, "message", "content"))
        calls = _tool_calls(model, found)
        if text is None and calls:
            text = ""
    else:
        calls = ()
        text = _content(_at(found, "choices", 0, "text"))
        text = None if text is None else text.strip()
    if text is None:
        raise ModelError(
            f"The model {model.name} answered without a text: {reason(body, None)} "
            f"(its endpoint is registered as {model.endpoint})."
        )
    return Answer(
        encodable(text),
        _count(_at(found, "usage", "prompt_tokens")),
        _count(_at(found, "usage", "completion_tokens")),
        _content(_at(found, "choices", 0, "finish_reason")),
        calls,
    )


def embedding(model: Model, body: bytes) -> Embedding:
    """Read the vector that a model answered.

    Raises:
        ModelError: If there is none.
    """
    found = _json(model, body)
    vector = _at(found, "data", 0, "embedding")
    if not isinstance(vector, list) or not _are_numbers(cast(list[object], vector)):
        raise ModelError(
            f"The model {model.name} answered without a list of numbers: {reason(body, None)} "
            f"(its endpoint is registered as {model.endpoint})."
        )
    numbers = tuple(map(float, cast(list[float], vector)))
    return Embedding(numbers, _count(_at(found, "usage", "prompt_tokens")))


def _json(model: Model, body: bytes) -> object:
    try:
        return cast(object, json.loads(body))
    except (ValueError, RecursionError):
        raise ModelError(f"The model {model.name} answered something that is no JSON.") from None


def _are_numbers(vector: list[object]) -> bool:
    return 0 < len(vector) <= _LONGEST_VECTOR and all(
        type(number) in (int, float) and -_LARGEST < cast(float, number) < _LARGEST
        for number in vector
    )


def _tool_calls(model: Model, found: object) -> tuple[Mapping[str, Any], ...]:
    # Only who gave the model tools knows what to do with a call.
    calls = _at(found, "choices", 0, "message", "tool_calls") if "tools" in model.params else None
    listed = cast(list[object], calls) if isinstance(calls, list) else []
    return tuple(cast(dict[str, Any], call) for call in listed if isinstance(call, dict))


def _at(value: object, *path: str | int) -> object:
    """What JSON has at a path; None if it has nothing there."""
    for step in path:
        try:
            value = cast(Any, value)[step]
        except (LookupError, TypeError):
            return None
    return value


def _content(content: object) -> str | None:
    if isinstance(content, list):
        # Some servers answer a list of parts, as the API has it for what the user sends.
        texts = [_at(part, "text") for part in cast(list[object], content)]
        content = "".join(text for text in texts if isinstance(text, str)) or None
    return content if isinstance(content, str) else None


def _count(value: object) -> int | None:
    # The database holds 64-bit numbers; what is near that is no count.
    return value if type(value) is int and 0 <= value < 1 << 53 else None


def reason(body: bytes, key: str | None) -> str:
    """What an error's body says, in one trimmed line, without the key if it repeats it."""
    text = body.decode("utf-8", "replace")
    try:
        found = cast(object, json.loads(text))
    except (ValueError, RecursionError):
        found = None
    for path in (("error", "message"), ("error",), ("message",), ("detail",)):
        said = _at(found, *path)
        if isinstance(said, str):
            text = said
            break
    if key is not None:
        text = text.replace(key, "[key]")
    line = " ".join(text.split())
    return encodable(line if len(line) <= _EXCERPT else line[:_EXCERPT] + " …")


def encodable(text: str) -> str:
    # JSON can hold halves of character pairs, which neither the database nor a file can.
    return text.encode("utf-8", "replace").decode()
