"""Lists that come in pages, whatever number the first page has."""

import math
from collections.abc import Callable
from typing import Any, Final

from attrs import frozen

from oxloop._decode import integer
from oxloop._steps import Emit, Flow
from oxloop.errors import ConfigurationError

PAGE_SIZE: Final = 100
"""Records that are asked for at a time."""


@frozen
class Page:
    """A page of a list.

    Attributes:
        records: What is on it.
        total: How many records the whole list has.
    """

    records: tuple[Any, ...]
    total: int


def page(found: Any, read: Callable[[Any, str], object]) -> Page:
    """Read a page of any list, each record with ``read``."""
    records = enumerate(found.records)
    return Page(
        records=tuple(read(record, f"records[{number}].") for number, record in records),
        total=integer(found.total, "total"),
    )


def check_size(page_size: int) -> int:
    """Return how many records to ask for at a time, if that makes sense.

    Raises:
        ConfigurationError: It does not.
    """
    if page_size < 1:
        raise ConfigurationError(f"page_size={page_size} is not usable; give 1 or more.")
    return page_size


class Pages:
    """A list that comes in pages, which are asked for one after the other.

    Args:
        ask: Asks for a page by its number.
        first: The number of the first page.
    """

    def __init__(self, ask: Callable[[int], Flow[Page]], first: int) -> None:
        self._ask = ask
        self._number = first
        self._seen = 0
        self._total: float = math.inf

    def more(self) -> Flow[tuple[Any, ...]]:
        """Return the records of the next page; none behind the last."""
        if self._seen >= self._total:
            return ()
        found = yield from self._ask(self._number)
        self._number += 1
        self._seen += len(found.records)
        self._total = found.total
        return found.records


def every(pages: Pages) -> Flow[None]:
    """Emit each record of a list, asking for a page when its first record is wanted."""
    while records := (yield from pages.more()):
        for record in records:
            yield Emit(record)
