"""When a check of Schemathesis was really made: when the answer was one that it judges.

Schemathesis calls every check with every answer; most look away from most.
"""

from collections.abc import Iterator
from typing import Any

from schemathesis import Case, GenerationMode, Response
from schemathesis.generation.meta import (
    REQUEST_SHAPE_PROBES,
    CoverageScenario,
    coverage_scenario,  # pyright: ignore[reportUnknownVariableType]
)

from oxloop_contract.accounting import ACCEPTED


def applicable(case: Case[Any], response: Response) -> Iterator[str]:
    """Say which checks have something to say of an answer.

    Args:
        case: What was sent.
        response: The answer.
    """
    yield "not_a_server_error"
    scenario = coverage_scenario(case)
    if scenario == CoverageScenario.UNSPECIFIED_HTTP_METHOD:
        if response.request.method == "OPTIONS":
            yield "allow_header_conformance"
        else:
            yield "unsupported_method"
    if scenario in REQUEST_SHAPE_PROBES:
        return
    yield "status_code_conformance"
    definition = case.operation.responses.find_by_status_code(response.status_code)
    if definition is not None:
        if definition.definition.get("content"):
            yield "content_type_conformance"
        if "application/json" in definition.definition.get("content", {}):
            yield "response_schema_conformance"
        if definition.headers:
            yield "response_headers_conformance"
    yield from _by_mode(case, response)


def _by_mode(case: Case[Any], response: Response) -> Iterator[str]:
    if case.meta is None:
        return
    good = 200 <= response.status_code < 300
    if case.meta.generation.mode == GenerationMode.POSITIVE:
        if not _is_odd_form(case):
            yield ACCEPTED
        if good:
            yield "ignored_auth"
    elif not good:
        yield "negative_data_rejection"


def _is_odd_form(case: Case[Any]) -> bool:
    # How other names than plain ones stand in a form's headers, nobody agrees on.
    if case.media_type != "multipart/form-data" or not isinstance(case.body, dict):
        return False
    return not all(str(name).isascii() for name in case.body)  # pyright: ignore[reportUnknownVariableType]
