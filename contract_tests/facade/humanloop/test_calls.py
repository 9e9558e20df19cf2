"""Calls that do not go well: what is sent again, what is raised, and what is kept out of it."""

import json
import logging
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx
from oxloop import errors
from oxloop.humanloop.runs import NewEvaluation, provider_keys

from ..answers import capabilities
from ..conftest import KEY, Clock, Teller, Told, requests
from . import answers
from .answers import (
    CONFIG_ID,
    DATAPOINT_ID,
    DATASET_ID,
    EVALUATOR_ID,
    LOG_ID,
    PROJECT_ID,
    RUN_ID,
    ok,
    refusal,
)

PROVIDER_KEY = "sk-provider-4711-secret"
PLAIN: dict[str, Any] = {
    "config_id": CONFIG_ID,
    "evaluator_ids": [EVALUATOR_ID],
    "dataset_id": DATASET_ID,
}
EVALUATOR = {"type": "external", "return_type": "number", "arguments_type": "target_free"}

Call = Callable[[Any], Any]

ONCE: dict[str, tuple[Call, Any]] = {
    "create an evaluation": (
        lambda hl: hl.evaluations.create(PROJECT_ID, **PLAIN),
        answers.evaluation(),
    ),
    "log": (lambda hl: hl.evaluations.log(RUN_ID, DATAPOINT_ID, "x"), answers.created_log()),
    "result": (
        lambda hl: hl.evaluations.result(RUN_ID, LOG_ID, EVALUATOR_ID, result=1),
        answers.result(),
    ),
    "create a project": (lambda hl: hl.projects.create("reviews"), answers.project()),
    "create an evaluator": (lambda hl: hl.evaluators.create("x", **EVALUATOR), answers.evaluator()),
    "update an evaluator": (
        lambda hl: hl.evaluators.update(EVALUATOR_ID, name="x"),
        answers.evaluator(),
    ),
    "create a dataset": (lambda hl: hl.datasets.create(PROJECT_ID, "x"), answers.dataset()),
    "update a dataset": (lambda hl: hl.datasets.update(DATASET_ID, name="x"), answers.dataset()),
    "create datapoints": (lambda hl: hl.datapoints.create(DATASET_ID, [{}]), []),
    "create a log": (lambda hl: hl.logs.create({}), answers.created_log()),
    "create logs": (lambda hl: hl.logs.create_many([{}]), [answers.created_log()]),
}
"""What a second time would do twice."""

AGAIN: dict[str, tuple[Call, Any]] = {
    "register a config": (
        lambda hl: hl.configs.register(project="x", model="demo"),
        answers.project_config(),
    ),
    "set the status": (
        lambda hl: hl.evaluations.update_status(RUN_ID, "running"),
        answers.evaluation(),
    ),
    "add evaluators": (
        lambda hl: hl.evaluations.add_evaluators(RUN_ID, [EVALUATOR_ID]),
        answers.evaluation(),
    ),
    "get": (lambda hl: hl.projects.get("1"), answers.project()),
    "delete": (lambda hl: hl.datasets.delete("1"), None),
}
"""What may be sent a second time."""

LOST = [httpx.ReadError("reset"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut")]


def named(error: Any) -> str:
    return type(error).__name__ if isinstance(error, Exception) else str(error.status_code)


def first_then(route: respx.Route, *outcomes: Any) -> respx.Route:
    """Script what comes first; a good answer to everything follows."""
    rest = list(outcomes)

    def reply(request: httpx.Request) -> Any:
        outcome = rest.pop(0) if len(rest) > 1 else rest[0]
        if isinstance(outcome, Exception):
            raise outcome
        return httpx.Response(outcome.status_code, content=outcome.content)

    return route.mock(side_effect=reply)


@pytest.fixture
def v4(hub: respx.MockRouter) -> respx.Route:
    """Everything under the API's own path."""
    return hub.route(path__startswith="/v4")


@pytest.mark.parametrize("fault", LOST, ids=named)
@pytest.mark.parametrize("operation", ONCE)
def test_what_would_take_effect_twice_is_sent_once(
    teller: Teller, v4: respx.Route, clock: Clock, operation: str, fault: Exception
) -> None:
    call, good = ONCE[operation]
    first_then(v4, fault, ok(good))
    with pytest.raises(errors.TransportError) as caught:
        teller.tell(call)
    assert v4.call_count == 1
    assert clock.slept == []
    assert caught.value.outcome == "unknown"


@pytest.mark.parametrize("status", [500, 502, 504, 408])
@pytest.mark.parametrize("operation", ONCE)
def test_nor_is_it_sent_again_after_an_error_of_the_server(
    teller: Teller, v4: respx.Route, operation: str, status: int
) -> None:
    call, good = ONCE[operation]
    first_then(v4, httpx.Response(status), ok(good))
    with pytest.raises(errors.APIError) as caught:
        teller.tell(call)
    assert caught.value.status_code == status
    assert v4.call_count == 1


@pytest.mark.parametrize("outcome", [*LOST, httpx.Response(502)], ids=named)
@pytest.mark.parametrize("operation", ONCE)
def test_with_a_key_that_the_server_honours_it_is_sent_again(
    teller: Teller, hub: respx.MockRouter, v4: respx.Route, operation: str, outcome: Any
) -> None:
    hub["capabilities"].mock(return_value=capabilities("idempotency_key"))
    call, good = ONCE[operation]
    first_then(v4, outcome, ok(good))
    teller.tell(call)
    one, two = [request.headers["Idempotency-Key"] for request in requests(v4)]
    assert one == two


@pytest.mark.parametrize("operation", ONCE)
def test_what_never_got_out_is_sent_again(teller: Teller, v4: respx.Route, operation: str) -> None:
    call, good = ONCE[operation]
    first_then(v4, httpx.ConnectError("refused"), httpx.Response(429), ok(good))
    teller.tell(call)
    assert v4.call_count == 3


@pytest.mark.parametrize("outcome", [*LOST, httpx.Response(502)], ids=named)
@pytest.mark.parametrize("operation", AGAIN)
def test_what_changes_nothing_the_second_time_is_sent_again(
    teller: Teller, hub: respx.MockRouter, v4: respx.Route, operation: str, outcome: Any
) -> None:
    call, good = AGAIN[operation]
    first_then(v4, outcome, ok(good))
    teller.tell(call)
    first, second = requests(v4)[:2]
    assert (first.method, first.url) == (second.method, second.url)
    assert first.content == second.content
    assert "idempotency-key" not in first.headers
    assert not hub["capabilities"].called


DELETES: dict[str, Call] = {
    "dataset": lambda hl: hl.datasets.delete("1"),
    "evaluator": lambda hl: hl.evaluators.delete("1"),
}


@pytest.mark.parametrize("call", DELETES.values(), ids=DELETES.keys())
class TestDelete:
    """What is to be removed, and was perhaps removed before."""

    @pytest.mark.parametrize(
        "answer",
        [httpx.Response(204), ok(None), ok({"deleted": True}), httpx.Response(200)],
        ids=["204", "null", "an object", "nothing"],
    )
    def test_whatever_a_success_says_is_success(
        self, teller: Teller, v4: respx.Route, call: Call, answer: httpx.Response
    ) -> None:
        v4.mock(return_value=answer)
        assert teller.tell(call) is None

    def test_what_is_not_there_is_not_found(
        self, teller: Teller, v4: respx.Route, call: Call
    ) -> None:
        v4.mock(return_value=httpx.Response(404, json={"detail": "There is none"}))
        with pytest.raises(errors.NotFoundError, match="There is none"):
            teller.tell(call)

    def test_what_is_gone_after_a_lost_answer_was_removed(
        self, teller: Teller, v4: respx.Route, call: Call
    ) -> None:
        first_then(v4, httpx.ReadError("reset"), httpx.Response(404))
        assert teller.tell(call) is None
        assert v4.call_count == 2

    def test_what_is_not_there_after_an_error_is_not_found(
        self, teller: Teller, v4: respx.Route, call: Call
    ) -> None:
        first_then(v4, httpx.Response(502), httpx.Response(404))
        with pytest.raises(errors.NotFoundError):
            teller.tell(call)

    def test_a_login_page_is_no_success(self, teller: Teller, v4: respx.Route, call: Call) -> None:
        v4.mock(return_value=httpx.Response(200, text="<html>login</html>"))
        with pytest.raises(errors.DecodeError, match="HTML page"):
            teller.tell(call)


def test_what_is_wrong_with_which_field_is_told(teller: Teller, v4: respx.Route) -> None:
    v4.mock(
        return_value=refusal(
            (["body", "evaluator_ids", 0], "There is no evaluator 'evfn_1'"),
            (["body", "code"], "Line 1 has an error\n  def f(:\n        ^"),
            (["query", "size"], "too big"),
        )
    )
    with pytest.raises(errors.UnprocessableEntityError) as caught:
        teller.tell(lambda hl: hl.evaluations.create(PROJECT_ID, **PLAIN))
    assert caught.value.errors == (
        errors.FieldError("evaluator_ids.0", "There is no evaluator 'evfn_1'"),
        errors.FieldError("code", "Line 1 has an error\n  def f(:\n        ^"),
        errors.FieldError("query.size", "too big"),
    )
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(
        "evaluator_ids.0: There is no evaluator 'evfn_1'; code: Line 1 has an error def f(: ^; "
        "query.size: too big (422; POST /v4/projects/"
    )
    assert pickle.loads(pickle.dumps(caught.value)).errors == caught.value.errors  # noqa: S301


@pytest.mark.parametrize(
    ("status", "content", "kind", "words"),
    [
        (400, {"detail": "A cancelled evaluation …"}, errors.BadRequestError, "A cancelled eval"),
        (401, {"detail": "No such key"}, errors.AuthenticationError, "No such key"),
        (403, {"detail": "Not yours"}, errors.PermissionDeniedError, "Not yours"),
        (404, {"detail": "There is no evaluation"}, errors.NotFoundError, "There is no eval"),
        (409, {"detail": "This Idempotency-Key"}, errors.ConflictError, "This Idempotency-Key"),
        (422, {"detail": []}, errors.UnprocessableEntityError, "Unprocessable"),
        (422, {}, errors.UnprocessableEntityError, "Unprocessable"),
        (413, {"detail": "The body is larger"}, errors.APIError, "The body is larger"),
    ],
)
def test_each_status_has_its_error_and_its_words(
    teller: Teller,
    v4: respx.Route,
    status: int,
    content: Any,
    kind: type[errors.APIError],
    words: str,
) -> None:
    v4.mock(return_value=httpx.Response(status, json=content))
    with pytest.raises(kind, match=words) as caught:
        teller.tell(lambda hl: hl.evaluations.get(RUN_ID))
    assert type(caught.value) is kind
    assert caught.value.status_code == status


ECHOES = [
    refusal((["body", "provider_api_keys", "openai"], f"{PROVIDER_KEY} is no key")),
    httpx.Response(400, json={"detail": f"you sent {PROVIDER_KEY} and {KEY}"}),
    httpx.Response(502, text=f"upstream saw {PROVIDER_KEY}"),
    httpx.Response(200, text=f"not json {PROVIDER_KEY}"),
    ok(answers.evaluation(status={"provider_api_keys": {"openai": PROVIDER_KEY}})),
    httpx.ReadError(f"lost {PROVIDER_KEY}"),
]


@pytest.mark.parametrize("answer", ECHOES, ids=lambda answer: named(answer))
def test_no_error_and_no_log_shows_a_key(
    teller: Teller, v4: respx.Route, caplog: pytest.LogCaptureFixture, answer: Any
) -> None:
    first_then(v4, answer)

    def story(hl: Any) -> Told:
        yield hl.evaluations.create(PROJECT_ID, provider_api_keys={"openai": PROVIDER_KEY}, **PLAIN)

    with caplog.at_level(logging.DEBUG, "oxloop"), pytest.raises(errors.OxloopError) as caught:
        teller.tell(story)
    assert json.loads(requests(v4)[0].content)["provider_api_keys"] == {"openai": PROVIDER_KEY}
    error = caught.value
    ours = [record.getMessage() for record in caplog.records if record.name == "oxloop"]
    shown = f"{error} {error!r} {vars(error)!r} {ours}"
    assert PROVIDER_KEY not in shown
    assert KEY not in shown
    assert PROVIDER_KEY.encode() not in pickle.dumps(error)


def test_a_request_shows_none_of_its_keys() -> None:
    wanted = NewEvaluation(
        config_id=CONFIG_ID,
        evaluator_ids=[EVALUATOR_ID],
        dataset_id=DATASET_ID,
        hl_generated=None,
        name=None,
        provider_api_keys=provider_keys({"openai": PROVIDER_KEY}),
    )
    assert PROVIDER_KEY not in repr(wanted)
    assert PROVIDER_KEY not in repr(wanted.provider_api_keys)
    assert PROVIDER_KEY.encode() not in pickle.dumps(wanted)
