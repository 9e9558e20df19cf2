"""A disk that is full, read-only or damaged, and a clock that jumps: defined, and nothing is lost.

A limit of the system on the size of files stands for the full disk: what goes beyond it is not
written, from any moment on and until it is lifted, by SQLite and by everything else.
"""

import json
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from crash.work import MODELS, Work, answer, begin, check_all, register
from engine_world import World, in_world
from oxloop_server import stamps
from oxloop_server.storage.recorder import GROUP_ROWS
from running_service import Running, command, environment, until
from scripted_model import ScriptedModel

resource: Any = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="only Linux limits another process"
)

ROWS = 1500


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel(answer) as running:
        yield running


@pytest.fixture
def service(tmp_path: Path, model: ScriptedModel) -> Iterator[Running]:
    folder = tmp_path / "data"
    folder.mkdir()
    running = Running(folder)
    register(running.folder, model, 0)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def full(service: Running) -> Generator[None]:
    """Let no file of the service grow beyond a few bytes."""
    unlimited = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (512, unlimited[1]))
    try:
        yield
    finally:
        if service.process.poll() is None:
            resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, unlimited)


def refused(response: httpx.Response) -> None:
    """Check that a request was refused for the disk, and may come again."""
    assert response.status_code == 503, response.text
    assert response.headers["retry-after"] == "5"
    assert "cannot write to its disk" in response.text


def test_a_full_disk_changes_nothing_and_takes_requests_again(service: Running) -> None:
    with service.client() as http:
        assert http.post("/api/repos", json={"namespace": "ox", "name": "r"}).status_code == 200
        author = {"name": "Ann", "email": "ann@example.com"}

        def upload() -> httpx.Response:
            path = "/api/repos/ox/r/file/main/a.csv"
            return http.put(path, files={"file": b"text\n" + b"x\n" * 5000}, data=author)

        def create() -> httpx.Response:
            headers = {"X-API-KEY": service.key, "Idempotency-Key": "once"}
            return http.post("/v4/projects", json={"name": "p"}, headers=headers)

        with full(service):
            refused(upload())
            refused(create())
            refused(http.post("/api/repos", json={"namespace": "ox", "name": "s"}))
            assert http.get("/api/repos/ox/r").status_code == 200, "what is there can be read"
        assert list((service.folder.files_dir / "incoming").iterdir()) == []
        assert http.get("/api/repos/ox/s").status_code == 404
        assert upload().status_code == 200
        made = create()
        assert made.status_code == 201
        assert create().json() == made.json()
    assert "Traceback" not in service.log()


def test_runs_wait_for_a_full_disk_and_pay_nothing_twice(
    service: Running, model: ScriptedModel
) -> None:
    work = begin(service, ROWS)
    model.wait_for(ROWS // 2)
    for _ in range(2):
        with full(service):
            # What is under way is answered, and then nobody is asked any more.
            until(_stands_still(model))
        before = len(model.calls)
        model.wait_for(before + 2 * GROUP_ROWS)
    check_all(service, work)
    asked = Counter((call.body["model"], call.prompt) for call in model.calls)
    assert set(asked.values()) == {1}, "an answer that waited for the disk is kept"
    assert {name: sum(one == name for one, _ in asked) for name in MODELS} == dict.fromkeys(
        MODELS, ROWS
    )


def test_another_program_that_holds_the_database_ends_no_run(
    service: Running, model: ScriptedModel
) -> None:
    work = begin(service, ROWS)
    model.wait_for(ROWS // 2)
    other = sqlite3.connect(service.folder.database_file, isolation_level=None)
    with closing(other):
        other.execute("BEGIN IMMEDIATE")
        until(lambda: "another program holds the database" in service.log())
        other.execute("ROLLBACK")
    check_all(service, work)
    asked = Counter((call.body["model"], call.prompt) for call in model.calls)
    assert set(asked.values()) == {1}
    assert "Traceback" not in service.log()


def test_a_run_that_a_full_disk_keeps_from_committing_commits_later(
    service: Running, model: ScriptedModel
) -> None:
    with model.held():
        work = begin(service, 100)
        model.wait_for(MODELS["oxen"] + MODELS["humanloop"])
        restricted = full(service)
        restricted.__enter__()
    try:
        until(_stands_still(model))
        with service.client() as http:
            found = http.get(f"/api/repos/ox/crash/evaluations/{work.oxen_id}")
        assert found.json()["evaluation"]["status"] == "running"
    finally:
        restricted.__exit__(None, None, None)
    check_all(service, work)


def test_a_service_that_is_killed_on_a_full_disk_goes_on(
    service: Running, model: ScriptedModel
) -> None:
    work = begin(service, ROWS)
    model.wait_for(ROWS // 2)
    with full(service):
        until(_stands_still(model))
        service.process.kill()
        service.process.wait()
    service.folder.service_file.unlink()
    register(service.folder, model, 1)
    after = Running(service.folder.path)
    try:
        check_all(after, work)
    finally:
        after.stop()
    _check_paid(model, work)


def _check_paid(model: ScriptedModel, work: Work) -> None:
    for name, prompts in work.prompts.items():
        asked = Counter(call.prompt for call in model.calls if call.body["model"] == name)
        assert set(asked) == prompts
        assert asked.total() - len(prompts) <= MODELS[name] + GROUP_ROWS


def _stands_still(model: ScriptedModel) -> Any:
    """Whether no further call has come for a while, although more are to be made."""
    seen = [0, 0]

    def look() -> bool:
        calls = len(model.calls)
        seen[:] = [calls, seen[1] + 1 if calls == seen[0] else 0]
        return seen[1] >= 50

    return look


def test_a_full_disk_at_the_start_is_told(tmp_path: Path) -> None:
    limited = (
        "import resource, sys; from oxloop_server.__main__ import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); sys.exit(main())"
    )
    line = command("serve", "--port", "0", "--data", str(tmp_path))
    _one_sentence([line[0], "-c", limited, *line[3:]], tmp_path)


def test_a_read_only_disk_at_the_start_is_told(tmp_path: Path) -> None:
    first = Running(tmp_path)
    first.stop()
    frozen = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    apart = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    if not _works([*apart, frozen, str(tmp_path), "true"]):
        pytest.skip("this system lets no process mount anything")
    line = command("serve", "--port", "0", "--data", str(tmp_path))
    _one_sentence([*apart, frozen, str(tmp_path), *line], tmp_path)


def _works(line: list[str]) -> bool:
    if shutil.which(line[0]) is None:
        return False
    return subprocess.run(line, capture_output=True, check=False).returncode == 0


def _one_sentence(line: list[str], folder: Path) -> None:
    done = subprocess.run(
        line, capture_output=True, text=True, env=environment(), timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("oxloop: ")
    assert str(folder) in sentence


def test_a_damaged_database_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    service = Running(tmp_path)
    try:
        with service.client() as http:
            for number in range(200):
                body = {"namespace": "ox", "name": f"r{number}", "description": "x" * 200}
                assert http.post("/api/repos", json=body).status_code == 200
    finally:
        assert service.stop() == 0
    with closing(sqlite3.connect(service.folder.database_file)) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size: int = conn.execute("PRAGMA page_size").fetchone()[0]
        (root,) = conn.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'repositories'"
        ).fetchone()
    with service.folder.database_file.open("rb+") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    again = Running(tmp_path)
    try:
        with again.client() as http:
            response = http.get("/api/repos/ox/r1")
            assert response.status_code == 500
            assert "malformed" in json.loads(response.content)["error"]["detail"]
            assert http.get("/api/ai/models").status_code == 200
    finally:
        assert again.stop() == 0


def test_a_damaged_data_file_is_told_and_mended_by_the_next_upload(
    service: Running, model: ScriptedModel
) -> None:
    content = b"text\n" + b"hello\n" * 100
    author = {"name": "Ann", "email": "ann@example.com"}
    repo = "/api/repos/ox/r"
    with service.client() as http:
        http.post("/api/repos", json={"namespace": "ox", "name": "r"})

        def upload() -> int:
            address = f"{repo}/file/main/a.csv"
            return http.put(address, files={"file": content}, data=author).status_code

        assert upload() == 200
        (file,) = [path for path in service.folder.files_dir.rglob("*") if path.is_file()]
        # As long as before, and changed within: only its digest tells.
        file.write_bytes(content.replace(b"hello", b"jelly", 1))
        for address in (f"{repo}/file/main/a.csv", f"{repo}/data_frames/main/a.csv"):
            response = http.get(address)
            assert response.status_code == 500
            assert "missing or damaged" in response.text
        assert upload() == 200
        assert http.get(f"{repo}/file/main/a.csv").content == content


def test_a_clock_that_jumps_changes_stamps_only(
    tmp_path: Path, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter(f"{year}-01-01T00:00:00.000000Z" for year in range(9999, 999, -1))

    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.parquet", [{"text": f"row {n}"} for n in range(300)])
        run_id = await world.create("main/a.parquet", target_branch="eval")
        monkeypatch.setattr(stamps, "now", lambda: next(moments))
        world.engine.submit(run_id)
        await world.engine.wait(run_id)
        run = await world.run(run_id)
        assert (run.status, run.processed) == ("completed", 300)
        assert run.started_at is not None
        assert run.completed_at is not None
        assert run.completed_at < run.started_at, "the clock ran backwards"
        head = await world.head("eval")
        assert run.result is not None
        assert run.result["closing_commit"]["id"] == head
        rows = await world.rows("eval", "a.parquet")
        assert [row["answer"] for row in rows] == [f"ROW {n}" for n in range(300)]

    in_world(tmp_path, work)
