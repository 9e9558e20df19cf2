"""The process: how it starts, whom it lets in, and how it ends."""

import asyncio
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from oxloop.rules.locks import FileLock
from oxloop.rules.models import model_id
from oxloop_server.storage.database import Database
from running_service import PATIENCE_SECONDS, Running, command, environment, until
from scripted_model import ScriptedModel

GIVEN_KEY = "a-key-of-my-own-choice"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Running]]:
    """Services that the test starts, stopped in the end."""
    services: list[Running] = []
    yield services
    for service in services:
        service.stop()


def run(*arguments: str, key: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    variables = environment()
    if key is not None:
        variables["OXLOOP_API_KEY"] = key
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        env=variables,
        timeout=60,
        check=False,
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """Check that a command ended with one sentence and no more, and answer it."""
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("oxloop: ")
    return line


def test_it_says_where_it_listens(tmp_path: Path, started: list[Running]) -> None:
    service = Running(tmp_path)
    started.append(service)
    assert service.process.stdout
    greeting = service.process.stdout.readline().decode()
    assert service.url in greeting
    assert f"oxloop key --data {tmp_path}" in greeting
    assert service.key not in greeting


def test_its_files_are_its_owners_only(tmp_path: Path, started: list[Running]) -> None:
    service = Running(tmp_path / "data")
    started.append(service)
    with service.client() as client:
        client.post("/api/repos", json={"namespace": "ox", "name": "r"})
        client.put(
            "/api/repos/ox/r/file/main/a.csv",
            files={"file": b"x"},
            data={"name": "Ann", "email": "a@b.c"},
        )
    made = [path for path in service.folder.path.rglob("*") if path != service.folder.log_file]
    assert len(made) > 6
    assert [path for path in made if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_and_leaves_no_record(tmp_path: Path, number: int) -> None:
    service = Running(tmp_path)
    assert service.stop(number) == 0
    assert not service.folder.service_file.exists()
    assert FileLock(service.folder.service_lock).acquire(blocking=False)
    assert "Traceback" not in service.log()


def test_a_signal_before_it_listens_stops_it_too(tmp_path: Path) -> None:
    for _ in range(3):
        with subprocess.Popen(
            command("serve", "--port", "0", "--data", str(tmp_path)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(),
        ) as process:
            until(lambda: (tmp_path / "oxloop.sqlite3").exists())
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
        assert process.returncode in (0, -signal.SIGTERM)
        assert b"Traceback" not in errors
        (tmp_path / "oxloop.sqlite3").unlink()


def test_what_is_under_way_is_finished_first(tmp_path: Path) -> None:
    service = Running(tmp_path)
    with service.client() as client:
        client.post("/api/repos", json={"namespace": "ox", "name": "r"})
    names = ("file", "name", "email")
    form = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\ntext\r\n' % name.encode()
        for name in names
    )
    form += b"--x--\r\n"
    head = (
        "PUT /api/repos/ox/r/file/main/a.csv HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {service.key}\r\nContent-Length: {len(form)}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
    )
    incoming = service.folder.files_dir / "incoming"
    begun = form.index(b"text") + 2
    with socket.create_connection(("127.0.0.1", service.record.port), timeout=30) as connection:
        connection.sendall(head.encode() + form[:begun])
        until(lambda: any(incoming.iterdir()))
        service.process.send_signal(signal.SIGTERM)
        until(lambda: not _listens(service.record.port))
        connection.sendall(form[begun:])
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    assert service.stop() == 0


def test_it_says_whether_it_is_ready(tmp_path: Path, started: list[Running]) -> None:
    service = Running(tmp_path)
    started.append(service)
    with service.client(key="") as client:
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
        (tmp_path / "models.toml").write_text("[[models")
        not_ready = client.get("/readyz")
        assert not_ready.status_code == 503
        assert "models.toml" in not_ready.json()["reason"]
        assert str(tmp_path) not in not_ready.text
        assert client.get("/healthz").status_code == 200, "it is alive all the same"


def test_a_second_signal_says_that_there_is_no_time(tmp_path: Path) -> None:
    with ScriptedModel() as model:
        (tmp_path / "models.toml").write_text(
            f'[[models]]\nname = "m"\nbase_url = "{model.base_url}"\n'
        )
        service = Running(tmp_path, ["--limit", f"stop_seconds={PATIENCE_SECONDS * 2}"])
        with service.client() as client, model.held():
            client.post("/api/repos", json={"namespace": "ox", "name": "r"})
            client.put(
                "/api/repos/ox/r/file/main/a.csv",
                files={"file": b"a\n1\n"},
                data={"name": "Ann", "email": "a@b.c"},
            )
            request = {
                "model_id": str(model_id("m")),
                "prompt": "{a}",
                "input_type": "text",
                "output_type": "text",
                "target_column": "b",
            }
            made = client.post("/api/repos/ox/r/evaluations/main/a.csv", json=request)
            assert made.status_code == 200, made.text
            model.wait_for(1)
            client.close()
            service.process.send_signal(signal.SIGTERM)
            until(lambda: not _listens(service.record.port))
            assert service.process.poll() is None, "it waits for the call"
            assert service.stop() == 0
    assert "Traceback" not in service.log()


def test_state_and_key_outlive_it(tmp_path: Path, started: list[Running]) -> None:
    first = Running(tmp_path)
    with first.client() as client:
        client.post("/api/repos", json={"namespace": "ox", "name": "r"})
    first.stop()
    second = Running(tmp_path)
    started.append(second)
    assert second.key == first.key
    assert second.record.instance != first.record.instance
    with second.client() as client:
        assert client.get("/api/repos/ox/r").status_code == 200


def test_a_killed_one_is_followed_by_another(tmp_path: Path, started: list[Running]) -> None:
    first = Running(tmp_path)
    first.stop(signal.SIGKILL)
    first.folder.service_file.unlink()
    second = Running(tmp_path)
    started.append(second)
    with second.client() as client:
        assert client.get("/api/ai/models").status_code == 200


def test_a_folder_has_one_service(tmp_path: Path, started: list[Running]) -> None:
    service = Running(tmp_path)
    started.append(service)
    line = refusal(run("serve", "--port", "0", "--data", str(tmp_path)))
    assert "served already" in line
    assert str(service.record.pid) in line
    with service.client() as client:
        assert client.get("/healthz").status_code == 200
    assert service.folder.service_file.exists()


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as owner:
        port = owner.getsockname()[1]
        line = refusal(run("serve", "--port", str(port), "--data", str(tmp_path)))
    assert str(port) in line
    assert "--port" in line
    assert not (tmp_path / "service.json").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.invalid"])
def test_other_machines_need_a_key_of_the_operators_choice(tmp_path: Path, host: str) -> None:
    line = refusal(run("serve", "--host", host, "--port", "0", "--data", str(tmp_path)))
    assert "--api-key" in line
    assert not (tmp_path / "key").exists()


def test_a_key_that_other_machines_may_guess_is_refused(tmp_path: Path) -> None:
    asked = ("serve", "--port", "0", "--data", str(tmp_path), "--host", "0.0.0.0")
    assert "16 characters" in refusal(run(*asked, key=GIVEN_KEY[:15]))


def test_an_address_of_nobody_is_told(tmp_path: Path) -> None:
    line = refusal(
        run("serve", "--host", "192.0.2.1", "--port", "0", "--data", str(tmp_path), key="k" * 16)
    )
    assert "192.0.2.1" in line


def test_a_given_key_opens_beside_the_folders_own(tmp_path: Path, started: list[Running]) -> None:
    first = Running(tmp_path, ["--api-key", GIVEN_KEY, "--host", "0.0.0.0"])
    for key, status in ((GIVEN_KEY, 200), (first.key, 200), ("given", 401)):
        with first.client(key) as client:
            assert client.get("/api/ai/models").status_code == status
    first.stop()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in files if GIVEN_KEY.encode() in path.read_bytes()] == []
    second = Running(tmp_path)
    started.append(second)
    with second.client(GIVEN_KEY) as client:
        assert client.get("/api/ai/models").status_code == 401


@pytest.mark.parametrize("key", ["two parts", "schlüssel", " first"])
def test_a_key_that_no_header_carries_is_refused(tmp_path: Path, key: str) -> None:
    line = refusal(run("serve", "--port", "0", "--data", str(tmp_path), key=key))
    assert key.strip() not in line


def test_key_prints_the_key(tmp_path: Path) -> None:
    first = run("key", "--data", str(tmp_path))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == (tmp_path / "key").read_text()
    assert run("key", "--data", str(tmp_path)).stdout == first.stdout


@pytest.mark.parametrize("command_name", ["serve", "key"])
def test_a_folder_that_is_none_is_told(tmp_path: Path, command_name: str) -> None:
    (tmp_path / "file").write_text("")
    assert "--data" in refusal(run(command_name, "--data", str(tmp_path / "file")))


@pytest.mark.parametrize("name", ["service.lock", "key", "oxloop.sqlite3", "files/incoming/x"])
def test_a_folder_where_a_file_should_be_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir(parents=True)
    assert str(tmp_path / name) in refusal(run("serve", "--port=0", "--data", str(tmp_path)))


def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    database = tmp_path / "oxloop.sqlite3"
    database.write_bytes(b"no database" * 100)
    assert str(database) in refusal(run("serve", "--port=0", "--data", str(tmp_path)))
    assert database.read_bytes() == b"no database" * 100


@pytest.mark.parametrize("durable", [False, True])
def test_every_commit_waits_for_the_disk_if_that_is_wanted(
    tmp_path: Path, started: list[Running], durable: bool
) -> None:
    service = Running(tmp_path, ["--durable", "full"] if durable else [])
    started.append(service)
    assert ("every commit waits until the disk has it" in service.log()) == durable
    db = Database(tmp_path / "another.sqlite3", durable=durable)
    try:
        (level,) = asyncio.run(db.write(lambda conn: conn.execute("PRAGMA synchronous").fetchone()))
    finally:
        db.close()
    assert level == (2 if durable else 1)


def test_its_limits_are_the_operators(tmp_path: Path, started: list[Running]) -> None:
    (tmp_path / "limits.toml").write_text('json_body = "4 KiB"\nupload = 5000\n')
    service = Running(tmp_path, ["--limit", "upload=10"])
    started.append(service)
    with service.client() as client:
        repo = {"namespace": "ox", "name": "r"}
        assert client.post("/api/repos", json={**repo, "x": "x" * 4096}).status_code == 413
        assert client.post("/api/repos", json=repo).status_code == 200
        for size, status in ((10, 200), (11, 413)):
            answer = client.put(
                "/api/repos/ox/r/file/main/a.txt",
                files={"file": b"x" * size},
                data={"name": "Ann", "email": "a@b.c"},
            )
            assert answer.status_code == status


def test_a_limit_that_is_none_is_told(tmp_path: Path) -> None:
    serve = ("serve", "--port=0", "--data", str(tmp_path))
    assert "'uploads'" in refusal(run(*serve, "--limit", "uploads=1"))
    (tmp_path / "limits.toml").write_text("upload = -1\n")
    assert str(tmp_path / "limits.toml") in refusal(run(*serve))


@pytest.mark.parametrize("port", ["x", "70000", "-1"])
def test_a_port_that_is_none_is_told(tmp_path: Path, port: str) -> None:
    done = run("serve", f"--port={port}", "--data", str(tmp_path))
    assert done.returncode == 2
    assert "is no port" in done.stderr


def test_it_starts_without_what_only_runs_need(tmp_path: Path) -> None:
    code = (
        "import sys, oxloop_server.app, oxloop_server.serve\n"
        "import oxloop_server.engine, oxloop_server.models.registry\n"
        "print([name for name in ('pyarrow', 'aiohttp', 'numpy', 'httpx') if name in sys.modules])"
    )
    done = subprocess.run(
        [command()[0], "-c", code], capture_output=True, text=True, env=environment(), check=True
    )
    assert done.stdout == "[]\n"


def test_it_listens_on_ipv6_too(tmp_path: Path, started: list[Running]) -> None:
    if not _has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    service = Running(tmp_path, ["--host", "::1"])
    started.append(service)
    with socket.create_connection(("::1", service.record.port), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except ConnectionRefusedError:
        return False
    return True


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def test_it_opens_as_many_files_as_its_connections_take(
    tmp_path: Path, started: list[Running]
) -> None:
    resource = pytest.importorskip("resource")
    lowered = (
        "import resource, sys; from oxloop_server.__main__ import main\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard)); sys.exit(main())"
    )
    service = Running(tmp_path, ["--limit", "connections=100"], program=lowered)
    started.append(service)
    assert resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE)[0] >= 100
