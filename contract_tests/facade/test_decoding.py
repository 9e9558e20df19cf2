"""Answers that are whole and make no sense, and answers from the future."""

import json
from typing import Any

import httpx
import pytest
import respx
from oxloop import APIError, DecodeError

from .answers import RUN_ID, evaluation
from .conftest import KEY, Teller, Told

PATH = f"/api/repos/ox/support/evaluations/{RUN_ID}"


def get_run(oxen: Any) -> Any:
    return oxen.evaluations.get("ox/support", RUN_ID)


def answer(body: bytes, content_type: str = "application/json") -> httpx.Response:
    return httpx.Response(200, content=body, headers={"Content-Type": content_type})


GOOD = evaluation().content


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b"<!doctype html><title>Sign in</title>", "it is an HTML page"),
        (GOOD[:-20], "it is not JSON"),
        (b"oops", "it is not JSON"),
        (b'{"evaluation": {"id": "\xff"}}', "it is not JSON"),
        (GOOD.replace(b'"total":0', b'"total":NaN'), "NaN stands where a number should"),
        (GOOD.replace(b'"total":0', b'"total":-Infinity'), "-Infinity stands"),
        (GOOD.replace(b'"total":0', b'"total":' + b"9" * 5000), "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"null", ""),
        (b"[]", ""),
        (b'"text"', ""),
        (b"7", ""),
    ],
)
def test_a_body_that_is_no_answer_is_a_decode_error(
    teller: Teller, hub: respx.MockRouter, body: bytes, words: str
) -> None:
    route = hub.get(PATH).mock(return_value=answer(body))
    with pytest.raises(DecodeError) as caught:
        teller.tell(get_run)
    assert words in str(caught.value)
    assert caught.value.status_code == 200
    assert caught.value.body is not None
    assert caught.value.body.startswith(body[:20].decode("utf-8", "replace"))
    assert caught.value.attempts == 1
    assert caught.value.outcome is None
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "evaluation.id"),
        ({"status": None}, "evaluation.status"),
        ({"name": 7}, "evaluation.name"),
        ({"error_message": ["x"]}, "evaluation.error_message"),
        ({"progress": {"processed": "1", "total": 2}}, "evaluation.progress.processed"),
        ({"progress": {"processed": True, "total": 2}}, "evaluation.progress.processed"),
        ({"tokens_used": 1.5}, "evaluation.tokens_used"),
        ({"credits_used": "much"}, "evaluation.credits_used"),
        ({"target_branch": 1}, "evaluation.target_branch"),
        ({"resource": {"path": 1}}, "evaluation.resource.path"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(
    teller: Teller, hub: respx.MockRouter, changes: dict[str, Any], field: str
) -> None:
    hub.get(PATH).mock(return_value=evaluation(**changes))
    with pytest.raises(DecodeError) as caught:
        teller.tell(get_run)
    assert caught.value.field == field
    assert f'the field "{field}"' in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [{"id": "no uuid"}, {"id": 7}, {"inserted_at": "yesterday"}, {"progress": []}, {"status": 1}],
)
def test_a_field_that_the_contract_rules_out_is_a_decode_error(
    teller: Teller, hub: respx.MockRouter, changes: dict[str, Any]
) -> None:
    hub.get(PATH).mock(return_value=evaluation(**changes))
    with pytest.raises(DecodeError, match=r"not what the API promises: .+"):
        teller.tell(get_run)


@pytest.mark.parametrize("body", [b"{}", b'{"evaluation": null}'])
def test_an_answer_without_its_main_part_names_it(
    teller: Teller, hub: respx.MockRouter, body: bytes
) -> None:
    hub.get(PATH).mock(return_value=answer(body))
    with pytest.raises(DecodeError, match='the field "evaluation" is missing') as caught:
        teller.tell(get_run)
    assert caught.value.field == "evaluation"


def test_a_missing_field_that_must_be_there_is_named(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get("/api/ai/models/small").mock(return_value=httpx.Response(200, json={"id": "small"}))
    with pytest.raises(DecodeError, match='the field "object" is missing') as caught:
        teller.tell(lambda oxen: oxen.models.get("small"))
    assert caught.value.field == "object"


def test_after_a_post_nobody_knows_what_became_of_it(teller: Teller, hub: respx.MockRouter) -> None:
    route = hub.post("/api/repos").mock(return_value=answer(b"<html>"))
    with pytest.raises(DecodeError) as caught:
        teller.tell(lambda oxen: oxen.repos.create("ox/support"))
    assert caught.value.outcome == "unknown"
    assert route.call_count == 1


def test_status_error_in_the_body_is_an_error_under_http_200(
    teller: Teller, hub: respx.MockRouter
) -> None:
    body = {"status": "error", "status_message": "resource_not_found", "status_description": "Gone"}
    route = hub.get(PATH).mock(return_value=httpx.Response(200, json=body))
    with pytest.raises(APIError, match="Gone") as caught:
        teller.tell(get_run)
    assert (caught.value.status_code, caught.value.code) == (200, "resource_not_found")
    assert route.call_count == 1


def test_no_key_is_kept_from_a_body_that_shows_it(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(PATH).mock(return_value=answer(f'"{KEY}'.encode()))
    with pytest.raises(DecodeError) as caught:
        teller.tell(get_run)
    assert KEY not in str(caught.value) + repr(vars(caught.value))
    assert caught.value.body == '"***'


def test_a_byte_order_mark_and_an_odd_content_type_do_no_harm(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get(PATH).mock(return_value=answer(b"\xef\xbb\xbf" + GOOD, "text/plain"))
    assert teller.tell(get_run).id == RUN_ID


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_any_success_is_read_as_the_documented_one(
    teller: Teller, hub: respx.MockRouter, status: int
) -> None:
    hub.get(PATH).mock(return_value=httpx.Response(status, content=GOOD))
    assert teller.tell(get_run).id == RUN_ID


def test_204_where_an_answer_is_due_is_a_decode_error(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub.get(PATH).mock(return_value=httpx.Response(204))
    with pytest.raises(DecodeError, match="it is empty"):
        teller.tell(get_run)


def test_unknown_words_and_fields_survive(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(PATH).mock(
        return_value=evaluation(status="paused", output_type="smell", parent_id="p-1")
    )
    run = teller.tell(get_run)
    assert (run.status, run.raw_status) == ("paused", "paused")
    assert run.extra["parent_id"] == "p-1"


def test_nulls_anywhere_optional_do_no_harm(teller: Teller, hub: respx.MockRouter) -> None:
    fields = json.loads(GOOD)["evaluation"]
    nothing = {name: None for name in fields if name not in ("id", "status")}
    hub.get(PATH).mock(return_value=evaluation(**nothing))
    run = teller.tell(get_run)
    assert (run.id, run.status) == (RUN_ID, "queued")
    assert (run.progress, run.created_at, run.usage.credits) == (None, None, None)
    assert run.oxen.path is None


def test_an_answer_of_two_fields_is_enough(teller: Teller, hub: respx.MockRouter) -> None:
    body = {"evaluation": {"id": RUN_ID, "status": "running"}}
    hub.get(PATH).mock(return_value=httpx.Response(200, json=body))
    run = teller.tell(get_run)
    assert (run.id, run.status, run.name, run.error) == (RUN_ID, "running", None, None)


def test_a_number_written_as_text_is_a_number(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(PATH).mock(return_value=evaluation(credits_used="0.000000600"))
    assert teller.tell(get_run).usage.credits == 6e-7


def test_a_model_can_be_an_object_or_a_name(teller: Teller, hub: respx.MockRouter) -> None:
    hub.get(PATH).mock(side_effect=[evaluation(model="small"), evaluation(model={"id": "m-1"})])

    def both(oxen: Any) -> Told:
        one = yield get_run(oxen)
        two = yield get_run(oxen)
        return one.oxen.model, two.oxen.model

    assert teller.tell(both) == ("small", "m-1")
