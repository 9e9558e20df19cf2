"""Answers of Humanloop's API, as scripted servers give them."""

from collections.abc import Sequence
from typing import Any

import httpx

RUN_ID = "ev_ug1dTorWLN3phv7lsDbcw"
PROJECT_ID = "pr_ptgUzEjfebzJ6sZWdoHIx"
CONFIG_ID = "config_rXl0gqn87b1PZqZrmktsO"
EVALUATOR_ID = "evfn_3U9224xf2MvQyGplpErf8"
DATASET_ID = "evts_7038J1ta6sKT4t2WGmABM"
LOG_ID = "data_Sf599sVR9ubusu9jXPA38"
DATAPOINT_ID = "evtc_1"

CREATED = "2026-01-15T09:30:00Z"
UPDATED = "2026-01-15T09:31:00Z"
DATES = {"created_at": CREATED, "updated_at": UPDATED}

Json = dict[str, Any]


def config(**changes: Any) -> Json:
    """A model config."""
    fields: Json = {
        "id": CONFIG_ID,
        "type": "model",
        "name": "First prompt",
        "description": None,
        "provider": "openai",
        "model": "demo",
        "endpoint": "complete",
        "prompt_template": "Review: {{review}}",
        "chat_template": None,
        "max_tokens": 4,
        "temperature": 0,
        "top_p": 1,
        "stop": "\n",
        "tools": None,
        "other": {},
    }
    return fields | changes


def project_config(**changes: Any) -> Json:
    """A config as its project has it."""
    return {
        "project_id": PROJECT_ID,
        "project_name": "reviews",
        "last_used": UPDATED,
        "num_datapoints": 1,
        "evaluation_aggregates": None,
        "config": config(),
        **DATES,
    } | changes


def project(**changes: Any) -> Json:
    """A project."""
    return {
        "id": PROJECT_ID,
        "name": "reviews",
        "active_config": None,
        "users": [{"id": "usr_1", "email_address": "ann@example.com", "full_name": None}],
        "data_count": 3,
        "feedback_types": [{"type": "rating", "values": None}],
        "team_id": "tm_1",
        "config_type": "model",
        "active_evaluators": [],
        "directory_id": None,
        **DATES,
    } | changes


def evaluator(**changes: Any) -> Json:
    """A python evaluator."""
    return {
        "id": EVALUATOR_ID,
        "name": "right label",
        "description": "Whether the answer is the label.",
        "arguments_type": "target_required",
        "return_type": "boolean",
        "type": "python",
        "code": "def right(log, testcase): ...",
        "model_config": None,
        "logging_project": None,
        **DATES,
    } | changes


def dataset(**changes: Any) -> Json:
    """A dataset."""
    return {
        "id": DATASET_ID,
        "project_id": PROJECT_ID,
        "name": "two reviews",
        "description": None,
        "datapoint_count": 2,
        **DATES,
    } | changes


def datapoint(number: int = 1, **changes: Any) -> Json:
    """A datapoint."""
    return {
        "id": f"evtc_{number}",
        "dataset_id": DATASET_ID,
        "inputs": {"review": f"review {number}"},
        "messages": None,
        "target": {"label": "positive"},
    } | changes


def result(**changes: Any) -> Json:
    """What an evaluator said."""
    return {
        "id": "res_1",
        "evaluator_id": EVALUATOR_ID,
        "evaluator_version_id": "evv_1",
        "evaluation_id": RUN_ID,
        "log_id": LOG_ID,
        "log": None,
        "value": True,
        "error": None,
        **DATES,
    } | changes


def log(**changes: Any) -> Json:
    """A log."""
    fields: Json = {
        "id": LOG_ID,
        "project": "reviews",
        "project_id": PROJECT_ID,
        "config_id": CONFIG_ID,
        "config": config(),
        "source_datapoint_id": DATAPOINT_ID,
        "inputs": {"review": "review 1"},
        "messages": None,
        "output": "positive",
        "error": None,
        "duration": 0.4,
        "evaluation_results": [],
        "observability_status": "completed",
        **DATES,
    }
    return fields | changes


def created_log(**changes: Any) -> Json:
    """Where a log was kept."""
    return {"id": LOG_ID, "project_id": PROJECT_ID, "session_id": None} | changes


def case(number: int, *evaluators: str, log: Json | None = None, **changes: Any) -> Json:
    """A datapoint of an evaluation: with a log, it has a result of each evaluator."""
    return {
        "datapoint": datapoint(number),
        "log": log,
        "evaluation_results": [result(evaluator_id=one) for one in evaluators if log],
    } | changes


def evaluation(**changes: Any) -> Json:
    """An evaluation."""
    return {
        "id": RUN_ID,
        "status": "pending",
        "config": config(),
        "evaluators": [evaluator()],
        "dataset": dataset(datapoint_count=5),
        "dataset_version_id": "version_1",
        "dataset_snapshot": dataset(),
        "evaluator_aggregates": None,
        **DATES,
    } | changes


def aggregate(**changes: Any) -> Json:
    """What an evaluator found on the whole."""
    return {
        "model_config_id": CONFIG_ID,
        "evaluator_id": EVALUATOR_ID,
        "evaluator_version_id": "evv_1",
        "aggregate_value": 0.75,
    } | changes


def page(records: Sequence[Json], number: int = 0, total: int | None = None) -> Json:
    """A page of any list."""
    count = len(records) if total is None else total
    return {"records": list(records), "page": number, "size": 100, "total": count}


def ok(content: Any, status: int = 200) -> httpx.Response:
    """A good answer."""
    return httpx.Response(status, json=content)


def refusal(*problems: tuple[list[str | int], str]) -> httpx.Response:
    """A 422 that says what is wrong where."""
    detail = [{"loc": where, "msg": what, "type": "value_error"} for where, what in problems]
    return httpx.Response(422, json={"detail": detail})
