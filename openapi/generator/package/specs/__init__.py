"""The contracts as bundled OpenAPI documents: of each API the published and the local profile."""

import json
from importlib.resources import files
from typing import Any

__all__ = ["load"]


def load(api: str, profile: str) -> dict[str, Any]:
    """Read a bundled contract.

    Args:
        api: ``oxen``, ``humanloop`` or ``extensions``.
        profile: ``published`` (what upstream promises) or ``local`` (what the local service
            answers, which is stricter).

    Returns:
        The whole OpenAPI document. Every call reads it anew, so the caller may change it.

    Raises:
        ValueError: There is no such contract.
    """
    try:
        text = (files(__name__) / f"{api}.{profile}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"there is no contract of {api!r} with the profile {profile!r}") from None
    document: dict[str, Any] = json.loads(text)
    return document
