"""Joining the service itself, and not the stand-in."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from oxloop.local import join, program, stop
from oxloop.local.processes import is_alive
from oxloop.rules.folder import DataFolder, ServiceRecord

from .conftest import until

COMMAND = [sys.executable, "-m", "oxloop.cli"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataFolder]:
    """A data folder whose service is stopped in the end."""
    # Any free port: the default one may be in use on this machine.
    monkeypatch.setattr(program, "preferred_port", lambda: 0)
    folder = DataFolder(tmp_path / "data")
    try:
        yield folder
    finally:
        stop(folder.path)


def record(folder: DataFolder) -> ServiceRecord:
    return ServiceRecord.from_json(folder.service_file.read_text())


def test_it_starts_proves_itself_and_answers(folder: DataFolder) -> None:
    with join(folder.path) as joined:
        assert joined.started
        assert joined.api_key == folder.key_file.read_text().strip()
        found = get(joined.base_url, "/x/v1/capabilities")
        assert found["server"] == "oxloop"


def test_two_that_come_at_once_share_it(folder: DataFolder) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(join, [folder.path] * 2)
    assert first.started != second.started
    assert first.base_url == second.base_url
    first.leave()
    second.leave()
    assert is_alive(record(folder).pid)


def test_it_stops_with_its_last_holder(folder: DataFolder) -> None:
    with join(folder.path, stop_on_exit=True):
        pid = record(folder).pid
    # It has let go of its folder when leaving returns; its process ends a moment later.
    assert not folder.service_file.exists()
    until(lambda: not is_alive(pid))


def test_one_that_was_killed_is_replaced(folder: DataFolder) -> None:
    with join(folder.path):
        old = record(folder)
        os.kill(old.pid, signal.SIGKILL)
        until(lambda: not is_alive(old.pid))
        with join(folder.path) as second:
            assert second.started
            assert record(folder).instance != old.instance


def test_the_command_serves_shares_its_key_and_stops(folder: DataFolder) -> None:
    data = ["--data", str(folder.path)]
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", *data],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as service:
        until(folder.service_file.exists)
        with join(folder.path) as joined:
            assert not joined.started
            key = subprocess.run(
                [*COMMAND, "key", *data], capture_output=True, text=True, check=True
            )
            assert key.stdout == joined.api_key + "\n"
        stopped = subprocess.run(
            [*COMMAND, "stop", *data], capture_output=True, text=True, check=True
        )
        assert stopped.stdout == "The local service has stopped.\n"
        assert service.wait(30) == 0


def test_serve_on_a_taken_port_is_one_sentence(folder: DataFolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as owner:
        port = str(owner.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "serve", "--data", str(folder.path), "--port", port],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert port in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["serve", "key", "models"])
def test_a_mistake_in_a_services_command_is_told_without_a_traceback(command: str) -> None:
    done = subprocess.run(
        [*COMMAND, command, "--bogus"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("oxloop")
    assert "Traceback" not in done.stderr


def get(base_url: str, path: str) -> dict[str, object]:
    address = urlsplit(base_url)
    assert address.hostname
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        assert response.status == 200
        found: dict[str, object] = json.loads(response.read())
        return found
    finally:
        connection.close()
