"""Requests that bear an Idempotency-Key take effect once: the rule, on operations of its own."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import define, evolve, field
from oxloop_server import stamps
from oxloop_server.auth import digest
from oxloop_server.contract.calls import Answer, Call
from oxloop_server.contract.dispatch import Dispatcher, Route
from oxloop_server.contract.operations import operations
from oxloop_server.errors import OXEN, Api
from oxloop_server.problems import Refused
from oxloop_server.storage import idempotency, tenants
from oxloop_server.storage.database import Database
from oxloop_server.storage.idempotency import KeyedRequest
from oxloop_server.storage.keys import ApiKey

from .test_dispatch import keys, service

Work = Callable[["Ground"], Awaitable[None]]
On = Callable[..., None]

ANY_JSON: Mapping[str, Any] = {"content": {"application/json": {"schema": {}}}}
ANSWERS = {str(status): ANY_JSON for status in range(200, 600)}
SPEC: Mapping[str, Any] = {
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-API-KEY"}}
    },
    "paths": {
        f"/v4/{name}": {
            method: {
                "operationId": name,
                "security": [{"key": []}],
                "requestBody": ANY_JSON,
                "responses": ANSWERS,
                **more,
            }
        }
        for name, method, more in (
            ("make", "post", {}),
            ("also", "post", {}),
            ("set", "patch", {"x-idempotent": True}),
            ("put", "put", {}),
        )
    },
}


@define
class Ground:
    """A dispatcher with operations that count what they do.

    Args:
        db: Its database.
        release: Lets the handlers go on.
        made: What was made, in order.
        problems: What the next requests are refused with, in order.
        begun: Released when a handler begins.
        http: A client.
    """

    db: Database
    release: asyncio.Event = field(factory=asyncio.Event)
    made: list[Any] = field(factory=list[Any])
    problems: list[Exception] = field(factory=list[Exception])
    begun: asyncio.Semaphore = field(factory=lambda: asyncio.Semaphore(0))
    http: httpx.AsyncClient = field(init=False)

    async def make(self, call: Call) -> Answer:
        """Make something, and keep its answer with it."""
        await self._begin(call)
        number = len(self.made)
        return await self.db.write(
            lambda conn: call.keep(conn, Answer({"made": number, "of": call.body}, 201))
        )

    async def forget(self, call: Call) -> Answer:
        """Do something without a word about its answer."""
        await self._begin(call)
        return Answer({"made": len(self.made)}, 200)

    async def post(
        self, body: object, key: str | None = "k", path: str = "make", **more: Any
    ) -> httpx.Response:
        """Send a request."""
        method = more.pop("method", "POST")
        headers = {"X-API-KEY": "secret", **more.pop("headers", {})}
        if key is not None:
            headers["Idempotency-Key"] = key
        return await self.http.request(method, f"/v4/{path}", json=body, headers=headers, **more)

    async def _begin(self, call: Call) -> None:
        self.begun.release()
        await self.release.wait()
        if self.problems:
            raise self.problems.pop(0)
        self.made.append(call.body)


STATUSES = (400, 404, 408, 409, 413, 422, 425, 429)


@pytest.fixture
def on(tmp_path: Path) -> On:
    """Runs a test's work on a ground of its own."""

    async def run(work: Work, statuses: Mapping[Any, int]) -> None:
        db = Database(tmp_path / "db")
        both = await db.write(
            lambda conn: [tenants.ensure_tenant(conn, name) for name in ("one", "two")]
        )
        known = [
            ApiKey(key, tenant, "write", digest(key))
            for key, tenant in zip(("secret", "other"), both, strict=True)
        ]
        whole = evolve(service(), db=db, keys=keys(*known))
        own = Api(
            "own", "/v4", {**OXEN.statuses, **statuses}, lambda problem: {"detail": problem.detail}
        )
        ground = Ground(db)
        ground.release.set()
        handlers = {
            "make": ground.make,
            "also": ground.make,
            "set": ground.forget,
            "put": ground.forget,
        }
        routes = [Route(own, one, handlers[one.id]) for one in operations("own", dict(SPEC))]
        transport = httpx.ASGITransport(Dispatcher(whole, routes, [OXEN, own]))
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
                ground.http = http
                await work(ground)
        finally:
            db.close()

    def done(work: Work, **statuses: int) -> None:
        asyncio.run(run(work, statuses))

    return done


def test_the_same_request_is_done_once(on: On) -> None:
    async def work(ground: Ground) -> None:
        first = await ground.post({"n": 1})
        again = await ground.post({"n": 1})
        assert (first.status_code, first.json()) == (201, {"made": 1, "of": {"n": 1}})
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["content-type"] == first.headers["content-type"]
        assert ground.made == [{"n": 1}]

    on(work)


def test_without_a_key_it_is_done_each_time(on: On) -> None:
    async def work(ground: Ground) -> None:
        for _ in range(2):
            assert (await ground.post({}, key=None)).status_code == 201
        assert len(ground.made) == 2

    on(work)


@pytest.mark.parametrize(
    "other",
    [{"body": {"n": 2}}, {"params": {"x": "1"}}],
    ids=["other body", "other address"],
)
def test_another_request_with_the_key_is_refused(on: On, other: dict[str, Any]) -> None:
    async def work(ground: Ground) -> None:
        await ground.post({"n": 1})
        refused = await ground.post({"n": 1} | other.pop("body", {}), **other)
        assert refused.status_code == 409
        assert "Idempotency-Key" in refused.json()["detail"]
        assert ground.made == [{"n": 1}]

    on(work)


@pytest.mark.parametrize(
    "other",
    [{"path": "also"}, {"key": "another"}, {"headers": {"X-API-KEY": "other"}}],
    ids=["operation", "key", "tenant"],
)
def test_keys_are_of_a_tenant_and_an_operation(on: On, other: dict[str, Any]) -> None:
    async def work(ground: Ground) -> None:
        await ground.post({"n": 1})
        second = await ground.post({"n": 2}, **other)
        assert second.json() == {"made": 2, "of": {"n": 2}}

    on(work)


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_is_none_is_refused(on: On, key: str) -> None:
    async def work(ground: Ground) -> None:
        refused = await ground.post({}, key=key)
        assert refused.status_code == 400
        assert "Idempotency-Key" in refused.json()["detail"]
        assert ground.made == []

    on(work)


@pytest.mark.parametrize("status", STATUSES)
def test_a_refusal_is_kept_unless_it_may_pass(on: On, status: int) -> None:
    async def work(ground: Ground) -> None:
        ground.problems.append(Refused("unsupported", "No."))
        first = await ground.post({})
        assert first.status_code == status
        second = await ground.post({})
        is_kept = status not in (408, 409, 425, 429)
        assert second.status_code == (status if is_kept else 201)
        assert len(ground.made) == (0 if is_kept else 1)

    on(work, unsupported=status)


def test_a_body_that_is_wrong_is_kept_too(on: On) -> None:
    async def work(ground: Ground) -> None:
        async def send(content: bytes) -> int:
            headers = {
                "X-API-KEY": "secret",
                "Idempotency-Key": "k",
                "Content-Type": "application/json",
            }
            return (
                await ground.http.post("/v4/make", content=content, headers=headers)
            ).status_code

        assert [await send(one) for one in (b"{", b"{", b"{}")] == [400, 400, 409]
        assert ground.made == []

    on(work)


def test_a_failure_frees_the_key(on: On) -> None:
    async def work(ground: Ground) -> None:
        ground.problems.append(OSError("No space left on device"))
        assert (await ground.post({"n": 1})).status_code == 500
        assert (await ground.post({"n": 2})).status_code == 201

    on(work)


def test_a_second_request_waits_for_the_first_ones_answer(on: On) -> None:
    async def work(ground: Ground) -> None:
        ground.release.clear()
        both = [asyncio.create_task(ground.post({})) for _ in range(2)]
        await ground.begun.acquire()
        await ground.db.read(lambda _: None)
        assert ground.begun.locked(), "the other one has not begun"
        ground.release.set()
        one, other = await asyncio.gather(*both)
        assert one.content == other.content
        assert len(ground.made) == 1

    on(work)


def test_a_second_request_takes_over_from_one_that_failed(on: On) -> None:
    async def work(ground: Ground) -> None:
        ground.release.clear()
        ground.problems.append(OSError("No space left on device"))
        both = [asyncio.create_task(ground.post({})) for _ in range(2)]
        await ground.begun.acquire()
        ground.release.set()
        assert sorted([one.status_code for one in await asyncio.gather(*both)]) == [201, 500]
        assert len(ground.made) == 1

    on(work)


def test_what_may_be_repeated_keeps_its_answer_afterwards(
    on: On, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(ground: Ground) -> None:
        for _ in range(2):
            assert (await ground.post({}, path="set", method="PATCH")).json() == {"made": 1}

    on(work)
    assert caplog.records == []


def test_a_put_needs_no_key(on: On) -> None:
    async def work(ground: Ground) -> None:
        for count in (1, 2):
            assert (await ground.post({}, path="put", method="PUT")).json() == {"made": count}

    on(work)


def test_a_handler_that_forgets_its_key_is_found_out(
    on: On, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Ground, "make", Ground.forget)

    async def work(ground: Ground) -> None:
        assert (await ground.post({})).status_code == 200

    on(work)
    (record,) = caplog.records
    assert "contract violation: own make did not keep" in record.getMessage()


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    on: On, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError("No space left on device")

    async def work(ground: Ground) -> None:
        monkeypatch.setattr(idempotency, "keep", full)
        assert (await ground.post({}, path="set", method="PATCH")).status_code == 200
        ground.problems.append(Refused("not_found", "No."))
        assert (await ground.post({})).status_code == 404
        assert (await ground.post({})).status_code == 500, "an object needs its key"

    on(work)


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database with a tenant."""
    Database(tmp_path / "db").close()
    connection = sqlite3.connect(tmp_path / "db")
    connection.row_factory = sqlite3.Row
    connection.execute("INSERT INTO tenants VALUES ('t', 't', ?)", (stamps.now(),))
    yield connection
    connection.close()


def keep(conn: sqlite3.Connection, keys: Sequence[str]) -> None:
    for key in keys:
        idempotency.keep(conn, KeyedRequest("t", "o", key, b"d"), 200, "{}")


def test_a_key_is_kept_for_a_day(conn: sqlite3.Connection) -> None:
    keep(conn, ["old", "new"])
    day = 24 * 3600
    for key, age in (("old", day + 1), ("new", day - 60)):
        conn.execute(
            "UPDATE idempotency_keys SET created_at = ? WHERE key = ?", (stamps.ago(age), key)
        )
    assert idempotency.find(conn, KeyedRequest("t", "o", "old", b"d")) is None
    assert idempotency.find(conn, KeyedRequest("t", "o", "new", b"d")) is not None


def test_old_keys_are_cleared_a_few_at_a_time(conn: sqlite3.Connection) -> None:
    def count() -> int:
        (number,) = conn.execute("SELECT count(*) FROM idempotency_keys").fetchone()
        return int(number)

    at_once = idempotency.CLEARED_AT_ONCE
    keep(conn, [str(number) for number in range(2 * at_once)])
    conn.execute("UPDATE idempotency_keys SET created_at = ?", (stamps.ago(25 * 3600),))
    keep(conn, ["a"])
    assert count() == at_once + 1
    keep(conn, ["b"])
    assert count() == 2
