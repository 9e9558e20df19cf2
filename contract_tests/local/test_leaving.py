"""Leaving and stopping: when the service stays and when it goes."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from oxloop.errors import ConfigurationError
from oxloop.local import join, program, stop
from oxloop.local.processes import is_alive, start_mark

from .conftest import Ground, until


def test_the_service_stays_when_everybody_has_left(ground: Ground) -> None:
    with join(ground.path):
        assert ground.holders() == 1
    assert ground.holders() == 0
    assert ground.is_running()


def test_stop_on_exit_ends_the_service_that_it_started(ground: Ground) -> None:
    with join(ground.path, stop_on_exit=True):
        assert ground.is_running()
    assert not ground.is_running()


def test_stop_on_exit_does_not_end_a_service_that_was_there(ground: Ground) -> None:
    join(ground.path).leave()
    with join(ground.path, stop_on_exit=True) as joined:
        assert not joined.started
    assert ground.is_running()


def test_the_last_of_several_holders_ends_it(ground: Ground) -> None:
    starter = join(ground.path, stop_on_exit=True)
    other = join(ground.path, stop_on_exit=True)
    elsewhere = ground.join_elsewhere("temporary")
    starter.leave()
    assert ground.is_running()
    elsewhere.exit()
    assert ground.is_running()
    other.leave()
    assert not ground.is_running()


def test_whoever_joins_to_stay_keeps_it_up(ground: Ground) -> None:
    with join(ground.path, stop_on_exit=True):
        join(ground.path).leave()
    assert ground.is_running()


def test_a_dead_holder_does_not_count(ground: Ground) -> None:
    starter = join(ground.path, stop_on_exit=True)
    elsewhere = ground.join_elsewhere("temporary")
    elsewhere.kill()
    assert ground.holders() == 2
    starter.leave()
    assert not ground.is_running()
    assert ground.holders() == 0


def test_a_later_process_with_a_holders_pid_does_not_count(ground: Ground) -> None:
    starter = join(ground.path, stop_on_exit=True)
    recycled = {"pid": os.getpid(), "started": "long ago"}
    (ground.folder.holders_dir / "recycled.json").write_text(json.dumps(recycled))
    (ground.folder.holders_dir / "broken.json").write_text("{")
    starter.leave()
    assert not ground.is_running()


def test_a_killed_starter_leaves_the_end_to_the_next_holder(ground: Ground) -> None:
    starter = ground.join_elsewhere("temporary")
    starter.kill()
    assert ground.is_running()
    with join(ground.path, stop_on_exit=True) as joined:
        assert not joined.started
    assert not ground.is_running()


def test_a_process_that_ends_leaves_by_itself(ground: Ground) -> None:
    elsewhere = ground.join_elsewhere("temporary")
    assert ground.is_running()
    elsewhere.exit()
    assert not ground.is_running()
    assert ground.holders() == 0


def test_leaving_twice_is_leaving_once(ground: Ground) -> None:
    first, second = join(ground.path, stop_on_exit=True), join(ground.path, stop_on_exit=True)
    first.leave()
    first.leave()
    assert ground.is_running()
    second.leave()


def test_an_instance_that_somebody_else_started_is_not_ended(ground: Ground) -> None:
    first = join(ground.path, stop_on_exit=True)
    assert stop(ground.path)
    second = ground.run_service()
    first.leave()
    assert second.poll() is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork")
def test_a_forked_child_gives_up_nothing(ground: Ground) -> None:
    code = """
import os, sys
from pathlib import Path
from oxloop.local import join
joined = join(Path(sys.argv[1]), stop_on_exit=True)
pid = os.fork()
if pid == 0:
    joined.leave()
    sys.exit(0)
os.waitpid(pid, 0)
print("forked", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(ground.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "forked\n"
        assert ground.is_running()
        assert ground.holders() == 1
        parent.communicate(timeout=30)
    assert not ground.is_running()


def test_leaving_a_folder_that_is_gone_is_quiet(ground: Ground) -> None:
    joined = join(ground.path)
    pid = ground.record().pid
    shutil.rmtree(ground.path)
    joined.leave()
    os.kill(pid, signal.SIGKILL)
    until(lambda: not is_alive(pid))


def test_stop_ends_the_service_whoever_holds_it(ground: Ground) -> None:
    with join(ground.path):
        assert stop(ground.path)
        assert not ground.is_running()
        assert not stop(ground.path)


def test_stop_makes_no_folder(ground: Ground) -> None:
    assert not stop(ground.path)
    assert not ground.path.exists()


def test_stop_says_so_when_the_service_does_not_end(ground: Ground) -> None:
    ground.behave(deaf=True)
    with join(ground.path):
        with pytest.raises(ConfigurationError, match="was asked to stop but is still running"):
            stop(ground.path, timeout=1)
        assert ground.is_running()


def test_stop_signals_no_process_that_does_not_answer(ground: Ground) -> None:
    with join(ground.path):
        os.kill(ground.record().pid, signal.SIGSTOP)
        with pytest.raises(ConfigurationError, match="does not answer as the local service"):
            stop(ground.path, timeout=0.3)
        os.kill(ground.record().pid, signal.SIGCONT)


def test_a_finished_process_is_dead_before_its_parent_asks() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = start_mark(child.pid)
    assert is_alive(child.pid, mark)
    assert not is_alive(child.pid, "another start")
    assert child.stdin
    child.stdin.close()
    until(lambda: not is_alive(child.pid, mark))
    child.wait()
    assert not is_alive(child.pid)


@pytest.mark.parametrize("pid", [0, -1, 2**31 - 1])
def test_there_is_no_such_process(pid: int) -> None:
    assert not is_alive(pid)


def test_the_last_words_of_a_log_that_was_begun_anew_are_found(tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    log.write_text("oxloop: The disk is full.\n")
    assert program.last_useful_line(log, since=1 << 20) == "The disk is full."
    assert program.last_useful_line(log, since=0) == "The disk is full."
    assert program.last_useful_line(log, since=log.stat().st_size) == ""
