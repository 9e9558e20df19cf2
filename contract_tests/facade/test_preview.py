"""What a run would ask: shown without creating it."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
import pytest
import respx
from oxloop import ConfigurationError
from oxloop.oxen.details import Column
from oxloop.oxen.preview import Preview, estimated_tokens

from .conftest import Teller, requests

PATH = "/api/repos/ox/support/data_frames/main/tickets.csv"

Row = Mapping[str, Any]


def frame(
    rows: Sequence[Row], columns: Mapping[str, str] | None = None, total: int | None = None
) -> httpx.Response:
    """The first page of a file."""
    fields = [{"name": name, "dtype": dtype} for name, dtype in (columns or {}).items()]
    view: dict[str, Any] = {"data": list(rows)}
    if fields:
        view["schema"] = {"hash": "1f", "fields": fields}
    if total is not None:
        view["pagination"] = {"page_number": 1, "total_pages": 9, "total_entries": total}
    return httpx.Response(200, json={"status": "success", "data_frame": {"view": view}})


COLUMNS = {"query": "str", "meta": "struct", "raw": "binary", "label": "str"}
ROWS = [{"query": f"q{n}", "meta": {"lang": "en"}, "raw": "AA==", "label": "x"} for n in range(100)]


@pytest.fixture
def file(hub: respx.MockRouter) -> respx.Route:
    """The file, of 250 rows."""
    return hub.get(PATH).mock(return_value=frame(ROWS, COLUMNS, total=250))


def previewing(**options: Any) -> Callable[[Any], Any]:
    """A story: a run is previewed."""
    return lambda oxen: oxen.evaluations.preview("ox/support", "main/tickets.csv", **options)


def test_the_first_prompts_are_shown(teller: Teller, file: respx.Route) -> None:
    found = teller.tell(previewing(prompt="Sort {query} ({meta.lang}): {{query}} {no json}"))
    assert found.prompts == tuple(f"Sort q{n} (en): {{query}} {{no json}}" for n in range(5))
    assert found.columns == tuple(Column(name, dtype) for name, dtype in COLUMNS.items())
    assert found.columns_read == ("query", "meta")
    (request,) = requests(file)
    assert dict(request.url.params) == {"page": "1", "page_size": "100"}


def test_the_estimate_is_made_from_the_page_for_all_rows(teller: Teller, file: respx.Route) -> None:
    found = teller.tell(previewing(prompt="12345{query}", rows=1))
    assert len(found.prompts) == 1
    # Ten rows are "12345q7", 7 bytes, and ninety "12345q77", 8 bytes: two tokens each.
    assert (found.total_rows, found.tokens_a_row, found.prompt_tokens) == (250, 2.0, 500)


def test_of_a_sample_only_its_rows_count(teller: Teller, file: respx.Route) -> None:
    found = teller.tell(previewing(prompt="1234567{query}", sample_count=2))
    assert found.prompts == ("1234567q0", "1234567q1")
    assert (found.total_rows, found.tokens_a_row, found.prompt_tokens) == (2, 3.0, 6)


def test_a_sample_larger_than_the_file_is_the_file(teller: Teller, file: respx.Route) -> None:
    assert teller.tell(previewing(prompt="{query}", sample_count=999)).total_rows == 250


def test_what_the_server_does_not_tell_is_not_guessed(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get(PATH).mock(return_value=frame([{"query": "why?"}]))
    found = teller.tell(previewing(prompt="{query}"))
    assert (found.prompts, found.total_rows, found.prompt_tokens) == (("why?",), None, None)
    assert str(found) == "[1] why?\nan unknown number of rows, about 1 tokens each"


def test_a_file_without_rows_asks_nothing(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(PATH).mock(return_value=frame([], {"query": "str"}, total=0))
    found = teller.tell(previewing(prompt="{query}"))
    assert (found.prompts, found.total_rows, found.prompt_tokens) == ((), 0, 0)


def test_it_reads_well() -> None:
    found = Preview(
        prompts=("one", "two"),
        columns=(),
        columns_read=(),
        total_rows=40,
        tokens_a_row=12.4,
        prompt_tokens=496,
    )
    assert str(found) == "[1] one\n[2] two\n40 rows, about 12 tokens each, about 496 in all"


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("日本語", 3), ("\ud800", 1)],
)
def test_a_token_is_four_bytes(text: str, tokens: int) -> None:
    assert estimated_tokens(text) == tokens


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            {"prompt": "{question} {meta}"},
            "The prompt reads {question}, which the file does not have. "
            'Its columns: "query", "meta", "raw", "label".',
        ),
        ({"prompt": "{raw}"}, 'The prompt reads "raw", which holds binary data'),
        ({"prompt": "{meta.size}"}, "The prompt's {meta.size} cannot be filled: "),
        (
            {"prompt": "{label}", "target_column": "label"},
            'The prompt reads "label", so the answers cannot be written over it',
        ),
    ],
)
def test_a_prompt_that_does_not_fit_the_file_is_refused(
    teller: Teller, file: respx.Route, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^{re.escape(reason)}"):
        teller.tell(previewing(**options))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"prompt": ""}, "prompt= is empty"),
        ({"prompt": "x", "sample_count": 0}, "sample_count=0 is not usable"),
        ({"prompt": "x", "rows": 0}, "rows=0 is not usable; give a number from 1 to 100."),
        ({"prompt": "x", "rows": 101}, "rows=101 is not usable"),
        ({"prompt": "x", "target_column": "_oxen_id"}, 'The target column "_oxen_id" is reserved'),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_sent(
    teller: Teller, file: respx.Route, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^{re.escape(reason)}"):
        teller.tell(previewing(**options))
    assert not file.called
