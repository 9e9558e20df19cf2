"""Configs as requests give them, made into what the service keeps: every parameter has a value."""

from collections.abc import Collection, Mapping
from typing import Any

from oxloop_server.apis.humanloop.refusals import Place, invalid

# The defaults are those of the schemas of Humanloop's v4 API.
_MODEL: Mapping[str, Any] = {
    "type": "model",
    "name": None,
    "description": None,
    "provider": "openai",
    "model": None,
    "endpoint": "complete",
    "prompt_template": None,
    "chat_template": None,
    "template_language": None,
    "max_tokens": -1,
    "temperature": 1,
    "top_p": 1,
    "stop": None,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "seed": None,
    "response_format": None,
    "reasoning_effort": None,
    "tools": None,
    "tool_configs": None,
    "other": {},
}
_TOOL: Mapping[str, Any] = {
    "type": "tool",
    "name": None,
    "created_by": None,
    "status": "committed",
    "description": None,
    "source": None,
    "source_code": None,
    "setup_schema": None,
    "parameters": None,
    "signature": None,
    "is_preset": None,
    "preset_name": None,
    "other": None,
}
_TOOL_FIELDS = (
    "name",
    "description",
    "strict",
    "parameters",
    "source",
    "source_code",
    "other",
    "preset_name",
)
_INLINE_TOOL: Mapping[str, Any] = {"description": None, "parameters": None, "source": None}
_WHOLE_NUMBERS = ("max_tokens", "seed", "reasoning_effort")


def config_given(given: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """A config as a log has it: a tool says its type, anything else is a model.

    Args:
        given: The config as the request has it.
        place: Where in the request it stands.

    Raises:
        Refused: If it names a tool of the organization.
    """
    if given.get("type") == "tool":
        return {**_TOOL, **_set(given, _TOOL_FIELDS)}
    return model_given(given, place)


def model_given(given: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """A model config.

    Args:
        given: The config as the request has it. What is no parameter of a model is left out.
        place: Where in the request it stands.

    Raises:
        Refused: If it names a tool of the organization.
    """
    body = {**_MODEL, **_set(given, _MODEL)}
    for name in _WHOLE_NUMBERS:
        # JSON Schema takes 4.0 for a whole number, as it should; model endpoints may not.
        if isinstance(body[name], float):
            body[name] = int(body[name])
    if body["tools"] is not None:
        body["tools"] = [
            _tool(tool, (*place, "tools", index)) for index, tool in enumerate(body["tools"])
        ]
    return body


def _set(given: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    # null asks for the default, as a field that is left out does.
    return {name: given[name] for name in names if given.get(name) is not None}


def _tool(given: Mapping[str, Any], place: Place) -> dict[str, Any]:
    if given.get("source") == "organization" and "id" in given:
        raise invalid(
            (*place, "id"),
            f"There is no tool '{given['id']}' here, for the local service has no tools of an "
            "organization: write the tool out, with its name and parameters.",
            "not_found",
        )
    return {**_INLINE_TOOL, **_set(given, _TOOL_FIELDS)}
