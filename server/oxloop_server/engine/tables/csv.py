"""CSV files.

CSV has no types. A column counts as a number or boolean only if every cell of the whole file
is written exactly as that type is written back: ``7`` but not ``007``, ``1.5`` but not ``1.50``,
``true`` but not ``True``. Everything else is text, as it stands. So a prompt shows what the file
shows, a file that is written back keeps its cells, and no value late in a file can contradict
what was read from its beginning. An empty cell is null; ``""`` is empty text.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from oxloop.rules.values import to_text

from oxloop_server.engine.tables.csv_rows import end_of_first_row, end_of_rows
from oxloop_server.engine.tables.formats import BadTable, Shape, Writer, check_names, skip
from oxloop_server.engine.tables.marks import Looked, Mark, Marks, state
from oxloop_server.engine.values import Array, Batch, Schema, Unreadable, arrow, to_python

ROW_BYTES = 8 << 20
"""The longest row that can be read."""

PIECE_BYTES = 1 << 20
"""How much is read at a time, at least: as many whole rows as there are in it."""

_COLUMN_BYTES = 1 << 10

_HEADER_BYTES = 1 << 20
_UNCLOSED = "unexpected end of data"

# A cell may be as long as a row.
csv.field_size_limit(ROW_BYTES)

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Csv:
    """The ``Format`` of CSV files, in UTF-8, with commas and a header line."""

    def scan(self, path: Path) -> Shape:
        """See ``Format.scan``. The whole file is read once."""
        return _look_over(path, *state(path)).shape

    def batches(
        self, path: Path, schema: Schema, columns: Sequence[str], start: int
    ) -> Iterator[Batch]:
        """See ``Format.batches``. What is before ``start`` is not read, but for what is near."""
        mark = _look_over(path, *state(path)).marks.before(start)
        found = (batch for _, batch in _read(path, schema, mark))
        for batch in skip(found, start - mark.row):
            yield batch.select(list(columns))

    def writer(self, path: Path, schema: Schema) -> Writer:
        """See ``Format.writer``."""
        return _CsvWriter(path, schema)


@lru_cache(maxsize=256)
def _look_over(path: Path, _size: int, _changed: int) -> Looked:
    pa = arrow()
    names = _header(path)
    check_names(names)
    _check_quotes(path)
    kinds = dict.fromkeys(names, tuple(_KINDS))
    marks, rows = Marks(_behind_header(path)), 0
    text = pa.schema([(name, pa.string()) for name in names])
    for offset, batch in _read(path, text, marks.before(0)):
        marks.pass_by(rows, offset)
        rows += batch.num_rows
        for name in names:
            column = batch.column(name)
            kinds[name] = tuple(kind for kind in kinds[name] if _KINDS[kind](column))
    # A column of nothing but empty cells could be anything: it is text.
    types = [
        (name, pa.type_for_alias(found[0]) if len(found) == 1 else pa.string())
        for name, found in kinds.items()
    ]
    return Looked(Shape(pa.schema(types), rows), marks)


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = iter(lambda: file.readline(_HEADER_BYTES), "")
        try:
            names = next(csv.reader(_not_too_long(lines)), None)
        except (UnicodeDecodeError, csv.Error) as error:
            raise _unreadable(error) from error
    if not names:
        raise BadTable("The CSV file has no header line; its first line must name the columns.")
    return names


def _not_too_long(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if len(line) == _HEADER_BYTES:
            raise BadTable(
                f"The header line of the CSV file is longer than {_HEADER_BYTES >> 20} MB; its "
                "first line must name the columns."
            )
        yield line


def _check_quotes(path: Path) -> None:
    """Refuse a quotation mark without its second one: what follows would be one single cell."""
    with path.open("rb") as raw:
        chunks = iter(lambda: raw.read(PIECE_BYTES), b"")
        if sum(chunk.count(b'"') for chunk in chunks) % 2 == 0:
            return
    # A mark in the middle of a cell is one of its characters: only a parser can tell.
    line = 1
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, strict=True)
        try:
            for _ in rows:
                line = rows.line_num + 1
        except UnicodeDecodeError as error:
            raise _unreadable(error) from error
        except csv.Error as error:
            if _UNCLOSED in str(error):
                raise BadTable(
                    f"In the row that begins in line {line} of the CSV file, a quotation mark is "
                    "not closed: add the second one, or double one that is part of the text."
                ) from error


def _behind_header(path: Path) -> int:
    """Where the first row begins."""
    with path.open("rb") as file:
        begin = len(_BYTE_ORDER_MARK) if file.read(3) == _BYTE_ORDER_MARK else 0
        file.seek(begin)
        header = b""
        while piece := file.read(PIECE_BYTES):
            header += piece
            if end := end_of_first_row(header):
                return begin + end
            _check_row(header)
        return begin + len(header)


def _read(path: Path, schema: Schema, mark: Mark) -> Iterator[tuple[int, Batch]]:
    """All columns, from a mark on; each batch with the first byte that it was read from."""
    row = mark.row
    # Each column of each piece costs something.
    size = min(max(PIECE_BYTES, _COLUMN_BYTES * len(schema.names)), ROW_BYTES)
    for offset, piece in _pieces(path, mark.offset, size):
        for batch in _parsed(piece, schema, row):
            yield offset, batch
            row += batch.num_rows


def _pieces(path: Path, offset: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Some whole rows at a time, each time with their first byte in the file."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            rest, more = b"", True
            while more:
                # The beginning of a long row is looked at again and again until it is there.
                read = file.read(min(max(size, len(rest)), ROW_BYTES + 1 - len(rest)))
                more = len(read) > 0
                piece = rest + read
                # The last row need not end with a line end.
                end = end_of_rows(piece) if more else len(piece)
                rest = piece[end:]
                _check_row(rest if more else piece)
                if end:
                    yield offset, piece[:end]
                offset += end
    except OSError as error:
        raise _unreadable(error) from error


def _check_row(begun: bytes) -> None:
    if len(begun) > ROW_BYTES:
        raise _unreadable(
            f"a row is longer than {ROW_BYTES >> 20} MB, or a quotation mark is not closed"
        )


def _parsed(piece: bytes, schema: Schema, row: int) -> Iterator[Batch]:
    options, pa = arrow("pyarrow.csv"), arrow()
    if piece.startswith(_BYTE_ORDER_MARK):
        # Here it is a character: only at the top of the file it is none. An empty line is no row.
        piece = b"\n" + piece
    try:
        table = options.read_csv(
            pa.py_buffer(piece),
            read_options=options.ReadOptions(
                use_threads=False, block_size=len(piece) + 1, column_names=schema.names
            ),
            parse_options=options.ParseOptions(newlines_in_values=True),
            convert_options=options.ConvertOptions(
                column_types=schema,
                null_values=[""],
                true_values=["true"],
                false_values=["false"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowException as error:
        # Rows are counted with the header, as a spreadsheet counts them.
        first = row + 1
        raise _unreadable(
            re.sub(r"Row #(\d+)", lambda found: f"Row #{first + int(found[1])}", str(error))
        ) from error
    yield from table.to_batches()


def _unreadable(error: Exception | str) -> BadTable:
    reason = str(error).splitlines()[0]
    return BadTable(
        f"The file cannot be read as CSV ({reason}); it must be UTF-8, with a header line and "
        "commas, and as many cells in each row as in the header."
    )


def _is_integer(column: Array) -> bool:
    # Eighteen digits always fit in 64 bits.
    return _all_match(column, r"^(0|-?[1-9][0-9]{0,17})$")


def _is_float(column: Array) -> bool:
    if not _all_match(column, r"^-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?$"):
        return False
    cells: list[str] = column.drop_null().to_pylist()
    return list(map(repr, map(float, cells))) == cells


def _is_boolean(column: Array) -> bool:
    return _all_match(column, "^(true|false)$")


def _all_match(column: Array, pattern: str) -> bool:
    compute = arrow("pyarrow.compute")
    # Nulls count as a match; a column without any value matches everything.
    return compute.all(compute.match_substring_regex(column, pattern)).as_py() is not False


_KINDS: Mapping[str, Callable[[Array], bool]] = {
    "int64": _is_integer,
    "float64": _is_float,
    "bool": _is_boolean,
}


class _CsvWriter:
    def __init__(self, path: Path, schema: Schema) -> None:
        self._file: Any = path.open("w", encoding="utf-8", newline="")
        self._write_line([_cell(name) for name in schema.names])

    def write(self, batch: Batch) -> None:
        columns = [[_cell(value) for value in to_python(column)] for column in batch.columns]
        for cells in zip(*columns, strict=True):
            self._write_line(cells)

    def close(self) -> None:
        self._file.close()

    def _write_line(self, cells: Sequence[str]) -> None:
        # A line without any character would be no row.
        self._file.write((",".join(cells) or '""') + "\n")


def _cell(value: object) -> str:
    # The csv module writes null and empty text alike; here only the latter has quotation marks.
    if value is None or isinstance(value, Unreadable):
        return ""
    text = to_text(value)
    if text and not any(character in text for character in '",\r\n'):
        return text
    return '"' + text.replace('"', '""') + '"'
