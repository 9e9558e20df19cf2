"""Each story of Humanloop's client is told three times: in a thread, under asyncio, under trio."""

import pytest
from oxloop import AsyncHumanloop, Humanloop

from ..conftest import Clock, Teller


@pytest.fixture(params=["threads", "asyncio", "trio"])
def teller(request: pytest.FixtureRequest, clock: Clock) -> Teller:
    """Tells stories in a thread, under asyncio and under trio."""
    return Teller(request.param, clock.time, (Humanloop, AsyncHumanloop))
