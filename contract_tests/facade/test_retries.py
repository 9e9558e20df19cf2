"""Calls that do not go well at first: what is sent again, how often, and what is raised."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx
from oxloop import RetryEvent, errors

from .answers import branch, capabilities, evaluation, repository
from .conftest import BASE, KEY, Clock, Teller, Told, requests

REPO = "/api/repos/ox/support"


def get_repo(oxen: Any) -> Any:
    return oxen.repos.get("ox/support")


def create_repo(oxen: Any) -> Any:
    return oxen.repos.create("ox/support")


def create_branch(oxen: Any) -> Any:
    return oxen.branches.create("ox/support", "next")


NOT_CONNECTED: list[httpx.RequestError] = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("busy"),
    httpx.ProxyError("407"),
]
LOST: list[httpx.RequestError] = [
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.RemoteProtocolError("cut"),
    httpx.CloseError("odd"),
    httpx.DecodingError("gzip"),
]


def named(error: Exception) -> str:
    return type(error).__name__


@pytest.mark.parametrize("fault", NOT_CONNECTED + LOST, ids=named)
def test_a_get_is_sent_again_after_any_fault_of_the_transport(
    teller: Teller, hub: respx.MockRouter, clock: Clock, fault: Exception
) -> None:
    route = hub.get(REPO).mock(side_effect=[fault, fault, repository()])
    assert teller.tell(get_repo).name == "support"
    assert route.call_count == 3
    assert clock.slept == [0.5, 1.0]


@pytest.mark.parametrize("fault", NOT_CONNECTED, ids=named)
def test_a_post_is_sent_again_if_it_never_got_out(
    teller: Teller, hub: respx.MockRouter, fault: Exception
) -> None:
    route = hub.post("/api/repos").mock(side_effect=[fault, repository()])
    assert teller.tell(create_repo).name == "support"
    assert route.call_count == 2


@pytest.mark.parametrize("fault", LOST, ids=named)
def test_a_post_whose_answer_is_lost_is_not_sent_again(
    teller: Teller, hub: respx.MockRouter, clock: Clock, fault: Exception
) -> None:
    route = hub.post("/api/repos").mock(side_effect=[fault, repository()])
    with pytest.raises(errors.TransportError) as caught:
        teller.tell(create_repo)
    assert route.call_count == 1
    assert clock.slept == []
    assert caught.value.outcome == "unknown"
    assert caught.value.attempts == 1
    assert (caught.value.method, caught.value.path) == ("POST", "/api/repos")
    assert isinstance(caught.value, errors.TimeoutError) is isinstance(
        fault, httpx.TimeoutException
    )


@pytest.mark.parametrize("fault", LOST, ids=named)
def test_a_post_that_is_marked_idempotent_is_sent_again(
    teller: Teller, hub: respx.MockRouter, fault: Exception
) -> None:
    route = hub.post(f"{REPO}/branches").mock(side_effect=[fault, branch("next")])
    assert teller.tell(create_branch).name == "next"
    assert route.call_count == 2
    assert not hub["capabilities"].called


@pytest.mark.parametrize("fault", LOST, ids=named)
def test_a_post_with_a_key_that_the_server_honours_is_sent_again_with_the_same_key(
    teller: Teller, hub: respx.MockRouter, fault: Exception
) -> None:
    hub["capabilities"].mock(return_value=capabilities("idempotency_key"))
    route = hub.post("/api/repos").mock(side_effect=[fault, fault, repository()])
    assert teller.tell(create_repo).name == "support"
    keys = [request.headers["Idempotency-Key"] for request in requests(route)]
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_two_calls_have_two_keys(teller: Teller, hub: respx.MockRouter) -> None:
    hub["capabilities"].mock(return_value=capabilities("idempotency_key"))
    route = hub.post("/api/repos").mock(return_value=repository())

    def twice(oxen: Any) -> Told:
        yield create_repo(oxen)
        yield create_repo(oxen)

    teller.tell(twice)
    assert len({request.headers["Idempotency-Key"] for request in requests(route)}) == 2
    assert hub["capabilities"].call_count == 1


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504, 520, 599])
def test_a_get_is_sent_again_after_a_passing_error(
    teller: Teller, hub: respx.MockRouter, status: int
) -> None:
    route = hub.get(REPO).mock(side_effect=[httpx.Response(status), repository()])
    assert teller.tell(get_repo).name == "support"
    assert route.call_count == 2


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504, 520])
def test_a_post_is_not_sent_again_after_an_error_of_the_server(
    teller: Teller, hub: respx.MockRouter, status: int
) -> None:
    route = hub.post("/api/repos").mock(side_effect=[httpx.Response(status), repository()])
    with pytest.raises(errors.APIError) as caught:
        teller.tell(create_repo)
    assert caught.value.status_code == status
    assert route.call_count == 1


@pytest.mark.parametrize(
    "refusal",
    [httpx.Response(429), httpx.Response(503, headers={"Retry-After": "1"})],
    ids=["429", "503 with Retry-After"],
)
@pytest.mark.parametrize("call", [get_repo, create_repo])
def test_anything_is_sent_again_that_the_server_asks_for_later(
    teller: Teller,
    hub: respx.MockRouter,
    refusal: httpx.Response,
    call: Callable[[object], object],
) -> None:
    route = hub.route(path__regex="^/api/repos").mock(side_effect=[refusal, repository()])
    assert teller.tell(call).name == "support"
    assert route.call_count == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 501, 505, 999])
def test_a_refusal_is_final(
    teller: Teller, hub: respx.MockRouter, clock: Clock, status: int
) -> None:
    answer = httpx.Response(status, json={"error": {"type": "why", "detail": "Because."}})
    route = hub.get(REPO).mock(return_value=answer)
    with pytest.raises(errors.APIError, match=r"Because\.") as caught:
        teller.tell(get_repo)
    assert type(caught.value) is errors.APIError.class_for(status)
    assert (caught.value.status_code, caught.value.code) == (status, "why")
    assert route.call_count == 1
    assert clock.slept == []


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After-Ms": "40"}, 0.04),
        ({"Retry-After": "Tue, 14 Nov 2023 22:30:10 GMT"}, 10.0),
        ({"Retry-After": "nan"}, 0.5),
        ([("Retry-After", "1"), ("Retry-After", "2")], 0.5),
    ],
)
def test_the_pause_is_what_the_server_asks_for(
    teller: Teller, hub: respx.MockRouter, clock: Clock, headers: dict[str, str], pause: float
) -> None:
    hub.get(REPO).mock(side_effect=[httpx.Response(429, headers=headers), repository()])
    teller.tell(get_repo)
    assert clock.slept == [pause]


def test_a_server_that_asks_for_too_much_time_is_not_waited_for(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    route = hub.get(REPO).mock(return_value=httpx.Response(429, headers={"Retry-After": "3600"}))
    with pytest.raises(errors.RateLimitError) as caught:
        teller.tell(get_repo)
    assert caught.value.retry_after == 3600.0
    assert clock.slept == []
    assert route.call_count == 1


def test_the_error_tells_the_whole_story(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    body = {"status": "error", "status_message": "down", "note": f"you sent {KEY}"}
    answer = httpx.Response(503, json=body, headers={"X-Request-Id": "req-server"})
    hub.get(REPO).mock(return_value=answer)
    with pytest.raises(errors.ServerError) as caught:
        teller.tell(get_repo)
    error = caught.value
    assert (error.method, error.path, error.attempts) == ("GET", REPO, 3)
    assert error.elapsed == sum(clock.slept) == 1.5
    assert error.request_id == "req-server"
    assert error.body is not None
    assert "you sent ***" in error.body
    assert KEY not in str(error) + repr(error) + repr(vars(error))
    assert error.outcome is None


def test_the_last_error_is_the_one_raised(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(REPO).mock(side_effect=[httpx.Response(500), httpx.ReadError("x"), httpx.Response(404)])
    with pytest.raises(errors.NotFoundError) as caught:
        teller.tell(get_repo)
    assert caught.value.attempts == 3


def test_a_failed_connection_says_where_to_and_why(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(REPO).mock(side_effect=httpx.ConnectError("[Errno 111] Connection refused"))
    with pytest.raises(errors.TransportError) as caught:
        teller.tell(get_repo, max_retries=0)
    assert str(caught.value).startswith(
        f"{BASE}: not connected ([Errno 111] Connection refused) (GET {REPO}; 1 attempt in 0.00 s; "
        "request id "
    )
    assert type(caught.value) is errors.TransportError
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert caught.value.outcome is None


def test_the_number_of_retries_can_be_set(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.get(REPO).mock(return_value=httpx.Response(500))
    with pytest.raises(errors.ServerError):
        teller.tell(get_repo, max_retries=0)
    assert route.call_count == 1


def test_no_call_is_begun_after_its_time(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        clock.now += 8.0
        return httpx.Response(500)

    route = hub.get(REPO).mock(side_effect=slow)
    with pytest.raises(errors.ServerError) as caught:
        teller.tell(get_repo, total_timeout=10.0, max_retries=9)
    assert route.call_count == 2
    assert caught.value.elapsed == 16.5


def test_the_limits_of_the_steps_shrink_with_what_is_left(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        clock.now += 4.0
        return httpx.Response(500)

    route = hub.get(REPO).mock(side_effect=slow)
    with pytest.raises(errors.ServerError):
        teller.tell(get_repo, total_timeout=10.0, max_retries=1)
    limits = [request.extensions["timeout"] for request in requests(route)]
    assert limits == [
        {"connect": 5.0, "read": 10.0, "write": 10.0, "pool": 10.0},
        {"connect": 5.0, "read": 5.5, "write": 5.5, "pool": 5.5},
    ]


def test_the_hook_is_told_before_each_pause(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    heard: list[tuple[RetryEvent, int]] = []
    hub.get(REPO).mock(side_effect=[httpx.Response(502), httpx.ReadError("reset"), repository()])

    def hook(event: RetryEvent) -> None:
        heard.append((event, len(clock.slept)))

    teller.tell(get_repo, on_retry=hook)
    first, second = heard
    assert first == (
        RetryEvent(method="GET", path=REPO, attempt=1, after=0.5, reason="status 502", elapsed=0.0),
        0,
    )
    assert second[0].attempt == 2
    assert second[0].reason == "the connection was lost before the whole answer was there (reset)"
    assert second[0].elapsed == 0.5


def test_a_hook_that_fails_ends_the_call(teller: Teller, hub: respx.MockRouter) -> None:
    def hook(event: RetryEvent) -> None:
        raise LookupError(event.reason)

    hub.get(REPO).mock(return_value=httpx.Response(500))
    with pytest.raises(LookupError, match="status 500"):
        teller.tell(get_repo, on_retry=hook)


def test_creating_a_run_is_not_repeated_either(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.post(f"{REPO}/evaluations/main/tickets.parquet").mock(
        side_effect=[httpx.ReadTimeout("slow"), evaluation()]
    )
    with pytest.raises(errors.TimeoutError) as caught:
        teller.tell(
            lambda oxen: oxen.evaluations.create(
                "ox/support",
                "main/tickets.parquet",
                model="3c90c3cc-0d44-4b50-8888-8dd25736052a",
                prompt="{query}",
                target_column="answer",
            )
        )
    assert route.call_count == 1
    assert caught.value.outcome == "unknown"
    assert "may have taken effect" in str(caught.value)
