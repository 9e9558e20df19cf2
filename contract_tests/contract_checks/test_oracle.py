"""The one judge: which requests and answers break a contract, and which do not."""

from typing import Any

import pytest
from attrs import evolve
from oxloop_api import specs
from oxloop_contract.contract import Contract
from oxloop_contract.exchange import Exchange
from oxloop_contract.oracle import Oracle

from .small_spec import contract, put

ORACLE = Oracle({"pets": contract()})
CAT = {"kind": "cat"}


@pytest.mark.parametrize("sent", [put(CAT), put(CAT, target="/pets/a%20b?dry=true")])
def test_a_request_that_keeps_the_contract(sent: Exchange) -> None:
    assert ORACLE.of_request(sent) == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (put({"kind": "cow"}), 'kind: "cow" is not one of "cat" or "dog"'),
        (put(None), "the body is missing"),
        (put(b'{"kind": '), "the body is not application/json"),
        (evolve(put(CAT), headers={"content-type": "text/csv"}), "text/csv is not documented"),
        (put(CAT, target="/pets/1?dry=yes"), 'dry in the query: : "yes" is not of type "boolean"'),
        (put(CAT, target="/pets/1?wet=true"), "wet in the query is not documented"),
        (put(CAT, target="/pets/"), 'id in the path: : "" is shorter than 1 character'),
        (put(CAT, target="/cats/1"), "no operation is meant by PUT /cats/1"),
    ],
)
def test_a_request_that_breaks_it_is_told(sent: Exchange, said: str) -> None:
    (fault,) = ORACLE.of_request(sent)
    assert said in fault


@pytest.mark.parametrize(
    ("headers", "faults"),
    [
        ({"authorization": "Bearer some-key"}, []),
        ({}, ["no key in Authorization"]),
        ({"authorization": "Bearer "}, ["no key in Authorization"]),
        ({"authorization": "Basic some-key"}, ["no key in Authorization"]),
        ({"x-api-key": "some-key"}, ["no key in Authorization"]),
    ],
)
def test_a_key_stands_where_the_spec_says(headers: dict[str, str], faults: list[str]) -> None:
    oxen = Oracle({"oxen": Contract(specs.load("oxen", "published"))})
    sent = Exchange("GET", "/api/repos/ox/support", headers, b"", 0, {}, b"")
    assert oxen.of_request(sent) == faults


@pytest.mark.parametrize(
    ("status", "answer", "media_type", "said"),
    [
        (200, {"age": 7}, "application/json", []),
        (200, {"age": 31}, "application/json; charset=utf-8", ["age: 31 is greater than"]),
        (418, {}, "application/json", ["status 418 is not documented"]),
        (200, {}, "text/html", ["media type 'text/html' is not documented for 200"]),
    ],
)
def test_an_answer_is_judged(status: int, answer: Any, media_type: str, said: list[str]) -> None:
    faults = ORACLE.of_answer(put(CAT, status, answer, content_type=media_type))
    assert len(faults) == len(said)
    assert all(words in fault for words, fault in zip(said, faults, strict=True))


def test_an_answer_that_is_no_json_is_told() -> None:
    broken = evolve(put(CAT, content_type="application/json"), answer=b"{")
    assert ORACLE.of_answer(broken)[0].startswith("the body is no JSON")
