"""The body of an answer: as it comes, what it means, and where it goes."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

import httpx

from oxloop._http.inflate import decoder
from oxloop._steps import Send

BODY_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of an answer that are kept in memory; a larger one is refused."""


class TooLarge(Exception):
    """The answer would not fit in the memory that it may take."""


class Body:
    """The body of an answer: decompressed, and kept in memory or handed to the step's sink."""

    def __init__(self, response: httpx.Response, headers: Mapping[str, str], step: Send) -> None:
        self._sink = step.sink if response.is_success else None
        # A transport of a caller's own may answer with a body that is read and decoded already.
        is_read = response.is_stream_consumed
        self._decoder = decoder("" if is_read else headers.get("content-encoding", ""))
        self._kept = bytearray()

    @property
    def streams(self) -> bool:
        """Whether the body goes to a sink."""
        return self._sink is not None

    def take(self, chunk: bytes) -> None:
        """Take the next bytes as they came."""
        for piece in self._decoder.feed(chunk):
            if self._sink is not None:
                self._sink.write(piece)
            else:
                self._keep(piece)

    async def take_async(self, chunk: bytes) -> None:
        """Take the next bytes as they came; a sink, which may be a file, works in a thread."""
        if self._sink is not None:
            import anyio.to_thread

            await anyio.to_thread.run_sync(self.take, chunk)
        else:
            self.take(chunk)

    def finish(self) -> bytes:
        """Check that the body is whole, and return what was kept of it."""
        self._decoder.finish()
        return bytes(self._kept)

    def _keep(self, piece: bytes) -> None:
        self._kept += piece
        if len(self._kept) > BODY_LIMIT:
            raise TooLarge(f"the answer is larger than {BODY_LIMIT // 1024**2} MiB")


def parts(response: httpx.Response) -> Iterable[bytes]:
    """The body as it came. At its end the connection is not free yet: see ``refuse_surplus``."""
    if response.is_stream_consumed:
        return [response.content]
    assert isinstance(response.stream, httpx.SyncByteStream)
    return response.stream


async def async_parts(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body as it came. At its end the connection is not free yet: see ``refuse_surplus``."""
    if response.is_stream_consumed:
        yield response.content
        return
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        yield chunk
