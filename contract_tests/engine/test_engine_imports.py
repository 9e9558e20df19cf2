"""The service starts without what only a run needs."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    ["oxloop_server.engine", "oxloop_server.models.registry", "oxloop_server.models.commands"],
)
def test_heavy_libraries_wait_until_they_are_used(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"pyarrow", "aiohttp", "xllamacpp", "numpy", "pydantic_monty", "jinja2"}
    assert heavy & set(done.stdout.split()) == set()
