"""Repositories, branches and files over HTTP."""

import httpx
import pytest
from running_service import Running

from .conftest import Repo, problem


def test_a_repository_is_made_and_found(http: httpx.Client, repo: Repo) -> None:
    found = http.get(repo.path)
    assert found.status_code == 200
    assert found.json()["status_message"] == "resource_found"
    repository = found.json()["repository"]
    assert (repository["namespace"], repository["name"]) == ("ox", repo.name)
    assert repository["is_empty"]
    repo.put("main/a.csv", b"a\n1\n")
    assert not http.get(repo.path).json()["repository"]["is_empty"]


def test_a_repository_is_made_once(http: httpx.Client, repo: Repo) -> None:
    again = http.post("/api/repos", json={"namespace": "ox", "name": repo.name})
    assert f"ox/{repo.name} exists already" in problem(again, 409, "conflict")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"namespace": "ox"}, "name is required"),
        ({"namespace": "ox", "name": ""}, "name must"),
        ({"namespace": "ox", "name": "a/b"}, "name must"),
        ({"namespace": "ox", "name": ".."}, "name must"),
        ({"namespace": 1, "name": "r"}, "namespace must be text"),
        ([], "The body must be an object"),
    ],
)
def test_what_cannot_be_a_repository_is_told(
    http: httpx.Client, body: object, sentence: str
) -> None:
    assert sentence in problem(http.post("/api/repos", json=body), 400, "invalid_params")


@pytest.mark.parametrize("path", ["", "/branches", "/branches/main", "/file/main/a.csv"])
def test_an_unknown_repository_is_not_found(http: httpx.Client, path: str) -> None:
    detail = problem(http.get(f"/api/repos/ox/nothing{path}"), 404, "resource_not_found")
    assert "ox/nothing" in detail


def test_a_new_repository_has_main(repo: Repo, http: httpx.Client) -> None:
    (branch,) = http.get(f"{repo.path}/branches").json()["branches"]
    assert branch["name"] == "main"
    assert http.get(f"{repo.path}/branches/main").json()["branch"] == branch


def test_branches_with_slashes_live_beside_each_other(repo: Repo, http: httpx.Client) -> None:
    start = repo.put("main/a.csv", b"main")
    assert repo.branch("eval") == start
    assert repo.branch("eval/first", "eval") == start
    first = repo.put("eval/first/a.csv", b"first")
    assert http.get(f"{repo.path}/branches/eval/first").json()["branch"]["commit_id"] == first
    assert http.get(f"{repo.path}/branches/eval%2Ffirst").json()["branch"]["commit_id"] == first
    names = [branch["name"] for branch in http.get(f"{repo.path}/branches").json()["branches"]]
    assert names == ["eval", "eval/first", "main"]
    assert repo.get("eval/a.csv").content == b"main"
    assert repo.get("eval/first/a.csv").content == b"first"


def test_a_branch_that_is_there_is_answered(repo: Repo, http: httpx.Client) -> None:
    body = {"new_name": "eval", "from_name": "main"}
    made = http.post(f"{repo.path}/branches", json=body).json()
    again = http.post(f"{repo.path}/branches", json=body).json()
    assert made["branch"] == again["branch"]
    assert (made["status_message"], again["status_message"]) == (
        "resource_created",
        "resource_found",
    )


def test_an_unknown_branch_is_not_found(repo: Repo, http: httpx.Client) -> None:
    detail = problem(http.get(f"{repo.path}/branches/nothing"), 404, "resource_not_found")
    assert "nothing" in detail
    made = http.post(f"{repo.path}/branches", json={"new_name": "x", "from_name": "nothing"})
    assert "nothing" in problem(made, 404, "resource_not_found")
    assert "nothing" in problem(repo.get("nothing/a.csv"), 404, "resource_not_found")


def test_a_name_that_is_no_branch_is_refused(repo: Repo, http: httpx.Client) -> None:
    made = http.post(f"{repo.path}/branches", json={"new_name": "a b", "from_name": "main"})
    assert "new_name" in problem(made, 400, "invalid_params")


def test_a_file_comes_back_as_it_went(repo: Repo) -> None:
    content = bytes(range(256)) * 10_000
    commit = repo.put("main/data/deep/a.bin", content)
    response = repo.get("main/data/deep/a.bin")
    assert response.content == content
    assert response.headers["oxen-revision-id"] == commit
    assert response.headers["content-type"] == "application/octet-stream"
    assert repo.get("main%2Fdata%2Fdeep/a.bin").content == content


def test_a_download_tells_the_commit_that_changed_the_file(repo: Repo) -> None:
    first = repo.put("main/a.csv", b"1")
    second = repo.put("main/b.csv", b"2")
    assert repo.get("main/a.csv").headers["oxen-revision-id"] == first
    assert repo.get(f"{second}/a.csv").headers["oxen-revision-id"] == first


def test_the_same_bytes_answer_the_commit_that_has_them(repo: Repo, http: httpx.Client) -> None:
    first = repo.upload("main/a.csv", b"same").json()
    again = repo.upload("main/a.csv", b"same").json()
    assert again["commit"] == first["commit"]
    assert (first["status_message"], again["status_message"]) == (
        "resource_created",
        "resource_found",
    )
    assert (
        http.get(f"{repo.path}/branches/main").json()["branch"]["commit_id"]
        == (first["commit"]["id"])
    )


def test_an_upload_tells_its_commit(repo: Repo) -> None:
    parent = repo.put("main/a.csv", b"1")
    commit = repo.upload("main/a.csv", b"2", "Ünï", "u@example.com").json()["commit"]
    assert commit["parent_ids"] == [parent]
    assert (commit["author"], commit["email"]) == ("Ünï", "u@example.com")
    assert commit["message"] == "Add it"


def test_a_file_is_read_at_a_commit(repo: Repo) -> None:
    first = repo.put("main/a.csv", b"1")
    repo.put("main/a.csv", b"2")
    assert repo.get(f"{first}/a.csv").content == b"1"
    assert repo.get("main/a.csv").content == b"2"


def test_a_commit_comes_before_a_branch_of_its_name(repo: Repo) -> None:
    first = repo.put("main/a.csv", b"1")
    repo.put("main/a.csv", b"2")
    repo.branch(first)
    assert repo.get(f"{first}/a.csv").content == b"1"
    detail = problem(repo.upload(f"{first}/a.csv", b"3"), 404, "resource_not_found")
    assert "name a branch" in detail


def test_a_missing_file_and_a_whole_branch_are_told_apart(repo: Repo) -> None:
    repo.put("main/data/a.csv", b"1")
    assert "b.csv" in problem(repo.get("main/data/b.csv"), 404, "resource_not_found")
    assert "data" in problem(repo.get("main/data"), 404, "resource_not_found")
    assert "add a slash" in problem(repo.get("main"), 400, "invalid_params")
    assert "add a slash" in problem(repo.upload("main", b"1"), 400, "invalid_params")


@pytest.mark.parametrize("missing", ["name", "email"])
def test_an_upload_needs_its_parts(repo: Repo, missing: str) -> None:
    data = {"name": "Ann", "email": "ann@example.com", "message": "m"}
    files = {"file": b"x", "other": b"y"}
    data.pop(missing, None)
    files.pop(missing, None)
    response = repo.http.put(f"{repo.path}/file/main/a.csv", data=data, files=files)
    assert problem(response, 400, "invalid_params") == f"{missing} is required."


def test_an_empty_name_is_none(repo: Repo) -> None:
    detail = problem(repo.upload("main/a.csv", b"x", name=""), 400, "invalid_params")
    assert detail == "name must not be empty."


def test_an_upload_to_nowhere_is_refused(repo: Repo) -> None:
    assert "nothing" in problem(repo.upload("nothing/a.csv", b"x"), 404, "resource_not_found")


@pytest.mark.parametrize(
    ("content_type", "body", "kind", "sentence"),
    [
        ("application/json", b"{}", "bad_request", "takes multipart/form-data"),
        ("", b"x", "bad_request", "takes multipart/form-data"),
        ("multipart/form-data", b"x", "bad_request", "no boundary"),
        ("multipart/form-data; boundary=x", b"no form", "bad_request", "not a form"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ncut',
            "bad_request",
            "ends before",
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n",
            "bad_request",
            "no name",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\r\n--x--\r\n',
            "bad_request",
            "not valid UTF-8",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\r\n' * 2 + b"--x--\r\n",
            "invalid_params",
            "name is given twice",
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n'
            + b"a" * 100_000
            + b"\r\n--x--\r\n",
            "too_large",
            "larger than 64 KiB",
        ),
    ],
)
def test_what_is_no_form_is_told(
    repo: Repo, content_type: str, body: bytes, kind: str, sentence: str
) -> None:
    response = repo.http.put(
        f"{repo.path}/file/main/a.csv", content=body, headers={"content-type": content_type}
    )
    assert sentence in problem(response, 413 if kind == "too_large" else 400, kind)
    assert repo.get("main/a.csv").status_code == 404


def test_fields_may_come_after_the_file(repo: Repo) -> None:
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nbytes\r\n',
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nAnn\r\n',
        b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b.c\r\n--x--\r\n',
    ]
    response = repo.http.put(
        f"{repo.path}/file/main/a.csv",
        content=b"".join(parts),
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert response.status_code == 200, response.text
    assert response.json()["commit"]["message"] == "Upload a.csv"
    assert repo.get("main/a.csv").content == b"bytes"


def test_nothing_of_a_refused_upload_stays(repo: Repo, service: Running) -> None:
    repo.upload("main/a.csv", b"never kept", email="")
    incoming = service.folder.files_dir / "incoming"
    assert list(incoming.iterdir()) == []
