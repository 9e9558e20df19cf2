# Generated from openapi/generator/package/specs/__init__.py by `make generate`. Changes here are lost.
"""The contracts as bundled OpenAPI documents: of each API the published and the local profile.

Beside them, what is known of each behaviour, and how.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal, TypeVar

from attrs import frozen

__all__ = ["Behaviour", "load", "load_fidelity", "resolve"]

Part = TypeVar("Part", bound=Mapping[str, Any])


@frozen
class Behaviour:
    """One thing that the contract or the local service does, and how anybody knows of it.

    Args:
        id: Its name: words in small letters, joined by hyphens.
        api: ``oxen``, ``humanloop``, ``extensions`` or ``both``.
        what: What is done, in a sentence or two.
        evidence: ``documented`` and ``observed``: by a provider; ``extension``: decided here.
        sources: Titles of what says it.
        at: JSON pointers into the spec of its API.
        note: What else there is to know; may be empty.
        built: Whether the local service and the client do it already.
        recorded: The day on which an exchange with the live service showed it, as 2026-01-31; None
            if none has yet.
    """

    id: str
    api: Literal["oxen", "humanloop", "extensions", "both"]
    what: str
    evidence: Literal["documented", "observed", "extension"]
    sources: tuple[str, ...]
    at: tuple[str, ...]
    note: str
    built: bool
    recorded: str | None


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


def resolve(document: Mapping[str, Any], part: Part) -> Part:
    """Return a part of a contract, which may stand elsewhere in it: follow ``$ref`` to its end.

    Args:
        document: The contract.
        part: The part as it is written.
    """
    while "$ref" in part:
        found: Any = document
        for key in part["$ref"].removeprefix("#/").split("/"):
            found = found[key.replace("~1", "/").replace("~0", "~")]
        part = found
    return part


def load_fidelity() -> tuple[Behaviour, ...]:
    """Read what is known of each behaviour: what ``docs/fidelity.md`` shows.

    Returns:
        The behaviours, in the order of that page's source.
    """
    text = (files(__name__) / "fidelity.json").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = json.loads(text)
    for entry in entries:
        entry.update(sources=tuple(entry["sources"]), at=tuple(entry["at"]))
    return tuple(Behaviour(**entry) for entry in entries)
