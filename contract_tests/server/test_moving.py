"""``oxloop export`` and ``oxloop import``: a whole state goes elsewhere, and answers as before."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from oxloop.rules.errors import RuleError
from oxloop_server import folder
from oxloop_server.commands import exporting, importing
from oxloop_server.engine.values import arrow
from oxloop_server.storage import repositories
from oxloop_server.storage.database import read_only, schema_version
from oxloop_server.storage.schema import MIGRATIONS
from running_service import Running, add_key, command, environment, until
from scripted_model import ScriptedModel

from .test_migrations import first
from .whole_state import REPO, answers, evaluate, fill, fill_oxen, status_of

GIVEN_KEY = "a-key-given-at-the-start"
Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    """A model that answers in capitals."""
    with ScriptedModel(str.upper) as running:
        yield running


def prepare(data: Path, model: ScriptedModel) -> None:
    """Make a data folder whose service knows the model."""
    data.mkdir()
    (data / "models.toml").write_text(
        f'# ours\n[[models]]\nname = "scripted"\nbase_url = "{model.base_url}"\n'
        "added = 2026-01-01T00:00:00Z\n"
    )


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the service to its end."""
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        env=environment(),
        timeout=120,
        check=False,
    )


def done(*arguments: str) -> str:
    """Run a command that works, and answer what it says."""
    ended = run(*arguments)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def refusal(*arguments: str) -> str:
    """Run a command that ends with one sentence, and answer it."""
    ended = run(*arguments)
    assert (ended.returncode, ended.stdout) == (1, ""), ended.stderr
    (line,) = ended.stderr.splitlines()
    assert line.startswith("oxloop: ")
    return line


@frozen
class Moved:
    """A state that was exported while its service ran.

    Args:
        folder: The data folder.
        exported: What was exported.
        before: What its service answered to the folder's tenant, then to another.
        secrets: Every key that opened it.
        said: What the command said.
    """

    folder: Path
    exported: Path
    before: tuple[dict[str, bytes], dict[str, bytes]]
    secrets: list[str]
    said: str


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel) -> Iterator[Moved]:
    """The state of two tenants, exported from a running service."""
    home = tmp_path_factory.mktemp("moving")
    data, exported = home / "data", home / "exported"
    prepare(data, model)
    (data / "limits.toml").write_text("connections = 99\n")
    (data / "models" / "m").mkdir(parents=True)
    (data / "models" / "m" / "weights.gguf").write_bytes(b"weights")
    (data / "models" / ".half").write_bytes(b"half a download")
    other = add_key(data, "other", "--tenant", "team-b")
    service = Running(data, ["--api-key", GIVEN_KEY])
    try:
        fill(service, service.key)
        with service.client(other) as http:
            fill_oxen(http, "b")
        before = answers(service, service.key), answers(service, other, "b")
        said = done("export", str(exported), "--data", str(data))
        yield Moved(data, exported, before, [service.key, other, GIVEN_KEY], said)
    finally:
        assert service.stop() == 0


def test_an_imported_state_answers_as_before(moved: Moved, tmp_path: Path) -> None:
    data = tmp_path / "new"
    done("import", str(moved.exported), "--data", str(data))
    other = add_key(data, "other", "--tenant", "team-b")
    service = Running(data)
    try:
        assert service.key not in moved.secrets
        after = answers(service, service.key), answers(service, other, "b")
        with service.client(moved.secrets[1]) as http:
            assert http.get("/api/ai/models").status_code == 401, "no key came along"
    finally:
        assert service.stop() == 0
    assert len(moved.before[0]) > 40
    assert after == moved.before
    for name in ("models.toml", "limits.toml", "models/m/weights.gguf"):
        assert (data / name).read_bytes() == (moved.folder / name).read_bytes()
    made = [path for path in data.rglob("*") if path != data / "service.log"]
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_an_imported_state_exports_the_same(moved: Moved, tmp_path: Path) -> None:
    home = folder.prepare(tmp_path / "new")
    importing.run(moved.exported, home)
    exporting.run(tmp_path / "again", home)
    first, again = (
        json.loads((place / "manifest.json").read_text())["files"]
        for place in (moved.exported, tmp_path / "again")
    )
    assert again == first


def test_no_key_is_in_it(moved: Moved) -> None:
    files = [path.read_bytes() for path in moved.exported.rglob("*") if path.is_file()]
    assert len(files) > 20
    for key in moved.secrets:
        digest = hashlib.sha256(key.encode()).digest()
        secrets = (key.encode(), digest, digest.hex().encode())
        assert not any(secret in content for content in files for secret in secrets)
    assert not (moved.exported / "tables" / "api_keys.parquet").exists()
    assert not (moved.exported / "tables" / "idempotency_keys.parquet").exists()
    assert "no key" in moved.said
    assert "1 evaluation is not finished" in moved.said, "the one that waits for logs"


def test_other_tools_read_it(moved: Moved) -> None:
    parquet = arrow("pyarrow.parquet")
    tables = moved.exported / "tables"
    (commits, entries) = (
        parquet.read_table(tables / f"{name}.parquet").to_pylist()
        for name in ("commits", "file_changes")
    )
    assert {commit["author"] for commit in commits} >= {"Ann"}
    (entry,) = {entry["sha256"] for entry in entries if entry["path"] == "notes.txt"}
    assert (moved.exported / "files" / entry[:2] / entry).read_text() == "naïve"
    manifest = json.loads((moved.exported / "manifest.json").read_text())
    (runs,) = [one for one in manifest["files"] if one["path"] == "tables/runs.parquet"]
    assert runs["rows"] == parquet.read_table(tables / "runs.parquet").num_rows == 4


def test_a_folder_that_no_new_version_has_served_yet_is_exported(tmp_path: Path) -> None:
    old = first(tmp_path)
    exporting.run(tmp_path / "out", old)
    new = folder.prepare(tmp_path / "new")
    importing.run(tmp_path / "out", new)
    assert sorted(path.name for path in new.files_dir.glob("??/*")) == sorted(
        path.name for path in old.files_dir.glob("??/*")
    )
    with read_only(new.database_file) as conn:
        assert schema_version(conn) == len(MIGRATIONS)
        head = conn.execute("SELECT * FROM branches WHERE name = 'main'").fetchone()
        found = repositories.files(conn, head["repository_id"], head["commit_id"])
        assert sorted(file.path for file in found) == ["a/b.csv", "notes.txt"]


def test_a_snapshot_of_a_moment_goes_on_where_it_was(tmp_path: Path, model: ScriptedModel) -> None:
    prepare(tmp_path / "old", model)
    service = Running(tmp_path / "old")
    try:
        with service.client() as http, model.held():
            fill_oxen_files(http)
            calls = len(model.calls)
            run_id = evaluate(http, REPO, target_branch="later", auto_commit=True)
            model.wait_for(calls + 2)
            said = done("export", str(tmp_path / "out"), "--data", str(tmp_path / "old"))
            assert "1 evaluation is not finished" in said
            assert status_of(http, REPO, run_id) == "running"
            assert (
                http.post(f"/x/v1/oxen/repos/ox/r/evaluations/{run_id}/cancel").status_code == 200
            )
    finally:
        assert service.stop() == 0
    done("import", str(tmp_path / "out"), "--data", str(tmp_path / "new"))
    service = Running(tmp_path / "new")
    try:
        with service.client() as http:
            until(lambda: status_of(http, REPO, run_id) == "completed")
            content = http.get(f"{REPO}/file/later/a/b.csv").content
    finally:
        assert service.stop() == 0
    assert content == b"a,b,c\n1,x,SAY X\n2,,SAY \n"


def fill_oxen_files(http: Any) -> None:
    """A repository with the file that ``evaluate`` reads."""
    assert http.post("/api/repos", json={"namespace": "ox", "name": "r"}).status_code == 200
    upload = http.put(
        f"{REPO}/file/main/a/b.csv",
        files={"file": b"a,b\n1,x\n2,\n"},
        data={"name": "Ann", "email": "a@b.c"},
    )
    assert upload.status_code == 200


def _append(name: str) -> Damage:
    def damage(folder: Path) -> None:
        (path,) = folder.glob(name)
        path.write_bytes(path.read_bytes() + b"x")

    return damage


def _manifest(change: Callable[[dict[str, Any]], object]) -> Damage:
    def damage(folder: Path) -> None:
        path = folder / "manifest.json"
        manifest = json.loads(path.read_text())
        change(manifest)
        path.write_text(json.dumps(manifest))

    return damage


def _without(prefix: str) -> Damage:
    def change(manifest: dict[str, Any]) -> None:
        manifest["files"] = [one for one in manifest["files"] if not one["path"].startswith(prefix)]

    return _manifest(change)


def _first(**parts: object) -> Damage:
    return _manifest(lambda manifest: manifest["files"][0].update(parts))


DAMAGES: list[tuple[str, Damage, str]] = [
    ("a table", _append("tables/runs.parquet"), "runs.parquet is damaged"),
    ("the settings", _append("models.toml"), "models.toml is damaged"),
    ("no manifest", lambda folder: (folder / "manifest.json").unlink(), "is no whole export"),
    ("half a manifest", _append("manifest.json"), "is no whole export"),
    ("another's manifest", _manifest(lambda found: found.pop("files")), "is no export of oxloop"),
    ("a newer format", _manifest(lambda found: found.update(format=2)), "newer oxloop"),
    ("a newer schema", _manifest(lambda found: found.update(schema=10**6)), "newer oxloop"),
    ("a table less", _without("tables/hl_logs"), "the table hl_logs is missing"),
    ("nobody's rows", _first(rows=10**6), "another number of rows"),
    ("a path out of it", _first(path="../../key"), "names a file that no export has"),
    ("an absolute path", _first(path="/etc/passwd"), "names a file that no export has"),
    ("an unknown table", _first(path="tables/nothing.parquet"), "a table that there is not"),
]


@pytest.mark.parametrize(
    ("damage", "said"), [one[1:] for one in DAMAGES], ids=[one[0] for one in DAMAGES]
)
def test_a_damaged_export_is_refused(
    moved: Moved, tmp_path: Path, damage: Damage, said: str
) -> None:
    exported, home = tmp_path / "exported", folder.prepare(tmp_path / "new")
    shutil.copytree(moved.exported, exported)
    damage(exported)
    with pytest.raises(RuleError, match=said) as refused:
        importing.run(exported, home)
    assert not str(refused.value).endswith(".."), "one sentence, and not one in another"
    assert not home.database_file.exists()
    importing.run(moved.exported, home)


def test_a_data_file_that_is_not_its_name_is_refused(moved: Moved, tmp_path: Path) -> None:
    exported = tmp_path / "exported"
    shutil.copytree(moved.exported, exported)
    path = next(exported.glob("files/??/*"))
    path.write_bytes(b"other bytes")

    def change(manifest: dict[str, Any]) -> None:
        digest = hashlib.sha256(b"other bytes").hexdigest()
        for one in manifest["files"]:
            if one["path"].endswith(path.name):
                one.update(size=11, sha256=digest)

    _manifest(change)(exported)
    with pytest.raises(RuleError, match="are not those of its name"):
        importing.run(exported, folder.prepare(tmp_path / "new"))


def test_a_damaged_data_file_is_not_exported(moved: Moved, tmp_path: Path) -> None:
    home = folder.prepare(tmp_path / "data")
    importing.run(moved.exported, home)
    path = next(home.files_dir.glob("??/*"))
    path.write_bytes(b"other bytes")
    with pytest.raises(RuleError, match=str(path)):
        exporting.run(tmp_path / "out", home)
    with pytest.raises(RuleError, match="no whole export"):
        importing.run(tmp_path / "out", folder.prepare(tmp_path / "new"))


def test_settings_of_a_folder_are_not_overwritten(moved: Moved, tmp_path: Path) -> None:
    home = folder.prepare(tmp_path / "new")
    home.models_file.write_text("# mine\n")
    with pytest.raises(RuleError, match="is there already") as refused:
        importing.run(moved.exported, home)
    assert str(home.models_file) in str(refused.value)
    assert home.models_file.read_text() == "# mine\n"
    assert not home.database_file.exists()
    home.models_file.unlink()
    importing.run(moved.exported, home)
    assert home.models_file.read_text().startswith("# ours\n")


def test_a_folder_in_use_is_left_alone(moved: Moved, tmp_path: Path) -> None:
    exported = str(moved.exported)
    assert "is served" in refusal("import", exported, "--data", str(moved.folder))
    assert "is there already" in refusal("export", exported, "--data", str(moved.folder))
    done("import", exported, "--data", str(tmp_path / "new"))
    assert "has a database already" in refusal("import", exported, "--data", str(tmp_path / "new"))
    nothing = refusal("export", str(tmp_path / "out"), "--data", str(tmp_path / "none"))
    assert "nothing to export" in nothing
    assert not (tmp_path / "none").exists()
