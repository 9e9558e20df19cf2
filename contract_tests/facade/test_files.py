"""Files up and down: what is sent again, and what is on the disk after a failure."""

import io
import json
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
from oxloop.oxen.details import Commit

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


def test_several_files_are_uploaded_in_one_form(
    teller: Teller, hub: respx.MockRouter, tmp_path: Path
) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes(b"b")
    route = hub.put("/api/repos/ox/support/file/eval/first/data").mock(return_value=commit())
    given: dict[str, Any] = {"a.csv": b"a", "c.csv": path}
    found = teller.tell(
        lambda oxen: oxen.files.upload_all("ox/support", given, "eval/first", folder="data")
    )
    assert found.id == COMMIT_ID
    (request,) = requests(route)
    for name, content in (("a.csv", b"a"), ("c.csv", b"b")):
        part = b'name="files[]"; filename="' + name.encode() + b'"'
        assert request.content.split(part)[1].split(b"\r\n")[2:4][-1] == content
    assert b"Add 2 files" in request.content

    route = hub.put("/api/repos/ox/support/file/main").mock(return_value=commit())
    teller.tell(lambda oxen: oxen.files.upload_all("ox/support", [path]))
    (request,) = requests(route)
    assert b'filename="b.csv"' in request.content
    assert b"Add b.csv" in request.content


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ([], "no file to upload"),
        ("a.csv", "a list of files"),
        (["x/a.csv", "y/a.csv"], "called a.csv"),
        ({"x/a.csv": b""}, "name of a file"),
    ],
)
def test_several_files_that_are_none_are_refused(teller: Teller, sources: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        teller.tell(lambda oxen: oxen.files.upload_all("ox/support", sources))


def test_a_file_is_taken_out(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.delete("/api/repos/ox/support/file/eval/first/data/a.csv").mock(
        return_value=commit()
    )
    found = teller.tell(
        lambda oxen: oxen.files.delete("ox/support", revision="eval/first", path="data/a.csv")
    )
    assert found.id == COMMIT_ID
    (request,) = requests(route)
    assert b"Remove data/a.csv" in request.content
    assert request.headers["content-type"].startswith("multipart/form-data")


def test_a_file_that_is_gone_after_a_lost_answer_was_taken_out(
    teller: Teller, hub: respx.MockRouter
) -> None:
    route = hub.delete("/api/repos/ox/support/file/main/a.csv")
    gone = httpx.Response(404, json={"status": "error"})
    route.mock(side_effect=[httpx.ReadError("reset"), gone])
    hub.get("/api/repos/ox/support/branches/main").mock(return_value=branch())
    found = teller.tell(lambda oxen: oxen.files.delete("ox/support", "main/a.csv"))
    assert found == Commit(id=COMMIT_ID)
    route.mock(side_effect=[gone])
    with pytest.raises(NotFoundError):
        teller.tell(lambda oxen: oxen.files.delete("ox/support", "main/a.csv"))


def test_a_file_is_moved(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.patch("/api/repos/ox/support/file/main/a.csv").mock(return_value=commit())
    found = teller.tell(lambda oxen: oxen.files.move("ox/support", "main/a.csv", "old/a.csv"))
    assert found.id == COMMIT_ID
    (request,) = requests(route)
    assert json.loads(request.content) == {
        "new_path": "old/a.csv",
        "name": "oxloop",
        "email": "oxloop@localhost",
        "message": "Move a.csv to old/a.csv",
    }
    with pytest.raises(ConfigurationError, match="new_path"):
        teller.tell(lambda oxen: oxen.files.move("ox/support", "main/a.csv", "../a.csv"))


def test_the_author_is_whom_oxens_own_tools_name(
    teller: Teller, hub: respx.MockRouter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "user_config.toml").write_text('name = "Ann"\nemail = "ann@example.com"\n')
    monkeypatch.setenv("OXEN_CONFIG_DIR", str(tmp_path))
    route = hub.patch("/api/repos/ox/support/file/main/a.csv").mock(return_value=commit())
    teller.tell(lambda oxen: oxen.files.move("ox/support", "main/a.csv", "b.csv", name="Bo"))
    sent = json.loads(requests(route)[0].content)
    assert (sent["name"], sent["email"]) == ("Bo", "ann@example.com")
