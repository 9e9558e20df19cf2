"""How much an Arrow file's messages unpack to, told before anything is unpacked.

pyarrow believes what a file says of lengths and makes room for them. The places are those of
``File.fbs`` and ``Message.fbs`` of the Arrow format: flatbuffers, whose tables point to their
fields.
"""

import mmap
import struct
from collections.abc import Iterator

MAGIC = b"ARROW1"

_DICTIONARIES, _BATCHES = 2, 3
_HEADER_TYPE, _HEADER, _BODY_LENGTH = 1, 2, 3
_DICTIONARY_BATCH, _RECORD_BATCH = 2, 3
_BUFFERS, _COMPRESSION, _DATA = 2, 3, 1
_CONTINUES = 0xFFFFFFFF


def unpacked_size(content: mmap.mmap) -> int:
    """How many bytes a file's largest batch is once it is unpacked, with all dictionaries.

    Args:
        content: The whole file.

    Raises:
        ValueError: If something in it is not where the file says it is.
    """
    try:
        footer, table = _footer(content)
        # A dictionary stays in memory as long as the file is open.
        dictionaries, batches = (
            [_unpacked_size(content, *block) for block in _blocks(footer, table, number)]
            for number in (_DICTIONARIES, _BATCHES)
        )
        return sum(dictionaries) + max(batches, default=0)
    except (struct.error, IndexError) as error:
        raise ValueError("it points beyond itself") from error


def _footer(content: mmap.mmap) -> tuple[bytes, int]:
    end = len(content) - len(MAGIC) - 4
    if end < len(MAGIC) or content[: len(MAGIC)] != MAGIC or content[end + 4 :] != MAGIC:
        raise ValueError("it does not begin and end as one")
    (length,) = struct.unpack_from("<i", content, end)
    if not 0 < length <= end:
        raise ValueError("its footer is larger than the file")
    footer = content[end - length : end]
    return footer, _at(footer, 0)


def _blocks(footer: bytes, table: int, number: int) -> Iterator[tuple[int, int]]:
    if place := _field(footer, table, number):
        begin = _at(footer, place)
        (count,) = struct.unpack_from("<I", footer, begin)
        for index in range(count):
            offset, metadata, _ = struct.unpack_from("<qi4xq", footer, begin + 4 + 24 * index)
            yield offset, metadata


def _unpacked_size(content: mmap.mmap, offset: int, metadata_length: int) -> int:
    body = offset + metadata_length
    (prefix,) = struct.unpack_from("<I", content, offset)
    begin = offset + (8 if prefix == _CONTINUES else 4)
    if offset < 0 or not begin <= body <= len(content):
        raise ValueError("it points beyond itself")
    message = content[begin:body]
    table = _at(message, 0)
    kind, header = (_field(message, table, number) for number in (_HEADER_TYPE, _HEADER))
    place = _field(message, table, _BODY_LENGTH)
    length = struct.unpack_from("<q", message, place)[0] if place else 0
    if not 0 <= length <= len(content) - body:
        raise ValueError("it points beyond itself")
    if not kind or not header:
        return int(length)
    batch = _at(message, header)
    if message[kind] == _DICTIONARY_BATCH and (data := _field(message, batch, _DATA)):
        batch = _at(message, data)
    elif message[kind] != _RECORD_BATCH:
        return int(length)
    buffers = _field(message, batch, _BUFFERS)
    if not _field(message, batch, _COMPRESSION) or not buffers:
        return int(length)
    begin = _at(message, buffers)
    (count,) = struct.unpack_from("<I", message, begin)
    places = (struct.unpack_from("<qq", message, begin + 4 + 16 * index) for index in range(count))
    return sum(_unpacked(content, body + start, size) for start, size in places)


def _unpacked(content: mmap.mmap, offset: int, length: int) -> int:
    # A compressed buffer begins with its length; -1 says that it is as it stands.
    if length < 8:
        return 0
    (size,) = struct.unpack_from("<q", content, offset)
    return length if size == -1 else abs(int(size))


def _at(content: bytes, place: int) -> int:
    (away,) = struct.unpack_from("<I", content, place)
    return place + int(away)


def _field(content: bytes, table: int, number: int) -> int:
    """Where a table has a field; 0 if it has none."""
    (back,) = struct.unpack_from("<i", content, table)
    slots = table - int(back)
    if slots < 0:
        raise IndexError
    (size,) = struct.unpack_from("<H", content, slots)
    if 4 + 2 * number >= size:
        return 0
    (away,) = struct.unpack_from("<H", content, slots + 4 + 2 * number)
    return table + int(away) if away else 0
