"""How far a run of Humanloop's has come: counted by the server, and counted again here."""

from typing import Any

from oxloop_contract.machines.running import Walk, World

POINTS = 3
KEYS = {"openai": "sk-none"}


def walk(world: World) -> None:
    """Log and judge the datapoints of a run one by one."""
    call = world.speak("humanloop").call
    project = call("create_project", 201, body={"name": world.unique("progress")}).json["id"]
    config = call("register_model_config", body={"project_id": project, "model": "echo"})
    config_id = config.json["config"]["id"]
    body: dict[str, Any] = {"name": "Points", "description": ""}
    dataset = call("create_dataset", 201, project_id=project, body=body).json["id"]
    points = [{"inputs": {"n": str(number)}} for number in range(POINTS)]
    points = call("create_datapoints", 201, dataset_id=dataset, body=points).json
    judges = [_judge(world, name) for name in ("one", "two")]
    body = {
        "config_id": config_id,
        "dataset_id": dataset,
        "evaluator_ids": judges,
        "hl_generated": False,
        "provider_api_keys": KEYS,
    }
    run = call("create_evaluation", 201, project_id=project, body=body).json["id"]
    call("update_evaluation_status", id=run, body={"status": "running"})
    _told(world, run, 0)
    for number, point in enumerate(points):
        log = {"output": f"o{number}", "config_id": config_id}
        body = {"datapoint_id": point["id"], "log": log}
        log_id = call("log_to_evaluation", 201, evaluation_id=run, body=body).json["id"]
        _told(world, run, number)
        for judge in judges:
            _told(world, run, number)
            body = {"log_id": log_id, "evaluator_id": judge, "result": 1}
            call("add_evaluation_result", 201, evaluation_id=run, body=body)
        _told(world, run, number + 1)
    if world.other is not None:
        world.other.call("get_evaluation_progress", 404, evaluation_id=run)
        world.wire.verify("other tenant", "get_evaluation_progress", True, "")


def _judge(world: World, name: str) -> str:
    body = {
        "name": world.unique(name),
        "description": "",
        "arguments_type": "target_free",
        "return_type": "number",
        "type": "external",
    }
    made: str = world.speak("humanloop").call("create_evaluator", 201, body=body).json["id"]
    return made


def _told(world: World, run: str, done: int) -> None:
    operation = "get_evaluation_progress"
    found = world.wire.call(operation, evaluation_id=run).json
    counts = found["done"], found["total"]
    world.wire.equal("aggregate", operation, counts, (done, POINTS), "done and total")
    body = {"provider_api_keys": KEYS}
    operation = "send_provider_api_keys"
    again = world.wire.call(operation, evaluation_id=run, body=body).json
    world.wire.equal("same in every view", operation, again, found, "the progress")


PROGRESS = Walk(
    "progress",
    walk,
    {
        "aggregate": ("get_evaluation_progress",),
        "same in every view": ("send_provider_api_keys",),
        "other tenant": ("get_evaluation_progress",),
    },
)
"""The walk through the progress of a run."""
