"""Data files on disk: whole or not there at all."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from oxloop_server.storage.blobs import CHUNK, Blob, Blobs


async def _pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def _keep(blobs: Blobs, pieces: AsyncIterator[bytes]) -> Blob:
    async with blobs.incoming() as incoming:
        async for piece in pieces:
            await incoming.write(piece)
        return await incoming.keep()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_stream_is_kept_by_its_digest(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "files")
    pieces = (b"a" * (CHUNK - 1), b"bb", b"", b"c" * CHUNK)
    whole = b"".join(pieces)
    blob = asyncio.run(_keep(blobs, _pieces(*pieces)))
    assert blob == Blob(hashlib.sha256(whole).hexdigest(), len(whole))
    assert blobs.path(blob.sha256).read_bytes() == whole
    assert blobs.path(blob.sha256).stat().st_mode & 0o077 == 0


def test_equal_bytes_are_kept_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "files")
    first = asyncio.run(_keep(blobs, _pieces(b"same")))
    temporary = blobs.temporary()
    temporary.write_bytes(b"same")
    assert blobs.put_file(temporary) == first
    assert _files(tmp_path) == [blobs.path(first.sha256)]


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "files")
    blob = asyncio.run(_keep(blobs, _pieces()))
    assert blob.size == 0
    assert blobs.path(blob.sha256).read_bytes() == b""


def test_a_stream_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * (2 * CHUNK)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        asyncio.run(_keep(Blobs(tmp_path / "files"), broken()))
    assert _files(tmp_path) == []


def test_what_a_killed_process_left_is_swept_at_the_next_start(tmp_path: Path) -> None:
    kept = asyncio.run(_keep(Blobs(tmp_path / "files"), _pieces(b"kept")))
    Blobs(tmp_path / "files").temporary().write_bytes(b"half")
    blobs = Blobs(tmp_path / "files")
    assert _files(tmp_path) == [blobs.path(kept.sha256)]
