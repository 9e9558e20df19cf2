"""How far a run on Humanloop has come, counted page by page. Pure: no I/O happens here.

The API tells a run's progress nowhere; it has to be counted on the pages of the run's datapoints.
So that a long run is not read as a whole each time somebody asks, a count remembers which pages
were done, a look at the run reads a few of the others only, and each look begins where the one
before it stopped.
"""

from typing import Final

from attrs import evolve, frozen

PAGE_SIZE: Final = 100
PAGES_A_LOOK: Final = 5
"""Pages that are read at most each time somebody asks about a run that goes on."""


@frozen
class Tally:
    """How many datapoints were done on each page, when the page was last seen.

    Attributes:
        evaluators: Ids of the evaluators whose results were asked of a datapoint that is done.
        total: How many datapoints there are; None before the first page.
        done: How many were done on each page.
        at: The page that the next look begins with; pages count from 1.
    """

    evaluators: frozenset[str] = frozenset()
    total: int | None = None
    done: tuple[int, ...] = ()
    at: int = 1

    def counted(self, page: int, done: int, total: int) -> "Tally":
        """Return the tally with what a page says now."""
        pages = -(-total // PAGE_SIZE)
        counts = [*self.done[:pages], *[0] * (pages - len(self.done))]
        if page <= pages:
            counts[page - 1] = done
        return evolve(self, total=total, done=tuple(counts))

    def unfinished(self, start: int) -> int | None:
        """Return the first page from ``start`` on that has datapoints not done, if there is one."""
        if self.total is None:
            return start
        for page in range(start, len(self.done) + 1):
            if self.done[page - 1] < min(PAGE_SIZE, self.total - (page - 1) * PAGE_SIZE):
                return page
        return None
