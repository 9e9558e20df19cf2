"""Evaluations over HTTP: what create and get answer, and what is refused."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from oxloop.rules.models import model_id
from running_service import until
from scripted_model import ScriptedModel

from .conftest import MODEL, Repo, problem

TICKETS = b"query,hours\nparcel?,3\nrefund!,\nthanks,1\n"


def request(**changes: Any) -> dict[str, Any]:
    """A request that the service takes, with changes."""
    return {
        "prompt": "Say {query}",
        "input_type": "text",
        "output_type": "text",
        "model_id": str(model_id(MODEL)),
        "target_column": "answer",
        "auto_commit": True,
        **changes,
    }


def create(repo: Repo, resource: str, **changes: Any) -> dict[str, Any]:
    """Create an evaluation and answer what was answered."""
    response = repo.http.post(f"{repo.path}/evaluations/{resource}", json=request(**changes))
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["status"], body["status_message"]) == ("success", "resource_found")
    evaluation: dict[str, Any] = body["evaluation"]
    return evaluation


def ended(repo: Repo, evaluation_id: str) -> dict[str, Any]:
    """Wait until an evaluation has ended, and answer it."""
    found: dict[str, Any] = {}

    def has_ended() -> bool:
        response = repo.http.get(f"{repo.path}/evaluations/{evaluation_id}")
        assert response.status_code == 200, response.text
        found.update(response.json()["evaluation"])
        return found["status"] in ("completed", "errored", "cancelled")

    until(has_ended)
    return found


def rows(repo: Repo, resource: str) -> list[Mapping[str, Any]]:
    """The rows of a file."""
    response = repo.http.get(f"{repo.path}/data_frames/{resource}")
    assert response.status_code == 200, response.text
    data: list[Mapping[str, Any]] = response.json()["data_frame"]["view"]["data"]
    return data


def test_an_evaluation_runs_and_commits(repo: Repo) -> None:
    source = repo.put("main/data/tickets.csv", TICKETS)
    created = create(repo, "main/data/tickets.csv", name="first", target_branch="eval/first")
    assert created["status"] == "queued"
    assert created["progress"] == {"processed": 0, "total": 0}
    assert created["closing_commit"] is None
    assert created["started_at"] is None
    assert created["target_path"] is None
    assert created["resource"] == {"path": "data/tickets.csv", "version": "main"}
    assert (created["sample_count"], created["is_sample"]) == (10, False)
    assert created["model"]["id"] == str(model_id(MODEL))

    done = ended(repo, created["id"])
    assert (done["status"], done["error_message"]) == ("completed", None)
    assert done["progress"] == {"processed": 3, "total": 3}
    assert done["tokens_used"] == done["prompt_tokens_used"] + done["completion_tokens_used"] > 0
    assert done["inserted_at"] <= done["started_at"] <= done["completed_at"]
    commit = done["closing_commit"]
    assert commit["parent_ids"] == [source]
    head = repo.http.get(f"{repo.path}/branches/eval/first").json()["branch"]["commit_id"]
    assert head == commit["id"]
    expected = [
        {"query": "parcel?", "hours": 3, "answer": "SAY PARCEL?"},
        {"query": "refund!", "hours": None, "answer": "SAY REFUND!"},
        {"query": "thanks", "hours": 1, "answer": "SAY THANKS"},
    ]
    assert rows(repo, f"{commit['id']}/data/tickets.csv") == expected
    assert rows(repo, "eval/first/data/tickets.csv") == expected
    assert "answer" not in rows(repo, "main/data/tickets.csv")[0]


@pytest.mark.parametrize("slash", ["/", "%2F"])
def test_the_longest_branch_is_read(repo: Repo, slash: str) -> None:
    repo.put("main/tickets.csv", TICKETS)
    repo.branch("eval")
    repo.branch("eval/first")
    repo.put("eval/first/a.csv", b"query\nfirst\n")
    created = create(repo, slash.join(["eval", "first", "a.csv"]))
    assert created["resource"] == {"path": "a.csv", "version": "eval/first"}
    assert created["target_branch"] == "eval/first"
    assert ended(repo, created["id"])["status"] == "completed"


def test_a_commit_is_read_and_written_beside(repo: Repo) -> None:
    commit = repo.put("main/tickets.csv", TICKETS)
    response = repo.http.post(f"{repo.path}/evaluations/{commit}/tickets.csv", json=request())
    assert "target_branch" in problem(response, 400, "invalid_params")
    created = create(repo, f"{commit}/tickets.csv", target_branch="results")
    assert created["resource"]["version"] == commit
    assert ended(repo, created["id"])["target_branch"] == "results"


def test_a_sample_is_the_first_rows(repo: Repo) -> None:
    repo.put("main/tickets.csv", TICKETS)
    created = create(repo, "main/tickets.csv", is_sample=True, sample_count=2.0, batch_size=1.0)
    assert (created["sample_count"], created["is_sample"]) == (2, True)
    done = ended(repo, created["id"])
    assert done["progress"] == {"processed": 2, "total": 2}
    assert [row["answer"] for row in rows(repo, "main/tickets.csv")] == [
        "SAY PARCEL?",
        "SAY REFUND!",
        None,
    ]


def test_progress_moves_while_it_runs(repo: Repo, model: ScriptedModel) -> None:
    repo.put("main/tickets.csv", TICKETS)
    with model.held():
        created = create(repo, "main/tickets.csv")
        address = f"{repo.path}/evaluations/{created['id']}"

        def is_running() -> bool:
            return bool(repo.http.get(address).json()["evaluation"]["status"] == "running")

        until(is_running)
        assert repo.http.get(address).json()["evaluation"]["progress"] == {
            "processed": 0,
            "total": 3,
        }
    assert ended(repo, created["id"])["progress"] == {"processed": 3, "total": 3}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"prompt": "{nothing}"}, "nothing"),
        ({"prompt": ""}, "prompt must not be empty"),
        ({"target_column": "_oxen_id"}, "_oxen_"),
        ({"target_column": "query"}, "query"),
        ({"target_column": "hours"}, "hours"),
        ({"model_id": "demo"}, "model_id must be a uuid"),
        ({"model_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a"}, MODEL),
        ({"input_type": "image"}, "image"),
        ({"output_type": "embeddings"}, "embeddings"),
        ({"output_type": "sound"}, "output_type must be one of text, image, video, embeddings"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"sample_count": "3"}, "sample_count must be a whole number"),
        ({"auto_commit": None}, "auto_commit must be true or false"),
        ({"target_branch": "a b"}, "target_branch"),
        ({"target_path": "../a.csv"}, "target_path"),
        ({"target_path": "a.txt"}, ".txt"),
    ],
)
def test_what_cannot_run_is_told(repo: Repo, changes: Mapping[str, Any], sentence: str) -> None:
    repo.put("main/tickets.csv", TICKETS)
    response = repo.http.post(f"{repo.path}/evaluations/main/tickets.csv", json=request(**changes))
    assert sentence in problem(response, 400, "invalid_params")


@pytest.mark.parametrize(
    "field", ["prompt", "input_type", "output_type", "model_id", "target_column"]
)
def test_what_is_missing_is_named(repo: Repo, field: str) -> None:
    body = request()
    del body[field]
    response = repo.http.post(f"{repo.path}/evaluations/main/tickets.csv", json=body)
    assert problem(response, 400, "invalid_params") == f"{field} is required."


@pytest.mark.parametrize(
    ("resource", "status", "kind"),
    [
        ("main/nothing.csv", 404, "resource_not_found"),
        ("nothing/tickets.csv", 404, "resource_not_found"),
        ("main/", 400, "invalid_params"),
        ("eval/first", 400, "invalid_params"),
        ("main/notes.txt", 400, "invalid_params"),
    ],
)
def test_what_is_no_data_file_is_told(repo: Repo, resource: str, status: int, kind: str) -> None:
    repo.put("main/tickets.csv", TICKETS)
    repo.put("main/notes.txt", b"notes")
    repo.branch("eval/first")
    response = repo.http.post(f"{repo.path}/evaluations/{resource}", json=request(prompt="x"))
    problem(response, status, kind)


@pytest.mark.parametrize("wanted", ["nothing", "d0c8585d-1234-4678-abcd-ef0123456789", "a%2Fb"])
def test_an_unknown_evaluation_is_not_found(repo: Repo, wanted: str) -> None:
    detail = problem(repo.http.get(f"{repo.path}/evaluations/{wanted}"), 404, "resource_not_found")
    assert repo.name in detail


def test_an_evaluation_belongs_to_its_repository(repo: Repo, http: httpx.Client) -> None:
    repo.put("main/tickets.csv", TICKETS)
    created = create(repo, "main/tickets.csv")
    other = f"{repo.name}-other"
    assert http.post("/api/repos", json={"namespace": "ox", "name": other}).status_code == 200
    response = http.get(f"/api/repos/ox/{other}/evaluations/{created['id']}")
    problem(response, 404, "resource_not_found")
    ended(repo, created["id"])
