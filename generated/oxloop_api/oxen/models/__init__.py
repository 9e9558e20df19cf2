# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
"""Contains all the data models used in inputs/outputs"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .author import Author
    from .branch import Branch
    from .branch_response import BranchResponse
    from .branches_response import BranchesResponse
    from .chat_answer import ChatAnswer
    from .chat_choice import ChatChoice
    from .chat_completion_request import ChatCompletionRequest
    from .chat_completion_response import ChatCompletionResponse
    from .chat_completion_tag import ChatCompletionTag
    from .chat_message import ChatMessage
    from .chat_role import ChatRole
    from .chat_usage import ChatUsage
    from .commit import Commit
    from .commit_response import CommitResponse
    from .commits_response import CommitsResponse
    from .create_branch_request import CreateBranchRequest
    from .create_evaluation_request import CreateEvaluationRequest
    from .create_repository_request import CreateRepositoryRequest
    from .data_frame import DataFrame
    from .data_frame_field import DataFrameField
    from .data_frame_response import DataFrameResponse
    from .data_frame_schema import DataFrameSchema
    from .data_frame_size import DataFrameSize
    from .data_frame_source import DataFrameSource
    from .data_frame_view import DataFrameView
    from .delete_file_request import DeleteFileRequest
    from .directory_entry import DirectoryEntry
    from .directory_response import DirectoryResponse
    from .error_details import ErrorDetails
    from .error_envelope import ErrorEnvelope
    from .evaluation import Evaluation
    from .evaluation_model import EvaluationModel
    from .evaluation_model_list import EvaluationModelList
    from .evaluation_progress import EvaluationProgress
    from .evaluation_response import EvaluationResponse
    from .evaluation_status import EvaluationStatus
    from .free_form import FreeForm
    from .inference_error import InferenceError
    from .inference_error_envelope import InferenceErrorEnvelope
    from .input_type import InputType
    from .model import Model
    from .model_capabilities import ModelCapabilities
    from .model_endpoint import ModelEndpoint
    from .model_list import ModelList
    from .model_list_tag import ModelListTag
    from .model_tag import ModelTag
    from .model_type import ModelType
    from .move_file_request import MoveFileRequest
    from .output_type import OutputType
    from .pagination import Pagination
    from .repository import Repository
    from .repository_response import RepositoryResponse
    from .resource import Resource
    from .row import Row
    from .upload_file_request import UploadFileRequest
    from .user import User
else:
    _MODULES = {
        "Author": ".author",
        "Branch": ".branch",
        "BranchResponse": ".branch_response",
        "BranchesResponse": ".branches_response",
        "ChatAnswer": ".chat_answer",
        "ChatChoice": ".chat_choice",
        "ChatCompletionRequest": ".chat_completion_request",
        "ChatCompletionResponse": ".chat_completion_response",
        "ChatCompletionTag": ".chat_completion_tag",
        "ChatMessage": ".chat_message",
        "ChatRole": ".chat_role",
        "ChatUsage": ".chat_usage",
        "Commit": ".commit",
        "CommitResponse": ".commit_response",
        "CommitsResponse": ".commits_response",
        "CreateBranchRequest": ".create_branch_request",
        "CreateEvaluationRequest": ".create_evaluation_request",
        "CreateRepositoryRequest": ".create_repository_request",
        "DataFrame": ".data_frame",
        "DataFrameField": ".data_frame_field",
        "DataFrameResponse": ".data_frame_response",
        "DataFrameSchema": ".data_frame_schema",
        "DataFrameSize": ".data_frame_size",
        "DataFrameSource": ".data_frame_source",
        "DataFrameView": ".data_frame_view",
        "DeleteFileRequest": ".delete_file_request",
        "DirectoryEntry": ".directory_entry",
        "DirectoryResponse": ".directory_response",
        "ErrorDetails": ".error_details",
        "ErrorEnvelope": ".error_envelope",
        "Evaluation": ".evaluation",
        "EvaluationModel": ".evaluation_model",
        "EvaluationModelList": ".evaluation_model_list",
        "EvaluationProgress": ".evaluation_progress",
        "EvaluationResponse": ".evaluation_response",
        "EvaluationStatus": ".evaluation_status",
        "FreeForm": ".free_form",
        "InferenceError": ".inference_error",
        "InferenceErrorEnvelope": ".inference_error_envelope",
        "InputType": ".input_type",
        "Model": ".model",
        "ModelCapabilities": ".model_capabilities",
        "ModelEndpoint": ".model_endpoint",
        "ModelList": ".model_list",
        "ModelListTag": ".model_list_tag",
        "ModelTag": ".model_tag",
        "ModelType": ".model_type",
        "MoveFileRequest": ".move_file_request",
        "OutputType": ".output_type",
        "Pagination": ".pagination",
        "Repository": ".repository",
        "RepositoryResponse": ".repository_response",
        "Resource": ".resource",
        "Row": ".row",
        "UploadFileRequest": ".upload_file_request",
        "User": ".user",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = (
    "Author",
    "Branch",
    "BranchesResponse",
    "BranchResponse",
    "ChatAnswer",
    "ChatChoice",
    "ChatCompletionRequest",
    "ChatCompletionResponse",
    "ChatCompletionTag",
    "ChatMessage",
    "ChatRole",
    "ChatUsage",
    "Commit",
    "CommitResponse",
    "CommitsResponse",
    "CreateBranchRequest",
    "CreateEvaluationRequest",
    "CreateRepositoryRequest",
    "DataFrame",
    "DataFrameField",
    "DataFrameResponse",
    "DataFrameSchema",
    "DataFrameSize",
    "DataFrameSource",
    "DataFrameView",
    "DeleteFileRequest",
    "DirectoryEntry",
    "DirectoryResponse",
    "ErrorDetails",
    "ErrorEnvelope",
    "Evaluation",
    "EvaluationModel",
    "EvaluationModelList",
    "EvaluationProgress",
    "EvaluationResponse",
    "EvaluationStatus",
    "FreeForm",
    "InferenceError",
    "InferenceErrorEnvelope",
    "InputType",
    "Model",
    "ModelCapabilities",
    "ModelEndpoint",
    "ModelList",
    "ModelListTag",
    "ModelTag",
    "ModelType",
    "MoveFileRequest",
    "OutputType",
    "Pagination",
    "Repository",
    "RepositoryResponse",
    "Resource",
    "Row",
    "UploadFileRequest",
    "User",
)
