"""What the engine's tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def gguf() -> Path:
    """The demo model's file; ``make test`` fetches it and says where it is."""
    named = os.environ.get("OXLOOP_DEMO_GGUF")
    if named is None:
        pytest.skip("OXLOOP_DEMO_GGUF does not name the demo model's file; make test sets it")
    path = Path(named)
    assert path.is_file(), f"OXLOOP_DEMO_GGUF names {path}, which is not there"
    return path
