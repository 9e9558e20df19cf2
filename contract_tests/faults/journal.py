"""Keeps outcomes as they come, so that a run that was broken off can go on."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from faults.trying import Outcome


class Journal:
    """A file with a line for the run, and one for each outcome.

    Args:
        path: The file.
        run: What the run is of. A file of any other run is begun anew.
    """

    def __init__(self, path: Path, run: Mapping[str, Any]) -> None:
        self._path = path
        self.outcomes: dict[str, Outcome] = {}
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        if lines and json.loads(lines[0]) == run:
            found = [Outcome.from_json(json.loads(line)) for line in lines[1:]]
            self.outcomes = {one.id: one for one in found}
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(run) + "\n", "utf-8")

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome."""
        self.outcomes[outcome.id] = outcome
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(outcome.to_json(), ensure_ascii=False) + "\n")
