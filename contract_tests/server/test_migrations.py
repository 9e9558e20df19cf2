"""Folders of earlier versions: every schema since the first one is brought up to date."""

import asyncio
import hashlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from oxloop.rules.folder import DataFolder
from oxloop_server.storage import conversions, repositories
from oxloop_server.storage.blobs import blob_path
from oxloop_server.storage.database import Database, UnusableDatabase, migrate
from oxloop_server.storage.schema import MIGRATIONS
from oxloop_server.storage.trees import FileEntry
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


WHOLE_TREES = 4
"""The last schema in which each commit kept its whole tree."""

Tree = dict[str, FileEntry]


def add_old_commit(conn: sqlite3.Connection, sequence: int, parent: str | None, tree: Tree) -> str:
    """Write a commit as versions up to that schema did."""
    commit_id = f"{sequence:032x}"
    lines = (f"{path}\0{file.sha256}\0{file.commit_id}\n" for path, file in sorted(tree.items()))
    tree_id = hashlib.sha256("".join(lines).encode()).hexdigest()
    conn.executemany(
        "INSERT OR IGNORE INTO tree_entries VALUES ('r', ?, ?, ?, ?, ?)",
        [(tree_id, file.path, file.sha256, file.size, file.commit_id) for file in tree.values()],
    )
    conn.execute(
        "INSERT INTO commits VALUES ('r', ?, ?, ?, ?, 'message', 'Ann', 'a@b.c', '2026')",
        (commit_id, sequence, parent, tree_id),
    )
    return commit_id


def fill_old(conn: sqlite3.Connection, commits: int) -> tuple[dict[str, Tree], dict[str, set[str]]]:
    """Have a repository of several branches grow in the old schema.

    Returns:
        The files of each commit, and the commits that changed each path.
    """
    chance = random.Random(7)
    conn.execute("INSERT INTO tenants VALUES ('t', 'default', '2026')")
    conn.execute("INSERT INTO namespaces VALUES ('ox', 't')")
    conn.execute("INSERT INTO repositories VALUES ('r', 'ox', 'r', NULL, 0, '2026')")
    known = {add_old_commit(conn, 1, None, {}): Tree()}
    changed: dict[str, set[str]] = {}
    heads: dict[str, str] = dict.fromkeys(("main", "eval", "eval/first"), f"{1:032x}")
    for sequence in range(2, commits + 2):
        name = chance.choice([*heads])
        if chance.random() < 0.05:
            # A branch goes off any commit.
            name = f"branch {sequence}"
            heads[name] = chance.choice([*known])
        tree, commit_id = dict(known[heads[name]]), f"{sequence:032x}"
        for _ in range(chance.choice((1, 1, 1, 20))):
            path = f"{chance.randrange(20)}/{chance.randrange(20)}.csv"
            if chance.random() < 0.2:
                tree.pop(path, None)
            else:
                digest = hashlib.sha256(chance.randbytes(8)).hexdigest()
                tree[path] = FileEntry(path, digest, chance.randrange(100), commit_id)
        before = known[heads[name]]
        for path in {*tree, *before}:
            if tree.get(path) != before.get(path):
                changed.setdefault(path, set()).add(commit_id)
        heads[name] = add_old_commit(conn, sequence, heads[name], tree)
        known[commit_id] = tree
    conn.executemany("INSERT INTO branches VALUES ('r', ?, ?)", heads.items())
    return known, changed


def test_trees_that_were_kept_whole_are_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "db"
    monkeypatch.setattr(conversions, "REPORT_SECONDS", 0)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        migrate(conn, WHOLE_TREES)
        conn.execute("BEGIN")
        known, changed = fill_old(conn, 500)
        old = conn.execute("SELECT * FROM commits ORDER BY sequence").fetchall()
        branches = conn.execute("SELECT * FROM branches").fetchall()
        conn.execute("COMMIT")
    size = path.stat().st_size
    db = Database(path)

    def check(conn: sqlite3.Connection) -> None:
        for commit_id, tree in known.items():
            found = {file.path: file for file in repositories.files(conn, "r", commit_id)}
            assert found == tree
        for name, commits in changed.items():
            rows = conn.execute("SELECT commit_id FROM file_changes WHERE path = ?", (name,))
            assert {row["commit_id"] for row in rows} == commits
        new = conn.execute("SELECT * FROM commits ORDER BY sequence").fetchall()
        # All but the tree.
        assert [(*row[:4], *row[5:]) for row in new] == [(*row[:4], *row[5:]) for row in old]
        assert [tuple(row) for row in conn.execute("SELECT * FROM branches")] == branches
        by = repositories.Authorship("m", "a", "e")
        gone = repositories.remove(conn, "r", "main", next(iter(known[heads["main"]])), by)
        assert gone.parent_ids == (heads["main"],)

    heads = {name: commit_id for _, name, commit_id in branches}
    try:
        asyncio.run(db.write(check))
        written = path.with_name("db-wal").stat().st_size
    finally:
        db.close()
    assert len(known) > 500
    assert written < size / 4, "what is dropped is not written over"
    assert "converting the database: 500 of 501 commits are done" in caplog.text
    assert path.stat().st_size < size / 4, "what is not used any more is given back"


COUNT_COMMITS = "SELECT COUNT(*) FROM commits"

KILLED_HALF_WAY = """
import logging, os, pathlib, signal, sys
from oxloop_server.storage import conversions
from oxloop_server.storage.database import Database

class HalfWay(logging.Handler):
    def emit(self, record):
        if record.getMessage().startswith("converting the database: 100 of"):
            os.kill(os.getpid(), signal.SIGKILL)

conversions.REPORT_SECONDS = 0
logging.basicConfig(level=logging.INFO, handlers=[HalfWay()])
Database(pathlib.Path(sys.argv[1]))
"""


def test_a_conversion_that_is_killed_leaves_all_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        migrate(conn, WHOLE_TREES)
        conn.execute("BEGIN")
        known, _ = fill_old(conn, 200)
        conn.execute("COMMIT")
        before = [*conn.iterdump()]
    killed = subprocess.run([sys.executable, "-c", KILLED_HALF_WAY, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (WHOLE_TREES,)
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert [*conn.iterdump()] == before
    db = Database(path)
    try:
        (commits,) = asyncio.run(db.read(lambda conn: conn.execute(COUNT_COMMITS).fetchone()))
    finally:
        db.close()
    assert commits == len(known)
