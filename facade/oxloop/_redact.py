"""Masks keys in everything that is logged or kept in an error."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from oxloop._secret import MASK

BODY_LIMIT: Final = 2_000
"""Characters of a body that an error keeps."""

_WINDOW: Final = 64 * 1024
"""Bytes of a body that are looked through; far more than is kept, as masking shortens."""

_RECOGNIZED: Final = 16
"""Characters by which a long secret is known although its end is missing."""

_SECRET_NAME: Final = re.compile(
    r"authorization|cookie|api[-_]?key|token(?!s)|secret|password|signature|credential",
    re.IGNORECASE,
)
_SECRET_FIELD: Final = re.compile(
    r"""(?P<start>["'](?:token|[\w-]*(?:authorization|api[-_]?key|auth[-_]?token|access[-_]?token|"""
    r"""secret|password)[\w-]*)["']\s*:\s*)(?P<value>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)""",
    re.IGNORECASE,
)
_KEY_TABLE: Final = re.compile(r'("provider_api_keys"\s*:\s*)\{[^}]*\}?', re.IGNORECASE)
_BEARER: Final = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE)


def text(value: str, secrets: Iterable[str] = ()) -> str:
    """Mask the given secrets, the values of fields that hold keys, and bearer tokens."""
    for secret in secrets:
        if len(secret) > _RECOGNIZED:  # also where it is cut
            value = re.sub(rf"{re.escape(secret[:_RECOGNIZED])}[\w.~+/=-]*", MASK, value)
        elif secret:
            value = value.replace(secret, MASK)
    value = _KEY_TABLE.sub(rf'\g<1>"{MASK}"', value)
    value = _SECRET_FIELD.sub(rf'\g<start>"{MASK}"', value)
    return _BEARER.sub(rf"\g<1> {MASK}", value)


def body(content: bytes, secrets: Iterable[str] = ()) -> str:
    """Return the start of a body as masked text, at most ``BODY_LIMIT`` characters of it.

    Masking comes before trimming, so that no half of a key is left at the cut.
    """
    masked = text(content[:_WINDOW].decode("utf-8", "replace"), secrets)
    if len(masked) <= BODY_LIMIT and len(content) <= _WINDOW:
        return masked
    return f"{masked[:BODY_LIMIT]}… ({len(content)} bytes in all)"


def headers(values: Mapping[str, str]) -> dict[str, str]:
    """Return headers with the values of those that hold keys masked."""
    return {
        name: MASK if _SECRET_NAME.search(name) else text(value) for name, value in values.items()
    }


def secret_values(values: Mapping[str, str]) -> list[str]:
    """Return the values of those headers that hold keys."""
    return [value for name, value in values.items() if _SECRET_NAME.search(name)]


def parameters(values: Mapping[str, object]) -> dict[str, object]:
    """Return query parameters with the values of those that hold keys masked."""
    return {name: MASK if _SECRET_NAME.search(name) else value for name, value in values.items()}
