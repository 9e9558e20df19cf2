"""Where what a request brings is written."""

import asyncio
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from oxloop_server.apis.writing import LARGE, write
from oxloop_server.contract.calls import Call
from oxloop_server.storage.database import Database


@pytest.mark.parametrize(
    ("headers", "here"),
    [
        ({"content-length": "2"}, True),
        ({"content-length": str(LARGE)}, True),
        ({"content-length": str(LARGE + 1)}, False),
        ({"transfer-encoding": "chunked"}, False),
    ],
)
def test_what_is_large_is_not_written_on_the_event_loop(
    tmp_path: Path, headers: Mapping[str, str], here: bool
) -> None:
    async def main() -> None:
        db = Database(tmp_path / "db")
        call = cast(Call, SimpleNamespace(headers=headers, service=SimpleNamespace(db=db)))

        def work(conn: sqlite3.Connection) -> Any:
            conn.execute("INSERT INTO tenants VALUES ('t', 'one', '2026-01-01')")
            return threading.current_thread()

        try:
            thread = await write(call, work)
            assert (thread is threading.current_thread()) is here
            found = await db.read(lambda conn: conn.execute("SELECT name FROM tenants").fetchall())
            assert [row["name"] for row in found] == ["one"]
        finally:
            db.close()

    asyncio.run(main())
