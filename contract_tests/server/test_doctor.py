"""``oxloop doctor``: it tells what is well and what is not, and changes nothing."""

import json
import os
import re
import socket
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from oxloop.rules.folder import DataFolder, ServiceRecord
from oxloop.rules.locks import FileLock
from oxloop_api.specs import load_fidelity
from oxloop_server.doctor import machine
from oxloop_server.limits import Limits, table
from running_service import Running, add_key, command, environment
from scripted_model import ScriptedModel

from .humanloop.conftest import Account
from .test_keys import v4

INHERITS = "class A(dict): pass\n\ndef judge(log):\n    return True\n"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Running]]:
    """Services that the test starts, stopped in the end."""
    services: list[Running] = []
    yield services
    for service in services:
        service.stop()


def doctor(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``oxloop doctor`` to its end."""
    return subprocess.run(
        command("doctor", "--data", str(folder), *arguments),
        capture_output=True,
        text=True,
        env=environment(),
        timeout=120,
        check=False,
    )


def findings(folder: Path, *arguments: str) -> list[tuple[str, str, str]]:
    """What it finds: area, level, text."""
    done = doctor(folder, "--json", *arguments)
    assert done.stderr == ""
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert done.returncode == int(any(one["level"] == "wrong" for one in found))
    return [(one["area"], one["level"], one["text"]) for one in found]


def of(area: str, found: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """The findings of one area."""
    return [(level, text) for one, level, text in found if one == area]


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    found = findings(tmp_path / "none")
    ((level, text),) = of("Data folder", found)
    assert level == "note"
    assert str(tmp_path / "none") in text
    assert list(tmp_path.iterdir()) == []


def test_a_running_service_is_well(tmp_path: Path, started: list[Running]) -> None:
    add_key(tmp_path, "ci", "--scope", "read", "--tenant", "team-b")
    (tmp_path / "limits.toml").write_text("connections = 77\n")
    with ScriptedModel() as model:
        (tmp_path / "models.toml").write_text(
            f'[[models]]\nname = "m"\nbase_url = "{model.base_url}"\n'
        )
        service = Running(tmp_path)
        started.append(service)
        # The test itself has made the log, as open as its files are by default.
        service.folder.log_file.chmod(0o600)
        tmp_path.chmod(0o700)
        found = findings(tmp_path)
        assert len(model.calls) == 1
    assert [text for _, level, text in found if level == "wrong"] == []
    assert ("ok", "it has proved that it is this folder's") in of("Service", found)
    assert ("ok", "it is ready") in of("Service", found)
    assert ("ok", "'ci' of team-b may only read") in of("Keys", found)
    ((level, text),) = of("Models", found)
    assert level == "ok"
    assert text.startswith("m answered in ")
    limits = [text for _, text in of("Limits", found)]
    assert len(limits) == len(table(Limits()))
    assert any(text.startswith("connections = 77, set in limits.toml") for text in limits)
    assert service.key not in doctor(tmp_path, "--no-models").stdout


def test_a_service_that_is_not_ready_says_why(tmp_path: Path, started: list[Running]) -> None:
    service = Running(tmp_path)
    started.append(service)
    (tmp_path / "models.toml").write_text("[[models")
    found = findings(tmp_path)
    (reason,) = [text for level, text in of("Service", found) if level == "wrong"]
    assert "models.toml" in reason
    ((level, text),) = of("Models", found)
    assert level == "wrong"
    assert str(tmp_path / "models.toml") in text


def test_a_stranger_in_the_services_place_is_told(tmp_path: Path) -> None:
    home = DataFolder(tmp_path)
    lock = FileLock(home.service_lock)
    assert lock.acquire()
    try:
        (text,) = [text for level, text in of("Service", findings(tmp_path)) if level == "wrong"]
        assert "says not where" in text
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            record = ServiceRecord(
                os.getpid(), silent.getsockname()[1], "127.0.0.1", "someone", "0"
            )
            home.service_file.write_text(record.to_json())
            service = of("Service", findings(tmp_path))
    finally:
        lock.release()
    assert any(level == "note" and "it is oxloop 0" in text for level, text in service)
    (text,) = [text for level, text in service if level == "wrong"]
    assert text.startswith("it does not answer")


def test_a_model_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        (tmp_path / "models.toml").write_text(
            f'[[models]]\nname = "m"\nbase_url = "http://127.0.0.1:{port}/v1"\n'
        )
        ((level, text),) = of("Models", findings(tmp_path))
        assert level == "wrong"
        assert text.startswith("m does not answer: ")
        assert of("Models", findings(tmp_path, "--no-models")) == [("ok", "m (not asked)")]


def test_files_that_others_may_read_are_told(tmp_path: Path) -> None:
    add_key(tmp_path, "k")
    tmp_path.chmod(0o700)
    assert ("ok", "its files are its owner's only") in of("Data folder", findings(tmp_path))
    database = DataFolder(tmp_path).database_file
    database.chmod(0o644)
    wrong = [text for level, text in of("Data folder", findings(tmp_path)) if level == "wrong"]
    assert wrong == [f"others may use {database}: chmod -R go= '{tmp_path}'"]


def test_a_database_that_is_none_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    database = DataFolder(tmp_path).database_file
    database.write_bytes(b"no database" * 1000)
    database.chmod(0o600)
    (text,) = [text for level, text in of("Data folder", findings(tmp_path)) if level == "wrong"]
    assert text.startswith("the database cannot be read")
    assert database.read_bytes() == b"no database" * 1000


def test_a_limit_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "limits.toml").write_text("uploads = 1\n")
    ((level, text),) = of("Limits", findings(tmp_path))
    assert level == "wrong"
    assert "'uploads'" in text


def test_evaluators_that_may_not_run_are_told_with_the_reason(
    tmp_path: Path, started: list[Running]
) -> None:
    assert findings(tmp_path, "--evaluators")[0][1] == "note"
    other = add_key(tmp_path, "other", "--tenant", "team-b")
    service = Running(tmp_path)
    started.append(service)
    assert findings(tmp_path, "--evaluators") == [
        ("Evaluators", "ok", "no Python evaluator is kept here")
    ]
    with v4(service, service.key) as mine, v4(service, other) as others:
        Account(mine).evaluator()
        good = Account(mine).python()
        python = {"type": "python", "return_type": "boolean", "name": "inherits"}
        bad = Account(others).evaluator(**python, code=INHERITS)
    found = of("Evaluators", findings(tmp_path, "--evaluators"))
    assert found[0] == ("ok", f"'score' ({good['id']}) runs here")
    level, text = found[1]
    assert level == "note"
    assert text.startswith(f"'inherits' ({bad['id']}) of team-b may not run here: ")
    assert "class" in text
    assert len(found) == 2
    ((level, text),) = of("Evaluators", findings(tmp_path, "--no-models"))
    assert (level, text.partition(":")[0]) == ("note", "1 of 2 Python evaluators may not run here")


def test_fidelity_lists_every_behaviour(tmp_path: Path) -> None:
    found = findings(tmp_path, "--fidelity")
    assert len(found) == len(load_fidelity())
    for (area, _, text), behaviour in zip(found, load_fidelity(), strict=True):
        assert area == f"Fidelity: {behaviour.api}"
        assert text.startswith(behaviour.what)


def test_people_read_it_by_area(tmp_path: Path) -> None:
    (tmp_path / "models.toml").write_text("[[models")
    done = doctor(tmp_path)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "Machine"
    assert any(line.startswith("  WRONG The file") for line in lines)
    assert lines[-1].endswith(" to mend.")


def test_a_reader_may_stop_reading(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("doctor", "--fidelity", "--data", str(tmp_path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_every_extra_is_looked_at_with_all_that_it_needs() -> None:
    root = Path(__file__).parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    for extra, packages in project["optional-dependencies"].items():
        if extra in ("all", "dev"):
            continue
        names = {re.split(r"[\[<>=!~; ]", package)[0].replace("-", "_") for package in packages}
        # The event loop of uvloop is not to be had everywhere; an extra that builds on another has
        # its packages too.
        wanted = names - {"oxloop", "uvloop"}
        assert wanted <= set(machine.EXTRAS[extra]), extra
