"""The rows of a run's results, and the whole table for a data library."""

from typing import Any, Literal

import oxloop.results as results_module
import pytest
import respx
from oxloop import ConfigurationError

from ..conftest import Teller, Told, collect, requests
from . import answers
from .answers import EVALUATOR_ID, LOG_ID, RUN_ID, ok, page

PATH = f"/v4/evaluations/{RUN_ID}"
POINTS = f"{PATH}/datapoints"

Kind = Literal["arrow", "polars", "pandas"]


def evaluators(*names: str) -> list[dict[str, Any]]:
    """Evaluators of these names, with ids of their own."""
    return [answers.evaluator(id=f"evfn_{number}", name=name) for number, name in enumerate(names)]


def script(hub: respx.MockRouter, *cases: dict[str, Any], **changes: Any) -> respx.Route:
    """A run that waits, so that nothing is counted, over these datapoints."""
    hub.get(PATH).mock(return_value=ok(answers.evaluation(**changes)))
    return hub.get(POINTS).mock(return_value=ok(page(cases, 1)))


def rows_of(hl: Any) -> Told:
    run = yield hl.evaluations.get(RUN_ID)
    return (yield collect(run.results()))


def test_a_row_has_all_that_became_of_a_datapoint(teller: Teller, hub: respx.MockRouter) -> None:
    script(hub, answers.case(1, EVALUATOR_ID, log=answers.log()), answers.case(2))
    first, second = teller.tell(rows_of)
    assert first == {
        "datapoint_id": "evtc_1",
        "log_id": LOG_ID,
        "inputs": {"review": "review 1"},
        "messages": None,
        "target": {"label": "positive"},
        "output": "positive",
        "error": None,
        "evaluator_errors": None,
        "right label": True,
    }
    assert list(second) == list(first)
    assert second == dict.fromkeys(first) | {
        "datapoint_id": "evtc_2",
        "inputs": {"review": "review 2"},
        "target": {"label": "positive"},
    }
    assert (first.status, first.error, second.status) == ("done", None, "pending")


def test_errors_stand_beside_the_values(teller: Teller, hub: respx.MockRouter) -> None:
    log = answers.log(output=None, error="the model is gone")
    results = [
        answers.result(evaluator_id="evfn_0", value=None, error="no output"),
        answers.result(evaluator_id="evfn_1", value=0.5),
        answers.result(evaluator_id="evfn_9", value="odd"),
    ]
    case = answers.case(1, log=log, evaluation_results=results)
    script(hub, case, evaluators=evaluators("right", "style"))
    (row,) = teller.tell(rows_of)
    assert (row["output"], row["error"]) == (None, "the model is gone")
    assert (row["right"], row["style"], row["evfn_9"]) == (None, 0.5, "odd")
    assert row["evaluator_errors"] == {"right": "no output"}


@pytest.mark.parametrize("name", ["output", "evaluator_errors", "same"])
def test_a_name_that_is_taken_gives_way_to_the_id(
    teller: Teller, hub: respx.MockRouter, name: str
) -> None:
    results = [answers.result(evaluator_id=f"evfn_{number}", value=number) for number in range(2)]
    case = answers.case(1, log=answers.log(), evaluation_results=results)
    script(hub, case, evaluators=evaluators("same", name))
    (row,) = teller.tell(rows_of)
    assert (row["same"], row["evfn_1"], row["output"]) == (0, 1, "positive")


def test_rows_come_page_by_page_when_they_are_asked_for(
    teller: Teller, hub: respx.MockRouter
) -> None:
    route = script(hub)
    cases = [answers.case(number) for number in range(101)]
    route.mock(side_effect=[ok(page(cases[:100], 1, 101)), ok(page(cases[100:], 2, 101))])

    def story(hl: Any) -> Told:
        run = yield hl.evaluations.get(RUN_ID)
        rows = run.results()
        assert not route.called
        iterator = iter(rows) if teller.is_sync else aiter(rows)
        yield next(iterator) if teller.is_sync else anext(iterator)
        assert route.call_count == 1
        rest = yield collect(iterator)
        return [row["datapoint_id"] for row in rest]

    assert teller.tell(story) == [f"evtc_{number}" for number in range(1, 101)]
    queries = [request.url.query for request in requests(route)]
    assert queries == [b"page=1&size=100", b"page=2&size=100"]


@pytest.mark.parametrize("status", ["pending", "cancelled"])
def test_there_are_rows_whatever_the_status(
    teller: Teller, hub: respx.MockRouter, status: str
) -> None:
    script(hub, answers.case(1), status=status)
    assert [row["datapoint_id"] for row in teller.tell(rows_of)] == ["evtc_1"]


def table(kind: Kind) -> Any:
    """A story that reads the whole table."""

    def story(hl: Any) -> Told:
        run = yield hl.evaluations.get(RUN_ID)
        return (yield getattr(run.results(), f"to_{kind}")())

    return story


@pytest.mark.parametrize("kind", ["arrow", "polars", "pandas"])
def test_the_whole_table_can_be_had(teller: Teller, hub: respx.MockRouter, kind: Kind) -> None:
    message = {"role": "user", "content": "Hello"}
    first = answers.case(1, EVALUATOR_ID, log=answers.log(output="007"))
    second = answers.case(2, datapoint=answers.datapoint(2, messages=[message]))
    route = script(hub)
    route.mock(side_effect=[ok(page([first], 1, 2)), ok(page([second], 2, 2))])
    found = teller.tell(table(kind))
    assert type(found).__module__.split(".")[0] == {"arrow": "pyarrow"}.get(kind, kind)
    columns = list(found.column_names) if kind == "arrow" else list(found.columns)
    assert columns == [
        "datapoint_id", "log_id", "inputs", "messages", "target", "output", "error",
        "evaluator_errors", "right label",
    ]  # fmt: skip

    def column(name: str) -> list[Any]:
        values = found[name].to_pylist() if kind == "arrow" else found[name].to_list()
        return [None if value is None or value != value else value for value in values]

    assert column("output") == ["007", None]
    assert column("right label") == [True, None]
    assert column("target") == [{"label": "positive"}] * 2
    (empty, messages) = column("messages")
    assert empty is None
    assert list(messages) == [message]
    assert route.call_count == 2


@pytest.mark.parametrize("kind", ["arrow", "polars", "pandas"])
def test_no_rows_make_an_empty_table(teller: Teller, hub: respx.MockRouter, kind: Kind) -> None:
    script(hub)
    assert len(teller.tell(table(kind))) == 0


@pytest.mark.parametrize("kind", ["arrow", "polars"])
def test_values_of_mixed_types_are_said_not_to_fit(
    teller: Teller, hub: respx.MockRouter, kind: Kind
) -> None:
    targets: list[Any] = [{"label": "positive"}, {"label": ["a", 1]}]
    script(
        hub,
        *[
            answers.case(number, datapoint=answers.datapoint(number, target=target))
            for number, target in enumerate(targets)
        ],
    )
    with pytest.raises(ConfigurationError, match=r"one type each: .*use to_pandas\(\)"):
        teller.tell(table(kind))


@pytest.mark.parametrize("kind", ["arrow", "polars", "pandas"])
def test_a_missing_library_is_named_before_anything_is_read(
    teller: Teller, hub: respx.MockRouter, monkeypatch: pytest.MonkeyPatch, kind: Kind
) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(results_module, "import_module", missing)
    route = script(hub)
    with pytest.raises(ConfigurationError, match="pip install"):
        teller.tell(table(kind))
    assert not route.called


def test_a_row_tells_what_its_log_cost(teller: Teller, hub: respx.MockRouter) -> None:
    logs = [answers.log(prompt_cost=0.25, output_cost=None), answers.log(), None]
    script(hub, *(answers.case(number, log=log) for number, log in enumerate(logs)))
    assert [row.cost for row in teller.tell(rows_of)] == [0.25, None, None]
