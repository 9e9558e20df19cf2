"""Humanloop's JSON shapes that more than one operation answers with."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from oxloop_server.errors import JsonObject
from oxloop_server.storage.humanloop.configs import Config, ProjectConfig
from oxloop_server.storage.humanloop.datasets import Datapoint, Dataset
from oxloop_server.storage.humanloop.evaluations import Evaluation
from oxloop_server.storage.humanloop.evaluators import Evaluator
from oxloop_server.storage.humanloop.logs import Log
from oxloop_server.storage.humanloop.projects import Project
from oxloop_server.storage.humanloop.results import Aggregate, Result

# What a log's body may hold; what it does not hold is answered as null.
_LOG_PARTS = (
    "source",
    "metadata",
    "messages",
    "output",
    "judgment",
    "environment",
    "error",
    "stdout",
    "duration",
    "output_message",
    "prompt_tokens",
    "output_tokens",
    "prompt_cost",
    "output_cost",
    "provider_request",
    "provider_response",
    "user",
    "provider_latency",
    "raw_output",
    "finish_reason",
    "tools",
    "tool_choice",
    "parent_id",
    "parent_reference_id",
)

# The kinds of feedback that every project of Humanloop began with and that have fixed labels.
_FEEDBACK_TYPES: list[JsonObject] = [
    {
        "type": "rating",
        "values": [
            {"value": "good", "sentiment": "positive"},
            {"value": "bad", "sentiment": "negative"},
        ],
    },
    {"type": "correction", "values": None},
    {"type": "comment", "values": None},
]


def page(records: Iterable[JsonObject], query: Mapping[str, Any], total: int) -> JsonObject:
    """A page of a list.

    Args:
        records: What is on it.
        query: The request's ``page`` and ``size``.
        total: How many records the list has in all.
    """
    return {
        "records": list(records),
        "page": query["page"],
        "size": query["size"],
        "total": total,
    }


def config(found: Config) -> JsonObject:
    """A config."""
    return {"id": found.id, **found.body}


def project_config(found: ProjectConfig) -> JsonObject:
    """A config as a project has it."""
    return {
        "project_id": found.project_id,
        "project_name": found.project_name,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "last_used": found.last_used,
        "num_datapoints": found.log_count,
        "evaluation_aggregates": None,
        "config": config(found.config),
    }


def project(found: Project, active: ProjectConfig | None, log_count: int) -> JsonObject:
    """A project. The local service knows no users, teams or directories.

    Args:
        found: The project.
        active: Its active config.
        log_count: How many logs it has.
    """
    return {
        "id": found.id,
        "name": found.name,
        "active_config": None if active is None else project_config(active),
        "users": [],
        "data_count": log_count,
        "feedback_types": _FEEDBACK_TYPES,
        "team_id": f"tm_{found.tenant_id.replace('-', '')[:21]}",
        "config_type": None if active is None else active.config.type,
        "active_evaluators": [],
        "directory_id": None,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def evaluator(found: Evaluator) -> JsonObject:
    """A version of an evaluator."""
    return {
        "id": found.id,
        **found.body,
        "logging_project": None,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def dataset(found: Dataset) -> JsonObject:
    """A version of a dataset."""
    return {
        "id": found.id,
        "project_id": found.project_id,
        "name": found.name,
        "description": found.description,
        "datapoint_count": found.datapoint_count,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def datapoint(found: Datapoint) -> JsonObject:
    """A datapoint."""
    return {
        "id": found.id,
        "dataset_id": found.dataset_id,
        "inputs": found.body.get("inputs"),
        "messages": found.body.get("messages"),
        "target": found.body.get("target"),
    }


def result(found: Result) -> JsonObject:
    """What an evaluator said of a log."""
    return {
        "id": found.id,
        "evaluator_id": found.evaluator_id,
        "evaluator_version_id": found.version_id,
        "evaluation_id": found.run_id,
        "log_id": found.log_id,
        "log": None,
        "version_id": None,
        "version": None,
        "value": found.value,
        "error": found.error,
        "updated_at": found.updated_at,
        "created_at": found.created_at,
        "evaluator_log": None,
    }


def log(found: Log, used: Config, results: Sequence[Result]) -> JsonObject:
    """A log with its config and results."""
    body = found.body
    asked, answered = body.get("prompt_tokens"), body.get("output_tokens")
    return {
        **{name: body.get(name) for name in _LOG_PARTS},
        "id": found.id,
        "project": found.project_name,
        "project_id": found.project_id,
        "session_id": found.session_id,
        "session_reference_id": found.session_reference_id,
        "reference_id": found.reference_id,
        "source_datapoint_id": found.datapoint_id,
        "inputs": body.get("inputs", {}),
        "save": body.get("save", True),
        "config_id": found.config_id,
        "config": config(used),
        "feedback": [{**one, "data_id": found.id} for one in body.get("feedback", ())],
        "tokens": None if asked is None or answered is None else asked + answered,
        "evaluation_results": [result(one) for one in results],
        # It tells of evaluators that watch a project, which the local service does not have.
        "observability_status": "completed",
        "batch_ids": [],
        "created_at": found.created_at,
        "updated_at": found.updated_at,
    }


def evaluation(found: Evaluation, aggregates: Sequence[Aggregate] | None) -> JsonObject:
    """An evaluation.

    Args:
        found: The evaluation.
        aggregates: What its evaluators found, if that was asked for.
    """
    return {
        "id": found.id,
        "status": found.run.status,
        "config": config(found.config),
        "created_at": found.run.created_at,
        "updated_at": found.run.updated_at,
        "evaluators": [evaluator(one) for one in found.evaluators],
        "dataset": dataset(found.dataset),
        "dataset_version_id": found.plan.dataset_version_id,
        "dataset_snapshot": dataset(found.snapshot),
        "evaluator_aggregates": None
        if aggregates is None
        else [
            {
                "model_config_id": found.plan.config_id,
                "evaluator_id": one.evaluator_id,
                "evaluator_version_id": one.version_id,
                "aggregate_value": one.value,
            }
            for one in aggregates
        ],
    }
