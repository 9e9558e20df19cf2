"""Commits, folders, and branches that go: the wire form, and what is read of the answers."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx
from oxloop import ConfigurationError, DecodeError, NotFoundError
from oxloop.oxen.details import Commit, Entry

from .answers import COMMIT_ID
from .conftest import Teller, collect, requests

REPO = "/api/repos/ox/support"
WIRE = {
    "id": COMMIT_ID,
    "message": "Add it",
    "author": "Ann",
    "email": "ann@example.com",
    "timestamp": "2026-01-15T09:30:00Z",
    "parent_ids": ["c0"],
}
COMMIT = Commit(
    id=COMMIT_ID,
    message="Add it",
    author="Ann",
    email="ann@example.com",
    timestamp="2026-01-15T09:30:00Z",
    parent_ids=("c0",),
)


def page(name: str, entries: list[Any], number: int = 1, pages: int = 1) -> httpx.Response:
    body = {name: entries, "page_number": number, "page_size": 1, "total_pages": pages}
    return httpx.Response(200, json={"status": "success", **body})


def test_commits_are_listed_page_by_page(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.get(path__startswith=f"{REPO}/commits/history/").mock(
        side_effect=[page("commits", [WIRE], 1, 2), page("commits", [WIRE | {"id": "c0"}], 2, 2)]
    )
    found = teller.tell(
        lambda oxen: collect(
            oxen.commits.list("ox/support", "eval/first", path="data/a b.csv", page_size=1)
        )
    )
    assert found[0] == COMMIT
    assert found[1].id == "c0"
    assert [request.url.raw_path for request in requests(route)] == [
        f"{REPO}/commits/history/eval/first/data/a%20b.csv?page={number}&page_size=1".encode()
        for number in (1, 2)
    ]


def test_one_commit_is_asked_for_by_its_id(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(f"{REPO}/commits/{COMMIT_ID}").mock(
        return_value=httpx.Response(200, json={"status": "success", "commit": WIRE})
    )
    assert teller.tell(lambda oxen: oxen.commits.get("ox/support", COMMIT_ID)) == COMMIT


def test_a_commit_without_an_id_is_named(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(f"{REPO}/commits/history/main").mock(
        return_value=page("commits", [WIRE, {"message": "no id"}])
    )
    with pytest.raises(DecodeError) as caught:
        teller.tell(lambda oxen: collect(oxen.commits.list("ox/support")))
    assert caught.value.field == "commits[1].id"


def test_a_folder_is_listed(teller: Teller, hub: respx.MockRouter) -> None:
    entries = [
        {"filename": "sub", "is_dir": True, "latest_commit": None, "mime_type": "inode"},
        {"filename": "a.csv", "is_dir": False, "size": 3, "hash": "1f", "latest_commit": WIRE},
    ]
    route = hub.get(f"{REPO}/dir/main/data").mock(return_value=page("entries", entries))
    found = teller.tell(lambda oxen: collect(oxen.files.list("ox/support", path="data")))
    assert found == [
        Entry(name="sub", path="data/sub", is_folder=True, extra={"mime_type": "inode"}),
        Entry(name="a.csv", path="data/a.csv", is_folder=False, size=3, hash="1f", commit=COMMIT),
    ]
    assert requests(route)[0].url.query == b"page=1&page_size=100"


def test_the_topmost_folder_needs_no_path(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(f"{REPO}/dir/eval/first").mock(return_value=page("entries", [], pages=0))
    assert teller.tell(lambda oxen: collect(oxen.files.list("ox/support", "eval/first"))) == []


def test_a_branch_is_deleted(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.delete(f"{REPO}/branches/eval/first").mock(
        return_value=httpx.Response(200, json={"status": "success", "branch": {"name": "x"}})
    )
    assert teller.tell(lambda oxen: oxen.branches.delete("ox/support", "eval/first")) is None
    assert route.call_count == 1


def test_a_branch_that_is_gone_after_a_lost_answer_was_deleted(
    teller: Teller, hub: respx.MockRouter
) -> None:
    gone = httpx.Response(404, json={"status": "error"})
    route = hub.delete(f"{REPO}/branches/old").mock(side_effect=[httpx.ReadError("reset"), gone])
    teller.tell(lambda oxen: oxen.branches.delete("ox/support", "old"))
    assert route.call_count == 2
    route.mock(side_effect=[gone])
    with pytest.raises(NotFoundError):
        teller.tell(lambda oxen: oxen.branches.delete("ox/support", "old"))


STORIES: dict[str, Callable[[Any], Any]] = {
    "revision": lambda oxen: collect(oxen.commits.list("ox/support", "a/../b")),
    "path": lambda oxen: collect(oxen.files.list("ox/support", path="../a")),
    "page_size=0": lambda oxen: collect(oxen.files.list("ox/support", page_size=0)),
    "commit_id": lambda oxen: oxen.commits.get("ox/support", "a/b"),
    "branch_name": lambda oxen: oxen.branches.delete("ox/support", ".."),
}


@pytest.mark.parametrize("words", STORIES)
def test_what_cannot_be_is_refused_before_anything_is_sent(
    teller: Teller, hub: respx.MockRouter, words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        teller.tell(STORIES[words])
    assert not hub.calls
