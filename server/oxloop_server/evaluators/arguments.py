"""What evaluators are called with: the ``log`` and, if they want it, the ``testcase``.

The keys are those that Humanloop's guides show in evaluators, under "Evaluators" of its v4 docs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from oxloop_server.storage.humanloop.judging import Unjudged

# Every key is there in every log, so that a source that asks for one finds it.
_NOTHING: Mapping[str, Any] = {
    "inputs": {},
    "messages": [],
    "output": None,
    "raw_output": None,
    "output_message": None,
    "error": None,
    "metadata": {},
    "feedback": [],
    "source": None,
    "provider_latency": None,
    "duration": None,
    "prompt_tokens": None,
    "output_tokens": None,
    "tokens": None,
    "finish_reason": None,
}


@frozen
class Arguments:
    """What an evaluator looks at.

    Args:
        log: The log.
        testcase: The datapoint that it answers; None if it answers none.
    """

    log: Mapping[str, Any]
    testcase: Mapping[str, Any] | None

    @property
    def unanswered(self) -> str | None:
        """Why the log has no output to judge; None if it has one, or no reason is known."""
        error = self.log["error"]
        return str(error) if error and self.log["output"] is None else None


def arguments_of(found: Unjudged) -> Arguments:
    """What an evaluator is called with for a log."""
    log, point = found.log, found.datapoint
    given = {name: value for name, value in log.body.items() if value is not None}
    return Arguments(
        log={
            "created_at": log.created_at,
            **_NOTHING,
            **given,
            "id": log.id,
            "project": log.project_name,
            "project_id": log.project_id,
            "config_id": log.config_id,
            "model_config": {**found.config.body, "id": log.config_id},
            "source_datapoint_id": log.datapoint_id,
            "reference_id": log.reference_id,
            "session_id": log.session_id,
        },
        testcase=None if point is None else _testcase(point.id, point.body),
    )


def sample(names: Sequence[str]) -> Arguments:
    """Make up a log, to see whether a source runs at all.

    Args:
        names: What its inputs and its target hold: a text under each of these names.
    """
    values = dict.fromkeys(names, "text")
    return Arguments(
        log={
            **_NOTHING,
            "id": "data_sample",
            "inputs": values,
            "output": "text",
            "metadata": values,
            "provider_latency": 1.0,
            "created_at": "2025-01-01T00:00:00.000000Z",
            "project": "sample",
            "project_id": "pr_sample",
            "config_id": "config_sample",
            "model_config": {"id": "config_sample", "provider": "openai", "model": "sample"},
            "source_datapoint_id": "evtc_sample",
            "reference_id": None,
            "session_id": None,
        },
        testcase=_testcase("evtc_sample", {"inputs": values, "target": values}),
    )


def _testcase(datapoint_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": datapoint_id,
        "inputs": body.get("inputs") or {},
        "messages": body.get("messages") or [],
        "target": body.get("target") or {},
    }
