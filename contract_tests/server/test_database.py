"""The database: what waits for the disk."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from oxloop_server.storage import repositories, tenants
from oxloop_server.storage.database import SMALL_WRITES, Database, UnusableDatabase
from oxloop_server.storage.schema import MIGRATIONS


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A new database, of the usual durability."""
    made = Database(tmp_path / "db")
    try:
        yield made
    finally:
        made.close()


def test_a_transaction_that_moves_a_branch_waits_for_the_disk(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def noting(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    def written(work: Callable[[sqlite3.Connection], object]) -> list[str]:
        synced.clear()
        asyncio.run(db.write(work))
        return list(synced)

    if not Path("/proc/self/fd").exists():
        pytest.skip("this system does not tell which file a descriptor is of")
    monkeypatch.setattr("oxloop_server.storage.database.os.fsync", noting)
    assert written(lambda conn: tenants.ensure_tenant(conn, "t")) == []
    tenant = asyncio.run(db.read(tenants.every))[0]
    assert written(lambda conn: repositories.create_repository(conn, tenant.id, "ox", "r")) == [
        "db-wal"
    ]
    repo = asyncio.run(
        db.read(lambda conn: repositories.get_repository(conn, tenant.id, "ox", "r"))
    )

    def branch(conn: sqlite3.Connection) -> None:
        repositories.create_branch(conn, repo.id, "b", "main")

    assert written(branch) == ["db-wal"]
    assert written(branch) == [], "it is there already"
    assert written(lambda conn: repositories.delete_branch(conn, repo.id, "b")) == ["db-wal"]
    assert written(lambda conn: tenants.ensure_tenant(conn, "u")) == []


@pytest.mark.parametrize("content", [b"this is no database" * 100, b""])
def test_a_file_that_cannot_be_used_is_let_go(tmp_path: Path, content: bytes) -> None:
    path = tmp_path.resolve() / "db"
    path.write_bytes(content)
    if not content:
        with closing(sqlite3.connect(path)) as conn:
            conn.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(UnusableDatabase):
        Database(path)
    opened = Path("/proc/self/fd")
    if not opened.exists():
        pytest.skip("this system does not tell which file a descriptor is of")
    assert not [one for one in opened.iterdir() if one.exists() and one.readlink() == path]


def test_a_small_write_is_there_at_once_and_waits_for_its_turn(db: Database) -> None:
    order: list[str] = []

    async def write() -> None:
        def slow(conn: sqlite3.Connection) -> None:
            order.append("slow")
            tenants.ensure_tenant(conn, "slow")

        def small(conn: sqlite3.Connection) -> int:
            order.append("small")
            return len(tenants.every(conn))

        slowly = asyncio.create_task(db.write(slow))
        await asyncio.sleep(0)
        assert await db.write_small(small) == 1, "it sees what was given before it"
        await slowly
        await db.write_small(lambda conn: tenants.ensure_tenant(conn, "small"))
        assert [one.name for one in db.read_small(tenants.every)] == ["slow", "small"]
        assert len(await db.read(tenants.every)) == 2

    asyncio.run(write())
    assert order == ["slow", "small"]


def test_a_small_write_that_fails_leaves_nothing(db: Database) -> None:
    def failing(conn: sqlite3.Connection) -> None:
        tenants.ensure_tenant(conn, "t")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(db.write_small(failing))
    assert db.read_small(tenants.every) == []
    asyncio.run(db.write_small(lambda conn: tenants.ensure_tenant(conn, "t")))
    assert len(db.read_small(tenants.every)) == 1


def test_small_writes_that_come_together_are_one_transaction_and_fail_apart(db: Database) -> None:
    def failing(conn: sqlite3.Connection) -> None:
        tenants.ensure_tenant(conn, "lost")
        raise ValueError("no")

    async def write() -> list[object]:
        before = db.version()
        outcomes = await asyncio.gather(
            db.write_small(partial(tenants.ensure_tenant, name="first")),
            db.write_small(failing),
            db.write_small(partial(tenants.ensure_tenant, name="last")),
            return_exceptions=True,
        )
        assert db.version() == (before[0], before[1] + 1), "it was one commit"
        return list(outcomes)

    first, error, last = asyncio.run(write())
    assert isinstance(error, ValueError)
    assert db.read_small(tenants.every) == [first, last]


def test_a_transaction_that_ends_early_is_told_to_all_that_were_in_it(db: Database) -> None:
    def breaking(conn: sqlite3.Connection) -> None:
        conn.execute("ROLLBACK")  # as SQLite itself does where the disk is full
        raise sqlite3.OperationalError("database or disk is full")

    async def write() -> list[object]:
        return list(
            await asyncio.gather(
                db.write_small(partial(tenants.ensure_tenant, name="before")),
                db.write_small(breaking),
                db.write_small(partial(tenants.ensure_tenant, name="after")),
                return_exceptions=True,
            )
        )

    assert [str(one) for one in asyncio.run(write())] == ["database or disk is full"] * 3
    assert db.read_small(tenants.every) == []


def test_a_small_write_waits_elsewhere_while_another_process_writes(
    db: Database, tmp_path: Path
) -> None:
    async def write() -> bool:
        with closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(
                db.write_small(lambda conn: tenants.ensure_tenant(conn, "t"))
            )
            for _ in range(2):  # it is given; it is tried, and left to the thread, which may wait
                await asyncio.sleep(0)
            was_there = bool(db.read_small(tenants.every))
            other.execute("COMMIT")
        await writing
        return was_there

    assert asyncio.run(write()) is False
    assert len(db.read_small(tenants.every)) == 1


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY])
def test_the_event_loop_waits_once_for_another_process_that_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    tries: list[str] = []

    class Busy(sqlite3.Connection):
        def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
            if sql == "BEGIN IMMEDIATE":
                tries.append(threading.current_thread().name)
                if threading.current_thread() is threading.main_thread():
                    error = sqlite3.OperationalError("database is locked")
                    error.sqlite_errorcode = code
                    raise error
            return super().execute(sql, *given)

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Busy))
    db = Database(tmp_path / "db")
    tries.clear()
    try:
        for db.is_alone in (lambda: True, lambda: False):
            asyncio.run(db.write_small(lambda _: None))
    finally:
        db.close()
    assert tries == ["MainThread", "database-writer_0"] * 2


def test_the_log_of_small_writes_is_copied_in_the_background(db: Database, tmp_path: Path) -> None:
    async def write(kind: str) -> int:
        for name in [f"{kind} {number}" for number in range(SMALL_WRITES)]:
            await db.write_small(partial(tenants.ensure_tenant, name=name))
        await db.write(lambda _: None)  # what the thread was given before is done by then
        return (tmp_path / "db-wal").stat().st_size

    once = asyncio.run(write("first"))
    assert asyncio.run(write("second")) < 1.5 * once, "its room is used again"


def test_where_commits_wait_for_the_disk_the_event_loop_does_not(tmp_path: Path) -> None:
    threads: set[str] = set()

    def noting(_: sqlite3.Connection) -> None:
        threads.add(threading.current_thread().name)

    db = Database(tmp_path / "durable", durable=True)
    try:
        asyncio.run(db.write_small(noting))
    finally:
        db.close()
    assert threads == {"database-writer_0"}


def test_the_log_stays_short_while_writers_never_rest(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds, content, pages_of_each = 16, "x" * 8000, 8
    monkeypatch.setattr("oxloop_server.storage.database.LONGEST_LOG", SMALL_WRITES)

    async def write() -> None:
        for number in range(rounds * SMALL_WRITES):
            name = f"{number} {content}"
            await db.write_small(partial(tenants.ensure_tenant, name=name))

    asyncio.run(write())
    written = rounds * SMALL_WRITES * pages_of_each * 4096
    assert (tmp_path / "db-wal").stat().st_size < written / 2, "the file never shrinks"


def test_writers_seldom_wait_for_one_who_reads_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    class Noting(sqlite3.Connection):
        def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
            if "RESTART" in sql:
                begun.append(sql)
            return super().execute(sql, *given)

    async def write(db: Database, rounds: int) -> None:
        for number in range(rounds * SMALL_WRITES):
            await db.write_small(partial(tenants.ensure_tenant, name=str(number)))
            if number % SMALL_WRITES == 0:
                await db.write(lambda _: None)  # what the thread was given before is done by then

    monkeypatch.setattr("oxloop_server.storage.database.LONGEST_LOG", SMALL_WRITES)
    monkeypatch.setattr("oxloop_server.storage.database.ANEW_MS", 1)
    with closing(sqlite3.connect(tmp_path / "db", isolation_level=None)) as backup:
        monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Noting))
        made = Database(tmp_path / "db")
        try:
            backup.execute("BEGIN")
            backup.execute("SELECT count(*) FROM tenants").fetchone()
            asyncio.run(write(made, 8))
        finally:
            made.close()
    assert 0 < len(begun) <= 4


def test_a_small_write_that_is_alone_waits_for_no_other(db: Database) -> None:
    async def write() -> tuple[bool, bool]:
        alone = db.write_small(lambda conn: tenants.ensure_tenant(conn, "t"))
        with pytest.raises(StopIteration):
            alone.send(None)
        db.is_alone = lambda: False
        waiting = db.write_small(lambda conn: tenants.ensure_tenant(conn, "u"))
        task = asyncio.ensure_future(waiting)
        await asyncio.sleep(0)
        was_there = len(db.read_small(tenants.every)) == 2
        await task
        return was_there, len(db.read_small(tenants.every)) == 2

    db.is_alone = lambda: True
    assert asyncio.run(write()) == (False, True)


def test_a_database_that_another_program_holds_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "oxloop.sqlite3"
    Database(path).close()
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, timeout=0))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnusableDatabase, match=r"another program holds it\. Close") as told:
            Database(path)
    assert "sound copy" not in str(told.value)
