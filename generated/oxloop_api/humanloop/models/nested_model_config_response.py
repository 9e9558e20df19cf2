# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define

from ..models.model_endpoints import ModelEndpoints
from ..models.model_providers import ModelProviders
from ..models.reasoning_effort import ReasoningEffort
from ..models.template_language import TemplateLanguage
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_message_with_tool_call import ChatMessageWithToolCall
    from ..models.json_object import JsonObject
    from ..models.nested_tool_config_response import NestedToolConfigResponse
    from ..models.response_format import ResponseFormat
    from ..models.tool_response import ToolResponse


T = TypeVar("T", bound="NestedModelConfigResponse")


@_attrs_define
class NestedModelConfigResponse:
    """A model with its prompt and parameters."""

    id: str
    """ The config's id, which starts with `config_`. """
    model: str
    """ The model, as its provider calls it. """
    other: JsonObject | None | Unset = UNSET
    """ Further parameters, handed to the provider as they are. """
    type_: Literal["model"] | Unset = UNSET
    """ Says that this is a model config. """
    name: None | str | Unset = UNSET
    """ A name for people to read. The service makes one up if none was given. """
    description: None | str | Unset = UNSET
    """ What the config is for. """
    provider: ModelProviders | None | Unset = ModelProviders.OPENAI
    """ Whose model it is. """
    max_tokens: int | None | Unset = -1
    """ Most tokens to generate; -1 for as many as the prompt leaves room for. """
    temperature: float | None | Unset = 1.0
    """ How much chance there is in sampling. """
    top_p: float | None | Unset = 1.0
    """ Sample only from the likeliest tokens that make up this share. """
    stop: list[str] | None | str | Unset = UNSET
    """ Text that ends generation and is not part of the answer. """
    presence_penalty: float | None | Unset = 0.0
    """ From -2 to 2; above 0, tokens that came up already become less likely. """
    frequency_penalty: float | None | Unset = 0.0
    """ From -2 to 2; above 0, tokens become less likely the more often they came up. """
    seed: int | None | Unset = UNSET
    """ Asks the model to sample the same way each time, as far as it can. """
    response_format: None | ResponseFormat | Unset = UNSET
    """ The form that the answer has to have. """
    reasoning_effort: int | None | ReasoningEffort | Unset = UNSET
    """ How hard to think first, as a word or as a number of tokens. """
    template_language: None | TemplateLanguage | Unset = UNSET
    """ The language that the template is written in. """
    prompt_template: None | str | Unset = UNSET
    """ The prompt of a completion, with `{{name}}` where an input goes. """
    chat_template: list[ChatMessageWithToolCall] | None | Unset = UNSET
    """ Messages that open the chat, with `{{name}}` where an input goes. """
    tool_configs: list[NestedToolConfigResponse] | None | Unset = UNSET
    """ The tools in their old form; see `tools`. """
    tools: list[ToolResponse] | None | Unset = UNSET
    """ Tools that the model may call. """
    endpoint: ModelEndpoints | None | Unset = UNSET
    """ Which call of the provider to use. """

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.response_format import ResponseFormat  # noqa: PLC0415

        id = self.id

        model = self.model

        other: dict[str, Any] | None | Unset
        if isinstance(self.other, Unset):
            other = UNSET
        elif isinstance(self.other, JsonObject):
            other = self.other.to_dict()
        else:
            other = self.other

        type_ = self.type_

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        provider: None | str | Unset
        if isinstance(self.provider, Unset):
            provider = UNSET
        elif isinstance(self.provider, ModelProviders):
            provider = self.provider.value
        else:
            provider = self.provider

        max_tokens: int | None | Unset
        if isinstance(self.max_tokens, Unset):
            max_tokens = UNSET
        else:
            max_tokens = self.max_tokens

        temperature: float | None | Unset
        if isinstance(self.temperature, Unset):
            temperature = UNSET
        else:
            temperature = self.temperature

        top_p: float | None | Unset
        if isinstance(self.top_p, Unset):
            top_p = UNSET
        else:
            top_p = self.top_p

        stop: list[str] | None | str | Unset
        if isinstance(self.stop, Unset):
            stop = UNSET
        elif isinstance(self.stop, list):
            stop = self.stop

        else:
            stop = self.stop

        presence_penalty: float | None | Unset
        if isinstance(self.presence_penalty, Unset):
            presence_penalty = UNSET
        else:
            presence_penalty = self.presence_penalty

        frequency_penalty: float | None | Unset
        if isinstance(self.frequency_penalty, Unset):
            frequency_penalty = UNSET
        else:
            frequency_penalty = self.frequency_penalty

        seed: int | None | Unset
        if isinstance(self.seed, Unset):
            seed = UNSET
        else:
            seed = self.seed

        response_format: dict[str, Any] | None | Unset
        if isinstance(self.response_format, Unset):
            response_format = UNSET
        elif isinstance(self.response_format, ResponseFormat):
            response_format = self.response_format.to_dict()
        else:
            response_format = self.response_format

        reasoning_effort: int | None | str | Unset
        if isinstance(self.reasoning_effort, Unset):
            reasoning_effort = UNSET
        elif isinstance(self.reasoning_effort, ReasoningEffort):
            reasoning_effort = self.reasoning_effort.value
        else:
            reasoning_effort = self.reasoning_effort

        template_language: None | str | Unset
        if isinstance(self.template_language, Unset):
            template_language = UNSET
        elif isinstance(self.template_language, TemplateLanguage):
            template_language = self.template_language.value
        else:
            template_language = self.template_language

        prompt_template: None | str | Unset
        if isinstance(self.prompt_template, Unset):
            prompt_template = UNSET
        else:
            prompt_template = self.prompt_template

        chat_template: list[dict[str, Any]] | None | Unset
        if isinstance(self.chat_template, Unset):
            chat_template = UNSET
        elif isinstance(self.chat_template, list):
            chat_template = []
            for chat_template_type_0_item_data in self.chat_template:
                chat_template_type_0_item = chat_template_type_0_item_data.to_dict()
                chat_template.append(chat_template_type_0_item)

        else:
            chat_template = self.chat_template

        tool_configs: list[dict[str, Any]] | None | Unset
        if isinstance(self.tool_configs, Unset):
            tool_configs = UNSET
        elif isinstance(self.tool_configs, list):
            tool_configs = []
            for tool_configs_type_0_item_data in self.tool_configs:
                tool_configs_type_0_item = tool_configs_type_0_item_data.to_dict()
                tool_configs.append(tool_configs_type_0_item)

        else:
            tool_configs = self.tool_configs

        tools: list[dict[str, Any]] | None | Unset
        if isinstance(self.tools, Unset):
            tools = UNSET
        elif isinstance(self.tools, list):
            tools = []
            for tools_type_0_item_data in self.tools:
                tools_type_0_item = tools_type_0_item_data.to_dict()
                tools.append(tools_type_0_item)

        else:
            tools = self.tools

        endpoint: None | str | Unset
        if isinstance(self.endpoint, Unset):
            endpoint = UNSET
        elif isinstance(self.endpoint, ModelEndpoints):
            endpoint = self.endpoint.value
        else:
            endpoint = self.endpoint

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "model": model,
            }
        )
        if other is not UNSET:
            field_dict["other"] = other
        if type_ is not UNSET:
            field_dict["type"] = type_
        if name is not UNSET:
            field_dict["name"] = name
        if description is not UNSET:
            field_dict["description"] = description
        if provider is not UNSET:
            field_dict["provider"] = provider
        if max_tokens is not UNSET:
            field_dict["max_tokens"] = max_tokens
        if temperature is not UNSET:
            field_dict["temperature"] = temperature
        if top_p is not UNSET:
            field_dict["top_p"] = top_p
        if stop is not UNSET:
            field_dict["stop"] = stop
        if presence_penalty is not UNSET:
            field_dict["presence_penalty"] = presence_penalty
        if frequency_penalty is not UNSET:
            field_dict["frequency_penalty"] = frequency_penalty
        if seed is not UNSET:
            field_dict["seed"] = seed
        if response_format is not UNSET:
            field_dict["response_format"] = response_format
        if reasoning_effort is not UNSET:
            field_dict["reasoning_effort"] = reasoning_effort
        if template_language is not UNSET:
            field_dict["template_language"] = template_language
        if prompt_template is not UNSET:
            field_dict["prompt_template"] = prompt_template
        if chat_template is not UNSET:
            field_dict["chat_template"] = chat_template
        if tool_configs is not UNSET:
            field_dict["tool_configs"] = tool_configs
        if tools is not UNSET:
            field_dict["tools"] = tools
        if endpoint is not UNSET:
            field_dict["endpoint"] = endpoint

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_message_with_tool_call import ChatMessageWithToolCall  # noqa: PLC0415
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.nested_tool_config_response import NestedToolConfigResponse  # noqa: PLC0415
        from ..models.response_format import ResponseFormat  # noqa: PLC0415
        from ..models.tool_response import ToolResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        model = d.pop("model")

        def _parse_other(data: object) -> JsonObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"other cannot be of type {type(data).__name__}")
            other_type_0 = JsonObject.from_dict(data)

            return other_type_0

        other = _parse_other(d.pop("other", UNSET))

        type_ = cast(Literal["model"] | Unset, d.pop("type", UNSET))
        if type_ != "model" and not isinstance(type_, Unset):
            raise ValueError(f"type must match const 'model', got '{type_}'")

        name = cast("None | str | Unset", d.pop("name", UNSET))

        description = cast("None | str | Unset", d.pop("description", UNSET))

        def _parse_provider(data: object) -> ModelProviders | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"provider cannot be of type {type(data).__name__}")
            provider_type_0 = ModelProviders(data)

            return provider_type_0

        provider = _parse_provider(d.pop("provider", UNSET))

        max_tokens = cast("int | None | Unset", d.pop("max_tokens", UNSET))

        temperature = cast("float | None | Unset", d.pop("temperature", UNSET))

        top_p = cast("float | None | Unset", d.pop("top_p", UNSET))

        def _parse_stop(data: object) -> list[str] | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if isinstance(data, list):
                stop_type_1 = cast(list[str], data)

                return stop_type_1
            if isinstance(data, (dict, list)):
                raise TypeError(f"stop cannot be of type {type(data).__name__}")
            return cast("list[str] | None | str | Unset", data)

        stop = _parse_stop(d.pop("stop", UNSET))

        presence_penalty = cast("float | None | Unset", d.pop("presence_penalty", UNSET))

        frequency_penalty = cast("float | None | Unset", d.pop("frequency_penalty", UNSET))

        seed = cast("int | None | Unset", d.pop("seed", UNSET))

        def _parse_response_format(data: object) -> None | ResponseFormat | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"response_format cannot be of type {type(data).__name__}")
            response_format_type_0 = ResponseFormat.from_dict(data)

            return response_format_type_0

        response_format = _parse_response_format(d.pop("response_format", UNSET))

        def _parse_reasoning_effort(data: object) -> int | None | ReasoningEffort | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reasoning_effort_type_0 = ReasoningEffort(data)

                return reasoning_effort_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if isinstance(data, (dict, list)):
                raise TypeError(f"reasoning_effort cannot be of type {type(data).__name__}")
            return cast("int | None | ReasoningEffort | Unset", data)

        reasoning_effort = _parse_reasoning_effort(d.pop("reasoning_effort", UNSET))

        def _parse_template_language(data: object) -> None | TemplateLanguage | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"template_language cannot be of type {type(data).__name__}")
            template_language_type_0 = TemplateLanguage(data)

            return template_language_type_0

        template_language = _parse_template_language(d.pop("template_language", UNSET))

        prompt_template = cast("None | str | Unset", d.pop("prompt_template", UNSET))

        def _parse_chat_template(data: object) -> list[ChatMessageWithToolCall] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"chat_template cannot be of type {type(data).__name__}")
            chat_template_type_0 = []
            _chat_template_type_0 = data
            for chat_template_type_0_item_data in _chat_template_type_0:
                chat_template_type_0_item = ChatMessageWithToolCall.from_dict(
                    chat_template_type_0_item_data
                )

                chat_template_type_0.append(chat_template_type_0_item)

            return chat_template_type_0

        chat_template = _parse_chat_template(d.pop("chat_template", UNSET))

        def _parse_tool_configs(data: object) -> list[NestedToolConfigResponse] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"tool_configs cannot be of type {type(data).__name__}")
            tool_configs_type_0 = []
            _tool_configs_type_0 = data
            for tool_configs_type_0_item_data in _tool_configs_type_0:
                tool_configs_type_0_item = NestedToolConfigResponse.from_dict(
                    tool_configs_type_0_item_data
                )

                tool_configs_type_0.append(tool_configs_type_0_item)

            return tool_configs_type_0

        tool_configs = _parse_tool_configs(d.pop("tool_configs", UNSET))

        def _parse_tools(data: object) -> list[ToolResponse] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"tools cannot be of type {type(data).__name__}")
            tools_type_0 = []
            _tools_type_0 = data
            for tools_type_0_item_data in _tools_type_0:
                tools_type_0_item = ToolResponse.from_dict(tools_type_0_item_data)

                tools_type_0.append(tools_type_0_item)

            return tools_type_0

        tools = _parse_tools(d.pop("tools", UNSET))

        def _parse_endpoint(data: object) -> ModelEndpoints | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"endpoint cannot be of type {type(data).__name__}")
            endpoint_type_0 = ModelEndpoints(data)

            return endpoint_type_0

        endpoint = _parse_endpoint(d.pop("endpoint", UNSET))

        nested_model_config_response = cls(
            id=id,
            model=model,
            other=other,
            type_=type_,
            name=name,
            description=description,
            provider=provider,
            max_tokens=max_tokens,
            temperature=temperature,
            top_p=top_p,
            stop=stop,
            presence_penalty=presence_penalty,
            frequency_penalty=frequency_penalty,
            seed=seed,
            response_format=response_format,
            reasoning_effort=reasoning_effort,
            template_language=template_language,
            prompt_template=prompt_template,
            chat_template=chat_template,
            tool_configs=tool_configs,
            tools=tools,
            endpoint=endpoint,
        )

        return nested_model_config_response
