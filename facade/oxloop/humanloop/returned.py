"""What the functions of a caller return, made into logs and results. Pure: no I/O happens here."""

import math
from collections.abc import Mapping
from typing import Any, cast

from attrs import frozen

from oxloop.errors import ConfigurationError
from oxloop.humanloop._giving import body, present
from oxloop.humanloop.details import Datapoint, Evaluator, Log


@frozen(kw_only=True)
class Verdict:
    """What an evaluator said of a log: a value or an error, never both.

    Attributes:
        value: The judgment.
        error: Why there is none.
    """

    value: bool | float | None = None
    error: str | None = None


def log_of(returned: object, datapoint: Datapoint) -> dict[str, Any]:
    """The fields of the log that a function's answer to a datapoint becomes.

    Args:
        returned: The output, or a mapping of a log's fields.
        datapoint: What the function was called with.

    Raises:
        ConfigurationError: It is neither, or has a field that a log has not.
    """
    from oxloop_api.humanloop.models.log_request import LogRequest

    if isinstance(returned, str):
        return {"output": returned}
    if not isinstance(returned, Mapping):
        raise _unusable(
            datapoint, f"it is {_kind(returned)}; return the output as text, or a mapping"
        )
    fields = present(**cast("Mapping[str, Any]", returned))
    if not fields.keys() & {"output", "output_message", "error"}:
        raise _unusable(datapoint, "it has neither output nor output_message nor error")
    for name in ("output", "error"):
        if not isinstance(fields.get(name, ""), str):
            raise _unusable(datapoint, f'its "{name}" is {_kind(fields[name])}, not text')
    try:
        body(LogRequest, fields, "log")
    except ConfigurationError as error:
        raise _unusable(datapoint, error.message.rstrip(".")) from None
    return fields


def told_of(datapoint: Datapoint) -> dict[str, Any]:
    """What a log repeats of its datapoint: the inputs and the messages."""
    messages = datapoint.messages
    return present(
        inputs=datapoint.inputs,
        messages=None if messages is None else [present(**message) for message in messages],
    )


def error_of(raised: Exception) -> str:
    """An exception in words."""
    words = str(raised)
    return f"{type(raised).__name__}: {words}" if words else type(raised).__name__


def unanswered(log: Log) -> Verdict | None:
    """The verdict on a log without an output, which no evaluator is asked about.

    The service does the same with the evaluators that it runs.
    """
    if log.output is None and log.error:
        return Verdict(error=f"There is no output to judge: {log.error}")
    return None


def verdict_of(returned: object, evaluator: Evaluator) -> Verdict:
    """The verdict that an evaluator's answer amounts to, held against its return type.

    A boolean is no number here, although Python counts it as one. Numbers and booleans of numpy
    are taken for what they are.
    """
    value = _plain(returned)
    wanted = evaluator.return_type
    if isinstance(value, bool):
        if wanted != "number":
            return Verdict(value=value)
    elif isinstance(value, int | float) and wanted != "boolean":
        if not _is_finite(value):
            return Verdict(error=f"The evaluator must return a finite number; it returned {value}.")
        return Verdict(value=value)
    right = {"boolean": "True or False", "number": "a number"}.get(
        wanted or "", "True, False or a number"
    )
    return Verdict(error=f"The evaluator must return {right}; it returned {_kind(value)}.")


def _plain(value: Any) -> object:
    """A number or a boolean of numpy as Python's own; anything else as it is."""
    return value.item() if hasattr(value, "item") else value


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number beyond the largest float
        return False


def _kind(value: object) -> str:
    return "None" if value is None else f"a value of type {type(value).__name__}"


def _unusable(datapoint: Datapoint, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"What the function returned for the datapoint {datapoint.id} cannot be logged: {reason}. "
        "For a datapoint without an answer, raise an exception: it becomes the log's error."
    )
