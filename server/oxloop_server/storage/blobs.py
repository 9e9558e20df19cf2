"""Data files, kept once each by the SHA-256 of their bytes, as plain files."""

import asyncio
import hashlib
import logging
import os
import stat
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

from oxloop_server.problems import Refused

CHUNK = 1 << 20
_REMEMBERED = 10_000

log = logging.getLogger(__name__)


@frozen
class Blob:
    """The bytes of a file.

    Args:
        sha256: Their SHA-256, in hexadecimal digits.
        size: How many there are.
    """

    sha256: str
    size: int


def blob_path(folder: Path, sha256: str) -> Path:
    """Where in a folder of data files the one with that SHA-256 is, or would be."""
    return folder / sha256[:2] / sha256


class Blobs:
    """The folder of data files.

    A file is whole on the disk before its name exists: temporary file, fsync, rename.

    Args:
        folder: Where the files are; made if it is not there. Temporary files are kept inside it,
            for a rename works within one file system only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What an earlier process left unfinished belongs to nobody.
        for leftover in self._incoming.iterdir():
            leftover.unlink()
        # Files that were found sound, by what the system says of them.
        self._sound: dict[str, tuple[int, int, int]] = {}

    def path(self, sha256: str) -> Path:
        """Where the file with that SHA-256 is, or would be."""
        return blob_path(self._folder, sha256)

    def sound(self, sha256: str) -> Path:
        """Where the file with that SHA-256 is, which has been read and found to have it.

        It is read whole the first time, and again only when it has changed on the disk.

        Raises:
            Refused: If it is missing, or something else than was kept.
        """
        path = self.path(sha256)
        try:
            found = _state(path)
            if self._sound.get(sha256) != found and _digest(path)[0] != sha256:
                raise OSError("its bytes are others than were kept")
        except OSError as error:
            log.error("the data file %s is damaged: %s", path, error)
            raise Refused(
                "internal",
                f"A data file of the service is missing or damaged ({sha256[:12]}…): upload the "
                "same file again, or restore the data folder's copy of it.",
            ) from error
        self._remember(sha256, found)
        return path

    def temporary(self) -> Path:
        """A new empty file, its owner's only, to be written and handed to ``put_file``."""
        descriptor, name = tempfile.mkstemp(dir=self._incoming)
        os.close(descriptor)
        return Path(name)

    def put_file(self, temporary: Path) -> Blob:
        """Keep a file that ``temporary`` made. It takes the time of reading it once more.

        Args:
            temporary: The file, closed; it is gone afterwards.
        """
        blob = Blob(*_digest(temporary))
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        return self._keep(temporary, blob)

    @asynccontextmanager
    async def incoming(self) -> AsyncGenerator["Incoming"]:
        """A file that arrives piece by piece; what is not kept at the end is gone."""
        temporary = self.temporary()
        try:
            with temporary.open("wb") as file:
                yield Incoming(file, lambda blob: self._keep(temporary, blob))
        finally:
            temporary.unlink(missing_ok=True)

    def _keep(self, temporary: Path, blob: Blob) -> Blob:
        final = self.path(blob.sha256)
        final.parent.mkdir(mode=0o700, exist_ok=True)
        self._remember(blob.sha256, _state(temporary))
        # Also over one that is there: it may be damaged.
        temporary.replace(final)
        sync_folder(final.parent)
        sync_folder(self._folder)
        return blob

    def _remember(self, sha256: str, found: tuple[int, int, int]) -> None:
        if len(self._sound) >= _REMEMBERED:
            self._sound.clear()
        self._sound[sha256] = found


class Incoming:
    """A file on its way in: hashed and written off the event loop, a chunk at a time.

    Args:
        file: The temporary file.
        keep: Gives the file its final name.
    """

    def __init__(self, file: BinaryIO, keep: Callable[[Blob], Blob]) -> None:
        self._file = file
        self._keep = keep
        self._digest = hashlib.sha256()
        self._buffer = bytearray()
        self.size = 0

    async def write(self, data: bytes) -> None:
        """Take the next bytes."""
        self.size += len(data)
        self._buffer += data
        if len(self._buffer) >= CHUNK:
            await asyncio.to_thread(self._flush)

    async def keep(self) -> Blob:
        """Keep the file, on the disk for good, and answer what it is."""
        return await asyncio.to_thread(self._finish)

    def _flush(self) -> None:
        self._digest.update(self._buffer)
        self._file.write(self._buffer)
        self._buffer.clear()

    def _finish(self) -> Blob:
        self._flush()
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._keep(Blob(self._digest.hexdigest(), self.size))


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk for good."""
    # The new name must survive a power cut too. Windows cannot open folders, and need not.
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _state(path: Path) -> tuple[int, int, int]:
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError("it is no plain file")
    return found.st_ino, found.st_size, found.st_mtime_ns


def _digest(path: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size
