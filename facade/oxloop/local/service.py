"""The service of a data folder: find the running one, start one, end it.

All of it runs under the folder's start lock.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field

from oxloop.errors import ConfigurationError
from oxloop.local import program, prove
from oxloop.local.processes import is_alive
from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder, ServiceRecord
from oxloop.rules.locks import FileLock

_POLL_SECONDS = 0.05
_PROOF_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Service:
    """A service that has proved itself.

    Attributes:
        record: What stands in its ``service.json``.
        key: The folder key, which it holds.
    """

    record: ServiceRecord
    key: str = field(repr=False)


def find(folder: DataFolder, deadline: float) -> Service | None:
    """Find the folder's running service and have it prove itself.

    One that is just starting or stopping is waited for.

    Args:
        folder: The data folder.
        deadline: Until when, on the monotonic clock, it must have proved itself.

    Returns:
        The service; None if no process holds the folder.

    Raises:
        ConfigurationError: If the process that holds the folder gives a wrong proof or none.
    """
    while is_served(folder):
        record = _record(folder)
        verdict, service = _examine(folder, record, deadline)
        if service:
            return service
        # A wrong answer may come from a stranger at the port of a service that is gone, while
        # the next one is about to replace the record; from a living process it is final.
        if record and verdict == "wrong" and is_alive(record.pid):
            raise ConfigurationError(
                f"The process {record.pid} at {prove.base_url(record)} holds the data folder "
                f"{folder.path} but did not prove that it has the folder's key, so no key was "
                "sent to it. End that process, or use another data folder."
            )
        if time.monotonic() >= deadline:
            process = f"process {record.pid}" if record else "a process"
            raise ConfigurationError(
                f"The data folder {folder.path} is held by {process}, which does not answer as "
                "the local service. Wait for it or end it, or use another data folder."
            )
        time.sleep(_POLL_SECONDS)
    return None


def start(folder: DataFolder, deadline: float) -> Service:
    """Start the folder's service in the background, on the default port or any free one.

    Args:
        folder: A data folder that no running service holds.
        deadline: Until when, on the monotonic clock, it must have proved itself.

    Returns:
        The started service, or one that somebody else has just started.

    Raises:
        ConfigurationError: If the service is not installed, ends while it starts (the message
            has its last words), or does not answer in time; then it is ended again.
    """
    program.require_installed()
    port = program.preferred_port()
    while True:
        log_start = program.log_size(folder)
        stale = _record(folder)
        process = program.spawn(folder, port)
        try:
            service = _await_proof(folder, process, stale, deadline, log_start)
        except BaseException:
            _give_up(process)
            raise
        if service:
            # Somebody must ask after the child when it ends, else it stays in the process table.
            threading.Thread(target=process.wait, daemon=True, name="oxloop-service").start()
            return service
        # Somebody else may have started a service meanwhile, on this folder or on the port.
        if service := find(folder, deadline):
            return service
        if not port or program.port_is_free(port):
            reason = program.last_useful_line(folder.log_file, log_start)
            raise ConfigurationError(
                f"The local service ended while it started: {reason or 'it gave no reason'} "
                f"(its log: {folder.log_file})"
            )
        port = 0


def end(folder: DataFolder, service: Service, deadline: float) -> None:
    """Ask a service to stop and wait until it has let go of its folder.

    Args:
        folder: Its data folder.
        service: The service; it has proved that the recorded process is its own.
        deadline: Until when, on the monotonic clock, it must have ended.

    Raises:
        ConfigurationError: If it has not.
    """
    pid = service.record.pid
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    lock = FileLock(folder.service_lock)
    if not lock.acquire(timeout=seconds_left(deadline)):
        raise ConfigurationError(
            f"The local service (process {pid}) was asked to stop but is still running; "
            f"see its log: {folder.log_file}"
        )
    lock.release()
    folder.temporary_file.unlink(missing_ok=True)


def seconds_left(deadline: float) -> float:
    """Return how long it is to a deadline on the monotonic clock; never quite zero."""
    return max(deadline - time.monotonic(), 0.001)


def is_served(folder: DataFolder) -> bool:
    """Tell whether a service, proved or not, owns a data folder."""
    if not folder.service_lock.exists():
        return False
    lock = FileLock(folder.service_lock)
    if not lock.acquire(blocking=False):
        return True
    lock.release()
    return False


def _record(folder: DataFolder) -> ServiceRecord | None:
    try:
        return ServiceRecord.from_json(folder.service_file.read_text(encoding="utf-8"))
    except (FileNotFoundError, UnicodeDecodeError, RuleError):
        return None


def _examine(
    folder: DataFolder, record: ServiceRecord | None, deadline: float
) -> tuple[prove.Verdict, Service | None]:
    try:
        key = folder.key_file.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        key = ""
    if record is None or not key:
        return "silent", None
    verdict = prove.ask(record, key, min(_PROOF_SECONDS, seconds_left(deadline)))
    return verdict, Service(record, key) if verdict == "proved" else None


def _await_proof(
    folder: DataFolder,
    process: "subprocess.Popen[bytes]",
    stale: ServiceRecord | None,
    deadline: float,
    log_start: int,
) -> Service | None:
    """The started service once it has proved itself; None if its process has ended."""
    while process.poll() is None:
        record = _record(folder)
        # Whoever listens where an earlier service did need not be asked.
        if record != stale and (service := _examine(folder, record, deadline)[1]):
            return service
        if time.monotonic() >= deadline:
            last = program.last_useful_line(folder.log_file, log_start)
            raise ConfigurationError(
                "The local service started but did not answer in time, and was ended again; "
                "'oxloop serve' gives it all the time that it needs"
                f"{last and f' ({last})'}. Its log: {folder.log_file}"
            )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_SECONDS)
    return None


def _give_up(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_PROOF_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
