"""All that Humanloop's API shows of one project, seen through every operation that shows it."""

import time
from collections.abc import Sequence
from typing import Any

from oxloop_contract.contract import Json
from oxloop_contract.machines.running import Walk, World
from oxloop_contract.machines.views import Views, echoes
from oxloop_contract.wire import Wire

PATIENCE_SECONDS = 60.0
MOMENT = "2026-01-02T03:04:05.678901Z"
CALL: Json = {"id": "call-1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
CHAT: Sequence[Json] = (
    {"role": "system", "content": "Be brief.", "name": "house"},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": " {{ text }} "},
            {"type": "image_url", "image_url": {"url": "http://127.0.0.1/a.png", "detail": "low"}},
        ],
    },
    {"role": "assistant", "content": None, "tool_calls": [CALL], "tool_call": CALL["function"]},
    {"role": "tool", "content": "[]", "tool_call_id": "call-1"},
)
TOOL: Json = {
    "name": "look",
    "description": "Looks around",
    "parameters": {"type": "object", "properties": {"at": {"type": "string"}}},
    "source": "inline",
    "source_code": "def look(at): ...",
    "strict": True,
    "preset_name": "eyes",
    "other": {"since": 1},
}
MODEL: Json = {
    "model": "echo",
    "name": "Config ü",
    "description": " spaced ",
    "provider": "openai",
    "endpoint": "chat",
    "max_tokens": 70,
    "temperature": 0.25,
    "top_p": 0.5,
    "stop": ["a", ""],
    "presence_penalty": -0.5,
    "frequency_penalty": 1.5,
    "seed": 9007199254740991,
    "other": {"a": [1, {}], "b": None},
    "response_format": {"type": "json_schema", "json_schema": {"type": "object"}},
    "reasoning_effort": "low",
    "template_language": "jinja",
}
CONFIGS: Sequence[Json] = (
    {**MODEL, "chat_template": list(CHAT), "tools": [TOOL]},
    {
        "model": "echo",
        "prompt_template": "Q: {{ text }}",
        "endpoint": "complete",
        "stop": ".",
        "reasoning_effort": 5,
    },
)
"""What configs are registered with: one with all that there is, and one that is usable."""

JUDGE = "def judge(log, testcase):\n    return log['output'] == testcase['target']['t']\n"
EVALUATORS: Sequence[Json] = (
    {
        "type": "python",
        "return_type": "boolean",
        "arguments_type": "target_required",
        "code": JUDGE,
    },
    {
        "type": "llm",
        "return_type": "boolean",
        "arguments_type": "target_free",
        "model_config": {**MODEL, "endpoint": "complete", "prompt_template": "{{ log.output }}"},
    },
    {"type": "human", "return_type": "select", "arguments_type": "target_free"},
    {"type": "external", "return_type": "number", "arguments_type": "target_free"},
)
POINTS: Sequence[Json] = (
    {"inputs": {"text": " one "}, "target": {"t": "Q:  one "}, "messages": list(CHAT)},
    {
        "inputs": {"text": "two"},
        "target": {"t": 2, "u": 0.5, "v": True, "w": [1], "x": {"y": None}},
    },
    {"inputs": {}, "target": {}},
)
LOG: Json = {
    "output": " an answer \U0001f98a",
    "inputs": {"text": "one", "n": [1, 2.5]},
    "source": "checks",
    "metadata": {"k": {"v": [None]}},
    "save": True,
    "messages": list(CHAT),
    "output_message": CHAT[2],
    "environment": "tests",
    "created_at": MOMENT,
    "error": "it broke",
    "stdout": "line\n",
    "duration": 1.25,
    "prompt_tokens": 11,
    "output_tokens": 7,
    "prompt_cost": 0.125,
    "output_cost": 0.5,
    "provider_request": {"model": "echo"},
    "provider_response": {"choices": []},
}
JUDGMENTS: Sequence[Any] = (True, 0.5, ["a", "b"], "good")
FEEDBACK: Sequence[Json] = (
    {"type": "rating", "value": "good", "user": "ann", "created_at": MOMENT},
    {"type": "mood", "value": ["a", "b"]},
    {"type": "comment", "value": "fine"},
)
TOOL_CONFIG: Json = {**TOOL, "type": "tool"}


def walk(world: World) -> None:
    """Make one of everything, and look at all of it through every operation that shows it."""
    _Walk(world).go()


class _Walk:
    def __init__(self, world: World) -> None:
        self.world = world
        self.wire: Wire = world.wire
        self.views = Views(world.wire)
        self.judged: dict[str, Json] = {}
        self.results: dict[str, list[Json]] = {}

    def go(self) -> None:
        self._projects()
        self._configs()
        self._datasets()
        self._evaluators()
        self._evaluations()
        self._logs()
        self._tools()
        self._results()
        self._all()
        self._strangers()
        self._deleted()

    def _made(self, operation: str, status: int = 200, /, **arguments: Any) -> Any:
        """Write something: what was seen before may be another now."""
        self.views.forget()
        return self.views.read(operation, status, **arguments)

    def _projects(self) -> None:
        self.name = self.world.unique("views")
        made = self._made("create_project", 201, body={"name": self.name})
        echoes(self.wire, "create_project", {"name": self.name}, made)
        self.project: str = made["id"]
        self.views.read("get_project", id=self.project)
        self._project_listed()

    def _project_listed(self) -> Json:
        read, operation = self.views.read, "list_projects"
        page = read(operation, query={"filter": self.name, "page": 0, "size": 3})
        expected = {"page": 0, "size": 3, "total": 1}
        for name, value in expected.items():
            self.wire.equal("pages", operation, page[name], value, name)
        ids = [one["id"] for one in page["records"]]
        self.wire.equal("listed once", operation, ids, [self.project], "the projects")
        found: Json = page["records"][0]
        return found

    def _configs(self) -> None:
        operation = "register_model_config"
        self.configs: list[Json] = []
        active: Json | None = None
        for body in CONFIGS:
            made = self._made(operation, body={"project_id": self.project, **body})
            config = made["config"]
            tools = [{k: v for k, v in one.items() if k != "id"} for one in config["tools"] or ()]
            self.wire.equal("echo", operation, tools, body.get("tools", []), "tools")
            sent = {name: value for name, value in body.items() if name != "tools"}
            echoes(self.wire, operation, sent, config)
            project = {"project_id": self.project, "project_name": self.name}
            echoes(self.wire, operation, project, made)
            self.views.read("get_model_config", id=config["id"])
            self.configs.append(config)
            active = active or made
            for view in ("get_project", "list_projects"):
                shown = self._project_listed()
                if view == "get_project":
                    shown = self.views.read(view, id=self.project)
                self.wire.equal(
                    "same in every view", view, shown["active_config"], active, "config"
                )
                self.wire.equal("active", view, shown["config_type"], "model", "config_type")
            times = [made["created_at"], made["updated_at"], made["last_used"]]
            self.wire.equal("times", operation, times, sorted(times), "the times")
        self.config: str = self.configs[0]["id"]
        self.views.read("get_project", id=self.project)

    def _datasets(self) -> None:
        body = {"name": "Set ü", "description": " spaced "}
        made = self._made("create_dataset", 201, project_id=self.project, body=body)
        echoes(self.wire, "create_dataset", {**body, "project_id": self.project}, made)
        self.dataset: str = made["id"]
        self._dataset_seen()
        change = {"name": "Set two", "description": "other"}
        changed = self._made("update_dataset", id=self.dataset, body=change)
        echoes(self.wire, "update_dataset", change, changed)
        kept = {name: made[name] for name in ("id", "project_id", "created_at", "datapoint_count")}
        echoes(self.wire, "update_dataset", kept, changed)
        self._dataset_seen()
        self.points = self._made(
            "create_datapoints", 201, dataset_id=self.dataset, body=list(POINTS)
        )
        for sent, found in zip(POINTS, self.points, strict=True):
            echoes(self.wire, "create_datapoints", sent, found)
        self._datapoints_seen()
        self._dataset_seen()

    def _dataset_seen(self) -> None:
        read = self.views.read
        read("get_dataset", id=self.dataset)
        for operation, path in (
            ("list_datasets", {}),
            ("list_project_datasets", {"project_id": self.project}),
        ):
            ids = [one["id"] for one in read(operation, **path)]
            if path:
                self.wire.equal("listed once", operation, ids, [self.dataset], "the datasets")
            self.wire.equal("listed once", operation, ids.count(self.dataset), 1, "its count")

    def _datapoints_seen(self) -> None:
        for one in self.points:
            self.views.read("get_datapoint", id=one["id"])
        page = self.views.read("list_datapoints", dataset_id=self.dataset)
        ids = [one["id"] for one in page["records"]]
        known = [one["id"] for one in self.points]
        self.wire.equal("listed once", "list_datapoints", ids, known, "the datapoints")
        expected = {"page": 0, "size": 50, "total": len(known)}
        for name, value in expected.items():
            self.wire.equal("pages", "list_datapoints", page[name], value, name)

    def _evaluators(self) -> None:
        self.evaluators: list[str] = []
        made: Json = {}
        for body in EVALUATORS:
            full = {**body, "name": self.world.unique("judge"), "description": " says "}
            made = self._made("create_evaluator", 201, body=full)
            self._same_evaluator("create_evaluator", full, made)
            self.evaluators.append(made["id"])
            self._evaluators_seen()
        change = {"name": "Renamed", "description": "other", "arguments_type": "target_required"}
        last = self._made("update_evaluator", id=self.evaluators[-1], body=change)
        kept = {name: made[name] for name in ("id", "created_at", "type", "return_type")}
        echoes(self.wire, "update_evaluator", {**change, **kept}, last)
        self._evaluators_seen()

    def _same_evaluator(self, operation: str, sent: Json, found: Json) -> None:
        plain = {name: value for name, value in sent.items() if name != "model_config"}
        echoes(self.wire, operation, plain, found)
        echoes(self.wire, operation, sent.get("model_config", {}), found["model_config"] or {})

    def _evaluators_seen(self) -> None:
        for one in self.evaluators:
            self.views.read("get_evaluator", id=one)
        listed = [one["id"] for one in self.views.read("list_evaluators")]
        counts = [listed.count(one) for one in self.evaluators]
        self.wire.equal("listed once", "list_evaluators", set(counts), {1}, "the counts")

    def _evaluations(self) -> None:
        self.evaluations: list[str] = []
        # The one that is used further is of the config with all that there is.
        for config in reversed(self.configs):
            self.config = config["id"]
            self._evaluate()

    def _evaluate(self) -> None:
        body = {
            "config_id": self.config,
            "dataset_id": self.dataset,
            "evaluator_ids": self.evaluators[:3],
            "hl_generated": False,
            "name": self.world.unique("run"),
        }
        made = self._made("create_evaluation", 201, project_id=self.project, body=body)
        self.evaluation: str = made["id"]
        self.evaluations.append(self.evaluation)
        shown = {"id": self.dataset}
        echoes(self.wire, "create_evaluation", shown, made["dataset"])
        ids = [one["id"] for one in made["evaluators"]]
        self.wire.equal("echo", "create_evaluation", ids, self.evaluators[:3], "the evaluators")
        self._evaluation_seen()
        for operation, change in (
            ("add_evaluators", {"evaluator_ids": self.evaluators[3:]}),
            ("update_evaluation_status", {"status": "running"}),
        ):
            changed = self._made(operation, id=self.evaluation, body=change)
            kept = {
                name: made[name]
                for name in ("id", "config", "created_at", "dataset", "dataset_snapshot")
            }
            echoes(self.wire, operation, kept, changed)
            self._evaluation_seen()

    def _evaluation_seen(self) -> None:
        read = self.views.read
        for one in self.evaluations:
            read("get_evaluation", id=one)
        for name in ("list_evaluations", "list_project_evaluations"):
            where: Json = {"project_id": self.project}
            found = read(name, query=where) if name == "list_evaluations" else read(name, **where)
            listed = found["records"] if name == "list_evaluations" else found
            ids = sorted(one["id"] for one in listed)
            self.wire.equal("listed once", name, ids, sorted(self.evaluations), "the evaluations")
        page = read("list_evaluations", query={"project_id": self.project, "size": 2})
        counts = page["page"], page["size"], page["total"]
        expected = 0, 2, len(self.evaluations)
        self.wire.equal("pages", "list_evaluations", counts, expected, "page, size, total")
        for config in self.configs:
            read("get_model_config", id=config["id"])
        for one in self.evaluators:
            read("get_evaluator", id=one)
        read("get_dataset", id=self.dataset)

    def _logs(self) -> None:
        self.logs: list[str] = []
        first = {
            **LOG,
            "project_id": self.project,
            "config_id": self.configs[0]["id"],
            "reference_id": self.world.unique("log"),
            "session_reference_id": self.world.unique("session"),
            "source_datapoint_id": self.points[0]["id"],
        }
        made = [self._log(first)]
        batch = [
            {
                "project_id": self.project,
                "config": TOOL_CONFIG,
                "judgment": judgment,
                "feedback": list(FEEDBACK),
                "output": f"o{number}",
                "session_id": made[0]["session_id"],
                **(
                    {"parent_id": made[0]["id"]}
                    if number % 2
                    else {"parent_reference_id": first["reference_id"]}
                ),
            }
            for number, judgment in enumerate(JUDGMENTS)
        ]
        answer = self._made("create_logs", body=batch)
        self.wire.equal("echo", "create_logs", len(answer), len(batch), "the count")
        made += answer
        self.made = made
        self.sent = [first, *batch]
        self.logs = [one["id"] for one in made]
        for evaluation, config in zip(self.evaluations, reversed(self.configs), strict=True):
            self._answer(evaluation, config["id"])
        self._logs_seen()

    def _answer(self, evaluation: str, config: str) -> None:
        point = self.points[1]["id"]
        body = {"datapoint_id": point, "log": {**LOG, "config_id": config}}
        path: Json = {"evaluation_id": evaluation}
        log = self._made("log_to_evaluation", 201, body=body, **path)
        self.judged[evaluation] = log
        self.sent.append({**body["log"], "source_datapoint_id": point})
        self.made.append(log)
        self.logs.append(log["id"])
        self._wait_for_judges(evaluation)

    def _tools(self) -> None:
        """A tool is known by the first log of it, and is evaluated as a model is."""
        models = self.evaluation
        self.config = self.views.read("get_log", id=self.made[1]["id"])["config"]["id"]
        self._evaluate()
        self._answer(self.evaluation, self.config)
        self.evaluation = models
        self._logs_seen()

    def _wait_for_judges(self, evaluation: str) -> None:
        """Wait until the evaluators that the server runs have judged: they write too."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        operation = "list_evaluation_datapoints"
        while True:
            page = self.wire.call(operation, id=evaluation).json
            self.results[evaluation] = [
                {"id": result["id"], "evaluator_id": result["evaluator_id"]}
                for case in page["records"]
                for result in case["evaluation_results"]
            ]
            judges = [one["evaluator_id"] for one in self.results[evaluation]]
            if sorted(judges) == sorted(self.evaluators[:2]):
                return
            late = time.monotonic() > deadline
            self.wire.verify("judged", operation, not late, f"results of {judges} only")
            time.sleep(0.01)

    def _log(self, body: Json) -> Json:
        made: Json = self._made("create_logs", body=body)
        return made

    def _logs_seen(self) -> None:
        for made, sent in zip(self.made, self.sent, strict=True):
            found = self.views.read("get_log", id=made["id"])
            echoes(self.wire, "get_log", _shown(sent), found)
            echoes(self.wire, "get_log", {"project": self.name, "id": made["id"]}, found)
            for name in ("project_id", "session_id"):
                judged = made["id"] in {one["id"] for one in self.judged.values()}
                operation = "log_to_evaluation" if judged else "create_logs"
                self.wire.equal("same in every view", operation, made[name], found[name], name)
        page = self.views.read("list_logs", query={"project_id": self.project, "size": 20})
        ids = sorted(one["id"] for one in page["records"])
        self.wire.equal("listed once", "list_logs", ids, sorted(self.logs), "the logs")
        counts = page["page"], page["size"], page["total"]
        self.wire.equal("pages", "list_logs", counts, (0, 20, len(ids)), "page, size, total")
        paged: list[str] = []
        for number in range(-(-len(ids) // 4) + 1):
            query = {"project_id": self.project, "page": number, "size": 4}
            page = self.views.read("list_logs", query=query)
            counts = page["page"], page["size"], page["total"]
            expected = number, 4, len(ids)
            self.wire.equal("pages", "list_logs", counts, expected, "page, size, total")
            paged += [one["id"] for one in page["records"]]
        self.wire.equal("pages", "list_logs", sorted(paged), ids, "the pages")

    def _results(self) -> None:
        for evaluation, log in self.judged.items():
            self._judge(evaluation, log["id"])
            self._cases_seen()

    def _judge(self, evaluation: str, log: str) -> None:
        operation = "add_evaluation_result"
        verdicts: Sequence[Json] = ({"error": "no"}, {"result": 0.5})
        for judge, said in zip(self.evaluators[2:], verdicts, strict=True):
            body = {"log_id": log, "evaluator_id": judge, **said}
            made = self._made(operation, 201, evaluation_id=evaluation, body=body)
            expected = {
                "log_id": log,
                "evaluator_id": judge,
                "evaluation_id": evaluation,
                "value": said.get("result"),
                "error": said.get("error"),
            }
            echoes(self.wire, operation, expected, made)
            self.results[evaluation].append(made)
            self.views.read("list_evaluation_datapoints", id=evaluation)

    def _cases_seen(self) -> None:
        for evaluation in self.evaluations:
            self._cases_of(evaluation)
        self._datapoints_seen()
        self._logs_seen()

    def _cases_of(self, evaluation: str) -> None:
        operation = "list_evaluation_datapoints"
        page = self.views.read(operation, id=evaluation)
        counts = page["page"], page["size"], page["total"]
        expected = 1, 10, len(self.points)
        self.wire.equal("pages", operation, counts, expected, "page, size, total")
        points = [one["datapoint"]["id"] for one in page["records"]]
        known = [one["id"] for one in self.points]
        self.wire.equal("listed once", operation, points, known, "the datapoints")
        for case in page["records"]:
            mine = case["datapoint"]["id"] == self.points[1]["id"]
            log = case["log"] and case["log"]["id"]
            wanted = self.judged[evaluation]["id"] if mine else None
            self.wire.equal("where it belongs", operation, log, wanted, "the log")
            results = [one["id"] for one in case["evaluation_results"]]
            ids = [one["id"] for one in self.results[evaluation]] if mine else []
            self.wire.equal("where it belongs", operation, sorted(results), sorted(ids), "results")

    def _all(self) -> None:
        """Look at everything once more, with what it comes to."""
        self.views.forget()
        query = {"evaluator_aggregates": "true"}
        shown = [
            self.views.read("get_evaluation", id=self.evaluation, query=query),
            *self.views.read("list_project_evaluations", project_id=self.project, query=query),
        ]
        for one in shown:
            judges = [item["evaluator_id"] for item in one["evaluator_aggregates"]]
            self.wire.equal("aggregate", "get_evaluation", judges, self.evaluators, "evaluators")
            configs = {item["model_config_id"] for item in one["evaluator_aggregates"]}
            own = {one["config"]["id"]}
            self.wire.equal("aggregate", "get_evaluation", configs, own, "the config")
        self.views.forget()
        self._evaluation_seen()
        self._cases_seen()
        self._evaluators_seen()
        self._dataset_seen()
        self.views.read("get_project", id=self.project)
        found = self._project_listed()
        self.wire.equal("aggregate", "list_projects", found["data_count"], len(self.logs), "logs")

    def _strangers(self) -> None:
        """Somebody else finds none of it in any list, and nothing by its project."""
        other = self.world.other
        if other is None:
            return
        mine = {self.project, self.dataset, *self.evaluators}
        lists: Sequence[str] = ("list_projects", "list_datasets", "list_evaluators")
        for operation in lists:
            found = other.call(operation).json
            shown = found["records"] if operation == "list_projects" else found
            seen = mine & {one["id"] for one in shown}
            self.wire.verify("other tenant", operation, not seen, f"somebody sees {seen}")
        for operation in ("list_logs", "list_evaluations"):
            other.call(operation, (404, 422), query={"project_id": self.project})
            self.wire.verify("other tenant", operation, True, "")

    def _deleted(self) -> None:
        self.wire.call("delete_evaluator", 204, id=self.evaluators[-1])
        self.wire.call("get_evaluator", 404, id=self.evaluators[-1])
        self.wire.verify("gone", "delete_evaluator", True, "")
        listed = [one["id"] for one in self.wire.call("list_evaluators").json]
        gone = self.evaluators[-1] not in listed
        self.wire.verify("gone", "list_evaluators", gone, "a deleted evaluator is listed")
        self.wire.call("delete_dataset", id=self.dataset)
        self.wire.call("get_dataset", 404, id=self.dataset)
        self.wire.verify("gone", "delete_dataset", True, "")
        listed = [one["id"] for one in self.wire.call("list_datasets").json]
        gone = self.dataset not in listed
        self.wire.verify("gone", "list_datasets", gone, "a deleted dataset is listed")


def _shown(sent: Json) -> Json:
    """Return what of a log that was sent a log shows as it is."""
    return {name: one for name, one in sent.items() if name not in ("config", "feedback")}


VIEWS = Walk(
    "views of Humanloop",
    walk,
    {
        "same in every view": (
            "get_project",
            "list_projects",
            "get_model_config",
            "get_dataset",
            "list_datasets",
            "list_project_datasets",
            "get_datapoint",
            "list_datapoints",
            "get_evaluator",
            "list_evaluators",
            "get_evaluation",
            "list_evaluations",
            "list_project_evaluations",
            "get_log",
            "list_logs",
            "list_evaluation_datapoints",
        ),
        "pages": ("list_projects", "list_logs", "list_datapoints", "list_evaluations"),
        "gone": ("delete_dataset", "delete_evaluator", "list_datasets", "list_evaluators"),
        "other tenant": (
            "list_projects",
            "list_datasets",
            "list_evaluators",
            "list_logs",
            "list_evaluations",
        ),
    },
)
"""The walk through what Humanloop's API shows."""
