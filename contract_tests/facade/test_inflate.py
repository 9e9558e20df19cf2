"""Compressed bodies: whole, cut, broken, swelling, and of a kind that nobody asked for."""

import gzip

import pytest
from oxloop._http.inflate import BrokenBody, UnknownCoding, decoder

CONTENT = b"some rows of text, again and again; " * 5_000


def decoded(coding: str, data: bytes, size: int) -> bytes:
    undoing = decoder(coding)
    found = b"".join(
        piece
        for start in range(0, len(data), size)
        for piece in undoing.feed(data[start : start + size])
    )
    undoing.finish()
    return found


@pytest.mark.parametrize("size", [1, 100, 1_000_000])
@pytest.mark.parametrize("coding", ["gzip", "x-gzip", " GZIP "])
def test_a_whole_body_is_itself_again(coding: str, size: int) -> None:
    assert decoded(coding, gzip.compress(CONTENT), size) == CONTENT


@pytest.mark.parametrize("size", [1, 100, 1_000_000])
def test_several_streams_are_one_body(size: int) -> None:
    twice = gzip.compress(CONTENT) + gzip.compress(b"the end")
    assert decoded("gzip", twice, size) == CONTENT + b"the end"


@pytest.mark.parametrize("coding", ["", "identity"])
def test_an_uncoded_body_is_left_alone(coding: str) -> None:
    assert decoded(coding, CONTENT, 1_000) == CONTENT


def test_no_body_is_no_body() -> None:
    assert decoded("gzip", b"", 1) == b""
    assert decoded("gzip", gzip.compress(b""), 1) == b""


@pytest.mark.parametrize("kept", range(1, len(gzip.compress(b"ten bytes."))))
def test_a_body_cut_anywhere_is_broken(kept: int) -> None:
    with pytest.raises(BrokenBody):
        decoded("gzip", gzip.compress(b"ten bytes.")[:kept], 7)


def test_a_changed_byte_is_noticed() -> None:
    data = bytearray(gzip.compress(CONTENT))
    data[-6] ^= 1
    with pytest.raises(BrokenBody):
        decoded("gzip", bytes(data), 1_000)


@pytest.mark.parametrize("data", [b"plain", b"{}", b"\x1f\x8b\x08plain text after a header"])
def test_what_is_no_gzip_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenBody):
        decoded("gzip", data, 1_000)


def test_a_body_that_swells_comes_in_pieces() -> None:
    undoing = decoder("gzip")
    pieces = undoing.feed(gzip.compress(bytes(50_000_000)))
    assert len(next(pieces)) <= 256 * 1024


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", "aes128gcm"])
def test_a_coding_that_was_not_asked_for_is_named(coding: str) -> None:
    with pytest.raises(UnknownCoding, match=coding):
        decoder(coding)
