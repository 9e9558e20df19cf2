"""Where a redirect may lead, and what goes along."""

from typing import Any

import httpx
import pytest
import respx
from oxloop import APIError, DecodeError

from .answers import repository
from .conftest import BASE, Teller

PATH = "/api/repos/ox/support"


def get_repo(oxen: Any) -> Any:
    return oxen.repos.get("ox/support")


def to(place: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"Location": place})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("place", ["/elsewhere?x=1", f"{BASE}/elsewhere?x=1"])
def test_a_get_follows_with_its_key_to_the_same_origin(
    teller: Teller, hub: respx.MockRouter, status: int, place: str
) -> None:
    hub.get(PATH).mock(return_value=to(place, status))
    target = hub.get("/elsewhere").mock(return_value=repository())
    assert teller.tell(get_repo).name == "support"
    request = target.calls.last.request
    assert request.headers["Authorization"].startswith("Bearer ")
    assert request.url.query == b"x=1"


@pytest.mark.parametrize(
    "place",
    [
        "http://elsewhere.test/x",
        "//elsewhere.test/x",
        "https://oxen.test:8600/x",
        "http://oxen.test/x",
        "http://sub.oxen.test:8600/x",
    ],
)
def test_every_key_stays_behind_at_another_origin(
    teller: Teller, hub: respx.MockRouter, place: str
) -> None:
    hub.get(PATH).mock(return_value=to(place))
    with respx.mock() as others:
        target = others.get(url__regex=r"/x$").mock(return_value=repository())
        options = {"headers": {"X-Team-Secret": "blue"}}
        assert teller.tell(get_repo, **options).name == "support"
        headers = target.calls.last.request.headers
    assert "authorization" not in headers
    assert "x-team-secret" not in headers
    assert "x-api-key" not in headers


def test_a_key_does_not_come_back_after_a_detour(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(PATH).mock(return_value=to("http://elsewhere.test/x"))
    back = hub.get("/back").mock(return_value=repository())
    with respx.mock() as others:
        others.get("http://elsewhere.test/x").mock(return_value=to(f"{BASE}/back"))
        teller.tell(get_repo)
    assert "authorization" not in back.calls.last.request.headers


@pytest.mark.parametrize("status", [307, 308])
def test_a_post_follows_to_the_same_origin_where_its_method_is_kept(
    teller: Teller, hub: respx.MockRouter, status: int
) -> None:
    hub.post("/api/repos").mock(return_value=to("/new/repos", status))
    target = hub.post("/new/repos").mock(return_value=repository())
    teller.tell(lambda oxen: oxen.repos.create("ox/support"))
    assert b'"support"' in target.calls.last.request.content


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_post_is_not_turned_into_something_else(
    teller: Teller, hub: respx.MockRouter, status: int
) -> None:
    hub.post("/api/repos").mock(return_value=to("/new/repos", status))
    target = hub.route(path="/new/repos").mock(return_value=repository())
    with pytest.raises(APIError, match="give it as base_url=") as caught:
        teller.tell(lambda oxen: oxen.repos.create("ox/support"))
    assert caught.value.status_code == status
    assert not target.called


def test_a_post_is_not_sent_to_another_origin(teller: Teller, hub: respx.MockRouter) -> None:
    hub.post("/api/repos").mock(return_value=to("http://elsewhere.test/x", 307))
    with respx.mock(assert_all_called=False) as others:
        target = others.route().mock(return_value=repository())
        with pytest.raises(APIError, match=r"elsewhere\.test, where a POST is not sent on"):
            teller.tell(lambda oxen: oxen.repos.create("ox/support"))
        assert not target.called


def test_an_address_that_makes_no_sense_is_a_decode_error(
    teller: Teller, hub: respx.MockRouter
) -> None:
    route = hub.get(PATH).mock(return_value=to("javascript:alert(1)"))
    with pytest.raises(DecodeError, match="redirects to an address that makes no sense"):
        teller.tell(get_repo)
    assert route.call_count == 1


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://a.test/x", "gopher://a.test"])
def test_only_http_is_followed(teller: Teller, hub: respx.MockRouter, place: str) -> None:
    hub.get(PATH).mock(return_value=to(place))
    with pytest.raises(APIError, match="not HTTP"):
        teller.tell(get_repo)


def test_a_loop_ends_soon(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.get(PATH).mock(return_value=to(PATH, 307))
    with pytest.raises(APIError, match="more than 5 times") as caught:
        teller.tell(get_repo)
    assert route.call_count == 6
    assert caught.value.status_code == 307


def test_a_redirect_to_nowhere_is_an_error(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(PATH).mock(return_value=httpx.Response(302))
    with pytest.raises(APIError) as caught:
        teller.tell(get_repo)
    assert caught.value.status_code == 302


def test_a_client_that_follows_by_itself_does_not_here(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get(PATH).mock(return_value=to("http://elsewhere.test/x"))
    kind = httpx.Client if teller.is_sync else httpx.AsyncClient
    given = kind(follow_redirects=True, headers={"X-Given": "1"})
    with respx.mock() as others:
        target = others.get("http://elsewhere.test/x").mock(return_value=repository())
        teller.tell(get_repo, http_client=given, headers={"X-Team-Secret": "blue"})
        assert "authorization" not in target.calls.last.request.headers
        assert "x-team-secret" not in target.calls.last.request.headers
