"""Draw the README's picture from what the demo really printed.

.venv/bin/oxloop demo > demo.txt
.venv/bin/python docs/demo_picture.py demo.txt docs/images/demo.svg
"""

import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 104
HEADINGS = (
    "The same",
    "First ",
    "How good ",
    "Labels (rows)",
    "Answered wrongly",
    "What it took",
    "Where to",
)


def main(printed: Path, picture: Path) -> None:
    """Write the picture of a terminal with the lines of the demo, from its table on."""
    lines = printed.read_text("utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("First "))
    end = next(number for number, line in enumerate(lines) if line.startswith("Where to"))
    with Path("/dev/null").open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere)
        for line in ["$ make demo", "", *lines[start:end]]:
            style = "bold" if line.startswith(HEADINGS) or line.startswith("$") else ""
            console.print(Text(line[:WIDTH], style=style))
        drawn = console.export_svg(title="oxloop", unique_id="demo")
    # No font from elsewhere: the reader's own monospace will do.
    picture.write_text(re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.S), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
