"""``oxloop serve --deterministic``: the same requests to a fresh folder give the same bytes."""

import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from oxloop.rules.folder import DataFolder
from oxloop_server import stamps
from running_service import Running, command, environment
from scripted_model import ScriptedModel

from .whole_state import answers, fill


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    """A model that answers in capitals."""
    with ScriptedModel(str.upper) as running:
        yield running


@pytest.fixture
def seeded() -> Iterator[None]:
    """Ids and times of this process from a seed."""
    stamps.seed("seed")
    yield
    stamps.seed(None)


def filled(
    folder: Path, model: ScriptedModel, seed: str, monkeypatch: pytest.MonkeyPatch
) -> dict[str, bytes]:
    """What a new service answers that was given the same as every other."""
    folder.mkdir()
    DataFolder(folder).models_file.write_text(
        f'[[models]]\nname = "scripted"\nbase_url = "{model.base_url}"\n'
    )
    numbers = itertools.count()

    def token(_: int | None = None) -> str:
        return str(next(numbers))

    # The names that the test gives are made up anew each time otherwise.
    monkeypatch.setattr("secrets.token_hex", token)
    service = Running(folder, ["--deterministic", seed])
    try:
        fill(service, service.key)
        with service.client() as http:
            assert "date" not in http.get("/api/ai/models").headers
        return answers(service, service.key)
    finally:
        assert service.stop() == 0


def test_the_same_requests_give_the_same_bytes(
    tmp_path: Path, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, again = (filled(tmp_path / name, model, "7", monkeypatch) for name in ("first", "again"))
    assert len(first) > 25
    assert {path: (first[path], again[path]) for path in first if again[path] != first[path]} == {}
    assert again.keys() == first.keys()
    other = filled(tmp_path / "other", model, "8", monkeypatch)
    assert other.keys() != first.keys(), "another seed gives other ids"


def test_a_folder_that_was_used_is_refused(tmp_path: Path) -> None:
    service = Running(tmp_path)
    with service.client() as http:
        http.post("/api/repos", json={"namespace": "ox", "name": "r"})
    assert service.stop() == 0
    done = subprocess.run(
        command("serve", "--port=0", "--data", str(tmp_path), "--deterministic", "7"),
        capture_output=True,
        text=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "needs a fresh one" in done.stderr
    assert "Traceback" not in done.stderr


def test_ids_and_times_follow_from_the_seed(seeded: None) -> None:
    def drawn() -> list[object]:
        stamps.begin_write()
        return [
            stamps.now(),
            stamps.new_uuid(),
            stamps.new_id("pr_"),
            stamps.new_id("pr_"),
            stamps.new_id("res_", "log evaluator"),
            stamps.new_commit_id(),
            stamps.stopwatch(),
        ]

    first, second = drawn(), drawn()
    assert len({*first, *second}) == 12, "only ids of something, and durations, come again"
    assert str(first[0]) < str(second[0])
    stamps.seed("seed")
    assert drawn() == first
    stamps.seed("another")
    assert not {*drawn()[1:6]} & {*first[1:6]}
