"""What the counters of the contract take for met, and what they do not."""

import json
from typing import Any

import pytest
from attrs import evolve
from oxloop_api import specs
from oxloop_contract.contract import Contract
from oxloop_contract.coverage.counters import Counters, Findings
from oxloop_contract.coverage.points import points
from oxloop_contract.exchange import Exchange

from .small_spec import BODY, CHANGE, DOCUMENT, contract, put

MEANING = {"error": {"code": "invalid_params"}}
BROKEN = {"error": {"code": "breaks_schema"}}


def met(*exchanges: Exchange, pinned: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    """The pointers and sides that exchanges meet, of all dimensions."""
    return {(one.pointer, one.side) for one in findings(*exchanges, pinned=pinned).met}


def findings(*exchanges: Exchange, pinned: tuple[str, ...] = ()) -> Findings:
    counters = Counters({"oxen": contract()}, {("oxen", "change_pet"): pinned})
    for exchange in exchanges:
        counters.see(exchange)
    return counters.findings


def test_every_point_of_a_contract_has_its_pointer() -> None:
    found = points("oxen", contract())
    assert len(found) == len(set(found))
    put = [one for one in found if one.operation == "change_pet"]
    assert {(one.dimension, one.pointer, one.side) for one in put} >= {
        ("operations", "/paths/~1pets~1{id}/put", ""),
        ("parameters", "/paths/~1pets~1{id}/parameters/0", "present"),
        ("parameters", "/paths/~1pets~1{id}/put/parameters/0", "absent"),
        ("parameters", BODY, "absent"),
        ("request keywords", f"{CHANGE}/required/0", "invalid"),
        ("request keywords", f"{CHANGE}/additionalProperties", "invalid"),
        ("request keywords", f"{CHANGE}/properties/toy/oneOf", "valid"),
        ("request keywords", "/components/schemas/Rope/properties/size/minimum", "invalid"),
        ("examples", f"{BODY}/content/application~1json/example", ""),
        ("responses", "/paths/~1pets~1{id}/put/responses/401", ""),
    }
    # A path cannot be left out, and all text is text.
    sides = {(one.pointer, one.side) for one in put}
    assert ("/paths/~1pets~1{id}/parameters/0", "absent") not in sides
    assert ("/paths/~1pets~1{id}/parameters/0/schema/type", "invalid") not in sides
    assert ("/paths/~1pets~1{id}/put/parameters/0/schema/type", "invalid") in sides


def test_a_keyword_that_the_counters_do_not_know_is_no_silent_gap() -> None:
    document = json.loads(json.dumps(DOCUMENT).replace('"maxLength"', '"longest"'))
    with pytest.raises(ValueError, match="properties/owner: the counters do not know longest"):
        points("oxen", Contract(document))


def test_a_valid_side_is_met_by_what_was_accepted() -> None:
    body = {"kind": "cat", "owner": "ann"}
    enum = f"{CHANGE}/properties/kind/enum"
    assert (enum, "valid") in met(put(body))
    assert (enum, "valid") in met(put(body, 400, MEANING))
    assert (enum, "valid") not in met(put(body, 400, BROKEN))
    assert (enum, "valid") not in met(put(body, 401, MEANING))
    assert (enum, "valid") not in met(put({**body, "owner": "anna"}))
    assert (f"{CHANGE}/properties/toy/oneOf", "valid") not in met(put(body))


def test_an_invalid_side_is_met_by_what_was_refused_as_broken() -> None:
    body = {"kind": "cow", "owner": "ann"}
    enum = f"{CHANGE}/properties/kind/enum"
    assert (enum, "invalid") in met(put(body, 400, BROKEN))
    assert (enum, "invalid") not in met(put(body, 400, MEANING))
    assert (enum, "invalid") not in met(put(body, 200))
    assert (enum, "invalid") not in met(put(body, 401, BROKEN))
    assert (f"{CHANGE}/properties/owner/maxLength", "invalid") not in met(put(body, 400, BROKEN))
    assert (f"{CHANGE}/required/0", "invalid") in met(put({}, 400, BROKEN))
    extra = met(put({"kind": "cat", "color": 1}, 400, BROKEN))
    assert (f"{CHANGE}/additionalProperties", "invalid") in extra


def test_of_a_union_the_branch_that_is_meant_counts() -> None:
    small = met(put({"kind": "cat", "toy": {"tag": "rope", "size": 1}}, 400, BROKEN))
    assert ("/components/schemas/Rope/properties/size/minimum", "invalid") in small
    assert ("/components/schemas/Ball/properties/tag/const", "invalid") not in small
    unknown = met(put({"kind": "cat", "toy": {"tag": "stone"}}, 400, BROKEN))
    assert ("/components/schemas/Ball/properties/tag/const", "invalid") in unknown
    ball = met(put({"kind": "cat", "toy": {"tag": "ball", "size": 1}}))
    assert ("/components/schemas/Ball/properties/size/minimum", "valid") in ball
    assert ("/components/schemas/Rope/properties/size/minimum", "valid") not in ball


def test_parameters_are_met_present_and_absent() -> None:
    body = {"kind": "cat"}
    dry = "/paths/~1pets~1{id}/put/parameters/0"
    assert {(dry, "absent"), (BODY, "present")} <= met(put(body))
    assert (dry, "present") in met(put(body, target="/pets/1?dry=true"))
    assert (f"{dry}/schema/type", "invalid") in met(
        put(body, 400, BROKEN, target="/pets/1?dry=perhaps")
    )
    assert (BODY, "absent") in met(put(None, 400, BROKEN))
    assert (BODY, "absent") not in met(put(b"{", 400, BROKEN))
    short = "/paths/~1pets~1{id}/parameters/0/schema/minLength"
    assert (short, "invalid") in met(put(body, 404, BROKEN, target="/pets/"))


def test_an_example_is_met_but_for_what_stands_in_its_place() -> None:
    example = f"{BODY}/content/application~1json/example", ""
    assert example in met(put({"kind": "cat", "owner": "o1"}))
    assert example not in met(put({"kind": "cat", "owner": "o2"}))
    assert example in met(put({"kind": "cat", "owner": "o2"}), pinned=("owner",))
    assert example not in met(put({"kind": "dog", "owner": "o2"}), pinned=("owner",))
    in_path = "/paths/~1pets~1{id}/parameters/0/example", ""
    assert in_path in met(put({"kind": "cat"}, 400, MEANING, target="/pets/p%201"))
    assert in_path not in met(put({"kind": "cat"}))


def test_answers_are_met_by_status_and_by_keyword() -> None:
    answers = "/paths/~1pets~1{id}/put/responses"
    seen = met(put({"kind": "cat"}, 200, {"age": 3}, x_seen="yes"))
    assert {(f"{answers}/200", ""), ("/components/schemas/Pet/properties/age/maximum", "")} <= seen
    assert (f"{answers}/200/headers/X-Seen", "") in seen
    assert ("/components/schemas/Pet/properties/owners/type", "") not in seen
    assert (f"{answers}/400", "") not in seen
    wrong = findings(put({"kind": "cat"}, 200, {"age": 31}))
    pointer = "/components/schemas/Pet/properties/age/maximum"
    assert [one.pointer for one in wrong.broken] == [pointer]


@pytest.mark.parametrize(
    ("change", "unmatched"),
    [
        ({}, []),
        ({"method": "POST", "status": 405}, []),
        ({"method": "POST", "status": 200}, ["POST /pets/1"]),
        ({"target": "/cats/1?x=1", "status": 405}, ["PUT /cats/1"]),
    ],
)
def test_a_request_that_means_no_operation_is_told(
    change: dict[str, Any], unmatched: list[str]
) -> None:
    assert sorted(findings(evolve(put({"kind": "cat"}), **change)).unmatched) == unmatched


def test_findings_of_several_runs_are_put_together() -> None:
    one, other = findings(put({"kind": "cat"})), findings(put({}, 400, BROKEN))
    both = Findings.load(json.loads(json.dumps((one | other).dump())))
    assert both.met == one.met | other.met
    assert both.met > one.met


def test_the_body_of_a_form_is_read() -> None:
    document = json.loads(
        json.dumps(DOCUMENT).replace(
            '"application/json": {"schema": {"$ref": "#/components/schemas/Change"}',
            '"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Change"}',
        )
    )
    form = b'--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\ncat\r\n--x--\r\n'
    counters = Counters({"oxen": Contract(document)})
    sent = {"content-type": "multipart/form-data; boundary=x"}
    counters.see(evolve(put(form), headers=sent))
    pointers = {one.pointer for one in counters.findings.met if one.side == "valid"}
    assert f"{CHANGE}/properties/kind/enum" in pointers
    assert f"{CHANGE}/properties/owner/type" not in pointers


@pytest.mark.parametrize("api", ["oxen", "humanloop", "extensions"])
def test_every_keyword_of_our_own_specs_is_counted(api: str) -> None:
    of_api = Contract(specs.load(api, "local"))
    found = points(api, of_api)
    assert {one.operation for one in found} - {""} == set(of_api.operations)
    assert all(one.pointer.startswith("/") for one in found)
