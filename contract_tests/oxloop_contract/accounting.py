"""Which checks Schemathesis is meant to make of which operations; see ``applying`` for when it did.

A check that was never made proves nothing: a run without it fails.
"""

from collections.abc import Collection, Iterator, Mapping

from oxloop_contract.contract import Contract, Operation
from oxloop_contract.coverage.points import points, responses

ACCEPTED = "valid_is_accepted"
"""Our own check, in the place of ``positive_data_acceptance``."""

EXCLUDED: Mapping[str, str] = {
    "positive_data_acceptance": "valid_is_accepted knows what a server may refuse",
    "ensure_resource_availability": "it needs other paths: every link is followed instead",
    "use_after_free": "it needs a link to what deletes: what was deleted is asked for instead",
    "object_level_authorization": "it needs two users: somebody else's key is tried instead",
    "missing_required_header": "no operation declares one: ignored_auth tries without the key",
}
"""The checks of Schemathesis that are not made, each with the reason and what is made instead."""
UNPROMISED: Mapping[str, str] = {
    "status_code_conformance": "what is not documented is looked at by refusal_is_told_well",
    "negative_data_rejection": "nobody says what a provider must refuse; it is told only",
    "unsupported_method": "nor what becomes of a path's other methods",
    "allow_header_conformance": "nor what becomes of OPTIONS",
}
"""Those that are not made of a server that is judged by what its provider has published."""


def meant(contract: Contract) -> list[tuple[str, str]]:
    """Say which checks are to be made of which operations.

    Args:
        contract: The contract.

    Returns:
        The names of checks and operationIds.
    """
    breakable = {one.operation for one in points("", contract) if one.side == "invalid"}
    return [
        (check, operation.id)
        for operation in contract.operations.values()
        for check in _meant(contract, operation, operation.id in breakable)
    ]


def silent(
    contract: Contract, fired: Collection[tuple[str, str]], tested: Collection[str]
) -> list[tuple[str, str]]:
    """Say which checks were never made of operations of which they are meant to be.

    Args:
        contract: The contract.
        fired: The checks and operationIds that were.
        tested: The operations that were tested.
    """
    return [
        (check, name)
        for check, name in meant(contract)
        if name in tested
        and not any((check, other) in fired for other in _alike(contract, check, name))
    ]


def _alike(contract: Contract, check: str, name: str) -> list[str]:
    # Of a path's other methods only one operation is asked.
    if check != "unsupported_method":
        return [name]
    template = contract.operations[name].template
    return [one.id for one in contract.operations.values() if one.template == template]


def _meant(contract: Contract, operation: Operation, breakable: bool) -> Iterator[str]:
    yield from (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "unsupported_method",
        ACCEPTED,
    )
    if breakable:
        yield "negative_data_rejection"
    if operation.secured:
        yield "ignored_auth"
    if any(node.get("headers") for _, _, node in responses(contract, operation)):
        yield "response_headers_conformance"
