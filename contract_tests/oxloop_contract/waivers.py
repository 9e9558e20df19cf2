"""What of the contract is waived: listed by JSON pointer, each with a reason and a date."""

import json
from collections.abc import Collection, Sequence
from datetime import date
from importlib.resources import files

from attrs import frozen

from oxloop_contract.coverage.points import DIMENSIONS, Point

MOST = 0.02
"""The largest share of a contract's points that may be waived."""


@frozen
class Waiver:
    """A point that need not be met.

    Attributes:
        api: The API.
        operation: The operationId; empty for what operations share.
        dimension: What kind of thing it is.
        pointer: Where the spec says it.
        side: Which side of it, where it has sides.
        reason: Why.
        since: When that was decided.
    """

    api: str
    operation: str
    dimension: str
    pointer: str
    side: str
    reason: str
    since: date

    def covers(self, point: Point) -> bool:
        """Say whether it is about this point."""
        mine = (self.api, self.operation, self.dimension, self.pointer, self.side)
        return mine == (point.api, point.operation, point.dimension, point.pointer, point.side)


def load(text: str | None = None) -> list[Waiver]:
    """Read a list of waivers.

    Args:
        text: The list as JSON; by default the one that comes with the checks.

    Raises:
        ValueError: An entry has no reason, no date, or is about nothing that is counted.
    """
    if text is None:
        text = (files("oxloop_contract") / "waivers.json").read_text("utf-8")
    found: list[Waiver] = []
    for group in json.loads(text):
        reason, since = group.get("reason", ""), group.get("since", "")
        if not reason or not since:
            raise ValueError(f"a waiver needs a reason and a date: {group}")
        for one in group["points"]:
            if one["dimension"] not in DIMENSIONS:
                raise ValueError(f"a waiver is about nothing that is counted: {one}")
            found.append(
                Waiver(
                    one["api"],
                    one.get("operation", ""),
                    one["dimension"],
                    one["pointer"],
                    one.get("side", ""),
                    reason,
                    date.fromisoformat(since),
                )
            )
    return found


def stale(
    waivers: Sequence[Waiver], points: Collection[Point], met: Collection[Point]
) -> list[str]:
    """Say which waivers are needed no more: what they are about was met, or is gone.

    Args:
        waivers: The waivers.
        points: All that the contracts give.
        met: What was met.
    """
    open_points = set(points) - set(met)
    return [
        f"{one.api} {one.operation} {one.pointer} {one.side}".strip()
        for one in waivers
        if not any(one.covers(point) for point in open_points)
    ]
