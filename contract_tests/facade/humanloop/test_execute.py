"""A caller's own functions over a run's datapoints: what is sent, once, and when it ends."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import anyio
import httpx
import pytest
import respx
from attrs import define, field
from oxloop import (
    AsyncHumanloop,
    AuthenticationError,
    ConfigurationError,
    EvaluationCancelled,
    Humanloop,
    TransportError,
    UnprocessableEntityError,
)

from ..conftest import Clock, Teller, Told, requests
from . import answers
from .answers import CONFIG_ID, DATASET_ID, EVALUATOR_ID, PROJECT_ID, RUN_ID, ok, page, refusal

PATH = f"/v4/evaluations/{RUN_ID}"

Json = dict[str, Any]
Reply = httpx.Response | Exception


def external(number: int) -> Json:
    """An evaluator whose results the caller sends."""
    return answers.evaluator(
        id=f"evfn_own{number}",
        name=f"own {number}",
        type="external",
        return_type="number",
        arguments_type="target_free",
        code=None,
    )


@define
class Service:
    """A service with one run, which keeps what it is sent.

    Attributes:
        size: How many datapoints the run has.
        status: The run's status.
        evaluators: Who judges.
        logs: The logs by datapoint, as they came.
        results: The results by log and evaluator, as they came.
        faults: Told of each request that would be kept; may answer otherwise, or raise. What it
            is given keeps the request.
        judges: Called at each look at the run.
        statuses: Each status that was asked for.
        pages: The pages that were asked for.
    """

    size: int = 3
    status: str = "pending"
    evaluators: list[Json] = field(factory=list[Json])
    logs: dict[str, Json] = field(factory=dict[str, Json])
    results: dict[tuple[str, str], Json] = field(factory=dict[tuple[str, str], Json])
    faults: Callable[[str, Callable[[], httpx.Response]], httpx.Response] = lambda path, keep: (
        keep()
    )
    judges: Callable[["Service"], None] = lambda service: None
    statuses: list[str] = field(factory=list[str])
    pages: list[int] = field(factory=list[int])

    def run(self, request: httpx.Request) -> httpx.Response:
        """Answer what is asked about the run."""
        self.judges(self)
        return ok(
            answers.evaluation(
                status=self.status,
                evaluators=self.evaluators,
                dataset_snapshot=answers.dataset(datapoint_count=self.size),
            )
        )

    def set_status(self, request: httpx.Request) -> httpx.Response:
        """Change the status."""
        self.status = json.loads(request.content)["status"]
        self.statuses.append(self.status)
        return self.run(request)

    def datapoints(self, request: httpx.Request) -> httpx.Response:
        """Answer a page of the datapoints."""
        number, size = (int(request.url.params[name]) for name in ("page", "size"))
        self.pages.append(number)
        there = range(self.size)[(number - 1) * size : number * size]
        return ok(page([self._case(f"evtc_{one}", one) for one in there], number, self.size))

    def log(self, request: httpx.Request) -> httpx.Response:
        """Take a log."""
        body = json.loads(request.content)
        datapoint_id = body["datapoint_id"]

        def keep() -> httpx.Response:
            if self.status != "running":
                return httpx.Response(400, json={"detail": f"The evaluation is {self.status}."})
            if datapoint_id in self.logs:
                taken = f"has its log already, '{self.log_id(datapoint_id)}'."
                return refusal((["body", "datapoint_id"], taken))
            self.logs[datapoint_id] = body["log"]
            return ok(answers.created_log(id=self.log_id(datapoint_id)), 201)

        return self.faults("log", keep)

    def result(self, request: httpx.Request) -> httpx.Response:
        """Take a result."""
        body = json.loads(request.content)

        def keep() -> httpx.Response:
            self.results[body["log_id"], body["evaluator_id"]] = body
            return ok(answers.result(), 201)

        return self.faults("result", keep)

    def one_log(self, request: httpx.Request) -> httpx.Response:
        """Answer a log."""
        log_id = request.url.path.rpartition("/")[2]
        return ok(self._log(log_id.replace("data_", "evtc_")))

    def judge(self, evaluator_id: str) -> None:
        """Have one of the service's own evaluators judge all logs."""
        for datapoint_id in self.logs:
            self.results[self.log_id(datapoint_id), evaluator_id] = {"result": True}

    def said(self, evaluator_id: str) -> dict[str, Any]:
        """What an evaluator said of each log: a value, or an error's text."""
        return {
            log_id: body.get("result", body.get("error"))
            for (log_id, judge), body in self.results.items()
            if judge == evaluator_id
        }

    @staticmethod
    def log_id(datapoint_id: str) -> str:
        """The log of a datapoint."""
        return datapoint_id.replace("evtc_", "data_")

    def _log(self, datapoint_id: str) -> Json:
        kept = self.logs[datapoint_id]
        return answers.log(
            id=self.log_id(datapoint_id), output=kept.get("output"), error=kept.get("error")
        )

    def _case(self, datapoint_id: str, number: int) -> Json:
        log_id = self.log_id(datapoint_id)
        judges = [judge for log, judge in self.results if log == log_id]
        log = self._log(datapoint_id) if datapoint_id in self.logs else None
        return answers.case(number, *judges, log=log)


@pytest.fixture
def service(hub: respx.MockRouter) -> Service:
    """The service, at its address."""
    made = Service()
    hub.get(PATH).mock(side_effect=made.run)
    hub.patch(f"{PATH}/status").mock(side_effect=made.set_status)
    hub.get(f"{PATH}/datapoints").mock(side_effect=made.datapoints)
    hub.post(f"{PATH}/log", name="log").mock(side_effect=made.log)
    hub.post(f"{PATH}/result", name="result").mock(side_effect=made.result)
    hub.get(path__regex="/v4/logs/.*").mock(side_effect=made.one_log)
    return made


def answer(datapoint: Any) -> str:
    """A function of a caller's."""
    return f"answer to {datapoint.inputs['review']}"


def length(log: Any, datapoint: Any) -> int:
    """An evaluator of a caller's."""
    return len(log.output)


def one(log: Any, datapoint: Any) -> int:
    """Another one."""
    return 1


def nothing() -> str:
    """A function that takes no datapoint."""
    return "x"


def execute(*arguments: Any, **options: Any) -> Callable[[Any], Told]:
    """A story: a run is executed."""

    def story(hl: Any) -> Told:
        run = yield hl.evaluations.get(RUN_ID)
        return (yield run.execute(*arguments, **options))

    return story


def test_every_datapoint_gets_its_log(
    teller: Teller, service: Service, hub: respx.MockRouter, clock: Clock
) -> None:
    def slow(datapoint: Any) -> str:
        clock.now += 0.5
        return answer(datapoint)

    run = teller.tell(execute(slow, concurrency=1))
    assert (run.status, run.progress.done, run.progress.total) == ("completed", 3, 3)
    assert service.statuses == ["running", "completed"]
    sent = [json.loads(request.content) for request in requests(hub["log"])]
    assert sent[1] == {
        "datapoint_id": "evtc_1",
        "log": {
            "config_id": CONFIG_ID,
            "duration": 0.5,
            "inputs": {"review": "review 1"},
            "output": "answer to review 1",
        },
    }
    assert set(service.logs) == {"evtc_0", "evtc_1", "evtc_2"}


def test_the_log_names_the_project_where_it_is_known(
    teller: Teller, service: Service, hub: respx.MockRouter
) -> None:
    hub.post(f"/v4/projects/{PROJECT_ID}/evaluations").mock(
        return_value=ok(answers.evaluation(evaluators=[]), 201)
    )

    def story(hl: Any) -> Told:
        run = yield hl.evaluations.create(
            PROJECT_ID,
            config_id=CONFIG_ID,
            dataset_id=DATASET_ID,
            evaluator_ids=[EVALUATOR_ID],
            hl_generated=False,
        )
        return (yield run.execute(answer))

    run = teller.tell(story)
    assert {log["project_id"] for log in service.logs.values()} == {PROJECT_ID}
    assert run.humanloop.project_id == PROJECT_ID


def test_a_function_may_be_async(teller: Teller, service: Service) -> None:
    async def later(datapoint: Any) -> Json:
        return {"output": answer(datapoint), "duration": 9.0}

    teller.tell(execute(later))
    assert service.logs["evtc_2"]["output"] == "answer to review 2"
    assert {log["duration"] for log in service.logs.values()} == {9.0}


def test_and_so_may_what_a_plain_one_returns(teller: Teller, service: Service) -> None:
    async def later(datapoint: Any) -> str:
        return answer(datapoint)

    class Later:
        async def __call__(self, datapoint: Any) -> str:
            return answer(datapoint)

    def plain(datapoint: Any) -> Any:
        return later(datapoint)

    teller.tell(execute(plain))
    assert len(service.logs) == 3
    service.logs.clear()
    service.status = "running"
    teller.tell(execute(Later()))
    assert len(service.logs) == 3


def test_no_more_are_under_way_than_asked_for(teller: Teller, service: Service) -> None:
    service.size = 20
    at_once = threading.Barrier(4)  # breaks unless four get there together

    def together(datapoint: Any) -> str:
        at_once.wait(30)
        return "x"

    teller.tell(execute(together, concurrency=4))
    assert len(service.logs) == 20


def test_a_plain_function_does_not_hold_up_the_others(teller: Teller, service: Service) -> None:
    service.size = 1
    threads: list[int] = []

    def where(datapoint: Any) -> str:
        threads.append(threading.get_ident())
        return "x"

    teller.tell(execute(where))
    assert threads != [threading.get_ident()]


def test_a_datapoint_that_fails_has_an_error_in_its_log(
    teller: Teller, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(datapoint: Any) -> str:
        if datapoint.id == "evtc_1":
            raise ValueError("no answer")
        return "x"

    run = teller.tell(execute(fails))
    assert run.status == "completed"
    assert service.logs["evtc_1"]["error"] == "ValueError: no answer"
    assert "output" not in service.logs["evtc_1"]
    assert service.logs["evtc_2"]["output"] == "x"
    assert "the function failed for 1 of 3 datapoints" in caplog.text


def test_what_has_a_log_is_skipped(teller: Teller, service: Service) -> None:
    service.status = "running"
    service.logs["evtc_1"] = {"output": "from before"}
    asked: list[str] = []

    def once(datapoint: Any) -> str:
        asked.append(datapoint.id)
        return "x"

    teller.tell(execute(once))
    assert sorted(asked) == ["evtc_0", "evtc_2"]
    assert service.logs["evtc_1"] == {"output": "from before"}
    assert service.statuses == ["completed"]


def test_a_run_that_is_done_is_left_alone(
    teller: Teller, service: Service, hub: respx.MockRouter
) -> None:
    service.status = "completed"
    service.logs = {f"evtc_{number}": {"output": "x"} for number in range(3)}
    run = teller.tell(execute(answer))
    assert run.status == "completed"
    assert service.statuses == []
    assert not hub["log"].called


def test_a_completed_run_that_lacks_something_is_opened_again(
    teller: Teller, service: Service
) -> None:
    service.status = "completed"
    service.logs["evtc_1"] = {"output": "x"}
    teller.tell(execute(answer))
    assert service.statuses == ["running", "completed"]
    assert len(service.logs) == 3


def test_but_not_for_the_results_of_others(teller: Teller, service: Service) -> None:
    service.status = "completed"
    service.evaluators = [external(1), external(2)]
    service.logs = {f"evtc_{number}": {"output": "x"} for number in range(3)}
    service.results = {(f"data_{number}", "evfn_own1"): {"result": 1} for number in range(3)}
    run = teller.tell(execute(answer, evaluators={"own 1": one}))
    assert (run.status, service.statuses) == ("completed", [])


def test_it_goes_from_page_to_page(teller: Teller, service: Service) -> None:
    service.size = 205
    run = teller.tell(execute(answer, concurrency=16))
    assert len(service.logs) == 205
    assert {1, 2, 3} <= set(service.pages)
    assert run.progress.done == 205


def test_evaluators_of_the_callers_own_judge(teller: Teller, service: Service) -> None:
    service.evaluators = [external(1), external(2)]

    async def asynchronous(log: Any, datapoint: Any) -> int:
        return len(datapoint.inputs)

    run = teller.tell(
        execute(
            answer,
            evaluators={"evfn_own1": length, "own 2": asynchronous},
        )
    )
    assert service.said("evfn_own1") == {"data_0": 18, "data_1": 18, "data_2": 18}
    assert service.said("evfn_own2") == {"data_0": 1, "data_1": 1, "data_2": 1}
    assert run.status == "completed"


def test_an_evaluator_that_fails_has_an_error_in_its_result(
    teller: Teller, service: Service
) -> None:
    service.evaluators = [external(1)]

    def fails(datapoint: Any) -> str:
        if datapoint.id == "evtc_0":
            raise ValueError("no")
        return "x"

    def judge(log: Any, datapoint: Any) -> object:
        if datapoint.id == "evtc_1":
            raise LookupError("no target")
        return "text"

    run = teller.tell(execute(fails, evaluators={"own 1": judge}))
    said = service.said("evfn_own1")
    assert said["data_0"] == "There is no output to judge: ValueError: no"
    assert said["data_1"] == "LookupError: no target"
    assert said["data_2"].endswith("must return a number; it returned a value of type str.")
    assert run.status == "completed"


def test_results_that_are_missing_are_added(
    teller: Teller, service: Service, hub: respx.MockRouter
) -> None:
    service.evaluators = [external(1)]
    service.status = "running"
    service.logs = {"evtc_0": {"output": "a"}, "evtc_1": {"output": "bc"}}
    service.results["data_0", "evfn_own1"] = {"result": 7}
    teller.tell(execute(answer, evaluators={"own 1": length}))
    assert service.said("evfn_own1") == {"data_0": 7, "data_1": 2, "data_2": 18}
    assert hub["log"].call_count == 1


def test_it_waits_for_the_services_own_evaluators(
    teller: Teller, service: Service, clock: Clock
) -> None:
    service.evaluators = [answers.evaluator()]
    looks = 0

    def judge_late(service: Service) -> None:
        nonlocal looks
        assert "completed" not in service.statuses or service.said(EVALUATOR_ID)
        looks += len(service.logs) == 3
        if looks == 5:
            service.judge(EVALUATOR_ID)

    service.judges = judge_late
    run = teller.tell(execute(answer))
    assert run.status == "completed"
    assert len(clock.slept) >= 3


def test_a_run_that_waits_for_others_stays_running(
    teller: Teller, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.evaluators = [external(1), external(2) | {"name": "people"}]
    run = teller.tell(execute(answer, evaluators={"own 1": one}))
    assert run.status == "running"
    assert service.statuses == ["running"]
    assert 'it waits for the results of "people"' in caplog.text


def test_a_log_whose_answer_was_lost_is_not_sent_again(
    teller: Teller, service: Service, hub: respx.MockRouter
) -> None:
    lost: list[str] = []

    def lose(path: str, keep: Callable[[], httpx.Response]) -> httpx.Response:
        kept = keep()
        if path not in lost:
            lost.append(path)
            raise httpx.ReadError("reset")
        return kept

    service.evaluators = [external(1)]
    service.faults = lose
    run = teller.tell(execute(answer, evaluators={"own 1": one}))
    assert run.status == "completed"
    assert hub["log"].call_count == hub["result"].call_count == 3


def test_a_log_that_never_arrived_is_sent_again(
    teller: Teller, service: Service, hub: respx.MockRouter
) -> None:
    outcomes: Iterator[Reply] = iter([httpx.ReadError("reset"), httpx.Response(502)])

    def fail(path: str, keep: Callable[[], httpx.Response]) -> httpx.Response:
        outcome = next(outcomes, None)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or keep()

    service.faults = fail
    assert teller.tell(execute(answer)).status == "completed"
    assert (len(service.logs), hub["log"].call_count) == (3, 5)


def test_a_log_that_somebody_else_sent_is_the_log(teller: Teller, service: Service) -> None:
    service.evaluators = [external(1)]

    def somebody(path: str, keep: Callable[[], httpx.Response]) -> httpx.Response:
        if path == "log":
            service.logs.setdefault("evtc_1", {"output": "from elsewhere"})
        return keep()

    service.faults = somebody
    teller.tell(execute(answer, concurrency=1, evaluators={"own 1": length}))
    assert service.logs["evtc_1"] == {"output": "from elsewhere"}
    assert service.said("evfn_own1")["data_1"] == len("from elsewhere")


def test_another_refusal_of_a_log_is_an_error(teller: Teller, service: Service) -> None:
    wrong = refusal((["body", "log", "output"], "too long"))
    service.faults = lambda path, keep: wrong
    with pytest.raises(UnprocessableEntityError) as caught:
        teller.tell(execute(answer))
    assert "too long" in str(caught.value)


def test_a_server_that_stays_away_is_given_up_with_a_word_on_how_to_go_on(
    teller: Teller, service: Service, clock: Clock
) -> None:
    def away(path: str, keep: Callable[[], httpx.Response]) -> httpx.Response:
        if len(service.logs) == 1:
            raise httpx.ReadError("reset")
        return keep()

    service.faults = away
    begin = clock.now
    with pytest.raises(TransportError) as caught:
        teller.tell(execute(answer, concurrency=1))
    assert 60 <= clock.now - begin < 90
    assert caught.value.__notes__ == [
        f"Evaluation {RUN_ID} has 1 of 3 datapoints done and stays running at the server. "
        "To go on, execute it again: what is done is not done twice."
    ]
    assert service.status == "running"
    service.faults = lambda path, keep: keep()
    assert teller.tell(execute(answer)).status == "completed"


def test_the_first_error_stops_the_others(teller: Teller, service: Service) -> None:
    service.size = 50
    service.faults = lambda path, keep: httpx.Response(401, json={"detail": "no"})
    with pytest.raises(AuthenticationError):
        teller.tell(execute(answer, concurrency=4))
    assert service.logs == {}


def test_what_no_log_can_hold_stops_the_run_before_it_is_sent(
    teller: Teller, service: Service, hub: respx.MockRouter
) -> None:
    def unusable(datapoint: Any) -> Json:
        return {"output": "x", "tokens": 1}

    with pytest.raises(ConfigurationError, match=r"log\.tokens is no field"):
        teller.tell(execute(unusable))
    assert not hub["log"].called
    assert service.status == "running"


def test_a_run_that_is_cancelled_meanwhile_takes_no_more(teller: Teller, service: Service) -> None:
    def stop(path: str, keep: Callable[[], httpx.Response]) -> httpx.Response:
        kept = keep()
        service.status = "cancelled"
        return kept

    service.faults = stop
    with pytest.raises(EvaluationCancelled) as caught:
        teller.tell(execute(answer, concurrency=1))
    assert caught.value.run.status == "cancelled"
    assert not hasattr(caught.value, "__notes__")
    assert len(service.logs) == 1


def test_or_while_it_is_judged(teller: Teller, service: Service) -> None:
    service.evaluators = [answers.evaluator()]

    def stop(service: Service) -> None:
        if len(service.logs) == 3:
            service.status = "cancelled"

    service.judges = stop
    with pytest.raises(EvaluationCancelled):
        teller.tell(execute(answer))


def test_a_cancelled_run_is_refused(teller: Teller, service: Service) -> None:
    service.status = "cancelled"
    with pytest.raises(EvaluationCancelled, match="create another one"):
        teller.tell(execute(answer))
    assert service.statuses == []


REFUSED: list[tuple[Json, str]] = [
    ({"concurrency": 0}, "concurrency=0 is not usable"),
    ({"fn": "text"}, "The function is a str; give a function of a datapoint."),
    ({"fn": nothing}, "The function is called with a datapoint, which does not fit it: "),
    (
        {"evaluators": {"own 1": answer}},
        'The function of the evaluator "own 1" is called with (log, datapoint)',
    ),
    (
        {"evaluators": {"own 3": one}},
        f'Evaluation {RUN_ID} has no evaluator "own 3". It has "own 1" (evfn_own1), ',
    ),
    (
        {"evaluators": {"right label": one}},
        'The service itself judges with "right label", which is a python evaluator',
    ),
    (
        {"evaluators": {"words": one}},
        'The evaluator "words" returns text, and the API takes true, false or a number',
    ),
    (
        {"evaluators": dict.fromkeys(["own 1", "evfn_own1"], one)},
        'The evaluator "evfn_own1" is in evaluators= twice.',
    ),
    (
        {"evaluators": {"twin": one}},
        'Several evaluators are called "twin"; take the id: ',
    ),
]


@pytest.mark.parametrize(("options", "reason"), REFUSED)
def test_what_cannot_work_is_refused_before_anything_changes(
    teller: Teller, service: Service, hub: respx.MockRouter, options: Json, reason: str
) -> None:
    service.evaluators = [
        external(1),
        answers.evaluator(),
        answers.evaluator(id="evfn_words", name="words", type="human", return_type="text"),
        answers.evaluator(id="evfn_t1", name="twin", type="external"),
        answers.evaluator(id="evfn_t2", name="twin", type="external"),
    ]
    with pytest.raises(ConfigurationError, match=f"^{re.escape(reason)}"):
        teller.tell(execute(**({"fn": answer} | options)))
    assert service.statuses == []
    assert not hub["log"].called


def test_logs_that_the_service_makes_are_not_made_twice(
    teller: Teller, service: Service, hub: respx.MockRouter
) -> None:
    hub.post(f"/v4/projects/{PROJECT_ID}/evaluations").mock(
        return_value=ok(answers.evaluation(), 201)
    )

    def story(hl: Any) -> Told:
        run = yield hl.evaluations.create(
            PROJECT_ID, config_id=CONFIG_ID, dataset_id=DATASET_ID, evaluator_ids=[EVALUATOR_ID]
        )
        yield run.execute(answer)

    with pytest.raises(ConfigurationError, match="hl_generated=False"):
        teller.tell(story)
    assert service.statuses == []


def test_news_come_in_the_callers_own_thread(teller: Teller, service: Service) -> None:
    heard: list[tuple[str, int, int]] = []
    threads: set[int] = set()

    def listen(run: Any) -> None:
        heard.append((run.status, run.progress.done, run.progress.total))
        threads.add(threading.get_ident())

    teller.tell(execute(answer, on_update=listen))
    assert heard == [
        ("running", 0, 3),
        ("running", 1, 3),
        ("running", 2, 3),
        ("running", 3, 3),
        ("completed", 3, 3),
    ]
    assert threads == {threading.get_ident()}


def test_progress_is_shown(
    teller: Teller, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    teller.tell(execute(answer, progress=True))
    lines = capsys.readouterr().err.splitlines()
    assert f"evaluation {RUN_ID}: running" in lines[0]
    assert f"evaluation {RUN_ID}: completed   3/3" in lines[-1]


def interrupted(teller: Teller, service: Service, error: BaseException) -> None:
    """Raise an error out of the news of a run, and see that it ends everything."""
    service.size = 500
    before = set(threading.enumerate())

    def stop(run: Any) -> None:
        if run.progress.done == 2:
            raise error

    with pytest.raises(type(error)) as caught:
        teller.tell(execute(answer, on_update=stop))
    assert caught.value is error
    assert 2 <= len(service.logs) < 500
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
        assert not thread.is_alive()


def test_an_error_of_the_listeners_ends_it(teller: Teller, service: Service) -> None:
    interrupted(teller, service, LookupError("mine"))


def test_ctrl_c_ends_it_and_says_how_to_go_on(
    clock: Clock, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    threads = Teller("threads", clock.time, (Humanloop, AsyncHumanloop))
    interrupted(threads, service, KeyboardInterrupt())
    assert "To go on, execute it again: what is done is not done twice." in caplog.text


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_task_leaves_nothing_under_way(
    clock: Clock, service: Service, backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    service.size = 500
    begun, ended = 0, 0

    async def main(hl: Any) -> None:
        run = await hl.evaluations.get(RUN_ID)
        arrived = anyio.Event()

        async def stuck(datapoint: Any) -> str:
            nonlocal begun, ended
            begun += 1
            if begun == 4:
                arrived.set()
            try:
                await anyio.sleep_forever()
            finally:
                ended += 1
            return "never"

        async with anyio.create_task_group() as group:
            group.start_soon(partial(run.execute, stuck, concurrency=4))
            await arrived.wait()
            group.cancel_scope.cancel()

    Teller(backend, clock.time, (Humanloop, AsyncHumanloop)).tell(main)
    assert (begun, ended) == (4, 4)
    assert "has 0 of 500 datapoints done and stays running" in caplog.text
