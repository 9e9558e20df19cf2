"""The ``oxloop`` command, as a process."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from oxloop import cli
from oxloop.local import join, program
from oxloop.rules.locks import FileLock

from .conftest import Ground, until

COMMAND = [sys.executable, "-m", "oxloop.cli"]
REPEATS = """
import json, sys
print(json.dumps(sys.argv[1:]))
sys.exit(7)
"""


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_alone_it_prints_its_help() -> None:
    done = run()
    assert done.returncode == 0
    assert done.stdout == run("--help").stdout
    assert re.findall(r"^    (\w+)  ", done.stdout, re.MULTILINE) == [
        "demo",
        "serve",
        "stop",
        "key",
        "models",
        "doctor",
        "export",
        "import",
        "contract",
    ]


def test_the_version_is_one_line() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert re.fullmatch(r"oxloop \d+\.\d+\S*\n", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--bogus"], "oxloop: unrecognized arguments: --bogus; see 'oxloop --help'\n"),
        (["bogus"], "oxloop: there is no command 'bogus'; see 'oxloop --help'\n"),
        (["stop", "--bogus"], "oxloop stop: unrecognized arguments: --bogus"),
        (["stop", "--data"], "oxloop stop: argument --data: expected one argument"),
    ],
    ids=str,
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments: list[str], sentence: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_stop_ends_the_service_and_says_so(ground: Ground) -> None:
    with join(ground.path):
        first, second = (run("stop", "--data", str(ground.path)) for _ in range(2))
        assert not ground.is_running()
    assert (first.returncode, first.stdout) == (0, "The local service has stopped.\n")
    assert (second.returncode, second.stdout) == (0, "The local service is not running.\n")


def test_stop_fails_in_one_line(ground: Ground) -> None:
    ground.behave(key="another key")
    ground.folder.key_file.write_text("the-folder-key")
    ground.run_service()
    done = run("stop", "--data", str(ground.path))
    assert done.returncode == 1
    assert done.stderr.startswith("oxloop: The process")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["serve", "key", "models"])
def test_the_services_commands_get_their_arguments_and_give_their_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    package = tmp_path / "oxloop_server"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(REPEATS)
    inherited = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{inherited}")
    done = run(command, "--any", "a b", "--help", "")
    assert json.loads(done.stdout) == [command, "--any", "a b", "--help", ""]
    assert done.returncode == 7
    assert done.stderr == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_reach_the_service(ground: Ground, number: signal.Signals) -> None:
    ground.path.mkdir()
    arguments = ["serve", "--data", str(ground.path), "--port", "0"]
    with subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.DEVNULL) as child:
        until(ground.folder.service_file.exists)
        child.send_signal(number)
        code = child.wait(30)
    assert not ground.is_running()
    # The stand-in ends orderly on SIGTERM, and as Python does on SIGINT.
    assert code == (0 if number == signal.SIGTERM else -signal.SIGINT)


def test_without_the_extra_it_prints_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "_MODULES", ("no_such_module",))
    assert cli.main(["serve"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert 'pip install "oxloop[server]"' in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_control_c_is_quiet(ground: Ground) -> None:
    ground.path.mkdir()
    arguments = ["stop", "--data", str(ground.path)]
    with (
        FileLock(ground.folder.start_lock),
        subprocess.Popen([*COMMAND, *arguments], stderr=subprocess.PIPE, text=True) as child,
    ):
        until(lambda: has_open(child.pid, ground.folder.start_lock))
        child.send_signal(signal.SIGINT)
        _, complaint = child.communicate(timeout=30)
    assert child.returncode == 130
    assert complaint == ""


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_a_reader_that_went_away_is_no_error(
    argument: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Unbuffered, argparse meets the closed pipe itself and says nothing: exit code 0.
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [*COMMAND, argument], stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60
        )
    finally:
        os.close(writer)
    assert done.returncode == 141
    assert done.stderr == b""


def test_help_needs_neither_client_nor_service() -> None:
    code = "import sys, oxloop.cli; oxloop.cli.main([]); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1]
    assert "'oxloop.cli.commands'" in loaded
    for heavy in ("httpx", "oxloop_server", "oxloop_api", "starlette", "pyarrow"):
        assert f"'{heavy}'" not in loaded


def has_open(pid: int, file: Path) -> bool:
    links: list[str] = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(str(descriptor.readlink()))
        except OSError:  # closed meanwhile
            continue
    return str(file) in links
