"""Runs: what is told of them, and how they are waited for."""

import io
import logging
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

import httpx
import pytest
import respx
from oxloop import (
    ConfigurationError,
    EvaluationCancelled,
    EvaluationFailed,
    NotFoundError,
    TransportError,
    WaitTimeout,
)
from oxloop._progress import reporter
from oxloop.runs import Progress, Provider, RunState, common_status

from .answers import COMMIT_ID, MODEL_ID, RUN_ID, evaluation
from .conftest import Clock, Teller, Told, collect, requests

PATH = f"/api/repos/ox/support/evaluations/{RUN_ID}"

QUEUED = evaluation()
RUNNING = evaluation(status="running", progress={"processed": 3, "total": 9})
COMMITTING = evaluation(status="committing", progress={"processed": 9, "total": 9})
DONE = evaluation(status="completed", progress={"processed": 9, "total": 9})
FAILED = evaluation(status="errored", error_message="no credits left")
CANCELLED = evaluation(status="cancelled", cancelled_at="2026-01-15T09:31:00Z")


def following(method: str, **options: Any) -> Callable[[Any], Any]:
    """A story that gets the run and follows it."""

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        found = getattr(run, method)(**options)
        return (yield collect(found) if method == "watch" else found)

    return story


def script(hub: respx.MockRouter, *answers: Any) -> respx.Route:
    """What the server says each time it is asked; the last answer stays."""
    rest = list(answers)

    def reply(request: httpx.Request) -> httpx.Response:
        answer = rest.pop(0) if len(rest) > 1 else rest[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, content=answer.content, headers=answer.headers)

    return hub.get(PATH).mock(side_effect=reply)


def test_the_status_table_is_complete() -> None:
    table: dict[tuple[Provider, str], str] = {
        ("oxen", "queued"): "queued",
        ("oxen", "running"): "running",
        ("oxen", "committing"): "committing",
        ("oxen", "completed"): "completed",
        ("oxen", "errored"): "failed",
        ("oxen", "cancelled"): "cancelled",
        ("humanloop", "pending"): "queued",
        ("humanloop", "running"): "running",
        ("humanloop", "completed"): "completed",
        ("humanloop", "cancelled"): "cancelled",
        ("oxen", "pending"): "pending",
        ("humanloop", "errored"): "errored",
        ("humanloop", "committing"): "committing",
        ("oxen", "new word"): "new word",
    }
    assert {pair: common_status(*pair) for pair in table} == table
    assert set(get_args(Provider)) == {"oxen", "humanloop"}


def test_a_run_tells_all_that_is_known(teller: Teller, hub: respx.MockRouter) -> None:
    script(
        hub,
        evaluation(
            status="completed",
            progress={"processed": 9, "total": 9},
            started_at="2026-01-15T09:30:01Z",
            completed_at="2026-01-15T09:30:09.250Z",
            prompt_tokens_used=90,
            completion_tokens_used=10,
            tokens_used=100,
            closing_commit={"id": COMMIT_ID},
            parent_id="p",
        ),
    )
    run = teller.tell(lambda oxen: oxen.evaluations.get("ox/support", RUN_ID))
    assert (run.id, run.provider, run.name) == (RUN_ID, "oxen", "first")
    assert (run.status, run.raw_status, run.is_final) == ("completed", "completed", True)
    assert (run.progress.done, run.progress.total, run.progress.fraction) == (9, 9, 1.0)
    assert run.created_at == datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
    assert run.started_at == datetime(2026, 1, 15, 9, 30, 1, tzinfo=UTC)
    assert run.finished_at == datetime(2026, 1, 15, 9, 30, 9, 250_000, tzinfo=UTC)
    usage = run.usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (90, 10, 100)
    assert run.commit == COMMIT_ID
    assert run.extra == {"closing_commit": {"id": COMMIT_ID}, "parent_id": "p"}
    assert (run.oxen.repo, run.oxen.model) == ("ox/support", "small-model")
    assert (run.oxen.revision, run.oxen.path) == ("main", "tickets.parquet")
    assert (run.oxen.target_branch, run.oxen.target_column) == ("eval/first", "department")


def test_a_cancelled_run_ended_when_it_was_cancelled(teller: Teller, hub: respx.MockRouter) -> None:
    script(hub, CANCELLED)
    run = teller.tell(lambda oxen: oxen.evaluations.get("ox/support", RUN_ID))
    assert run.finished_at == datetime(2026, 1, 15, 9, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "total", "fraction"), [(0, 0, 0.0), (3, 0, 0.0), (3, 9, 1 / 3), (12, 9, 1.0)]
)
def test_no_progress_divides_by_zero(done: int, total: int, fraction: float) -> None:
    assert Progress(done, total).fraction == fraction


def test_waiting_follows_the_run_to_its_end(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    route = script(hub, QUEUED, QUEUED, RUNNING, COMMITTING, DONE)
    run = teller.tell(following("wait"))
    assert run.status == "completed"
    assert route.call_count == 5
    assert len(clock.slept) == 3


def test_a_run_that_has_ended_is_not_asked_again(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    route = script(hub, DONE)
    assert teller.tell(following("wait")).status == "completed"
    assert route.call_count == 1
    assert clock.slept == []


def test_refresh_asks_once(teller: Teller, hub: respx.MockRouter) -> None:
    route = script(hub, QUEUED, RUNNING)
    assert teller.tell(following("refresh")).status == "running"
    assert route.call_count == 2


def test_a_failed_run_is_an_error_with_its_reason(teller: Teller, hub: respx.MockRouter) -> None:
    script(hub, QUEUED, FAILED)
    with pytest.raises(EvaluationFailed, match="no credits left") as caught:
        teller.tell(following("wait"))
    assert caught.value.run_id == RUN_ID
    assert caught.value.run.raw_status == "errored"
    assert pickle.loads(pickle.dumps(caught.value)).run == caught.value.run  # noqa: S301


def test_a_cancelled_run_is_an_error(teller: Teller, hub: respx.MockRouter) -> None:
    script(hub, QUEUED, CANCELLED)
    with pytest.raises(EvaluationCancelled, match="was cancelled"):
        teller.tell(following("wait"))


@pytest.mark.parametrize(("end", "status"), [(FAILED, "failed"), (CANCELLED, "cancelled")])
def test_a_bad_end_can_be_taken_as_it_is(
    teller: Teller, hub: respx.MockRouter, end: httpx.Response, status: str
) -> None:
    script(hub, QUEUED, end)
    assert teller.tell(following("wait", raise_on_failure=False)).status == status


def test_a_run_that_had_failed_before_is_an_error_too(
    teller: Teller, hub: respx.MockRouter
) -> None:
    script(hub, FAILED)
    with pytest.raises(EvaluationFailed):
        teller.tell(following("wait"))


def test_waiting_ends_in_time_and_says_that_the_run_goes_on(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    script(hub, RUNNING)
    with pytest.raises(WaitTimeout) as caught:
        teller.tell(following("wait", timeout=20.0))
    assert sum(clock.slept) == pytest.approx(20.0)
    assert caught.value.run_id == RUN_ID
    assert caught.value.run.progress == Progress(3, 9)
    assert str(caught.value) == (
        f"Evaluation {RUN_ID} is still running with 3 of 9 done after 20 s of waiting. "
        "It goes on at the server: wait again, or get it later by this id"
    )


def test_waiting_no_time_asks_nothing(teller: Teller, hub: respx.MockRouter) -> None:
    route = script(hub, RUNNING)
    with pytest.raises(WaitTimeout):
        teller.tell(following("wait", timeout=0))
    assert route.call_count == 1


def test_the_deadline_of_the_wait_shrinks_each_request(
    teller: Teller, hub: respx.MockRouter
) -> None:
    route = script(hub, RUNNING)
    with pytest.raises(WaitTimeout):
        teller.tell(following("wait", timeout=10.0, poll=4.0))
    limits = [request.extensions["timeout"]["read"] for request in requests(route)]
    assert limits == [30.0, 10.0, 6.0, 2.0]


def test_a_server_that_is_silent_until_the_deadline_is_a_wait_time_out(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        clock.now += request.extensions["timeout"]["read"]
        raise httpx.ReadTimeout("slow")

    script(hub, RUNNING)

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        hub.get(PATH).mock(side_effect=silent)
        yield run.wait(timeout=7.0)

    with pytest.raises(WaitTimeout) as caught:
        teller.tell(story)
    assert clock.now == pytest.approx(1_007.0)
    assert isinstance(caught.value.__cause__, TransportError)


def test_the_pauses_grow_with_the_time_waited(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    clock.chance = 0.5
    script(hub, RUNNING)
    with pytest.raises(WaitTimeout):
        teller.tell(following("wait", timeout=600.0))
    pauses = clock.slept[:-1]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.25, 10.0)
    assert 100 < len(pauses) < 160


@pytest.mark.parametrize(("chance", "pause"), [(0.0, 0.2), (1.0, 0.3)])
def test_the_pauses_of_many_clients_differ(
    teller: Teller, hub: respx.MockRouter, clock: Clock, chance: float, pause: float
) -> None:
    clock.chance = chance
    script(hub, RUNNING, RUNNING, DONE)
    teller.tell(following("wait"))
    assert clock.slept == pytest.approx([pause])


def test_the_pause_can_be_set(teller: Teller, hub: respx.MockRouter, clock: Clock) -> None:
    script(hub, QUEUED, QUEUED, QUEUED, DONE)
    teller.tell(following("wait", poll=3.0))
    assert clock.slept == [3.0, 3.0]


@pytest.mark.parametrize("options", [{"timeout": -1}, {"poll": 0}, {"poll": -1.0},
                                     {"timeout": float("nan")}])  # fmt: skip
def test_senseless_times_are_refused(
    teller: Teller, hub: respx.MockRouter, options: dict[str, float]
) -> None:
    script(hub, RUNNING)
    with pytest.raises(ConfigurationError, match="not usable"):
        teller.tell(following("wait", **options))


def test_every_change_is_told_once(teller: Teller, hub: respx.MockRouter) -> None:
    seen: list[tuple[str, int]] = []
    script(hub, QUEUED, QUEUED, RUNNING, RUNNING, COMMITTING, DONE)

    def hook(run: Any) -> None:
        seen.append((run.status, run.progress.done))

    teller.tell(following("wait", on_update=hook))
    assert seen == [("queued", 0), ("running", 3), ("committing", 9), ("completed", 9)]


def test_watching_yields_every_change(teller: Teller, hub: respx.MockRouter) -> None:
    script(hub, QUEUED, QUEUED, RUNNING, DONE)
    assert [run.status for run in teller.tell(following("watch"))] == [
        "queued",
        "running",
        "completed",
    ]


def test_watching_ends_at_a_bad_end_without_an_error(teller: Teller, hub: respx.MockRouter) -> None:
    script(hub, QUEUED, FAILED)
    assert [run.status for run in teller.tell(following("watch"))] == ["queued", "failed"]


def test_watching_has_its_time_too(teller: Teller, hub: respx.MockRouter) -> None:
    script(hub, RUNNING)
    with pytest.raises(WaitTimeout):
        teller.tell(following("watch", timeout=5.0))


def test_a_watched_run_can_be_used_further(teller: Teller, hub: respx.MockRouter) -> None:
    script(hub, QUEUED, DONE)

    def story(oxen: Any) -> Told:
        run = yield oxen.evaluations.get("ox/support", RUN_ID)
        *_, last = yield collect(run.watch())
        return (yield last.refresh())

    assert teller.tell(story).status == "completed"


def test_an_unknown_status_is_waited_out_with_one_warning(
    teller: Teller, hub: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    script(hub, QUEUED, evaluation(status="paused"), evaluation(status="paused"), DONE)
    with caplog.at_level(logging.WARNING, "oxloop"):
        assert teller.tell(following("wait")).status == "completed"
    assert [record.message for record in caplog.records] == [
        f"Evaluation {RUN_ID} has the unknown status 'paused'; waiting on"
    ]


@pytest.mark.parametrize(
    "trouble", [httpx.ConnectError("refused"), httpx.Response(503), httpx.Response(429)], ids=str
)
def test_a_server_out_of_reach_is_waited_for(
    teller: Teller, hub: respx.MockRouter, clock: Clock, trouble: Any
) -> None:
    script(hub, RUNNING, *[trouble] * 20, DONE)
    assert teller.tell(following("wait")).status == "completed"


def test_a_server_out_of_reach_for_too_long_is_not(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    script(hub, RUNNING, httpx.ConnectError("refused"))
    with pytest.raises(TransportError):
        teller.tell(following("wait"))
    assert 60 < clock.now - 1_000.0 < 75


def test_a_refusal_while_waiting_is_final(teller: Teller, hub: respx.MockRouter) -> None:
    route = script(hub, RUNNING, httpx.Response(404))
    with pytest.raises(NotFoundError):
        teller.tell(following("wait"))
    assert route.call_count == 2


def test_giving_up_says_that_the_run_goes_on(
    teller: Teller, hub: respx.MockRouter, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    script(hub, RUNNING)
    clock.interrupt = KeyboardInterrupt()
    with caplog.at_level(logging.INFO, "oxloop"), pytest.raises(KeyboardInterrupt) as caught:
        teller.tell(following("wait"))
    assert caught.value.__notes__ == [f"Evaluation {RUN_ID} goes on at the server."]
    assert f"Evaluation {RUN_ID} goes on at the server." in caplog.text


def test_an_update_hook_that_fails_ends_the_wait(teller: Teller, hub: respx.MockRouter) -> None:
    script(hub, RUNNING)

    def hook(run: object) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        teller.tell(following("wait", on_update=hook))


def test_a_run_survives_a_pickle_without_its_client(teller: Teller, hub: respx.MockRouter) -> None:
    script(hub, DONE)
    run = teller.tell(lambda oxen: oxen.evaluations.get("ox/support", RUN_ID))
    again = pickle.loads(pickle.dumps(run))  # noqa: S301
    assert again == run
    assert type(again) is type(run)
    with pytest.raises(ConfigurationError, match="has no client any more"):
        again.results()


def test_a_run_can_neither_be_changed_nor_show_its_client(
    teller: Teller, hub: respx.MockRouter
) -> None:
    script(hub, DONE)
    run = teller.tell(lambda oxen: oxen.evaluations.get("ox/support", RUN_ID))
    with pytest.raises(AttributeError):
        run.status = "failed"
    assert "driver" not in repr(run)
    assert "api" not in repr(run)


def explicit(oxen: Any) -> Any:
    return oxen.evaluations.create(
        "ox/support",
        revision="feature/a",
        path="tickets.parquet",
        model=MODEL_ID,
        prompt="{query}",
        target_column="answer",
    )


@pytest.mark.parametrize(
    "read",
    [
        {"path": "tickets.parquet", "version": "feature/a"},
        {"path": "tickets.parquet", "version": COMMIT_ID},
        {"path": "tickets.parquet"},
        {},
        None,
    ],
)
def test_a_file_that_was_read_as_meant_is_fine(
    teller: Teller, hub: respx.MockRouter, read: dict[str, str] | None
) -> None:
    hub.post(path__startswith="/api").mock(return_value=evaluation(resource=read))
    assert teller.tell(explicit).id == RUN_ID


def test_a_file_that_was_read_otherwise_is_an_error_that_names_both_readings(
    teller: Teller, hub: respx.MockRouter
) -> None:
    read = {"path": "a/tickets.parquet", "version": "feature"}
    hub.post(path__startswith="/api").mock(return_value=evaluation(resource=read))
    with pytest.raises(ConfigurationError) as caught:
        teller.tell(explicit)
    for words in (
        'path="tickets.parquet" at revision="feature/a"',
        'path="a/tickets.parquet" at "feature"',
        f"the run {RUN_ID} goes on at the server",
    ):
        assert words in str(caught.value)


def test_a_file_that_was_read_otherwise_is_cancelled_where_that_is_possible(
    teller: Teller, hub: respx.MockRouter
) -> None:
    from .answers import capabilities

    hub["capabilities"].mock(return_value=capabilities("cancel"))
    read = {"path": "a/tickets.parquet", "version": "feature"}
    hub.post(path__startswith="/api").mock(return_value=evaluation(resource=read))
    cancel = hub.post(f"/x/v1/oxen/repos/ox/support/evaluations/{RUN_ID}/cancel").mock(
        return_value=CANCELLED
    )
    with pytest.raises(ConfigurationError, match="was cancelled"):
        teller.tell(explicit)
    assert cancel.called


def test_a_short_name_is_taken_as_the_server_reads_it(
    teller: Teller, hub: respx.MockRouter
) -> None:
    read = {"path": "tickets.parquet", "version": "feature/a"}
    hub.post(path__startswith="/api").mock(return_value=evaluation(resource=read))
    run = teller.tell(
        lambda oxen: oxen.evaluations.create(
            "ox/support",
            "feature/a/tickets.parquet",
            model=MODEL_ID,
            prompt="{query}",
            target_column="answer",
        )
    )
    assert (run.oxen.revision, run.oxen.path) == ("feature/a", "tickets.parquet")


def state(status: str, done: int, total: int = 10) -> RunState:
    return RunState(
        id="run-1",
        provider="oxen",
        status=status,
        raw_status=status,
        progress=Progress(done, total),
    )


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_that_is_written_over(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal()
    with reporter(True, clock.time, terminal) as show:
        show(state("running", 0))
        clock.now += 5
        show(state("running", 5))
        clock.now += 70
        show(state("completed", 10))
    text = terminal.getvalue()
    first, second, third = text.removeprefix("\r").removesuffix("\n").split("\r")
    assert text.count("\n") == 1
    assert first.startswith("[" + "." * 14 + "] running")
    assert second.startswith("[" + "#" * 7 + "." * 7 + "] running")
    assert "5/10   50 %  5 s" in second
    assert "completed" in third
    assert "1 min 15 s" in third
    assert max(len(line.removesuffix("\x1b[K")) for line in (first, second, third)) <= 60


def test_a_narrow_terminal_gets_no_line_that_wraps(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal()
    with reporter(True, clock.time, terminal) as show:
        show(state("running", 5))
    assert len(terminal.getvalue().strip("\r\n").removesuffix("\x1b[K")) <= 20


def test_a_log_gets_a_line_at_each_status_and_now_and_then(clock: Clock) -> None:
    log = io.StringIO()
    with reporter(True, clock.time, log) as show:
        for done in range(10):
            show(state("running", done))
            clock.now += 4
        show(state("completed", 10))
    lines = log.getvalue().splitlines()
    assert [line.split()[3] for line in lines] == ["0/10", "4/10", "8/10", "10/10"]
    assert lines[0].startswith("evaluation run-1: running")
    assert "\r" not in log.getvalue()


def test_nobody_is_shown_what_nobody_asked_for(clock: Clock) -> None:
    log = io.StringIO()
    with reporter(False, clock.time, log) as show:
        show(state("running", 1))
    assert log.getvalue() == ""


def test_progress_goes_to_stderr(
    teller: Teller, hub: respx.MockRouter, capsys: pytest.CaptureFixture[str]
) -> None:
    script(hub, QUEUED, RUNNING, DONE)
    teller.tell(following("wait", progress=True))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 3
    assert "completed   9/9  100 %" in shown.err


def test_a_run_whose_answers_the_server_makes_is_not_executed(
    teller: Teller, hub: respx.MockRouter
) -> None:
    script(hub, QUEUED)
    with pytest.raises(ConfigurationError, match=r"the server asks the model itself: wait\(\)"):
        teller.tell(following("execute", fn=str))
    assert len(requests(hub.get(PATH))) == 1
