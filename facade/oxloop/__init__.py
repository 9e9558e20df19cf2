"""Evaluations of language models over the HTTP APIs of Oxen.ai and Humanloop, or on your machine.

Importing this package costs next to nothing: each public name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oxloop._config import Timeout as Timeout
    from oxloop._events import RequestEvent as RequestEvent
    from oxloop._events import ResponseEvent as ResponseEvent
    from oxloop._events import RetryEvent as RetryEvent
    from oxloop._options import Options as Options
    from oxloop._raw import RawResponse as RawResponse
    from oxloop._raw import RawResult as RawResult
    from oxloop._version import __version__ as __version__
    from oxloop.errors import APIError as APIError
    from oxloop.errors import AuthenticationError as AuthenticationError
    from oxloop.errors import BadRequestError as BadRequestError
    from oxloop.errors import ConfigurationError as ConfigurationError
    from oxloop.errors import ConflictError as ConflictError
    from oxloop.errors import DecodeError as DecodeError
    from oxloop.errors import EvaluationCancelled as EvaluationCancelled
    from oxloop.errors import EvaluationFailed as EvaluationFailed
    from oxloop.errors import NotFoundError as NotFoundError
    from oxloop.errors import OxloopError as OxloopError
    from oxloop.errors import PaymentRequiredError as PaymentRequiredError
    from oxloop.errors import PermissionDeniedError as PermissionDeniedError
    from oxloop.errors import RateLimitError as RateLimitError
    from oxloop.errors import ServerError as ServerError
    from oxloop.errors import TimeoutError as TimeoutError  # noqa: A004 - this package's own
    from oxloop.errors import TransportError as TransportError
    from oxloop.errors import UnprocessableEntityError as UnprocessableEntityError
    from oxloop.errors import UpgradeRequiredError as UpgradeRequiredError
    from oxloop.errors import WaitTimeout as WaitTimeout
    from oxloop.humanloop.client import AsyncHumanloop as AsyncHumanloop
    from oxloop.humanloop.client import Humanloop as Humanloop
    from oxloop.humanloop.details import Aggregate as Aggregate
    from oxloop.humanloop.details import Datapoint as Datapoint
    from oxloop.humanloop.details import EvaluationDatapoint as EvaluationDatapoint
    from oxloop.humanloop.details import Log as Log
    from oxloop.oxen.client import AsyncOxen as AsyncOxen
    from oxloop.oxen.client import Oxen as Oxen
    from oxloop.oxen.preview import Preview as Preview
    from oxloop.results import AsyncResults as AsyncResults
    from oxloop.results import ResultRow as ResultRow
    from oxloop.results import Results as Results
    from oxloop.runs import AsyncEvaluationRun as AsyncEvaluationRun
    from oxloop.runs import EvaluationRun as EvaluationRun
    from oxloop.runs import Progress as Progress
    from oxloop.runs import RunRow as RunRow
    from oxloop.runs import RunState as RunState
    from oxloop.runs import Usage as Usage

__all__ = [
    "APIError",
    "Aggregate",
    "AsyncEvaluationRun",
    "AsyncHumanloop",
    "AsyncOxen",
    "AsyncResults",
    "AuthenticationError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "Datapoint",
    "DecodeError",
    "EvaluationCancelled",
    "EvaluationDatapoint",
    "EvaluationFailed",
    "EvaluationRun",
    "Humanloop",
    "Log",
    "NotFoundError",
    "Options",
    "Oxen",
    "OxloopError",
    "PaymentRequiredError",
    "PermissionDeniedError",
    "Preview",
    "Progress",
    "RateLimitError",
    "RawResponse",
    "RawResult",
    "RequestEvent",
    "ResponseEvent",
    "ResultRow",
    "Results",
    "RetryEvent",
    "RunRow",
    "RunState",
    "ServerError",
    "Timeout",
    "TimeoutError",
    "TransportError",
    "UnprocessableEntityError",
    "UpgradeRequiredError",
    "Usage",
    "WaitTimeout",
    "__version__",
]

_ELSEWHERE = {
    "Aggregate": "oxloop.humanloop.details",
    "AsyncEvaluationRun": "oxloop.runs",
    "AsyncHumanloop": "oxloop.humanloop.client",
    "AsyncOxen": "oxloop.oxen.client",
    "AsyncResults": "oxloop.results",
    "Datapoint": "oxloop.humanloop.details",
    "EvaluationDatapoint": "oxloop.humanloop.details",
    "EvaluationRun": "oxloop.runs",
    "Humanloop": "oxloop.humanloop.client",
    "Log": "oxloop.humanloop.details",
    "Options": "oxloop._options",
    "Oxen": "oxloop.oxen.client",
    "Preview": "oxloop.oxen.preview",
    "Progress": "oxloop.runs",
    "RawResponse": "oxloop._raw",
    "RawResult": "oxloop._raw",
    "RequestEvent": "oxloop._events",
    "ResponseEvent": "oxloop._events",
    "ResultRow": "oxloop.results",
    "Results": "oxloop.results",
    "RetryEvent": "oxloop._events",
    "RunRow": "oxloop.runs",
    "RunState": "oxloop.runs",
    "Timeout": "oxloop._config",
    "Usage": "oxloop.runs",
    "__version__": "oxloop._version",
}
"""Where the names live that are not errors."""


if not TYPE_CHECKING:  # for a type checker, it would make any name a name of this package

    def __getattr__(name: str) -> object:
        """Load a public name when it is first asked for."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(_ELSEWHERE.get(name, "oxloop.errors")), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
