"""Data files opened as tables: who waits for whom."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine_world import PATIENCE_SECONDS
from oxloop_server.engine.files import AT_ONCE, Files
from oxloop_server.storage.blobs import Blobs


class _Held(Blobs):
    """Has a file whose bytes take until they are let go to read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.slow = ""
        self.go = threading.Event()

    def sound(self, sha256: str) -> Path:
        if sha256 == self.slow:
            assert self.go.wait(PATIENCE_SECONDS)
        return super().sound(sha256)


def kept(blobs: Blobs, text: str) -> str:
    """The SHA-256 of a file that is kept."""
    path = blobs.temporary()
    path.write_text(text)
    return blobs.put_file(path).sha256


def test_files_of_one_tenant_that_take_long_keep_no_other_tenant_waiting(tmp_path: Path) -> None:
    async def main() -> None:
        # So few that two which take long would hold up every other.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(AT_ONCE))
        blobs = _Held(tmp_path)
        blobs.slow, quick = kept(blobs, "a\n1\n"), kept(blobs, "b\n2\n")
        files = Files(blobs)
        slow = [asyncio.create_task(files.open("a", blobs.slow, "csv")) for _ in range(3)]
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert (await files.open("b", quick, "csv")).names == ("b",)
            assert not any(task.done() for task in slow)
        finally:
            blobs.go.set()
        assert [table.names for table in await asyncio.gather(*slow)] == [("a",)] * 3

    asyncio.run(main())
