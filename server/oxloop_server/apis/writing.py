"""Where what a request brings is written: on the event loop, or beside it."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from oxloop_server.contract.calls import Call

T = TypeVar("T")

LARGE = 256 << 10
"""Bytes of a body that are not gone through and written while everybody else waits."""


async def write(call: Call, work: Callable[[sqlite3.Connection], T]) -> T:
    """Write a few rows that hold what a request brings.

    Args:
        call: The request.
        work: What to do, as for ``Database.write``.
    """
    length = call.headers.get("content-length")
    if length is None or int(length) > LARGE:
        return await call.service.db.write(work)
    return await call.service.db.write_small(work)
