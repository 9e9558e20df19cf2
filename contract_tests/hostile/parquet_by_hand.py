"""Parquet files whose every number can be a lie: written by hand, as no library would.

The numbers of the fields are those of ``parquet.thrift`` of the Parquet format, written in
Thrift's compact protocol.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import frozen

UNCOMPRESSED, ZSTD = 0, 6
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8
BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY = 6, 7
REQUIRED, OPTIONAL, REPEATED = 0, 1, 2
_DATA_PAGE, _DICTIONARY_PAGE = 0, 2
_UTF8, _LIST = 0, 3


@frozen
class I64:
    """A 64-bit number; a plain ``int`` has 32 bits."""

    value: int


Value: TypeAlias = "int | I64 | bytes | Sequence[Value] | Mapping[int, Value]"


@frozen
class Page:
    """A page of a column.

    Args:
        content: Its bytes as they stand in the file.
        values: How many values it says that it has.
        size: How many bytes it says that it unpacks to; None for the truth of uncompressed ones.
        encoding: How its values are written.
        is_dictionary: Whether it is a dictionary.
    """

    content: bytes
    values: int
    size: int | None = None
    encoding: int = PLAIN
    is_dictionary: bool = False


def parquet(
    pages: Sequence[Page],
    *,
    rows: int,
    values: int | None = None,
    codec: int = UNCOMPRESSED,
    size: int = 1000,
    is_list: bool = False,
    kind: int = BYTE_ARRAY,
    type_length: int = 0,
    children: int | None = None,
) -> bytes:
    """A file with one column, ``text``.

    Args:
        pages: Its pages; a dictionary is the first.
        rows: How many rows the footer says that it has.
        values: How many values; as many as rows if not given.
        codec: How the pages are compressed.
        size: How many bytes the footer says that the column unpacks to.
        is_list: Whether each row is a list.
        kind: The type of a value.
        type_length: The length of a value of fixed length.
        children: How many columns the schema says that it has.
    """
    file = bytearray(b"PAR1")
    places: list[int] = []
    for page in pages:
        places.append(len(file))
        file += _page(page)
    column: dict[int, Value] = {
        1: kind,
        2: [PLAIN, RLE, RLE_DICTIONARY],
        3: [b"text", b"list", b"element"] if is_list else [b"text"],
        4: codec,
        5: I64(rows if values is None else values),
        6: I64(size),
        7: I64(len(file) - 4),
        9: I64(places[1 if pages[0].is_dictionary and len(pages) > 1 else 0]),
    }
    if pages[0].is_dictionary:
        column[11] = I64(places[0])
    leaf: dict[int, Value] = {1: kind, 3: REQUIRED, 4: b"element" if is_list else b"text"}
    if kind == FIXED_LEN_BYTE_ARRAY:
        leaf[2] = type_length
    else:
        leaf[6] = _UTF8
    schema: list[Value] = [{4: b"schema", 5: 1 if children is None else children}]
    if is_list:
        schema.append({3: REQUIRED, 4: b"text", 5: 1, 6: _LIST})
        schema.append({3: REPEATED, 4: b"list", 5: 1})
    schema.append(leaf)
    group: Value = {1: [{2: I64(4), 3: column}], 2: I64(size), 3: I64(rows)}
    footer = _struct({1: 2, 2: schema, 3: I64(rows), 4: [group]})
    return bytes(file + footer + struct.pack("<I", len(footer)) + b"PAR1")


def repeated(byte: bytes, count: int, lead: bytes = b"") -> bytes:
    """A frame of Zstandard for ``lead`` and so many bytes, 4 bytes for each 128 KiB of them."""
    frame = bytearray(b"\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", len(lead) + count))
    frame += _block(0, len(lead), is_last=False) + lead
    whole, rest = divmod(count, 1 << 17)
    frame += (_block(1, 1 << 17, is_last=False) + byte) * whole
    return bytes(frame + _block(1, rest, is_last=True) + byte)


def run(value: int, count: int, bits: int) -> bytes:
    """One value so many times, in a few bytes of Parquet's hybrid of runs and packed bits."""
    return _varint(count << 1) + value.to_bytes((bits + 7) // 8, "little")


def levels(run_of: bytes) -> bytes:
    """Levels of a data page, behind their length."""
    return struct.pack("<I", len(run_of)) + run_of


def text(value: bytes) -> bytes:
    """A plain value of variable length, behind its length."""
    return struct.pack("<I", len(value)) + value


def _block(kind: int, size: int, *, is_last: bool) -> bytes:
    return struct.pack("<I", size << 3 | kind << 1 | is_last)[:3]


def _page(page: Page) -> bytes:
    about: dict[int, Value] = {1: page.values, 2: page.encoding}
    if not page.is_dictionary:
        about |= {3: RLE, 4: RLE}
    size = len(page.content) if page.size is None else page.size
    header: dict[int, Value] = {
        1: _DICTIONARY_PAGE if page.is_dictionary else _DATA_PAGE,
        2: size,
        3: len(page.content),
        7 if page.is_dictionary else 5: about,
    }
    return _struct(header) + page.content


def _struct(fields: Mapping[int, Value]) -> bytes:
    written = bytearray()
    before = 0
    for number, value in sorted(fields.items()):
        written.append((number - before) << 4 | _type(value))
        written += _value(value)
        before = number
    return bytes(written + b"\0")


def _type(value: Value) -> int:
    match value:
        case int():
            return 5
        case I64():
            return 6
        case bytes():
            return 8
        case Mapping():
            return 12
        case _:
            return 9


def _value(value: Value) -> bytes:
    match value:
        case int():
            return _varint((value << 1) ^ (value >> 63))
        case I64():
            return _value(value.value)
        case bytes():
            return _varint(len(value)) + value
        case Mapping():
            return _struct(value)
        case _:
            head = bytes([min(len(value), 15) << 4 | _type(value[0])])
            long = _varint(len(value)) if len(value) >= 15 else b""
            return head + long + b"".join(map(_value, value))


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)
