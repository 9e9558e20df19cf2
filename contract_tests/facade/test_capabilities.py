"""What a server can do beyond the documented API: asked when needed, remembered when definite."""

from typing import Any

import httpx
import pytest
import respx
from oxloop import ConfigurationError, TimeoutError  # noqa: A004 - this package's own
from oxloop._extensions import Extensions

from .answers import MODEL_ID, RUN_ID, capabilities, evaluation, repository
from .conftest import Clock, Teller, Told, requests


def create_repo(oxen: Any) -> Any:
    return oxen.repos.create("ox/support")


def twice(oxen: Any) -> Told:
    yield create_repo(oxen)
    yield create_repo(oxen)


@pytest.fixture
def repos(hub: respx.MockRouter) -> respx.Route:
    """Repositories can be created."""
    return hub.post("/api/repos").mock(return_value=repository())


def test_a_yes_is_remembered(teller: Teller, hub: respx.MockRouter, repos: respx.Route) -> None:
    hub["capabilities"].mock(return_value=capabilities("idempotency_key"))
    teller.tell(twice)
    assert hub["capabilities"].call_count == 1
    assert all("idempotency-key" in request.headers for request in requests(repos))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(401),
        httpx.Response(403),
        httpx.Response(405),
        httpx.Response(302, headers={"Location": "/login"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"server": "other", "features": ["idempotency_key"]}),
        httpx.Response(200, json={"server": "oxloop"}),
        httpx.Response(200, json=["oxloop"]),
        httpx.Response(200, content=b"[" * 100_000),
        httpx.Response(201, json={"server": "oxloop", "features": ["idempotency_key"]}),
    ],
    ids=lambda answer: f"{answer.status_code} {answer.content[:12]!r}",
)
def test_a_no_is_remembered(
    teller: Teller, hub: respx.MockRouter, repos: respx.Route, answer: httpx.Response
) -> None:
    hub["capabilities"].mock(return_value=answer)
    teller.tell(twice)
    assert hub["capabilities"].call_count == 1
    assert not any("idempotency-key" in request.headers for request in requests(repos))


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(500),
        httpx.Response(503),
        httpx.Response(429),
        httpx.Response(408),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
    ],
    ids=str,
)
def test_after_trouble_the_call_goes_on_without_and_the_next_one_asks_again(
    teller: Teller, hub: respx.MockRouter, repos: respx.Route, trouble: Any
) -> None:
    hub["capabilities"].mock(side_effect=[trouble, capabilities("idempotency_key")])
    teller.tell(twice)
    assert hub["capabilities"].call_count == 2
    first, second = [request.headers for request in requests(repos)]
    assert "idempotency-key" not in first
    assert "idempotency-key" in second


def test_the_question_bears_no_key(
    teller: Teller, hub: respx.MockRouter, repos: respx.Route
) -> None:
    teller.tell(create_repo, headers={"X-Team-Secret": "blue"})
    headers = hub["capabilities"].calls.last.request.headers
    assert "authorization" not in headers
    assert "x-team-secret" not in headers
    assert "oxen" not in headers["User-Agent"]


def test_the_question_counts_in_the_time_of_the_call(
    teller: Teller, hub: respx.MockRouter, clock: Clock, repos: respx.Route
) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        clock.now += 4.0
        return httpx.Response(404)

    hub["capabilities"].mock(side_effect=slow)
    teller.tell(create_repo, total_timeout=10.0)
    assert repos.calls.last.request.extensions["timeout"]["read"] == 6.0
    assert hub["capabilities"].calls.last.request.extensions["timeout"]["read"] == 5.0


def test_no_call_is_begun_after_a_question_that_took_all_its_time(
    teller: Teller, hub: respx.MockRouter, clock: Clock, repos: respx.Route
) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        clock.now += 3.0
        return httpx.Response(404)

    question = hub["capabilities"].mock(side_effect=slow)
    with pytest.raises(TimeoutError, match="total_timeout is 3 s") as caught:
        teller.tell(create_repo, total_timeout=3.0)
    assert caught.value.outcome is None
    assert question.calls.last.request.extensions["timeout"]["read"] == 3.0
    assert not repos.called


@pytest.mark.parametrize(
    "address",
    ["https://hub.oxen.ai", "https://dev.hub.oxen.ai/api", "https://HUB.oxen.ai:443"],
)
def test_a_live_host_is_never_asked(teller: Teller, address: str) -> None:
    with respx.mock() as router:
        route = router.post(path="/api/repos").mock(return_value=repository())
        teller.tell(create_repo, base_url=address)
        assert router.calls.call_count == 1
        assert "idempotency-key" not in route.calls.last.request.headers


def test_humanloop_is_never_asked_either(clock: Clock) -> None:
    from oxloop._config import Target
    from oxloop._secret import Secret

    target = Target(base_url="https://api.humanloop.com", key=Secret("k"))
    assert Extensions(target, clock.time).known == frozenset()


def test_a_get_asks_nothing(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get("/api/repos/ox/support").mock(return_value=repository())
    teller.tell(lambda oxen: oxen.repos.get("ox/support"))
    assert not hub["capabilities"].called


def test_a_client_tells_what_its_server_can_do(teller: Teller, hub: respx.MockRouter) -> None:
    hub["capabilities"].mock(return_value=capabilities("cancel", "model_uuid"))
    assert teller.tell(lambda oxen: oxen.capabilities()) == {"cancel", "model_uuid"}


def test_a_run_tells_what_its_server_can_do_once_that_is_known(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub["capabilities"].mock(return_value=capabilities("cancel"))
    hub.route(path__startswith="/api").mock(return_value=evaluation())

    def story(oxen: Any) -> Told:
        got = yield oxen.evaluations.get("ox/support", RUN_ID)
        created = yield oxen.evaluations.create(
            "ox/support", "main/a.csv", model=MODEL_ID, prompt="{a}", target_column="b"
        )
        return got.capabilities, created.capabilities

    assert teller.tell(story) == (None, {"cancel"})


def test_cancel_is_refused_where_it_is_not_offered(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(path__startswith="/api").mock(return_value=evaluation(status="running"))

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        yield run.cancel()

    with pytest.raises(ConfigurationError, match="can create an evaluation and get it"):
        teller.tell(story)


def test_cancel_is_sent_where_it_is_offered_and_may_be_repeated(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub["capabilities"].mock(return_value=capabilities("cancel"))
    hub.get(path__startswith="/api").mock(return_value=evaluation(status="running"))
    route = hub.post(f"/x/v1/oxen/repos/ox/support/evaluations/{RUN_ID}/cancel").mock(
        side_effect=[httpx.ReadError("reset"), evaluation(status="cancelled")]
    )

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        return (yield run.cancel())

    assert teller.tell(story).status == "cancelled"
    assert route.call_count == 2
