"""What a run says of the contract that it met: shares, gaps, and waivers that are worn out."""

import json
from datetime import date

import pytest
from attrs import evolve
from oxloop_contract.accounting import silent
from oxloop_contract.coverage.counters import NOTHING
from oxloop_contract.coverage.judging import CoverageReport, judge
from oxloop_contract.coverage.points import Point, points
from oxloop_contract.waivers import Waiver, load

from .small_spec import contract

EVERY = points("oxen", contract())
GAP = EVERY[0]


def waiver(point: Point) -> Waiver:
    return Waiver(
        point.api, point.operation, point.dimension, point.pointer, point.side, "why", date.today()
    )


def report(
    met: list[Point], waivers: list[Waiver] | None = None, complete: bool = True
) -> CoverageReport:
    findings = evolve(NOTHING, met=frozenset(met))
    return judge("oxen", contract(), findings, waivers or [], complete=complete)


def test_all_of_a_contract_has_to_be_met() -> None:
    assert report(EVERY).passed
    lacking = report(EVERY[1:])
    assert not lacking.passed
    assert GAP.pointer in lacking.problems[0]
    share = lacking.shares[GAP.dimension]
    assert share.met == share.total - 1


def test_elsewhere_what_was_not_met_is_only_told() -> None:
    lacking = report(EVERY[1:], complete=False)
    assert lacking.passed
    assert lacking.missed == [GAP]


def test_what_is_waived_need_not_be_met_and_is_told_apart() -> None:
    waived = report(EVERY[1:], [waiver(GAP)])
    share = waived.shares[GAP.dimension]
    assert share.with_waivers == 1.0 > share.without_waivers
    # Of so small a contract one point is already too much.
    assert [problem for problem in waived.problems if "is waived" not in problem] == []


def test_a_waiver_that_is_needed_no_more_fails() -> None:
    assert "waived for nothing" in report(EVERY, [waiver(GAP)]).problems[0]
    gone = waiver(evolve(GAP, pointer="/gone"))
    assert "waived for nothing" in report(EVERY, [gone]).problems[0]


def test_no_more_than_a_fiftieth_may_be_waived() -> None:
    many = EVERY[: len(EVERY) // 10]
    problems = report(EVERY[len(many) :], [waiver(one) for one in many]).problems
    assert ["more than 2%" in problem for problem in problems] == [True]


def test_a_request_of_no_operation_and_a_broken_answer_fail_anywhere() -> None:
    findings = evolve(NOTHING, met=frozenset(EVERY), unmatched=frozenset({"GET /x"}))
    found = judge("oxen", contract(), findings, [], complete=False)
    assert found.problems == ["no operation is meant by GET /x"]
    broken = evolve(NOTHING, met=frozenset(EVERY), broken=frozenset({GAP}))
    assert not judge("oxen", contract(), broken, [], complete=False).passed


@pytest.mark.parametrize("group", [{"points": []}, {"points": [], "reason": "why"}])
def test_a_waiver_needs_a_reason_and_a_date(group: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="needs a reason and a date"):
        load(json.dumps([group]))


def test_our_own_waivers_are_about_what_is_there() -> None:
    assert all(one.reason for one in load())


def test_a_check_that_was_never_made_is_told() -> None:
    fired = {("not_a_server_error", "get_owner"), ("unsupported_method", "get_owner")}
    never = silent(contract(), fired, ["get_owner"])
    assert ("status_code_conformance", "get_owner") in never
    assert ("not_a_server_error", "get_owner") not in never
    assert not silent(contract(), fired, [])
