"""Judges what was met of a contract against all that it gives, and what is waived."""

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from oxloop_contract.contract import Contract
from oxloop_contract.coverage.counters import Findings
from oxloop_contract.coverage.points import DIMENSIONS, Dimension, Point, points
from oxloop_contract.waivers import MOST, Waiver, stale


@frozen
class Share:
    """How much of something was met.

    Attributes:
        met: How many points were.
        waived: How many others need not be.
        total: How many there are.
    """

    met: int
    waived: int
    total: int

    @property
    def without_waivers(self) -> float:
        """The share that was met."""
        return self.met / self.total if self.total else 1.0

    @property
    def with_waivers(self) -> float:
        """The share that was met or is waived."""
        return (self.met + self.waived) / self.total if self.total else 1.0


@frozen
class CoverageReport:
    """How much of one API's contract was met.

    Attributes:
        api: The API.
        complete: Whether all of it must be.
        shares: How much of each dimension was met.
        by_operation: The same of each operation.
        missed: The points that were neither met nor waived.
        unmatched: The requests that mean no operation.
        broken: The keywords of answers that did not hold.
        stale: The waivers that are needed no more.
        waived_share: The share of all points that is waived.
    """

    api: str
    complete: bool
    shares: Mapping[Dimension, Share]
    by_operation: Mapping[str, Mapping[Dimension, Share]]
    missed: Sequence[Point]
    unmatched: Sequence[str]
    broken: Sequence[Point]
    stale: Sequence[str]
    waived_share: float

    @property
    def problems(self) -> list[str]:
        """What is wrong with it, in sentences; empty if nothing is."""
        found = [f"no operation is meant by {one}" for one in self.unmatched]
        found += [f"an answer breaks {one.pointer}" for one in self.broken]
        if not self.complete:
            return found
        found += [f"never met: {told(one)}" for one in self.missed]
        found += [f"waived for nothing: {one}" for one in self.stale]
        if self.waived_share > MOST:
            found.append(f"{self.waived_share:.1%} of the contract is waived, more than {MOST:.0%}")
        return found

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def told(point: Point) -> str:
    """Return a point in words."""
    parts = (point.operation, point.dimension, point.pointer, point.side)
    return ", ".join(part for part in parts if part)


def judge(
    api: str,
    contract: Contract,
    findings: Findings,
    waivers: Sequence[Waiver],
    *,
    complete: bool,
) -> CoverageReport:
    """Judge what was met of one API's contract.

    Args:
        api: The API.
        contract: Its contract.
        findings: What was met, of any API.
        waivers: What need not be met, of any API.
        complete: Whether all else must be.
    """
    every = points(api, contract)
    mine = [one for one in waivers if one.api == api]
    met = findings.met
    left = [one for one in every if one not in met]
    waived = {one for one in left if any(waiver.covers(one) for waiver in mine)}
    return CoverageReport(
        api,
        complete,
        {one: _share([p for p in every if p.dimension == one], met, waived) for one in DIMENSIONS},
        {
            name: {
                one: _share(
                    [p for p in every if (p.operation, p.dimension) == (name, one)], met, waived
                )
                for one in DIMENSIONS
            }
            for name in contract.operations
        },
        [one for one in left if one not in waived],
        sorted(findings.unmatched),
        sorted(one for one in findings.broken if one.api == api),
        stale(mine, every, met),
        len(waived) / len(every) if every else 0.0,
    )


def _share(points: Sequence[Point], met: Collection[Point], waived: Collection[Point]) -> Share:
    return Share(
        sum(point in met for point in points),
        sum(point in waived for point in points),
        len(points),
    )
