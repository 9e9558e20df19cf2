"""Folders of earlier versions: every schema since the first one is brought up to date."""

import asyncio
import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from oxloop.rules.folder import DataFolder
from oxloop_server.storage.blobs import blob_path
from oxloop_server.storage.database import Database, UnusableDatabase, migrate
from oxloop_server.storage.schema import MIGRATIONS
from running_service import Running, until

from .whole_state import answers, v4

FIRST = Path(__file__).parent / "first_schema.sql"
"""A database of the first schema: evaluations of both APIs, one of which waits for logs."""

SOURCE = b"a,b\n1,x\n2,\n"
ANSWERED = b"a,b,c\n1,x,SAY X\n2,,SAY \n"


def tables(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """What a database consists of."""
    found = conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    return [(name, " ".join(sql.replace('"', "").split())) for name, sql in found]


def first(folder: Path) -> DataFolder:
    """A data folder as the first version left it."""
    home = DataFolder(folder)
    with closing(sqlite3.connect(home.database_file)) as conn:
        conn.executescript(FIRST.read_text(encoding="utf-8"))
    for content in (SOURCE, ANSWERED, "naïve".encode()):
        path = blob_path(home.files_dir, hashlib.sha256(content).hexdigest())
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return home


def test_a_folder_of_the_first_schema_answers_and_goes_on(tmp_path: Path) -> None:
    service = Running(first(tmp_path).path)
    try:
        found = answers(service, service.key)
        with v4(service, service.key) as http:
            (waiting,) = [
                run
                for path, content in found.items()
                if path.endswith("/evaluations") and path.startswith("/v4/")
                for run in json.loads(content)
                if run["status"] == "running"
            ]
            path = f"/v4/evaluations/{waiting['id']}"
            cases = http.get(f"{path}/datapoints").json()["records"]
            (open_one, *_) = [case for case in cases if case["log"] is None]
            log = {"datapoint_id": open_one["datapoint"]["id"], "log": {"output": "positive"}}
            assert http.post(f"{path}/log", json=log).status_code == 201

            def judged() -> int:
                cases = http.get(f"{path}/datapoints").json()["records"]
                return sum(len(case["evaluation_results"]) for case in cases)

            until(lambda: judged() == 2)
    finally:
        assert service.stop() == 0
    assert "contract violation" not in service.log()
    assert "Traceback" not in service.log()
    assert found["/api/repos/ox/r/file/main/a/b.csv"] == SOURCE
    assert found["/api/repos/ox/r/file/eval/first/a/b.csv"] == ANSWERED
    (rows,) = [json.loads(found[path])["rows"] for path in found if path.endswith("/rows")]
    assert [row["output"] for row in rows] == ["SAY X", "SAY "]
    statuses = [
        json.loads(content)["status"]
        for path, content in found.items()
        if path.startswith("/v4/evaluations/") and path.endswith("aggregates=true")
    ]
    assert sorted(statuses) == ["completed", "running"]


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_every_schema_comes_to_the_same(tmp_path: Path, version: int) -> None:
    with closing(sqlite3.connect(tmp_path / "old", isolation_level=None)) as conn:
        migrate(conn, version)
    db = Database(tmp_path / "old")
    new = Database(tmp_path / "new")
    try:
        old_tables, new_tables = (asyncio.run(one.read(tables)) for one in (db, new))
    finally:
        db.close()
        new.close()
    assert old_tables == new_tables
    assert len(new_tables) > 20


def test_the_first_migration_is_what_was_released(tmp_path: Path) -> None:
    home = first(tmp_path)
    with (
        closing(sqlite3.connect(home.database_file)) as old,
        closing(sqlite3.connect(tmp_path / "new", isolation_level=None)) as new,
    ):
        migrate(new, 1)
        assert tables(old) == tables(new)


def test_a_migration_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    home = first(tmp_path)
    with closing(sqlite3.connect(home.database_file)) as conn:
        # In the way of a later migration.
        conn.execute("CREATE TABLE idempotency_keys (x)")
    before = home.database_file.read_bytes()
    with pytest.raises(UnusableDatabase, match="idempotency_keys"):
        Database(home.database_file)
    with closing(sqlite3.connect(home.database_file)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (1,)
    assert len(home.database_file.read_bytes()) == len(before)


def test_a_newer_schema_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "db")) as conn:
        conn.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(UnusableDatabase, match="newer oxloop"):
        Database(tmp_path / "db")
