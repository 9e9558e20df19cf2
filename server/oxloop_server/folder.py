"""The service's own files in its data folder: the key, and the record by which clients find it."""

import os
import secrets
import tempfile
from pathlib import Path

from oxloop.rules.folder import DataFolder, ServiceRecord

from oxloop_server.problems import StartError


def prepare(path: Path) -> DataFolder:
    """Make the data folder if it is not there, for its owner only.

    Args:
        path: The folder.

    Raises:
        StartError: If it cannot be used.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(
            f"The data folder {path} cannot be made ({error.strerror}): "
            "choose another one with --data."
        ) from error
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise StartError(
            f"The data folder {path} is not yours to write to: choose another one with --data."
        )
    return DataFolder(path.resolve())


def ensure_key(folder: DataFolder) -> str:
    """Answer the folder key, made if there is none.

    Raises:
        StartError: If there is a key file without a key, or one that cannot be read.
    """
    if not folder.key_file.exists():
        _make_key(folder)
    try:
        key = folder.key_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise StartError(f"The key file {folder.key_file} cannot be read: {error}.") from error
    if not key:
        raise StartError(
            f"The key file {folder.key_file} is empty: remove it, and a new key is made."
        )
    return key


def write_record(folder: DataFolder, record: ServiceRecord) -> None:
    """Tell clients where the service listens. They see the whole record or none."""
    temporary = _private_file(folder, record.to_json())
    temporary.replace(folder.service_file)


def remove_record(folder: DataFolder) -> None:
    """Tell clients that no service listens any more."""
    folder.service_file.unlink(missing_ok=True)


def read_record(folder: DataFolder) -> ServiceRecord | None:
    """What a running service wrote, or None if there is nothing readable."""
    try:
        return ServiceRecord.from_json(folder.service_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _make_key(folder: DataFolder) -> None:
    temporary = _private_file(folder, secrets.token_urlsafe(32) + "\n")
    try:
        # A link, and not a rename: of two that make a key at once, the first one's stays.
        folder.key_file.hardlink_to(temporary)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _private_file(folder: DataFolder, text: str) -> Path:
    descriptor, name = tempfile.mkstemp(dir=folder.path, prefix=".new-")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
