"""Runs on Humanloop: how far they are, how they are waited for, and how they end."""

import logging
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest
import respx
from attrs import define, field
from oxloop import (
    BadRequestError,
    ConfigurationError,
    EvaluationCancelled,
    EvaluationFailed,
    ServerError,
    TransportError,
    WaitTimeout,
)
from oxloop.humanloop.tally import PAGES_A_LOOK

from ..conftest import Clock, Teller, Told, collect, requests
from . import answers
from .answers import CONFIG_ID, DATASET_ID, EVALUATOR_ID, PROJECT_ID, RUN_ID, ok, page

PATH = f"/v4/evaluations/{RUN_ID}"

GOOD = answers.log()
BAD = answers.log(output=None, error="the model is gone")


@define
class Service:
    """A service with one run, whose datapoints a test changes as it likes.

    Attributes:
        statuses: What the run's status is, each time that somebody asks; the last one stays.
        cases: The run's datapoints.
        evaluators: Who judges.
        pages: The numbers of the pages that were asked for.
        looks: How often the run itself was asked for.
        on_look: Called before each answer about the run.
    """

    statuses: list[str]
    cases: list[dict[str, Any]]
    evaluators: list[dict[str, Any]] = field(factory=lambda: [answers.evaluator()])
    pages: list[int] = field(factory=list[int])
    looks: int = 0
    on_look: Callable[["Service"], None] = lambda service: None

    def run(self, request: httpx.Request) -> httpx.Response:
        """Answer what is asked about the run."""
        self.looks += 1
        self.on_look(self)
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        aggregates = [answers.aggregate()] if "evaluator_aggregates" in request.url.params else None
        return ok(
            answers.evaluation(
                status=status,
                evaluators=self.evaluators,
                dataset_snapshot=answers.dataset(datapoint_count=len(self.cases)),
                evaluator_aggregates=aggregates,
            )
        )

    def datapoints(self, request: httpx.Request) -> httpx.Response:
        """Answer a page of the datapoints."""
        number, size = (int(request.url.params[name]) for name in ("page", "size"))
        self.pages.append(number)
        start = (number - 1) * size
        return ok(page(self.cases[start : start + size], number, len(self.cases)))

    def finish(self, count: int, log: dict[str, Any] = GOOD) -> None:
        """Have the first datapoints done."""
        ids = [evaluator["id"] for evaluator in self.evaluators]
        for number in range(count):
            self.cases[number] = answers.case(number, *ids, log=log)


def service(hub: respx.MockRouter, *statuses: str, size: int = 3) -> Service:
    """Script a service with one run of some datapoints, none of them done."""
    made = Service([*statuses], [answers.case(number) for number in range(size)])
    hub.get(PATH).mock(side_effect=made.run)
    hub.get(f"{PATH}/datapoints").mock(side_effect=made.datapoints)
    return made


def got(hl: Any) -> Any:
    return hl.evaluations.get(RUN_ID)


def following(method: str, **options: Any) -> Callable[[Any], Told]:
    """A story that gets the run and follows it."""

    def story(hl: Any) -> Told:
        run = yield got(hl)
        found = getattr(run, method)(**options)
        return (yield collect(found) if method == "watch" else found)

    return story


def refreshed(times: int) -> Callable[[Any], Told]:
    """A story that asks again and again how far the run is."""

    def story(hl: Any) -> Told:
        run = yield got(hl)
        seen = [run]
        for _ in range(times):
            seen.append((yield seen[-1].refresh()))
        return seen

    return story


def done(runs: Sequence[Any]) -> list[tuple[int, int]]:
    return [(run.progress.done, run.progress.total) for run in runs]


def test_a_datapoint_is_done_when_it_has_a_log_and_all_results(
    teller: Teller, hub: respx.MockRouter
) -> None:
    made = service(hub, "running", size=6)
    made.evaluators.append(answers.evaluator(id="evfn_2", type="external"))
    made.cases[0] = answers.case(0, EVALUATOR_ID, "evfn_2", log=GOOD)
    made.cases[1] = answers.case(1, EVALUATOR_ID, log=GOOD)
    made.cases[2] = answers.case(2, log=GOOD)
    made.cases[3] = answers.case(3, EVALUATOR_ID, "evfn_2", "evfn_3", log=BAD)
    made.cases[4] = answers.case(
        4,
        log=GOOD,
        evaluation_results=[
            answers.result(value=None, error="no"),
            answers.result(evaluator_id="evfn_2"),
        ],
    )
    assert done([teller.tell(got)]) == [(3, 6)]


def test_a_run_that_has_not_begun_is_not_counted(teller: Teller, hub: respx.MockRouter) -> None:
    made = service(hub, "pending", size=250)
    assert done(teller.tell(refreshed(2))) == [(0, 250)] * 3
    assert made.pages == []


def test_a_long_run_is_not_read_as_a_whole_each_time(teller: Teller, hub: respx.MockRouter) -> None:
    made = service(hub, "running", size=2_000)
    counts = iter([0, 30, 130, 1_999, 1_999, 1_999, 1_999])

    def on_look(made: Service) -> None:
        made.pages.append(0)
        made.finish(next(counts))

    made.on_look = on_look
    assert done(teller.tell(refreshed(6))) == [
        (0, 2_000),
        (30, 2_000),
        (130, 2_000),
        (600, 2_000),
        (1_100, 2_000),
        (1_600, 2_000),
        (1_999, 2_000),
    ]
    assert made.pages == [
        *(0, 1),
        *(0, 1, 2),
        *(0, 1, 2, 3),
        *(0, 2, 3, 4, 5, 6),
        *(0, 7, 8, 9, 10, 11),
        *(0, 12, 13, 14, 15, 16),
        *(0, 17, 18, 19, 20),
    ]


def test_a_look_that_found_all_pages_unfinished_goes_on_behind_them(
    teller: Teller, hub: respx.MockRouter
) -> None:
    made = service(hub, "running", size=700)
    made.finish(700)
    for stuck in range(0, 700, 100):
        made.cases[stuck] = answers.case(stuck)
    assert done(teller.tell(refreshed(2))) == [(495, 700), (693, 700), (693, 700)]
    assert made.pages == [1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5]


def test_a_completed_run_is_counted_to_its_end(teller: Teller, hub: respx.MockRouter) -> None:
    made = service(hub, "completed", size=1_050)
    made.finish(1_050)
    made.cases[3] = answers.case(3)
    assert done([teller.tell(got)]) == [(1_049, 1_050)]
    assert made.pages == [*range(1, 12)]


def test_at_the_end_only_the_pages_are_read_that_were_not_done(
    teller: Teller, hub: respx.MockRouter
) -> None:
    made = service(hub, "running", "completed", size=450)
    made.finish(230)

    def on_look(made: Service) -> None:
        if made.looks == 2:
            made.finish(450)

    made.on_look = on_look
    assert done(teller.tell(refreshed(1))) == [(230, 450), (450, 450)]
    assert made.pages == [1, 2, 3, 4, 3, 4, 5]


def test_a_cancelled_run_is_not_read_as_a_whole(teller: Teller, hub: respx.MockRouter) -> None:
    made = service(hub, "cancelled", size=2_000)
    made.finish(2_000)
    assert done([teller.tell(got)]) == [(100 * PAGES_A_LOOK, 2_000)]
    assert len(made.pages) == PAGES_A_LOOK


def test_new_evaluators_make_a_count_begin_again(teller: Teller, hub: respx.MockRouter) -> None:
    made = service(hub, "running", size=3)
    made.finish(2)

    def on_look(made: Service) -> None:
        if made.looks == 2:
            made.evaluators.append(answers.evaluator(id="evfn_2"))

    made.on_look = on_look
    assert done(teller.tell(refreshed(1))) == [(2, 3), (0, 3)]


def test_counting_ends_with_the_time_of_the_call(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    made = service(hub, "completed", size=2_000)
    made.finish(2_000)
    limits: list[float] = []

    def slow(request: httpx.Request) -> httpx.Response:
        limits.append(request.extensions["timeout"]["read"])
        clock.now += min(4.0, limits[-1])
        if limits[-1] < 4.0:
            raise httpx.ReadTimeout("slow")
        return made.datapoints(request)

    hub.get(f"{PATH}/datapoints").mock(side_effect=slow)
    run = teller.tell(got, total_timeout=10.0)
    assert done([run]) == [(200, 2_000)]
    assert limits == [10.0, 6.0, 2.0]


def test_a_page_that_is_too_slow_by_itself_is_an_error(
    teller: Teller, hub: respx.MockRouter
) -> None:
    service(hub, "running")
    hub.get(f"{PATH}/datapoints").mock(side_effect=httpx.ReadTimeout("slow"))
    with pytest.raises(TransportError, match="slow"):
        teller.tell(got)


def test_waiting_follows_the_run_to_its_end(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    made = service(hub, "pending", "running", "running", "completed")
    made.on_look = lambda made: made.finish(made.looks - 1)
    seen: list[tuple[str, int]] = []

    def tell(run: Any) -> None:
        seen.append((run.status, run.progress.done))

    run = teller.tell(following("wait", on_update=tell))
    assert (run.status, run.progress.done, run.progress.total) == ("completed", 3, 3)
    assert [aggregate.value for aggregate in run.aggregates] == [0.75]
    assert seen == [("queued", 0), ("running", 1), ("running", 2), ("completed", 3)]
    assert made.looks == 4
    assert len(clock.slept) == 2


def test_watching_can_end_before_the_run_does(teller: Teller, hub: respx.MockRouter) -> None:
    made = service(hub, "pending", "running")

    def story(hl: Any) -> Told:
        run = yield got(hl)
        news = run.watch()
        if teller.is_sync:
            for _ in range(2):
                next(news)
            news.close()
        else:
            for _ in range(2):
                yield anext(news)
            yield news.aclose()

    teller.tell(story)
    assert made.looks == 2


def test_what_was_counted_is_no_news(teller: Teller, hub: respx.MockRouter) -> None:
    made = service(hub, "running", "running", "running", "completed", size=700)
    made.finish(700)
    for stuck in range(0, 700, 100):
        made.cases[stuck] = answers.case(stuck)
    runs = teller.tell(following("watch"))
    assert done(runs) == [(495, 700), (693, 700), (693, 700)]
    assert [run.status for run in runs] == ["running", "running", "completed"]


def test_a_run_in_which_every_log_has_an_error_has_failed(
    teller: Teller, hub: respx.MockRouter
) -> None:
    made = service(hub, "running", "completed", size=3)
    made.finish(2, BAD)
    with pytest.raises(EvaluationFailed, match="every log has an error, the first one:") as caught:
        teller.tell(following("wait"))
    assert "the model is gone" in str(caught.value)
    run = caught.value.run
    assert (run.status, run.raw_status) == ("completed", "completed")
    assert run.error == "every log has an error, the first one: the model is gone"
    assert pickle.loads(pickle.dumps(caught.value)).run == run  # noqa: S301


def test_such_a_run_can_be_taken_as_it_is(teller: Teller, hub: respx.MockRouter) -> None:
    service(hub, "completed").finish(3, BAD)
    run = teller.tell(following("wait", raise_on_failure=False))
    assert (run.status, run.error) == ("completed", None)


def test_one_good_log_is_enough_however_late_it_comes(
    teller: Teller, hub: respx.MockRouter
) -> None:
    made = service(hub, "completed", size=250)
    made.finish(250, BAD)
    made.cases[230] = answers.case(230, EVALUATOR_ID, log=GOOD)
    assert teller.tell(following("wait")).status == "completed"
    assert made.pages == [1, 2, 3, 1, 2, 3]


def test_usually_one_page_tells_that_a_run_has_not_failed(
    teller: Teller, hub: respx.MockRouter
) -> None:
    made = service(hub, "completed", size=250)
    made.finish(250)
    assert teller.tell(following("wait")).status == "completed"
    assert made.pages == [1, 2, 3, 1]


def test_a_run_without_logs_has_not_failed(teller: Teller, hub: respx.MockRouter) -> None:
    service(hub, "completed")
    assert teller.tell(following("wait")).status == "completed"


def test_a_run_without_datapoints_is_done(teller: Teller, hub: respx.MockRouter) -> None:
    service(hub, "completed", size=0)
    run = teller.tell(following("wait"))
    assert (run.progress.done, run.progress.total) == (0, 0)


def test_a_cancelled_run_is_an_error(teller: Teller, hub: respx.MockRouter) -> None:
    made = service(hub, "running", "cancelled")
    made.finish(3, BAD)
    with pytest.raises(EvaluationCancelled, match="was cancelled"):
        teller.tell(following("wait"))


def test_a_status_that_is_gone_from_the_api_is_waited_out(
    teller: Teller, hub: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    service(hub, "running", "failed_not", "failed_not", "completed").finish(3)
    with caplog.at_level(logging.WARNING, "oxloop"):
        assert teller.tell(following("wait")).status == "completed"
    assert [record.message for record in caplog.records] == [
        f"Evaluation {RUN_ID} has the unknown status 'failed_not'; waiting on"
    ]


def test_a_status_failed_is_a_failure_all_the_same(teller: Teller, hub: respx.MockRouter) -> None:
    service(hub, "running", "failed")
    with pytest.raises(EvaluationFailed):
        teller.tell(following("wait"))


def test_waiting_ends_in_time(teller: Teller, hub: respx.MockRouter, clock: Clock) -> None:
    service(hub, "running").finish(1)
    with pytest.raises(WaitTimeout, match="still running with 1 of 3 done") as caught:
        teller.tell(following("wait", timeout=20.0))
    assert sum(clock.slept) == pytest.approx(20.0)
    assert caught.value.run_id == RUN_ID


def test_the_deadline_of_the_wait_shrinks_the_counting_too(
    teller: Teller, hub: respx.MockRouter, clock: Clock
) -> None:
    made = service(hub, "running", size=2_000)
    made.finish(2_000)
    limits: list[float] = []

    def slow(request: httpx.Request) -> httpx.Response:
        limits.append(request.extensions["timeout"]["read"])
        clock.now += 3.0
        return made.datapoints(request)

    def story(hl: Any) -> Told:
        run = yield got(hl)
        hub.get(f"{PATH}/datapoints").mock(side_effect=slow)
        yield run.wait(timeout=7.0)

    with pytest.raises(WaitTimeout):
        teller.tell(story)
    assert limits == [7.0, 4.0, 1.0]


@pytest.mark.parametrize("trouble", [httpx.ConnectError("refused"), httpx.Response(503)], ids=str)
def test_trouble_while_counting_is_waited_out(
    teller: Teller, hub: respx.MockRouter, trouble: Any
) -> None:
    made = service(hub, "running", "running", "completed")
    made.finish(3)
    made.cases[1] = answers.case(1)
    hub.get(f"{PATH}/datapoints").mock(
        side_effect=[made.datapoints(httpx.Request("GET", f"{PATH}?page=1&size=100"))]
        + [trouble] * 7
        + [made.datapoints(httpx.Request("GET", f"{PATH}?page=1&size=100"))] * 2
    )
    assert teller.tell(following("wait")).status == "completed"


@pytest.mark.parametrize(
    ("kinds", "hl_generated", "words"),
    [
        (["python"], False, "a log for each datapoint, and then"),
        (["python", "external"], None, 'the results of "external 1", and then'),
        (["human", "llm"], True, 'the results of "human 0", and then'),
        (["external"], False, 'a log for each datapoint and the results of "external 0", and'),
        (["python", "llm"], None, None),
        (["python"], True, None),
    ],
)
def test_waiting_says_once_what_the_caller_has_to_do(
    teller: Teller,
    hub: respx.MockRouter,
    caplog: pytest.LogCaptureFixture,
    kinds: list[str],
    hl_generated: bool | None,
    words: str | None,
) -> None:
    made = service(hub, "running", "running", "running", "completed")
    made.evaluators = [
        answers.evaluator(id=f"evfn_{number}", name=f"{kind} {number}", type=kind)
        for number, kind in enumerate(kinds)
    ]
    made.finish(3)
    hub.post(f"/v4/projects/{PROJECT_ID}/evaluations").mock(side_effect=made.run)

    def story(hl: Any) -> Told:
        run = yield hl.evaluations.create(
            PROJECT_ID,
            config_id=CONFIG_ID,
            evaluator_ids=[evaluator["id"] for evaluator in made.evaluators],
            dataset_id=DATASET_ID,
            hl_generated=hl_generated,
        )
        return (yield run.wait())

    with caplog.at_level(logging.WARNING, "oxloop"):
        assert teller.tell(story).status == "completed"
    lines = [record.message for record in caplog.records]
    if words is None:
        assert lines == []
    else:
        (line,) = lines
        assert f"Evaluation {RUN_ID} does not end by itself: it waits for " in line
        assert words in line
        assert 'evaluations.update_status(…, "completed")' in line


def test_of_a_run_that_was_only_got_no_more_is_said_than_is_known(
    teller: Teller, hub: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    service(hub, "running", "completed").finish(3)
    with caplog.at_level(logging.WARNING, "oxloop"):
        teller.tell(following("wait"))
    assert caplog.records == []


def test_a_run_that_has_ended_needs_nobody(
    teller: Teller, hub: respx.MockRouter, caplog: pytest.LogCaptureFixture
) -> None:
    made = service(hub, "completed")
    made.evaluators = [answers.evaluator(type="external")]
    made.finish(3)
    with caplog.at_level(logging.WARNING, "oxloop"):
        teller.tell(following("wait"))
    assert caplog.records == []


def test_cancel_sets_the_status_and_may_be_repeated(teller: Teller, hub: respx.MockRouter) -> None:
    made = service(hub, "running", "cancelled")
    made.finish(1)
    route = hub.patch(f"{PATH}/status").mock(
        side_effect=[httpx.ReadError("reset"), ok(answers.evaluation(status="cancelled"))]
    )
    run = teller.tell(following("cancel"))
    assert (run.status, run.progress.done) == ("cancelled", 1)
    assert [request.content for request in requests(route)] == [b'{"status":"cancelled"}'] * 2
    assert "idempotency-key" not in requests(route)[0].headers


def test_a_run_that_has_ended_cannot_be_cancelled(teller: Teller, hub: respx.MockRouter) -> None:
    service(hub, "completed")
    hub.patch(f"{PATH}/status").mock(
        return_value=httpx.Response(400, json={"detail": "A completed evaluation cannot …"})
    )
    with pytest.raises(BadRequestError, match="A completed evaluation cannot"):
        teller.tell(following("cancel"))


def test_a_run_survives_a_pickle_without_its_client(teller: Teller, hub: respx.MockRouter) -> None:
    service(hub, "running").finish(1)
    run = teller.tell(got)
    again = pickle.loads(pickle.dumps(run))  # noqa: S301
    assert again == run
    assert again.humanloop.tally == run.humanloop.tally
    with pytest.raises(ConfigurationError, match=r"humanloop.evaluations.get\(run.id\)"):
        again.results()


def test_a_server_that_loses_only_the_datapoints_is_an_error_of_get(
    teller: Teller, hub: respx.MockRouter
) -> None:
    service(hub, "running")
    hub.get(f"{PATH}/datapoints").mock(return_value=httpx.Response(500))
    with pytest.raises(ServerError):
        teller.tell(got)
    hub.get(f"{PATH}/datapoints").mock(side_effect=httpx.ReadError("reset"))
    with pytest.raises(TransportError):
        teller.tell(got)
