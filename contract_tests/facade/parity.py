"""What a caller sees of a class, so that the two colours can be compared."""

import inspect
import re
from typing import Any


def public(kind: Any) -> dict[str, Any]:
    """The public names of a class, and what they stand for."""
    return {name: value for name, value in inspect.getmembers(kind) if name[0] != "_"}


def parameters(function: Any) -> list[tuple[str, Any, Any, str]]:
    """What a caller sees of a signature, with the names of the one colour."""
    return [
        (p.name, p.kind, p.default, _of_one_colour(str(p.annotation)))
        for p in inspect.signature(function).parameters.values()
    ]


def _of_one_colour(annotation: str) -> str:
    """A type as the client for threads has it."""
    plain = re.sub(r"collections\.abc\.Awaitable\[([^]]*)\]", r"\1", annotation)
    return plain.replace("Async", "")
