"""What became of each row of a run, where the server tells: an extension of the local service."""

from typing import TYPE_CHECKING, Final

from oxloop._decode import integer
from oxloop._flow import Core, call
from oxloop._steps import Flow
from oxloop.errors import BadRequestError
from oxloop.oxen._names import repository
from oxloop.oxen._reading import row_state
from oxloop.runs import RunRow

if TYPE_CHECKING:
    from oxloop._http import Response

_PAGE_SIZE: Final = 1000
_FEWER: Final = 10


class RowStates:
    """Reads the states of a run's rows, page by page, in the rows' order.

    Args:
        core: The client's settings.
        repo: The run's repository.
        run_id: The run.
    """

    def __init__(self, core: Core, repo: str, run_id: str) -> None:
        self._core = core
        self._where = (*repository(repo), run_id)
        self._next, self._total = 1, 1
        self._size = _PAGE_SIZE
        self._read: list[RunRow] = []

    def more(self) -> Flow[list[RunRow]]:
        """Read the next page; an empty one is the end."""
        from oxloop_api.extensions.api.oxen import list_evaluation_rows

        def parse(response: "Response") -> tuple[list[RunRow], int]:
            found = list_evaluation_rows.parse_response(response)
            total = integer(found.pagination.total_pages, "pagination.total_pages")
            return [
                row_state(row, f"rows[{number}]") for number, row in enumerate(found.rows)
            ], total

        if self._next > self._total:
            return []
        request = list_evaluation_rows.build_request(
            *self._where, page=self._next, page_size=self._size
        )
        try:
            rows, self._total = yield from call(self._core, request, parse)
        except BadRequestError as error:
            if error.code != "too_large" or self._size == 1:
                raise
            # The same rows again, fewer at a time.
            self._next, self._size = (self._next - 1) * _FEWER + 1, self._size // _FEWER
            self._total = self._next
            return (yield from self.more())
        self._next += 1
        return rows

    def of(self, number: int) -> Flow[RunRow | None]:
        """Return the state of one row; None if it has none. To be asked in the rows' order."""
        while not self._read or self._read[-1].row < number:
            page = yield from self.more()
            if not page:
                return None
            self._read = page
        return next((row for row in self._read if row.row == number), None)
