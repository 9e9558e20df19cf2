"""The database: what waits for the disk."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from oxloop_server.storage import repositories, tenants
from oxloop_server.storage.database import Database, UnusableDatabase
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
