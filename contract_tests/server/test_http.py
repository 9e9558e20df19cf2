"""What is the same for every operation: keys, addresses, bodies, requests that no client sends."""

import hashlib
import http.client
import json
import socket
from contextlib import closing

import httpx
import pytest
from oxloop.rules import proof
from running_service import Running, until

from .conftest import Repo, problem


def test_it_is_healthy(service: Running) -> None:
    with service.client(key="") as client:
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_everyone_may_ask_what_it_is(service: Running) -> None:
    with service.client(key="") as client:
        found = client.get("/x/v1/capabilities").json()
    assert (found["server"], found["apis"]) == ("oxloop", ["oxen", "humanloop"])
    assert "closing_commit" in found["features"]
    assert service.key not in json.dumps(found)


def test_it_proves_that_it_owns_its_folder(service: Running) -> None:
    nonce = proof.new_nonce()
    with service.client(key="") as client:
        found = client.post("/x/v1/prove", json={"nonce": nonce}).json()
    instance, port = service.record.instance, service.record.port
    assert (found["instance"], found["port"]) == (instance, port)
    assert proof.matches(found["proof"], proof.answer(service.key, nonce, instance, port))


@pytest.mark.parametrize("body", [{}, {"nonce": ""}, {"nonce": "short"}, {"nonce": 1}])
def test_a_challenge_without_a_nonce_is_refused(service: Running, body: object) -> None:
    with service.client(key="") as client:
        assert "nonce" in problem(client.post("/x/v1/prove", json=body), 400, "invalid_params")


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer wrong", "Basic {key}", "{key}", "Bearer {key}x"],
)
def test_a_wrong_key_opens_nothing(service: Running, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header.format(key=service.key)}
    with service.client(key="") as client:
        response = client.get("/api/ai/models", headers=headers)
    assert "key" in problem(response, 401, "unauthenticated")
    assert response.headers["www-authenticate"] == "Bearer"
    assert service.key not in response.text


@pytest.mark.parametrize("blanks", [" {} ", "\t{}\t ", "{}"])
def test_blanks_round_a_header_are_none_of_its_value(service: Running, blanks: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.record.port, timeout=30)
    with closing(connection):
        connection.request("GET", "/v4/projects", headers={"X-API-KEY": blanks.format(service.key)})
        assert connection.getresponse().status == 200


def test_the_key_is_asked_for_before_anything_is_told(service: Running, repo: Repo) -> None:
    with service.client(key="wrong") as client:
        problem(client.get(repo.path), 401, "unauthenticated")
        problem(client.get("/api/repos/ox/nothing"), 401, "unauthenticated")
        problem(client.post("/api/repos", content=b"{"), 401, "unauthenticated")


@pytest.mark.parametrize("path", ["/", "/api", "/api/nothing", "/v1/projects", "/x/v1/nothing"])
def test_an_unknown_address_is_not_found(http: httpx.Client, path: str) -> None:
    problem(http.get(path), 404, "resource_not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/repos", "POST"),
        ("PATCH", "/api/repos/ox/r", "GET"),
        ("POST", "/api/repos/ox/r/file/main/a.csv", "DELETE, GET, PATCH, PUT"),
        ("POST", "/api/repos/ox/r/evaluations/main", "GET"),
        ("GET", "/api/repos/ox/r/evaluations/main/a.csv", "POST"),
        ("PUT", "/api/repos/ox/r/evaluations/main%2Fa.csv", "GET, POST"),
    ],
)
def test_a_wrong_method_names_the_right_ones(
    http: httpx.Client, method: str, path: str, allowed: str
) -> None:
    response = http.request(method, path)
    assert allowed in problem(response, 405, "method_not_allowed")
    assert response.headers["allow"] == allowed


@pytest.mark.parametrize(
    ("content_type", "body", "sentence"),
    [
        ("application/json", b"", "needs a JSON body"),
        ("application/json", b"{", "not JSON: "),
        ("application/json", b'{"namespace": "\\ud800", "name": "r"}', "UTF-8"),
        ("application/json", b"[" * 100_000, "too large"),
        ("text/plain", b"{}", "takes application/json"),
        ("", b"{}", "takes application/json"),
        ("application/x-www-form-urlencoded", b"a=1", "takes application/json"),
    ],
)
def test_what_is_no_json_is_told(
    http: httpx.Client, content_type: str, body: bytes, sentence: str
) -> None:
    response = http.post("/api/repos", content=body, headers={"content-type": content_type})
    assert sentence in problem(response, 400, "bad_request")


def test_json_may_name_its_charset(http: httpx.Client, repo: Repo) -> None:
    response = http.post(
        f"{repo.path}/branches",
        content=b'{"new_name": "x", "from_name": "main"}',
        headers={"content-type": "Application/JSON; charset=utf-8"},
    )
    assert response.status_code == 200


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused(http: httpx.Client, announced: bool) -> None:
    pieces = [b" " * (1 << 20)] * 9
    body = b"".join(pieces) if announced else iter(pieces)
    response = http.post("/api/repos", content=body, headers={"content-type": "application/json"})
    assert "larger than 8 MiB" in problem(response, 413, "too_large")


@pytest.mark.parametrize(
    "resource",
    [
        "main/../a.csv",
        "main/./a.csv",
        "main//a.csv",
        "main/a.csv/",
        "/a.csv",
        "..",
        "main/%2e%2e/a.csv",
        "main%2F..%2Fa.csv",
        "main/%00.csv",
        "main/a%0A.csv",
        "main/%ff.csv",
        "",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_paths_that_climb_or_hide_are_refused(
    service: Running, repo: Repo, method: str, resource: str
) -> None:
    status, body = service.raw(f"{method} {repo.path}/file/{resource} HTTP/1.1")
    assert status == 400, body
    assert json.loads(body)["error"]["type"] == "invalid_params"


@pytest.mark.parametrize(
    "path",
    [
        "/api/repos/../r",
        "/api/repos/ox/..",
        "/api/repos/ox/.",
        "/api/repos//r",
        "/api/repos/ox/%2e",
    ],
)
def test_so_are_names_that_do(service: Running, path: str) -> None:
    status, body = service.raw(f"GET {path} HTTP/1.1")
    assert status == 400, body


def test_encoded_slashes_and_plain_ones_mean_the_same(service: Running, repo: Repo) -> None:
    repo.branch("eval/first")
    repo.put("eval/first/data/a.csv", b"1")
    for resource in (
        "eval/first/data/a.csv",
        "eval%2Ffirst%2Fdata%2Fa.csv",
        "eval%2ffirst/data/a.csv",
    ):
        assert service.raw(f"GET {repo.path}/file/{resource} HTTP/1.1") == (200, b"1")


def test_an_encoded_percent_sign_is_decoded_once(service: Running, repo: Repo) -> None:
    repo.put("main/100%25.csv", b"1")
    assert service.raw(f"GET {repo.path}/file/main/100%25.csv HTTP/1.1") == (200, b"1")
    assert service.raw(f"GET {repo.path}/file/main/100%2525.csv HTTP/1.1")[0] == 404


def test_what_is_no_http_is_refused_and_harms_nobody(service: Running) -> None:
    assert service.raw("NONSENSE")[0] == 400
    with service.client(key="") as client:
        assert client.get("/healthz").status_code == 200


def test_a_client_that_leaves_in_an_upload_leaves_nothing(service: Running, repo: Repo) -> None:
    boundary = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
    head = f"PUT {repo.path}/file/main/a.csv HTTP/1.1"
    lines = f"{head}\r\nHost: x\r\nAuthorization: Bearer {service.key}\r\n"
    lines += "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 10000000\r\n\r\n"
    incoming = service.folder.files_dir / "incoming"
    with socket.create_connection(("127.0.0.1", service.record.port)) as connection:
        connection.sendall(lines.encode() + boundary + b"x" * 1000)
        until(lambda: any(incoming.iterdir()))
    until(lambda: not any(incoming.iterdir()))
    assert repo.get("main/a.csv").status_code == 404


def test_no_key_is_kept_in_plain_but_the_folders_own(service: Running) -> None:
    holders = [
        path
        for path in service.folder.path.rglob("*")
        if path.is_file() and service.key.encode() in path.read_bytes()
    ]
    assert holders == [service.folder.key_file]
    assert hashlib.sha256(service.key.encode()).hexdigest() not in service.log()
