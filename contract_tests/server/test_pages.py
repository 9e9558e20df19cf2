"""What is read for one answer: no more of it comes into memory than the answer may hold."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from oxloop_server.storage.database import READERS, Database
from oxloop_server.storage.pages import TooMuch, within_a_page

LARGE = 10_000
BOUND = 3 * LARGE
"""Two such rows fit into it, with what a row takes beside."""

_NUMBERS = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ?)"
    " SELECT i FROM n, (SELECT count(*) FROM tenants)"
)
_TEXTS = _NUMBERS.replace("SELECT i FROM", "SELECT printf('%.*c', ?, 'x') FROM")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A new database."""
    found = Database(tmp_path / "db")
    yield found
    found.close()


def texts(conn: sqlite3.Connection, count: int) -> list[str]:
    """As many large texts."""
    found = conn.execute(_TEXTS, (count, LARGE))
    return [row[0] for row in found]


def test_what_fits_is_read(db: Database) -> None:
    def work(conn: sqlite3.Connection) -> tuple[list[str], str]:
        (row,) = conn.execute("SELECT 'by name' AS one").fetchall()
        return texts(conn, 2), row["one"]

    assert asyncio.run(db.read(within_a_page(work, BOUND))) == (["x" * LARGE] * 2, "by name")


def test_reading_ends_where_it_is_too_much(db: Database) -> None:
    read = 0

    def work(conn: sqlite3.Connection) -> None:
        nonlocal read
        found = conn.execute(_TEXTS, (1000, LARGE))
        for _ in found:
            read += 1

    with pytest.raises(TooMuch, match="more than 30000 bytes"):
        asyncio.run(db.read(within_a_page(work, BOUND)))
    assert read == 2


def test_lists_and_objects_of_json_count_more_than_their_text(db: Database) -> None:
    def work(conn: sqlite3.Connection) -> int:
        (row,) = conn.execute("SELECT ?", (json.dumps([{}] * 2000),)).fetchall()
        return len(row[0])

    assert asyncio.run(db.read(within_a_page(work))) < LARGE
    with pytest.raises(TooMuch):
        asyncio.run(db.read(within_a_page(work, BOUND)))


def test_several_queries_count_together(db: Database) -> None:
    def work(conn: sqlite3.Connection) -> None:
        for _ in range(3):
            texts(conn, 1)

    with pytest.raises(TooMuch):
        asyncio.run(db.read(within_a_page(work, BOUND)))


def test_rows_without_text_count_too(db: Database) -> None:
    def work(conn: sqlite3.Connection) -> int:
        return len(conn.execute(_NUMBERS, (1000,)).fetchall())

    assert asyncio.run(db.read(within_a_page(work))) == 1000
    with pytest.raises(TooMuch):
        asyncio.run(db.read(within_a_page(work, BOUND)))


def test_afterwards_others_read_what_they_like_and_what_is_there_then(db: Database) -> None:
    async def both() -> None:
        kept: list[BaseException] = []
        for number in range(4 * READERS):
            with pytest.raises(TooMuch) as refused:
                await db.read(within_a_page(lambda conn: texts(conn, 5), BOUND))
            kept.append(refused.value)
            await db.write(partial(_add_tenant, number=number))
            there = await asyncio.gather(*(db.read(_tenants) for _ in range(READERS)))
            assert there == [number + 1] * READERS
        assert len(await db.read(lambda conn: texts(conn, 5))) == 5

    asyncio.run(both())


def _add_tenant(conn: sqlite3.Connection, number: int) -> None:
    conn.execute("INSERT INTO tenants VALUES (?, ?, '')", (str(number), str(number)))


def _tenants(conn: sqlite3.Connection) -> int:
    (count,) = conn.execute("SELECT count(*) FROM tenants").fetchone()
    return int(count)
