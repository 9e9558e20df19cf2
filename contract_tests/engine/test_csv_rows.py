"""Where the rows of CSV files end: told quickly, and as a parser does that goes character by it."""

import csv
import io
from collections.abc import Iterator
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oxloop.rules.values import to_text
from oxloop_server.engine.tables import BadTable, open_table
from oxloop_server.engine.tables.csv_rows import end_of_first_row, end_of_rows

from .test_deep_pages import a_file, marked_often, rows

BYTES = st.text(st.sampled_from('a",\n\r'), max_size=60).map(str.encode)


def row_ends(text: bytes) -> Iterator[int]:
    """Where rows end, each with the line ends behind it, by one byte after the other."""
    quoted, before = False, b","
    for at, byte in enumerate(text):
        one, follows = bytes([byte]), text[at + 1 : at + 2]
        if one == b'"' and (quoted or before in b',\r\n"'):
            quoted = not quoted
        elif one == b'"':
            one = b"a"  # a character, and so are those that follow it
        elif one in b"\r\n" and not quoted and follows not in (b"\r", b"\n"):
            yield at + 1
        before = one


@settings(deadline=None)
@given(BYTES)
def test_line_ends_outside_of_quotation_marks_end_rows(text: bytes) -> None:
    ends = [*row_ends(text)]
    assert end_of_first_row(text) == (ends[0] if ends else 0)
    assert end_of_rows(text) == (ends[-1] if ends else 0)
    # More than one part.
    many = b'"a""\n",b"\n' * 300
    assert end_of_rows(many + text) == len(many) + (ends[-1] if ends else 0)
    assert end_of_rows(many[:-1] + text) == max((*row_ends(many[:-1] + text), 0))


TEXTS = st.text(st.sampled_from('a17.-",\n\r é\ufeff\U0001f600'), max_size=8)
QUOTINGS: st.SearchStrategy[Literal[0, 1]] = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
SMALL = st.sampled_from([1, 7, 60, 1 << 20])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Rows of a table, of which some may be too short or too long."""
    width = draw(st.integers(1, 4))
    made = draw(st.lists(st.lists(TEXTS, min_size=width, max_size=width), max_size=20))
    if draw(st.integers(0, 9)) == 0:
        made.append(draw(st.lists(TEXTS, min_size=1, max_size=6)))
    return [[f"column {number}" for number in range(width)], *made]


@settings(deadline=None, max_examples=300)
@given(tables(), QUOTINGS, LINE_ENDS, st.sampled_from(["", "\ufeff"]), st.booleans(), SMALL)
def test_a_table_is_what_the_csv_module_wrote(
    table: list[list[str]], quoting: Literal[0, 1], line_end: str, mark: str, ends: bool, piece: int
) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=quoting, lineterminator=line_end).writerows(table)
    text = mark + (file.getvalue() if ends else file.getvalue().removesuffix(line_end))
    check_like_the_csv_module(text, piece)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.text(st.sampled_from('a1",\n\r'), max_size=9), max_size=20), LINE_ENDS, SMALL)
def test_a_table_is_what_the_csv_module_reads(lines: list[str], line_end: str, piece: int) -> None:
    text = line_end.join(["a,b", *lines])
    check_like_the_csv_module(text, piece)


def check_like_the_csv_module(text: str, piece: int) -> None:
    """The rows are those that the csv module reads; a table that is none is refused."""
    *found, last = csv.reader(io.StringIO(text.removeprefix("\ufeff") + "\nx", newline=""))
    header, *expected = [row for row in found if row]
    with a_file(text) as path, marked_often(piece, piece=piece):
        # In a cell whose mark is not closed the line that was added is part of the text.
        if last != ["x"] or any(len(row) != len(header) for row in expected):
            with pytest.raises(BadTable):
                open_table(path, "csv")
            return
        table = open_table(path, "csv")
        assert [*table.names] == header
        for start in (0, len(expected) // 2):
            read = [[to_text(value) for value in row.values()] for row in rows(table, start)]
            assert read == expected[start:]
