"""Keeps what became of every case of the whole matrix, and writes it down."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from attrs import define, field

from .fault import Fault
from .faults import FAULTS
from .oracle import Case
from .over_aiohttp import DIFFERENCES

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
COUNT: Final = 64
"""Faults that there are numbers for; the last one has tests of its own."""


@define
class Tally:
    """How many cases of each fault were tried, and how many held."""

    how: str
    """By which command, at which commit and when."""
    tried: Counter[Fault] = field(factory=Counter[Fault])
    held: Counter[Fault] = field(factory=Counter[Fault])
    kinds: Counter[str] = field(factory=Counter[str])
    apart: int = 0
    """How many tests of their own hold."""

    @contextmanager
    def judging(self, case: Case, kind: str) -> Generator[None, None, None]:
        """Count a case, and that it held if nothing is raised."""
        self.tried[case.fault] += 1
        self.kinds[kind] += 1
        yield
        self.held[case.fault] += 1

    @property
    def is_whole(self) -> bool:
        """Whether every fault was tried in every way."""
        return set(self.tried) == set(FAULTS) and len(self.kinds) == 4 and self.apart > 0

    def page(self) -> str:
        """What came of it, as Markdown."""
        broken = {fault.number for fault in FAULTS if self.held[fault] < self.tried[fault]}
        rows = [
            f"| {fault.number} | {fault.name} | {fault.need.value} "
            f"| {self.held[fault]} of {self.tried[fault]} |"
            for fault in FAULTS
        ]
        differences = [
            f"| {name} | {one.changes['need'].value} | {one.reason} |"
            for name, one in DIFFERENCES.items()
        ]
        kinds = ", ".join(f"{count} with {kind}" for kind, count in self.kinds.items())
        return "\n".join(
            [
                "# What the client makes of a bad network",
                "",
                self.how,
                "",
                f"{COUNT - len(broken)} of {COUNT} faults hold in every case. Of numbers 1 to "
                f"{COUNT - 1}, {self.held.total()} of {self.tried.total()} cases hold ({kinds}); "
                f"number {COUNT} (cancelled in flight, forked after use, no file descriptors left, "
                "a proxy that refuses) and the networks of companies have tests of their own, "
                f"{self.apart} of which hold.",
                "",
                "| | fault | what has to become of it | held |",
                "|---|---|---|---|",
                *rows,
                "",
                "Over aiohttp something else has to become of some:",
                "",
                "| | what has to become of it | why |",
                "|---|---|---|",
                *differences,
                "",
            ]
        )
