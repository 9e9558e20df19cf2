"""The clients themselves: the same for threads and for tasks, opened, copied and closed."""

import contextlib
import inspect
import logging
import pickle
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import oxloop.local
import pytest
import respx
from attrs import define
from oxloop import (
    AsyncEvaluationRun,
    AsyncOxen,
    AsyncResults,
    ConfigurationError,
    EvaluationRun,
    Oxen,
    Results,
    ServerError,
    Timeout,
)
from oxloop.oxen import branches, commits, data_frames, evaluations, files, models, repos

from .answers import RUN_ID, evaluation, repository
from .conftest import BASE, KEY, Teller, Told, requests
from .parity import parameters, public

PAIRS: list[tuple[type, type]] = [
    (Oxen, AsyncOxen),
    (evaluations.Evaluations, evaluations.AsyncEvaluations),
    (files.Files, files.AsyncFiles),
    (repos.Repos, repos.AsyncRepos),
    (branches.Branches, branches.AsyncBranches),
    (commits.Commits, commits.AsyncCommits),
    (data_frames.DataFrames, data_frames.AsyncDataFrames),
    (models.Models, models.AsyncModels),
    (EvaluationRun, AsyncEvaluationRun),
    (Results, AsyncResults),
]
NEVER_AWAITED = {"with_options", "local", "results", "watch", "rows"}


@pytest.mark.parametrize(("plain", "tasks"), PAIRS, ids=str)
def test_both_colours_offer_the_same_names(plain: type, tasks: type) -> None:
    assert public(plain).keys() == public(tasks).keys()


@pytest.mark.parametrize(("plain", "tasks"), PAIRS, ids=str)
def test_both_colours_take_the_same_arguments(plain: type, tasks: type) -> None:
    for name, value in public(plain).items():
        if callable(value):
            assert parameters(value) == parameters(getattr(tasks, name)), name


def test_both_clients_are_made_in_the_same_way() -> None:
    plain, tasks = (inspect.signature(kind).parameters for kind in (Oxen, AsyncOxen))
    assert list(plain) == list(tasks)
    assert [p.default for p in plain.values()] == [p.default for p in tasks.values()]


@pytest.mark.parametrize(("plain", "tasks"), PAIRS, ids=str)
def test_what_asks_the_server_is_awaited_by_tasks_and_only_there(plain: type, tasks: type) -> None:
    for name, value in public(tasks).items():
        if inspect.isfunction(value):
            awaited = name not in NEVER_AWAITED and not inspect.isasyncgenfunction(value)
            assert inspect.iscoroutinefunction(value) is awaited, name
            assert not inspect.iscoroutinefunction(getattr(plain, name)), name


@pytest.mark.parametrize("kind", [kind for pair in PAIRS for kind in pair])
def test_every_public_name_is_explained(kind: type) -> None:
    silent = [
        name
        for name, value in public(kind).items()
        if (inspect.isroutine(value) or isinstance(value, property)) and not value.__doc__
    ]
    assert silent == []


def test_iterators_are_of_the_right_colour() -> None:
    with Oxen(KEY, BASE) as oxen:
        assert isinstance(oxen.data_frames.rows("ox/support", "main/a"), Iterator)
        assert isinstance(oxen.evaluations.list("ox/support"), Iterator)
    tasks = AsyncOxen(KEY, BASE)
    assert isinstance(tasks.evaluations.list("ox/support"), AsyncIterator)
    assert isinstance(tasks.commits.list("ox/support"), AsyncIterator)
    assert isinstance(tasks.files.list("ox/support"), AsyncIterator)
    assert isinstance(tasks.data_frames.rows("ox/support", "main/a"), AsyncIterator)


def test_a_client_shows_no_key(teller: Teller) -> None:
    def story(oxen: Any) -> Any:
        text = f"{oxen!r} {oxen} {vars(oxen)!r} {oxen._core!r} {oxen._driver!r}"
        with pytest.raises(TypeError, match="is not pickled"):
            pickle.dumps(oxen)
        return text

    text = teller.tell(story)
    assert BASE in text
    assert KEY not in text


def test_the_log_tells_of_each_request_without_its_keys(
    teller: Teller, hub: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    hub.get("/api/repos/ox/support").mock(
        side_effect=[httpx.Response(502), httpx.ReadError(f"lost {KEY}"), repository()]
    )
    with caplog.at_level(logging.DEBUG, "oxloop"):
        teller.tell(
            lambda oxen: oxen.repos.get("ox/support"), headers={"X-Api-Key": "second-secret"}
        )
    ours = [record for record in caplog.records if record.name == "oxloop"]
    text = "\n".join(record.getMessage() for record in ours)
    assert "GET /api/repos/ox/support: status 502; attempt 2 follows" in text
    assert f"GET {BASE}/api/repos/ox/support, attempt 3" in text
    assert "'Authorization': '***'" in text
    assert "request id " in text
    assert KEY not in text
    assert "second-secret" not in text
    assert {record.levelname for record in ours} == {"DEBUG", "INFO"}


def test_options_can_differ_from_call_to_call(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.get("/api/repos/ox/support").mock(return_value=httpx.Response(500))
    heard: list[Any] = []

    def story(oxen: Any) -> Told:
        other = oxen.with_options(
            max_retries=1,
            timeout=Timeout(read=7.0),
            total_timeout=60.0,
            headers={"X-Other": "1"},
            on_retry=heard.append,
        )
        with contextlib.suppress(ServerError):
            yield other.repos.get("ox/support")
        yield oxen.repos.get("ox/support")

    with pytest.raises(ServerError):
        teller.tell(story, headers={"X-First": "1"})
    assert route.call_count == 2 + 3
    first, *_, last = requests(route)
    assert (first.headers["X-First"], first.headers["X-Other"]) == ("1", "1")
    assert first.extensions["timeout"]["read"] == 7.0
    assert "X-Other" not in last.headers
    assert last.extensions["timeout"]["read"] == 30.0
    assert len(heard) == 1


def test_what_is_not_given_stays_as_it_was(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.get("/api/repos/ox/support").mock(return_value=httpx.Response(500))

    def story(oxen: Any) -> Told:
        yield oxen.with_options(total_timeout=60.0).repos.get("ox/support")

    with pytest.raises(ServerError):
        teller.tell(story, max_retries=0, timeout=3.0)
    assert route.call_count == 1
    assert route.calls.last.request.extensions["timeout"]["read"] == 3.0


def test_a_copy_leaves_the_connections_to_the_original(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get("/api/repos/ox/support").mock(return_value=repository())

    def story(oxen: Any) -> Told:
        copy = oxen.with_options(max_retries=0)
        assert copy._driver is oxen._driver
        yield copy.close()
        return (yield oxen.repos.get("ox/support"))

    assert teller.tell(story).name == "support"


@pytest.mark.parametrize("of", ["client", "copy", "run"])
def test_a_closed_client_says_so(teller: Teller, hub: respx.MockRouter, of: str) -> None:
    route = hub.get(path__startswith="/api").mock(return_value=evaluation())

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        copy = oxen.with_options()
        yield oxen.close()
        yield oxen.close()
        if of == "run":
            yield run.refresh()
        else:
            yield (oxen if of == "client" else copy).repos.get("ox/support")

    with pytest.raises(ConfigurationError, match="This client is closed"):
        teller.tell(story)
    assert route.call_count == 1


def test_a_given_client_is_used_and_left_open(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.get("/api/repos/ox/support").mock(return_value=repository())
    kind = httpx.Client if teller.is_sync else httpx.AsyncClient
    given = kind(headers={"X-Given": "1"})
    teller.tell(lambda oxen: oxen.repos.get("ox/support"), http_client=given)
    assert route.calls.last.request.headers["X-Given"] == "1"
    assert not given.is_closed


def test_a_given_client_that_is_closed_is_named(teller: Teller, hub: respx.MockRouter) -> None:
    if teller.is_sync:
        given: Any = httpx.Client()
        given.close()
    else:
        given = httpx.AsyncClient()
        anyio.run(given.aclose, backend=teller.kind)
    with pytest.raises(ConfigurationError, match="closed"):
        teller.tell(lambda oxen: oxen.repos.get("ox/support"), http_client=given)


def test_a_given_client_must_be_of_the_right_colour() -> None:
    with pytest.raises(ConfigurationError, match=r"takes an httpx\.Client here"):
        Oxen(KEY, BASE, http_client=httpx.AsyncClient())  # type: ignore[arg-type]  # pyright: ignore
    with pytest.raises(ConfigurationError, match=r"takes an httpx\.AsyncClient here"):
        AsyncOxen(KEY, BASE, http_client=httpx.Client())  # type: ignore[arg-type]  # pyright: ignore


def test_many_threads_open_one_pool(hub: respx.MockRouter) -> None:
    hub.get("/api/repos/ox/support").mock(return_value=repository())
    names: list[str] = []
    with Oxen(KEY, BASE) as oxen:
        start = threading.Barrier(8)
        pools: set[int] = set()

        def work() -> None:
            start.wait()
            names.append(oxen.repos.get("ox/support").name)
            pools.add(id(oxen._driver.http._client))  # pyright: ignore[reportPrivateUsage]

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert names == ["support"] * 8
    assert len(pools) == 1


@define
class Place:
    """What joining a local service answers."""

    base_url: str = BASE
    api_key: str = "folder-key"
    left: int = 0

    def leave(self) -> None:
        self.left += 1


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    """A local service that runs already; what it was asked for is kept in ``asked``."""
    place = Place()

    def join(data_dir: Path | None, *, stop_on_exit: bool) -> Place:
        asked.append((data_dir, stop_on_exit))
        return place

    asked.clear()
    monkeypatch.setattr(oxloop.local, "join", join)
    return place


asked: list[tuple[Path | None, bool]] = []


def test_a_local_client_uses_the_folders_key_and_leaves_when_closed(
    hub: respx.MockRouter, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OXEN_API_KEY", "not-this")
    monkeypatch.setenv("OXEN_BASE_URL", "http://not-here.test")
    route = hub.get("/api/repos/ox/support").mock(return_value=repository())
    with Oxen.local("/data", stop_on_exit=True, max_retries=0) as oxen:
        oxen.repos.get("ox/support")
        oxen.with_options(max_retries=1).close()
        assert place.left == 0
    assert place.left == 1
    assert asked == [(Path("/data"), True)]
    assert route.calls.last.request.headers["Authorization"] == "Bearer folder-key"


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_local_client_for_tasks_is_awaited_or_entered(
    hub: respx.MockRouter, place: Place, backend: str
) -> None:
    route = hub.get("/api/repos/ox/support").mock(return_value=repository())

    async def main() -> None:
        async with AsyncOxen.local() as oxen:
            await oxen.repos.get("ox/support")
        assert place.left == 1
        awaited = await AsyncOxen.local("/data")
        await awaited.repos.get("ox/support")
        await awaited.close()

    anyio.run(main, backend=backend)
    assert place.left == 2
    assert asked == [(None, False), (Path("/data"), False)]
    assert route.call_count == 2


def test_a_mistake_in_the_options_gives_the_place_up(place: Place) -> None:
    with pytest.raises(ConfigurationError, match="max_retries"):
        Oxen.local(max_retries=-1)
    assert place.left == 1

    async def main() -> None:
        await AsyncOxen.local(max_retries=-1)

    with pytest.raises(ConfigurationError, match="max_retries"):
        anyio.run(main)
    assert place.left == 2


@pytest.mark.parametrize("second", ["asyncio", "trio"])
def test_a_client_of_another_event_loop_says_so(hub: respx.MockRouter, second: str) -> None:
    hub.get("/api/repos/ox/support").mock(return_value=repository())
    client = AsyncOxen(KEY, BASE)

    async def call() -> str | None:
        return (await client.repos.get("ox/support")).name

    assert anyio.run(call) == "support"
    with pytest.raises(ConfigurationError, match="first used in another event loop"):
        anyio.run(call, backend=second)
