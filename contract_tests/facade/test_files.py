"""Files up and down: what is sent again, and what is on the disk after a failure."""

import io
import os
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from oxloop import (
    ConfigurationError,
    NotFoundError,
    TransportError,
    UnprocessableEntityError,
)

from .answers import COMMIT_ID, branch, commit
from .conftest import Clock, Story, Teller, requests

FILE = "/api/repos/ox/support/file/main/a.csv"
NO_CHANGES = httpx.Response(
    422, json={"error": {"type": "no_changes", "title": "No changes"}, "status": "error"}
)


def upload(source: Any) -> Story:
    return lambda oxen: oxen.files.upload("ox/support", "main/a.csv", source)


def sent(route: respx.Route) -> list[bool]:
    return [b"id\n1\n" in request.content for request in requests(route)]


@pytest.mark.parametrize("kind", ["bytes", "path", "text path", "open file"])
def test_bytes_and_files_can_be_uploaded_and_are_sent_again_whole(
    teller: Teller, hub: respx.MockRouter, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "here.csv"
    path.write_bytes(b"id\n1\n")
    route = hub.put(FILE).mock(side_effect=[httpx.Response(500), httpx.ReadError("x"), commit()])
    with path.open("rb") as file:
        source = {"bytes": b"id\n1\n", "path": path, "text path": str(path), "open file": file}
        assert teller.tell(upload(source[kind])).id == COMMIT_ID
    assert sent(route) == [True, True, True]


@pytest.mark.parametrize("source", [io.StringIO("id"), "/no/such/file.csv"])
def test_what_cannot_be_read_is_refused(teller: Teller, hub: respx.MockRouter, source: Any) -> None:
    route = hub.put(FILE)
    with pytest.raises(ConfigurationError, match=r"must be binary|Cannot read /no/such/file\.csv"):
        teller.tell(upload(source))
    assert not route.called


def test_what_cannot_be_sent_again_is_refused(teller: Teller, hub: respx.MockRouter) -> None:
    reader, writer = os.pipe()
    os.close(writer)
    with (
        os.fdopen(reader, "rb") as pipe,
        pytest.raises(ConfigurationError, match="seekable"),
    ):
        teller.tell(upload(pipe))


def test_no_changes_after_a_lost_answer_means_that_it_had_worked(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.put(FILE).mock(side_effect=[httpx.ReadError("reset"), NO_CHANGES])
    hub.get("/api/repos/ox/support/branches/main").mock(return_value=branch("main", "c9"))
    assert teller.tell(upload(b"id\n1\n")).id == "c9"


def test_no_changes_after_a_mere_error_is_an_error(teller: Teller, hub: respx.MockRouter) -> None:
    hub.put(FILE).mock(side_effect=[httpx.Response(500), NO_CHANGES])
    with pytest.raises(UnprocessableEntityError, match="No changes"):
        teller.tell(upload(b"id\n1\n"))


def test_another_refusal_after_a_lost_answer_is_an_error(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.put(FILE).mock(side_effect=[httpx.ReadError("reset"), httpx.Response(404)])
    with pytest.raises(NotFoundError):
        teller.tell(upload(b"id\n1\n"))


def test_an_upload_can_have_its_own_time(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        clock.now += 150.0
        return httpx.Response(503) if clock.now < 1_200.0 else commit()

    route = hub.put(FILE).mock(side_effect=slow)
    found = teller.tell(
        lambda oxen: oxen.files.upload("ox/support", "main/a.csv", b"id\n1\n", total=600.0)
    )
    assert found.id == COMMIT_ID
    assert route.call_count == 2


def test_a_download_is_bytes_as_they_are(teller: Teller, hub: respx.MockRouter) -> None:
    content = b"\x00\xff{}" * 100_000
    hub.get(FILE).mock(return_value=httpx.Response(200, content=content))
    assert teller.tell(lambda oxen: oxen.files.download("ox/support", "main/a.csv")) == content


def test_a_json_file_that_says_error_is_still_a_file(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(FILE).mock(return_value=httpx.Response(200, json={"status": "error"}))
    found = teller.tell(lambda oxen: oxen.files.download("ox/support", "main/a.csv"))
    assert found == b'{"status":"error"}'


def to(path: Path) -> Story:
    return lambda oxen: oxen.files.download_to("ox/support", "main/a.csv", path)


def test_a_download_can_go_to_the_disk(
    teller: Teller, hub: respx.MockRouter, tmp_path: Path
) -> None:
    hub.get(FILE).mock(return_value=httpx.Response(200, content=b"new"))
    path = tmp_path / "a.csv"
    path.write_bytes(b"old and longer")
    assert teller.tell(to(path)) == path
    assert path.read_bytes() == b"new"
    assert [*tmp_path.iterdir()] == [path]


def test_a_new_file_has_the_usual_mode(
    teller: Teller, hub: respx.MockRouter, tmp_path: Path
) -> None:
    hub.get(FILE).mock(return_value=httpx.Response(200, content=b"new"))
    (tmp_path / "usual").touch()
    teller.tell(to(tmp_path / "a.csv"))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


@pytest.mark.parametrize("answer", [httpx.Response(404), httpx.ReadError("reset")], ids=str)
def test_a_failed_download_leaves_the_disk_as_it_was(
    teller: Teller, hub: respx.MockRouter, tmp_path: Path, answer: Any
) -> None:
    hub.get(FILE).mock(side_effect=[answer] * 3)
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with pytest.raises((NotFoundError, TransportError)):
        teller.tell(to(path))
    assert path.read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [path]


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is cut off after some bytes."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"half of "
        raise httpx.ReadError("reset")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"half of "
        raise httpx.ReadError("reset")


def test_a_body_that_was_cut_is_fetched_again_from_its_start(
    teller: Teller, hub: respx.MockRouter, tmp_path: Path
) -> None:
    route = hub.get(FILE).mock(
        side_effect=[httpx.Response(200, stream=Broken()), httpx.Response(200, content=b"whole")]
    )
    path = tmp_path / "a.csv"
    teller.tell(to(path))
    assert path.read_bytes() == b"whole"
    assert route.call_count == 2


@pytest.mark.parametrize(
    ("place", "words"),
    [("", "is a folder"), ("no/such/folder/a.csv", "lies in a folder that is not there")],
)
def test_an_unusable_destination_is_refused_before_anything_is_sent(
    teller: Teller, hub: respx.MockRouter, tmp_path: Path, place: str, words: str
) -> None:
    route = hub.get(FILE).mock(return_value=httpx.Response(200))
    with pytest.raises(ConfigurationError, match=words):
        teller.tell(to(tmp_path / place))
    assert not route.called
