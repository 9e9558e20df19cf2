"""What requests look up again and again: held until the tables change that it is in."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from attrs import define, field
from oxloop_server import compact_json
from oxloop_server.apis.humanloop import evaluations
from oxloop_server.storage import tenants
from oxloop_server.storage.database import Database
from oxloop_server.storage.definitions import LARGEST, MOST_BYTES, TABLES
from oxloop_server.storage.humanloop import configs, datasets, evaluators, projects

JUDGE = {"type": "external"}
CHANGES = [f"UPDATE {table} SET id = id" for table in TABLES]  # noqa: S608 - constants only


@define
class Library:
    """A database, and what is looked up in it."""

    path: Path
    db: Database
    looked: list[str] = field(factory=list[str])

    def find(self, conn: sqlite3.Connection, what: str = "a", size: int = 1) -> str:
        """Look something up, and note it unless it was held."""

        def look() -> str:
            self.looked.append(what)
            return f"{what} {len(self.looked)}"

        return self.db.defined(conn, what, look, lambda _: size)

    def found(self) -> str:
        """What a small write finds."""
        return asyncio.run(self.db.write_small(self.find))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A database with one of each."""

    def fill(conn: sqlite3.Connection) -> None:
        tenant = tenants.ensure_tenant(conn, "t").id
        project = projects.create(conn, tenant, "p")
        assert project is not None
        configs.ensure(conn, tenant, {"type": "model"})
        evaluators.create(conn, tenant, JUDGE, [])
        datasets.create(conn, tenant, project.id, "d", "D.")

    db = Database(tmp_path / "db")
    try:
        asyncio.run(db.write(fill))
        yield Library(tmp_path / "db", db)
    finally:
        db.close()


def test_what_was_looked_up_is_held(library: Library) -> None:
    assert [library.found(), library.found()] == ["a 1", "a 1"]
    asyncio.run(library.db.write_small(lambda conn: tenants.ensure_tenant(conn, "another")))
    assert library.found() == "a 1", "that defines nothing"


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_a_small_write_ends_it(library: Library, change: str) -> None:
    def work(conn: sqlite3.Connection) -> list[str]:
        before = library.find(conn)
        assert conn.execute(change).rowcount == 1
        return [before, library.find(conn)]

    assert asyncio.run(library.db.write_small(work)) == ["a 1", "a 2"]
    assert library.found() == "a 2"


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_writers_thread_ends_it(library: Library, change: str) -> None:
    library.found()
    asyncio.run(library.db.write(lambda conn: conn.execute(change).close()))
    assert library.found() == "a 2"


def test_a_change_of_another_process_ends_it(library: Library) -> None:
    library.found()
    with closing(sqlite3.connect(library.path)) as other, other:
        other.execute(CHANGES[0])
    assert library.found() == "a 2"


def test_nothing_is_held_of_a_change_that_is_taken_back(library: Library) -> None:
    def failing(conn: sqlite3.Connection) -> None:
        conn.execute(CHANGES[0])
        library.find(conn)
        raise ValueError("no")

    async def together() -> None:
        await asyncio.gather(
            library.db.write_small(failing),
            library.db.write_small(library.find),
            return_exceptions=True,
        )

    with suppress(ValueError):
        asyncio.run(library.db.write_small(failing))
    assert library.found() == "a 2"
    asyncio.run(together())
    assert library.looked == ["a"] * 4, "one of two that came together was taken back"


def test_other_connections_hold_nothing(library: Library) -> None:
    assert asyncio.run(library.db.write(library.find)) == "a 1"
    assert asyncio.run(library.db.read(library.find)) == "a 2"
    assert library.db.read_small(library.find) == "a 3"
    assert library.db.read_small(library.find) == "a 3"


def test_what_is_held_is_bounded(library: Library) -> None:
    def work(conn: sqlite3.Connection) -> None:
        for number in range(2 * MOST_BYTES // LARGEST):
            library.find(conn, str(number), LARGEST // 2)
        library.looked.clear()
        for number in range(2 * MOST_BYTES // LARGEST):
            library.find(conn, str(number), LARGEST // 2)
        library.find(conn, "large", LARGEST + 1)
        library.find(conn, "large", LARGEST + 1)
        last = library.looked[-3:]
        library.find(conn, last[0], LARGEST // 2)
        assert library.looked[-3:] == last, "what was found last is held"

    asyncio.run(library.db.write_small(work))
    assert len(library.looked) > MOST_BYTES // LARGEST
    assert library.looked.count("large") == 2


def test_an_evaluator_that_is_named_often_is_gone_through_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_through: list[object] = []

    def noting(value: object) -> bytes:
        gone_through.append(value)
        return to_bytes(value)

    def parts(conn: sqlite3.Connection) -> evaluations.Parts:
        (tenant,) = tenants.every(conn)
        project = projects.by_name(conn, tenant.id, "p")
        assert project is not None
        config = configs.ensure(conn, tenant.id, {"type": "model"})
        (judge,) = evaluators.every(conn, tenant.id)
        (dataset,) = datasets.every(conn, tenant.id)
        return evaluations.Parts(project, config, [(("body",), judge)] * 1000, dataset)

    to_bytes = compact_json.to_bytes
    monkeypatch.setattr(compact_json, "to_bytes", noting)
    named = asyncio.run(library.db.write(parts))
    assert named.size() > LARGEST, "the names take room too"
    assert gone_through == [{"type": "model", "name": named.config.body["name"]}, JUDGE]
