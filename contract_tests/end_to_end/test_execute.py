"""A caller's own functions over the datapoints of a run, against the running service."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import IO, Any

import anyio
import pytest
from attrs import define, field, frozen
from oxloop import AsyncHumanloop, EvaluationRun, Humanloop
from oxloop.humanloop.details import Datapoint, EvaluationDatapoint, Log
from running_service import Running, environment

SIZE = 300
CONCURRENCY = 16
FAILING = 7
"""Every datapoint whose number this divides has no answer."""
FAILED = len(range(0, SIZE, FAILING))

SAME = "def same(log, testcase):\n    return log['output'] == testcase['target']['label']\n"
LENGTH = "def length(log):\n    return len(log['output'])\n"

CHILD = """
import sys, threading
import anyio
from oxloop import Humanloop

url, key, run_id, kind = sys.argv[1:]
begun = 0
counting = threading.Lock()

def number():
    global begun
    with counting:
        begun += 1
        if begun == 120:
            print("in the middle", flush=True)
        return begun

def plain(datapoint):
    if number() >= 120:
        threading.Event().wait()
    return datapoint.inputs["number"]

async def asynchronous(datapoint):
    if number() >= 120:
        await anyio.sleep_forever()
    return datapoint.inputs["number"]

with Humanloop(key, url) as humanloop:
    run = humanloop.evaluations.get(run_id)
    functions = {"plain": plain, "async": asynchronous}
    run.execute(functions[kind], evaluators={"tens": lambda log, point: len(log.output)})
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("execute"))
    try:
        yield running
    finally:
        assert running.stop() == 0
        assert "Traceback" not in running.log()


@pytest.fixture
def humanloop(service: Running) -> Iterator[Humanloop]:
    with Humanloop(service.key, service.url) as client:
        yield client


@pytest.fixture
def run(humanloop: Humanloop, request: pytest.FixtureRequest) -> EvaluationRun:
    """A run over numbers, judged by two evaluators of the service and one of the caller's."""
    project = humanloop.projects.create(request.node.name)
    config = humanloop.configs.register(
        project_id=project.id, model="mine", prompt_template="{{number}}"
    )
    dataset = humanloop.datasets.create(project.id, "numbers")
    points = [
        {"inputs": {"number": str(number)}, "target": {"label": str(number)}}
        for number in range(SIZE)
    ]
    humanloop.datapoints.create(dataset.id, points)
    create = humanloop.evaluators.create
    same = create(
        "same", type="python", code=SAME, return_type="boolean", arguments_type="target_required"
    )
    length = create(
        "length", type="python", code=LENGTH, return_type="number", arguments_type="target_free"
    )
    tens = create("tens", type="external", return_type="number", arguments_type="target_free")
    return humanloop.evaluations.create(
        project.id,
        config_id=config.id,
        dataset_id=dataset.id,
        evaluator_ids=[same.id, length.id, tens.id],
        hl_generated=False,
    )


@define
class Asked:
    """A function of a caller's that remembers what it was asked.

    The first calls wait for one another, so that as many as allowed are under way at once.
    """

    numbers: list[int] = field(factory=list[int])
    most_at_once: int = 0
    _active: int = 0
    _lock: Any = field(factory=threading.Lock)
    _together: Any = field(factory=lambda: threading.Barrier(CONCURRENCY))
    _all_there: anyio.Event = field(factory=anyio.Event)

    def plain(self, datapoint: Datapoint) -> str | dict[str, Any]:
        """Answer in a thread."""
        self._begin(datapoint)
        try:
            if _number(datapoint) < CONCURRENCY:
                self._together.wait(60)
            return _answer(datapoint)
        finally:
            self._end()

    async def later(self, datapoint: Datapoint) -> str | dict[str, Any]:
        """Answer in an event loop."""
        self._begin(datapoint)
        try:
            if self._active == CONCURRENCY:
                self._all_there.set()
            await self._all_there.wait()
            return _answer(datapoint)
        finally:
            self._end()

    def _begin(self, datapoint: Datapoint) -> None:
        with self._lock:
            self.numbers.append(_number(datapoint))
            self._active += 1
            self.most_at_once = max(self.most_at_once, self._active)

    def _end(self) -> None:
        with self._lock:
            self._active -= 1


def _answer(datapoint: Datapoint) -> str | dict[str, Any]:
    number = _number(datapoint)
    if number % FAILING == 0:
        raise ValueError(f"{number} has no answer")
    return str(number) if number % 2 else {"output": str(number), "prompt_tokens": number}


def _number(datapoint: Datapoint) -> int:
    assert datapoint.inputs is not None
    return int(datapoint.inputs["number"])


def tens(log: Log, datapoint: Datapoint) -> float:
    """An evaluator of the caller's; it fails for one datapoint."""
    assert log.output is not None
    if _number(datapoint) == 1:
        raise LookupError("one is special")
    return float(int(log.output) // 10)


def check(humanloop: Humanloop, run_id: str) -> None:
    """See that a run has all that it should have."""
    run = humanloop.evaluations.get(run_id)
    assert run.status == "completed"
    assert run.progress is not None
    assert (run.progress.done, run.progress.total) == (SIZE, SIZE)
    found = list(humanloop.evaluations.datapoints(run_id))
    assert [_number(one.datapoint) for one in found] == list(range(SIZE))
    for one in found:
        _check_case(one)
    assert run.aggregates is not None
    means = {one.evaluator: one.value for one in run.aggregates}
    answered = [number for number in range(SIZE) if number % FAILING]
    assert means["same"] == 1.0
    assert means["length"] == pytest.approx(sum(len(str(n)) for n in answered) / len(answered))
    judged = [number // 10 for number in answered if number != 1]
    assert means["tens"] == pytest.approx(sum(judged) / len(judged))


def _check_case(found: EvaluationDatapoint) -> None:
    number, log = _number(found.datapoint), found.log
    assert log is not None
    assert log.inputs == found.datapoint.inputs
    assert log.duration is not None
    results = [(one.value, one.error) for one in found.evaluation_results]
    assert len(results) == 3
    if number % FAILING == 0:
        assert (log.output, log.error) == (None, f"ValueError: {number} has no answer")
        assert results == [(None, f"There is no output to judge: {log.error}")] * 3
        return
    assert (log.output, log.error) == (str(number), None)
    assert log.prompt_tokens == (None if number % 2 else number)
    own = (None, "LookupError: one is special") if number == 1 else (number // 10, None)
    assert results == [(True, None), (len(str(number)), None), own]


def test_300_datapoints_with_threads(humanloop: Humanloop, run: EvaluationRun) -> None:
    asked = Asked()
    heard: list[int] = []
    ended = run.execute(
        asked.plain,
        concurrency=CONCURRENCY,
        evaluators={"tens": tens},
        on_update=lambda run: heard.append(run.progress.done if run.progress else -1),
    )
    assert ended.status == "completed"
    assert ended.humanloop is not None
    assert ended.humanloop.project_id is not None
    assert sorted(asked.numbers) == list(range(SIZE))
    assert asked.most_at_once == CONCURRENCY
    assert heard == [*range(SIZE + 1), SIZE]
    check(humanloop, run.id)
    again = Asked()
    assert ended.execute(again.plain, evaluators={"tens": tens}).aggregates == ended.aggregates
    assert again.numbers == []


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("kind", ["plain", "later"])
def test_300_datapoints_with_tasks(
    service: Running, humanloop: Humanloop, run: EvaluationRun, backend: str, kind: str
) -> None:
    asked = Asked()

    async def main() -> None:
        async with AsyncHumanloop(service.key, service.url) as client:
            own = await client.evaluations.get(run.id)
            await own.execute(
                getattr(asked, kind), concurrency=CONCURRENCY, evaluators={"tens": tens}
            )

    anyio.run(main, backend=backend)
    assert sorted(asked.numbers) == list(range(SIZE))
    assert asked.most_at_once == CONCURRENCY
    check(humanloop, run.id)


@frozen
class Child:
    """Another process that executes a run, and is stuck in the middle of it."""

    process: "subprocess.Popen[str]"

    def end(self, number: int) -> tuple[int, str]:
        """End it with a signal; answers its exit status and what it said."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@pytest.fixture
def child(service: Running, run: EvaluationRun, request: pytest.FixtureRequest) -> Iterator[Child]:
    arguments = [sys.executable, "-c", CHILD, service.url, service.key, run.id, request.param]
    with subprocess.Popen(
        arguments,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "in the middle\n", _rest(process.stderr)
            yield Child(process)
        finally:
            if process.poll() is None:
                process.kill()


def _rest(stream: IO[str] | None) -> str:
    return stream.read() if stream else ""


def go_on(humanloop: Humanloop, run: EvaluationRun) -> None:
    """Execute a run that another process has begun; nothing is made twice."""
    there = {
        _number(one.datapoint): one.log.id
        for one in humanloop.evaluations.datapoints(run.id)
        if one.log is not None
    }
    assert 100 <= len(there) < 120
    assert humanloop.evaluations.get(run.id).status == "running"
    asked: list[int] = []

    def answer(datapoint: Datapoint) -> str:
        asked.append(_number(datapoint))
        return str(_number(datapoint))

    ended = run.execute(answer, evaluators={"tens": lambda log, point: len(log.output or "")})
    assert ended.status == "completed"
    assert sorted([*asked, *there]) == list(range(SIZE))
    found = list(humanloop.evaluations.datapoints(run.id))
    kept = {_number(one.datapoint): one.log.id for one in found if one.log is not None}
    assert {number: kept[number] for number in there} == there
    assert len(kept) == len(set(kept.values())) == SIZE
    assert ended.humanloop is not None
    logs = humanloop.logs.list(ended.humanloop.project_id or "")
    assert sum(1 for _ in logs) == SIZE
    assert [len(one.evaluation_results) for one in found] == [3] * SIZE


@pytest.mark.parametrize("child", ["plain", "async"], indirect=True)
def test_a_run_goes_on_after_its_client_was_killed(
    humanloop: Humanloop, run: EvaluationRun, child: Child
) -> None:
    child.end(signal.SIGKILL)
    go_on(humanloop, run)


@pytest.mark.parametrize("child", ["async"], indirect=True)
def test_ctrl_c_ends_a_client_that_says_how_to_go_on(
    humanloop: Humanloop, run: EvaluationRun, child: Child
) -> None:
    status, said = child.end(signal.SIGINT)
    assert status == -signal.SIGINT
    assert "of 300 datapoints done and stays running at the server. To go on, execute it" in said
    assert "KeyboardInterrupt" in said
    go_on(humanloop, run)


def test_many_at_once_need_no_more_connections_than_there_are(
    humanloop: Humanloop, run: EvaluationRun
) -> None:
    def answer(datapoint: Datapoint) -> str:
        return str(_number(datapoint))

    ended = run.execute(answer, concurrency=150, evaluators={"tens": tens})
    assert ended.status == "completed"
