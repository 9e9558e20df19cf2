"""Humanloop's runs that the server makes by itself: it asks the model, judges, and completes."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import define, frozen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from oxloop_contract.machines.running import Machine, World
from oxloop_contract.machines.texts import FREE_TEXT

Row = dict[str, Any]

PATIENCE_SECONDS = 60.0
PICK = st.integers(0, 10_000)


def answer(point: Row) -> str:
    """Return what a model that echoes answers to a datapoint."""
    return f"Q: {point['inputs']['text']}."


@frozen
class Judge:
    """An evaluator that the server runs, and what it says, worked out here.

    Attributes:
        body: How it is made.
        says: Its verdict about a datapoint's log; None is an error.
    """

    body: Mapping[str, Any]
    says: Callable[[Row], Any]


def _python(name: str, return_type: str, code: str) -> Row:
    return {
        "name": name,
        "description": "",
        "arguments_type": "target_required",
        "return_type": return_type,
        "type": "python",
        "code": code,
    }


def _llm(name: str, return_type: str, template: str) -> Row:
    return {
        "name": name,
        "description": "",
        "arguments_type": "target_free",
        "return_type": return_type,
        "type": "llm",
        "model_config": {"model": "", "prompt_template": template},
    }


JUDGES: Sequence[Judge] = (
    Judge(
        _python(
            "Exact",
            "boolean",
            "def exact(log, testcase):\n    return log['output'] == testcase['target']['t']\n",
        ),
        lambda point: answer(point) == point["target"]["t"],
    ),
    Judge(
        _python(
            "Half",
            "number",
            "def half(log, testcase):\n    return int(log['inputs']['score']) / 2\n",
        ),
        lambda point: int(point["inputs"]["score"]) / 2,
    ),
    Judge(
        _python(
            "Sometimes",
            "number",
            "def sometimes(log, testcase):\n"
            "    score = int(log['inputs']['score'])\n"
            "    if score < 0:\n"
            "        raise ValueError('below zero')\n"
            "    return score\n",
        ),
        lambda point: None if int(point["inputs"]["score"]) < 0 else int(point["inputs"]["score"]),
    ),
    Judge(
        _llm("Score", "number", "The score is {{ log.inputs.score }}"),
        lambda point: int(point["inputs"]["score"]),
    ),
    Judge(
        _llm("Verdict", "boolean", "I say {{ log.inputs.verdict }}"),
        lambda point: {"yes": True, "no": False}.get(point["inputs"]["verdict"]),
    ),
)
EXTERNAL = {
    "name": "Outside",
    "description": "",
    "arguments_type": "target_free",
    "return_type": "number",
    "type": "external",
}

POINTS = st.lists(
    st.tuples(FREE_TEXT, st.integers(-3, 9), st.sampled_from(["yes", "no", "?"]), st.booleans()),
    min_size=1,
    max_size=6,
).map(
    lambda points: [
        {
            "inputs": {"text": text, "score": str(score), "verdict": verdict},
            "target": {"t": f"Q: {text}." if hit else "nothing"},
        }
        for text, score, verdict, hit in points
    ]
)


@define
class Run:
    """A run as it ought to be: who judges it, and where it stands."""

    id: str
    judges: list[int]
    status: str
    sent: dict[str, float]


class Generated(RuleBasedStateMachine):
    """The runs of one config over one dataset that the server makes."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.wire = world.wire
        self.runs: list[Run] = []

    @initialize(points=POINTS)
    def create(self, points: list[Row]) -> None:
        """Make a project with a config, a dataset and an evaluator of each kind."""
        call = self.wire.call
        name = self.world.unique("generated")
        self.project: str = call("create_project", 201, body={"name": name}).json["id"]
        config = {"model": self.world.echo_model, "prompt_template": "Q: {{ text }}."}
        registered = call("register_model_config", body={"project_id": self.project, **config})
        self.config: str = registered.json["config"]["id"]
        body = {"name": name, "description": ""}
        dataset = call("create_dataset", 201, project_id=self.project, body=body).json["id"]
        self.dataset: str = dataset
        made = call("create_datapoints", 201, dataset_id=dataset, body=points).json
        self.points: dict[str, Row] = {one["id"]: one for one in made}
        self.judges = [self._evaluator(judge.body) for judge in JUDGES]
        self.outside = self._evaluator(EXTERNAL)

    def _evaluator(self, body: Mapping[str, Any]) -> str:
        config = body.get("model_config")
        model = {} if config is None else {**config, "model": self.world.echo_model}
        whole = {**body, "model_config": model} if model else dict(body)
        made: str = self.wire.call("create_evaluator", 201, body=whole).json["id"]
        return made

    def _start(self, judges: Sequence[int], *, outside: bool = False) -> Run:
        ids = [self.judges[number] for number in judges]
        body = {
            "config_id": self.config,
            "dataset_id": self.dataset,
            "evaluator_ids": [*ids, *([self.outside] if outside else [])],
            "hl_generated": True,
        }
        made = self.wire.call("create_evaluation", 201, project_id=self.project, body=body).json
        run = Run(made["id"], list(judges), made["status"], {})
        self.runs.append(run)
        return run

    # --- runs ---------------------------------------------------------------------------------

    @rule(judges=st.sets(st.integers(0, len(JUDGES) - 1), min_size=1).map(sorted))
    def complete(self, judges: list[int]) -> None:
        """A run that waits for nobody comes to its end, with every log and every verdict."""
        run = self._start(judges)
        self._wait(run, "completed")
        self._same_cases(run, whole=True)
        self._same_aggregates(run)

    @rule(judges=st.sets(st.integers(0, len(JUDGES) - 1)).map(sorted), value=st.integers(-5, 5))
    def complete_with_help(self, judges: list[int], value: int) -> None:
        """A run with an evaluator outside gets its logs, and is completed by its client."""
        run = self._start(judges, outside=True)
        self._set(run, "running")
        self._wait_for_logs(run)
        for log in self._logs(run).values():
            body = {"log_id": log["id"], "evaluator_id": self.outside, "result": value}
            self.wire.call("add_evaluation_result", 201, evaluation_id=run.id, body=body)
            run.sent[log["id"]] = value
        self._wait_for_results(run)
        found = self.wire.call("get_evaluation", id=run.id).json["status"]
        self.wire.equal("waits for its client", "get_evaluation", found, "running", "the status")
        self._set(run, "completed")
        self._same_cases(run, whole=True)
        self._same_aggregates(run)

    @rule(judges=st.sets(st.integers(0, len(JUDGES) - 1), min_size=1).map(sorted))
    def cancel(self, judges: list[int]) -> None:
        """A cancelled run stays so, and what it has stays right."""
        run = self._start(judges)
        answer = self.wire.call(
            "update_evaluation_status", (200, 400), id=run.id, body={"status": "cancelled"}
        )
        if answer.status == 400:
            self._wait(run, "completed")
            self._same_cases(run, whole=True)
            return
        run.status = "cancelled"
        self._same_cases(run, whole=False)

    @rule(pick=PICK)
    @precondition(lambda self: self.runs)
    def read_again(self, pick: int) -> None:
        """A run that has ended stays as it ended."""
        run = self.runs[pick % len(self.runs)]
        self._same_cases(run, whole=run.status == "completed")
        self._same_aggregates(run)

    def _set(self, run: Run, status: str) -> None:
        body = {"status": status}
        found = self.wire.call("update_evaluation_status", id=run.id, body=body).json["status"]
        self.wire.equal("status", "update_evaluation_status", found, status, "the status")
        run.status = status

    def _wait(self, run: Run, status: str) -> None:
        def ended() -> str:
            found: str = self.wire.call("get_evaluation", id=run.id).json["status"]
            known = found in ("pending", "running", status)
            self.wire.verify("goes well", "get_evaluation", known, f"the status is {found}")
            return "" if found == status else f"still {found}"

        self._until("get_evaluation", ended)
        run.status = status

    def _wait_for_logs(self, run: Run) -> None:
        def there() -> str:
            count = len(self._logs(run))
            return "" if count == len(self.points) else f"{count} logs of {len(self.points)}"

        self._until("list_evaluation_datapoints", there)

    def _wait_for_results(self, run: Run) -> None:
        wanted = len(self.points) * (len(run.judges) + 1)

        def there() -> str:
            count = sum(len(case["evaluation_results"]) for case in self._cases(run))
            return "" if count == wanted else f"{count} results of {wanted}"

        self._until("list_evaluation_datapoints", there)

    def _until(self, operation: str, missing: Callable[[], str]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while said := missing():
            late = time.monotonic() > deadline
            self.wire.verify("comes to an end", operation, not late, said)
            time.sleep(0.01)
        self.wire.verify("comes to an end", operation, True, "")

    # --- comparisons --------------------------------------------------------------------------

    def _cases(self, run: Run) -> list[Row]:
        found: list[Row] = self.wire.call(
            "list_evaluation_datapoints", id=run.id, query={"size": 100}
        ).json["records"]
        return found

    def _logs(self, run: Run) -> dict[str, Row]:
        return {case["datapoint"]["id"]: case["log"] for case in self._cases(run) if case["log"]}

    def _same_cases(self, run: Run, *, whole: bool) -> None:
        operation = "list_evaluation_datapoints"
        cases = self._cases(run)
        ids = [case["datapoint"]["id"] for case in cases]
        self.wire.equal("listed once", operation, ids, list(self.points), "the datapoints")
        for case in cases:
            if case["log"] is None:
                self.wire.verify("every log", operation, not whole, "a datapoint has no log")
                continue
            point = self.points[case["datapoint"]["id"]]
            self._same_log(case["log"], point)
            self._same_results(run, case, point, whole=whole)
        found = self.wire.call("get_evaluation", id=run.id).json["status"]
        self.wire.equal("ended stays ended", "get_evaluation", found, run.status, "the status")

    def _same_log(self, log: Row, point: Row) -> None:
        expected = {
            "output": answer(point),
            "inputs": point["inputs"],
            "source_datapoint_id": point["id"],
            "config_id": self.config,
            "project_id": self.project,
            "error": None,
        }
        for name, value in expected.items():
            self.wire.equal("made", "list_evaluation_datapoints", log[name], value, name)
        found = self.wire.call("get_log", id=log["id"]).json
        self.wire.equal("made", "get_log", found["output"], answer(point), "output")

    def _same_results(self, run: Run, case: Row, point: Row, *, whole: bool) -> None:
        operation = "list_evaluation_datapoints"
        found = {one["evaluator_id"]: one for one in case["evaluation_results"]}
        count = len(case["evaluation_results"])
        self.wire.equal("judged once", operation, len(found), count, "the results")
        for number in run.judges:
            result = found.pop(self.judges[number], None)
            if result is None:
                self.wire.verify("every verdict", operation, not whole, "a log is not judged")
                continue
            said = JUDGES[number].says(point)
            self.wire.equal("verdict", operation, result["value"], said, "the value")
            fails = result["error"] is not None
            self.wire.equal("verdict", operation, fails, said is None, "whether it failed")
        for judge in found:
            known = judge == self.outside and case["log"]["id"] in run.sent
            self.wire.verify("verdict", operation, known, f"{judge} judges though nobody asked")

    def _same_aggregates(self, run: Run) -> None:
        if run.status != "completed":
            return
        operation, query = "get_evaluation", {"evaluator_aggregates": "true"}
        found = self.wire.call(operation, id=run.id, query=query).json["evaluator_aggregates"]
        means = {one["evaluator_id"]: one["aggregate_value"] for one in found}
        for number in run.judges:
            said = [JUDGES[number].says(point) for point in self.points.values()]
            self._same_mean(means[self.judges[number]], [one for one in said if one is not None])

    def _same_mean(self, found: float | None, values: Sequence[float]) -> None:
        mean = math.fsum(values) / len(values) if values else None
        same = found == mean or (
            found is not None and mean is not None and math.isclose(found, mean, abs_tol=1e-9)
        )
        self.wire.verify("aggregate", "get_evaluation", same, f"the mean is {found}, not {mean}")

    def teardown(self) -> None:
        """Do once what chance may have left out, and look at every run once more."""
        if self.wire.checks.failures:
            return
        self.complete(list(range(len(JUDGES))))
        self.complete_with_help([0], 2)
        for pick in range(len(self.runs)):
            self.read_again(pick)


GENERATED = Machine(
    "generated runs",
    Generated,
    {
        "comes to an end": ("get_evaluation", "list_evaluation_datapoints"),
        "goes well": ("get_evaluation",),
        "made": ("list_evaluation_datapoints", "get_log"),
        "listed once": ("list_evaluation_datapoints",),
        "judged once": ("list_evaluation_datapoints",),
        "verdict": ("list_evaluation_datapoints",),
        "aggregate": ("get_evaluation",),
        "waits for its client": ("get_evaluation",),
        "ended stays ended": ("get_evaluation",),
        "status": ("update_evaluation_status",),
    },
    examples=5,
)
"""The machine of runs that the server makes."""
