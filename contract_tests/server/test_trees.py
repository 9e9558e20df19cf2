"""Trees of commits: each holds what it should, wherever it branches off, and costs no more."""

import asyncio
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oxloop_server.problems import Refused
from oxloop_server.storage import repositories, tenants, trees
from oxloop_server.storage.blobs import Blob
from oxloop_server.storage.database import Database, migrate
from oxloop_server.storage.repositories import Authorship
from oxloop_server.storage.trees import PAGE_ROWS, FileEntry

REPOSITORY = "r"
BY = Authorship("message", "Ann", "ann@example.com")

# Names that sort closely about the slash, and one whose order by UTF-16 would be another.
NAMES = st.sampled_from(["a", "a.b", "a-b", "a0", "b", "ü", "\uffee", "\U0001f600", "z"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
CHANGES = st.dictionaries(PATHS, st.sampled_from(["1", "2", None]), max_size=12)
STEPS = st.lists(st.tuples(st.integers(0, 30), CHANGES), max_size=30)


@contextmanager
def tables() -> Generator[sqlite3.Connection]:
    """A database with a repository, in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        migrate(conn)
        conn.row_factory = sqlite3.Row
        conn.execute("INSERT INTO tenants VALUES ('t', 'default', '')")
        conn.execute("INSERT INTO namespaces VALUES ('ox', 't')")
        conn.execute("INSERT INTO repositories VALUES (?, 'ox', 'r', NULL, 0, '')", (REPOSITORY,))
        conn.execute("PRAGMA foreign_keys = ON")
        yield conn


def folders(path: str) -> list[str]:
    """The folders that a path is in."""
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]


def blob(name: str | None) -> Blob | None:
    """Some bytes."""
    return None if name is None else Blob(name * 64, int(name))


@settings(deadline=None)
@given(STEPS)
def test_every_commit_holds_what_it_changed_and_what_was_there(
    steps: list[tuple[int, dict[str, str | None]]],
) -> None:
    with tables() as conn:
        made: list[tuple[int | None, dict[str, FileEntry]]] = [(None, {})]
        for number, (start, changes) in enumerate(steps):
            tree, before = made[start % len(made)]
            files = dict(before)
            real: dict[str, Blob | None] = {}
            for path, name in changes.items():
                written = blob(name)
                if written is not None:
                    files[path] = FileEntry(path, written.sha256, written.size, str(number))
                elif files.pop(path, None) is None:
                    continue
                real[path] = written
            made.append((trees.write(conn, REPOSITORY, str(number), tree, real), files))
        for tree, files in made:
            assert {file.path: file for file in trees.files(conn, tree)} == files
            assert (tree is None) == (not files)
            paths = {path for _, changes in steps for path in changes}
            for path in paths.union(*map(folders, paths)):
                inside = {one for one in files if one.startswith(f"{path}/")}
                assert trees.find(conn, tree, path) == files.get(path)
                assert trees.has_folder(conn, tree, path) == bool(inside)
                assert {file.path for file in trees.files(conn, tree, path)} == inside
        sizes = conn.execute("SELECT COUNT(*) FROM tree_pages GROUP BY page_id").fetchall()
        assert all(size <= PAGE_ROWS for (size,) in sizes)


def rows(conn: sqlite3.Connection) -> int:
    """How many rows all trees have."""
    (count,) = conn.execute("SELECT COUNT(*) FROM tree_pages").fetchone()
    return int(count)


def depth(conn: sqlite3.Connection, tree: int | None) -> int:
    """How many pages are on the way to the first file."""
    steps = 0
    while tree is not None:
        steps += 1
        (tree,) = conn.execute(
            "SELECT child_id FROM tree_pages WHERE page_id = ? ORDER BY path LIMIT 1", (tree,)
        ).fetchone()
    return steps


@pytest.mark.parametrize("form", ["one folder {0:04}", "{1}/{0}", "{0:04x}/a/b/c.csv"])
def test_a_commit_costs_as_much_as_its_change(form: str) -> None:
    with tables() as conn:
        tree: int | None = None
        for number in range(2000):
            before = rows(conn)
            path = form.format(number * 7919 % 2000, number % 10)
            tree = trees.write(conn, REPOSITORY, str(number), tree, {path: blob("1")})
            # A page of each level, one more of those that had to be divided.
            assert rows(conn) - before <= (depth(conn, tree) + 1) * (PAGE_ROWS + 1)
        assert depth(conn, tree) <= 7
        before = rows(conn)
        for number in range(50):
            trees.write(conn, REPOSITORY, f"branch {number}", tree, {"new": blob("2")})
        assert rows(conn) - before <= 50 * 8 * PAGE_ROWS, "branches off one commit share it"


def test_many_files_at_once_take_room_for_themselves() -> None:
    with tables() as conn:
        paths: Mapping[str, Blob | None] = {f"{number:05}": blob("1") for number in range(10_000)}
        tree = trees.write(conn, REPOSITORY, "one", None, paths)
        assert rows(conn) < 12_000
        assert depth(conn, tree) == 5
        gone = trees.write(conn, REPOSITORY, "two", tree, dict.fromkeys(list(paths)[1:]))
        assert [file.path for file in trees.files(conn, gone)] == ["00000"]
        assert trees.write(conn, REPOSITORY, "three", gone, {"00000": None}) is None


def test_a_commit_that_fails_leaves_nothing(tmp_path: Path) -> None:
    db = Database(tmp_path / "db")
    try:
        with pytest.raises(ZeroDivisionError):
            asyncio.run(db.write(_commit_and_fail))
        (left,) = asyncio.run(db.read(lambda conn: [rows(conn)]))
        assert left == 0
    finally:
        db.close()


def _commit_and_fail(conn: sqlite3.Connection) -> None:
    tenant = tenants.ensure_tenant(conn, "default")
    made = repositories.create_repository(conn, tenant.id, "ox", "r")
    repositories.commit_files(conn, made.id, "main", {"a.csv": Blob("1" * 64, 1)}, BY)
    assert rows(conn) == 1
    raise ZeroDivisionError


def test_files_of_one_commit_may_not_be_in_each_others_way() -> None:
    with tables() as conn:
        made = repositories.create_repository(conn, "t", "ox", "other")
        both = {"a/b": Blob("1" * 64, 1), "a": Blob("2" * 64, 2)}
        with pytest.raises(Refused, match="'a' is a file"):
            repositories.commit_files(conn, made.id, "main", both, BY)
