"""Reads the hand-written vectors: what the rules must answer, worked out without them."""

import json
import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from uuid import UUID

FOLDER = Path(__file__).parent / "vectors"


def load(name: str) -> list[dict[str, Any]]:
    """Read ``vectors/<name>.json``; values that JSON lacks are written ``{"$decimal": "1.50"}``."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    cases = cast(list[dict[str, Any]], json.loads(text, object_hook=_tagged))
    assert cases, f"{name}.json holds no case"
    return cases


def _tagged(found: dict[str, Any]) -> object:
    if len(found) == 1:
        ((tag, value),) = found.items()
        if tag in _TAGS:
            return _TAGS[tag](value)
    return found


def _float32(value: float) -> float:
    narrowed: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return narrowed


class Float32(float):
    """Marks a value that a table keeps in 32 bits."""

    def __new__(cls, value: float) -> "Float32":
        """Round to what 32 bits can hold."""
        return super().__new__(cls, _float32(value))


_TAGS: dict[str, Callable[[Any], object]] = {
    "$date": date.fromisoformat,
    "$datetime": datetime.fromisoformat,
    "$time": time.fromisoformat,
    "$seconds": lambda seconds: timedelta(seconds=seconds),
    "$decimal": Decimal,
    "$float": float,
    "$float32": Float32,
    "$uuid": UUID,
    "$bytes": bytes.fromhex,
}
