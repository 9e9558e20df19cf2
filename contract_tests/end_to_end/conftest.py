"""One run of the demo with the real model, which the tests here share."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen


@frozen
class Demo:
    """What a run of the demo left.

    Args:
        share: The folder of the platform's data, as ``XDG_DATA_HOME`` names it.
        report: What it wrote as JSON.
        output: What it printed.
    """

    share: Path
    report: dict[str, Any]
    output: str

    @property
    def data(self) -> Path:
        """The service's data folder."""
        return self.share / "oxloop"

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which that folder is the default."""
        return {**os.environ, "XDG_DATA_HOME": str(self.share)}


@pytest.fixture(scope="session")
def gguf() -> Path:
    path = Path(os.environ.get("OXLOOP_DEMO_GGUF", ""))
    if not path.is_file():
        pytest.fail("OXLOOP_DEMO_GGUF names no file; `make test` fetches the model and sets it")
    return path


@pytest.fixture(scope="session")
def demo(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, run to its end."""
    share = tmp_path_factory.mktemp("demo")
    report = share / "report.json"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "oxloop.cli",
            "demo",
            "--data",
            str(share / "oxloop"),
            "--file",
            str(gguf),
            "--report",
            str(report),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Demo(share, json.loads(report.read_text("utf-8")), done.stdout)
