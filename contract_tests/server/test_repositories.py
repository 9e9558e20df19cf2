"""Repositories, branches and commits: what a resource means, and how a branch moves."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from attrs import frozen
from oxloop_server.problems import Refused
from oxloop_server.storage import repositories, tenants
from oxloop_server.storage.blobs import Blob
from oxloop_server.storage.database import Database
from oxloop_server.storage.trees import FileEntry

T = TypeVar("T")

ONE = Blob("1" * 64, 1)
TWO = Blob("2" * 64, 2)


@frozen
class Store:
    """A database with one repository."""

    db: Database
    tenant: str
    id: str

    def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return asyncio.run(self.db.write(work))

    def put(self, branch: str, path: str, blob: Blob = ONE) -> str:
        return self.do(
            lambda conn: repositories.commit_file(
                conn, self.id, branch, path, blob, "message", "Ann", "ann@example.com"
            )
        ).id

    def branch(self, name: str, start: str = "main") -> bool:
        return self.do(lambda conn: repositories.create_branch(conn, self.id, name, start))[1]

    def head(self, name: str = "main") -> str:
        return self.do(lambda conn: repositories.get_branch(conn, self.id, name)).commit_id

    def entry(self, commit_id: str, path: str) -> FileEntry | None:
        return self.do(lambda conn: repositories.entry(conn, self.id, commit_id, path))

    def resolve(self, resource: str) -> tuple[str, str | None, str]:
        found = self.do(lambda conn: repositories.resolve(conn, self.id, resource))
        return found.commit_id, found.branch, found.path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    db = Database(tmp_path / "db")

    def work(conn: sqlite3.Connection) -> tuple[str, str]:
        tenant = tenants.ensure_tenant(conn, "default")
        return tenant.id, repositories.create_repository(conn, tenant.id, "ox", "r").id

    yield Store(db, *asyncio.run(db.write(work)))
    db.close()


def test_a_new_repository_has_one_empty_commit_on_main(store: Store) -> None:
    assert [branch.name for branch in store.do(lambda c: repositories.branches(c, store.id))] == [
        "main"
    ]
    head = store.head()
    commit = store.do(lambda conn: repositories.get_commit(conn, store.id, head))
    assert commit.parent_ids == ()
    assert len(commit.id) == 32
    assert int(commit.id, 16) >= 0
    assert store.do(lambda conn: repositories.is_empty(conn, store.id))


def test_a_name_is_taken_once(store: Store) -> None:
    with pytest.raises(Refused, match="exists already") as caught:
        store.do(lambda conn: repositories.create_repository(conn, store.tenant, "ox", "r"))
    assert caught.value.code == "conflict"


def test_a_namespace_is_its_first_tenants(store: Store) -> None:
    other = store.do(lambda conn: tenants.ensure_tenant(conn, "other")).id
    with pytest.raises(Refused) as caught:
        store.do(lambda conn: repositories.get_repository(conn, other, "ox", "r"))
    assert caught.value.code == "not_found"
    with pytest.raises(Refused):
        store.do(lambda conn: repositories.create_repository(conn, other, "ox", "mine"))
    found = store.do(lambda conn: repositories.get_repository(conn, store.tenant, "ox", "r"))
    assert found.id == store.id


def test_a_commit_holds_what_was_there_and_what_came(store: Store) -> None:
    first = store.put("main", "a.csv")
    second = store.put("main", "data/b.csv", TWO)
    assert store.head() == second
    assert store.entry(second, "a.csv") == FileEntry("a.csv", ONE.sha256, 1, first)
    assert store.entry(second, "data/b.csv") == FileEntry("data/b.csv", TWO.sha256, 2, second)
    assert store.entry(first, "data/b.csv") is None
    commit = store.do(lambda conn: repositories.get_commit(conn, store.id, second))
    assert commit.parent_ids == (first,)


def test_the_same_bytes_make_no_second_commit(store: Store) -> None:
    first = store.put("main", "a.csv")
    assert store.put("main", "a.csv") == first
    second = store.put("main", "a.csv", TWO)
    assert second != first
    assert store.put("main", "a.csv") not in (first, second)


def test_a_path_is_not_a_file_and_a_folder(store: Store) -> None:
    store.put("main", "a/b.csv")
    with pytest.raises(Refused, match="is a folder"):
        store.put("main", "a")
    with pytest.raises(Refused, match="is a file"):
        store.put("main", "a/b.csv/c.csv")


def test_branches_go_their_own_ways(store: Store) -> None:
    store.put("main", "a.csv")
    assert store.branch("eval")
    moved = store.put("eval", "a.csv", TWO)
    assert store.head("eval") == moved
    assert store.head("main") != moved
    assert not store.branch("eval"), "a branch that is there stays where it is"
    assert store.head("eval") == moved


def test_a_branch_starts_at_a_commit_too(store: Store) -> None:
    first = store.put("main", "a.csv")
    store.put("main", "a.csv", TWO)
    store.branch("old", first)
    assert store.head("old") == first
    with pytest.raises(Refused, match="no branch or commit 'nothing'"):
        store.branch("new", "nothing")


@pytest.mark.parametrize(
    "name",
    [
        "a b",
        "a..b",
        "a~b",
        "a^b",
        "a:b",
        "a?b",
        "a[b",
        "a*b",
        "a\\b",
        "a@{b",
        "@",
        "a.",
        "/a",
        "a/",
        "a//b",
        "a/./b",
        "../a",
        "a\nb",
        "a\x00b",
    ],
)
def test_names_that_are_no_branch_are_refused(store: Store, name: str) -> None:
    with pytest.raises(Refused) as caught:
        store.branch(name)
    assert (caught.value.code, caught.value.field) == ("invalid_params", "new_name")


@pytest.mark.parametrize("name", ["eval/first", "ünïcode", "a@b", "a.b", "-", "a{b}", "%2F"])
def test_all_other_names_are_branches(store: Store, name: str) -> None:
    store.branch(name)
    assert store.resolve(f"{name}/x.csv") == (store.head(), name, "x.csv")


def test_the_longest_branch_is_meant(store: Store) -> None:
    store.branch("eval")
    store.branch("eval/first")
    head = store.head()
    assert store.resolve("eval/first/a.csv") == (head, "eval/first", "a.csv")
    assert store.resolve("eval/second/a.csv") == (head, "eval", "second/a.csv")
    assert store.resolve("eval/first") == (head, "eval/first", "")
    assert store.resolve("main/eval/first/a.csv") == (head, "main", "eval/first/a.csv")


def test_a_commit_comes_before_a_branch(store: Store) -> None:
    first = store.put("main", "a.csv")
    second = store.put("main", "a.csv", TWO)
    store.branch(first, second)
    assert store.resolve(f"{first}/a.csv") == (first, None, "a.csv")
    assert store.resolve(f"main/{first}/a.csv") == (second, "main", f"{first}/a.csv")


@pytest.mark.parametrize("resource", ["nothing/a.csv", "mai", "mainx/a.csv", "Main/a.csv", "", "/"])
def test_what_begins_with_neither_is_not_found(store: Store, resource: str) -> None:
    with pytest.raises(Refused) as caught:
        store.resolve(resource)
    assert caught.value.code == "not_found"


def test_a_commit_of_another_repository_is_none(store: Store) -> None:
    other = store.do(
        lambda conn: repositories.create_repository(conn, store.tenant, "ox", "other")
    ).id
    foreign = store.do(lambda conn: repositories.get_branch(conn, other, "main")).commit_id
    with pytest.raises(Refused):
        store.resolve(f"{foreign}/a.csv")
    with pytest.raises(Refused):
        store.branch("new", foreign)


def test_a_missing_branch_is_made_on_demand_only(store: Store) -> None:
    start = store.put("main", "a.csv")
    with pytest.raises(Refused, match="no branch 'new'"):
        store.put("new", "b.csv")
    commit = store.do(
        lambda conn: repositories.commit_file(
            conn, store.id, "new", "b.csv", TWO, "m", "a", "e", create_from=start
        )
    )
    assert commit.parent_ids == (start,)
    assert store.head("new") == commit.id
    assert store.head("main") == start


def test_a_refused_write_leaves_nothing(store: Store) -> None:
    head = store.head()
    with pytest.raises(Refused):
        store.do(
            lambda conn: repositories.commit_file(
                conn, store.id, "a b", "b.csv", TWO, "m", "a", "e", create_from=head
            )
        )
    assert [branch.name for branch in store.do(lambda c: repositories.branches(c, store.id))] == [
        "main"
    ]
