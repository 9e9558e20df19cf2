"""Whether a process that a file names is still the same living process."""

import os
import sys
from pathlib import Path


def start_mark(pid: int) -> str | None:
    """Return what tells a process from a later one with the same id, where that is cheap.

    On Linux it is the start time in clock ticks since boot; elsewhere None.
    """
    fields = _stat_fields(pid)
    return fields[19] if fields else None


def is_alive(pid: int, mark: str | None = None) -> bool:
    """Tell whether a process lives.

    Args:
        pid: Its id.
        mark: What ``start_mark`` said when it was seen alive; None if it said nothing.
    """
    if pid <= 0:
        return False
    fields = _stat_fields(pid)
    if fields is not None:
        # A dead process that its parent has not asked about yet (Z) is dead.
        return fields[0] not in "ZX" and (mark is None or fields[19] == mark)
    return _exists(pid)


def _stat_fields(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on, or None where there is no such file."""
    if sys.platform != "linux":
        return None
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field is the program's name in brackets, which may hold blanks and brackets.
    return text.rpartition(")")[2].split()


if sys.platform == "win32":
    import ctypes

    def _exists(pid: int) -> bool:
        # os.kill would end the process here: Windows has no signal 0.
        synchronize, still_running = 0x00100000, 0x00000102
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(synchronize, False, pid)
        if not handle:
            return False
        try:
            return bool(kernel.WaitForSingleObject(handle, 0) == still_running)
        finally:
            kernel.CloseHandle(handle)

else:

    def _exists(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:
            return True
        return True
