"""Data files that stand for far more than they are, or for nothing: refused before they cost."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from oxloop_server.engine.values import arrow
from running_service import until

from . import parquet_by_hand as by_hand
from .conftest import EVALUATION, sentence, upload
from .parquet_by_hand import Page, levels, parquet, repeated, run, text

Maker = Callable[[Path], object]


def _parquet(make: Callable[[Any], Any], **options: Any) -> Maker:
    return lambda path: arrow("pyarrow.parquet").write_table(make(arrow()), path, **options)


def _repeated(pa: Any, value: str, rows: int, *, kept: bool) -> Any:
    """A table of one value in every row, which Parquet stores once."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int8()), [value])
    return pa.table({"text": column if kept else column.dictionary_decode()})


def _nested(pa: Any, kind: str, depth: int) -> Any:
    dtype = pa.int64()
    for _ in range(depth):
        dtype = pa.struct([("a", dtype)]) if kind == "struct" else pa.list_(dtype)
    return pa.table({"text": pa.array([None], dtype)})


def _long_lists(pa: Any) -> Any:
    count = 5_000_000
    zeros = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int8()), ["x"])
    return pa.table({"text": pa.ListArray.from_arrays([0, count], zeros.dictionary_decode())})


def _text(*pieces: str) -> Maker:
    return lambda path: path.write_text("".join(pieces), encoding="utf-8")


def _bytes(content: bytes) -> Maker:
    return lambda path: path.write_bytes(content)


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.parquet", b"\0" * 50_000_000)
    return file.getvalue()


_LONGEST = (1 << 31) - 100
"""About the largest number that Parquet has place for in most fields."""


def _a_value_of_two_gib() -> bytes:
    content = repeated(b"x", _LONGEST, _LONGEST.to_bytes(4, "little"))
    return parquet([Page(content, 1, size=_LONGEST + 4)], rows=1, codec=by_hand.ZSTD)


def _a_dictionary_of_two_gib() -> bytes:
    content = repeated(b"x", _LONGEST, _LONGEST.to_bytes(4, "little"))
    keys = b"\1" + run(0, 5, 1)
    pages = [
        Page(content, 1, size=_LONGEST + 4, is_dictionary=True),
        Page(repeated(b"", 0, keys), 5, size=len(keys), encoding=by_hand.RLE_DICTIONARY),
    ]
    return parquet(pages, rows=5, codec=by_hand.ZSTD)


def _a_list_of_large_dictionary_values() -> bytes:
    count = 20_000
    row = levels(run(0, 1, 1) + run(1, count - 1, 1)) + levels(run(1, count, 1))
    pages = [
        Page(text(b"x" * 1_000_000), 1, is_dictionary=True),
        Page(row + b"\1" + run(0, count, 1), count, encoding=by_hand.RLE_DICTIONARY),
    ]
    return parquet(pages, rows=1, values=count, size=1_001_000, is_list=True)


def _a_list_of_two_billion() -> bytes:
    row = levels(run(0, 1, 1) + run(1, _LONGEST, 1)) + levels(run(0, _LONGEST, 1))
    return parquet([Page(row, _LONGEST)], rows=1, values=1000, is_list=True)


def _a_value_that_repeats_the_one_before(path: Path) -> None:
    parquet_file, pa = arrow("pyarrow.parquet"), arrow()
    rows = pa.table({"text": ["x" * 2_000_000] * 20})
    with parquet_file.ParquetWriter(
        path, rows.schema, use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY"}
    ) as file:
        for _ in range(20):
            file.write_table(rows)


def _dictionaries(path: Path) -> None:
    """An Arrow file whose dictionaries are small each, and larger than memory together."""
    pa, ipc = arrow(), arrow("pyarrow.ipc")
    column = pa.DictionaryArray.from_arrays([0], ["x" * (40 << 20)])
    table = pa.table({f"c{number}": column for number in range(100)})
    with ipc.new_file(
        str(path), table.schema, options=ipc.IpcWriteOptions(compression="zstd")
    ) as f:
        f.write_table(table)


_TWO = text(b"a") + text(b"b")
_MANY = 20_000
FILES: dict[str, tuple[str, Maker]] = {
    "a large value in every row, as a dictionary": (
        "a.parquet",
        _parquet(lambda pa: _repeated(pa, "x" * 2_000_000, 5000, kept=True), compression="zstd"),
    ),
    "a large value in every row": (
        "a.parquet",
        _parquet(lambda pa: _repeated(pa, "x" * 2_000_000, 80, kept=False), compression="zstd"),
    ),
    "a list of millions": ("a.parquet", _parquet(_long_lists)),
    "structs in structs": ("a.parquet", _parquet(lambda pa: _nested(pa, "struct", 400))),
    "lists in lists": ("a.parquet", _parquet(lambda pa: _nested(pa, "list", 300))),
    "columns by the thousand": (
        "a.parquet",
        _parquet(lambda pa: pa.table({f"c{n}": [1] for n in range(_MANY)})),
    ),
    "a value of 2 GiB": ("a.parquet", _bytes(_a_value_of_two_gib())),
    "a dictionary of 2 GiB": ("a.parquet", _bytes(_a_dictionary_of_two_gib())),
    "a list of large values of a dictionary": (
        "a.parquet",
        _bytes(_a_list_of_large_dictionary_values()),
    ),
    "a list of two billion in 170 bytes": ("a.parquet", _bytes(_a_list_of_two_billion())),
    "values that repeat the one before": ("a.parquet", _a_value_that_repeats_the_one_before),
    "more rows than there are": ("a.parquet", _bytes(parquet([Page(_TWO, 2)], rows=1 << 40))),
    "fewer rows than there are": ("a.parquet", _bytes(parquet([Page(_TWO, 2)], rows=-5))),
    "fewer values than there are": (
        "a.parquet",
        _bytes(parquet([Page(_TWO, 2)], rows=9, values=1)),
    ),
    "a page that is larger than it is": (
        "a.parquet",
        _bytes(parquet([Page(_TWO, 2, size=_LONGEST)], rows=2, codec=by_hand.ZSTD)),
    ),
    "a dictionary of more values than it has": (
        "a.parquet",
        _bytes(
            parquet(
                [
                    Page(_TWO, _LONGEST, is_dictionary=True),
                    Page(b"\1" + run(0, 2, 1), 2, encoding=by_hand.RLE_DICTIONARY),
                ],
                rows=2,
            )
        ),
    ),
    "a place in the dictionary that is not there": (
        "a.parquet",
        _bytes(
            parquet(
                [
                    Page(_TWO, 2, is_dictionary=True),
                    Page(b"\x08" + run(200, 2, 8), 2, encoding=by_hand.RLE_DICTIONARY),
                ],
                rows=2,
            )
        ),
    ),
    "values of 2 GiB each that are not there": (
        "a.parquet",
        _bytes(
            parquet(
                [Page(_TWO, 2)],
                rows=2,
                kind=by_hand.FIXED_LEN_BYTE_ARRAY,
                type_length=_LONGEST,
            )
        ),
    ),
    "two billion columns that are not there": (
        "a.parquet",
        _bytes(parquet([Page(_TWO, 2)], rows=2, children=_LONGEST)),
    ),
    "large dictionaries by the hundred": ("a.arrow", _dictionaries),
    "gzip": ("a.parquet", _bytes(gzip.compress(b"\0" * 50_000_000))),
    "a zip archive": ("a.parquet", _bytes(_zip())),
    "the beginning of a file": ("a.parquet", _bytes(b"PAR1" + b"\0" * 100)),
    "a footer that is none": (
        "a.parquet",
        _bytes(b"PAR1" + b"\xff" * 100 + b"\x64\0\0\0PAR1"),
    ),
    "a footer larger than the file": ("a.parquet", _bytes(b"PAR1\xff\xff\xff\x7fPAR1")),
    "nothing as Parquet": ("a.parquet", _bytes(b"")),
    "a million columns": (
        "a.csv",
        _text(",".join(f"c{n}" for n in range(1_000_000)), "\n", "1," * 999_999, "1\n"),
    ),
    "more columns than are read": (
        "a.csv",
        _text(",".join(f"c{n}" for n in range(_MANY)), "\n", "1," * (_MANY - 1), "1\n"),
    ),
    "a cell of 50 MB": ("a.csv", _text('text\n"', "x" * 50_000_000, '"\n')),
    "a quotation mark that is not closed": ("a.csv", _text('text\n"a\n', "b\n" * 1000)),
    "rows of different length": ("a.csv", _text("a,b\n1\n1,2,3\n")),
    "bytes as CSV": ("a.csv", _bytes(b"text\n\xff\xfe\n")),
    "gzip as CSV": ("a.csv", _bytes(gzip.compress(b"a\n" * 10_000_000))),
    "nothing as CSV": ("a.csv", _bytes(b"")),
    "objects in objects": ("a.jsonl", _text('{"a":' * 900, "1", "}" * 900, "\n")),
    "lists in lists as JSONL": ("a.jsonl", _text('{"a":', "[" * 5000, "]" * 5000, "}\n")),
    "a number of 5000 digits": ("a.jsonl", _text('{"a":', "9" * 5000, "}\n")),
    "keys by the hundred thousand": (
        "a.jsonl",
        _text(
            *(
                json.dumps({f"k{row}_{n}": n for n in range(1000)}) + "\n"
                for row in range(_MANY // 1000)
            )
        ),
    ),
    "a line of 70 MB": ("a.jsonl", _text('{"a":"', "x" * 70_000_000, '"}\n')),
    "half a character pair": ("a.jsonl", _text('{"a":"\\ud800"}\n')),
    "no object": ("a.jsonl", _text("[1]\n")),
    "half a line": ("a.jsonl", _text('{"a":1}\n{"a":\n')),
    "bytes as JSONL": ("a.jsonl", _bytes(b'{"a":"\xff"}\n')),
}


@pytest.fixture
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """The hostile file that the test is about."""
    name, make = FILES[request.param]
    path = tmp_path / name
    make(path)
    yield path
    path.unlink()


@pytest.mark.parametrize("file", FILES, indirect=True)
def test_what_cannot_be_read_is_told(http: httpx.Client, repo: str, file: Path) -> None:
    assert upload(http, repo, file.name, file).status_code == 200
    response = http.get(f"{repo}/data_frames/main/{file.name}", params={"page_size": 100})
    assert response.status_code == 400, response.text[:300]
    assert sentence(response)
    created = http.post(f"{repo}/evaluations/main/{file.name}", json=EVALUATION)
    if created.status_code == 200:
        # Rows that are too large show only when they are read, and end their own run at most.
        address = f"{repo}/evaluations/{created.json()['evaluation']['id']}"

        def evaluation() -> Any:
            return http.get(address).json()["evaluation"]

        until(lambda: evaluation()["status"] in ("completed", "errored"))
        assert evaluation()["status"] == "errored"
        assert "MiB" in evaluation()["error_message"]
    else:
        assert created.status_code == 400, created.text
        assert sentence(created)


def test_a_file_written_by_hand_is_read_if_it_tells_the_truth(
    http: httpx.Client, repo: str
) -> None:
    keys = levels(run(0, 1, 1) + run(1, 1, 1)) + levels(run(1, 2, 1)) + b"\1" + run(0, 2, 1)
    files = {
        "plain.parquet": (parquet([Page(_TWO, 2)], rows=2), ["a", "b"]),
        "packed.parquet": (
            parquet([Page(repeated(b"x", 9, b"\x09\0\0\0"), 1, size=13)], rows=1, codec=6),
            ["x" * 9],
        ),
        "lists.parquet": (
            parquet(
                [Page(_TWO, 2, is_dictionary=True), Page(keys, 2, encoding=by_hand.RLE_DICTIONARY)],
                rows=1,
                values=2,
                is_list=True,
            ),
            [["a", "a"]],
        ),
    }
    for name, (content, texts) in files.items():
        assert upload(http, repo, name, content).status_code == 200
        found = http.get(f"{repo}/data_frames/main/{name}").json()["data_frame"]["view"]["data"]
        assert [row["text"] for row in found] == texts


def test_large_pages_asked_for_at_once_are_read_one_after_the_other(
    http: httpx.Client, repo: str, tmp_path: Path
) -> None:
    _parquet(lambda pa: _repeated(pa, "x" * 2_000_000, 15, kept=True))(tmp_path / "a")
    assert upload(http, repo, "a.parquet", tmp_path / "a").status_code == 200

    def size(_: int) -> int:
        return len(http.get(f"{repo}/data_frames/main/a.parquet").content)

    with ThreadPoolExecutor(8) as readers:
        assert min(readers.map(size, range(8))) > 30_000_000
    # What that needed at its peak, the service's fixture looks at in the end.


NUMBERS = ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e-999"]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_json_has_not_become_null(http: httpx.Client, repo: str, number: str) -> None:
    assert upload(http, repo, "a.jsonl", f'{{"a":{number}}}\n'.encode()).status_code == 200
    response = http.get(f"{repo}/data_frames/main/a.jsonl")
    assert response.status_code == 200, response.text
    (row,) = json.loads(response.content)["data_frame"]["view"]["data"]
    assert row["a"] in (None, 0)


def test_more_rows_than_the_limit_are_not_evaluated(http: httpx.Client, repo: str) -> None:
    assert upload(http, repo, "a.csv", b"text\n" + b"x\n" * 100_001).status_code == 200
    response = http.post(f"{repo}/evaluations/main/a.csv", json=EVALUATION)
    assert response.status_code == 400, response.text
    assert "100,000" in sentence(response)


def test_more_datapoints_than_the_limit_are_not_kept(humanloop: httpx.Client) -> None:
    project = humanloop.post("/v4/projects", json={"name": "many"}).json()["id"]
    about = {"name": "many", "description": "Many."}
    dataset = humanloop.post(f"/v4/projects/{project}/datasets", json=about).json()["id"]
    points: list[Any] = [{"inputs": {}}] * 100_001
    response = humanloop.post(f"/v4/datasets/{dataset}/datapoints", json=points)
    assert response.status_code == 422, response.text
    assert "100,000" in sentence(response)
    assert humanloop.get(f"/v4/datasets/{dataset}").json()["datapoint_count"] == 0
