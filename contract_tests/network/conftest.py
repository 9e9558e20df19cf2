"""The tally of the whole matrix, which ends as a page."""

import shlex
from collections.abc import Iterator

import pytest
from measured import measured

from .results import RESULTS, Tally


@pytest.fixture(scope="session")
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    """Counts the cases of this session; written down if none was left out."""
    command = shlex.join(["pytest", *request.config.invocation_params.args])
    counted = Tally(measured(command, "facade", "contract_tests/network"))
    yield counted
    if counted.is_whole:
        RESULTS.write_text(counted.page(), "utf-8")
