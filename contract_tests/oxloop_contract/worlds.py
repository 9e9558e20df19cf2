"""Makes, over HTTP, what requests have to name: repositories, files, branches, a model."""

import secrets
from collections.abc import Mapping
from typing import Any

import httpx
from oxloop_api.oxen.api.branches import create_branch, get_branch
from oxloop_api.oxen.api.evaluations import create_evaluation
from oxloop_api.oxen.api.models import list_models
from oxloop_api.oxen.api.repositories import create_repository
from oxloop_api.oxen.models import (
    CreateBranchRequest,
    CreateEvaluationRequest,
    CreateRepositoryRequest,
)

from oxloop_contract.derive import ABSENT, UNIQUE, Fresh, Values
from oxloop_contract.verify import CannotRun

ROWS = "query,department\n" + "".join(f"Where is parcel {n}?,\n" for n in range(12))


def connect(base_url: str, api_key: str) -> httpx.Client:
    """Return a client that authenticates as both APIs do."""
    headers = {"Authorization": f"Bearer {api_key}", "X-API-KEY": api_key}
    return httpx.Client(base_url=base_url, headers=headers, timeout=30)


def prepare_oxen(http: httpx.Client, namespace: str = "contract") -> dict[str, Values]:
    """Make a repository with a file on two branches and one evaluation of it.

    Args:
        http: A client with a key.
        namespace: Where: one that belongs to the key's tenant, or to nobody yet.

    Raises:
        CannotRun: A request was refused, or the server has no model for text.
    """
    repo_name = f"checks-{secrets.token_hex(4)}"
    repository = {"namespace": namespace, "repo_name": repo_name}
    send(
        http,
        create_repository.build_request(
            body=CreateRepositoryRequest(namespace=namespace, name=repo_name)
        ),
    )
    for path in ("tickets.csv", "data/2026/tickets.csv"):
        send(
            http,
            {
                "method": "put",
                "url": f"/api/repos/{namespace}/{repo_name}/file/main/{path}",
                "files": {"file": (path, ROWS.encode(), "text/csv")},
                "data": {
                    "name": "Contract",
                    "email": "contract@example.com",
                    "message": "Add rows",
                },
            },
        )
    for branch in ("eval/first", "uploads/new"):
        body = CreateBranchRequest(new_name=branch, from_name="main")
        send(http, create_branch.build_request(**repository, body=body))
    model = _text_model(http)
    created = send(
        http,
        create_evaluation.build_request(
            **repository,
            revision="eval/first",
            file_path="data/2026/tickets.csv",
            body=CreateEvaluationRequest.from_dict(
                {
                    "prompt": "{query}",
                    "input_type": "text",
                    "output_type": "text",
                    "model_id": model["uuid"],
                    "target_column": "answer",
                }
            ),
        ),
    ).json()
    file = {**repository, "resource": "eval/first/data/2026/tickets.csv"}
    main = send(http, get_branch.build_request(**repository, branch_name="main")).json()
    commit = main["branch"]["commit_id"]
    return {
        "create_evaluation": Values(
            path={**repository, "revision": "eval/first", "file_path": "data/2026/tickets.csv"},
            body={
                "model_id": [model["uuid"]],
                "input_type": ["text"],
                "output_type": ["text"],
                "prompt": ["Which department? {query}", 'Answer as {"a": 1}: {query}', "{{query}}"],
                "target_column": ["answer", "Antwort für später"],
                "target_branch": ["results/contract", "main"],
                "target_path": ["out/answers.csv", "out/answers.jsonl", "out/answers.parquet"],
            },
        ),
        "get_evaluation": Values(path={**repository, "evaluation_id": created["evaluation"]["id"]}),
        "create_repository": Values(body={"name": [f"{repo_name}-{UNIQUE}"]}),
        "get_repository": Values(path=repository),
        "download_file": Values(path=file),
        "upload_file": Values(
            path={**repository, "resource": "uploads/new/data/2026/new.csv"},
            free={"resource": 3},
            body={"+file": ["query\nWhere?\n"], "files[]": [ABSENT]},
        ),
        "delete_file": Values(
            path={**repository, "resource": "gone/soon/data/2026/tickets.csv"},
            fresh=_fresh_branch(repository, "resource_2"),
        ),
        "move_file": Values(
            path={**repository, "resource": "gone/soon/data/2026/tickets.csv"},
            body={"new_path": ["moved/tickets.csv", "Karten für später.csv"]},
            fresh=_fresh_branch(repository, "resource_2"),
        ),
        "get_data_frame": Values(path=file, query={"columns": "query", "slice": "2..9"}),
        "list_branches": Values(path=repository),
        "create_branch": Values(
            path=repository,
            body={"new_name": ["eval/second", "third"], "from_name": ["main", "eval/first"]},
        ),
        "get_branch": Values(path={**repository, "branch_name": "eval/first"}),
        "delete_branch": Values(
            path={**repository, "branch_name": "gone/soon"},
            free={"branch_name": 1},
            fresh=_fresh_branch(repository, "branch_name_2"),
        ),
        "list_commits": Values(path=file),
        "get_commit": Values(path={**repository, "commit_id": commit}),
        "list_directory": Values(path={**repository, "resource": "eval/first/data"}),
        "get_model": Values(path={"model": model["id"]}),
        "create_chat_completion": Values(body={"model": [model["id"]], "stream": [False]}),
    }


def _fresh_branch(repository: Mapping[str, str], parameter: str) -> Fresh:
    return Fresh(
        parameter,
        "/api/repos/{namespace}/{repo_name}/branches".format(**repository),
        {"new_name": f"gone/{UNIQUE}", "from_name": "main"},
        ("branch", "name"),
    )


def _text_model(http: httpx.Client) -> dict[str, Any]:
    models = send(http, list_models.build_request()).json()["data"]
    for model in models:
        capabilities: dict[str, list[str]] = model.get("capabilities") or {}
        if model.get("uuid") and "text" in (capabilities.get("output") or ()):
            return dict(model)
    raise CannotRun(
        "the server lists no model for text whose uuid it tells: register one first, for the local "
        "service with `oxloop models add NAME --base-url URL`"
    )


def send(http: httpx.Client, request: Mapping[str, Any]) -> httpx.Response:
    """Send a request that the checks need to go well.

    Args:
        http: The client.
        request: What ``httpx.Client.request`` takes.

    Raises:
        CannotRun: It was refused, or the server does not answer.
    """
    try:
        response = http.request(**request)
    except httpx.HTTPError as error:
        raise CannotRun(f"{http.base_url} does not answer: {error}") from error
    if not response.is_success:
        raise CannotRun(
            f"{response.request.method} {response.request.url.path} was refused with "
            f"{response.status_code}: {response.text[:300]}"
        )
    return response
