"""Where to look next, and what was left running: lines that can be copied and run as they are."""

import shlex
from pathlib import Path

from attrs import frozen

from oxloop.demo.humanloop import Judged
from oxloop.demo.report import Look, Outcome


@frozen
class Place:
    """Where things are on this machine.

    ``command`` and ``python`` start this package's command and interpreter from the current
    folder; ``data_dir`` is None for the default folder, which needs not be named.
    """

    command: str
    python: str
    data_dir: Path | None

    def line(self, arguments: str) -> str:
        """Return a shell line that runs this package's command on the same data folder."""
        flag = "" if self.data_dir is None else f" --data {shlex.quote(str(self.data_dir))}"
        return f"{self.command} {arguments}{flag}"


def next_steps(
    outcome: Outcome, judged: Judged, place: Place, report: Path | None, look: Look
) -> str:
    """Return how to read these results again, from Python and as a file."""
    folder = "" if place.data_dir is None else f"data_dir={str(place.data_dir)!r}, "
    rows = f"oxen.evaluations.get({outcome.repository!r}, {outcome.run_id!r}).results()"
    aggregates = f"humanloop.evaluations.get({judged.run_id!r}).aggregates"
    if report is None:
        whole = f"Everything as JSON:  {place.line('demo --report demo.json')}"
    else:
        whole = f"Everything as JSON is in {report}"
    return "\n".join(
        [
            look.paint("Where to look next", "1"),
            f"  These results in Python ({place.python}):",
            "      from oxloop import Humanloop, Oxen",
            f"      with Oxen.local({folder}stop_on_exit=True) as oxen:",
            f"          print(*{rows}, sep='\\n')",
            f"      with Humanloop.local({folder}stop_on_exit=True) as humanloop:",
            f"          print({aggregates})",
            f"  {whole}",
            f"  The local service for your own evaluations:  {place.line('serve')}",
        ]
    )


def service_state(running: bool, place: Place) -> str:
    """Return one sentence on whether the local service runs on, and how to stop or start it."""
    if running:
        return f"The local service is still running; stop it with:  {place.line('stop')}"
    return "The local service was stopped; nothing is left running. Its data are kept."
