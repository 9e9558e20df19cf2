"""Commits, folders, and branches that go."""

from typing import Any

import pytest

from .conftest import Repo, problem
from .test_oxen_evaluations import create, ended


def history(repo: Repo, resource: str, **query: int) -> list[str]:
    """The ids of the commits that a resource goes back to."""
    response = repo.http.get(f"{repo.path}/commits/history/{resource}", params=query)
    assert response.status_code == 200, response.text
    return [commit["id"] for commit in response.json()["commits"]]


def listed(repo: Repo, resource: str, **query: int) -> dict[str, Any]:
    """What a folder is said to hold."""
    response = repo.http.get(f"{repo.path}/dir/{resource}", params=query)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_a_branch_goes_back_to_its_first_commit(repo: Repo) -> None:
    first = repo.branch("main")
    second, third = repo.put("main/a.csv", b"a\n1\n"), repo.put("main/b.csv", b"b\n1\n")
    repo.branch("eval/first", second)
    other = repo.put("eval/first/c.csv", b"c\n1\n")
    assert history(repo, "main") == [third, second, first]
    assert history(repo, "eval/first") == [other, second, first]
    assert history(repo, second) == [second, first]


def test_a_page_of_it_says_where_it_is(repo: Repo) -> None:
    ids = [repo.put("main/a.csv", b"a\n%d\n" % number) for number in range(4)]
    assert history(repo, "main", page=2, page_size=2) == ids[1::-1]
    body = repo.http.get(f"{repo.path}/commits/history/main", params={"page_size": 2}).json()
    counts = {name: value for name, value in body.items() if name.startswith(("page", "total"))}
    assert counts == {"page_number": 1, "page_size": 2, "total_pages": 3, "total_entries": 5}
    assert history(repo, "main", page=9) == []


def test_a_path_has_the_commits_that_changed_it(repo: Repo) -> None:
    one = repo.put("main/data/a.csv", b"a\n1\n")
    two = repo.put("main/data/sub/b.csv", b"b\n1\n")
    three = repo.put("main/data/a.csv", b"a\n2\n")
    repo.put("main/data.csv", b"c\n1\n")
    repo.put("main/data0", b"c\n1\n")
    assert history(repo, "main/data/a.csv") == [three, one]
    assert history(repo, "main/data") == [three, two, one]
    assert history(repo, "main/data/sub") == [two]
    assert history(repo, f"{two}/data/a.csv") == [one]
    problem(repo.http.get(f"{repo.path}/commits/history/main/nothing"), 404, "resource_not_found")
    problem(repo.http.get(f"{repo.path}/commits/history/nothing"), 404, "resource_not_found")


def test_a_commit_is_found_by_its_id(repo: Repo) -> None:
    made = repo.upload("main/a.csv", b"a\n1\n").json()["commit"]
    body = repo.http.get(f"{repo.path}/commits/{made['id']}").json()
    assert body == {"commit": made, "status": "success", "status_message": "resource_found"}
    problem(repo.http.get(f"{repo.path}/commits/{'0' * 32}"), 404, "resource_not_found")
    problem(repo.http.get(f"{repo.path}/commits/main"), 404, "resource_not_found")


def test_a_folder_lists_files_and_folders(repo: Repo) -> None:
    one = repo.put("main/data/a.csv", b"a\n1\n")
    two = repo.put("main/data/sub/b.csv", b"b\n22\n")
    three = repo.put("main/z.csv", b"z\n")
    found = listed(repo, "main")
    assert [
        (one["filename"], one["is_dir"], one["size"], one["latest_commit"]["id"])
        for one in found["entries"]
    ] == [("data", True, 9, two), ("z.csv", False, 2, three)]
    assert found["resource"] == {"path": "", "version": "main"}
    inside = listed(repo, "main/data")["entries"]
    assert [(entry["filename"], entry["latest_commit"]["id"]) for entry in inside] == [
        ("a.csv", one),
        ("sub", two),
    ]
    assert [entry["filename"] for entry in listed(repo, one)["entries"]] == ["data"]


def test_a_folders_hash_is_that_of_its_content(repo: Repo) -> None:
    for path in ("one/a.csv", "two/a.csv", "three/b.csv"):
        repo.put(f"main/{path}", b"a\n1\n")
    one, three, two = (entry["hash"] for entry in listed(repo, "main")["entries"])
    assert one == two != three


def test_a_folder_comes_in_pages(repo: Repo) -> None:
    for number in range(5):
        repo.put(f"main/{number}.csv", b"a\n")
    page = listed(repo, "main", page=2, page_size=2)
    assert [entry["filename"] for entry in page["entries"]] == ["2.csv", "3.csv"]
    assert (page["total_pages"], page["total_entries"]) == (3, 5)


@pytest.mark.parametrize(
    ("resource", "status", "kind"),
    [
        ("main/nothing", 404, "resource_not_found"),
        ("nothing", 404, "resource_not_found"),
        ("main/a.csv", 400, "invalid_params"),
        ("main?depth=1", 400, "invalid_params"),
    ],
)
def test_what_is_no_folder_is_told(repo: Repo, resource: str, status: int, kind: str) -> None:
    repo.put("main/a.csv", b"a\n")
    problem(repo.http.get(f"{repo.path}/dir/{resource}"), status, kind)


def test_an_empty_repository_has_an_empty_folder(repo: Repo) -> None:
    found = listed(repo, "main")
    assert (found["entries"], found["total_pages"]) == ([], 0)


def test_a_branch_goes_and_its_commits_stay(repo: Repo) -> None:
    repo.branch("eval/first")
    commit = repo.put("eval/first/a.csv", b"a\n1\n")
    response = repo.http.delete(f"{repo.path}/branches/eval/first")
    assert response.json() == {
        "branch": {"name": "eval/first", "commit_id": commit},
        "status": "success",
        "status_message": "resource_deleted",
    }
    problem(repo.http.get(f"{repo.path}/branches/eval/first"), 404, "resource_not_found")
    problem(repo.http.delete(f"{repo.path}/branches/eval/first"), 404, "resource_not_found")
    assert repo.get(f"{commit}/a.csv").content == b"a\n1\n"


def test_the_branch_that_every_repository_has_stays(repo: Repo) -> None:
    assert "main" in problem(repo.http.delete(f"{repo.path}/branches/main"), 400, "invalid_params")


def test_a_run_makes_its_target_branch_again(repo: Repo) -> None:
    repo.put("main/a.csv", b"query\na\n")
    repo.branch("eval/first")
    created = create(repo, "main/a.csv", target_branch="eval/first", auto_commit=False)
    ended(repo, created["id"])
    repo.http.delete(f"{repo.path}/branches/eval/first")
    extension = f"/x/v1/oxen/repos/ox/{repo.name}/evaluations/{created['id']}/commit"
    made = repo.http.post(extension, json={}).json()["evaluation"]["closing_commit"]
    head = repo.http.get(f"{repo.path}/branches/eval/first").json()["branch"]["commit_id"]
    assert head == made["id"]
