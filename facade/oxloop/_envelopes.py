"""Reads what went wrong out of an answer, in each of the forms that the two APIs are known to use.

Oxen's hub and repository server have three (guide "Error Format" of the Oxen.ai documentation,
and the source of oxen-server): ``{"error": {"type", "title", "detail"}, "status": "error"}``,
``{"error": {"message"}}`` and ``{"status": "error", "status_message", "status_description"}``.
Humanloop's is ``{"detail": [{"loc", "msg", "type"}]}`` (Humanloop v4 reference,
"HTTPValidationError"). A proxy in between may answer plain text or HTML.
"""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from attrs import frozen

from oxloop.errors import FieldError

_TEXT_LIMIT: Final = 300
"""Characters of a server's own words that go into a message."""


@frozen(kw_only=True)
class Problem:
    """What an error answer says.

    Attributes:
        message: The server's words for a person, or the meaning of the status.
        code: The server's word for the kind of error.
        errors: What is wrong with which field.
    """

    message: str
    code: str | None = None
    errors: tuple[FieldError, ...] = ()


def read_problem(status: int, body: bytes) -> Problem:
    """Read an error answer, whatever its form."""
    try:
        content: object = json.loads(body)
    except (ValueError, RecursionError):
        return Problem(message=_plain(status, body))
    if not isinstance(content, dict):
        return Problem(message=_meaning(status))
    fields = cast("dict[str, Any]", content)
    error, detail = fields.get("error"), fields.get("detail")
    if isinstance(error, dict):
        return _oxen_rich(status, fields, cast("dict[str, Any]", error))
    if isinstance(detail, list):
        return _humanloop(status, cast("list[object]", detail))
    words = (error, fields.get("status_description"), detail, fields.get("message"))
    message = next((word for word in words if isinstance(word, str) and word), None)
    return Problem(
        message=_short(message or _meaning(status)), code=_text(fields, "status_message")
    )


def says_error(content: object) -> bool:
    """Whether a body of Oxen's says ``status: error``, which some answers do under HTTP 200."""
    return isinstance(content, dict) and cast("dict[str, Any]", content).get("status") == "error"


def _oxen_rich(status: int, content: Mapping[str, Any], error: Mapping[str, Any]) -> Problem:
    message = _text(error, "detail") or _text(error, "message") or _text(error, "title")
    return Problem(
        message=_short(message or _meaning(status)),
        code=_text(error, "type") or _text(content, "status_message"),
    )


def _humanloop(status: int, entries: list[object]) -> Problem:
    errors = tuple(_field_errors(entries))
    told = "; ".join(f"{error.field}: {error.message}" for error in errors)
    return Problem(message=_short(told) or _meaning(status), errors=errors)


def _field_errors(entries: list[object]) -> Iterator[FieldError]:
    for entry in entries:
        fields = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
        where, message = fields.get("loc"), fields.get("msg")
        if isinstance(where, list) and isinstance(message, str):
            steps = [str(step) for step in cast("list[object]", where)]
            path = steps[1:] if steps[:1] == ["body"] else steps
            yield FieldError(".".join(path), _cut(message.strip()))


def _plain(status: int, body: bytes) -> str:
    """The message of a body that is not JSON."""
    text = " ".join(body[:2_000].decode("utf-8", "replace").split())
    if not text or text.startswith("<"):
        page = ", as an HTML page; perhaps a proxy answered" if text else ""
        return _meaning(status) + page
    return _short(text)


def _meaning(status: int) -> str:
    """What a status means by itself."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"The server answered with status {status}"


def _text(content: Mapping[str, Any], name: str) -> str | None:
    """A text that is there and not empty."""
    value = content.get(name)
    return value if isinstance(value, str) and value else None


def _short(text: str) -> str:
    return _cut(" ".join(text.split()))


def _cut(text: str) -> str:
    return text if len(text) <= _TEXT_LIMIT else text[:_TEXT_LIMIT] + "…"
