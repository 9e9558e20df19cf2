"""Pages far down a file: the same rows as from the top, without reading what is before them."""

import json
import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oxloop.rules.formats import TableFormat
from oxloop_server.engine.tables import BadTable, Table, marks, open_table
from oxloop_server.engine.tables import csv as csv_files
from oxloop_server.engine.tables.marks import Mark, Marks

LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
MARKS = st.sampled_from(["", "\ufeff"])
TEXTS = st.text(st.sampled_from('a1",\n\r é\ufeff\U0001f600 '), max_size=6)
# What stands between two commas, well-formed or not.
CELLS = st.one_of(
    st.sampled_from(
        ["", "7", "-1", "1.5", "true", '""', 'a"b', '"a"b', '"a""b"', ' "a"', "\ufeff"]
    ),
    TEXTS.map(lambda text: '"' + text.replace('"', '""') + '"'),
)
LINES = st.one_of(st.lists(CELLS, min_size=2, max_size=2).map(",".join), st.just(""))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(-10, 10), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)
OBJECTS = st.dictionaries(st.sampled_from(["x", "y", "z"]), VALUES, max_size=3)
SMALL = st.sampled_from([1, 5, 40])


@contextmanager
def marked_often(spacing: int = 1, most: int = 1024, piece: int = 1 << 20) -> Generator[None]:
    """Have even the smallest file read in pieces, and marked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "SPACING_BYTES", spacing)
        patch.setattr(marks, "MOST", most)
        patch.setattr(csv_files, "PIECE_BYTES", piece)
        patch.setattr(csv_files, "_COLUMN_BYTES", 0)
        yield


@contextmanager
def a_file(text: str) -> Generator[Path]:
    """A file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(text.encode())
        yield path


def rows(table: Table, start: int = 0) -> list[dict[str, object]]:
    """The rows of a table, from one on."""
    return [row for batch in table.batches(start=start) for row in batch.to_pylist()]


def check_pages(table: Table, expected: list[dict[str, object]]) -> None:
    """Each page has its rows, wherever it begins and however long it is."""
    assert rows(table) == expected
    assert table.row_count == len(expected)
    for start in range(len(expected)):
        assert rows(table, start) == expected[start:]
        for batch in table.batches(start=start, size=2):
            assert batch.to_pylist() == expected[start : start + 2]
            break


def looked_over(path: Path, table_format: TableFormat) -> tuple[str, list[dict[str, object]]]:
    """What a file is when it is read as a whole; of one that is refused, the reason."""
    try:
        table = open_table(path, table_format)
        return str(table.schema), rows(table)
    except BadTable as error:
        return str(error), []


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=12), LINE_ENDS, MARKS, SMALL, SMALL)
def test_csv_pages_have_the_cells_that_were_written(
    cells: list[tuple[str, str]], line_end: str, mark: str, spacing: int, piece: int
) -> None:
    header = ("a\n,", "b")
    written = [header, ("text", "text"), *cells]
    text = mark + "".join(
        f"{written_cell(one)},{written_cell(two)}{line_end}" for one, two in written
    )
    expected: list[dict[str, object]] = [dict(zip(header, row, strict=True)) for row in written[1:]]
    with a_file(text) as path, marked_often(spacing, piece=piece):
        check_pages(open_table(path, "csv"), expected)


def written_cell(text: str) -> str:
    """A cell in quotation marks where it needs them: nothing between two commas is no text."""
    if text and not set(text) & set('",\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'


@settings(deadline=None)
@given(st.lists(LINES, max_size=12), LINE_ENDS, MARKS, SMALL, SMALL)
def test_csv_pages_are_those_of_the_whole_file(
    lines: list[str], line_end: str, mark: str, spacing: int, piece: int
) -> None:
    text = mark + line_end.join(["a,b", *lines])
    with a_file(text) as path:
        whole = looked_over(path, "csv")
    with a_file(text) as path, marked_often(spacing, 4, piece):
        assert looked_over(path, "csv") == whole
        if whole[1]:
            check_pages(open_table(path, "csv"), whole[1])


@settings(deadline=None)
@given(
    st.lists(st.one_of(OBJECTS, st.sampled_from(["", " ", "\t"])), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    MARKS,
    SMALL,
)
def test_jsonl_pages_are_those_of_the_whole_file(
    lines: list[dict[str, object] | str], line_end: str, mark: str, spacing: int
) -> None:
    written = [one if isinstance(one, str) else json.dumps(one) for one in lines]
    text = mark + line_end.join(written)
    with a_file(text) as path:
        whole = looked_over(path, "jsonl")
    with a_file(text) as path, marked_often(spacing, 4):
        check_pages(open_table(path, "jsonl"), whole[1])


@pytest.mark.parametrize("table_format", ["csv", "jsonl"])
def test_what_is_before_a_page_is_not_read(tmp_path: Path, table_format: TableFormat) -> None:
    path = tmp_path / "file"
    count = 5000
    texts = [f'row\n"{number}"' for number in range(count)]
    lines = {
        "csv": ["n,text", *(f"{n},{written_cell(text)}" for n, text in enumerate(texts))],
        "jsonl": [json.dumps({"n": n, "text": text}) for n, text in enumerate(texts)],
    }
    path.write_text("\n".join(lines[table_format]))
    with marked_often(1000, piece=1000):
        table = open_table(path, table_format)
        (first,) = table.page(0, 1)
        assert first == {"n": 0, "text": texts[0]}
        damage(path, range(path.stat().st_size // 2))
        for start in (count - 1, count - 100, count * 2 // 3):
            (found,) = table.page(start, 1)
            assert found == {"n": start, "text": texts[start]}
        with pytest.raises(BadTable):
            table.page(0, 1)


def damage(path: Path, where: range) -> None:
    """Write rubbish over a part of a file, which looks from outside as before."""
    found = path.stat()
    with path.open("r+b") as file:
        file.seek(where.start)
        file.write(b'"' * len(where))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def test_marks_are_few_however_large_the_file() -> None:
    found = Marks(10)
    far = 10_000
    for row in range(far):
        found.pass_by(row, 10 + row * marks.SPACING_BYTES)
    at = [found.before(row) for row in range(far)]
    assert marks.MOST / 3 < len(set(at)) <= marks.MOST
    assert all(mark.row <= row for row, mark in enumerate(at))
    assert max(row - mark.row for row, mark in enumerate(at)) <= 3 * far / marks.MOST
    assert all(mark.offset == 10 + mark.row * marks.SPACING_BYTES for mark in at)
    assert found.before(0) == Mark(0, 10)


def test_a_row_that_is_wrong_far_down_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("a,b\n" + "1,2\n" * 5000 + "\n1,2,3\n")
    with marked_often(piece=1000), pytest.raises(BadTable, match="Row #5002: Expected 2 columns"):
        open_table(path, "csv")
