"""What a server says when it refuses a request, told by the envelopes of the APIs.

A request can be refused because it breaks the schema, or, though it keeps it, for its meaning: no
such column, no such model, a name that is taken. The service has codes of its own for the second.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

_CODES = ("conflict", "invalid_params", "not_found", "unsupported", "wrong_state")
# Any longer type of an entry names the keyword of the schema that does not hold.
_TYPE = "value_error"


def for_its_meaning(api: str, status: int, content: bytes) -> bool:
    """Say whether an answer refuses for its meaning a request that keeps the schema.

    Args:
        api: ``oxen``, ``humanloop`` or ``extensions``.
        status: The answer's status.
        content: The answer's body.
    """
    if status not in (400, 404, 409, 422):
        return False
    try:
        said: Any = json.loads(content)
    except ValueError:
        return False
    if not isinstance(said, dict):
        return False
    body = cast(Mapping[str, Any], said)
    if api == "humanloop":
        return _by_entries(status, body.get("detail"))
    error: Any = body.get("error")
    return isinstance(error, dict) and cast(Mapping[str, Any], error).get("code") in _CODES


def as_broken(api: str, status: int, content: bytes) -> bool:
    """Say whether an answer refuses a request for breaking the schema.

    Args:
        api: ``oxen``, ``humanloop`` or ``extensions``.
        status: The answer's status.
        content: The answer's body.
    """
    # Humanloop's 400 is a text: it does not tell a body that is none from a wrong state.
    is_text = api == "humanloop" and status == 400
    return status in (400, 422) and (is_text or not for_its_meaning(api, status, content))


def _by_entries(status: int, detail: Any) -> bool:
    if status != 422:
        return isinstance(detail, str)
    entries = cast(Sequence[Any], detail) if isinstance(detail, list) else ()
    return bool(entries) and all(
        isinstance(one, dict) and cast(Mapping[str, Any], one).get("type") == _TYPE
        for one in entries
    )
