"""Lists that come in pages, whatever number the first page has."""

import math
from collections.abc import Callable
from typing import Any, Final

from attrs import frozen

from oxloop._decode import integer
from oxloop._steps import Emit, Flow
from oxloop.errors import ConfigurationError, UnprocessableEntityError

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
        ask: Asks for a page by its number and size.
        size: How many records to ask for at a time.
        first: The number of the first page.
        begin: The number of the page to begin with; the first one by default.
    """

    def __init__(
        self,
        ask: Callable[[int, int], Flow[Page]],
        size: int,
        first: int,
        begin: int | None = None,
    ) -> None:
        self._ask = ask
        self._size = size
        self._first = first
        self._number = first if begin is None else begin
        self._seen = 0
        self._total: float = math.inf

    def more(self) -> Flow[tuple[Any, ...]]:
        """Return the records of the next page; none behind the last."""
        if self._seen >= self._total:
            return ()
        found = yield from self._page(self._number, self._size)
        self._number += 1
        self._seen += len(found.records)
        self._total = found.total
        return found.records

    def _page(self, number: int, size: int) -> Flow[Page]:
        """Ask for a page, in smaller ones if the server says that it is too much at once."""
        try:
            return (yield from self._ask(number, size))
        except UnprocessableEntityError as error:
            if size == 1 or all(one.field != "query.size" for one in error.errors):
                raise
        fewer = next(part for part in range(size // 2, 0, -1) if size % part == 0)
        begin = self._first + (number - self._first) * (size // fewer)
        found = Page((), 0)
        for smaller in range(begin, begin + size // fewer):
            more = yield from self._page(smaller, fewer)
            found = Page((*found.records, *more.records), more.total)
            if not more.records:
                break
        return found


def every(pages: Pages) -> Flow[None]:
    """Emit each record of a list, asking for a page when its first record is wanted."""
    while records := (yield from pages.more()):
        for record in records:
            yield Emit(record)
