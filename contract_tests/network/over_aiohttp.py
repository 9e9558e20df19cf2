"""What a client over aiohttp's connections makes of a few faults otherwise, and why it may."""

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve, frozen

from .fault import Fault, Need
from .faults import LONG


@frozen
class Difference:
    """What becomes of a fault over aiohttp.

    Attributes:
        reason: Why that may be.
        changes: What differs of the fault.
    """

    reason: str
    changes: Mapping[str, Any]


DIFFERENCES: Final[Mapping[str, Difference]] = {
    "100, then silence": Difference(
        "After an answer of the 100s aiohttp looks at its limit for reading no more, and has no "
        "public way to be told to. The total time holds.",
        {"need": Need.ENDLESS, "total": LONG},
    ),
    "odd trailers": Difference(
        "aiohttp's parser refuses a length among the trailers, as it may: an answer with a length "
        "and chunks is refused too.",
        {"need": Need.LOST},
    ),
    "garbage behind the body": Difference(
        "aiohttp reads on, and refuses what came in the same packet as the body, before it hands "
        "the answer out.",
        {"need": Need.LOST},
    ),
}
"""By the fault's name."""


def over_aiohttp(fault: Fault) -> Fault:
    """Return a fault with what has to become of it over aiohttp."""
    difference = DIFFERENCES.get(fault.name)
    return fault if difference is None else evolve(fault, **difference.changes)
