"""What stands for the placeholders in the examples of the two source documents.

The examples in ``documents/`` are kept as they are printed on the pages "Create an evaluation" of
Oxen.ai and "Evaluations: Create" of Humanloop v4. This table, and nothing else, changes them before
they are checked.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

TEXT = "some text"
"""Stands for ``"<string>"``."""

DATE = "2026-01-15T09:30:00Z"
"""Stands for ``"<string>"`` in a field that holds a date."""

DATE_FIELDS = frozenset({"cancelled_at", "completed_at", "inserted_at", "started_at"})
"""The fields of the examples that hold a date and show ``"<string>"``."""

KEY = "some-key"
"""Stands for ``<token>`` and ``<apiKey>``."""

_DOCUMENTS = Path(__file__).parent / "documents"


def read(api: str, part: Literal["request", "response"]) -> Any:
    """An example as its document prints it.

    Args:
        api: ``oxen`` or ``humanloop``.
        part: The request's body or the answer's.
    """
    text = (_DOCUMENTS / f"{api}-create-evaluation.{part}.json").read_text(encoding="utf-8")
    return json.loads(text)


def fill(example: Any, objects: Mapping[str, Any] | None = None, *, field: str = "") -> Any:
    """An example with its placeholders filled in.

    Args:
        example: The example, or a value in it.
        objects: What a check has created, by the name of the field that stands for it. Ids, branch,
            path and column are placeholders too when an example is sent to a service.
        field: The field that holds the value.
    """
    if objects and field in objects:
        return objects[field]
    if isinstance(example, dict):
        return {name: fill(value, objects, field=name) for name, value in _items(example)}
    if isinstance(example, list):
        return [fill(value, objects) for value in _values(example)]
    if example == "<string>":
        return DATE if field in DATE_FIELDS else TEXT
    return KEY if example in ("<token>", "<apiKey>") else example


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items())


def _values(value: Any) -> list[Any]:
    return list(value)
