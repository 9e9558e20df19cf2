"""What the extensions add to evaluations: a list, their rows, an early end, a late commit."""

import json
import math
import time
from collections.abc import Mapping
from typing import Any

from attrs import define
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from oxloop_contract.machines.running import Machine, World
from oxloop_contract.machines.texts import FREE_TEXT, NAMES
from oxloop_contract.verify import CannotRun

Row = dict[str, Any]

PATIENCE_SECONDS = 60.0
PICK = st.integers(0, 10_000)
SIZES = st.sampled_from([1, 2, 3, 100, 10_000])
MANY = 1000
"""Rows of a run that is not at its end yet when it is cancelled."""
ENDED = ("completed", "cancelled", "errored")


@define
class Run:
    """A run as it ought to be.

    Attributes:
        id: Its id.
        file: The file that it reads.
        asked: How many rows it asks about.
        target: The target that the request named.
        message: The message that the request gave for a commit.
        final: The evaluation as it ended; empty before.
        commit: The commit of its answers; empty if there is none.
    """

    id: str
    file: str
    asked: int
    target: str
    message: str | None
    final: Row
    commit: str = ""


class Extended(RuleBasedStateMachine):
    """The runs of one repository, through Oxen's API and beyond it."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.wire = world.wire
        self.oxen = world.speak("oxen")
        self.repo: Row = {"namespace": world.unique("contract"), "repo_name": world.unique("x")}
        self.runs: list[Run] = []
        self.branches: dict[str, str] = {}

    @initialize(texts=st.lists(FREE_TEXT, min_size=2, max_size=7))
    def create(self, texts: list[str]) -> None:
        """Make a repository with a file of few rows and one of many."""
        self.model = self._model()
        names = {"namespace": self.repo["namespace"], "name": self.repo["repo_name"]}
        self.oxen.call("create_repository", body=names)
        self.tables: dict[str, list[Row]] = {
            "few.jsonl": [{"query": f"q{text}"} for text in texts],
            "many.jsonl": [{"query": f"q{number}"} for number in range(MANY)],
        }
        for file, rows in self.tables.items():
            content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            form = {"name": "Ann", "email": "ann@example.com"}
            self.head: str = self.oxen.call(
                "upload_file",
                resource=f"main/{file}",
                form=form,
                file=content.encode(),
                **self.repo,
            ).json["commit"]["id"]
        self.branches["main"] = self.head
        self._listed(1, 10)

    def _model(self) -> str:
        for model in self.oxen.call("list_models").json["data"]:
            if model["id"] == self.world.echo_model:
                return str(model["uuid"])
        raise CannotRun(f"the server lists no model '{self.world.echo_model}'")

    # --- runs ---------------------------------------------------------------------------------

    def _start(self, file: str, options: Row) -> Run:
        body: Row = {
            "prompt": "As {query}.",
            "input_type": "text",
            "output_type": "text",
            "model_id": self.model,
            "target_column": "answer",
            **options,
        }
        made = self.oxen.call(
            "create_evaluation", body=body, revision="main", file_path=file, **self.repo
        ).json["evaluation"]
        asked = len(self.tables[file])
        if options.get("is_sample"):
            asked = min(asked, options["sample_count"])
        target = options.get("target_branch", "main")
        run = Run(made["id"], file, asked, target, options.get("commit_message"), {})
        self.runs.append(run)
        return run

    @rule(
        sample=st.integers(0, 3),
        commits=st.booleans(),
        message=NAMES | st.none(),
        size=SIZES,
    )
    def evaluate(self, sample: int, commits: bool, message: str | None, size: int) -> None:
        """A run is listed once, and its rows hold the answers."""
        options: Row = {"target_branch": self.world.unique("out"), "auto_commit": commits}
        if sample:
            options |= {"is_sample": True, "sample_count": sample}
        if message is not None:
            options["commit_message"] = message
        run = self._start("few.jsonl", options)
        self._ids_listed()
        self._wait(run)
        self.wire.equal(
            "goes well", "list_evaluations", run.final["status"], "completed", "the status"
        )
        if commits:
            run.commit = run.final["closing_commit"]["id"]
            self.branches[run.target] = run.commit
        self._same_rows(run, size)
        self._same_run(run)

    def _wait(self, run: Run) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            found = self._get(run.id)
            if found["status"] in ENDED:
                run.final = found
                return
            late = time.monotonic() > deadline
            self.wire.verify(
                "comes to an end", "list_evaluations", not late, f"still {found['status']}"
            )
            time.sleep(0.01)

    @rule(
        waits=st.booleans(),
        again=st.booleans(),
        commits=st.booleans(),
        size=st.sampled_from([700, 10_000]),
    )
    def cancel(self, waits: bool, again: bool, commits: bool, size: int) -> None:
        """A cancelled run has ended, keeps what is done, and commits nothing by itself."""
        options: Row = {"target_branch": self.world.unique("cut"), "auto_commit": commits}
        run = self._start("many.jsonl", options)
        if waits:
            self._wait_for_answers(run)
        answer = self._cancel(run, (200, 409))
        if answer.status == 409:
            self._wait(run)
            if run.final["closing_commit"]:
                run.commit = run.final["closing_commit"]["id"]
                self.branches[run.target] = run.commit
            return
        found = answer.json["evaluation"]
        self.wire.equal("cancelled", "cancel_evaluation", found["status"], "cancelled", "status")
        self.wire.verify(
            "cancelled", "cancel_evaluation", found["cancelled_at"] is not None, "no cancelled_at"
        )
        commit = found["closing_commit"]
        self.wire.equal("commits", "cancel_evaluation", commit, None, "closing_commit")
        run.final = self._get(run.id)
        self.wire.equal("cancelled", "cancel_evaluation", found, run.final, "the run")
        # Before it has started it has no rows.
        total = run.final["progress"]["total"]
        known = total == run.asked or (total == 0 and not waits)
        self.wire.verify("cancelled", "cancel_evaluation", known, f"the rows are {total}")
        run.asked = total
        if again:
            self._cancel_again(run)
        self._same_rows(run, size)
        self._same_run(run)

    def _wait_for_answers(self, run: Run) -> None:
        """Wait until some rows are answered, or all are."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._get(run.id)["progress"]["processed"] == 0:
            late = time.monotonic() > deadline
            self.wire.verify("comes to an end", "list_evaluations", not late, "no row is answered")
            time.sleep(0.005)

    def _cancel(self, run: Run, statuses: tuple[int, ...]) -> Any:
        return self.wire.call("cancel_evaluation", statuses, evaluation_id=run.id, **self.repo)

    def _cancel_again(self, run: Run) -> None:
        answer = self._cancel(run, (200,))
        found = answer.json["evaluation"]
        self.wire.equal("once", "cancel_evaluation", found, run.final, "the second answer")

    @rule(pick=PICK)
    @precondition(lambda self: self.runs)
    def cancel_what_has_ended(self, pick: int) -> None:
        """What has ended otherwise cannot be cancelled, and stays as it is."""
        run = self.runs[pick % len(self.runs)]
        if run.final["status"] == "cancelled":
            self._cancel_again(run)
        else:
            self._cancel(run, (409,))
            self.wire.verify("illegal", "cancel_evaluation", True, "")
        self._same_run(run)

    @rule(pick=PICK, message=NAMES | st.none(), path=st.sampled_from([None, "ä/b%2Fc.jsonl"]))
    @precondition(lambda self: self.runs)
    def commit(self, pick: int, message: str | None, path: str | None) -> None:
        """The answers are committed where they are wanted, once."""
        run = self.runs[pick % len(self.runs)]
        body: Row = {"target_branch": self.world.unique("late")}
        body |= {} if message is None else {"commit_message": message}
        body |= {} if path is None else {"target_path": path}
        operation = "commit_evaluation"
        done = run.final["progress"]["processed"]
        answer = self.wire.call(
            operation, 200 if done else 409, body=body, evaluation_id=run.id, **self.repo
        )
        if not done:
            self._same_run(run)
            return
        found = answer.json["evaluation"]
        commit = found["closing_commit"]
        self.wire.equal("commits", operation, commit["parent_ids"], [self.head], "the parents")
        wanted = message or run.message
        if wanted:
            self.wire.equal("echo", operation, commit["message"], wanted, "the message")
        run.message = wanted
        new = commit["id"] not in self.branches.values()
        self.wire.verify("new id", operation, new, f"{commit['id']} is taken")
        kept = {name: value for name, value in run.final.items() if name not in _MOVED}
        for name, value in kept.items():
            self.wire.equal("stored", operation, found[name], value, name)
        self.wire.equal("echo", operation, found["target_branch"], body["target_branch"], "branch")
        again = self.wire.call(operation, body=body, evaluation_id=run.id, **self.repo).json
        self.wire.equal("once", operation, again["evaluation"], found, "the second answer")
        run.final, run.commit = self._get(run.id), commit["id"]
        self.wire.equal("stored", operation, found, run.final, "the evaluation")
        self.branches[body["target_branch"]] = commit["id"]
        self._heads()
        self._written(run, body["target_branch"], found["target_path"] or run.file)

    def _written(self, run: Run, branch: str, path: str) -> None:
        """The committed file has the answers of the rows that were answered."""
        states = self._rows(run, 10_000)
        answers = {state["row"]: state["output"] for state in states}
        # The first rows and the last tell whether they stand where they belong.
        size = 50
        rows = self.tables[run.file]
        for page in {1, -(-len(rows) // size)}:
            frame = self.oxen.call(
                "get_data_frame",
                resource=f"{branch}/{path}",
                query={"page": page, "page_size": size},
                **self.repo,
            ).json["data_frame"]
            first = (page - 1) * size
            expected = [
                {**row, "answer": answers.get(first + number)}
                for number, row in enumerate(rows[first : first + size])
            ]
            found = frame["view"]["data"]
            self.wire.equal("answers written", "commit_evaluation", found, expected, path)

    def _heads(self) -> None:
        listed = self.oxen.call("list_branches", **self.repo).json["branches"]
        heads = {one["name"]: one["commit_id"] for one in listed}
        self.wire.equal("branches stay", "commit_evaluation", heads, self.branches, "branches")

    # --- what is told -------------------------------------------------------------------------

    @rule(page=st.integers(1, 4), size=st.sampled_from([1, 2, 3, 10_000]))
    def list_page(self, page: int, size: int) -> None:
        """A page of the list holds its runs, the newest first."""
        self._listed(page, size)

    def _listed(self, page: int, size: int) -> None:
        operation = "list_evaluations"
        query = {"page": page, "page_size": size}
        answer = self.wire.call(operation, query=query, **self.repo).json
        runs = list(reversed(self.runs))[(page - 1) * size : page * size]
        ids = [one["id"] for one in answer["evaluations"]]
        self.wire.equal("pages", operation, ids, [run.id for run in runs], f"page {page} of {size}")
        self._paged(operation, answer["pagination"], page, size, len(self.runs))
        for found, run in zip(answer["evaluations"], runs, strict=True):
            if run.final:
                self.wire.equal("stored", operation, found, run.final, "the evaluation")
        self._worded(operation, answer)

    def _ids_listed(self) -> None:
        """The list without any wish has every run once."""
        operation = "list_evaluations"
        answer = self.wire.call(operation, **self.repo).json
        ids = [one["id"] for one in answer["evaluations"]]
        wanted = [run.id for run in reversed(self.runs)][:100]
        self.wire.equal("listed once", operation, ids, wanted, "the runs")
        self._paged(operation, answer["pagination"], 1, 100, len(self.runs))

    def _paged(self, operation: str, found: Row, page: int, size: int, total: int) -> None:
        expected = {
            "page_number": page,
            "page_size": size,
            "total_pages": -(-total // size),
            "total_entries": total,
        }
        self.wire.equal("pages", operation, found, expected, "the pagination")

    def _worded(self, operation: str, answer: Row) -> None:
        self.wire.equal("envelope", operation, answer["status"], "success", "status")
        word = answer["status_message"]
        known = word in ("resource_found", "resource_updated")
        self.wire.verify("envelope", operation, known, f"status_message is {word!r}")

    @rule(pick=PICK, size=SIZES)
    @precondition(lambda self: self.runs)
    def read_rows(self, pick: int, size: int) -> None:
        """The rows of a run that has ended stay as they are."""
        run = self.runs[pick % len(self.runs)]
        self._same_rows(run, size if run.file == "few.jsonl" else 10_000)

    def _rows(self, run: Run, size: int) -> list[Row]:
        operation = "list_evaluation_rows"
        found: list[Row] = []
        for page in range(1, -(-run.asked // size) + 2):
            query = {"page": page, "page_size": size}
            answer = self.wire.call(operation, query=query, evaluation_id=run.id, **self.repo).json
            self._paged(operation, answer["pagination"], page, size, run.asked)
            self._worded(operation, answer)
            count = min(size, max(0, run.asked - (page - 1) * size))
            self.wire.equal("pages", operation, len(answer["rows"]), count, f"rows of page {page}")
            found += answer["rows"]
        return found

    def _same_rows(self, run: Run, size: int) -> None:
        operation = "list_evaluation_rows"
        found = self._rows(run, size)
        places: list[int] = [row["row"] for row in found]
        self.wire.equal("pages", operation, places, list(range(run.asked)), "the rows' places")
        prompts = [f"As {row['query']}." for row in self.tables[run.file]]
        for row, prompt in zip(found, prompts, strict=False):
            self._same_row(operation, run, row, prompt)
        done = sum(row["status"] == "done" for row in found)
        self.wire.equal("aggregate", operation, done, run.final["progress"]["processed"], "done")
        for name in ("prompt_tokens", "completion_tokens"):
            total = sum(row[name] or 0 for row in found)
            self.wire.equal("aggregate", operation, total, run.final[f"{name}_used"], name)
        costs = math.fsum(row["cost"] or 0 for row in found)
        whole = float(run.final["credits_used"])
        same = math.isclose(costs, whole, rel_tol=1e-6, abs_tol=1e-9)
        said = f"the rows cost {costs}, the run {whole}"
        self.wire.verify("aggregate", operation, same, said)

    def _same_row(self, operation: str, run: Run, row: Row, prompt: str) -> None:
        done = row["status"] == "done"
        expected = "done" if run.final["status"] == "completed" else row["status"]
        known = ("done", "pending")
        self.wire.verify("rows", operation, row["status"] in known, f"a row is {row['status']}")
        self.wire.equal("rows", operation, row["status"], expected, "a row's status")
        self.wire.equal("rows", operation, row["output"], prompt if done else None, "an output")
        self.wire.equal("rows", operation, row["error"], None, "an error")
        for name in ("duration", "prompt_tokens", "completion_tokens"):
            told = row[name] is not None
            self.wire.equal("rows", operation, told, done, f"whether {name} is told")
        if done:
            within = 0 <= row["duration"] <= PATIENCE_SECONDS
            self.wire.verify("rows", operation, within, f"a duration is {row['duration']}")

    def _same_run(self, run: Run) -> None:
        found = self._get(run.id)
        self.wire.equal("ended stays ended", "list_evaluations", found, run.final, "the run")
        listed = self.wire.call("list_evaluations", **self.repo).json["evaluations"]
        shown = [one for one in listed if one["id"] == run.id]
        if len(self.runs) <= 100:
            self.wire.equal("stored", "list_evaluations", shown, [run.final], "the run")
        self._heads()

    def _get(self, evaluation_id: str) -> Row:
        found: Row = self.oxen.call(
            "get_evaluation", evaluation_id=evaluation_id, **self.repo
        ).json["evaluation"]
        return found

    # --- who may ask --------------------------------------------------------------------------

    @rule()
    @precondition(lambda self: self.runs and self.world.other is not None)
    def ask_as_somebody_else(self) -> None:
        """Somebody else sees no run, and changes none."""
        assert self.world.other is not None
        one: dict[str, Any] = {"evaluation_id": self.runs[-1].id, **self.repo}
        asking: Mapping[str, dict[str, Any]] = {
            "list_evaluations": self.repo,
            "list_evaluation_rows": one,
            "cancel_evaluation": one,
            "commit_evaluation": {**one, "body": {"target_branch": "stolen"}},
        }
        for operation, arguments in asking.items():
            self.world.other.call(operation, 404, **arguments)
            self.wire.verify("other tenant", operation, True, "")
        self._same_run(self.runs[-1])

    def teardown(self) -> None:
        """Do once what chance may have left out, and look at every run once more."""
        if self.wire.checks.failures:
            return
        self.evaluate(0, False, " at the end ", 2)
        self.commit(len(self.runs) - 1, None, None)
        self.commit(len(self.runs) - 1, " anew ", "ä/b%2Fc.jsonl")
        self.cancel_what_has_ended(len(self.runs) - 1)
        self.cancel(True, True, True, 10_000)
        if self.world.other is not None:
            self.ask_as_somebody_else()
        for page in (1, 2, 3):
            self._listed(page, 1)
        for pick in range(len(self.runs)):
            self._same_run(self.runs[pick])


_MOVED = ("closing_commit", "target_branch", "target_path", "conflict_target_branch")

EXTENDED = Machine(
    "extended evaluations",
    Extended,
    {
        "listed once": ("list_evaluations",),
        "pages": ("list_evaluations", "list_evaluation_rows"),
        "rows": ("list_evaluation_rows",),
        "aggregate": ("list_evaluation_rows",),
        "cancelled": ("cancel_evaluation",),
        "once": ("commit_evaluation",),
        "illegal": ("cancel_evaluation",),
        "commits": ("commit_evaluation",),
        "answers written": ("commit_evaluation",),
        "ended stays ended": ("list_evaluations",),
        "other tenant": (
            "list_evaluations",
            "list_evaluation_rows",
            "cancel_evaluation",
            "commit_evaluation",
        ),
    },
    examples=5,
)
"""The machine of what the extensions add to Oxen's evaluations."""
