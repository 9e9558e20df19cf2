"""Join the service of a data folder, starting it if need be; leave it; stop it."""

import atexit
import contextlib
import os
import threading
import time
from collections.abc import Generator
from pathlib import Path
from types import TracebackType

from oxloop.errors import ConfigurationError
from oxloop.local import holders, prove
from oxloop.local.service import Service, end, find, seconds_left, start
from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder, default_data_dir
from oxloop.rules.locks import FileLock

_LEAVE_SECONDS = 60.0


class Joined:
    """A place at a running local service, to be given up with ``leave``.

    It is a context manager that leaves at its end; a process that ends leaves by itself.

    Attributes:
        base_url: The service's address, such as ``http://127.0.0.1:8600``.
        api_key: The folder key; the service has proved that it holds it.
        data_dir: The data folder.
        started: Whether this call started the service.
    """

    def __init__(self, folder: DataFolder, service: Service, holder: Path, started: bool) -> None:
        self.base_url = prove.base_url(service.record)
        self.api_key = service.key
        self.data_dir = folder.path
        self.started = started
        self._folder = folder
        self._instance = service.record.instance
        self._holder = holder
        self._pid = os.getpid()
        self._left = False
        self._leaving = threading.Lock()
        atexit.register(self._leave_at_exit)

    def leave(self) -> None:
        """Give the place up; a second call does nothing.

        If the service was started with ``stop_on_exit``, nobody joined it to stay, and no other
        process holds it, it is stopped, and the call returns when it has let go of its folder.

        Raises:
            ConfigurationError: If the service had to be stopped and did not end.
        """
        # A forked child has a copy of this object; the place is its parent's.
        if os.getpid() != self._pid:
            return
        with self._leaving:
            if self._left:
                return
            self._left = True
            atexit.unregister(self._leave_at_exit)
            if self._folder.path.is_dir():
                _leave(self._folder, self._holder, self._instance)

    def _leave_at_exit(self) -> None:
        with contextlib.suppress(ConfigurationError):
            self.leave()

    def __repr__(self) -> str:
        return f"Joined(base_url={self.base_url!r}, data_dir={str(self.data_dir)!r})"

    def __enter__(self) -> "Joined":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.leave()


def join(
    data_dir: Path | None = None, *, stop_on_exit: bool = False, timeout: float = 60
) -> Joined:
    """Join the service of a data folder; start it in the background if there is none.

    Before anything else is sent, the service must prove that it holds the folder's key.

    Args:
        data_dir: The data folder; the platform's own if None. It is made if it is missing.
        stop_on_exit: Whether a service that this call starts stops when its last holder has
            left. Whoever joins it without this wish keeps it up.
        timeout: How many seconds the whole call may take.

    Returns:
        The place at the service.

    Raises:
        ConfigurationError: If the folder cannot be used, the service is not installed, does not
            start, or another program answers in its place.
    """
    folder = _folder(data_dir)
    deadline = time.monotonic() + timeout
    with _folder_errors(folder):
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _start_lock(folder, deadline):
            found = find(folder, deadline)
            service = found or start(folder, deadline)
            if found is None and stop_on_exit:
                holders.mark_temporary(folder, service.record.instance)
            elif not stop_on_exit:
                holders.keep(folder)
            return Joined(folder, service, holders.add(folder), started=found is None)


def stop(data_dir: Path | None = None, *, timeout: float = 60) -> bool:
    """Stop the service of a data folder, whoever holds it, and wait until it has let go of it.

    Args:
        data_dir: The data folder; the platform's own if None.
        timeout: How many seconds the whole call may take.

    Returns:
        Whether there was a service to stop.

    Raises:
        ConfigurationError: If the process cannot be told to be the folder's service, or did not
            end in time.
    """
    folder = _folder(data_dir)
    deadline = time.monotonic() + timeout
    with _folder_errors(folder):
        if not folder.path.is_dir():
            return False
        with _start_lock(folder, deadline):
            service = find(folder, deadline)
            if service is None:
                return False
            end(folder, service, deadline)
            return True


def _folder(data_dir: Path | None) -> DataFolder:
    try:
        path = default_data_dir() if data_dir is None else Path(data_dir).expanduser()
    except (RuleError, RuntimeError) as error:
        raise ConfigurationError(str(error)) from error
    return DataFolder(path.absolute())


@contextlib.contextmanager
def _folder_errors(folder: DataFolder) -> Generator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename or folder.path
        raise ConfigurationError(
            f"The data folder {folder.path} cannot be used: {where}: {error.strerror or error}. "
            "Check who owns it, or use another one."
        ) from error


@contextlib.contextmanager
def _start_lock(folder: DataFolder, deadline: float) -> Generator[None]:
    lock = FileLock(folder.start_lock)
    if not lock.acquire(timeout=seconds_left(deadline)):
        raise ConfigurationError(
            f"Another process has been starting or stopping the local service of {folder.path} "
            "all the time; try again."
        )
    try:
        yield
    finally:
        lock.release()


def _leave(folder: DataFolder, holder: Path, instance: str) -> None:
    deadline = time.monotonic() + _LEAVE_SECONDS
    with _folder_errors(folder), _start_lock(folder, deadline):
        holder.unlink(missing_ok=True)
        if not holders.is_temporary(folder, instance) or holders.any_left(folder):
            return
        service = find(folder, deadline)
        # Another instance has been started since, for somebody else.
        if service is not None and service.record.instance == instance:
            end(folder, service, deadline)
