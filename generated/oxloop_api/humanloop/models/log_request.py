# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.chat_message_with_tool_call import ChatMessageWithToolCall
    from ..models.feedback import Feedback
    from ..models.json_object import JsonObject
    from ..models.model_config_request import ModelConfigRequest
    from ..models.tool_config_request import ToolConfigRequest


T = TypeVar("T", bound="LogRequest")


@_attrs_define
class LogRequest:
    """What a config was given and what it answered."""

    project: str | Unset = UNSET
    """ The project's name. A project is made if none has it. """
    project_id: str | Unset = UNSET
    """ The project's id. This or `project` has to be there. """
    session_id: str | Unset = UNSET
    """ The session that the log belongs to. """
    session_reference_id: str | Unset = UNSET
    """ The caller's own name for that session. Logs with the same name are of one session. Not together with
    `session_id`. """
    parent_id: str | Unset = UNSET
    """ The log that this one is nested in, of the same session. """
    parent_reference_id: str | Unset = UNSET
    """ The `reference_id` of that log, which an earlier request logged. Not together with `parent_id`. """
    inputs: JsonObject | Unset = UNSET
    """ A JSON object of any shape. """
    source: str | Unset = UNSET
    """ What part of the caller's system made the call. """
    metadata: JsonObject | Unset = UNSET
    """ A JSON object of any shape. """
    save: bool | Unset = True
    """ Whether to keep inputs and outputs. """
    source_datapoint_id: str | Unset = UNSET
    """ The datapoint that the log answers, if it answers one. """
    reference_id: str | Unset = UNSET
    """ The caller's own name for the log, for later requests to refer to. """
    messages: list[ChatMessageWithToolCall] | Unset = UNSET
    """ The messages that the model was sent. """
    output: str | Unset = UNSET
    """ What the model answered. May be missing beside an `error`, or if it is to follow. """
    judgment: bool | float | list[str] | str | Unset = UNSET
    """ An evaluator's verdict, where the log is an evaluator's. """
    config_id: str | Unset = UNSET
    """ The config that was used. """
    config: ModelConfigRequest | ToolConfigRequest | Unset = UNSET
    """ A model config or a tool config. """
    environment: str | Unset = UNSET
    """ The environment that the call was made in. """
    feedback: Feedback | list[Feedback] | Unset = UNSET
    """ What people said of the answer. """
    created_at: datetime.datetime | Unset = UNSET
    """ When the log was made, if not now. """
    error: str | Unset = UNSET
    """ Why there is no answer. """
    stdout: str | Unset = UNSET
    """ What the code printed meanwhile. """
    duration: float | Unset = UNSET
    """ How many seconds it took. """
    output_message: ChatMessageWithToolCall | Unset = UNSET
    """ A message of a chat. """
    prompt_tokens: int | Unset = UNSET
    """ Tokens that went in. """
    output_tokens: int | Unset = UNSET
    """ Tokens that came out. """
    prompt_cost: float | Unset = UNSET
    """ What the tokens that went in cost, in dollars. """
    output_cost: float | Unset = UNSET
    """ What the tokens that came out cost, in dollars. """
    provider_request: JsonObject | Unset = UNSET
    """ A JSON object of any shape. """
    provider_response: JsonObject | Unset = UNSET
    """ A JSON object of any shape. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.feedback import Feedback  # noqa: PLC0415
        from ..models.model_config_request import ModelConfigRequest  # noqa: PLC0415

        project = self.project

        project_id = self.project_id

        session_id = self.session_id

        session_reference_id = self.session_reference_id

        parent_id = self.parent_id

        parent_reference_id = self.parent_reference_id

        inputs: dict[str, Any] | Unset = UNSET
        if not isinstance(self.inputs, Unset):
            inputs = self.inputs.to_dict()

        source = self.source

        metadata: dict[str, Any] | Unset = UNSET
        if not isinstance(self.metadata, Unset):
            metadata = self.metadata.to_dict()

        save = self.save

        source_datapoint_id = self.source_datapoint_id

        reference_id = self.reference_id

        messages: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.messages, Unset):
            messages = []
            for messages_item_data in self.messages:
                messages_item = messages_item_data.to_dict()
                messages.append(messages_item)

        output = self.output

        judgment: bool | float | list[str] | str | Unset
        if isinstance(self.judgment, Unset):
            judgment = UNSET
        elif isinstance(self.judgment, list):
            judgment = self.judgment

        else:
            judgment = self.judgment

        config_id = self.config_id

        config: dict[str, Any] | Unset
        if isinstance(self.config, Unset):
            config = UNSET
        elif isinstance(self.config, ModelConfigRequest):
            config = self.config.to_dict()
        else:
            config = self.config.to_dict()

        environment = self.environment

        feedback: dict[str, Any] | list[dict[str, Any]] | Unset
        if isinstance(self.feedback, Unset):
            feedback = UNSET
        elif isinstance(self.feedback, Feedback):
            feedback = self.feedback.to_dict()
        else:
            feedback = []
            for feedback_type_1_item_data in self.feedback:
                feedback_type_1_item = feedback_type_1_item_data.to_dict()
                feedback.append(feedback_type_1_item)

        created_at: str | Unset = UNSET
        if not isinstance(self.created_at, Unset):
            created_at = self.created_at.isoformat()

        error = self.error

        stdout = self.stdout

        duration = self.duration

        output_message: dict[str, Any] | Unset = UNSET
        if not isinstance(self.output_message, Unset):
            output_message = self.output_message.to_dict()

        prompt_tokens = self.prompt_tokens

        output_tokens = self.output_tokens

        prompt_cost = self.prompt_cost

        output_cost = self.output_cost

        provider_request: dict[str, Any] | Unset = UNSET
        if not isinstance(self.provider_request, Unset):
            provider_request = self.provider_request.to_dict()

        provider_response: dict[str, Any] | Unset = UNSET
        if not isinstance(self.provider_response, Unset):
            provider_response = self.provider_response.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if project is not UNSET:
            field_dict["project"] = project
        if project_id is not UNSET:
            field_dict["project_id"] = project_id
        if session_id is not UNSET:
            field_dict["session_id"] = session_id
        if session_reference_id is not UNSET:
            field_dict["session_reference_id"] = session_reference_id
        if parent_id is not UNSET:
            field_dict["parent_id"] = parent_id
        if parent_reference_id is not UNSET:
            field_dict["parent_reference_id"] = parent_reference_id
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if source is not UNSET:
            field_dict["source"] = source
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if save is not UNSET:
            field_dict["save"] = save
        if source_datapoint_id is not UNSET:
            field_dict["source_datapoint_id"] = source_datapoint_id
        if reference_id is not UNSET:
            field_dict["reference_id"] = reference_id
        if messages is not UNSET:
            field_dict["messages"] = messages
        if output is not UNSET:
            field_dict["output"] = output
        if judgment is not UNSET:
            field_dict["judgment"] = judgment
        if config_id is not UNSET:
            field_dict["config_id"] = config_id
        if config is not UNSET:
            field_dict["config"] = config
        if environment is not UNSET:
            field_dict["environment"] = environment
        if feedback is not UNSET:
            field_dict["feedback"] = feedback
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if error is not UNSET:
            field_dict["error"] = error
        if stdout is not UNSET:
            field_dict["stdout"] = stdout
        if duration is not UNSET:
            field_dict["duration"] = duration
        if output_message is not UNSET:
            field_dict["output_message"] = output_message
        if prompt_tokens is not UNSET:
            field_dict["prompt_tokens"] = prompt_tokens
        if output_tokens is not UNSET:
            field_dict["output_tokens"] = output_tokens
        if prompt_cost is not UNSET:
            field_dict["prompt_cost"] = prompt_cost
        if output_cost is not UNSET:
            field_dict["output_cost"] = output_cost
        if provider_request is not UNSET:
            field_dict["provider_request"] = provider_request
        if provider_response is not UNSET:
            field_dict["provider_response"] = provider_response

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.chat_message_with_tool_call import ChatMessageWithToolCall  # noqa: PLC0415
        from ..models.feedback import Feedback  # noqa: PLC0415
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.model_config_request import ModelConfigRequest  # noqa: PLC0415
        from ..models.tool_config_request import ToolConfigRequest  # noqa: PLC0415

        d = dict(src_dict)
        project = d.pop("project", UNSET)

        project_id = d.pop("project_id", UNSET)

        session_id = d.pop("session_id", UNSET)

        session_reference_id = d.pop("session_reference_id", UNSET)

        parent_id = d.pop("parent_id", UNSET)

        parent_reference_id = d.pop("parent_reference_id", UNSET)

        _inputs = d.pop("inputs", UNSET)
        inputs: JsonObject | Unset
        if isinstance(_inputs, Unset):
            inputs = UNSET
        else:
            inputs = JsonObject.from_dict(_inputs)

        source = d.pop("source", UNSET)

        _metadata = d.pop("metadata", UNSET)
        metadata: JsonObject | Unset
        if isinstance(_metadata, Unset):
            metadata = UNSET
        else:
            metadata = JsonObject.from_dict(_metadata)

        save = d.pop("save", UNSET)

        source_datapoint_id = d.pop("source_datapoint_id", UNSET)

        reference_id = d.pop("reference_id", UNSET)

        _messages = d.pop("messages", UNSET)
        messages: list[ChatMessageWithToolCall] | Unset = UNSET
        if _messages is not UNSET:
            messages = []
            for messages_item_data in _messages:
                messages_item = ChatMessageWithToolCall.from_dict(messages_item_data)

                messages.append(messages_item)

        output = d.pop("output", UNSET)

        def _parse_judgment(data: object) -> bool | float | list[str] | str | Unset:
            if isinstance(data, Unset):
                return data
            if isinstance(data, list):
                judgment_type_2 = cast(list[str], data)

                return judgment_type_2
            if isinstance(data, (dict, list)):
                raise TypeError(f"judgment cannot be of type {type(data).__name__}")
            return cast("bool | float | list[str] | str | Unset", data)

        judgment = _parse_judgment(d.pop("judgment", UNSET))

        config_id = d.pop("config_id", UNSET)

        def _parse_config(data: object) -> ModelConfigRequest | ToolConfigRequest | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_log_config_request_type_0 = ModelConfigRequest.from_dict(data)

                return componentsschemas_log_config_request_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError(f"config cannot be of type {type(data).__name__}")
            componentsschemas_log_config_request_type_1 = ToolConfigRequest.from_dict(data)

            return componentsschemas_log_config_request_type_1

        config = _parse_config(d.pop("config", UNSET))

        environment = d.pop("environment", UNSET)

        def _parse_feedback(data: object) -> Feedback | list[Feedback] | Unset:
            if isinstance(data, Unset):
                return data
            if isinstance(data, dict):
                feedback_type_0 = Feedback.from_dict(data)

                return feedback_type_0
            if not isinstance(data, list):
                raise TypeError(f"feedback cannot be of type {type(data).__name__}")
            feedback_type_1 = []
            _feedback_type_1 = data
            for feedback_type_1_item_data in _feedback_type_1:
                feedback_type_1_item = Feedback.from_dict(feedback_type_1_item_data)

                feedback_type_1.append(feedback_type_1_item)

            return feedback_type_1

        feedback = _parse_feedback(d.pop("feedback", UNSET))

        _created_at = d.pop("created_at", UNSET)
        created_at: datetime.datetime | Unset
        if isinstance(_created_at, Unset):
            created_at = UNSET
        else:
            created_at = datetime.datetime.fromisoformat(_created_at)

        error = d.pop("error", UNSET)

        stdout = d.pop("stdout", UNSET)

        duration = d.pop("duration", UNSET)

        _output_message = d.pop("output_message", UNSET)
        output_message: ChatMessageWithToolCall | Unset
        if isinstance(_output_message, Unset):
            output_message = UNSET
        else:
            output_message = ChatMessageWithToolCall.from_dict(_output_message)

        prompt_tokens = d.pop("prompt_tokens", UNSET)

        output_tokens = d.pop("output_tokens", UNSET)

        prompt_cost = d.pop("prompt_cost", UNSET)

        output_cost = d.pop("output_cost", UNSET)

        _provider_request = d.pop("provider_request", UNSET)
        provider_request: JsonObject | Unset
        if isinstance(_provider_request, Unset):
            provider_request = UNSET
        else:
            provider_request = JsonObject.from_dict(_provider_request)

        _provider_response = d.pop("provider_response", UNSET)
        provider_response: JsonObject | Unset
        if isinstance(_provider_response, Unset):
            provider_response = UNSET
        else:
            provider_response = JsonObject.from_dict(_provider_response)

        log_request = cls(
            project=project,
            project_id=project_id,
            session_id=session_id,
            session_reference_id=session_reference_id,
            parent_id=parent_id,
            parent_reference_id=parent_reference_id,
            inputs=inputs,
            source=source,
            metadata=metadata,
            save=save,
            source_datapoint_id=source_datapoint_id,
            reference_id=reference_id,
            messages=messages,
            output=output,
            judgment=judgment,
            config_id=config_id,
            config=config,
            environment=environment,
            feedback=feedback,
            created_at=created_at,
            error=error,
            stdout=stdout,
            duration=duration,
            output_message=output_message,
            prompt_tokens=prompt_tokens,
            output_tokens=output_tokens,
            prompt_cost=prompt_cost,
            output_cost=output_cost,
            provider_request=provider_request,
            provider_response=provider_response,
        )

        log_request.additional_properties = d
        return log_request

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
