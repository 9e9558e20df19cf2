"""The service's log: one line a request, as text or as JSON, set aside when it grows."""

import json
import logging
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from oxloop_server import logs
from running_service import Running, command, until

SECRET = "sk-nobody-may-read-this"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Running]]:
    """Services that the test starts, stopped in the end."""
    services: list[Running] = []
    yield services
    for service in services:
        service.stop()


def of_requests(service: Running) -> list[dict[str, Any]]:
    """The lines of a JSON log that tell of requests."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in service.log().splitlines()]
    return [line for line in lines if line["logger"] == "oxloop_server.requests"]


def test_each_request_is_one_line_of_json(tmp_path: Path, started: list[Running]) -> None:
    service = Running(tmp_path, ["--log-format", "json"])
    started.append(service)
    with service.client() as http:
        named = http.get("/api/repos/ox/nothing", headers={"X-Request-Id": "mine-1"})
        http.get("/nothing")
        http.get("/healthz")
        http.get("/readyz")
    until(lambda: len(of_requests(service)) >= 2)
    known, unknown = of_requests(service)
    assert known["operation"] == "oxen get_repository"
    assert (known["status"], known["request"], known["key"]) == (404, "mine-1", "folder")
    assert known["ms"] > 0
    assert known["level"] == "INFO"
    assert known["time"].endswith("Z")
    assert named.headers["x-request-id"] == "mine-1"
    assert (unknown["operation"], unknown["status"]) == ("unknown address", 404)
    assert len(unknown["request"]) == 32


@pytest.mark.parametrize("given", ["", "two words", "x" * 65, "\xe9"])
def test_an_id_that_is_no_short_word_is_replaced(service: Running, given: str) -> None:
    with service.client() as http:
        named = httpx.Headers({b"X-Request-Id": given.encode("latin-1")})
        answer = http.get("/api/ai/models", headers=named)
    assert len(answer.headers["x-request-id"]) == 32
    assert answer.headers["x-request-id"].isalnum()


def test_text_has_the_same_in_words(service: Running) -> None:
    with service.client() as http:
        http.get("/api/ai/models", headers={"X-Request-Id": "in-words"})
    until(lambda: "[in-words]" in service.log())
    (line,) = [line for line in service.log().splitlines() if line.endswith("[in-words]")]
    assert " INFO oxloop_server.requests: oxen list_models: 200 in " in line
    assert " ms for the key 'folder' [in-words]" in line


def test_no_key_and_no_body_is_logged(tmp_path: Path, started: list[Running]) -> None:
    service = Running(tmp_path, ["--log-format", "json", "--api-key", SECRET])
    started.append(service)
    with service.client(SECRET) as http:
        body = {"namespace": "ox", "name": "r", "description": SECRET}
        assert http.post("/api/repos", json=body).status_code == 200
        assert http.get(f"/api/repos/ox/{SECRET}?key={SECRET}").status_code == 404
        assert http.post("/api/repos", content=SECRET).status_code == 400
    with httpx.Client(base_url=service.url, headers={"X-API-KEY": SECRET}, trust_env=False) as v4:
        assert v4.post("/v4/projects", json={"name": SECRET}).status_code == 201
        keys = {"name": "e", "provider_api_keys": {"openai": SECRET}}
        assert v4.post("/v4/projects/pr_x/evaluations", json=keys).status_code == 422
    until(lambda: len(of_requests(service)) == 5)
    assert SECRET not in service.log()
    assert service.key not in service.log()


def test_a_failure_is_logged_whole_in_one_line(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        logs.set_up("json", tmp_path / "service.log", 1 << 20)
        try:
            raise ValueError("wrong\nin two lines")
        except ValueError:
            logging.getLogger("somewhere").exception("it %s", "failed")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    (line,) = capfd.readouterr().err.splitlines()
    found = json.loads(line)
    assert (found["level"], found["message"]) == ("ERROR", "it failed")
    assert "in two lines" in found["exception"]
    assert "Traceback" in found["exception"]


def test_a_log_that_has_grown_is_set_aside(tmp_path: Path, started: list[Running]) -> None:
    service = Running(tmp_path, ["--limit", "log_bytes=2KiB"])
    started.append(service)
    files = [tmp_path / f"service.log{end}" for end in ("", ".1", ".2", ".3")]
    with service.client() as http:
        for number in range(120):
            http.get("/api/ai/models", headers={"X-Request-Id": f"number-{number}"})
    until(lambda: "number-119" in "".join(one.read_text() for one in files[:2]))
    assert sorted(tmp_path.glob("service.log*")) == files
    assert all(one.stat().st_size < 3 << 10 for one in files)
    assert all(one.stat().st_mode & 0o077 == 0 for one in files[:1])
    numbers = [
        int(line.rpartition("number-")[2].rstrip("]"))
        for one in reversed(files)
        for line in one.read_text().splitlines()
        if "number-" in line
    ]
    assert numbers == list(range(numbers[0], 120)), "no line is lost on the way"


def test_another_standard_error_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "service.log").write_text("x" * 5000)
    with subprocess.Popen(
        command("serve", "--port=0", "--data", str(tmp_path), "--limit", "log_bytes=1KiB"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        until((tmp_path / "service.json").exists)
        process.send_signal(signal.SIGTERM)
    assert [one.name for one in tmp_path.glob("service.log*")] == ["service.log"]
    assert (tmp_path / "service.log").stat().st_size == 5000
