"""Where the server counts how far a run has come, nothing is counted on pages."""

import logging
from typing import Any

import httpx
import pytest
import respx
from oxloop import DecodeError
from oxloop.runs import Progress, Usage

from ..answers import capabilities
from ..conftest import Teller, Told
from .answers import RUN_ID
from .test_runs import got, service

TOLD = f"/x/v1/humanloop/evaluations/{RUN_ID}/progress"


@pytest.fixture
def offered(hub: respx.MockRouter) -> respx.MockRouter:
    """A server that counts."""
    hub["capabilities"].mock(return_value=capabilities("progress"))
    return hub


def test_progress_is_asked_for_in_one_request(teller: Teller, offered: respx.MockRouter) -> None:
    made = service(offered, "running", "completed")
    answers = [httpx.Response(200, json={"done": done, "total": 900}) for done in (7, 900)]
    route = offered.get(TOLD).mock(side_effect=answers)

    def story(hl: Any) -> Told:
        run = yield got(hl)
        return run.progress, (yield run.refresh()).progress

    assert teller.tell(story) == (Progress(7, 900), Progress(900, 900))
    assert (route.call_count, made.pages) == (2, [])
    assert offered["capabilities"].call_count == 1


def test_what_a_run_waits_for_is_told_once(
    teller: Teller, offered: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    service(offered, *["running"] * 4, "completed")
    reasons = [None, "A key is gone.", "A key is gone.", None, None]
    answers = [
        httpx.Response(200, json={"done": 0, "total": 3, "waits_for": reason}) for reason in reasons
    ]
    offered.get(TOLD).mock(side_effect=answers)

    def story(hl: Any) -> Told:
        run = yield got(hl)
        return (yield run.wait())

    with caplog.at_level(logging.WARNING, "oxloop"):
        assert teller.tell(story).error is None
    told = [record.message for record in caplog.records if "waits:" in record.message]
    assert told == [f"Evaluation {RUN_ID} waits: A key is gone."]


def test_a_run_that_has_not_begun_is_not_asked_about(
    teller: Teller, offered: respx.MockRouter
) -> None:
    service(offered, "pending")
    route = offered.get(TOLD)
    assert teller.tell(got).progress == Progress(0, 3)
    assert not route.called


def test_an_answer_that_makes_no_sense_is_named(teller: Teller, offered: respx.MockRouter) -> None:
    service(offered, "running")
    offered.get(TOLD).mock(return_value=httpx.Response(200, json={"done": "7", "total": 9}))
    with pytest.raises(DecodeError) as caught:
        teller.tell(got)
    assert caught.value.field == "done"


def test_elsewhere_the_pages_are_counted(teller: Teller, hub: respx.MockRouter) -> None:
    made = service(hub, "running")
    made.finish(2)
    assert teller.tell(got).progress == Progress(2, 3)
    assert made.pages == [1]


def test_what_answers_and_judges_used_is_told(teller: Teller, offered: respx.MockRouter) -> None:
    service(offered, "running")
    usage = {
        "answers": {"prompt_tokens": 7, "completion_tokens": 2, "cost": 0.5},
        "judges": {"prompt_tokens": 40, "completion_tokens": 3, "cost": 1.25},
    }
    told = {"done": 1, "total": 3, "waits_for": None, "usage": usage}
    offered.get(TOLD).mock(return_value=httpx.Response(200, json=told))
    judges = Usage(prompt_tokens=40, completion_tokens=3, total_tokens=43, credits=1.25)
    assert teller.tell(got).usage == Usage(
        prompt_tokens=47, completion_tokens=5, total_tokens=52, credits=1.75, judges=judges
    )
