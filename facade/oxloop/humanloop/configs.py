"""Configs: models with their prompts and parameters."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Required, TypedDict, Unpack

from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError
from oxloop.humanloop import _reading
from oxloop.humanloop._giving import body, path_id, present
from oxloop.humanloop.details import Config

if TYPE_CHECKING:
    from oxloop._http import Response


class NewConfig(TypedDict, total=False):
    """What a config is registered with; a field that is None counts as not given.

    The fields are those of the page "Register" of model configs in the Humanloop v4 reference.

    Attributes:
        model: The model, as its provider calls it.
        project: The project's name; a project is made if none has it.
        project_id: The project's id, instead.
        name: A name for people.
        description: What it is for.
        provider: Whose model it is; ``openai`` if not given.
        endpoint: ``complete`` (if not given), ``chat`` or ``edit``.
        prompt_template: The prompt of a completion, with ``{{name}}`` where an input goes.
        chat_template: The messages that open a chat.
        template_language: ``default`` or ``jinja``.
        max_tokens: Most tokens to generate.
        temperature: How much chance there is in sampling.
        top_p: The share of the likeliest tokens that is sampled from.
        stop: Text, or several texts, that end generation.
        presence_penalty: From -2 to 2; above 0 against tokens that came up already.
        frequency_penalty: From -2 to 2; above 0 against tokens that came up often.
        seed: Asks for the same sampling each time.
        response_format: The form that the answer has to have.
        reasoning_effort: How hard to think first, as a word or in tokens.
        tools: The tools that the model may call.
        other: Further parameters, handed to the provider as they are.
    """

    model: Required[str]
    project: str | None
    project_id: str | None
    name: str | None
    description: str | None
    provider: str | None
    endpoint: str | None
    prompt_template: str | None
    chat_template: Sequence[Mapping[str, Any]] | None
    template_language: str | None
    max_tokens: int | None
    temperature: float | None
    top_p: float | None
    stop: str | Sequence[str] | None
    presence_penalty: float | None
    frequency_penalty: float | None
    seed: int | None
    response_format: Mapping[str, Any] | None
    reasoning_effort: str | int | None
    tools: Sequence[Mapping[str, Any]] | None
    other: Mapping[str, Any] | None


def register(core: Core, wanted: NewConfig) -> Flow[Config]:
    """Ask for a config; one that is there is answered as it is, so asking twice is safe."""
    from oxloop_api.humanloop.api.configs import register_model_config
    from oxloop_api.humanloop.models.project_model_config_request import ProjectModelConfigRequest

    fields = present(**wanted)
    if ("project" in fields) == ("project_id" in fields):
        raise ConfigurationError("Name the config's project, with either project= or project_id=.")
    request = register_model_config.build_request(body=body(ProjectModelConfigRequest, fields))

    def parse(response: "Response") -> Config:
        return _reading.project_config(register_model_config.parse_response(response))

    return (yield from call(core, request, parse, idempotent=True))


def get(core: Core, config_id: str) -> Flow[Config]:
    """Ask for a config."""
    from oxloop_api.humanloop.api.configs import get_model_config

    request = get_model_config.build_request(path_id("config_id", config_id))

    def parse(response: "Response") -> Config:
        return _reading.config(get_model_config.parse_response(response))

    return (yield from call(core, request, parse))


class Configs(SyncResource):
    """Configs: models with their prompts and parameters."""

    def register(self, **config: Unpack[NewConfig]) -> Config:
        """Register a model, its prompt and its parameters with a project.

        The same parameters again give the config that is there. A project's first config becomes
        its active one. As on the page "Register" of model configs in the Humanloop v4 reference.

        Args:
            config: ``model``, ``project`` or ``project_id``, and what ``NewConfig`` lists.

        Returns:
            The config; ``id`` is what an evaluation takes, ``project_id`` is its project.

        Raises:
            ConfigurationError: Something is missing or unknown; nothing was sent.
            UnprocessableEntityError: The server refuses a parameter.

        Example:
            >>> config = humanloop.configs.register(
            ...     project="reviews", model="demo", endpoint="complete",
            ...     prompt_template="Review: {{review}}\\nSentiment:", max_tokens=4, temperature=0,
            ... )
        """
        return self._driver.run(register(self._core, config))

    def get(self, config_id: str) -> Config:
        """Return a model config.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            config_id: The config's id, which starts with ``config_``.

        Raises:
            NotFoundError: There is no such config.

        Example:
            >>> humanloop.configs.get("config_…")
        """
        return self._driver.run(get(self._core, config_id))


class AsyncConfigs(AsyncResource):
    """Configs, as ``Configs`` has them, awaited."""

    async def register(self, **config: Unpack[NewConfig]) -> Config:
        """Register a model, its prompt and its parameters, as ``Configs.register`` does."""
        return await self._driver.run(register(self._core, config))

    async def get(self, config_id: str) -> Config:
        """Return a model config, as ``Configs.get`` does."""
        return await self._driver.run(get(self._core, config_id))
