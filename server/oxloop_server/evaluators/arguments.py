"""What evaluators are called with: the ``log`` and, if they want it, the ``testcase``.

The keys are those that Humanloop's guides show in evaluators, under "Evaluators" of its v4 docs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

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
    "source_datapoint_id": None,
    "reference_id": None,
    "provider_latency": None,
    "duration": None,
    "prompt_tokens": None,
    "output_tokens": None,
    "tokens": None,
    "finish_reason": None,
}


@frozen(kw_only=True)
class JudgedLog:
    """A log, with all that an evaluator may look at.

    Args:
        id: The log's id.
        body: What it holds, under the names of the API.
        created_at: When it was made.
        config_id: The config that it was made with.
        config: What that holds.
        datapoint_id: The datapoint that it answers, if it answers one.
        datapoint: What that holds: inputs, messages, target.
    """

    id: str
    body: Mapping[str, Any]
    created_at: str
    config_id: str
    config: Mapping[str, Any]
    datapoint_id: str | None = None
    datapoint: Mapping[str, Any] | None = None

    @property
    def log(self) -> dict[str, Any]:
        """The argument ``log``."""
        given = {name: value for name, value in self.body.items() if value is not None}
        return {
            **_NOTHING,
            **given,
            "id": self.id,
            "config_id": self.config_id,
            "model_config": {**self.config, "id": self.config_id},
            "created_at": given.get("created_at", self.created_at),
        }

    @property
    def testcase(self) -> dict[str, Any] | None:
        """The argument ``testcase``; None if the log answers no datapoint."""
        if self.datapoint is None:
            return None
        return {
            "id": self.datapoint_id,
            "inputs": self.datapoint.get("inputs") or {},
            "messages": self.datapoint.get("messages") or [],
            "target": self.datapoint.get("target") or {},
        }

    @property
    def unanswered(self) -> str | None:
        """The error of a log that has no output to judge; None for any other log."""
        error = self.body.get("error")
        return str(error) if error and self.body.get("output") is None else None


def sample(names: Sequence[str]) -> JudgedLog:
    """Make up a log, to see whether a source runs at all.

    Args:
        names: What its inputs and its target hold: a text under each of these names.
    """
    values = dict.fromkeys(names, "text")
    return JudgedLog(
        id="data_sample",
        body={"inputs": values, "output": "text", "provider_latency": 1.0},
        created_at="2025-01-01T00:00:00.000000Z",
        config_id="config_sample",
        config={"type": "model", "provider": "openai", "model": "sample"},
        datapoint_id="evtc_sample",
        datapoint={"inputs": values, "target": values},
    )
