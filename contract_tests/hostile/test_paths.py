"""Paths that climb, hide or lie, in every path parameter that there is."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from oxloop_api import specs
from running_service import Running

from .conftest import EVALUATION, send, sentence, upload

CLIMBING: dict[str, str] = {
    "up": "..",
    "up, encoded": "%2e%2e",
    "here": ".",
    "up and away": "..%2f..%2f..%2fetc%2fpasswd",
    "from the inside": "a%2f..%2f..%2fkey",
    "absolute": "%2fetc%2fpasswd",
    "Windows": "..%5c..%5ckey",
    "twice encoded": "%252e%252e%252fkey",
    "NUL": "a%00.csv",
    "a line break": "a%0d%0aSet-Cookie:x",
    "an escape": "a%1b%5b2J",
    "no UTF-8": "%ff%fe",
    "too long an encoding": "%c0%ae%c0%ae%c0%afkey",
    "half a pair": "%ed%a0%80",
    "nothing": "",
    "half an encoding": "%2",
    "a very long one": "a" * 5000,
    "SQL": "x'%20OR%20'1'='1",
}


def _operations() -> Iterator[tuple[str, str]]:
    """Each operation with path parameters, of all APIs."""
    for api in ("oxen", "humanloop", "extensions"):
        spec = specs.load(api, "local")
        base = spec["servers"][0]["url"] if spec.get("servers") else ""
        prefix = "/" + base.split("://", 1)[-1].partition("/")[2] if "/" in base else ""
        for path, methods in spec["paths"].items():
            for method in methods:
                if "{" in path and method in ("get", "put", "post", "patch", "delete"):
                    yield method.upper(), prefix.rstrip("/") + path


OPERATIONS = sorted(set(_operations()))


def test_there_are_operations_with_paths() -> None:
    assert len(OPERATIONS) > 30


@pytest.mark.parametrize("value", CLIMBING)
def test_no_operation_finds_anything_by_it(service: Running, value: str) -> None:
    folder_key = service.key.encode()
    for method, path in OPERATIONS:
        raw = re.sub(r"\{[^}]*\}", lambda _: CLIMBING[value], path)
        head = f"{method} {raw} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.key}\r\n"
        head += f"X-API-KEY: {service.key}\r\nContent-Type: application/json\r\n"
        head += "Content-Length: 2\r\nConnection: close\r\n\r\n{}"
        reply = send(service, head.encode())
        assert reply.status is not None
        assert 400 <= reply.status < 500, f"{method} {raw}: {reply}"
        assert sentence(reply)
        assert folder_key not in reply.body
        assert b"root:" not in reply.body


@pytest.mark.parametrize(
    "name",
    ["..", ".", "a/../b", "a//b", "/a", "a/", "a\x00b", "a\nb", "~", "a b", "@{0}", "x" * 5000, ""],
)
def test_branches_have_no_such_names(http: httpx.Client, repo: str, name: str) -> None:
    response = http.post(f"{repo}/branches", json={"new_name": name, "from_name": "main"})
    assert response.status_code == 400, response.text
    assert sentence(response)


@pytest.mark.parametrize("name", ["..", ".", "a/b", "a\x00b", "a\nb", "", "x" * 5000])
def test_repositories_have_no_such_names(http: httpx.Client, name: str) -> None:
    response = http.post("/api/repos", json={"namespace": "ox", "name": name})
    assert response.status_code == 400, response.text
    assert sentence(response)


@pytest.mark.parametrize("path", ["../a.csv", "a/../../b.csv", "/a.csv", "a//b.csv", "a\x00.csv"])
def test_results_are_not_written_elsewhere(http: httpx.Client, repo: str, path: str) -> None:
    assert upload(http, repo, "a.csv", b"text\nx\n").status_code == 200
    asked = {**EVALUATION, "target_path": path}
    response = http.post(f"{repo}/evaluations/main/a.csv", json=asked)
    assert response.status_code == 400, response.text
    assert sentence(response)


def test_a_file_that_became_a_link_is_not_followed(
    service: Running, http: httpx.Client, repo: str, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("text\nsecret of another program\n")
    assert upload(http, repo, "a.csv", b"text\nhello\n").status_code == 200
    (blob,) = [
        path
        for path in service.folder.files_dir.rglob("*")
        if path.is_file() and path.read_bytes() == b"text\nhello\n"
    ]
    blob.unlink()
    blob.symlink_to(outside)
    try:
        for address in (f"{repo}/file/main/a.csv", f"{repo}/data_frames/main/a.csv"):
            response = http.get(address)
            assert response.status_code == 500
            assert "secret" not in response.text
            assert "damaged" in sentence(response)
    finally:
        blob.unlink()


def test_a_link_in_the_way_of_an_upload_is_not_followed(
    service: Running, http: httpx.Client, repo: str, tmp_path: Path
) -> None:
    content = b"text\nin the way\n"
    sha256 = hashlib.sha256(content).hexdigest()
    outside = tmp_path / "outside.csv"
    outside.write_text("not mine")
    blob = service.folder.files_dir / sha256[:2] / sha256
    blob.parent.mkdir(mode=0o700, exist_ok=True)
    blob.symlink_to(outside)
    assert upload(http, repo, "a.csv", content).status_code == 200
    assert http.get(f"{repo}/file/main/a.csv").content == content
    assert outside.read_text() == "not mine"
    assert not blob.is_symlink()
