# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.observability_status import ObservabilityStatus
from ..models.tool_choice_mode import ToolChoiceMode
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_config_response import AgentConfigResponse
    from ..models.chat_message_with_tool_call import ChatMessageWithToolCall
    from ..models.evaluation_result_response import EvaluationResultResponse
    from ..models.evaluator_config_response import EvaluatorConfigResponse
    from ..models.feedback_response import FeedbackResponse
    from ..models.generic_config_response import GenericConfigResponse
    from ..models.json_object import JsonObject
    from ..models.model_config_response import ModelConfigResponse
    from ..models.tool_choice import ToolChoice
    from ..models.tool_config_response import ToolConfigResponse
    from ..models.tool_result_response import ToolResultResponse


T = TypeVar("T", bound="LogResponse")


@_attrs_define
class LogResponse:
    """What a config was given, what it answered, and what evaluators said."""

    id: str
    """ The log's id, which starts with `data_`. """
    config: (
        AgentConfigResponse
        | EvaluatorConfigResponse
        | GenericConfigResponse
        | ModelConfigResponse
        | ToolConfigResponse
    )
    """ A config of any kind; `type` tells which. """
    evaluation_results: list[EvaluationResultResponse]
    """ What evaluators said of the log. """
    observability_status: ObservabilityStatus
    """ How far the evaluators are that watch a project's logs. """
    updated_at: datetime.datetime
    """ When it last changed. """
    project: None | str | Unset = UNSET
    """ The project's name. """
    project_id: None | str | Unset = UNSET
    """ The project's id. """
    session_id: None | str | Unset = UNSET
    """ The session that the log belongs to. """
    session_reference_id: None | str | Unset = UNSET
    """ The caller's own name for that session. """
    parent_id: None | str | Unset = UNSET
    """ The log that this one is nested in. """
    parent_reference_id: None | str | Unset = UNSET
    """ The `reference_id` of that log. """
    inputs: JsonObject | None | Unset = UNSET
    """ What was put into the template. """
    source: None | str | Unset = UNSET
    """ What part of the caller's system made the call. """
    metadata: JsonObject | None | Unset = UNSET
    """ Anything else that the caller kept. """
    save: bool | None | Unset = True
    """ Whether inputs and outputs were kept. """
    source_datapoint_id: None | str | Unset = UNSET
    """ The datapoint that the log answers. """
    reference_id: None | str | Unset = UNSET
    """ The caller's own name for the log. """
    messages: list[ChatMessageWithToolCall] | None | Unset = UNSET
    """ The messages that the model was sent. """
    output: None | str | Unset = UNSET
    """ What the model answered. """
    judgment: bool | float | list[str] | None | str | Unset = UNSET
    """ An evaluator's verdict, where the log is an evaluator's. """
    config_id: None | str | Unset = UNSET
    """ The config's id. """
    environment: None | str | Unset = UNSET
    """ The environment that the call was made in. """
    feedback: list[FeedbackResponse] | None | Unset = UNSET
    """ What people said of the answer. """
    created_at: datetime.datetime | None | Unset = UNSET
    """ When the log was made. """
    error: None | str | Unset = UNSET
    """ Why there is no answer. """
    stdout: None | str | Unset = UNSET
    """ What the code printed meanwhile. """
    duration: float | None | Unset = UNSET
    """ How many seconds it took. """
    output_message: ChatMessageWithToolCall | None | Unset = UNSET
    """ The model's answer as a message. """
    prompt_tokens: int | None | Unset = UNSET
    """ Tokens that went in. """
    output_tokens: int | None | Unset = UNSET
    """ Tokens that came out. """
    prompt_cost: float | None | Unset = UNSET
    """ What the tokens that went in cost, in dollars. """
    output_cost: float | None | Unset = UNSET
    """ What the tokens that came out cost, in dollars. """
    provider_request: JsonObject | None | Unset = UNSET
    """ The request as the provider got it. """
    provider_response: JsonObject | None | Unset = UNSET
    """ The response as the provider gave it. """
    user: None | str | Unset = UNSET
    """ The email address of the user that the call was made for. """
    provider_latency: float | None | Unset = UNSET
    """ How many seconds the provider took. """
    tokens: int | None | Unset = UNSET
    """ Tokens in and out together. """
    raw_output: None | str | Unset = UNSET
    """ The answer before anything was done to it. """
    finish_reason: None | str | Unset = UNSET
    """ Why the model stopped. """
    tools: list[ToolResultResponse] | None | Unset = UNSET
    """ Tools whose results went into the prompt. """
    tool_choice: None | ToolChoice | ToolChoiceMode | Unset = UNSET
    """ How the model was to use tools. """
    batch_ids: list[str] | None | Unset = UNSET
    """ The batches that the log is part of. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.agent_config_response import AgentConfigResponse  # noqa: PLC0415
        from ..models.chat_message_with_tool_call import ChatMessageWithToolCall  # noqa: PLC0415
        from ..models.evaluator_config_response import EvaluatorConfigResponse  # noqa: PLC0415
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.model_config_response import ModelConfigResponse  # noqa: PLC0415
        from ..models.tool_choice import ToolChoice  # noqa: PLC0415
        from ..models.tool_config_response import ToolConfigResponse  # noqa: PLC0415

        id = self.id

        config: dict[str, Any]
        if isinstance(self.config, ModelConfigResponse):
            config = self.config.to_dict()
        elif isinstance(self.config, ToolConfigResponse):
            config = self.config.to_dict()
        elif isinstance(self.config, EvaluatorConfigResponse):
            config = self.config.to_dict()
        elif isinstance(self.config, AgentConfigResponse):
            config = self.config.to_dict()
        else:
            config = self.config.to_dict()

        evaluation_results = []
        for evaluation_results_item_data in self.evaluation_results:
            evaluation_results_item = evaluation_results_item_data.to_dict()
            evaluation_results.append(evaluation_results_item)

        observability_status = self.observability_status.value

        updated_at = self.updated_at.isoformat()

        project: None | str | Unset
        if isinstance(self.project, Unset):
            project = UNSET
        else:
            project = self.project

        project_id: None | str | Unset
        if isinstance(self.project_id, Unset):
            project_id = UNSET
        else:
            project_id = self.project_id

        session_id: None | str | Unset
        if isinstance(self.session_id, Unset):
            session_id = UNSET
        else:
            session_id = self.session_id

        session_reference_id: None | str | Unset
        if isinstance(self.session_reference_id, Unset):
            session_reference_id = UNSET
        else:
            session_reference_id = self.session_reference_id

        parent_id: None | str | Unset
        if isinstance(self.parent_id, Unset):
            parent_id = UNSET
        else:
            parent_id = self.parent_id

        parent_reference_id: None | str | Unset
        if isinstance(self.parent_reference_id, Unset):
            parent_reference_id = UNSET
        else:
            parent_reference_id = self.parent_reference_id

        inputs: dict[str, Any] | None | Unset
        if isinstance(self.inputs, Unset):
            inputs = UNSET
        elif isinstance(self.inputs, JsonObject):
            inputs = self.inputs.to_dict()
        else:
            inputs = self.inputs

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        else:
            source = self.source

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, JsonObject):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        save: bool | None | Unset
        if isinstance(self.save, Unset):
            save = UNSET
        else:
            save = self.save

        source_datapoint_id: None | str | Unset
        if isinstance(self.source_datapoint_id, Unset):
            source_datapoint_id = UNSET
        else:
            source_datapoint_id = self.source_datapoint_id

        reference_id: None | str | Unset
        if isinstance(self.reference_id, Unset):
            reference_id = UNSET
        else:
            reference_id = self.reference_id

        messages: list[dict[str, Any]] | None | Unset
        if isinstance(self.messages, Unset):
            messages = UNSET
        elif isinstance(self.messages, list):
            messages = []
            for messages_type_0_item_data in self.messages:
                messages_type_0_item = messages_type_0_item_data.to_dict()
                messages.append(messages_type_0_item)

        else:
            messages = self.messages

        output: None | str | Unset
        if isinstance(self.output, Unset):
            output = UNSET
        else:
            output = self.output

        judgment: bool | float | list[str] | None | str | Unset
        if isinstance(self.judgment, Unset):
            judgment = UNSET
        elif isinstance(self.judgment, list):
            judgment = self.judgment

        else:
            judgment = self.judgment

        config_id: None | str | Unset
        if isinstance(self.config_id, Unset):
            config_id = UNSET
        else:
            config_id = self.config_id

        environment: None | str | Unset
        if isinstance(self.environment, Unset):
            environment = UNSET
        else:
            environment = self.environment

        feedback: list[dict[str, Any]] | None | Unset
        if isinstance(self.feedback, Unset):
            feedback = UNSET
        elif isinstance(self.feedback, list):
            feedback = []
            for feedback_type_0_item_data in self.feedback:
                feedback_type_0_item = feedback_type_0_item_data.to_dict()
                feedback.append(feedback_type_0_item)

        else:
            feedback = self.feedback

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        stdout: None | str | Unset
        if isinstance(self.stdout, Unset):
            stdout = UNSET
        else:
            stdout = self.stdout

        duration: float | None | Unset
        if isinstance(self.duration, Unset):
            duration = UNSET
        else:
            duration = self.duration

        output_message: dict[str, Any] | None | Unset
        if isinstance(self.output_message, Unset):
            output_message = UNSET
        elif isinstance(self.output_message, ChatMessageWithToolCall):
            output_message = self.output_message.to_dict()
        else:
            output_message = self.output_message

        prompt_tokens: int | None | Unset
        if isinstance(self.prompt_tokens, Unset):
            prompt_tokens = UNSET
        else:
            prompt_tokens = self.prompt_tokens

        output_tokens: int | None | Unset
        if isinstance(self.output_tokens, Unset):
            output_tokens = UNSET
        else:
            output_tokens = self.output_tokens

        prompt_cost: float | None | Unset
        if isinstance(self.prompt_cost, Unset):
            prompt_cost = UNSET
        else:
            prompt_cost = self.prompt_cost

        output_cost: float | None | Unset
        if isinstance(self.output_cost, Unset):
            output_cost = UNSET
        else:
            output_cost = self.output_cost

        provider_request: dict[str, Any] | None | Unset
        if isinstance(self.provider_request, Unset):
            provider_request = UNSET
        elif isinstance(self.provider_request, JsonObject):
            provider_request = self.provider_request.to_dict()
        else:
            provider_request = self.provider_request

        provider_response: dict[str, Any] | None | Unset
        if isinstance(self.provider_response, Unset):
            provider_response = UNSET
        elif isinstance(self.provider_response, JsonObject):
            provider_response = self.provider_response.to_dict()
        else:
            provider_response = self.provider_response

        user: None | str | Unset
        if isinstance(self.user, Unset):
            user = UNSET
        else:
            user = self.user

        provider_latency: float | None | Unset
        if isinstance(self.provider_latency, Unset):
            provider_latency = UNSET
        else:
            provider_latency = self.provider_latency

        tokens: int | None | Unset
        if isinstance(self.tokens, Unset):
            tokens = UNSET
        else:
            tokens = self.tokens

        raw_output: None | str | Unset
        if isinstance(self.raw_output, Unset):
            raw_output = UNSET
        else:
            raw_output = self.raw_output

        finish_reason: None | str | Unset
        if isinstance(self.finish_reason, Unset):
            finish_reason = UNSET
        else:
            finish_reason = self.finish_reason

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

        tool_choice: dict[str, Any] | None | str | Unset
        if isinstance(self.tool_choice, Unset):
            tool_choice = UNSET
        elif isinstance(self.tool_choice, ToolChoiceMode):
            tool_choice = self.tool_choice.value
        elif isinstance(self.tool_choice, ToolChoice):
            tool_choice = self.tool_choice.to_dict()
        else:
            tool_choice = self.tool_choice

        batch_ids: list[str] | None | Unset
        if isinstance(self.batch_ids, Unset):
            batch_ids = UNSET
        elif isinstance(self.batch_ids, list):
            batch_ids = self.batch_ids

        else:
            batch_ids = self.batch_ids

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "config": config,
                "evaluation_results": evaluation_results,
                "observability_status": observability_status,
                "updated_at": updated_at,
            }
        )
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
        if user is not UNSET:
            field_dict["user"] = user
        if provider_latency is not UNSET:
            field_dict["provider_latency"] = provider_latency
        if tokens is not UNSET:
            field_dict["tokens"] = tokens
        if raw_output is not UNSET:
            field_dict["raw_output"] = raw_output
        if finish_reason is not UNSET:
            field_dict["finish_reason"] = finish_reason
        if tools is not UNSET:
            field_dict["tools"] = tools
        if tool_choice is not UNSET:
            field_dict["tool_choice"] = tool_choice
        if batch_ids is not UNSET:
            field_dict["batch_ids"] = batch_ids

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_config_response import AgentConfigResponse  # noqa: PLC0415
        from ..models.chat_message_with_tool_call import ChatMessageWithToolCall  # noqa: PLC0415
        from ..models.evaluation_result_response import EvaluationResultResponse  # noqa: PLC0415
        from ..models.evaluator_config_response import EvaluatorConfigResponse  # noqa: PLC0415
        from ..models.feedback_response import FeedbackResponse  # noqa: PLC0415
        from ..models.generic_config_response import GenericConfigResponse  # noqa: PLC0415
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.model_config_response import ModelConfigResponse  # noqa: PLC0415
        from ..models.tool_choice import ToolChoice  # noqa: PLC0415
        from ..models.tool_config_response import ToolConfigResponse  # noqa: PLC0415
        from ..models.tool_result_response import ToolResultResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        def _parse_config(
            data: object,
        ) -> (
            AgentConfigResponse
            | EvaluatorConfigResponse
            | GenericConfigResponse
            | ModelConfigResponse
            | ToolConfigResponse
        ):
            if isinstance(data, dict):
                tag = data.get("type")
                if tag in ("model",):
                    try:
                        return ModelConfigResponse.from_dict(data)
                    except (TypeError, ValueError, AttributeError, KeyError) as error:
                        raise ValueError(
                            f"config is no valid ModelConfigResponse: {error!r}"
                        ) from error
                if tag in ("tool",):
                    try:
                        return ToolConfigResponse.from_dict(data)
                    except (TypeError, ValueError, AttributeError, KeyError) as error:
                        raise ValueError(
                            f"config is no valid ToolConfigResponse: {error!r}"
                        ) from error
                if tag in ("evaluator",):
                    try:
                        return EvaluatorConfigResponse.from_dict(data)
                    except (TypeError, ValueError, AttributeError, KeyError) as error:
                        raise ValueError(
                            f"config is no valid EvaluatorConfigResponse: {error!r}"
                        ) from error
                if tag in ("agent",):
                    try:
                        return AgentConfigResponse.from_dict(data)
                    except (TypeError, ValueError, AttributeError, KeyError) as error:
                        raise ValueError(
                            f"config is no valid AgentConfigResponse: {error!r}"
                        ) from error
                if tag in ("generic",):
                    try:
                        return GenericConfigResponse.from_dict(data)
                    except (TypeError, ValueError, AttributeError, KeyError) as error:
                        raise ValueError(
                            f"config is no valid GenericConfigResponse: {error!r}"
                        ) from error
                raise ValueError(f"config: no member has the type {tag!r}")
            raise TypeError(f"config cannot be of type {type(data).__name__}")

        config = _parse_config(d.pop("config"))

        evaluation_results = []
        _evaluation_results = d.pop("evaluation_results")
        for evaluation_results_item_data in _evaluation_results:
            evaluation_results_item = EvaluationResultResponse.from_dict(
                evaluation_results_item_data
            )

            evaluation_results.append(evaluation_results_item)

        observability_status = ObservabilityStatus(d.pop("observability_status"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        project = cast("None | str | Unset", d.pop("project", UNSET))

        project_id = cast("None | str | Unset", d.pop("project_id", UNSET))

        session_id = cast("None | str | Unset", d.pop("session_id", UNSET))

        session_reference_id = cast("None | str | Unset", d.pop("session_reference_id", UNSET))

        parent_id = cast("None | str | Unset", d.pop("parent_id", UNSET))

        parent_reference_id = cast("None | str | Unset", d.pop("parent_reference_id", UNSET))

        def _parse_inputs(data: object) -> JsonObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"inputs cannot be of type {type(data).__name__}")
            inputs_type_0 = JsonObject.from_dict(data)

            return inputs_type_0

        inputs = _parse_inputs(d.pop("inputs", UNSET))

        source = cast("None | str | Unset", d.pop("source", UNSET))

        def _parse_metadata(data: object) -> JsonObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"metadata cannot be of type {type(data).__name__}")
            metadata_type_0 = JsonObject.from_dict(data)

            return metadata_type_0

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        save = cast("bool | None | Unset", d.pop("save", UNSET))

        source_datapoint_id = cast("None | str | Unset", d.pop("source_datapoint_id", UNSET))

        reference_id = cast("None | str | Unset", d.pop("reference_id", UNSET))

        def _parse_messages(data: object) -> list[ChatMessageWithToolCall] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"messages cannot be of type {type(data).__name__}")
            messages_type_0 = []
            _messages_type_0 = data
            for messages_type_0_item_data in _messages_type_0:
                messages_type_0_item = ChatMessageWithToolCall.from_dict(messages_type_0_item_data)

                messages_type_0.append(messages_type_0_item)

            return messages_type_0

        messages = _parse_messages(d.pop("messages", UNSET))

        output = cast("None | str | Unset", d.pop("output", UNSET))

        def _parse_judgment(data: object) -> bool | float | list[str] | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if isinstance(data, list):
                judgment_type_2 = cast(list[str], data)

                return judgment_type_2
            if isinstance(data, (dict, list)):
                raise TypeError(f"judgment cannot be of type {type(data).__name__}")
            return cast("bool | float | list[str] | None | str | Unset", data)

        judgment = _parse_judgment(d.pop("judgment", UNSET))

        config_id = cast("None | str | Unset", d.pop("config_id", UNSET))

        environment = cast("None | str | Unset", d.pop("environment", UNSET))

        def _parse_feedback(data: object) -> list[FeedbackResponse] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"feedback cannot be of type {type(data).__name__}")
            feedback_type_0 = []
            _feedback_type_0 = data
            for feedback_type_0_item_data in _feedback_type_0:
                feedback_type_0_item = FeedbackResponse.from_dict(feedback_type_0_item_data)

                feedback_type_0.append(feedback_type_0_item)

            return feedback_type_0

        feedback = _parse_feedback(d.pop("feedback", UNSET))

        def _parse_created_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"created_at cannot be of type {type(data).__name__}")
            created_at_type_0 = datetime.datetime.fromisoformat(data)

            return created_at_type_0

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        error = cast("None | str | Unset", d.pop("error", UNSET))

        stdout = cast("None | str | Unset", d.pop("stdout", UNSET))

        duration = cast("float | None | Unset", d.pop("duration", UNSET))

        def _parse_output_message(data: object) -> ChatMessageWithToolCall | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"output_message cannot be of type {type(data).__name__}")
            output_message_type_0 = ChatMessageWithToolCall.from_dict(data)

            return output_message_type_0

        output_message = _parse_output_message(d.pop("output_message", UNSET))

        prompt_tokens = cast("int | None | Unset", d.pop("prompt_tokens", UNSET))

        output_tokens = cast("int | None | Unset", d.pop("output_tokens", UNSET))

        prompt_cost = cast("float | None | Unset", d.pop("prompt_cost", UNSET))

        output_cost = cast("float | None | Unset", d.pop("output_cost", UNSET))

        def _parse_provider_request(data: object) -> JsonObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"provider_request cannot be of type {type(data).__name__}")
            provider_request_type_0 = JsonObject.from_dict(data)

            return provider_request_type_0

        provider_request = _parse_provider_request(d.pop("provider_request", UNSET))

        def _parse_provider_response(data: object) -> JsonObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"provider_response cannot be of type {type(data).__name__}")
            provider_response_type_0 = JsonObject.from_dict(data)

            return provider_response_type_0

        provider_response = _parse_provider_response(d.pop("provider_response", UNSET))

        user = cast("None | str | Unset", d.pop("user", UNSET))

        provider_latency = cast("float | None | Unset", d.pop("provider_latency", UNSET))

        tokens = cast("int | None | Unset", d.pop("tokens", UNSET))

        raw_output = cast("None | str | Unset", d.pop("raw_output", UNSET))

        finish_reason = cast("None | str | Unset", d.pop("finish_reason", UNSET))

        def _parse_tools(data: object) -> list[ToolResultResponse] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"tools cannot be of type {type(data).__name__}")
            tools_type_0 = []
            _tools_type_0 = data
            for tools_type_0_item_data in _tools_type_0:
                tools_type_0_item = ToolResultResponse.from_dict(tools_type_0_item_data)

                tools_type_0.append(tools_type_0_item)

            return tools_type_0

        tools = _parse_tools(d.pop("tools", UNSET))

        def _parse_tool_choice(data: object) -> None | ToolChoice | ToolChoiceMode | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                tool_choice_type_0 = ToolChoiceMode(data)

                return tool_choice_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError(f"tool_choice cannot be of type {type(data).__name__}")
            tool_choice_type_1 = ToolChoice.from_dict(data)

            return tool_choice_type_1

        tool_choice = _parse_tool_choice(d.pop("tool_choice", UNSET))

        def _parse_batch_ids(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"batch_ids cannot be of type {type(data).__name__}")
            batch_ids_type_0 = cast(list[str], data)

            return batch_ids_type_0

        batch_ids = _parse_batch_ids(d.pop("batch_ids", UNSET))

        log_response = cls(
            id=id,
            config=config,
            evaluation_results=evaluation_results,
            observability_status=observability_status,
            updated_at=updated_at,
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
            user=user,
            provider_latency=provider_latency,
            tokens=tokens,
            raw_output=raw_output,
            finish_reason=finish_reason,
            tools=tools,
            tool_choice=tool_choice,
            batch_ids=batch_ids,
        )

        log_response.additional_properties = d
        return log_response

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
