"""The result of a run on Humanloop: a row for each datapoint, with its log and its judgments."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from oxloop._flow import Core, call
from oxloop._steps import Emit, Flow
from oxloop.humanloop import _reading
from oxloop.humanloop._paging import PAGE_SIZE, Page, Pages, page
from oxloop.humanloop.details import EvaluationDatapoint, Evaluator, Log
from oxloop.results import ResultRow

if TYPE_CHECKING:
    from oxloop._http import Response

COLUMNS: Final = (
    "datapoint_id",
    "log_id",
    "inputs",
    "messages",
    "target",
    "output",
    "error",
    "evaluator_errors",
)
"""What each row has, besides a column for each evaluator."""


def datapoints(core: Core, evaluation_id: str, page_size: int = PAGE_SIZE, first: int = 1) -> Pages:
    """Return the datapoints of an evaluation from a page on, in pages that count from 1."""
    from oxloop_api.humanloop.api.evaluations import list_evaluation_datapoints

    def parse(response: "Response") -> Page:
        found = list_evaluation_datapoints.parse_response(response)
        return page(found, _reading.evaluation_datapoint)

    def ask(number: int, size: int) -> Flow[Page]:
        request = list_evaluation_datapoints.build_request(evaluation_id, page=number, size=size)
        return call(core, request, parse)

    return Pages(ask, page_size, first=1, begin=first)


def error_of_all(core: Core, evaluation_id: str) -> Flow[str | None]:
    """Return the first log's error if there are logs and each has an error; else None."""
    first: str | None = None
    pages = datapoints(core, evaluation_id)
    while records := (yield from pages.more()):
        logs = [record.log for record in records if record.log is not None]
        if any(not log.error for log in logs):
            return None
        first = first or next((log.error for log in logs), None)
    return first


class HumanloopTable:
    """Reads the datapoints of a run, each as a row.

    Each evaluator has a column with its values, under its name, or under its id if the name is
    taken. A result that is an error stands in ``evaluator_errors`` instead, under the same name.

    Args:
        core: The client's settings.
        run_id: The run.
        evaluators: Who judges.
    """

    def __init__(self, core: Core, run_id: str, evaluators: Sequence[Evaluator]) -> None:
        self._core = core
        self._run_id = run_id
        self._columns = dict(_columns(evaluators))

    def rows(self) -> Flow[None]:
        """Emit each row, page by page."""
        pages = datapoints(self._core, self._run_id)
        while records := (yield from pages.more()):
            for record in records:
                yield Emit(self._row(record))

    def whole(self) -> Flow[list[ResultRow]]:
        """Read all rows."""
        rows: list[ResultRow] = []
        pages = datapoints(self._core, self._run_id)
        while records := (yield from pages.more()):
            rows += [self._row(record) for record in records]
        return rows

    def _row(self, found: EvaluationDatapoint) -> ResultRow:
        datapoint, log = found.datapoint, found.log
        row: dict[str, Any] = dict.fromkeys((*COLUMNS, *self._columns.values()))
        row |= {
            "datapoint_id": datapoint.id,
            "inputs": datapoint.inputs,
            "messages": datapoint.messages,
            "target": datapoint.target,
        }
        if log is not None:
            row |= {"log_id": log.id, "output": log.output, "error": log.error}
        errors: dict[str, str] = {}
        for result in found.evaluation_results:
            column = self._columns.get(result.evaluator_id, result.evaluator_id)
            row[column] = result.value
            if result.error is not None:
                errors[column] = result.error
        row["evaluator_errors"] = errors or None
        error = None if log is None else log.error
        status = "pending" if log is None else "failed" if error else "done"
        return ResultRow(row, status=status, error=error, cost=_cost(log))


def _cost(log: Log | None) -> float | None:
    costs = () if log is None else (log.prompt_cost, log.output_cost)
    told = [cost for cost in costs if cost is not None]
    return sum(told) if told else None


def _columns(evaluators: Sequence[Evaluator]) -> Iterator[tuple[str, str]]:
    """The column of each evaluator, by its id."""
    taken: set[str] = {*COLUMNS}
    for evaluator in evaluators:
        column = evaluator.id if evaluator.name in taken else evaluator.name
        taken.add(column)
        yield evaluator.id, column
