"""Locks: between objects, threads and processes."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from oxloop.rules.locks import FileLock

HOLD = """
import sys
from pathlib import Path
from oxloop.rules.locks import FileLock
FileLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_two_locks_in_one_process_exclude_each_other(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire()
    assert not second.acquire(blocking=False)
    first.release()
    assert second.acquire(blocking=False)
    second.release()


def test_waiting_ends_when_the_time_is_over(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock"):
        begun = time.monotonic()
        assert not FileLock(tmp_path / "lock").acquire(timeout=0.05)
        assert time.monotonic() - begun >= 0.05


def test_a_thread_waits_for_another(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    first.acquire()
    waiter = threading.Thread(target=second.acquire)
    waiter.start()
    assert waiter.is_alive()
    first.release()
    waiter.join(10)
    assert not waiter.is_alive()
    second.release()


def test_one_object_cannot_take_its_lock_twice(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    with lock, pytest.raises(RuntimeError, match="locked already"):
        lock.acquire()
    lock.release()
    assert lock.acquire(blocking=False)
    lock.release()


def test_the_file_is_private_and_stays(tmp_path: Path) -> None:
    with FileLock(tmp_path / "lock"):
        pass
    assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


def test_a_killed_process_loses_its_lock(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert not lock.acquire(blocking=False)
        other.kill()
        assert lock.acquire(timeout=10)
        lock.release()


def test_a_child_process_does_not_inherit_the_lock(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    lock.acquire()
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        close_fds=False,
    ):
        lock.release()
        assert lock.acquire(blocking=False)
        lock.release()
