# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.model_endpoints import ModelEndpoints
from ..models.model_providers import ModelProviders
from ..models.reasoning_effort import ReasoningEffort
from ..models.template_language import TemplateLanguage
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_message_with_tool_call import ChatMessageWithToolCall
    from ..models.json_object import JsonObject
    from ..models.linked_tool_request import LinkedToolRequest
    from ..models.model_config_tool_request import ModelConfigToolRequest
    from ..models.response_format import ResponseFormat


T = TypeVar("T", bound="ProjectModelConfigRequest")


@_attrs_define
class ProjectModelConfigRequest:
    """A model with its prompt and parameters, and the project to register it with: `project` or `project_id` has to be
    there.

    """

    model: str
    """ The model, as its provider calls it. """
    name: str | Unset = UNSET
    """ A name for people to read. The service makes one up if none is given. """
    description: str | Unset = UNSET
    """ What the config is for. """
    provider: ModelProviders | Unset = UNSET
    """ Whose model it is. `mock` answers without a model. """
    max_tokens: int | Unset = -1
    """ Most tokens to generate; -1 for as many as the prompt leaves room for. """
    temperature: float | Unset = 1.0
    """ How much chance there is in sampling. """
    top_p: float | Unset = 1.0
    """ Sample only from the likeliest tokens that make up this share. """
    stop: list[str] | str | Unset = UNSET
    """ Text that ends generation and is not part of the answer. """
    presence_penalty: float | Unset = 0.0
    """ From -2 to 2; above 0, tokens that came up already become less likely. """
    frequency_penalty: float | Unset = 0.0
    """ From -2 to 2; above 0, tokens become less likely the more often they came up. """
    other: JsonObject | Unset = UNSET
    """ A JSON object of any shape. """
    seed: int | Unset = UNSET
    """ Asks the model to sample the same way each time, as far as it can. """
    response_format: ResponseFormat | Unset = UNSET
    """ The form that an answer has to have. """
    reasoning_effort: int | ReasoningEffort | Unset = UNSET
    """ How hard to think first, as a word or as a number of tokens. """
    template_language: TemplateLanguage | Unset = UNSET
    """ The language of a template: `{{name}}` alone, or all of Jinja. """
    project: str | Unset = UNSET
    """ The project's name. A project is made if none has it. """
    project_id: str | Unset = UNSET
    """ The project's id. """
    prompt_template: str | Unset = UNSET
    """ The prompt, with `{{name}}` where an input goes. """
    chat_template: list[ChatMessageWithToolCall] | Unset = UNSET
    """ Messages that open the chat, with `{{name}}` where an input goes. """
    endpoint: ModelEndpoints | Unset = UNSET
    """ The call to make: `complete` sends one prompt, `chat` sends messages. """
    tools: list[LinkedToolRequest | ModelConfigToolRequest] | Unset = UNSET
    """ Tools that the model may call. """

    def to_dict(self) -> dict[str, Any]:
        from ..models.linked_tool_request import LinkedToolRequest  # noqa: PLC0415

        model = self.model

        name = self.name

        description = self.description

        provider: str | Unset = UNSET
        if not isinstance(self.provider, Unset):
            provider = self.provider.value

        max_tokens = self.max_tokens

        temperature = self.temperature

        top_p = self.top_p

        stop: list[str] | str | Unset
        if isinstance(self.stop, Unset):
            stop = UNSET
        elif isinstance(self.stop, list):
            stop = self.stop

        else:
            stop = self.stop

        presence_penalty = self.presence_penalty

        frequency_penalty = self.frequency_penalty

        other: dict[str, Any] | Unset = UNSET
        if not isinstance(self.other, Unset):
            other = self.other.to_dict()

        seed = self.seed

        response_format: dict[str, Any] | Unset = UNSET
        if not isinstance(self.response_format, Unset):
            response_format = self.response_format.to_dict()

        reasoning_effort: int | str | Unset
        if isinstance(self.reasoning_effort, Unset):
            reasoning_effort = UNSET
        elif isinstance(self.reasoning_effort, ReasoningEffort):
            reasoning_effort = self.reasoning_effort.value
        else:
            reasoning_effort = self.reasoning_effort

        template_language: str | Unset = UNSET
        if not isinstance(self.template_language, Unset):
            template_language = self.template_language.value

        project = self.project

        project_id = self.project_id

        prompt_template = self.prompt_template

        chat_template: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.chat_template, Unset):
            chat_template = []
            for chat_template_item_data in self.chat_template:
                chat_template_item = chat_template_item_data.to_dict()
                chat_template.append(chat_template_item)

        endpoint: str | Unset = UNSET
        if not isinstance(self.endpoint, Unset):
            endpoint = self.endpoint.value

        tools: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.tools, Unset):
            tools = []
            for tools_item_data in self.tools:
                tools_item: dict[str, Any]
                if isinstance(tools_item_data, LinkedToolRequest):
                    tools_item = tools_item_data.to_dict()
                else:
                    tools_item = tools_item_data.to_dict()

                tools.append(tools_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
            }
        )
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
        if other is not UNSET:
            field_dict["other"] = other
        if seed is not UNSET:
            field_dict["seed"] = seed
        if response_format is not UNSET:
            field_dict["response_format"] = response_format
        if reasoning_effort is not UNSET:
            field_dict["reasoning_effort"] = reasoning_effort
        if template_language is not UNSET:
            field_dict["template_language"] = template_language
        if project is not UNSET:
            field_dict["project"] = project
        if project_id is not UNSET:
            field_dict["project_id"] = project_id
        if prompt_template is not UNSET:
            field_dict["prompt_template"] = prompt_template
        if chat_template is not UNSET:
            field_dict["chat_template"] = chat_template
        if endpoint is not UNSET:
            field_dict["endpoint"] = endpoint
        if tools is not UNSET:
            field_dict["tools"] = tools

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_message_with_tool_call import ChatMessageWithToolCall  # noqa: PLC0415
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.linked_tool_request import LinkedToolRequest  # noqa: PLC0415
        from ..models.model_config_tool_request import ModelConfigToolRequest  # noqa: PLC0415
        from ..models.response_format import ResponseFormat  # noqa: PLC0415

        d = dict(src_dict)
        model = d.pop("model")

        name = d.pop("name", UNSET)

        description = d.pop("description", UNSET)

        _provider = d.pop("provider", UNSET)
        provider: ModelProviders | Unset
        if isinstance(_provider, Unset):
            provider = UNSET
        else:
            provider = ModelProviders(_provider)

        max_tokens = d.pop("max_tokens", UNSET)

        temperature = d.pop("temperature", UNSET)

        top_p = d.pop("top_p", UNSET)

        def _parse_stop(data: object) -> list[str] | str | Unset:
            if isinstance(data, Unset):
                return data
            if isinstance(data, list):
                stop_type_1 = cast(list[str], data)

                return stop_type_1
            if isinstance(data, (dict, list)):
                raise TypeError(f"stop cannot be of type {type(data).__name__}")
            return cast("list[str] | str | Unset", data)

        stop = _parse_stop(d.pop("stop", UNSET))

        presence_penalty = d.pop("presence_penalty", UNSET)

        frequency_penalty = d.pop("frequency_penalty", UNSET)

        _other = d.pop("other", UNSET)
        other: JsonObject | Unset
        if isinstance(_other, Unset):
            other = UNSET
        else:
            other = JsonObject.from_dict(_other)

        seed = d.pop("seed", UNSET)

        _response_format = d.pop("response_format", UNSET)
        response_format: ResponseFormat | Unset
        if isinstance(_response_format, Unset):
            response_format = UNSET
        else:
            response_format = ResponseFormat.from_dict(_response_format)

        def _parse_reasoning_effort(data: object) -> int | ReasoningEffort | Unset:
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
            return cast("int | ReasoningEffort | Unset", data)

        reasoning_effort = _parse_reasoning_effort(d.pop("reasoning_effort", UNSET))

        _template_language = d.pop("template_language", UNSET)
        template_language: TemplateLanguage | Unset
        if isinstance(_template_language, Unset):
            template_language = UNSET
        else:
            template_language = TemplateLanguage(_template_language)

        project = d.pop("project", UNSET)

        project_id = d.pop("project_id", UNSET)

        prompt_template = d.pop("prompt_template", UNSET)

        _chat_template = d.pop("chat_template", UNSET)
        chat_template: list[ChatMessageWithToolCall] | Unset = UNSET
        if _chat_template is not UNSET:
            chat_template = []
            for chat_template_item_data in _chat_template:
                chat_template_item = ChatMessageWithToolCall.from_dict(chat_template_item_data)

                chat_template.append(chat_template_item)

        _endpoint = d.pop("endpoint", UNSET)
        endpoint: ModelEndpoints | Unset
        if isinstance(_endpoint, Unset):
            endpoint = UNSET
        else:
            endpoint = ModelEndpoints(_endpoint)

        _tools = d.pop("tools", UNSET)
        tools: list[LinkedToolRequest | ModelConfigToolRequest] | Unset = UNSET
        if _tools is not UNSET:
            tools = []
            for tools_item_data in _tools:

                def _parse_tools_item(data: object) -> LinkedToolRequest | ModelConfigToolRequest:
                    try:
                        if not isinstance(data, dict):
                            raise TypeError()
                        componentsschemas_model_tool_request_type_0 = LinkedToolRequest.from_dict(
                            data
                        )

                        return componentsschemas_model_tool_request_type_0
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    if not isinstance(data, dict):
                        raise TypeError(f"tools_item cannot be of type {type(data).__name__}")
                    componentsschemas_model_tool_request_type_1 = ModelConfigToolRequest.from_dict(
                        data
                    )

                    return componentsschemas_model_tool_request_type_1

                tools_item = _parse_tools_item(tools_item_data)

                tools.append(tools_item)

        project_model_config_request = cls(
            model=model,
            name=name,
            description=description,
            provider=provider,
            max_tokens=max_tokens,
            temperature=temperature,
            top_p=top_p,
            stop=stop,
            presence_penalty=presence_penalty,
            frequency_penalty=frequency_penalty,
            other=other,
            seed=seed,
            response_format=response_format,
            reasoning_effort=reasoning_effort,
            template_language=template_language,
            project=project,
            project_id=project_id,
            prompt_template=prompt_template,
            chat_template=chat_template,
            endpoint=endpoint,
            tools=tools,
        )

        return project_model_config_request
