"""Keys of a request after a restart: the evaluation waits, says for what, and takes them again."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from running_service import Running, until
from scripted_model import ScriptedModel

from .conftest import Account, World, ok

MODELS = """
[[models]]
name = "scripted"
base_url = "{url}"
matches = [{{ provider = "openai", model = "scripted" }}]
"""
KEYS = {"openai": "sk-request"}


@contextmanager
def service_in(folder: Path) -> Generator[Account]:
    running = Running(folder)
    headers = {"X-API-KEY": running.key}
    try:
        with httpx.Client(
            base_url=running.url, headers=headers, timeout=30, trust_env=False
        ) as http:
            yield Account(http)
    finally:
        running.stop()


@pytest.fixture
def model(tmp_path: Path) -> Iterator[ScriptedModel]:
    with ScriptedModel() as scripted:
        (tmp_path / "models.toml").write_text(MODELS.format(url=scripted.base_url))
        yield scripted


def waits_for(account: Account, world: World) -> str | None:
    progress = ok(account.http.get(f"/x/v1/humanloop/evaluations/{world.id}/progress"))
    reason: str | None = progress["waits_for"]
    return reason


def send(account: Account, world: World, keys: dict[str, str]) -> httpx.Response:
    path = f"/x/v1/humanloop/evaluations/{world.id}/provider_api_keys"
    return account.http.post(path, json={"provider_api_keys": keys})


def test_an_evaluation_waits_for_its_key_after_a_restart(
    tmp_path: Path, model: ScriptedModel
) -> None:
    with model.held(), service_in(tmp_path) as account:
        world = account.world(hl_generated=True, provider_api_keys=KEYS)
        assert waits_for(account, world) is None
        model.wait_for(1)
    with service_in(tmp_path) as account:
        until(lambda: waits_for(account, world) is not None)
        assert 'a key for "openai"' in (waits_for(account, world) or "")
        asked = len(model.calls)
        assert ok(account.http.get(world.path))["status"] == "running"
        assert len(model.calls) == asked, "without the key nothing is asked"

        refused = send(account, world, {"cohere": "sk-other"})
        assert refused.status_code == 400
        assert "It came with keys for: openai" in refused.json()["error"]["detail"]

        ok(send(account, world, KEYS))
        until(lambda: ok(account.http.get(world.path))["status"] == "completed")
        assert waits_for(account, world) is None
        assert {call.headers.get("authorization") for call in model.calls} == {"Bearer sk-request"}
    for left in tmp_path.rglob("*"):
        assert left.is_dir() or b"sk-request" not in left.read_bytes(), left


def test_a_cancelled_evaluation_takes_no_keys(tmp_path: Path, model: ScriptedModel) -> None:
    with service_in(tmp_path) as account:
        with model.held():
            world = account.world(hl_generated=True, provider_api_keys=KEYS)
            ok(world.set("cancelled"))
        refused = send(account, world, KEYS)
        assert refused.status_code == 409
        assert "cancelled" in refused.json()["error"]["detail"]
