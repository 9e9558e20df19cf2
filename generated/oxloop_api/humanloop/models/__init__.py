# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
"""Contains all the data models used in inputs/outputs"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .add_evaluators_request import AddEvaluatorsRequest
    from .agent_config_response import AgentConfigResponse
    from .categorical_feedback_label import CategoricalFeedbackLabel
    from .chat_message_with_tool_call import ChatMessageWithToolCall
    from .chat_role import ChatRole
    from .config_type import ConfigType
    from .create_datapoint_request import CreateDatapointRequest
    from .create_datapoints_by_logs_request import CreateDatapointsByLogsRequest
    from .create_dataset_request import CreateDatasetRequest
    from .create_evaluation_log_request import CreateEvaluationLogRequest
    from .create_evaluation_request import CreateEvaluationRequest
    from .create_evaluation_result_log_request import CreateEvaluationResultLogRequest
    from .create_evaluator_request import CreateEvaluatorRequest
    from .create_log_response import CreateLogResponse
    from .create_project_request import CreateProjectRequest
    from .datapoint_inputs import DatapointInputs
    from .datapoint_page import DatapointPage
    from .datapoint_response import DatapointResponse
    from .datapoint_target import DatapointTarget
    from .dataset_response import DatasetResponse
    from .evaluation_datapoint_page import EvaluationDatapointPage
    from .evaluation_datapoint_snapshot_response import (
        EvaluationDatapointSnapshotResponse,
    )
    from .evaluation_page import EvaluationPage
    from .evaluation_response import EvaluationResponse
    from .evaluation_result_response import EvaluationResultResponse
    from .evaluation_status import EvaluationStatus
    from .evaluator_arguments_type import EvaluatorArgumentsType
    from .evaluator_config_response import EvaluatorConfigResponse
    from .evaluator_response import EvaluatorResponse
    from .evaluator_return_type_enum import EvaluatorReturnTypeEnum
    from .evaluator_type import EvaluatorType
    from .feedback import Feedback
    from .feedback_response import FeedbackResponse
    from .feedback_type import FeedbackType
    from .feedback_type_model import FeedbackTypeModel
    from .function_tool import FunctionTool
    from .function_tool_choice import FunctionToolChoice
    from .generic_config_response import GenericConfigResponse
    from .http_validation_error import HTTPValidationError
    from .image_chat_content import ImageChatContent
    from .image_detail import ImageDetail
    from .image_url import ImageUrl
    from .json_object import JsonObject
    from .label_sentiment import LabelSentiment
    from .linked_tool_request import LinkedToolRequest
    from .log_page import LogPage
    from .log_request import LogRequest
    from .log_response import LogResponse
    from .model_config_completion_request import ModelConfigCompletionRequest
    from .model_config_evaluator_aggregate_response import (
        ModelConfigEvaluatorAggregateResponse,
    )
    from .model_config_request import ModelConfigRequest
    from .model_config_response import ModelConfigResponse
    from .model_config_tool_request import ModelConfigToolRequest
    from .model_endpoints import ModelEndpoints
    from .model_providers import ModelProviders
    from .nested_model_config_response import NestedModelConfigResponse
    from .nested_tool_config_response import NestedToolConfigResponse
    from .observability_status import ObservabilityStatus
    from .project_config_response import ProjectConfigResponse
    from .project_model_config_request import ProjectModelConfigRequest
    from .project_page import ProjectPage
    from .project_response import ProjectResponse
    from .project_sort_by import ProjectSortBy
    from .project_user_response import ProjectUserResponse
    from .provider_api_keys import ProviderApiKeys
    from .reasoning_effort import ReasoningEffort
    from .response_format import ResponseFormat
    from .response_format_type import ResponseFormatType
    from .sort_order import SortOrder
    from .template_language import TemplateLanguage
    from .text_chat_content import TextChatContent
    from .tool_call import ToolCall
    from .tool_choice import ToolChoice
    from .tool_choice_mode import ToolChoiceMode
    from .tool_config_request import ToolConfigRequest
    from .tool_config_response import ToolConfigResponse
    from .tool_response import ToolResponse
    from .tool_result_response import ToolResultResponse
    from .tool_source import ToolSource
    from .tool_type import ToolType
    from .update_dataset_request import UpdateDatasetRequest
    from .update_evaluation_status_request import UpdateEvaluationStatusRequest
    from .update_evaluator_request import UpdateEvaluatorRequest
    from .user_response import UserResponse
    from .validation_error import ValidationError
    from .version_status import VersionStatus
else:
    _MODULES = {
        "AddEvaluatorsRequest": ".add_evaluators_request",
        "AgentConfigResponse": ".agent_config_response",
        "CategoricalFeedbackLabel": ".categorical_feedback_label",
        "ChatMessageWithToolCall": ".chat_message_with_tool_call",
        "ChatRole": ".chat_role",
        "ConfigType": ".config_type",
        "CreateDatapointRequest": ".create_datapoint_request",
        "CreateDatapointsByLogsRequest": ".create_datapoints_by_logs_request",
        "CreateDatasetRequest": ".create_dataset_request",
        "CreateEvaluationLogRequest": ".create_evaluation_log_request",
        "CreateEvaluationRequest": ".create_evaluation_request",
        "CreateEvaluationResultLogRequest": ".create_evaluation_result_log_request",
        "CreateEvaluatorRequest": ".create_evaluator_request",
        "CreateLogResponse": ".create_log_response",
        "CreateProjectRequest": ".create_project_request",
        "DatapointInputs": ".datapoint_inputs",
        "DatapointPage": ".datapoint_page",
        "DatapointResponse": ".datapoint_response",
        "DatapointTarget": ".datapoint_target",
        "DatasetResponse": ".dataset_response",
        "EvaluationDatapointPage": ".evaluation_datapoint_page",
        "EvaluationDatapointSnapshotResponse": ".evaluation_datapoint_snapshot_response",
        "EvaluationPage": ".evaluation_page",
        "EvaluationResponse": ".evaluation_response",
        "EvaluationResultResponse": ".evaluation_result_response",
        "EvaluationStatus": ".evaluation_status",
        "EvaluatorArgumentsType": ".evaluator_arguments_type",
        "EvaluatorConfigResponse": ".evaluator_config_response",
        "EvaluatorResponse": ".evaluator_response",
        "EvaluatorReturnTypeEnum": ".evaluator_return_type_enum",
        "EvaluatorType": ".evaluator_type",
        "Feedback": ".feedback",
        "FeedbackResponse": ".feedback_response",
        "FeedbackType": ".feedback_type",
        "FeedbackTypeModel": ".feedback_type_model",
        "FunctionTool": ".function_tool",
        "FunctionToolChoice": ".function_tool_choice",
        "GenericConfigResponse": ".generic_config_response",
        "HTTPValidationError": ".http_validation_error",
        "ImageChatContent": ".image_chat_content",
        "ImageDetail": ".image_detail",
        "ImageUrl": ".image_url",
        "JsonObject": ".json_object",
        "LabelSentiment": ".label_sentiment",
        "LinkedToolRequest": ".linked_tool_request",
        "LogPage": ".log_page",
        "LogRequest": ".log_request",
        "LogResponse": ".log_response",
        "ModelConfigCompletionRequest": ".model_config_completion_request",
        "ModelConfigEvaluatorAggregateResponse": ".model_config_evaluator_aggregate_response",
        "ModelConfigRequest": ".model_config_request",
        "ModelConfigResponse": ".model_config_response",
        "ModelConfigToolRequest": ".model_config_tool_request",
        "ModelEndpoints": ".model_endpoints",
        "ModelProviders": ".model_providers",
        "NestedModelConfigResponse": ".nested_model_config_response",
        "NestedToolConfigResponse": ".nested_tool_config_response",
        "ObservabilityStatus": ".observability_status",
        "ProjectConfigResponse": ".project_config_response",
        "ProjectModelConfigRequest": ".project_model_config_request",
        "ProjectPage": ".project_page",
        "ProjectResponse": ".project_response",
        "ProjectSortBy": ".project_sort_by",
        "ProjectUserResponse": ".project_user_response",
        "ProviderApiKeys": ".provider_api_keys",
        "ReasoningEffort": ".reasoning_effort",
        "ResponseFormat": ".response_format",
        "ResponseFormatType": ".response_format_type",
        "SortOrder": ".sort_order",
        "TemplateLanguage": ".template_language",
        "TextChatContent": ".text_chat_content",
        "ToolCall": ".tool_call",
        "ToolChoice": ".tool_choice",
        "ToolChoiceMode": ".tool_choice_mode",
        "ToolConfigRequest": ".tool_config_request",
        "ToolConfigResponse": ".tool_config_response",
        "ToolResponse": ".tool_response",
        "ToolResultResponse": ".tool_result_response",
        "ToolSource": ".tool_source",
        "ToolType": ".tool_type",
        "UpdateDatasetRequest": ".update_dataset_request",
        "UpdateEvaluationStatusRequest": ".update_evaluation_status_request",
        "UpdateEvaluatorRequest": ".update_evaluator_request",
        "UserResponse": ".user_response",
        "ValidationError": ".validation_error",
        "VersionStatus": ".version_status",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = (
    "AddEvaluatorsRequest",
    "AgentConfigResponse",
    "CategoricalFeedbackLabel",
    "ChatMessageWithToolCall",
    "ChatRole",
    "ConfigType",
    "CreateDatapointRequest",
    "CreateDatapointsByLogsRequest",
    "CreateDatasetRequest",
    "CreateEvaluationLogRequest",
    "CreateEvaluationRequest",
    "CreateEvaluationResultLogRequest",
    "CreateEvaluatorRequest",
    "CreateLogResponse",
    "CreateProjectRequest",
    "DatapointInputs",
    "DatapointPage",
    "DatapointResponse",
    "DatapointTarget",
    "DatasetResponse",
    "EvaluationDatapointPage",
    "EvaluationDatapointSnapshotResponse",
    "EvaluationPage",
    "EvaluationResponse",
    "EvaluationResultResponse",
    "EvaluationStatus",
    "EvaluatorArgumentsType",
    "EvaluatorConfigResponse",
    "EvaluatorResponse",
    "EvaluatorReturnTypeEnum",
    "EvaluatorType",
    "Feedback",
    "FeedbackResponse",
    "FeedbackType",
    "FeedbackTypeModel",
    "FunctionTool",
    "FunctionToolChoice",
    "GenericConfigResponse",
    "HTTPValidationError",
    "ImageChatContent",
    "ImageDetail",
    "ImageUrl",
    "JsonObject",
    "LabelSentiment",
    "LinkedToolRequest",
    "LogPage",
    "LogRequest",
    "LogResponse",
    "ModelConfigCompletionRequest",
    "ModelConfigEvaluatorAggregateResponse",
    "ModelConfigRequest",
    "ModelConfigResponse",
    "ModelConfigToolRequest",
    "ModelEndpoints",
    "ModelProviders",
    "NestedModelConfigResponse",
    "NestedToolConfigResponse",
    "ObservabilityStatus",
    "ProjectConfigResponse",
    "ProjectModelConfigRequest",
    "ProjectPage",
    "ProjectResponse",
    "ProjectSortBy",
    "ProjectUserResponse",
    "ProviderApiKeys",
    "ReasoningEffort",
    "ResponseFormat",
    "ResponseFormatType",
    "SortOrder",
    "TemplateLanguage",
    "TextChatContent",
    "ToolCall",
    "ToolChoice",
    "ToolChoiceMode",
    "ToolConfigRequest",
    "ToolConfigResponse",
    "ToolResponse",
    "ToolResultResponse",
    "ToolSource",
    "ToolType",
    "UpdateDatasetRequest",
    "UpdateEvaluationStatusRequest",
    "UpdateEvaluatorRequest",
    "UserResponse",
    "ValidationError",
    "VersionStatus",
)
