"""Each story of the client is told three times: in a thread, under asyncio and under trio."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import respx
from oxloop_api import specs
from oxloop_contract.contract import Contract
from oxloop_contract.exchange import Exchange
from oxloop_contract.oracle import Oracle
from telling import BASE, KEY, Clock, Story, Teller, Told, collect

__all__ = ["BASE", "KEY", "Clock", "Story", "Teller", "Told", "collect", "requests"]


def requests(route: respx.Route) -> list[httpx.Request]:
    """The requests that came to a scripted address, in order."""
    calls: Any = route.calls
    return [call.request for call in calls]


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture(params=["threads", "asyncio", "trio"])
def teller(request: pytest.FixtureRequest, clock: Clock) -> Teller:
    """Tells stories in a thread, under asyncio and under trio."""
    return Teller(request.param, clock.time)


@pytest.fixture
def hub() -> Iterator[respx.MockRouter]:
    """A scripted server without extensions; an address that is not scripted is an error."""
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        router.get("/x/v1/capabilities", name="capabilities").mock(
            return_value=httpx.Response(404, text="not found")
        )
        yield router


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave out the settings that Oxen's own tools may have on this machine."""
    monkeypatch.setenv("OXEN_CONFIG_DIR", str(tmp_path / "no settings"))


ORACLE = Oracle(
    {api: Contract(specs.load(api, "published")) for api in ("oxen", "humanloop", "extensions")}
)
"""The judge of what the service answers: it judges what the client sends too."""
NEW_WORDS = ('"new word"', '"paused"')
"""Words that no spec has: the client hands on what it does not know, for enums may grow."""


@pytest.fixture
def judged(hub: respx.MockRouter) -> Iterator[None]:
    """Hold all that went out in a test against the published specs."""
    yield
    faults = {
        f"{sent.method} {sent.url.raw_path.decode()}: {fault}"
        for sent in requests(cast(Any, hub))
        for fault in ORACLE.of_request(_exchange(sent))
        if not any(word in fault for word in NEW_WORDS)
    }
    assert not faults, "what the client sent breaks what is published"


def _exchange(sent: httpx.Request) -> Exchange:
    headers = {name.lower(): value for name, value in sent.headers.items()}
    target = sent.url.raw_path.decode("ascii")
    return Exchange(sent.method, target, headers, sent.read(), 0, {}, b"")
