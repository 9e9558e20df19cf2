"""Which model a Humanloop config means, and what its parameters are in a call."""

from collections.abc import Mapping
from typing import Any, cast

from attrs import evolve
from oxloop.rules.errors import RuleError

from oxloop_server.models.keys import NO_KEYS, KeyMissing, Keys, operator_key
from oxloop_server.models.model import OPERATORS_PARAMS, Endpoint, Model, no_image
from oxloop_server.models.registry import HOW_TO_ADD, Registry, no_such_model
from oxloop_server.problems import Refused
from oxloop_server.prompts.humanloop import Config, check, endpoint_of

MOCK = "mock"
"""The provider whose models echo the prompt."""

_ENDPOINTS: Mapping[str, Endpoint] = {"complete": "completions", "chat": "chat"}
_PARAMETERS = (
    "max_tokens",
    "temperature",
    "top_p",
    "stop",
    "presence_penalty",
    "frequency_penalty",
    "seed",
    "response_format",
    "reasoning_effort",
)
# Free parameters do not stand in for those that a config has fields for, either.
_TAKEN = OPERATORS_PARAMS.union(_PARAMETERS)


def model_for(
    registry: Registry, config: Config, keys: Keys = NO_KEYS, chosen: str | None = None
) -> Model:
    """The registered model that a config means, ready to be called with its parameters.

    Args:
        registry: The models.
        config: A model config.
        keys: Keys that came with the run; each is used only with a model that is registered for
            its provider by that provider's name.
        chosen: The name of the model that it was found to mean once; no other one is taken for it,
            whatever matches by now.

    Raises:
        Refused: If there is none, or the config asks for what the service cannot do.
        KeyMissing: If the run came with a key for it, which is gone, and the operator has none.
    """
    try:
        check(config)
    except RuleError as error:
        raise Refused("invalid_params", f"The config cannot be run: {error}", "config_id") from None
    if config.get("tools") or config.get("tool_configs"):
        raise Refused(
            "invalid_params",
            "The config cannot be run: the service calls no tools. Make the logs yourself with "
            "hl_generated: false, or take the tools out.",
            "config_id",
        )
    provider, name = cast(str, config.get("provider") or "openai"), cast(str, config["model"])
    if provider == MOCK:
        return Model(name=f"{MOCK} {name}", model=name, endpoint="echo")
    found = registry.for_config(provider, name) if chosen is None else registry.get(chosen)
    if found is None and chosen is not None:
        names = (model.name for model in registry.all())
        raise Refused("conflict", no_such_model(chosen, names))
    if found is None:
        raise Refused("invalid_params", _no_model(registry, provider, name), "config_id")
    if found.endpoint == "embeddings":
        raise Refused(
            "invalid_params", f"The model {found.name} gives embeddings and no text.", "config_id"
        )
    if not found.reads(config.get("chat_template") or ()):
        raise Refused("unsupported", no_image(found.name), "config_id")
    return evolve(
        found,
        endpoint="chat" if found.only_chat else _ENDPOINTS[endpoint_of(config)],
        params={**found.params, **parameters(config)},
        key=_key(found, provider, keys),
    )


def parameters(config: Config) -> dict[str, Any]:
    """What a config says of a call beside model and prompt.

    ``max_tokens: -1`` leaves the length to the model, as its registered parameters have it.

    Args:
        config: A model config.
    """
    other = cast(Mapping[str, Any], config.get("other") or {})
    free = {name: value for name, value in other.items() if name not in _TAKEN}
    named = {name: config[name] for name in _PARAMETERS if config.get(name) is not None}
    if named.get("max_tokens") == -1:
        del named["max_tokens"]
    if "response_format" in named:
        named["response_format"] = _response_format(named["response_format"])
    return {**free, **named}


def answer_schema(config: Config) -> Mapping[str, Any] | None:
    """The JSON schema that a config wants answers to fit; None if it wants none.

    Args:
        config: A model config.
    """
    wanted = cast(Mapping[str, Any], config.get("response_format") or {})
    schema = wanted.get("json_schema")
    if wanted.get("type") != "json_schema" or schema is None:
        return None
    return cast(Mapping[str, Any], schema["schema"] if _is_wrapped(schema) else schema)


def _response_format(wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    """What OpenAI's API calls a response format: there the schema has a name and is one deeper."""
    schema = wanted.get("json_schema")
    if schema is None:
        return {"type": wanted["type"]}
    wrapped = schema if _is_wrapped(schema) else {"name": "answer", "schema": schema}
    return {**wanted, "json_schema": wrapped}


def _is_wrapped(schema: Mapping[str, Any]) -> bool:
    return "name" in schema and isinstance(schema.get("schema"), Mapping)


def _key(model: Model, provider: str, keys: Keys) -> str | None:
    if not _is_registered_for(model, provider):
        return None
    if keys.lacks(provider) and operator_key(model) is None:
        raise KeyMissing(_missing(model, provider))
    return keys.get(provider)


def _missing(model: Model, provider: str) -> str:
    variable = model.api_key_env
    own = (
        f"has no api_key_env in models.toml, so the service has no {provider} key of its own"
        if variable is None
        else f"takes its key from {variable}, which is not set where the service runs"
    )
    return (
        f'The evaluation was created with a key for "{provider}", which the service kept in memory '
        f'only and does not have any more. The model "{model.name}" {own}. The evaluation goes on '
        "by itself once the operator mends that, or as soon as the key is sent again."
    )


def _is_registered_for(model: Model, provider: str) -> bool:
    # A pattern such as * names nobody: a key is not for whoever happens to match.
    return any(match.provider == provider for match in model.matches)


def _no_model(registry: Registry, provider: str, name: str) -> str:
    names = ", ".join(f'"{model.name}"' for model in registry.all())
    asked = f'The config asks for the model "{name}" of the provider "{provider}"'
    if not names:
        return f"{asked}, and no model is registered here. {HOW_TO_ADD}"
    return (
        f"{asked}; no registered model has that name or matches it. There are: {names}. "
        "Give one of them a [[models.matches]] with that provider and model in models.toml, or "
        f'add one: oxloop models add "{name}" --base-url URL.'
    )
