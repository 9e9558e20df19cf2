"""The service killed at random moments: nothing is lost, and little is paid for twice."""

from pathlib import Path

import pytest

from crash.run import main, survive

RESULTS = Path(__file__).parent / "RESULTS.md"


def test_five_kills(tmp_path: Path) -> None:
    survive(tmp_path, 5)


@pytest.mark.full
def test_fifty_kills() -> None:
    assert main(["--kills", "50", "--results", str(RESULTS)]) == 0
