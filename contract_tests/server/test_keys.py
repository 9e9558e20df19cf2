"""Several keys on one service: what each may do, for whom, from when and until when."""

import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import evolve
from oxloop.rules.models import model_id
from oxloop_server.auth import digest, opened_by
from oxloop_server.storage.keys import ApiKey
from oxloop_server.storage.schema import MIGRATIONS
from oxloop_server.storage.tenants import Tenant
from running_service import Running, add_key, command, environment

from .conftest import problem

ANN = ApiKey("ann's", Tenant("1", "ann"), "write", digest("key of ann"))
BEN = ApiKey("ben's", Tenant("2", "ben"), "read", digest("key of ben"))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service for tests of keys, with a repository and a project of the folder's tenant."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "models.toml").write_text(
        '[[models]]\nname = "m"\nbase_url = "http://127.0.0.1:9/v1"\n'
    )
    running = Running(folder)
    try:
        with running.client() as http:
            assert http.post("/api/repos", json={"namespace": "ox", "name": "r"}).status_code == 200
            http.put("/api/repos/ox/r/file/main/a.csv", files={"file": b"a\n1\n"}, data=AUTHOR)
        with v4(running, running.key) as http:
            assert http.post("/v4/projects", json={"name": "mine"}).status_code == 201
        yield running
    finally:
        assert running.stop() == 0
    assert "contract violation" not in running.log()
    assert "Traceback" not in running.log()


AUTHOR = {"name": "Ann", "email": "ann@example.com", "message": "Add it"}
EVALUATION = {
    "model_id": str(model_id("m")),
    "prompt": "{a}",
    "input_type": "text",
    "output_type": "text",
    "target_column": "b",
}
OXEN_WRITES: Sequence[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/api/repos", {"json": {"namespace": "ox", "name": "new"}}),
    ("PUT", "/api/repos/ox/r/file/main/a.csv", {"files": {"file": b"b"}, "data": AUTHOR}),
    ("POST", "/api/repos/ox/r/branches", {"json": {"new_name": "b", "from_name": "main"}}),
    ("DELETE", "/api/repos/ox/r/branches/main", {}),
    ("POST", "/api/repos/ox/r/evaluations/main/a.csv", {"json": EVALUATION}),
    ("POST", "/x/v1/oxen/repos/ox/r/evaluations/x/cancel", {}),
]
HUMANLOOP_WRITES: Sequence[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/v4/projects", {"json": {"name": "new"}}),
    ("PATCH", "/v4/datasets/evts_x", {"json": {"name": "new"}}),
    ("DELETE", "/v4/evaluators/evfn_x", {}),
    ("POST", "/v4/logs", {"json": {"project": "new"}}),
]


def v4(running: Running, key: str) -> httpx.Client:
    """A client of Humanloop's API."""
    headers = {"X-API-KEY": key}
    return httpx.Client(base_url=running.url, headers=headers, timeout=30, trust_env=False)


def key_command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``oxloop key`` to its end."""
    return subprocess.run(
        command("key", "--data", str(folder), *arguments),
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )


def test_a_command_changes_no_tables_under_a_running_service(tmp_path: Path) -> None:
    service = Running(tmp_path)
    try:
        with closing(sqlite3.connect(service.folder.database_file)) as conn:
            # As a service that was begun before this version's migrations left them.
            conn.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")
            refused = key_command(tmp_path, "add", "new")
            (after,) = conn.execute("PRAGMA user_version").fetchone()
    finally:
        assert service.stop() == 0
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "is served by another oxloop" in refused.stderr
    assert "oxloop stop" in refused.stderr
    assert after == len(MIGRATIONS) - 1


def test_a_new_key_opens_a_running_service_until_it_is_revoked(shared: Running) -> None:
    key = add_key(shared.folder.path, "passing")
    with shared.client(key) as http:
        assert http.get("/api/repos/ox/r").status_code == 200
        done = key_command(shared.folder.path, "revoke", "passing")
        assert (done.returncode, done.stderr) == (0, "")
        problem(http.get("/api/repos/ox/r"), 401, "unauthenticated")
    with shared.client() as http:
        assert http.get("/api/repos/ox/r").status_code == 200, "the folder's key goes on"


def test_a_key_that_may_read_reads_in_both_apis(shared: Running) -> None:
    key = add_key(shared.folder.path, "reader", "--scope", "read")
    with shared.client(key) as http:
        assert http.get("/api/repos/ox/r/file/main/a.csv").content == b"a\n1\n"
        assert http.get("/x/v1/oxen/repos/ox/r/evaluations").status_code == 200
    with v4(shared, key) as http:
        (project,) = http.get("/v4/projects").json()["records"]
        assert project["name"] == "mine"


def test_a_key_that_may_read_changes_nothing(shared: Running) -> None:
    key = add_key(shared.folder.path, "only-reader", "--scope", "read")
    with shared.client(key) as http:
        for method, path, parts in OXEN_WRITES:
            said = problem(http.request(method, path, **parts), 403, "forbidden")
            assert "'only-reader' may only read" in said
        assert http.get("/api/repos/ox/r/file/main/a.csv").content == b"a\n1\n"
        assert len(http.get("/api/repos/ox/r/branches").json()["branches"]) == 1
        assert http.get("/api/repos/ox/new").status_code == 404
    with v4(shared, key) as http:
        for method, path, parts in HUMANLOOP_WRITES:
            refused = http.request(method, path, **parts)
            assert refused.status_code == 403, refused.text
            assert "'only-reader' may only read" in refused.json()["detail"]
        assert len(http.get("/v4/projects").json()["records"]) == 1


def test_a_tenant_sees_only_its_own_in_both_apis(shared: Running) -> None:
    key = add_key(shared.folder.path, "guest", "--tenant", "guests")
    with shared.client(key) as http, shared.client() as owner:
        for path in (
            "/api/repos/ox/r",
            "/api/repos/ox/r/branches",
            "/api/repos/ox/r/branches/main",
            "/api/repos/ox/r/commits/history/main",
            "/api/repos/ox/r/dir/main",
            "/api/repos/ox/r/file/main/a.csv",
            "/api/repos/ox/r/data_frames/main/a.csv",
            "/x/v1/oxen/repos/ox/r/evaluations",
        ):
            assert owner.get(path).status_code == 200, path
            problem(http.get(path), 404, "resource_not_found")
        for method, path, parts in OXEN_WRITES:
            assert http.request(method, path, **parts).status_code in (404, 409), path
        assert owner.get("/api/repos/ox/r/file/main/a.csv").content == b"a\n1\n"
        mine = {"namespace": "guests", "name": "r"}
        assert http.post("/api/repos", json=mine).status_code == 200
        problem(owner.get("/api/repos/guests/r"), 404, "resource_not_found")
    with v4(shared, key) as http:
        assert http.get("/v4/projects").json()["records"] == []


def test_each_api_asks_for_the_key_in_its_own_way(shared: Running) -> None:
    with shared.client("") as http:
        assert http.get("/api/repos/ox/r").headers["www-authenticate"] == "Bearer"
        challenge = http.get("/v4/projects").headers["www-authenticate"]
    assert challenge == 'ApiKey header="X-API-KEY"'


def test_only_digests_are_kept(shared: Running) -> None:
    key = add_key(shared.folder.path, "kept")
    with shared.client(key) as http:
        http.get("/api/repos/ox/r")
    files = [path for path in shared.folder.path.rglob("*") if path.is_file()]
    assert [path for path in files if key.encode() in path.read_bytes()] == []


def test_keys_are_listed_by_what_they_may_do(tmp_path: Path) -> None:
    add_key(tmp_path, "ci", "--scope", "read", "--tenant", "team-b")
    done = key_command(tmp_path, "list")
    rows = [line.split() for line in done.stdout.splitlines()]
    assert rows[0] == ["NAME", "TENANT", "SCOPE", "SINCE"]
    assert rows[1] == ["(folder)", "default", "write"]
    assert rows[2][:3] == ["ci", "team-b", "read"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "twice"), "There is a key 'twice' already"),
        (("add", "two words"), "'two words' is no name"),
        (("add", "x", "--tenant", ""), "'' is no name"),
        (("revoke", "nobody"), "There is no key 'nobody'"),
        (("revoke", "command line"), "There is no key 'command line'"),
    ],
)
def test_what_cannot_be_done_is_told(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    add_key(tmp_path, "twice")
    done = key_command(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"oxloop: {said}")


def test_a_key_of_the_operators_choice_lets_the_service_listen_elsewhere(tmp_path: Path) -> None:
    add_key(tmp_path, "team")
    running = Running(tmp_path, ["--host", "0.0.0.0"])
    assert running.stop() == 0


def test_a_key_opens_what_it_was_made_for() -> None:
    assert opened_by("key of ann", [ANN, BEN]) == ANN
    assert opened_by("key of ben", [ANN, BEN]) == BEN
    assert opened_by("", [ANN, BEN]) is None
    assert opened_by("key of \ud800", [ANN, BEN]) is None
    assert repr(ANN.digest) not in repr(ANN)


def test_every_digest_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(given: bytes, known: bytes) -> bool:
        compared.append((given, known))
        return given == known

    monkeypatch.setattr("oxloop_server.auth.hmac.compare_digest", compare)
    others = [evolve(BEN, digest=digest(str(number))) for number in range(3)]
    assert opened_by("key of ann", [ANN, *others]) == ANN
    assert [known for _, known in compared] == [one.digest for one in (ANN, *others)]
