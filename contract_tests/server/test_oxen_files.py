"""Several files in one commit, and files that are taken out or moved."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from .conftest import Repo, problem

BY = {"name": "Ann", "email": "ann@example.com", "message": "Do it"}


def send(
    repo: Repo, resource: str, *files: tuple[str, bytes], field: str = "files[]"
) -> httpx.Response:
    """Upload several files in one form."""
    parts: Sequence[tuple[str, Any]] = [(field, file) for file in files]
    return repo.http.put(f"{repo.path}/file/{resource}", files=parts, data=BY)


def delete(repo: Repo, resource: str, **form: str) -> httpx.Response:
    """Take a file out. A form with nothing else in it is multipart all the same."""
    fields = [(name, (None, value)) for name, value in form.items() or {"message": ""}.items()]
    return repo.http.request("DELETE", f"{repo.path}/file/{resource}", files=fields)


def move(repo: Repo, resource: str, new_path: str, **more: Any) -> httpx.Response:
    """Move a file."""
    body = {"new_path": new_path, **more}
    return repo.http.patch(f"{repo.path}/file/{resource}", json=body)


def commits(repo: Repo, branch: str = "main") -> list[dict[str, Any]]:
    """A branch's commits, the newest first."""
    answer: dict[str, list[dict[str, Any]]] = repo.http.get(
        f"{repo.path}/commits/history/{branch}"
    ).json()
    return answer["commits"]


def paths(repo: Repo, revision: str, folder: str = "") -> list[str]:
    """What is in a folder."""
    listed = repo.http.get(f"{repo.path}/dir/{revision}{folder and '/' + folder}").json()
    return [entry["filename"] for entry in listed["entries"]]


@pytest.mark.parametrize("folder", ["", "/new/deep"])
def test_several_files_go_into_a_folder_in_one_commit(repo: Repo, folder: str) -> None:
    before = len(commits(repo))
    answer = send(repo, f"main{folder}", ("a.csv", b"a"), ("ü.csv", b""), ("same.csv", b"a"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["status_message"] == "resource_created"
    made, *earlier = commits(repo)
    assert made == answer.json()["commit"]
    assert (made["message"], made["author"], made["email"]) == ("Do it", "Ann", "ann@example.com")
    assert len(earlier) == before
    for name, content in (("a.csv", b"a"), ("ü.csv", b""), ("same.csv", b"a")):
        assert repo.get(f"main{folder}/{name}").content == content
        assert repo.get(f"main{folder}/{name}").headers["oxen-revision-id"] == made["id"]


def test_files_that_are_there_already_make_no_commit(repo: Repo) -> None:
    first = send(repo, "main", ("a.csv", b"a"), ("b.csv", b"b")).json()
    again = send(repo, "main", ("b.csv", b"b"), ("a.csv", b"a")).json()
    assert (again["commit"], again["status_message"]) == (first["commit"], "resource_found")
    changed = send(repo, "main", ("a.csv", b"a"), ("b.csv", b"B")).json()["commit"]["id"]
    assert repo.get("main/a.csv").headers["oxen-revision-id"] == first["commit"]["id"]
    assert repo.get("main/b.csv").headers["oxen-revision-id"] == changed


def test_one_file_goes_into_a_folder_that_is_there_under_its_own_name(repo: Repo) -> None:
    repo.put("main/data/a.csv", b"a")
    assert send(repo, "main/data", ("b.csv", b"b"), field="file").status_code == 200
    assert paths(repo, "main", "data") == ["a.csv", "b.csv"]
    assert send(repo, "main/other", ("b.csv", b"b"), field="file").status_code == 200
    assert repo.get("main/other").content == b"b"


@pytest.mark.parametrize(
    ("resource", "files", "field", "said"),
    [
        ("main/d", [], "files[]", "The form has no file"),
        ("main", [("a.csv", b"a")], "file", "add a slash"),
        ("main/d", [("a.csv", b"a"), ("a.csv", b"b")], "files[]", "the same name"),
        ("main/d", [("a/b.csv", b"a")], "files[]", "file's name"),
        ("main/d", [("..", b"a")], "files[]", "file's name"),
        ("main/a.csv", [("b.csv", b"a")], "files[]", "'a.csv' is a file, not a folder"),
        ("main", [("data", b"a")], "files[]", "'data' is a folder, not a file"),
        ("main/d", [(f"{n}.csv", b"a") for n in range(101)], "files[]", "more than 100 files"),
    ],
)
def test_an_upload_that_makes_no_sense_changes_nothing(
    repo: Repo, resource: str, files: list[tuple[str, bytes]], field: str, said: str
) -> None:
    repo.put("main/a.csv", b"here")
    repo.put("main/data/b.csv", b"here")
    before = commits(repo)
    form = files or [("nothing", b"")]
    answer = send(repo, resource, *form, field=field if files else "other")
    assert said in problem(answer, 400, "invalid_params")
    assert commits(repo) == before


def test_a_form_has_one_file_or_several(repo: Repo) -> None:
    parts = [("file", ("a", b"a")), ("files[]", ("b", b"b"))]
    answer = repo.http.put(f"{repo.path}/file/main/x", files=parts, data=BY)
    assert "not both" in problem(answer, 400, "invalid_params")


def test_a_file_is_taken_out_and_stays_in_earlier_commits(repo: Repo) -> None:
    first = repo.put("main/data/a.csv", b"a")
    second = repo.put("main/data/b.csv", b"b")
    repo.branch("other")
    answer = delete(repo, "main/data/a.csv", **BY)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["status_message"] == "resource_deleted"
    assert body["commit"]["parent_ids"] == [second]
    assert (body["commit"]["message"], body["commit"]["author"]) == ("Do it", "Ann")
    assert commits(repo)[0] == body["commit"]
    assert repo.get("main/data/a.csv").status_code == 404
    assert repo.get("main/data/b.csv").headers["oxen-revision-id"] == second
    assert repo.get(f"{first}/data/a.csv").content == b"a"
    assert repo.get("other/data/a.csv").content == b"a"
    assert "nothing at 'data/a.csv'" in problem(
        delete(repo, "main/data/a.csv"), 404, "resource_not_found"
    )


def test_a_folder_is_taken_out_with_all_that_is_in_it(repo: Repo) -> None:
    for path in ("data/a.csv", "data/deep/b.csv", "data.csv"):
        repo.put(f"main/{path}", b"x")
    commit = delete(repo, "main/data").json()["commit"]
    assert (commit["message"], commit["author"], commit["email"]) == ("Remove data", "oxloop", "")
    assert paths(repo, "main") == ["data.csv"]


def test_only_a_path_on_a_branch_is_taken_out(repo: Repo) -> None:
    commit = repo.put("main/a.csv", b"a")
    assert "name a branch" in problem(delete(repo, f"{commit}/a.csv"), 404, "resource_not_found")
    assert "add a slash" in problem(delete(repo, "main"), 400, "invalid_params")
    assert "begins with no" in problem(delete(repo, "none/a.csv"), 404, "resource_not_found")
    file = {"files[]": ("a.csv", b"a")}
    answer = repo.http.request("DELETE", f"{repo.path}/file/main/a.csv", files=file)
    assert "No file is wanted here" in problem(answer, 400, "invalid_params")
    assert repo.get("main/a.csv").content == b"a"


def test_a_file_is_moved(repo: Repo) -> None:
    before = repo.put("main/a.csv", b"a")
    answer = move(repo, "main/a.csv", "data/ü.csv", message="Away", name=None)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["status_message"] == "resource_updated"
    assert body["commit"]["parent_ids"] == [before]
    assert (body["commit"]["message"], body["commit"]["author"]) == ("Away", "oxloop")
    assert repo.get("main/a.csv").status_code == 404
    assert repo.get("main/data/ü.csv").content == b"a"
    assert repo.get("main/data/ü.csv").headers["oxen-revision-id"] == body["commit"]["id"]


@pytest.mark.parametrize(
    ("path", "new_path", "status", "kind", "said"),
    [
        ("none.csv", "b.csv", 404, "resource_not_found", "no file 'none.csv'"),
        ("data", "b", 404, "resource_not_found", "no file 'data'"),
        ("a.csv", "data/b.csv", 400, "invalid_params", "already"),
        ("a.csv", "a.csv", 400, "invalid_params", "already"),
        ("a.csv", "data", 400, "invalid_params", "is a folder"),
        ("a.csv", "data/b.csv/c.csv", 400, "invalid_params", "is a file"),
        ("a.csv", "../b.csv", 400, "invalid_params", "new_path"),
    ],
)
def test_a_file_is_not_moved_to_where_it_cannot_be(
    repo: Repo, path: str, new_path: str, status: int, kind: str, said: str
) -> None:
    repo.put("main/a.csv", b"a")
    repo.put("main/data/b.csv", b"b")
    before = commits(repo)
    assert said in problem(move(repo, f"main/{path}", new_path), status, kind)
    assert commits(repo) == before


def test_a_file_may_move_into_a_folder_that_was_its_own_name(repo: Repo) -> None:
    repo.put("main/a", b"a")
    assert move(repo, "main/a", "a/a").status_code == 200
    assert repo.get("main/a/a").content == b"a"
