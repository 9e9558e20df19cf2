"""Makes, over HTTP, what requests to the extensions have to name."""

import time
from collections.abc import Mapping
from typing import Any

import httpx

from oxloop_contract.derive import Values
from oxloop_contract.verify import CannotRun
from oxloop_contract.worlds import prepare_oxen, send
from oxloop_contract.worlds_humanloop import prepare_humanloop

ROWS = 5000
"""Enough that a run over them can be cancelled before its end."""
PATIENCE_SECONDS = 30.0


def prepare_extensions(http: httpx.Client, namespace: str = "contract") -> dict[str, Values]:
    """Make an evaluation that has ended, one that is cancelled, and one of Humanloop's.

    Args:
        http: A client with a key.
        namespace: Where: one that belongs to the key's tenant, or to nobody yet.

    Raises:
        CannotRun: A request was refused, or an evaluation does not end.
    """
    oxen = prepare_oxen(http, namespace)
    repository = dict(oxen["get_repository"].path)
    base = "/{namespace}/{repo_name}".format(**repository)
    model = oxen["create_evaluation"].body["model_id"][0]
    upload = {
        "files": {"file": ("many.csv", "query\n" + "Where is it?\n" * ROWS, "text/csv")},
        "data": {"name": "Contract", "email": "contract@example.com"},
    }
    send(http, {"method": "put", "url": f"/api/repos{base}/file/main/many.csv", **upload})

    def create(file: str) -> dict[str, str]:
        body = {
            "prompt": "{query}",
            "input_type": "text",
            "output_type": "text",
            "model_id": model,
            "target_column": "answer",
        }
        url = f"/api/repos{base}/evaluations/main/{file}"
        made = send(http, {"method": "post", "url": url, "json": body}).json()
        return {**repository, "evaluation_id": made["evaluation"]["id"]}

    cancelled, ended = create("many.csv"), create("tickets.csv")
    one = f"/x/v1/oxen/repos{base}/evaluations/{cancelled['evaluation_id']}"
    send(http, {"method": "post", "url": f"{one}/cancel"})
    _until_completed(http, f"/api/repos{base}/evaluations/{ended['evaluation_id']}")
    humanloop = prepare_humanloop(http)["get_evaluation"].path["id"]
    return {
        "list_evaluations": Values(path=repository),
        "list_evaluation_rows": Values(path=ended),
        "cancel_evaluation": Values(path=cancelled),
        "commit_evaluation": Values(
            path=ended,
            body={
                "target_branch": ["results/contract", "main"],
                "target_path": ["out/answers.csv", "out/answers.jsonl"],
            },
        ),
        "get_evaluation_progress": Values(path={"evaluation_id": humanloop}),
        "send_provider_api_keys": Values(
            path={"evaluation_id": humanloop}, body={"provider_api_keys": [{}]}
        ),
    }


def _until_completed(http: httpx.Client, url: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found: Mapping[str, Any] = send(http, {"method": "get", "url": url}).json()["evaluation"]
        if found["status"] == "completed":
            return
        if found["status"] in ("errored", "cancelled") or time.monotonic() > deadline:
            raise CannotRun(f"{url} is {found['status']}: {found.get('error_message')}")
        time.sleep(0.05)
