"""The result of a run on Oxen: a file in the repository, at one commit."""

from oxloop._checks import by_the_rules
from oxloop._extensions import ROWS
from oxloop._flow import Core, download
from oxloop._steps import Emit, Flow
from oxloop.errors import ConfigurationError
from oxloop.oxen import branches, data_frames
from oxloop.oxen._names import Location, repository
from oxloop.oxen.details import OxenDetails
from oxloop.oxen.row_states import RowStates
from oxloop.results import ResultRow, TableFile
from oxloop.rules.formats import table_format
from oxloop.runs import RunState

_PAGE_SIZE = 100


class OxenTable:
    """Reads the file that a run committed.

    It is read at the commit that the server names; where it names none, at the head of the target
    branch, looked up once, so that all pages are of the same file.

    Args:
        core: The client's settings.
        run: The run, completed.
    """

    def __init__(self, core: Core, run: RunState) -> None:
        assert run.oxen is not None
        self._core = core
        self._run = run
        self._details: OxenDetails = run.oxen
        self._commit = run.commit

    def rows(self) -> Flow[None]:
        """Emit each row, page by page."""
        where = yield from self._where()
        states = yield from self._states()
        number, total, row_number = 1, 1, 0
        while number <= total:
            page = yield from data_frames.get(
                self._core, self._details.repo, where, number, _PAGE_SIZE
            )
            names = [column.name for column in page.columns]
            column = self._details.target_column
            if number == 1 and names and column is not None and column not in names:
                raise ConfigurationError(
                    f'{where.path} at {where.revision} has no column "{column}": the result of '
                    f"evaluation {self._run.id} was not committed there. "
                    "Give auto_commit=True to the run."
                )
            for row in page.rows:
                state = (yield from states.of(row_number)) if states else None
                yield Emit(
                    ResultRow(row, status=state.status, error=state.error, cost=state.cost)
                    if state
                    else ResultRow(row)
                )
                row_number += 1
            number, total = number + 1, page.total_pages

    def whole(self) -> Flow[TableFile]:
        """Read the whole file."""
        from oxloop_api.oxen.api.files import download_file

        from oxloop.oxen.files import Memory

        where = yield from self._where()
        with by_the_rules():
            found = table_format(where.path)
        memory = Memory()
        request = download_file.build_request(*repository(self._details.repo), where.resource)
        yield from download(self._core, request, memory)
        return TableFile(content=memory.getvalue(), format=found)

    def _states(self) -> Flow[RowStates | None]:
        """What became of each row, if the server tells."""
        known = ROWS in (yield from self._core.features())
        return RowStates(self._core, self._details.repo, self._run.id) if known else None

    def _where(self) -> Flow[Location]:
        """The file, at a commit that no longer moves."""
        path = self._details.target_path or self._details.path
        if path is None:
            raise ConfigurationError(
                f"The server does not say which file evaluation {self._run.id} wrote; "
                "read it with oxen.data_frames or oxen.files."
            )
        if self._commit is None:
            branch = self._details.target_branch or self._details.revision
            if branch is None:
                raise ConfigurationError(
                    f"The server does not say which branch evaluation {self._run.id} wrote to; "
                    "read the file with oxen.data_frames or oxen.files."
                )
            head = yield from branches.get(self._core, self._details.repo, branch)
            self._commit = head.commit_id
        return Location(self._commit, path, explicit=True)
