"""What is said of recorded exchanges."""

import pytest
from attrs import evolve
from oxloop_api import specs
from oxloop_contract.contract import Contract
from oxloop_contract.exchange import Exchange
from oxloop_contract.replay import ACCEPTED, BY_THE_SPEC, KEY, judged
from oxloop_contract.strictness import LOCAL, PUBLISHED, Strictness
from oxloop_contract.verify import CannotRun

from .small_spec import contract, put

CAT = {"kind": "cat"}
JSON = "application/json"
ENVELOPE = {"error": {"title": "No."}}


def failed(exchange: Exchange, strictness: Strictness) -> list[tuple[str, str]]:
    reports = judged([("one.json", exchange)], {"pets": contract()}, strictness)
    assert all(
        one.trace[-1].startswith(f"one.json: {exchange.method}")
        for report in reports
        for one in report.failures
    )
    return [(one.operation, one.check) for report in reports for one in report.failures]


@pytest.mark.parametrize(
    ("exchange", "local", "published"),
    [
        (put(CAT, 200, {"age": 7}, content_type=JSON), [], []),
        (put(CAT, 200, {}, target="/pets/1?new=1", content_type=JSON), [], []),
        (put(CAT, 200, {"age": 31}, content_type=JSON), [BY_THE_SPEC], [BY_THE_SPEC]),
        (put({"kind": "cow"}, 200, {}, content_type=JSON), [ACCEPTED], []),
        (put({"kind": "cow"}, 400), [], []),
        (put(CAT, 409, ENVELOPE, content_type=JSON), [BY_THE_SPEC], []),
        (put(CAT, 409, {}, content_type=JSON), [BY_THE_SPEC], [BY_THE_SPEC]),
        (put(CAT, 500, ENVELOPE, content_type=JSON), [BY_THE_SPEC], [BY_THE_SPEC]),
    ],
)
def test_each_exchange_is_judged(
    exchange: Exchange, local: list[str], published: list[str]
) -> None:
    assert failed(exchange, LOCAL) == [("change_pet", check) for check in local]
    assert failed(exchange, PUBLISHED) == [("change_pet", check) for check in published]


@pytest.mark.parametrize("strictness", [LOCAL, PUBLISHED])
def test_what_was_shown_without_a_key_fails(strictness: Strictness) -> None:
    oxen = {"oxen": Contract(specs.load("oxen", "published"))}
    shown = Exchange("GET", "/api/ai/models", {}, b"", 200, {"content-type": JSON}, b"{}")
    refused = evolve(shown, status=401, answer=b'{"error": {"title": "Who?"}}')
    (report,) = judged([("one.json", shown)], oxen, strictness)
    assert [one.check for one in report.failures] == [BY_THE_SPEC, KEY]
    (report,) = judged([("one.json", refused)], oxen, PUBLISHED)
    assert report.passed
    assert report.told == ["list_models: it answered 401, which is not documented (1 times)"]


def test_what_means_no_operation_is_told_and_alone_is_no_run() -> None:
    strange = ("one.json", put(CAT, 500, ENVELOPE, target="/cats/1"))
    with pytest.raises(CannotRun, match="no recorded exchange is of pets"):
        judged([strange], {"pets": contract()}, LOCAL)
    known = ("two.json", put(CAT, 200, {"age": 7}, content_type=JSON))
    report = judged([strange, known], {"pets": contract()}, LOCAL)[-1]
    assert report.told == ["no operation is meant by PUT requests (1 times)"]


def test_what_is_let_off_is_told() -> None:
    exchanges = [("one.json", put(CAT, 409, ENVELOPE, content_type=JSON))] * 2
    exchanges.append(("two.json", put(CAT, 200, {"age": 7}, content_type=JSON)))
    (report,) = judged(exchanges, {"pets": contract()}, PUBLISHED)
    assert report.told == ["change_pet: it answered 409, which is not documented (2 times)"]
