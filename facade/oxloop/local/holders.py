"""Who holds a data folder's service: one small file each, and who may be forgotten.

All of it runs under the folder's start lock.
"""

import json
import os
import secrets
from pathlib import Path
from typing import cast

from oxloop.local.processes import is_alive, start_mark
from oxloop.rules.folder import DataFolder


def add(folder: DataFolder) -> Path:
    """Note that this process holds the service once more; return the file that says so."""
    folder.holders_dir.mkdir(mode=0o700, exist_ok=True)
    pid = os.getpid()
    # One process may hold the service several times, so its id alone names no file.
    file = folder.holders_dir / f"{pid}-{secrets.token_hex(4)}.json"
    _write(file, json.dumps({"pid": pid, "started": start_mark(pid)}))
    return file


def any_left(folder: DataFolder) -> bool:
    """Tell whether a living process holds the service; forget those that died."""
    left = False
    for file in folder.holders_dir.glob("*.json"):
        if _lives(file):
            left = True
        else:
            file.unlink(missing_ok=True)
    return left


def mark_temporary(folder: DataFolder, instance: str) -> None:
    """Note that this instance is to stop when its last holder leaves."""
    _write(folder.temporary_file, instance)


def keep(folder: DataFolder) -> None:
    """Note that the service is to stay when its holders have left."""
    folder.temporary_file.unlink(missing_ok=True)


def is_temporary(folder: DataFolder, instance: str) -> bool:
    """Tell whether this instance is to stop when its last holder leaves."""
    try:
        return folder.temporary_file.read_text(encoding="utf-8") == instance
    except FileNotFoundError:
        return False


def _lives(file: Path) -> bool:
    try:
        found = cast(object, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return False
    match found:
        case {"pid": int(pid), "started": str() | None as mark}:
            return is_alive(pid, mark)
        case _:
            return False


def _write(file: Path, text: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
