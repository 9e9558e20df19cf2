# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
"""Contains all the data models used in inputs/outputs"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .call_usage import CallUsage
    from .capabilities import Capabilities
    from .challenge import Challenge
    from .commit_evaluation_request import CommitEvaluationRequest
    from .error_details import ErrorDetails
    from .error_envelope import ErrorEnvelope
    from .evaluation import Evaluation
    from .evaluation_progress import EvaluationProgress
    from .evaluation_response import EvaluationResponse
    from .evaluation_row import EvaluationRow
    from .evaluation_usage import EvaluationUsage
    from .evaluations_response import EvaluationsResponse
    from .pagination import Pagination
    from .proof import Proof
    from .row_status import RowStatus
    from .rows_response import RowsResponse
    from .send_provider_api_keys_request import SendProviderApiKeysRequest
    from .send_provider_api_keys_request_provider_api_keys import (
        SendProviderApiKeysRequestProviderApiKeys,
    )
else:
    _MODULES = {
        "CallUsage": ".call_usage",
        "Capabilities": ".capabilities",
        "Challenge": ".challenge",
        "CommitEvaluationRequest": ".commit_evaluation_request",
        "ErrorDetails": ".error_details",
        "ErrorEnvelope": ".error_envelope",
        "Evaluation": ".evaluation",
        "EvaluationProgress": ".evaluation_progress",
        "EvaluationResponse": ".evaluation_response",
        "EvaluationRow": ".evaluation_row",
        "EvaluationUsage": ".evaluation_usage",
        "EvaluationsResponse": ".evaluations_response",
        "Pagination": ".pagination",
        "Proof": ".proof",
        "RowStatus": ".row_status",
        "RowsResponse": ".rows_response",
        "SendProviderApiKeysRequest": ".send_provider_api_keys_request",
        "SendProviderApiKeysRequestProviderApiKeys": ".send_provider_api_keys_request_provider_api_keys",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = (
    "CallUsage",
    "Capabilities",
    "Challenge",
    "CommitEvaluationRequest",
    "ErrorDetails",
    "ErrorEnvelope",
    "Evaluation",
    "EvaluationProgress",
    "EvaluationResponse",
    "EvaluationRow",
    "EvaluationsResponse",
    "EvaluationUsage",
    "Pagination",
    "Proof",
    "RowsResponse",
    "RowStatus",
    "SendProviderApiKeysRequest",
    "SendProviderApiKeysRequestProviderApiKeys",
)
