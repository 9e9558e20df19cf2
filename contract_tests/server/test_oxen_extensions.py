"""What the service offers on Oxen's evaluations beyond Oxen's API: list, rows, cancel, commit."""

from typing import Any

import httpx
import pytest
from running_service import until
from scripted_model import Reply, ScriptedModel

from .conftest import Repo, problem
from .test_oxen_evaluations import TICKETS, create, ended, rows


def address(repo: Repo, evaluation_id: str = "") -> str:
    """The extensions' address of the repository's evaluations, or of one of them."""
    base = f"/x/v1/oxen/repos/ox/{repo.name}/evaluations"
    return f"{base}/{evaluation_id}" if evaluation_id else base


def listed(repo: Repo, evaluation_id: str, **query: int) -> list[dict[str, Any]]:
    """A page of the rows of an evaluation."""
    response = repo.http.get(f"{address(repo, evaluation_id)}/rows", params=query)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["rows"]
    return found


def commit(repo: Repo, evaluation_id: str, **body: str) -> dict[str, Any]:
    """Commit an evaluation and answer it."""
    response = repo.http.post(f"{address(repo, evaluation_id)}/commit", json=body)
    assert response.status_code == 200, response.text
    evaluation: dict[str, Any] = response.json()["evaluation"]
    return evaluation


def uncommitted(repo: Repo, **changes: Any) -> str:
    """The id of an evaluation that has ended and committed nothing."""
    created = create(repo, "main/tickets.csv", auto_commit=False, **changes)
    assert ended(repo, created["id"])["closing_commit"] is None
    return str(created["id"])


def test_evaluations_are_listed_the_newest_first(repo: Repo) -> None:
    repo.put("main/tickets.csv", TICKETS)
    empty = repo.http.get(address(repo)).json()
    assert empty["evaluations"] == []
    assert empty["pagination"]["total_pages"] == 0
    ids = [uncommitted(repo, name=str(number)) for number in range(3)]
    first = repo.http.get(address(repo), params={"page_size": 2}).json()
    second = repo.http.get(address(repo), params={"page_size": 2, "page": 2}).json()
    found = [*first["evaluations"], *second["evaluations"]]
    assert [one["id"] for one in found] == ids[::-1]
    assert found == [
        repo.http.get(f"{repo.path}/evaluations/{one}").json()["evaluation"] for one in ids[::-1]
    ]
    assert second["pagination"] == {
        "page_number": 2,
        "page_size": 2,
        "total_pages": 2,
        "total_entries": 3,
    }


def test_each_row_tells_what_became_of_it(repo: Repo, model: ScriptedModel) -> None:
    repo.put("main/tickets.csv", TICKETS)
    model.script(Reply.status(400, "too rude"))
    run_id = uncommitted(repo, batch_size=1, is_sample=True, sample_count=1)
    (failed,) = listed(repo, run_id)
    assert (failed["row"], failed["status"], failed["output"]) == (0, "failed", None)
    assert "too rude" in failed["error"]
    run_id = uncommitted(repo)
    first, second, third = listed(repo, run_id)
    assert (first["output"], first["status"], first["error"]) == ("SAY PARCEL?", "done", None)
    assert first["duration"] > 0
    assert (second["prompt_tokens"], second["completion_tokens"], second["cost"]) == (2, 2, 0.0)
    assert listed(repo, run_id, page=2, page_size=2) == [third]
    assert listed(repo, run_id, page=9) == []


def test_rows_under_way_are_running(repo: Repo, model: ScriptedModel) -> None:
    repo.put("main/tickets.csv", TICKETS)
    with model.held():
        created = create(repo, "main/tickets.csv")
        until(lambda: [row["status"] for row in listed(repo, created["id"])] == ["running"] * 3)
    ended(repo, created["id"])
    assert {row["status"] for row in listed(repo, created["id"])} == {"done"}


def test_a_cancelled_run_keeps_what_is_done_and_can_be_committed(
    repo: Repo, model: ScriptedModel
) -> None:
    repo.put("main/tickets.csv", b"query,answer\n" + b"".join(b"q%d,old\n" % n for n in range(40)))
    asked = len(model.calls)
    with model.held():
        created = create(repo, "main/tickets.csv")
        model.wait_for(asked + 1)
        path = f"{address(repo, created['id'])}/cancel"
        problem(repo.http.post(f"{address(repo, created['id'])}/commit", json={}), 409, "conflict")
        cancelled = repo.http.post(path).json()["evaluation"]
    assert (cancelled["status"], cancelled["closing_commit"]) == ("cancelled", None)
    assert repo.http.post(path).json()["evaluation"] == cancelled
    assert {row["status"] for row in listed(repo, created["id"])} == {"pending"}
    nothing = repo.http.post(f"{address(repo, created['id'])}/commit", json={})
    assert "no answer" in problem(nothing, 409, "conflict")


def test_a_run_that_has_ended_is_not_cancelled(repo: Repo) -> None:
    repo.put("main/tickets.csv", TICKETS)
    run_id = uncommitted(repo)
    response = repo.http.post(f"{address(repo, run_id)}/cancel")
    assert "completed" in problem(response, 409, "conflict")


def test_what_was_not_committed_is_committed_later_and_once(repo: Repo) -> None:
    source = repo.put("main/tickets.csv", TICKETS)
    run_id = uncommitted(repo, target_branch="eval/first")
    done = commit(repo, run_id)
    assert (done["status"], done["target_branch"]) == ("completed", "eval/first")
    assert done["closing_commit"]["parent_ids"] == [source]
    assert [row["answer"] for row in rows(repo, "eval/first/tickets.csv")] == [
        "SAY PARCEL?",
        "SAY REFUND!",
        "SAY THANKS",
    ]
    assert commit(repo, run_id) == done
    assert repo.http.get(f"{repo.path}/evaluations/{run_id}").json()["evaluation"] == done


def test_it_may_be_committed_elsewhere(repo: Repo) -> None:
    repo.put("main/tickets.csv", TICKETS)
    run_id = uncommitted(repo)
    where = {"target_branch": "eval/second", "target_path": "out/answers.jsonl"}
    done = commit(repo, run_id, **where, commit_message="Answers")
    assert {name: done[name] for name in where} == where
    assert done["closing_commit"]["message"] == "Answers"
    assert len(rows(repo, f"{done['closing_commit']['id']}/out/answers.jsonl")) == 3
    assert commit(repo, run_id, **where) == done
    assert commit(repo, run_id, target_branch="main")["closing_commit"] != done["closing_commit"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"target_branch": "a b"}, "target_branch"),
        ({"target_path": "../a.csv"}, "target_path"),
        ({"target_path": "a.txt"}, ".txt"),
        ({"target_path": "tickets.csv/a.csv"}, "tickets.csv"),
        ({"commit_message": 1}, "commit_message"),
    ],
)
def test_a_target_that_cannot_be_is_told(repo: Repo, body: dict[str, Any], sentence: str) -> None:
    repo.put("main/tickets.csv", TICKETS)
    run_id = uncommitted(repo)
    response = repo.http.post(f"{address(repo, run_id)}/commit", json=body)
    assert sentence in problem(response, 400, "invalid_params")
    assert commit(repo, run_id)["closing_commit"]


@pytest.mark.parametrize(
    ("method", "end"), [("GET", "rows"), ("POST", "cancel"), ("POST", "commit")]
)
def test_an_evaluation_belongs_to_its_repository(
    repo: Repo, http: httpx.Client, method: str, end: str
) -> None:
    repo.put("main/tickets.csv", TICKETS)
    run_id = uncommitted(repo)
    other = f"{repo.name}-other"
    assert http.post("/api/repos", json={"namespace": "ox", "name": other}).status_code == 200
    path = f"/x/v1/oxen/repos/ox/{other}/evaluations/{run_id}/{end}"
    body = b"{}" if end == "commit" else b""
    headers = {"content-type": "application/json"}
    response = http.request(method, path, content=body, headers=headers)
    problem(response, 404, "resource_not_found")


def test_no_extension_on_evaluations_is_without_a_key(repo: Repo) -> None:
    with repo.service.client(key="") as anybody:
        problem(anybody.get(address(repo)), 401, "unauthenticated")
