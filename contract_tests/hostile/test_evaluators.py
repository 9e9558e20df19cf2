"""Evaluators and prompts that try to break out, or never to end: an error on their result alone."""

import json
import time
from typing import Any

import httpx
import pytest
from running_service import until

BAD_CODE: dict[str, str] = {
    "an endless loop": "def e(log):\n    while True:\n        pass\n",
    "memory": "def e(log):\n    a = [0]\n    while True:\n        a = a + a\n",
    "a large number": "def e(log):\n    return 9 ** 9 ** 9\n",
    "a large text": "def e(log):\n    return len('x' * 10 ** 11)\n",
    "recursion": "def e(log):\n    return e(log)\n",
    "a regular expression": (
        "import re\ndef e(log):\n    return re.match(r'(a+)+$', 'a' * 40 + 'b') is None\n"
    ),
    "a file": "def e(log):\n    return len(open('/etc/passwd').read())\n",
    "a process": "import subprocess\ndef e(log):\n    return len(subprocess.run(['id']))\n",
    "the system": "import os\ndef e(log):\n    return len(os.environ)\n",
    "the network": "import socket\ndef e(log):\n    return socket.create_connection(('x', 1))\n",
    "the way up": ("def e(log):\n    return len(().__class__.__base__.__subclasses__())\n"),
    "eval": 'def e(log):\n    return len(eval("open(1)"))\n',
    "import": "def e(log):\n    return len(__import__('os').environ)\n",
    "the end": "def e(log):\n    raise SystemExit\n",
    "much output": "def e(log):\n    while True:\n        print('x' * 1000)\n",
    "a wrong kind": "def e(log):\n    return {'a': e}\n",
}

# Each step doubles the comparisons: the last ones would outlast the machine.
_STEPS = {f"s{n}": {"allOf": [{"$ref": f"#/$defs/s{n + 1}"}] * 2} for n in range(90)}
ENDLESS_SCHEMA = {"$ref": "#/$defs/s0", "$defs": {**_STEPS, "s90": {"type": "string"}}}


def _post(http: httpx.Client, path: str, body: Any) -> Any:
    response = http.post(path, json=body)
    assert response.status_code in (200, 201), response.text
    return response.json()


def _evaluate(
    http: httpx.Client, evaluators: list[str], config: dict[str, Any]
) -> list[dict[str, Any]]:
    """Run evaluators over one datapoint, and answer its page."""
    name = f"hostile {time.monotonic_ns()}"
    project = _post(http, "/v4/projects", {"name": name})["id"]
    asked = {"project_id": project, "model": "scripted", **config}
    used = _post(http, "/v4/model-configs", asked)["config"]["id"]
    about = {"name": name, "description": name}
    dataset = _post(http, f"/v4/projects/{project}/datasets", about)["id"]
    _post(http, f"/v4/datasets/{dataset}/datapoints", {"inputs": {"text": "hello"}})
    body = {"config_id": used, "dataset_id": dataset, "evaluator_ids": evaluators}
    run = _post(http, f"/v4/projects/{project}/evaluations", body)["id"]
    http.patch(f"/v4/evaluations/{run}/status", json={"status": "running"})
    until(lambda: http.get(f"/v4/evaluations/{run}").json()["status"] == "completed")
    records: list[dict[str, Any]] = http.get(f"/v4/evaluations/{run}/datapoints").json()["records"]
    return records


def test_each_is_an_error_and_the_good_one_is_heard(humanloop: httpx.Client) -> None:
    def evaluator(name: str, code: str, returns: str = "number") -> str:
        body = {
            "name": name,
            "description": name,
            "arguments_type": "target_free",
            "return_type": returns,
            "type": "python",
            "code": code,
        }
        return str(_post(humanloop, "/v4/evaluators", body)["id"])

    made = {evaluator(name, code): name for name, code in BAD_CODE.items()}
    schema = "oxloop:json_schema " + json.dumps({"schema": ENDLESS_SCHEMA})
    made[evaluator("a schema", schema, "boolean")] = "a schema"
    good = evaluator("good", "def e(log):\n    return len(log['output'])\n")
    # The model says it again, and it is JSON, so that there is something to hold against a schema.
    template = {"prompt_template": '"{{text}}"'}
    (record,) = _evaluate(humanloop, [*made, good], template)
    results = {one["evaluator_id"]: one for one in record["evaluation_results"]}
    wrong = {
        name: results[made_id]
        for made_id, name in made.items()
        if results[made_id]["error"] is None or results[made_id].get("value") is not None
    }
    assert wrong == {}
    assert results[good]["error"] is None


TEMPLATES: dict[str, str] = {
    "an endless loop": "{% for a in range(10 ** 9) %}{% for b in range(10 ** 9) %}{% endfor %}"
    "{% endfor %}",
    "memory": "{{ 'x' * 10 ** 11 }}",
    "a large number": "{{ 9 ** (9 ** 9) }}",
    "the way up": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "the way out": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "a file": "{% include '/etc/passwd' %}",
    "no template": "{% if %}",
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_an_error_of_its_log(humanloop: httpx.Client, template: str) -> None:
    config = {"prompt_template": TEMPLATES[template], "template_language": "jinja"}
    name = {"project": f"template {template}", "model": "scripted", **config}
    refused = humanloop.post("/v4/model-configs", json=name)
    if refused.status_code == 422:
        return
    (record,) = _evaluate(humanloop, [], config)
    log = record["log"]
    assert log["output"] is None
    assert log["error"]
