"""Makes, over HTTP, what requests to Humanloop's API have to name."""

import secrets
from collections.abc import Sequence
from typing import Any

import httpx
from attrs import frozen

from oxloop_contract.derive import ABSENT, UNIQUE, Fresh, Values
from oxloop_contract.worlds import send

JUDGE = "def judge(log, testcase):\n    return log['output'] == testcase['target']['label']\n"
FREE_JUDGE = "def judge(log):\n    return len(log['output'] or '')\n"
EXTERNAL = {
    "name": "An outside judge",
    "description": "Its verdicts are sent in",
    "arguments_type": "target_free",
    "return_type": "number",
    "type": "external",
}

POINTS = 2000
"""Each log of an evaluation takes one, and there are many requests to log."""


@frozen
class _Made:
    """The ids of what was made."""

    project: str
    config: str
    dataset: str
    datapoints: Sequence[str]
    python: str
    external: str
    evaluation: str
    started: str
    log: str
    evaluation_log: str


def prepare_humanloop(http: httpx.Client) -> dict[str, Values]:
    """Make a project with a config, a dataset, two evaluators, an evaluation and logs.

    Raises:
        CannotRun: A request was refused.
    """
    return _values(_make(http))


def _make(http: httpx.Client) -> _Made:
    def post(url: str, body: Any) -> Any:
        return send(http, {"method": "post", "url": f"/v4{url}", "json": body}).json()

    project = post("/projects", {"name": f"Checks {secrets.token_hex(4)}"})["id"]
    config = post(
        "/model-configs",
        {"project_id": project, "model": "echo", "prompt_template": "Q: {{ text }}"},
    )["config"]["id"]
    dataset = post(f"/projects/{project}/datasets", {"name": "Questions", "description": ""})["id"]
    points = post(
        f"/datasets/{dataset}/datapoints",
        [{"inputs": {"text": f"q{n}"}, "target": {"label": f"Q: q{n}"}} for n in range(POINTS)],
    )
    python = post(
        "/evaluators",
        {
            "name": "Exact",
            "description": "",
            "arguments_type": "target_required",
            "return_type": "boolean",
            "type": "python",
            "code": JUDGE,
        },
    )["id"]
    external = post("/evaluators", EXTERNAL)["id"]
    run = {
        "config_id": config,
        "dataset_id": dataset,
        "evaluator_ids": [python, external],
        "hl_generated": False,
    }
    evaluation, started = (post(f"/projects/{project}/evaluations", run)["id"] for _ in range(2))
    for one in (evaluation, started):
        change = {"url": f"/v4/evaluations/{one}/status", "json": {"status": "running"}}
        send(http, {"method": "patch", **change})
    logged = post(
        f"/evaluations/{evaluation}/log",
        {"datapoint_id": points[0]["id"], "log": {"output": "Q: q0", "config_id": config}},
    )["id"]
    log = post("/logs", {"project_id": project, "config_id": config, "output": "Something"})["id"]
    ids = [point["id"] for point in points]
    return _Made(project, config, dataset, ids, python, external, evaluation, started, log, logged)


def _values(made: _Made) -> dict[str, Values]:
    evaluation = {"evaluation_id": made.evaluation}
    by_id = {"id": made.evaluation}
    evaluatee = {"evaluatee_id": made.config}
    new_log = _log(made)
    return {
        "get_datapoint": Values(path={"id": made.datapoints[0]}),
        "list_datapoints": Values(path={"dataset_id": made.dataset}),
        "create_datapoints": Values(
            path={"dataset_id": made.dataset}, body={"log_ids": [[made.log], [made.log] * 2]}
        ),
        "get_dataset": Values(path={"id": made.dataset}),
        "update_dataset": Values(path={"id": made.dataset}),
        "delete_dataset": Values(
            fresh=Fresh(
                "id",
                f"/v4/projects/{made.project}/datasets",
                {"name": "Gone soon", "description": ""},
            )
        ),
        "list_project_datasets": Values(path={"project_id": made.project}),
        "create_dataset": Values(path={"project_id": made.project}),
        "get_project": Values(path={"id": made.project}),
        "create_project": Values(body={"name": [f"Another {secrets.token_hex(4)} {UNIQUE}"]}),
        "register_model_config": Values(
            body={"project": [ABSENT], "+project_id": [made.project], "tools": [[], ABSENT]}
        ),
        "get_model_config": Values(path={"id": made.config}),
        "create_evaluator": Values(
            body={
                "type": ["external", "human"],
                "code": [JUDGE, FREE_JUDGE],
                "model_config": [{"model": "echo", "prompt_template": "Good? {{ log.output }}"}],
            }
        ),
        "get_evaluator": Values(path={"id": made.python}),
        "update_evaluator": Values(
            path={"id": made.external},
            body={"code": [JUDGE], "model_config": [{"model": "echo"}, ABSENT]},
        ),
        "delete_evaluator": Values(fresh=Fresh("id", "/v4/evaluators", EXTERNAL)),
        "list_evaluations": Values(query={"project_id": made.project, **evaluatee}),
        "list_project_evaluations": Values(path={"project_id": made.project}, query=evaluatee),
        "create_evaluation": Values(
            path={"project_id": made.project},
            body={
                "config_id": [made.config],
                "dataset_id": [made.dataset],
                "evaluator_ids": [[], [made.python], [made.external, made.python]],
                "name": [f"Run {UNIQUE}"],
                "provider_api_keys": [{}, {"openai": "sk-none"}],
            },
        ),
        "get_evaluation": Values(path=by_id, query=evaluatee),
        "list_evaluation_datapoints": Values(path=by_id, query=evaluatee),
        "update_evaluation_status": Values(
            path={"id": made.started}, body={"status": ["running", "completed"]}
        ),
        "add_evaluators": Values(
            path=by_id,
            body={
                "evaluator_ids": [[made.python], [made.external], []],
                "evaluator_version_ids": [[]],
            },
        ),
        "log_to_evaluation": Values(
            path=evaluation,
            query=evaluatee,
            body={
                "*datapoint_id": list(made.datapoints[1:]),
                **{f"log.{name.lstrip('+')}": choices for name, choices in new_log.items()},
                "log.source_datapoint_id": [ABSENT],
            },
        ),
        "add_evaluation_result": Values(
            path=evaluation,
            query=evaluatee,
            body={
                "log_id": [made.evaluation_log],
                "evaluator_id": [made.external],
                "error": [ABSENT],
                "+result": [1, 0.5, -2],
            },
        ),
        "create_logs": Values(body=new_log),
        "get_log": Values(path={"id": made.log}),
        "list_logs": Values(query={"project_id": made.project}),
    }


def _log(made: _Made) -> dict[str, Sequence[Any]]:
    # What a log names must be there; a log need not name it.
    return {
        "config": [ABSENT],
        "+config_id": [made.config],
        "parent_id": [made.log, ABSENT],
        "parent_reference_id": [ABSENT],
        "project": [ABSENT],
        "+project_id": [made.project],
        "session_id": [ABSENT],
        "session_reference_id": [ABSENT],
        "source_datapoint_id": [made.datapoints[0]],
    }
