"""Data frames and models over HTTP."""

import json
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from oxloop.rules.models import model_id

from .conftest import MODEL, Repo, problem

TICKETS = b"query,hours\nWhere is my parcel?,3\nI want a refund.,\nThanks!,1\n"


def test_rows_come_page_by_page(repo: Repo, http: httpx.Client) -> None:
    commit = repo.put("main/data/tickets.csv", TICKETS)
    response = http.get(
        f"{repo.path}/data_frames/main/data/tickets.csv", params={"page": 2, "page_size": 2}
    )
    assert response.status_code == 200, response.text
    body = response.json()
    frame = body["data_frame"]
    assert frame["source"]["size"] == {"height": 3, "width": 2}
    assert [(field["name"], field["dtype"]) for field in frame["source"]["schema"]["fields"]] == [
        ("query", "str"),
        ("hours", "i64"),
    ]
    assert frame["view"]["data"] == [{"query": "Thanks!", "hours": 1}]
    assert frame["view"]["size"] == {"height": 1, "width": 2}
    assert frame["view"]["pagination"] == {
        "page_number": 2,
        "page_size": 2,
        "total_pages": 2,
        "total_entries": 3,
    }
    assert body["commit"]["id"] == commit
    assert body["resource"] == {"path": "data/tickets.csv", "version": "main"}


def test_a_page_is_a_hundred_rows_by_default(repo: Repo, http: httpx.Client) -> None:
    repo.put("main/a.csv", b"n\n" + b"".join(b"%d\n" % n for n in range(101)))
    view = http.get(f"{repo.path}/data_frames/main/a.csv").json()["data_frame"]["view"]
    assert [row["n"] for row in view["data"]] == list(range(100))
    assert view["pagination"]["total_pages"] == 2


def test_a_page_behind_the_end_is_empty(repo: Repo, http: httpx.Client) -> None:
    repo.put("main/tickets.csv", TICKETS)
    response = http.get(f"{repo.path}/data_frames/main/tickets.csv", params={"page": 10**9})
    assert response.json()["data_frame"]["view"]["data"] == []


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_some_columns_of_some_rows_are_read(
    repo: Repo, http: httpx.Client, suffix: str, tmp_path: Path
) -> None:
    repo.put(f"main/a.{suffix}", table(suffix, tmp_path))
    frame = http.get(
        f"{repo.path}/data_frames/main/a.{suffix}",
        params={"columns": "c,a", "slice": "2..7", "page": 2, "page_size": 3},
    ).json()["data_frame"]
    view = frame["view"]
    assert view["data"] == [{"c": 25, "a": 5}, {"c": 26, "a": 6}]
    assert [list(row) for row in view["data"]] == [["c", "a"]] * 2
    assert [field["name"] for field in view["schema"]["fields"]] == ["c", "a"]
    assert view["size"] == {"height": 2, "width": 2}
    assert (view["pagination"]["total_pages"], view["pagination"]["total_entries"]) == (2, 5)
    assert [field["name"] for field in frame["source"]["schema"]["fields"]] == ["a", "b", "c"]
    assert frame["source"]["size"] == {"height": 10, "width": 3}


@pytest.mark.parametrize(
    ("part", "rows"),
    [
        ("all", list(range(10))),
        ("8..99", [8, 9]),
        ("3..3", []),
        ("10..20", []),
        ("900000000000..999999999999", []),
    ],
)
def test_a_slice_ends_where_the_file_ends(
    repo: Repo, http: httpx.Client, part: str, rows: list[int], tmp_path: Path
) -> None:
    repo.put("main/a.csv", table("csv", tmp_path))
    view = http.get(f"{repo.path}/data_frames/main/a.csv?slice={part}").json()["data_frame"]["view"]
    assert [row["a"] for row in view["data"]] == rows
    assert view["pagination"]["total_entries"] == len(rows)


def table(suffix: str, folder: Path) -> bytes:
    """A file of ten rows with the columns a, b and c."""
    rows = [{"a": n, "b": 10 + n, "c": 20 + n} for n in range(10)]
    if suffix == "jsonl":
        return "".join(json.dumps(row) + "\n" for row in rows).encode()
    if suffix == "csv":
        return ("a,b,c\n" + "".join(f"{a},{10 + a},{20 + a}\n" for a in range(10))).encode()
    path = folder / "a.parquet"
    arrow, parquet = (import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    parquet.write_table(arrow.Table.from_pylist(rows), path)
    return path.read_bytes()


def test_rows_are_read_at_a_commit(repo: Repo, http: httpx.Client) -> None:
    first = repo.put("main/a.csv", b"n\n1\n")
    repo.put("main/a.csv", b"n\n2\n")
    body = http.get(f"{repo.path}/data_frames/{first}/a.csv").json()
    assert body["data_frame"]["view"]["data"] == [{"n": 1}]
    assert body["resource"]["version"] == first


@pytest.mark.parametrize(
    ("params", "kind", "sentence"),
    [
        ("page=0", "invalid_params", "page must be at least 1"),
        ("page=x", "invalid_params", "page must be a whole number"),
        ("page=", "invalid_params", "page must be a whole number"),
        ("page=1.5", "invalid_params", "page must be a whole number"),
        ("page_size=100000", "invalid_params", "page_size must be at most"),
        ("page=1&page=2", "invalid_params", "page is given twice"),
        ("page=%ff", "invalid_params", "percent-encoded"),
        ("columns=query,no", "invalid_params", "no column 'no'; there are: query, hours"),
        ("columns=query,query", "invalid_params", "'query' is named twice"),
        ("slice=3..2", "invalid_params", "ends before it begins"),
        ("sql=SELECT+1", "invalid_params", "no 'sql' for data frames"),
    ],
)
def test_a_wrong_query_is_told(
    repo: Repo, http: httpx.Client, params: str, kind: str, sentence: str
) -> None:
    repo.put("main/tickets.csv", TICKETS)
    response = http.get(f"{repo.path}/data_frames/main/tickets.csv?{params}")
    assert sentence in problem(response, 400, kind)


def test_an_unknown_query_field_changes_nothing(repo: Repo, http: httpx.Client) -> None:
    repo.put("main/tickets.csv", TICKETS)
    response = http.get(f"{repo.path}/data_frames/main/tickets.csv?utm_source=x")
    assert len(response.json()["data_frame"]["view"]["data"]) == 3


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [("a.txt", b"text", ".txt"), ("a.parquet", b"no parquet", ""), ("a", b"n\n1\n", "no suffix")],
)
def test_what_is_no_table_is_told(
    repo: Repo, http: httpx.Client, name: str, content: bytes, sentence: str
) -> None:
    repo.put(f"main/{name}", content)
    detail = problem(http.get(f"{repo.path}/data_frames/main/{name}"), 400, "invalid_params")
    assert sentence in detail


def test_models_are_told_with_the_uuid_that_evaluations_take(http: httpx.Client) -> None:
    listed = http.get("/api/ai/models").json()
    assert listed["object"] == "list"
    (model,) = listed["data"]
    assert (model["id"], model["uuid"]) == (MODEL, str(model_id(MODEL)))
    assert model["endpoint"] == "/chat/completions"
    for wanted in (MODEL, model["uuid"], model["uuid"].upper()):
        assert http.get(f"/api/ai/models/{wanted}").json() == model
    (seen,) = http.get("/api/evaluations/models").json()["models"]
    assert (seen["id"], seen["name"]) == (model["uuid"], MODEL)


def test_models_are_searched_by_their_words(http: httpx.Client) -> None:
    def search(words: str) -> list[str]:
        found = http.get("/api/ai/models/search", params={"search": words}).json()["data"]
        return [model["id"] for model in found]

    assert search("SCRIPT") == [MODEL]
    assert search("script ed") == [MODEL]
    assert search("script other") == []
    assert search("") == [MODEL]
    detail = problem(http.get("/api/ai/models/search"), 400, "invalid_params")
    assert detail == "search is required."


@pytest.mark.parametrize("name", ["nothing", "3c90c3cc-0d44-4b50-8888-8dd25736052a", "a%2Fb"])
def test_an_unknown_model_is_not_found(http: httpx.Client, name: str) -> None:
    detail = problem(http.get(f"/api/ai/models/{name}"), 404, "resource_not_found")
    assert MODEL in detail
