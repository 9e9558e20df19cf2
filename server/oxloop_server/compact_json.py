"""JSON as it is sent and kept: without blanks, letters as they are.

JSON has no NaN and no infinity: they become null.
"""

import json

import orjson

# What the standard library does not write either is a mistake here too, where that can be had.
_OPTIONS = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def to_bytes(value: object) -> bytes:
    """Write JSON.

    Args:
        value: Objects, lists, texts, numbers of any size, booleans, None.

    Raises:
        TypeError: If there is something else in it.
        ValueError: If there is text in it that UTF-8 cannot hold, or a number of more than 64 bits
            beside one that JSON lacks.
    """
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError:
        # Numbers of more than 64 bits, and text that is none.
        return _encode(value).encode()


def to_text(value: object) -> str:
    """Write JSON as text; see ``to_bytes``."""
    return to_bytes(value).decode()


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
