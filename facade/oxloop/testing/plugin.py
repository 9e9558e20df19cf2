"""Fixtures for pytest: ``pytest_plugins = ["oxloop.testing.plugin"]`` in a ``conftest.py``."""

from collections.abc import Iterator

import pytest

from oxloop.testing.clock import Clock, instant
from oxloop.testing.server import FakeServer

__all__ = ["oxloop_clock", "oxloop_server"]


@pytest.fixture
def oxloop_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """A server that answers from the specs' examples, until a test says what it shall answer.

    ``Oxen()``, ``Humanloop()`` and their twins for tasks go to it, as the environment says so. A
    request that is no operation of any API fails the test.
    """
    with FakeServer() as server:
        for prefix in ("OXEN", "HUMANLOOP"):
            monkeypatch.setenv(f"{prefix}_BASE_URL", server.base_url)
            monkeypatch.setenv(f"{prefix}_API_KEY", server.api_key)
        yield server
        unknown = [f"{one.method} {one.path}" for one in server.unknown]
        assert not unknown, f"no operation of any API: {', '.join(unknown)}"


@pytest.fixture
def oxloop_clock() -> Iterator[Clock]:
    """Clients that are made in the test pause without waiting; the clock tells how long."""
    with instant() as clock:
        yield clock
