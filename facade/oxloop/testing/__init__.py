"""For tests of code that uses this package: a server that answers from the specs, and no pauses.

In a ``conftest.py``, ``pytest_plugins = ["oxloop.testing.plugin"]`` brings both as fixtures.
"""

from oxloop.testing.clock import Clock, instant
from oxloop.testing.server import FakeServer, Received, Reply

__all__ = ["Clock", "FakeServer", "Received", "Reply", "instant"]
