"""Locks between processes, on a file that stays where it is."""

import os
import sys
import time
from pathlib import Path
from types import TracebackType

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    # flock, and not lockf: it belongs to the open file, so that two threads of one process
    # exclude each other just as two processes do.
    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


_POLL_SECONDS = 0.02


class FileLock:
    """An exclusive lock that its owner's death releases.

    The file is made if it is missing, readable by its owner only, and never removed: a lock on
    a removed file excludes nobody. Two locks on one path exclude each other in one process too.

    Args:
        path: The lock file; its folder must be there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take the lock.

        Args:
            blocking: Whether to wait while another holds it.
            timeout: How many seconds to wait at most; None means as long as it takes.

        Returns:
            Whether the lock is held now.

        Raises:
            OSError: If the file cannot be opened or its file system has no locks.
            RuntimeError: If this object holds the lock already.
        """
        if self._descriptor is not None:
            raise RuntimeError(f"{self._path} is locked already by this object")
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        descriptor = os.open(self._path, flags, 0o600)
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while not _try_lock(descriptor):
                if not blocking or (deadline is not None and time.monotonic() >= deadline):
                    os.close(descriptor)
                    return False
                time.sleep(_POLL_SECONDS)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back; nothing happens if it is not held."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        # Unlocked in so many words: a forked child may still have the file open.
        try:
            _unlock(descriptor)
        finally:
            os.close(descriptor)

    def __enter__(self) -> "FileLock":
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
