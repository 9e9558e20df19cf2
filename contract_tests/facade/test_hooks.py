"""Hooks that watch calls, query parameters of the caller's own, and options of single calls."""

from typing import Any

import httpx
import pytest
import respx
from oxloop import (
    ConfigurationError,
    DecodeError,
    NotFoundError,
    Options,
    RequestEvent,
    ResponseEvent,
    ServerError,
)

from .answers import RUN_ID, branch, evaluation, repository
from .conftest import KEY, Teller, Told, collect, requests

REPO = "/api/repos/ox/support"


def get_repo(oxen: Any) -> Any:
    return oxen.repos.get("ox/support")


def test_hooks_are_told_of_each_request_and_its_answer(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get(REPO).mock(side_effect=[httpx.ReadError(f"lost {KEY}"), repository()])
    heard: list[Any] = []
    teller.tell(get_repo, on_request=heard.append, on_response=heard.append)
    first, lost, second, good = heard
    assert isinstance(first, RequestEvent)
    assert (first.method, first.path, first.attempt, second.attempt) == ("GET", REPO, 1, 2)
    assert first.request_id == first.headers["X-Request-Id"]
    assert isinstance(lost, ResponseEvent)
    assert lost.status_code is None
    assert lost.reason == "the connection was lost before the whole answer was there (lost ***)"
    assert (good.status_code, good.attempt, good.elapsed) == (200, 2, 0.5)
    assert good.headers["content-type"] == "application/json"


def test_hooks_see_no_key(teller: Teller, hub: respx.MockRouter) -> None:
    answer = repository()
    answer.headers["Set-Cookie"] = "session-5f1e"
    hub.get(REPO).mock(return_value=answer)
    heard: list[Any] = []
    teller.tell(
        get_repo,
        on_request=heard.append,
        on_response=heard.append,
        headers={"X-Api-Key": "second-secret"},
        query={"access_token": "third-secret", "trace": "1"},
    )
    shown = f"{heard} {heard[0].headers} {heard[1].headers}"
    assert not [secret for secret in (KEY, "second-s", "third-s", "session-5") if secret in shown]
    assert heard[0].query == {"access_token": "***", "trace": "1"}


@pytest.mark.parametrize("hook", ["on_request", "on_response"])
def test_a_hook_that_raises_ends_the_call(teller: Teller, hub: respx.MockRouter, hook: str) -> None:
    route = hub.get(REPO).mock(return_value=repository())

    def refuse(event: object) -> None:
        raise LookupError(type(event).__name__)

    with pytest.raises(LookupError, match="Event"):
        teller.tell(get_repo, **{hook: refuse})
    assert route.call_count == (0 if hook == "on_request" else 1)


def test_query_parameters_of_the_caller_join_those_of_the_call(
    teller: Teller, hub: respx.MockRouter
) -> None:
    route = hub.get(f"{REPO}/file/main/a.txt").mock(return_value=httpx.Response(200, text="x"))
    pages = hub.get(f"{REPO}/commits/history/main").mock(return_value=httpx.Response(500))

    def story(oxen: Any) -> Told:
        yield oxen.files.download("ox/support", "main/a.txt")
        with pytest.raises(ServerError):
            yield collect(oxen.commits.with_options(query={"b": "2"}).list("ox/support"))

    teller.tell(story, query={"trace": "a b"}, max_retries=0)
    assert requests(route)[0].url.query == b"trace=a+b"
    assert dict(requests(pages)[0].url.params) | {"trace": "a b", "b": "2"} == dict(
        requests(pages)[0].url.params
    )
    assert "page" in requests(pages)[0].url.params


def test_a_resource_and_a_run_take_options_for_one_call(
    teller: Teller, hub: respx.MockRouter
) -> None:
    route = hub.get(f"{REPO}/evaluations/{RUN_ID}").mock(return_value=evaluation())

    def story(oxen: Any) -> Told:
        mine: Options = {"headers": {"X-Mine": "1"}, "timeout": 3.0}
        run = yield oxen.evaluations.with_options(**mine).get("ox/support", RUN_ID)
        yield run.refresh()
        yield oxen.evaluations.get("ox/support", RUN_ID)
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        yield run.with_options(**mine).refresh()

    teller.tell(story)
    marked = ["X-Mine" in request.headers for request in requests(route)]
    assert marked == [True, True, False, False, True]
    assert requests(route)[0].extensions["timeout"]["read"] == 3.0


@pytest.mark.parametrize("place", ["client", "resource"])
def test_a_misspelt_option_is_an_error(teller: Teller, place: str) -> None:
    def story(oxen: Any) -> None:
        (oxen if place == "client" else oxen.branches).with_options(tiemout=3)

    with pytest.raises(TypeError, match="There is no option 'tiemout'; there are headers, "):
        teller.tell(story)


def test_the_answers_of_a_call_can_be_had_as_they_came(
    teller: Teller, hub: respx.MockRouter
) -> None:
    good = branch()
    good.headers["X-Request-Id"] = "req-7"
    hub.get(f"{REPO}/branches/main").mock(side_effect=[httpx.Response(502, text="bad"), good])

    def story(oxen: Any) -> Told:
        raw = yield oxen.with_raw_response(oxen.branches.get, "ox/support", name="main")
        plain = yield oxen.branches.get("ox/support", "main")
        return raw, plain

    hub.get(f"{REPO}/branches/main").mock(side_effect=[httpx.Response(502, text="bad"), good, good])
    raw, plain = teller.tell(story)
    assert raw.value == plain
    failed, answer = raw.responses
    assert (failed.status_code, failed.text) == (502, "bad")
    assert raw.response is answer
    assert (answer.method, answer.request_id) == ("GET", "req-7")
    assert answer.url.endswith(f"{REPO}/branches/main")
    assert answer.json()["branch"]["name"] == "main"
    assert answer.headers["x-request-id"] == "req-7"


def test_an_iterator_has_no_answers_yet(teller: Teller) -> None:
    with pytest.raises(ConfigurationError, match="returns an iterator, which asks"):
        teller.tell(lambda oxen: oxen.with_raw_response(oxen.commits.list, "ox/support"))


def test_a_call_that_asked_nobody_has_no_answer_to_show(teller: Teller) -> None:
    def story(oxen: Any) -> Told:
        raw = yield oxen.with_raw_response(oxen.models.resolve, RUN_ID)
        with pytest.raises(LookupError, match="did not ask the server"):
            _ = raw.response
        return raw.value

    assert teller.tell(story) == RUN_ID


def content(answer: httpx.Response) -> Any:
    return answer.json()


def test_a_request_of_the_callers_own_has_all_that_methods_have(
    teller: Teller, hub: respx.MockRouter
) -> None:
    route = hub.get(f"{REPO}/new").mock(side_effect=[httpx.Response(502), repository()])
    missing = hub.post(f"{REPO}/new").mock(return_value=httpx.Response(404, json={"error": "no"}))

    def story(oxen: Any) -> Told:
        asked = {"method": "get", "url": f"{REPO}/new", "params": {"a": 1}}
        found = yield oxen.request(asked, content)
        with pytest.raises(NotFoundError, match="no"):
            yield oxen.request({"method": "post", "url": f"{REPO}/new", "json": {}}, print)
        return found

    assert teller.tell(story)["repository"]["name"] == "support"
    assert requests(route)[1].headers["Authorization"] == f"Bearer {KEY}"
    assert requests(route)[1].url.query == b"a=1"
    assert missing.call_count == 1


def test_a_request_of_the_callers_own_may_use_the_generated_layer(
    teller: Teller, hub: respx.MockRouter
) -> None:
    from oxloop_api.oxen.api.branches import get_branch

    hub.get(f"{REPO}/branches/eval/first").mock(return_value=branch("eval/first", "c1"))

    def story(oxen: Any) -> Told:
        request = get_branch.build_request("ox", "support", "eval/first")
        return (yield oxen.request(request, get_branch.parse_response))

    assert teller.tell(story).branch.commit_id == "c1"


def owner(answer: httpx.Response) -> Any:
    return answer.json()["owner"]


def test_a_field_that_a_reader_of_the_callers_own_misses_is_named(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get("/api/new").mock(return_value=httpx.Response(200, json={}))

    def story(oxen: Any) -> Told:
        with pytest.raises(DecodeError, match='the field "owner" is missing') as caught:
            yield oxen.request({"method": "get", "url": "/api/new"}, owner)
        return caught.value.field

    assert teller.tell(story) == "owner"
