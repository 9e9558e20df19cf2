"""Lists, which are read as long as an answer may hold what they have, and refused beyond that."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from oxloop_server.apis.humanloop.refusals import Place
from oxloop_server.contract.calls import Call
from oxloop_server.problems import Detail, Refused
from oxloop_server.storage.pages import TooMuch, within_a_page

T = TypeVar("T")


async def read_page(call: Call, work: Callable[[sqlite3.Connection], T]) -> T:
    """Read a page of the query's ``size``.

    Raises:
        Refused: If it holds more than an answer may.
    """
    instead = "ask for fewer at once." if call.query["size"] > 1 else "it cannot be listed."
    return await read_whole(call, work, ("query", "size"), instead)


async def read_whole(
    call: Call, work: Callable[[sqlite3.Connection], T], place: Place, instead: str
) -> T:
    """Read what has no pages.

    Args:
        call: The call.
        work: Reads it.
        place: What of the request asks for too much, if it is too much.
        instead: What to do then, as the end of a sentence.

    Raises:
        Refused: If it holds more than an answer may.
    """
    return await call.service.db.read(lambda conn: bounded(conn, work, place, instead))


def bounded(
    conn: sqlite3.Connection,
    work: Callable[[sqlite3.Connection], T],
    place: Place,
    instead: str,
    most: int | None = None,
) -> T:
    """The same within a transaction; ``most`` is as ``within_a_page`` has it."""
    try:
        return within_a_page(work, most)(conn)
    except TooMuch as much:
        # What was read must not stay in memory for the error's sake.
        message = f"{much}: {instead}"
    raise Refused("too_much", message, details=[Detail(place, message, "value")])
