"""The child process that holds outputs against JSON schemas of strangers.

    python -m oxloop_server.evaluators.schema_process --seconds 2

A line is ``{"schema": ..., "output": "..."}``, its answer ``{"fits": true}`` or
``{"error": "..."}``. Without an output it is the schema alone that is looked at.
"""

import json
from functools import lru_cache
from typing import Any

import jsonschema_rs

from oxloop_server.line_answers import answer_lines


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        validator = _validator(json.dumps(request["schema"]))
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        return {"error": str(error).splitlines()[0]}
    return {"fits": "output" in request and _fits(validator, request["output"])}


def _fits(validator: jsonschema_rs.Validator, output: str) -> bool:
    try:
        return validator.is_valid(json.loads(output))
    except (ValueError, RecursionError):
        return False


@lru_cache(maxsize=8)
def _validator(schema: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(
        json.loads(schema),
        retriever=_fetch_nothing,
        validate_formats=True,
        pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=100_000),
    )


def _fetch_nothing(uri: str) -> Any:
    shown = uri if len(uri) <= 100 else uri[:100] + " …"
    raise ValueError(
        f"nothing is fetched, so $ref cannot lead to {json.dumps(shown, ensure_ascii=False)}"
    )


if __name__ == "__main__":
    answer_lines(_answer)
