"""Humanloop's evaluations: statuses, logs, results, and what they come to."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from oxloop_contract.machines.running import Machine, World
from oxloop_contract.machines.texts import FREE_TEXT
from oxloop_contract.wire import BAD_CREDENTIALS, Credentials

Row = dict[str, Any]

PICK = st.integers(0, 10_000)
NUMBERS = st.integers(-1000, 1000) | st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
STATUSES = ("pending", "running", "completed", "cancelled")
ALLOWED = {
    ("pending", "running"),
    ("running", "completed"),
    ("completed", "running"),
    ("pending", "cancelled"),
    ("running", "cancelled"),
}
"""The changes of an evaluation's status that there are; the status that it has changes nothing."""

LOG = st.fixed_dictionaries(
    {"output": FREE_TEXT},
    optional={
        "inputs": st.dictionaries(st.sampled_from(["text", "ü"]), FREE_TEXT, max_size=2),
        "metadata": st.dictionaries(st.sampled_from(["a", "ä b"]), FREE_TEXT, max_size=2),
        "source": st.sampled_from(["checks", " spaced "]),
        "environment": FREE_TEXT,
        "stdout": FREE_TEXT,
        "duration": st.sampled_from([0, 1.25]),
        "prompt_tokens": st.integers(0, 1000),
        "output_tokens": st.integers(0, 1000),
        "prompt_cost": st.sampled_from([0, 0.125]),
    },
)


class Run:
    """An evaluation as it ought to be."""

    def __init__(self, made: Row) -> None:
        self.id: str = made["id"]
        self.status = "pending"
        self.made = made
        self.logs: dict[str, tuple[str, Row]] = {}
        self.results: dict[tuple[str, str], Row] = {}


class Judgments(RuleBasedStateMachine):
    """The evaluations of one project, whose logs and results are sent in."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.wire = world.wire
        self.runs: list[Run] = []
        self.ended = False

    @initialize(
        points=st.lists(FREE_TEXT, min_size=1, max_size=6), template=FREE_TEXT, name=FREE_TEXT
    )
    def create(self, points: list[str], template: str, name: str) -> None:
        """Make a project with a config, a dataset and two evaluators."""
        call = self.wire.call
        wanted = self.world.unique(name[:200] or "p")
        project = call("create_project", 201, body={"name": wanted}).json
        self.wire.equal("echo", "create_project", project["name"], wanted, "name")
        self.project: str = project["id"]
        found = call("get_project", id=self.project).json
        self.wire.equal("stored", "get_project", found["name"], wanted, "name")
        self._make_config(template)
        self._make_dataset(points)
        self.evaluators = [self._make_evaluator(number) for number in range(2)]

    def _make_config(self, template: str) -> None:
        body = {
            "model": "echo",
            "prompt_template": template,
            "temperature": 0.25,
            "stop": ["a", ""],
        }
        operation = "register_model_config"
        first, again = (
            self.wire.call(operation, body={"project_id": self.project, **body}).json
            for _ in range(2)
        )
        for name, value in body.items():
            self.wire.equal("echo", operation, first["config"][name], value, name)
        ids = again["config"]["id"], again["project_id"]
        expected = first["config"]["id"], self.project
        self.wire.equal("once per content", operation, ids, expected, "config and project")
        other = self.wire.call(
            operation, body={"project_id": self.project, **body, "temperature": 0.5}
        ).json
        self.wire.verify(
            "new id", operation, other["config"]["id"] != ids[0], "two contents have one id"
        )
        self.config: Row = first["config"]
        found = self.wire.call("get_model_config", id=self.config["id"]).json
        self.wire.equal("stored", "get_model_config", found, self.config, "the config")

    def _make_dataset(self, texts: Sequence[str]) -> None:
        body = {"name": texts[0][:200] or "d", "description": texts[-1][:200]}
        made = self.wire.call("create_dataset", 201, project_id=self.project, body=body).json
        for name, value in body.items():
            self.wire.equal("echo", "create_dataset", made[name], value, name)
        self.dataset: str = made["id"]
        self.points: list[Row] = []
        self._add_points([{"inputs": {"text": text}, "target": {"t": [text]}} for text in texts])

    def _add_points(self, bodies: Sequence[Row]) -> None:
        operation = "create_datapoints"
        added = self.wire.call(operation, 201, dataset_id=self.dataset, body=bodies).json
        self.wire.equal("echo", operation, len(added), len(bodies), "the count")
        for one, body in zip(added, bodies, strict=True):
            for name, value in body.items():
                self.wire.equal("echo", operation, one[name], value, name)
            self.wire.equal("echo", operation, one["dataset_id"], self.dataset, "dataset_id")
            found = self.wire.call("get_datapoint", id=one["id"]).json
            self.wire.equal("stored", "get_datapoint", found, one, "the datapoint")
        self.points += added
        ids = {one["id"] for one in self.points}
        self.wire.equal("new id", operation, len(ids), len(self.points), "the number of ids")
        found = self.wire.call("get_dataset", id=self.dataset).json
        count = found["datapoint_count"]
        self.wire.equal("aggregate", "get_dataset", count, len(self.points), "datapoint_count")

    def _make_evaluator(self, number: int) -> str:
        body = {
            "name": f"Judge {number}",
            "description": " says ",
            "arguments_type": "target_free",
            "return_type": "number",
            "type": "external",
        }
        made = self.wire.call("create_evaluator", 201, body=body).json
        for name, value in body.items():
            self.wire.equal("echo", "create_evaluator", made[name], value, name)
        found = self.wire.call("get_evaluator", id=made["id"]).json
        self.wire.equal("stored", "get_evaluator", found, made, "the evaluator")
        listed = [one["id"] for one in self.wire.call("list_evaluators").json]
        count = listed.count(made["id"])
        self.wire.equal("listed once", "list_evaluators", count, 1, f"the count of {made['id']}")
        evaluator_id: str = made["id"]
        return evaluator_id

    # --- what the server is told -------------------------------------------------------------

    @rule(both=st.booleans(), named=st.booleans(), waits=st.integers(0, 3), log=LOG, value=NUMBERS)
    def evaluate(self, both: bool, named: bool, waits: int, log: Row, value: float) -> None:
        """Create an evaluation that waits for its client; most are started, and used, at once."""
        operation = "create_evaluation"
        body: Row = {
            "config_id": self.config["id"],
            "dataset_id": self.dataset,
            "evaluator_ids": self.evaluators[: 2 if both else 1],
            "hl_generated": False,
        }
        if named:
            body["name"] = self.world.unique("run")
        made = self.wire.call(operation, 201, project_id=self.project, body=body).json
        judges = [one["id"] for one in made["evaluators"]]
        self.wire.equal("echo", operation, judges, body["evaluator_ids"], "the evaluators")
        self.wire.equal("echo", operation, made["config"], self.config, "the config")
        self.wire.equal("echo", operation, made["dataset"]["id"], self.dataset, "the dataset")
        self.wire.equal("status", operation, made["status"], "pending", "the status")
        taken = {run.id for run in self.runs}
        self.wire.verify("new id", operation, made["id"] not in taken, f"{made['id']} is taken")
        self.runs.append(Run(made))
        if named:
            self.wire.call(operation, 422, project_id=self.project, body=body)
            self.wire.verify("name taken", operation, True, "")
        self.list_runs(2)
        if waits:
            self.change_status(len(self.runs) - 1, "running")
            self._log(self.runs[-1], 0, log)
            self._judge(self.runs[-1], 0, 0, {"result": value})

    @rule(pick=PICK, status=st.sampled_from(STATUSES))
    @precondition(lambda self: self.runs)
    def change_status(self, pick: int, status: str) -> None:
        """A change that there is takes effect; any other is refused and changes nothing."""
        run = self.runs[pick % len(self.runs)]
        allowed = status == run.status or (run.status, status) in ALLOWED
        operation = "update_evaluation_status"
        answer = self.wire.call(
            operation, 200 if allowed else 400, id=run.id, body={"status": status}
        )
        if allowed:
            run.status = status
            self.wire.equal("status", operation, answer.json["status"], status, "the status")
        self.wire.verify("allowed" if allowed else "illegal", operation, True, "")
        self._same_run(run)

    @rule(pick=PICK, point=PICK, log=LOG)
    @precondition(lambda self: self._open())
    def send_log(self, pick: int, point: int, log: Row) -> None:
        """A log stands at its datapoint, as it was sent."""
        self._log(self._open()[pick % len(self._open())], point, log)

    def _log(self, run: Run, point: int, log: Row) -> None:
        free = [one for one in self._points_of(run) if one["id"] not in run.logs]
        if not free:
            return
        operation = "log_to_evaluation"
        target = free[point % len(free)]
        body = {"datapoint_id": target["id"], "log": {**log, "config_id": self.config["id"]}}
        made = self.wire.call(operation, 201, evaluation_id=run.id, body=body).json
        known = [known for one in self.runs for known, _ in one.logs.values()]
        self.wire.verify("new id", operation, made["id"] not in known, f"{made['id']} is taken")
        run.logs[target["id"]] = made["id"], log
        self.wire.call(operation, 422, evaluation_id=run.id, body=body)
        self.wire.verify("once per datapoint", operation, True, "")
        found = self.wire.call("get_log", id=made["id"]).json
        self._same_log(found, made["id"], target["id"], log)
        self._same_cases(run, 3)

    @rule(pick=PICK, log=PICK, judge=st.integers(0, 1), value=NUMBERS, fails=st.booleans())
    @precondition(lambda self: self._logged())
    def send_result(self, pick: int, log: int, judge: int, value: float, fails: bool) -> None:
        """A result stands at its log; a second one of the same evaluator replaces the first."""
        said: Row = {"error": "no verdict"} if fails else {"result": value}
        self._judge(self._logged()[pick % len(self._logged())], log, judge, said)

    def _judge(self, run: Run, log: int, judge: int, said: Row) -> None:
        judges = [one["id"] for one in run.made["evaluators"]]
        judge_id = judges[judge % len(judges)]
        log_id = list(run.logs.values())[log % len(run.logs)][0]
        body = {"log_id": log_id, "evaluator_id": judge_id, **said}
        operation = "add_evaluation_result"
        made = self.wire.call(operation, 201, evaluation_id=run.id, body=body).json
        expected = {
            "log_id": log_id,
            "evaluator_id": judge_id,
            "evaluation_id": run.id,
            "value": said.get("result"),
            "error": said.get("error"),
        }
        for name, wanted in expected.items():
            self.wire.equal("echo", operation, made[name], wanted, name)
        run.results[log_id, judge_id] = expected
        self._same_cases(run, 2)
        self._same_aggregates(run)

    @rule(texts=st.lists(FREE_TEXT, min_size=1, max_size=3), size=st.sampled_from([1, 2, 3, 50]))
    def add_points(self, texts: list[str], size: int) -> None:
        """New datapoints are the dataset's, and not those of evaluations that were there."""
        self._add_points([{"inputs": {"text": text}, "target": {"t": text}} for text in texts])
        found: list[Row] = []
        for page in range(-(-len(self.points) // size) + 1):
            answer = self.wire.call(
                "list_datapoints", dataset_id=self.dataset, query={"page": page, "size": size}
            ).json
            counts = answer["page"], answer["size"], answer["total"]
            expected = page, size, len(self.points)
            self.wire.equal("pages", "list_datapoints", counts, expected, "page, size, total")
            most = len(answer["records"]) <= size
            self.wire.verify("pages", "list_datapoints", most, f"more than {size} on a page")
            found += answer["records"]
        self.wire.equal("pages", "list_datapoints", found, self.points, "the pages")
        for run in self.runs[:2]:
            self._same_cases(run, 4)

    @rule(pick=PICK)
    @precondition(lambda self: self.runs)
    def add_evaluator(self, pick: int) -> None:
        """An evaluation takes the other evaluator too, once, unless it is cancelled."""
        run = self.runs[pick % len(self.runs)]
        allowed = run.status != "cancelled"
        answer = self.wire.call(
            "add_evaluators",
            200 if allowed else 400,
            id=run.id,
            body={"evaluator_ids": [self.evaluators[1]]},
        )
        if allowed:
            run.made["evaluators"] = answer.json["evaluators"]
            ids = [one["id"] for one in answer.json["evaluators"]]
            self.wire.equal("echo", "add_evaluators", ids, self.evaluators, "the evaluators")
        self._same_run(run)

    # --- what the server must still know -----------------------------------------------------

    @rule(size=st.sampled_from([1, 2, 1000]))
    def list_runs(self, size: int) -> None:
        """The lists have each evaluation once, and their filters leave out the others."""
        expected = {run.id: run.status for run in self.runs}
        whole = self.wire.call("list_project_evaluations", project_id=self.project).json
        self._listed("list_project_evaluations", whole, expected)
        found: list[Row] = []
        for page in range(-(-len(self.runs) // size) + 1):
            query = {"project_id": self.project, "page": page, "size": size}
            answer = self.wire.call("list_evaluations", query=query).json
            self.wire.equal("pages", "list_evaluations", answer["total"], len(expected), "total")
            most = len(answer["records"]) <= size
            self.wire.verify("pages", "list_evaluations", most, f"more than {size} on a page")
            found += answer["records"]
        self._listed("list_evaluations", found, expected)
        for status in STATUSES:
            query = {"project_id": self.project, "status_filter": status}
            answer = self.wire.call("list_evaluations", query=query).json
            wanted = {one: at for one, at in expected.items() if at == status}
            listed = {one["id"]: one["status"] for one in answer["records"]}
            self.wire.equal("filter", "list_evaluations", listed, wanted, f"those {status}")

    @rule(pick=PICK)
    @precondition(lambda self: self.runs)
    def read_run(self, pick: int) -> None:
        """An evaluation is where it was left, with its logs, its results and what they come to."""
        run = self.runs[pick % len(self.runs)]
        self._same_run(run)
        self._same_cases(run, 2)
        self._same_aggregates(run)

    # --- who may ask -------------------------------------------------------------------------

    @rule(credentials=st.sampled_from([one for one in BAD_CREDENTIALS if one != "scheme"]))
    @precondition(lambda self: self.runs)
    def ask_without_a_key(self, credentials: Credentials) -> None:
        """Without a good key nothing is told, and nothing happens."""
        for operation, arguments in self._asking():
            self.wire.call(operation, 401, credentials=credentials, **arguments)
            self.wire.verify("bad key refused", operation, True, "")
        self._same_run(self.runs[0])

    @rule()
    @precondition(lambda self: self.runs and self.world.other is not None)
    def ask_as_somebody_else(self) -> None:
        """Somebody else sees nothing of it, and changes nothing."""
        assert self.world.other is not None
        for operation, arguments in self._asking():
            status = 422 if operation == "list_evaluations" else 404
            self.world.other.call(operation, (status, 422), **arguments)
            self.wire.verify("other tenant", operation, True, "")
        listed = [one["id"] for one in self.world.other.call("list_evaluators").json]
        seen = set(self.evaluators) & set(listed)
        self.wire.verify("other tenant", "list_evaluators", not seen, f"somebody sees {seen}")
        self._same_run(self.runs[0])

    def _asking(self) -> list[tuple[str, dict[str, Any]]]:
        run = self.runs[0]
        return [
            ("get_project", {"id": self.project}),
            ("get_model_config", {"id": self.config["id"]}),
            ("get_dataset", {"id": self.dataset}),
            ("get_datapoint", {"id": self.points[0]["id"]}),
            ("list_datapoints", {"dataset_id": self.dataset}),
            ("get_evaluator", {"id": self.evaluators[0]}),
            ("get_evaluation", {"id": run.id}),
            ("list_evaluation_datapoints", {"id": run.id}),
            ("list_evaluations", {"query": {"project_id": self.project}}),
            ("list_project_evaluations", {"project_id": self.project}),
            ("update_evaluation_status", {"id": run.id, "body": {"status": "cancelled"}}),
            (
                "log_to_evaluation",
                {
                    "evaluation_id": run.id,
                    "body": {"datapoint_id": self.points[0]["id"], "log": {"output": "stolen"}},
                },
            ),
        ]

    def teardown(self) -> None:
        """Do once what chance may have left out, and look at every evaluation once more."""
        if self.wire.checks.failures:
            return
        self.evaluate(True, True, 1, {"output": " the last "}, 0.5)
        self.add_points([" one more "], 2)
        self.add_evaluator(0)
        self.ask_without_a_key("wrong")
        if self.world.other is not None:
            self.ask_as_somebody_else()
        for pick in range(len(self.runs)):
            self.read_run(pick)
        for status in ("completed", "running", "cancelled", "running", "pending"):
            self.change_status(len(self.runs) - 1, status)

    # --- comparisons --------------------------------------------------------------------------

    def _open(self) -> list[Run]:
        return [run for run in self.runs if run.status == "running"]

    def _logged(self) -> list[Run]:
        return [run for run in self._open() if run.logs]

    def _points_of(self, run: Run) -> list[Row]:
        return self.points[: run.made["dataset_snapshot"]["datapoint_count"]]

    def _same_run(self, run: Run) -> None:
        found = self.wire.call("get_evaluation", id=run.id).json
        self.wire.equal("status", "get_evaluation", found["status"], run.status, "the status")
        kept = (
            "id",
            "config",
            "created_at",
            "evaluators",
            "dataset_version_id",
            "dataset_snapshot",
        )
        for name in kept:
            self.wire.equal("stored", "get_evaluation", found[name], run.made[name], name)

    def _listed(self, operation: str, found: Sequence[Row], expected: Mapping[str, str]) -> None:
        listed = sorted((one["id"], one["status"]) for one in found)
        self.wire.equal("listed once", operation, listed, sorted(expected.items()), "the list")

    def _same_log(self, found: Row, log_id: str, datapoint_id: str, sent: Row) -> None:
        expected = {"id": log_id, "source_datapoint_id": datapoint_id, **sent}
        expected |= {"project_id": self.project, "config_id": self.config["id"]}
        for name, value in expected.items():
            if name == "inputs" and not value:
                continue
            self.wire.equal("echo", "get_log", found[name], value, name)

    def _same_cases(self, run: Run, size: int) -> None:
        points, found = self._points_of(run), list[Row]()
        operation = "list_evaluation_datapoints"
        for page in range(1, -(-len(points) // size) + 2):
            answer = self.wire.call(operation, id=run.id, query={"page": page, "size": size}).json
            self.wire.equal("pages", operation, answer["total"], len(points), "total")
            most = len(answer["records"]) <= size
            self.wire.verify("pages", operation, most, f"more than {size} on a page")
            found += answer["records"]
        self.wire.equal("pages", operation, [one["datapoint"] for one in found], points, "the list")
        for case in found:
            made = run.logs.get(case["datapoint"]["id"])
            if made is None:
                self.wire.equal("where it belongs", operation, case["log"], None, "the log")
                continue
            log_id, log = made
            lost = case["log"] is None
            self.wire.verify("where it belongs", operation, not lost, f"{log_id} is not there")
            self._same_log(case["log"], log_id, case["datapoint"]["id"], log)
            results = {
                one["evaluator_id"]: {name: one[name] for name in ("value", "error", "log_id")}
                for one in case["evaluation_results"]
            }
            expected = {
                judge: {name: one[name] for name in ("value", "error", "log_id")}
                for (of, judge), one in run.results.items()
                if of == log_id
            }
            self.wire.equal("where it belongs", operation, results, expected, "the results")

    def _same_aggregates(self, run: Run) -> None:
        operation = "get_evaluation"
        query = {"evaluator_aggregates": "true"}
        found = self.wire.call(operation, id=run.id, query=query).json["evaluator_aggregates"]
        judges = [one["id"] for one in run.made["evaluators"]]
        ids = [one["evaluator_id"] for one in found]
        self.wire.equal("aggregate", operation, ids, judges, "the evaluators")
        for one in found:
            values = [
                result["value"]
                for (_, judge), result in run.results.items()
                if judge == one["evaluator_id"] and result["value"] is not None
            ]
            mean = math.fsum(values) / len(values) if values else None
            value = one["aggregate_value"]
            same = value == mean or (
                value is not None and mean is not None and math.isclose(value, mean, abs_tol=1e-9)
            )
            self.wire.verify("aggregate", operation, same, f"the mean is {value}, not {mean}")


_ASKED = (
    "get_project",
    "get_model_config",
    "get_dataset",
    "get_datapoint",
    "list_datapoints",
    "get_evaluator",
    "get_evaluation",
    "list_evaluation_datapoints",
    "list_evaluations",
    "list_project_evaluations",
    "update_evaluation_status",
    "log_to_evaluation",
)

JUDGMENTS = Machine(
    "judgments",
    Judgments,
    {
        "echo": (
            "create_project",
            "register_model_config",
            "create_dataset",
            "create_datapoints",
            "create_evaluator",
            "create_evaluation",
            "add_evaluation_result",
            "add_evaluators",
            "get_log",
        ),
        "stored": (
            "get_project",
            "get_model_config",
            "get_datapoint",
            "get_evaluator",
            "get_evaluation",
        ),
        "once per content": ("register_model_config",),
        "once per datapoint": ("log_to_evaluation",),
        "new id": ("create_datapoints", "create_evaluation", "log_to_evaluation"),
        "name taken": ("create_evaluation",),
        "listed once": ("list_evaluators", "list_evaluations", "list_project_evaluations"),
        "filter": ("list_evaluations",),
        "pages": ("list_datapoints", "list_evaluations", "list_evaluation_datapoints"),
        "status": ("create_evaluation", "get_evaluation", "update_evaluation_status"),
        "allowed": ("update_evaluation_status",),
        "illegal": ("update_evaluation_status",),
        "where it belongs": ("list_evaluation_datapoints",),
        "aggregate": ("get_dataset", "get_evaluation"),
        "bad key refused": _ASKED,
        "other tenant": (*_ASKED, "list_evaluators"),
    },
    examples=8,
)
"""The machine of Humanloop's evaluations."""
