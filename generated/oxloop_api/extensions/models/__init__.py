# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
"""Contains all the data models used in inputs/outputs"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .capabilities import Capabilities
    from .challenge import Challenge
    from .error_details import ErrorDetails
    from .error_envelope import ErrorEnvelope
    from .proof import Proof
else:
    _MODULES = {
        "Capabilities": ".capabilities",
        "Challenge": ".challenge",
        "ErrorDetails": ".error_details",
        "ErrorEnvelope": ".error_envelope",
        "Proof": ".proof",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = (
    "Capabilities",
    "Challenge",
    "ErrorDetails",
    "ErrorEnvelope",
    "Proof",
)
