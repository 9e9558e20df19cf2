"""Undoes the compression of a body, and notices what the HTTP client does not: a cut one.

Whatever is asked for in ``ACCEPTED`` is undone here, a piece at a time, so that a small body that
swells to a huge one is noticed before it fills the memory.
"""

import zlib
from collections.abc import Iterator
from typing import Final, Protocol

ACCEPTED: Final = "gzip"
"""What requests ask for, as ``Accept-Encoding``."""

_GZIP: Final = zlib.MAX_WBITS | 16
"""What zlib calls a gzip stream."""
_PIECE: Final = 256 * 1024
"""Most bytes that are made out of one step of decompression."""


class BrokenBody(Exception):
    """The body's compression is broken or cut off."""


class UnknownCoding(Exception):
    """The body is coded in a way that nobody asked for."""


class Decoder(Protocol):
    """Takes a body as it came, and gives it as it was meant."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take the next bytes; yields what they mean, in pieces."""
        ...

    def finish(self) -> None:
        """Check that the body is whole."""
        ...


def decoder(coding: str) -> Decoder:
    """Return what undoes a coding.

    Args:
        coding: The answer's ``Content-Encoding``; empty if it has none.

    Raises:
        UnknownCoding: If nothing here undoes it.
    """
    match coding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip":
            return _Gzip()
        case _:
            raise UnknownCoding(f"the body is coded as {coding!r}, which was not asked for")


class _Plain:
    """Nothing to undo."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        yield chunk

    def finish(self) -> None:
        pass


class _Gzip:
    """One gzip stream, or several behind each other."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_GZIP)
        self._is_fed = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        try:
            while chunk:
                if self._stream.eof:
                    self._stream = zlib.decompressobj(_GZIP)
                self._is_fed = True
                yield self._stream.decompress(chunk, _PIECE)
                chunk = self._stream.unconsumed_tail or self._stream.unused_data
        except zlib.error as error:
            raise BrokenBody(str(error)) from error

    def finish(self) -> None:
        if self._is_fed and not self._stream.eof:
            raise BrokenBody("cut off before its end")
