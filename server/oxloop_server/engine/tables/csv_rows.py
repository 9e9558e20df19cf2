"""Where rows of a CSV file end, exactly as pyarrow's parser sees them, which does not tell.

A line end ends a row unless it is between quotation marks. Only at the beginning of a cell does a
mark open; elsewhere it is a character of the cell. What is behind the closing mark belongs to the
cell too, and there a second mark at once opens again: so a doubled one is a character of the text.
"""

import re
from collections.abc import Iterator

# From outside of quotation marks to behind the next ones: to what closes one that opens, or behind
# some that are characters of a cell.
_MARKED = rb'%b*(?:(?<![^,\r\n"])"[^"]*"|(?<=[^,\r\n"])"+(?!"))'
_ONE = re.compile(_MARKED % b'[^"]')
# What a match has to remember of a hundred of them costs little.
_MANY = re.compile(rb"(?:%b){1,100}" % (_MARKED % b'[^"]'))
_IN_ONE_ROW = re.compile(rb"(?:%b){1,100}" % (_MARKED % rb'[^"\r\n]'))
_LINE_ENDS = re.compile(rb"[\r\n]+")


def end_of_first_row(text: bytes) -> int:
    """Where the first row ends, with blank lines behind it; 0 if it is not there as a whole.

    Args:
        text: A part of a file that begins with a row.
    """
    for part in _parts(text):
        for begin, end in _outside(text, *part):
            if found := _LINE_ENDS.search(text, begin, end):
                return found.end()
    return 0


def end_of_rows(text: bytes) -> int:
    """Where the last row ends that is there as a whole; 0 if none is.

    Args:
        text: A part of a file that begins with a row.
    """
    for part in reversed([*_parts(text)]):
        if end := max(_last_line_end(text, *stretch) for stretch in _outside(text, *part)):
            return end
    return 0


def _parts(text: bytes) -> Iterator[tuple[int, int]]:
    """Parts of the text that begin outside of quotation marks, and may have a row's end."""
    begin = 0
    # Without a mark a match would fail at each byte.
    while text.find(b'"', begin) >= 0 and (found := _MANY.match(text, begin)):
        end = found.end()
        if not _IN_ONE_ROW.fullmatch(text, begin, end):
            yield begin, end
        begin = end
    yield begin, len(text)


def _outside(text: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """What of such a part is outside of quotation marks."""
    while (mark := text.find(b'"', begin, end)) >= 0:
        yield begin, mark
        found = _ONE.match(text, begin, end)
        if found is None:  # the mark is not closed
            return
        begin = found.end()
    yield begin, end


def _last_line_end(text: bytes, begin: int, end: int) -> int:
    return max(text.rfind(b"\n", begin, end), text.rfind(b"\r", begin, end)) + 1
