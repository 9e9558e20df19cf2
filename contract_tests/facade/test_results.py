"""What a run produced: rows page by page, and whole tables for data libraries."""

import io
from importlib import import_module
from typing import Any, Literal

import httpx
import pytest
import respx
from oxloop import ConfigurationError
from oxloop import results as results_module

from .answers import COMMIT_ID, RUN_ID, branch, evaluation, page
from .conftest import Teller, Told, collect, requests

RUN = f"/api/repos/ox/support/evaluations/{RUN_ID}"
FRAMES = "/api/repos/ox/support/data_frames"
FILES = "/api/repos/ox/support/file"
ROWS: list[dict[str, Any]] = [{"query": "a", "department": "x"}, {"query": "b", "department": None}]

Kind = Literal["arrow", "polars", "pandas"]


def done(**changes: Any) -> httpx.Response:
    fields = {"status": "completed", "closing_commit": {"id": COMMIT_ID}}
    return evaluation(**(fields | changes))


def rows_of(oxen: Any) -> Told:
    run = yield oxen.evaluations.get("ox/support", RUN_ID)
    return (yield collect(run.results()))


def test_rows_are_read_at_the_commit_that_holds_them(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(RUN).mock(return_value=done())
    route = hub.get(f"{FRAMES}/{COMMIT_ID}/tickets.parquet").mock(
        side_effect=[page(ROWS[:1], 1, 2), page(ROWS[1:], 2, 2)]
    )
    assert teller.tell(rows_of) == ROWS
    queries = [request.url.query for request in requests(route)]
    assert queries == [b"page=1&page_size=100", b"page=2&page_size=100"]


def test_rows_are_fetched_when_they_are_asked_for(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(RUN).mock(return_value=done())
    route = hub.get(path__startswith=FRAMES).mock(return_value=page(ROWS, 1, 2))

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        results = run.results()
        assert not route.called
        iterator = iter(results) if teller.is_sync else aiter(results)
        first = yield (next(iterator) if teller.is_sync else anext(iterator))
        if not teller.is_sync:
            yield iterator.aclose()
        return first

    assert teller.tell(story) == ROWS[0]
    assert route.call_count == 1


def test_without_a_commit_the_head_of_the_target_branch_is_looked_up_once(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get(RUN).mock(return_value=done(closing_commit=None, target_path="out/result.csv"))
    head = hub.get("/api/repos/ox/support/branches/eval/first").mock(
        side_effect=[branch("eval/first", "c1"), branch("eval/first", "c2")]
    )
    route = hub.get(f"{FRAMES}/c1/out/result.csv").mock(
        side_effect=[page(ROWS[:1], 1, 2), page(ROWS[1:], 2, 2)] * 2
    )

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        results = run.results()
        once = yield collect(results)
        return once, (yield collect(results))

    assert teller.tell(story) == (ROWS, ROWS)
    assert head.call_count == 1
    assert route.call_count == 4


def test_without_a_target_branch_the_source_branch_is_it(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get(RUN).mock(return_value=done(closing_commit=None, target_branch=None))
    hub.get("/api/repos/ox/support/branches/main").mock(return_value=branch("main", "c1"))
    hub.get(f"{FRAMES}/c1/tickets.parquet").mock(return_value=page(ROWS))
    assert teller.tell(rows_of) == ROWS


@pytest.mark.parametrize("gone", ["resource", "target"])
def test_a_server_that_does_not_say_where_the_result_is(
    teller: Teller, hub: respx.MockRouter, gone: str
) -> None:
    changes = {"resource": None} if gone == "resource" else {
        "closing_commit": None, "target_branch": None, "resource": {"path": "a.csv"},
    }  # fmt: skip
    hub.get(RUN).mock(return_value=done(**changes))
    with pytest.raises(ConfigurationError, match="does not say which"):
        teller.tell(rows_of)


def test_a_result_that_was_not_committed_is_said_to_be_missing(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get(RUN).mock(return_value=done(closing_commit=None))
    hub.get("/api/repos/ox/support/branches/eval/first").mock(return_value=branch("b", "c1"))
    hub.get(f"{FRAMES}/c1/tickets.parquet").mock(return_value=page([{"query": "a"}]))
    with pytest.raises(ConfigurationError, match="auto_commit=True"):
        teller.tell(rows_of)


def test_an_empty_result_has_no_rows(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(RUN).mock(return_value=done(target_column="query"))
    hub.get(path__startswith=FRAMES).mock(return_value=page([], 1, 0))
    assert teller.tell(rows_of) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [("running", r"wait\(\) for its end"), ("errored", "has no result"), ("cancelled", "has no")],
)
def test_a_run_that_has_not_completed_has_no_results(
    teller: Teller, hub: respx.MockRouter, status: str, words: str
) -> None:
    hub.get(RUN).mock(return_value=evaluation(status=status))
    with pytest.raises(ConfigurationError, match=words):
        teller.tell(rows_of)


def content(suffix: str) -> bytes:
    """The rows as a file of some format."""
    pyarrow: Any = import_module("pyarrow")
    parquet: Any = import_module("pyarrow.parquet")
    if suffix == "csv":
        return b"query,department\na,x\nb,\n"
    if suffix == "jsonl":
        return b'{"query":"a","department":"x"}\n{"query":"b","department":null}\n'
    buffer = io.BytesIO()
    if suffix == "feather":
        import_module("pyarrow.feather").write_feather(pyarrow.Table.from_pylist(ROWS), buffer)
        return buffer.getvalue()
    parquet.write_table(pyarrow.Table.from_pylist(ROWS), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("suffix", ["parquet", "feather", "csv", "jsonl"])
@pytest.mark.parametrize("kind", ["arrow", "polars", "pandas"])
def test_the_whole_table_can_be_had(
    teller: Teller, hub: respx.MockRouter, kind: Kind, suffix: str
) -> None:
    hub.get(RUN).mock(return_value=done(target_path=f"out/r.{suffix}"))
    route = hub.get(f"{FILES}/{COMMIT_ID}/out/r.{suffix}").mock(
        return_value=httpx.Response(200, content=content(suffix))
    )

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        return (yield getattr(run.results(), f"to_{kind}")())

    table = teller.tell(story)
    assert route.call_count == 1
    assert type(table).__module__.split(".")[0] == {"arrow": "pyarrow"}.get(kind, kind)
    columns = list(table.column_names) if kind == "arrow" else list(table.columns)
    assert columns == ["query", "department"]
    queries = table["query"].to_pylist() if kind == "arrow" else table["query"].to_list()
    assert queries == ["a", "b"]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("arrow", "pip install pyarrow"),
        ("polars", "pip install 'oxloop[polars]'"),
        ("pandas", "pip install 'oxloop[pandas]'"),
    ],
)
def test_a_missing_library_is_named_with_the_line_that_installs_it(
    teller: Teller,
    hub: respx.MockRouter,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    line: str,
) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(results_module, "import_module", missing)
    hub.get(RUN).mock(return_value=done())
    route = hub.get(path__startswith=FILES).mock(return_value=httpx.Response(200))

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        yield getattr(run.results(), f"to_{kind}")()

    with pytest.raises(ConfigurationError) as caught:
        teller.tell(story)
    assert line in str(caught.value)
    assert not route.called


def test_a_file_of_an_unknown_kind_is_no_table(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(RUN).mock(return_value=done(target_path="r.docx"))

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        yield run.results().to_pandas()

    with pytest.raises(ConfigurationError, match=r"\.docx"):
        teller.tell(story)
