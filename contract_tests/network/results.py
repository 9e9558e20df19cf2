"""Keeps what became of every case of the whole matrix, and writes it down."""

import subprocess
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from attrs import define, field

from .fault import Fault
from .faults import FAULTS
from .oracle import Case

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
ROOT: Final = Path(__file__).parents[2]
COUNT: Final = 64
"""Faults that there are numbers for; the last one has tests of its own."""


@define
class Tally:
    """How many cases of each fault were tried, and how many held."""

    command: str
    tried: Counter[Fault] = field(factory=Counter[Fault])
    held: Counter[Fault] = field(factory=Counter[Fault])
    kinds: Counter[str] = field(factory=Counter[str])

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
        return set(self.tried) == set(FAULTS) and len(self.kinds) == 3

    def page(self) -> str:
        """What came of it, as Markdown."""
        numbers = sorted({fault.number for fault in FAULTS})
        broken = {fault.number for fault in FAULTS if self.held[fault] < self.tried[fault]}
        rows = [
            f"| {fault.number} | {fault.name} | {fault.need.value} "
            f"| {self.held[fault]} of {self.tried[fault]} |"
            for fault in FAULTS
        ]
        kinds = ", ".join(f"{count} with {kind}" for kind, count in self.kinds.items())
        return "\n".join(
            [
                "# What the client makes of a bad network",
                "",
                f"`{self.command}` at {_commit()}, {datetime.now(UTC):%d %B %Y}.",
                "",
                f"{len(numbers) - len(broken)} of {len(numbers)} faults hold in every case: "
                f"{self.held.total()} of {self.tried.total()} cases ({kinds}). Fault {COUNT} "
                "(cancelled in flight, forked after use, no file descriptors left, a proxy that "
                "refuses) has tests of its own, in `test_alone.py`.",
                "",
                "| | fault | what has to become of it | held |",
                "|---|---|---|---|",
                *rows,
                "",
            ]
        )


def _commit() -> str:
    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--", "facade", "contract_tests/network")
    return (git("rev-parse", "--short", "HEAD") or "no commit") + (changed and " with changes")
