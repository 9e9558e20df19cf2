"""Answers that are held until the database changes."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from oxloop_server.contract.held import LARGEST, MOST_BYTES, Place, answers, place_of, size_of
from oxloop_server.contract.messages import Prepared
from oxloop_server.storage import tenants
from oxloop_server.storage.database import Database, Version
from oxloop_server.storage.held import Held
from oxloop_server.storage.tenants import Tenant
from running_service import Running, add_key

from .humanloop.conftest import Account, World

ANN, BEN = Tenant("1", "ann"), Tenant("2", "ben")


def answer(content: bytes = b"{}") -> Prepared:
    return Prepared(200, [], content)


def keep(held: Held[Place, Prepared], place: Place, version: Version, found: Prepared) -> None:
    held.keep(place, version, found, size_of(place, found))


def test_an_answer_holds_for_who_asked_and_while_nothing_changes() -> None:
    held, place, version = answers(), place_of(ANN, b"/a", b"page=1"), Version(1, 0)
    assert held.find(place, version) is None
    keep(held, place, version, answer())
    assert held.find(place, version) == answer()
    assert held.find(place_of(BEN, b"/a", b"page=1"), version) is None
    assert held.find(place_of(ANN, b"/a", b"page=2"), version) is None
    assert held.find(place, Version(1, 1)) is None
    assert held.find(place, version) is None, "what has passed does not come back"


def test_an_answer_from_before_a_change_is_not_held() -> None:
    held, place = answers(), place_of(ANN, b"/a", b"")
    held.find(place, Version(1, 0))
    held.find(place_of(ANN, b"/b", b""), Version(2, 0))
    keep(held, place, Version(1, 0), answer())
    assert held.find(place, Version(2, 0)) is None


def test_answers_are_held_within_a_bound() -> None:
    held, version, content = answers(), Version(1, 0), b"x" * (LARGEST // 2)
    places = [place_of(ANN, b"/%d" % number, b"") for number in range(MOST_BYTES // len(content))]
    held.find(places[0], version)
    for place in [*places, places[-1]]:
        keep(held, place, version, answer(content))
    there = [place for place in places if held.find(place, version) is not None]
    assert there == places[len(places) - len(there) :], "the oldest made room"
    assert 0.8 * MOST_BYTES < len(there) * len(content) < MOST_BYTES


def test_a_large_answer_is_not_held(tmp_path: Path) -> None:
    held, place, version = answers(), place_of(ANN, b"/a", b""), Version(1, 0)
    held.find(place, version)
    keep(held, place, version, answer(b"x" * LARGEST))
    with (tmp_path / "file").open("wb+") as file:
        keep(held, place, version, Prepared(200, [], file))
    assert held.find(place, version) is None


def test_every_write_makes_another_version(tmp_path: Path) -> None:
    async def versions() -> list[Version]:
        found = [db.version()]
        await db.write_small(lambda conn: tenants.ensure_tenant(conn, "here"))
        found.append(db.version())
        await db.write(lambda conn: tenants.ensure_tenant(conn, "in a thread"))
        found.append(db.version())
        with closing(sqlite3.connect(tmp_path / "db")) as other, other:
            other.execute("UPDATE tenants SET name = 'by another process' WHERE name = 'here'")
        return [*found, db.version(), db.version()]

    db = Database(tmp_path / "db")
    try:
        *changed, last = asyncio.run(versions())
    finally:
        db.close()
    assert len(set(changed)) == len(changed)
    assert last == changed[-1]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, World, str]]:
    """A service that nothing else writes to, with an evaluation, and a key of somebody else's."""
    folder = tmp_path_factory.mktemp("held")
    other = add_key(folder, "other", "--tenant", "other")
    service = Running(folder)
    try:
        with httpx.Client(base_url=service.url, headers={"X-API-KEY": service.key}) as http:
            account = Account(http)
            yield service, account.world(account.evaluator()), other
    finally:
        assert service.stop() == 0
    assert "contract violation" not in service.log()


def test_what_is_held_is_never_stale_and_never_somebody_elses(
    running: tuple[Running, World, str],
) -> None:
    service, world, other = running
    assert world.get() == world.get()
    assert world.get()["status"] == "pending"
    world.set("running")
    assert world.get()["status"] == "running"
    for _ in range(2):
        assert [case["log"] for case in world.cases()] == [None, None, None]
    log_id = world.logged(0)
    assert world.cases()[0]["log"]["id"] == log_id
    address = f"{service.url}{world.path}"
    assert httpx.get(address, headers={"X-API-KEY": other}).status_code == 404
    assert httpx.get(address, headers={"X-API-KEY": "none"}).status_code == 401
    assert httpx.get(address).status_code == 401


def test_a_held_answer_has_an_id_of_its_own_request(running: tuple[Running, World, str]) -> None:
    service, world, _ = running
    headers = {"X-API-KEY": service.key}
    ids = {
        httpx.get(f"{service.url}{world.path}", headers=headers).headers["x-request-id"]
        for _ in range(3)
    }
    assert len(ids) == 3
