"""The clients of Humanloop's API: where they go, and that both colours offer the same."""

import inspect
import pickle
from pathlib import Path
from typing import Any

import anyio
import oxloop.local
import pytest
import respx
from attrs import define
from oxloop import AsyncHumanloop, AsyncOxen, ConfigurationError, Humanloop, Oxen, ServerError
from oxloop._config import humanloop_target
from oxloop.humanloop import (
    configs,
    datapoints,
    datasets,
    evaluations,
    evaluators,
    logs,
    projects,
)

from ..conftest import BASE, KEY, Teller, Told, requests
from ..parity import parameters, public
from . import answers
from .answers import PROJECT_ID, ok

PAIRS: list[tuple[Any, Any]] = [
    (Humanloop, AsyncHumanloop),
    (evaluations.Evaluations, evaluations.AsyncEvaluations),
    (projects.Projects, projects.AsyncProjects),
    (configs.Configs, configs.AsyncConfigs),
    (evaluators.Evaluators, evaluators.AsyncEvaluators),
    (datasets.Datasets, datasets.AsyncDatasets),
    (datapoints.Datapoints, datapoints.AsyncDatapoints),
    (logs.Logs, logs.AsyncLogs),
]


@pytest.mark.parametrize(("plain", "tasks"), PAIRS, ids=str)
def test_both_colours_offer_the_same(plain: Any, tasks: Any) -> None:
    assert public(plain).keys() == public(tasks).keys()
    for name, value in public(plain).items():
        if callable(value):
            assert parameters(value) == parameters(getattr(tasks, name)), name


@pytest.mark.parametrize(("plain", "tasks"), PAIRS, ids=str)
def test_what_asks_the_server_is_awaited_by_tasks_and_iterators_are_not(
    plain: Any, tasks: Any
) -> None:
    for name, value in public(tasks).items():
        if inspect.isfunction(value) and name != "with_options":
            own = getattr(plain, name)
            iterates = "Iterator" in str(inspect.signature(own).return_annotation)
            assert inspect.iscoroutinefunction(value) is not iterates, name
            assert not inspect.iscoroutinefunction(own), name


@pytest.mark.parametrize("kind", [kind for pair in PAIRS for kind in pair])
def test_every_public_name_is_explained(kind: Any) -> None:
    silent = [
        name
        for name, value in public(kind).items()
        if (inspect.isroutine(value) or isinstance(value, property)) and not value.__doc__
    ]
    assert silent == []


@pytest.mark.parametrize(("ours", "oxens"), [(Humanloop, Oxen), (AsyncHumanloop, AsyncOxen)])
def test_the_clients_of_both_apis_are_made_alike(ours: Any, oxens: Any) -> None:
    more = {"models", "documented_only"}
    expected = [p for p in parameters(oxens) if p[0] not in more]
    assert parameters(ours) == expected
    assert parameters(ours.local)[:2] == parameters(oxens.local)[:2]


def environ(**changes: str) -> dict[str, str]:
    return {"HUMANLOOP_API_KEY": "env", "HUMANLOOP_BASE_URL": "http://env.test/v4"} | changes


def test_the_argument_comes_before_the_environment() -> None:
    target = humanloop_target("argument", "http://argument.test", environ())
    assert (target.base_url, target.key.reveal()) == ("http://argument.test", "argument")
    target = humanloop_target(None, None, environ())
    assert (target.base_url, target.key.reveal()) == ("http://env.test", "env")
    assert target.credentials() == {"X-API-KEY": "env"}


def test_no_variable_of_oxen_counts() -> None:
    oxen = {"OXEN_API_KEY": "k", "OXEN_BASE_URL": "http://o.test", "OXLOOP_API_KEY": "k"}
    with pytest.raises(ConfigurationError, match="No address is given"):
        humanloop_target(None, None, oxen)
    with pytest.raises(ConfigurationError, match="No API key for http"):
        humanloop_target(None, "http://h.test", oxen)


@pytest.mark.parametrize(
    ("argument", "variable"),
    [
        (None, None),
        (None, ""),
        ("https://api.humanloop.com", None),
        ("https://api.humanloop.com/v4", None),
        ("https://API.Humanloop.com:443/v4/", None),
        (None, "https://api.humanloop.com/v4"),
    ],
)
def test_without_an_address_or_with_the_old_one_the_way_out_is_shown(
    argument: str | None, variable: str | None
) -> None:
    given = {"HUMANLOOP_API_KEY": "hl_sk_1"}
    if variable is not None:
        given["HUMANLOOP_BASE_URL"] = variable
    with pytest.raises(ConfigurationError) as caught:
        humanloop_target(None, argument, given)
    text = str(caught.value)
    assert "switched off on 2025-09-08" in text
    assert "Humanloop.local()" in text
    assert "hl_sk_1" not in text


def test_the_clients_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUMANLOOP_API_KEY", "env")
    monkeypatch.setenv("HUMANLOOP_BASE_URL", "http://env.test/v4/")
    with Humanloop() as client:
        assert repr(client) == "Humanloop(base_url='http://env.test')"
    assert repr(AsyncHumanloop()) == "AsyncHumanloop(base_url='http://env.test')"
    monkeypatch.delenv("HUMANLOOP_BASE_URL")
    for kind in (Humanloop, AsyncHumanloop):
        with pytest.raises(ConfigurationError, match="2025-09-08"):
            kind()


def test_a_missing_key_is_told_with_every_place_that_was_looked_at() -> None:
    with pytest.raises(ConfigurationError) as caught:
        humanloop_target(None, "http://h.test/v4", {"HUMANLOOP_API_KEY": ""})
    assert str(caught.value) == (
        "No API key for http://h.test. Looked at: the argument api_key= (not given); the "
        "environment variable HUMANLOOP_API_KEY (not set). Give one of them, or use "
        "Humanloop.local(), which needs no account."
    )


@pytest.mark.parametrize(
    ("key", "address", "words"),
    [
        ("", BASE, "api_key= is empty"),
        ("a b", BASE, "holds characters that no key has"),
        ("k", "humanloop.test", "write it like http://127.0.0.1:8600"),
        ("k", "ftp://humanloop.test", "not usable"),
        ("k", "http://user:pw@humanloop.test", "A key goes into api_key="),
    ],
)
def test_an_unusable_key_or_address_is_refused(key: str, address: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Humanloop(key, address)


def test_options_can_differ_on_the_same_connections(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.get(f"/v4/projects/{PROJECT_ID}").mock(side_effect=[ok({}, 500), ok({}, 500)])

    def story(hl: Any) -> Told:
        other = hl.with_options(max_retries=0, headers={"X-Team": "blue"})
        assert other._driver is hl._driver
        with pytest.raises(ServerError):
            yield other.projects.get(PROJECT_ID)
        assert "X-Team" not in hl._core.extra_headers

    teller.tell(story)
    (request,) = requests(route)
    assert request.headers["X-Team"] == "blue"


def test_a_client_shows_no_key(teller: Teller) -> None:
    def story(hl: Any) -> Any:
        text = f"{hl!r} {hl} {vars(hl)!r} {hl._core!r} {hl._driver!r}"
        with pytest.raises(TypeError, match="is not pickled"):
            pickle.dumps(hl)
        return text

    text = teller.tell(story)
    assert BASE in text
    assert KEY not in text


@define
class Place:
    """A place at a local service."""

    base_url: str = BASE
    api_key: str = KEY
    asked: tuple[Any, ...] = ()
    left: int = 0

    def leave(self) -> None:
        """Give it up."""
        self.left += 1


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    """A local service that runs already, and an environment that is to be left alone."""
    made = Place()

    def join(data_dir: Path | None, *, stop_on_exit: bool) -> Place:
        made.asked = (data_dir, stop_on_exit)
        return made

    monkeypatch.setattr(oxloop.local, "join", join)
    monkeypatch.setenv("HUMANLOOP_BASE_URL", "http://elsewhere.test")
    monkeypatch.setenv("HUMANLOOP_API_KEY", "another-key")
    return made


def test_a_local_client_uses_the_folders_address_and_key(
    place: Place, hub: respx.MockRouter
) -> None:
    route = hub.get(f"/v4/projects/{PROJECT_ID}").mock(return_value=ok(answers.project()))
    with Humanloop.local("/data", stop_on_exit=True, max_retries=0) as hl:
        assert hl.projects.get(PROJECT_ID).name == "reviews"
        assert place.left == 0
    assert (place.asked, place.left) == ((Path("/data"), True), 1)
    assert requests(route)[0].headers["X-API-KEY"] == KEY


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_local_client_for_tasks_is_awaited_or_entered(
    place: Place, hub: respx.MockRouter, backend: str
) -> None:
    hub.get(f"/v4/projects/{PROJECT_ID}").mock(return_value=ok(answers.project()))

    async def story() -> None:
        async with AsyncHumanloop.local() as hl:
            assert (await hl.projects.get(PROJECT_ID)).name == "reviews"
        awaited = await AsyncHumanloop.local("/data")
        await awaited.close()

    anyio.run(story, backend=backend)
    assert (place.asked, place.left) == ((Path("/data"), False), 2)
