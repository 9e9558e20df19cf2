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
from typing import Any, cast

import httpx
import schemathesis
from schemathesis import Case, GenerationMode, HookContext, Response
from schemathesis.core.parameters import ParameterLocation

from oxloop_contract.derive import ABSENT, UNIQUE

VALUES: dict[str, Any] = json.loads(
    Path(os.environ["OXLOOP_CONTRACT_VALUES"]).read_text(encoding="utf-8")
)
CHOICES: dict[str, dict[str, list[Any]]] = VALUES["choices"]
FRESH: dict[str, dict[str, Any]] = VALUES["fresh"]
NUMBERS = itertools.count()
COUNTS: Counter[tuple[str, str, str]] = Counter()


@schemathesis.hook  # pyright: ignore[reportUnknownMemberType]
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Put values that exist into a valid body, the same ones for the same body."""
    name = _name(case)
    if name in FRESH and _is_valid(case, None):
        _make_fresh(case, FRESH[name])
    choices = CHOICES.get(name)
    if not choices or not _is_valid(case, ParameterLocation.BODY):
        return
    bodies = case.body if isinstance(case.body, list) else [case.body]
    for body in bodies:
        if isinstance(body, dict):
            _choose(body, choices, _required(case))


def _is_valid(case: Case[Any], location: ParameterLocation | None) -> bool:
    if case.meta is None:
        return False
    if location is None:
        return case.meta.generation.mode == GenerationMode.POSITIVE
    part = case.meta.components.get(location)
    return part is not None and part.mode == GenerationMode.POSITIVE


def _choose(body: dict[str, Any], choices: dict[str, list[Any]], required: list[str]) -> None:
    digest = hashlib.sha256(repr(sorted(body.items(), key=str)).encode()).digest()
    for number, (path, values) in enumerate(choices.items()):
        needed, in_turn = path.startswith("+"), path.startswith("*")
        *above, name = path.lstrip("+*").split(".")
        part: Any = body
        for step in above:
            part = cast(dict[str, Any], part).get(step) if isinstance(part, dict) else None
        if isinstance(part, dict) and (needed or name in part or (not above and name in required)):
            index = next(NUMBERS) if in_turn else digest[number % len(digest)]
            value = _fresh(values[index % len(values)])
            if value == ABSENT:
                del part[name]
            else:
                part[name] = value


def _make_fresh(case: Case[Any], fresh: dict[str, Any]) -> None:
    key = os.environ["OXLOOP_CONTRACT_KEY"]
    response = httpx.post(
        os.environ["OXLOOP_CONTRACT_URL"] + fresh["url"],
        json=json.loads(json.dumps(fresh["body"]).replace(UNIQUE, str(next(NUMBERS)))),
        headers={"X-API-KEY": key, "Authorization": f"Bearer {key}"},
        trust_env=False,
    )
    found = response.raise_for_status().json()
    for step in fresh["found"]:
        found = found[step]
    case.path_parameters[fresh["parameter"]] = found.rpartition("/")[2]


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
