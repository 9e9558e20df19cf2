"""What a run on Oxen can do where the server offers more than Oxen's API: list, rows, commit."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx
from oxloop import BadRequestError, ConfigurationError, ConflictError, DecodeError, RunRow
from oxloop.rules.models import model_id

from .answers import COMMIT_ID, RUN_ID, capabilities, evaluation, page
from .conftest import Teller, Told, collect, requests

BASE = "/x/v1/oxen/repos/ox/support/evaluations"
ALL = ("cancel", "commit", "list", "rows")


def pages(name: str, entries: list[dict[str, Any]], size: int = 2) -> list[httpx.Response]:
    """Entries as pages in the extensions' envelope."""
    total = -(-len(entries) // size)
    return [
        httpx.Response(
            200,
            json={
                "status": "success",
                "status_message": "resource_found",
                name: entries[number * size : (number + 1) * size],
                "pagination": {
                    "page_number": number + 1,
                    "page_size": size,
                    "total_pages": total,
                    "total_entries": len(entries),
                },
            },
        )
        for number in range(max(1, total))
    ]


def row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "row": number,
        "status": "done",
        "output": f"answer {number}",
        "error": None,
        "duration": 0.5,
        "prompt_tokens": 3,
        "completion_tokens": None,
    } | changes


def runs(count: int) -> list[dict[str, Any]]:
    fields = evaluation().json()["evaluation"]
    return [fields | {"id": RUN_ID[:-1] + str(number)} for number in range(count)]


def of_run(act: Callable[[Any], Any]) -> Callable[[Any], Told]:
    """A story that gets a run and does something with it."""

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        return (yield act(run))

    return story


@pytest.fixture
def offered(hub: respx.MockRouter) -> respx.MockRouter:
    """A server that offers everything and knows one run."""
    hub["capabilities"].mock(return_value=capabilities(*ALL))
    hub.get(f"/api/repos/ox/support/evaluations/{RUN_ID}").mock(
        return_value=evaluation(status="completed")
    )
    return hub


def test_runs_are_listed_page_by_page(teller: Teller, offered: respx.MockRouter) -> None:
    route = offered.get(BASE).mock(side_effect=pages("evaluations", runs(3)))
    found = teller.tell(lambda oxen: collect(oxen.evaluations.list("ox/support", page_size=2)))
    assert [run.id[-1] for run in found] == ["0", "1", "2"]
    assert found[0].oxen.repo == "ox/support"
    assert found[0].capabilities == set(ALL)
    assert [request.url.query for request in requests(route)] == [
        b"page=1&page_size=2",
        b"page=2&page_size=2",
    ]


def test_a_run_that_moved_to_the_next_page_is_not_told_twice(
    teller: Teller, offered: respx.MockRouter
) -> None:
    before, after = pages("evaluations", runs(3)), pages("evaluations", [*runs(4)[3:], *runs(3)])
    offered.get(BASE).mock(side_effect=[before[0], after[1]])
    found = teller.tell(lambda oxen: collect(oxen.evaluations.list("ox/support", page_size=2)))
    assert [run.id[-1] for run in found] == ["0", "1", "2"]


def test_a_listed_run_can_be_used(teller: Teller, offered: respx.MockRouter) -> None:
    offered.get(BASE).mock(side_effect=pages("evaluations", runs(1)))
    offered.get(f"/api/repos/ox/support/evaluations/{RUN_ID[:-1]}0").mock(
        return_value=evaluation(status="running")
    )

    def story(oxen: Any) -> Told:
        (run,) = yield collect(oxen.evaluations.list("ox/support"))
        return (yield run.refresh())

    assert teller.tell(story).status == "running"


def test_nothing_is_listed_of_an_empty_repository(
    teller: Teller, offered: respx.MockRouter
) -> None:
    offered.get(BASE).mock(side_effect=pages("evaluations", []))
    assert teller.tell(lambda oxen: collect(oxen.evaluations.list("ox/support"))) == []


def test_a_page_size_of_nothing_is_refused(teller: Teller) -> None:
    with pytest.raises(ConfigurationError, match="page_size=0"):
        teller.tell(lambda oxen: collect(oxen.evaluations.list("ox/support", page_size=0)))


def test_rows_are_read_page_by_page(teller: Teller, offered: respx.MockRouter) -> None:
    failed = row(1, status="failed", output=None, error="too long", completion_tokens=0)
    new = row(2, status="resting", output=None, cost=0.25)
    route = offered.get(f"{BASE}/{RUN_ID}/rows").mock(
        side_effect=pages("rows", [row(0), failed, new])
    )
    found = teller.tell(of_run(lambda run: collect(run.rows())))
    assert found == [
        RunRow(row=0, status="done", output="answer 0", duration=0.5, prompt_tokens=3),
        RunRow(
            row=1,
            status="failed",
            error="too long",
            duration=0.5,
            prompt_tokens=3,
            completion_tokens=0,
        ),
        RunRow(row=2, status="resting", duration=0.5, prompt_tokens=3, cost=0.25),
    ]
    assert [request.url.query for request in requests(route)] == [
        b"page=1&page_size=1000",
        b"page=2&page_size=1000",
    ]


def test_a_row_that_makes_no_sense_is_named(teller: Teller, offered: respx.MockRouter) -> None:
    wrong = pages("rows", [row(0), row(1, duration="long")])
    offered.get(f"{BASE}/{RUN_ID}/rows").mock(side_effect=wrong)
    with pytest.raises(DecodeError) as caught:
        teller.tell(of_run(lambda run: collect(run.rows())))
    assert caught.value.field == "rows[1].duration"


def test_results_are_committed_and_asked_for_again_if_the_answer_is_lost(
    teller: Teller, offered: respx.MockRouter
) -> None:
    done = evaluation(
        status="cancelled", target_branch="eval/second", closing_commit={"id": COMMIT_ID}
    )
    route = offered.post(f"{BASE}/{RUN_ID}/commit").mock(
        side_effect=[httpx.ReadError("reset"), done]
    )
    run = teller.tell(
        of_run(lambda run: run.commit_results(target_branch="eval/second", message="Answers"))
    )
    assert (run.commit, run.status, run.oxen.target_branch) == (
        COMMIT_ID,
        "cancelled",
        "eval/second",
    )
    assert [json.loads(request.content) for request in requests(route)] == [
        {"target_branch": "eval/second", "commit_message": "Answers"}
    ] * 2


def test_what_is_not_given_is_not_sent(teller: Teller, offered: respx.MockRouter) -> None:
    route = offered.post(f"{BASE}/{RUN_ID}/commit").mock(return_value=evaluation())
    teller.tell(of_run(lambda run: run.commit_results()))
    assert requests(route)[0].content == b"{}"


def test_committed_results_of_a_cancelled_run_are_read_at_their_commit(
    teller: Teller, offered: respx.MockRouter
) -> None:
    offered.post(f"{BASE}/{RUN_ID}/commit").mock(
        return_value=evaluation(status="cancelled", closing_commit={"id": COMMIT_ID})
    )
    frame = offered.get(f"/api/repos/ox/support/data_frames/{COMMIT_ID}/tickets.parquet").mock(
        return_value=page([{"query": "a", "department": "b"}])
    )
    offered.get(f"{BASE}/{RUN_ID}/rows").mock(side_effect=pages("rows", [row(0)]))

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        run = yield run.commit_results()
        return (yield collect(run.results()))

    assert teller.tell(story) == [{"query": "a", "department": "b"}]
    assert frame.called


def test_results_tell_what_became_of_each_row(teller: Teller, offered: respx.MockRouter) -> None:
    columns = [{"query": text, "department": text.upper()} for text in "abcd"]
    offered.get(f"/api/repos/ox/support/data_frames/{COMMIT_ID}/tickets.parquet").mock(
        side_effect=[page(columns[:3], 1, 2), page(columns[3:], 2, 2)]
    )
    offered.get(f"/api/repos/ox/support/evaluations/{RUN_ID}").mock(
        return_value=evaluation(status="completed", closing_commit={"id": COMMIT_ID})
    )
    failed = row(2, status="failed", output=None, error="the model is gone")
    states = offered.get(f"{BASE}/{RUN_ID}/rows").mock(
        side_effect=pages("rows", [row(0), row(1), failed])
    )
    found = teller.tell(of_run(lambda run: collect(run.results())))
    assert found == columns
    assert [(one.status, one.error) for one in found] == [
        ("done", None),
        ("done", None),
        ("failed", "the model is gone"),
        (None, None),
    ]
    assert states.call_count == 2


def test_a_path_that_leads_out_is_refused_before_anything_is_sent(
    teller: Teller, offered: respx.MockRouter
) -> None:
    route = offered.post(f"{BASE}/{RUN_ID}/commit")
    with pytest.raises(ConfigurationError, match="target_path"):
        teller.tell(of_run(lambda run: run.commit_results(target_path="../a.csv")))
    assert not route.called


def test_a_refusal_to_cancel_is_a_conflict(teller: Teller, offered: respx.MockRouter) -> None:
    offered.post(f"{BASE}/{RUN_ID}/cancel").mock(
        return_value=httpx.Response(
            409, json={"error": {"type": "conflict", "detail": "It is completed already."}}
        )
    )
    with pytest.raises(ConflictError, match="completed already"):
        teller.tell(of_run(lambda run: run.cancel()))


ELSEWHERE: list[tuple[Callable[[Any], Any], str]] = [
    (lambda run: collect(run.rows()), "progress as a whole"),
    (lambda run: run.commit_results(), "auto_commit=True"),
    (lambda run: run.cancel(), "web page"),
]


@pytest.mark.parametrize(("act", "words"), ELSEWHERE)
def test_elsewhere_the_error_says_what_the_documented_api_has(
    teller: Teller, hub: respx.MockRouter, act: Callable[[Any], Any], words: str
) -> None:
    hub.get(path__startswith="/api").mock(return_value=evaluation(status="running"))
    with pytest.raises(ConfigurationError, match=words):
        teller.tell(of_run(act))


def test_there_is_no_list_elsewhere(teller: Teller, hub: respx.MockRouter) -> None:
    with pytest.raises(ConfigurationError, match="by its id"):
        teller.tell(lambda oxen: collect(oxen.evaluations.list("ox/support")))


def test_a_model_that_is_not_known_is_named_as_the_caller_did(
    teller: Teller, hub: respx.MockRouter
) -> None:
    hub["capabilities"].mock(return_value=capabilities("model_uuid"))
    uuid = str(model_id("demoo"))
    detail = f'No model has the id {uuid}; there are: "demo" ({model_id("demo")}).'
    hub.post(path__startswith="/api").mock(
        return_value=httpx.Response(400, json={"error": {"type": "x", "detail": detail}})
    )
    with pytest.raises(BadRequestError) as caught:
        teller.tell(
            lambda oxen: oxen.evaluations.create(
                "ox/support", "main/a.csv", model="demoo", prompt="{a}", target_column="b"
            )
        )
    assert f'{uuid}, which stands for "demoo"' in str(caught.value)
    assert '"demo"' in caught.value.message


def test_keys_are_nothing_for_a_run_on_oxen(teller: Teller, offered: respx.MockRouter) -> None:
    with pytest.raises(ConfigurationError, match="the server's own keys"):
        teller.tell(of_run(lambda run: run.provide_keys({"openai": "sk"})))


def test_what_a_run_waits_for_is_its_error_and_is_shown(
    teller: Teller, hub: respx.MockRouter, capsys: pytest.CaptureFixture[str]
) -> None:
    reason = "The model m cannot be reached. It is waited for, 600 s at most."
    states = [
        evaluation(status="running", waits_for=None),
        evaluation(status="running", waits_for=reason),
        evaluation(status="completed", waits_for=None),
    ]
    hub.get(f"/api/repos/ox/support/evaluations/{RUN_ID}").mock(side_effect=states)
    seen: list[Any] = []
    waited = of_run(lambda run: run.wait(progress=True, on_update=seen.append))
    assert teller.tell(waited).error is None
    assert [run.error for run in seen] == [None, reason, None]
    lines = capsys.readouterr().err.splitlines()
    assert [reason in line for line in lines] == [False, True, False]
