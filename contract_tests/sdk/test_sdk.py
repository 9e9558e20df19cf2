"""Humanloop's official SDK works against the service, unchanged."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import Running
from scripted_model import ScriptedModel

MODEL = "atlas"
CAPITALS = {"France": "Paris", "Italy": "Rome", "Spain": "Madrid", "Japan": "Tokyo"}
WALK = Path(__file__).with_name("walk.py")


def atlas(prompt: str) -> str:
    """Knows some capitals, and likes every answer that it is to judge."""
    return "True" if prompt.startswith("Judge") else CAPITALS[prompt.rpartition(" ")[2]]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Running]:
    """A service of its own with one model."""
    with ScriptedModel(atlas) as model:
        (tmp_path / "models.toml").write_text(
            f'[[models]]\nname = "{MODEL}"\nbase_url = "{model.base_url}"\n'
        )
        running = Running(tmp_path)
        try:
            yield running
        finally:
            assert running.stop() == 0
    log = running.log()
    assert "contract violation" not in log, log
    assert "Traceback" not in log, log


def test_the_sdk_walks_all_of_it(service: Running, sdk_python: Path) -> None:
    walk = subprocess.run(
        # Isolated: the SDK's environment is its own, whatever this process imports from.
        [str(sdk_python), "-I", str(WALK), MODEL],
        env={"HUMANLOOP_BASE_URL": service.url, "HUMANLOOP_API_KEY": service.key},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert walk.returncode == 0, walk.stderr
    assert walk.stdout.endswith("walked\n"), walk.stdout
