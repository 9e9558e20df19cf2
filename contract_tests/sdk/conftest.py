"""The Python that has Humanloop's official SDK."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sdk_python() -> Path:
    """The interpreter of the environment that `make test` makes."""
    path = Path(os.environ.get("OXLOOP_SDK_PYTHON", ""))
    if not path.is_file():
        pytest.fail("OXLOOP_SDK_PYTHON names no file; `make test` makes the environment, sets it")
    return path
