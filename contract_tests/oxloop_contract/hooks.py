"""What Schemathesis loads: valid bodies get values that exist, and every answer is counted.

It runs inside the child process that tests one API; it reads the values from the file that
``OXLOOP_CONTRACT_VALUES`` names and leaves the counts in ``OXLOOP_CONTRACT_COUNTS``.
"""

import atexit
import hashlib
import itertools
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import Case, GenerationMode, HookContext, Response
from schemathesis.core.parameters import ParameterLocation

from oxloop_contract.derive import UNIQUE

CHOICES: dict[str, dict[str, list[Any]]] = json.loads(
    Path(os.environ["OXLOOP_CONTRACT_VALUES"]).read_text(encoding="utf-8")
)
NUMBERS = itertools.count()
COUNTS: Counter[tuple[str, str, str]] = Counter()


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Put values that exist into a valid body, the same ones for the same body."""
    choices = CHOICES.get(_name(case))
    meta = case.meta
    if not choices or meta is None or not isinstance(case.body, dict):
        return
    body = meta.components.get(ParameterLocation.BODY)
    if body is None or body.mode != GenerationMode.POSITIVE:
        return
    digest = hashlib.sha256(repr(sorted(case.body.items(), key=str)).encode()).digest()
    required = set(_required(case))
    for number, (name, values) in enumerate(choices.items()):
        if name in case.body or name in required:
            case.body[name] = _fresh(values[digest[number] % len(values)])


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    """Count an answer by operation, by whether the request was valid, and by kind of status."""
    valid = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    kind = f"{response.status_code // 100}xx"
    COUNTS[_name(case), "valid" if valid else "invalid", kind] += 1


@atexit.register
def write_counts() -> None:
    """Leave the counts for the parent process."""
    by_operation: dict[str, dict[str, dict[str, int]]] = {}
    for (name, mode, kind), count in sorted(COUNTS.items()):
        by_operation.setdefault(name, {}).setdefault(mode, {})[kind] = count
    Path(os.environ["OXLOOP_CONTRACT_COUNTS"]).write_text(json.dumps(by_operation), "utf-8")


def _fresh(value: Any) -> Any:
    if isinstance(value, str) and UNIQUE in value:
        return value.replace(UNIQUE, str(next(NUMBERS)))
    return value


def _name(case: Case[Any]) -> str:
    return str(case.operation.definition.raw.get("operationId", case.operation.label))


def _required(case: Case[Any]) -> list[str]:
    for media in case.operation.definition.raw.get("requestBody", {}).get("content", {}).values():
        schema = media["schema"]
        if "$ref" in schema:
            schema = case.operation.schema.raw_schema["components"]["schemas"][
                schema["$ref"].rsplit("/", 1)[1]
            ]
        return list(schema.get("required", []))
    return []
