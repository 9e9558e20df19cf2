"""Oxen's evaluations: what was asked comes back, and the answers land where they belong."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from oxloop_contract.machines.running import Machine, World
from oxloop_contract.machines.texts import FREE_TEXT, NAMES
from oxloop_contract.verify import CannotRun
from oxloop_contract.wire import BAD_CREDENTIALS, Answer, Credentials

Row = dict[str, Any]

PATIENCE_SECONDS = 60.0
PICK = st.integers(0, 10_000)
ORDER = ("queued", "running", "committing", "completed")


@frozen
class Prompt:
    """A template, and what it makes of a row, worked out without any template language."""

    template: str
    render: Callable[[Row], str]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


PROMPTS = [
    Prompt("Q {query}", lambda row: f"Q {row['query']}"),
    Prompt("{query} × {n}.", lambda row: f"{row['query']} × {_text(row['n'])}."),
    Prompt('As {"a": [1, {}]}: {query}', lambda row: f'As {{"a": [1, {{}}]}}: {row["query"]}'),
    Prompt("{{query}} is {query}", lambda row: f"{{query}} is {row['query']}"),
    Prompt("The same for all", lambda _row: "The same for all"),
]

TABLE = st.lists(
    st.tuples(FREE_TEXT, st.none() | st.integers(-999, 999), st.none() | st.just("kept")).map(
        lambda row: {"query": f"q{row[0]}", "n": row[1], "note": row[2]}
    ),
    min_size=2,
    max_size=15,
).map(
    # A column with no text at all would have no type.
    lambda rows: [{**rows[0], "note": "kept", "n": 0}, *rows[1:]]
)

OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "auto_commit": st.booleans(),
        "batch_size": st.sampled_from([1, 2, 3, 10, 10_000]),
        "commit_message": NAMES | st.none(),
        "is_sample": st.booleans(),
        "name": FREE_TEXT.map(lambda text: text[:255]),
        "sample_count": st.sampled_from([1, 2, 3, 1_000_000_000]),
        "target_branch": st.sampled_from(["out", "out/of/it", "main", "ä%20b"]),
        "target_path": st.sampled_from(["results/a.jsonl", "ü ö.parquet", "b%2Fc.jsonl"]),
    },
)


class Evaluations(RuleBasedStateMachine):
    """Runs of one repository's tables, each followed to its end."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.wire = world.wire
        self.repo: dict[str, Any] = {
            "namespace": self.world.unique("contract"),
            "repo_name": self.world.unique("e"),
        }
        self.heads: dict[str, str] = {}
        self.tables: dict[str, dict[str, list[Row]]] = {}
        self.done: dict[str, Row] = {}

    @initialize(rows=TABLE)
    def create(self, rows: list[Row]) -> None:
        """Make a repository with a table, and find the model that echoes."""
        self.model = self._model()
        names = {"namespace": self.repo["namespace"], "name": self.repo["repo_name"]}
        self._ok(self.wire.call("create_repository", body=names))
        content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        commit = self._ok(
            self.wire.call(
                "upload_file",
                resource="main/data/t.jsonl",
                form={"name": "Ann", "email": "ann@example.com"},
                file=content,
                **self.repo,
            )
        )["commit"]
        self.heads["main"] = commit["id"]
        self.tables["main"] = {"data/t.jsonl": rows}

    def _model(self) -> Row:
        listed: list[Row] = self.wire.call("list_models").json["data"]
        found = [model for model in listed if model["id"] == self.world.echo_model]
        if not found:
            raise CannotRun(
                f"the server lists no model '{self.world.echo_model}': register one that answers "
                "each prompt with that prompt, and name it with --echo-model"
            )
        self.wire.equal("listed once", "list_models", len(found), 1, "the model's count")
        model = found[0]
        for wanted in (model["id"], model["uuid"]):
            one = self.wire.call("get_model", model=wanted).json
            self.wire.equal("stored", "get_model", one, model, "the model")
        for search, expected in ((model["id"], True), (f"no-{model['id']}-no", False)):
            data = self.wire.call("search_models", query={"search": search}).json["data"]
            self.wire.equal("filter", "search_models", model in data, expected, f"{search} found")
        runnable = self.wire.call("list_evaluation_models").json["models"]
        ids = [one["id"] for one in runnable if one["name"] == model["id"]]
        self.wire.equal("listed once", "list_evaluation_models", ids, [model["uuid"]], "the ids")
        return model

    # --- runs ---------------------------------------------------------------------------------

    @rule(
        pick=PICK,
        at_commit=st.booleans(),
        encoded=st.booleans(),
        prompt=st.sampled_from(PROMPTS),
        column=st.sampled_from(["answer", "note", "Antwort für später", "a.b"]),
        options=OPTIONS,
    )
    def evaluate(
        self,
        pick: int,
        at_commit: bool,
        encoded: bool,
        prompt: Prompt,
        column: str,
        options: Row,
    ) -> None:
        """Create a run, watch it to its end, and read what it wrote."""
        places = [(b, p) for b, files in sorted(self.tables.items()) for p in sorted(files)]
        branch, path = places[pick % len(places)]
        at_commit = at_commit and "target_branch" in options
        revision = self.heads[branch] if at_commit else branch
        body: Row = {
            "prompt": prompt.template,
            "input_type": "text",
            "output_type": "text",
            "model_id": self.model["uuid"],
            "target_column": column,
            **options,
        }
        created = self._evaluation(
            self.wire.call(
                "create_evaluation",
                body=body,
                revision=revision,
                file_path=path,
                encode_slashes=encoded,
                **self.repo,
            )
        )
        self.wire.verify(
            "new id",
            "create_evaluation",
            created["id"] not in self.done,
            f"{created['id']} is taken",
        )
        source = self.tables[branch][path]
        asked = len(source)
        if options.get("is_sample", False):
            asked = min(asked, options.get("sample_count", 10))
        expected = self._expected(body, revision, branch, path)
        self._echoes("create_evaluation", created, expected)
        final = self._watch(created)
        self._echoes("get_evaluation", final, expected)
        self._ended_well(final, asked)
        self.done[created["id"]] = final
        self._landed(final, body, branch, path, [prompt.render(row) for row in source[:asked]])

    def _expected(self, body: Row, revision: str, branch: str, path: str) -> Row:
        return {
            "name": body.get("name"),
            "prompt": body["prompt"],
            "input_type": "text",
            "output_type": "text",
            "is_sample": body.get("is_sample", False),
            "sample_count": body.get("sample_count", 10),
            "target_branch": body.get("target_branch", branch),
            "target_column": body["target_column"],
            "target_path": body.get("target_path"),
            "resource": {"path": path, "version": revision},
            "cancelled_at": None,
            "error_message": None,
        }

    def _echoes(self, operation: str, found: Row, expected: Row) -> None:
        tokens = found["prompt_tokens_used"] + found["completion_tokens_used"]
        self.wire.equal("aggregate", operation, found["tokens_used"], tokens, "tokens_used")
        for name, value in expected.items():
            self.wire.equal("echo", operation, found[name], value, name)
        model = found["model"]["id"], found["model"]["name"]
        self.wire.equal("echo", operation, model, (self.model["uuid"], self.model["id"]), "model")

    def _watch(self, created: Row) -> Row:
        latest, place = created, (0, 0)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            operation = "create_evaluation" if latest is created else "get_evaluation"
            self.wire.equal("stored", operation, latest["id"], created["id"], "the id")
            same = latest["inserted_at"], latest["repository_id"], latest["created_by"]
            before = created["inserted_at"], created["repository_id"], created["created_by"]
            self.wire.equal("stored", operation, same, before, "what never changes")
            status, progress = latest["status"], latest["progress"]
            self.wire.verify(
                "goes well", operation, status in ORDER, f"{status}: {latest['error_message']}"
            )
            now = ORDER.index(status), progress["processed"]
            forward = now[0] >= place[0] and now[1] >= place[1]
            self.wire.verify("only forward", operation, forward, f"from {place} to {now}")
            within = 0 <= progress["processed"] <= progress["total"]
            self.wire.verify("progress", operation, within, f"progress is {progress}")
            if status == "completed":
                return latest
            late = time.monotonic() > deadline
            self.wire.verify("comes to an end", "get_evaluation", not late, f"still {status}")
            time.sleep(0.005)
            place = now
            latest = self._get(created["id"])

    def _ended_well(self, final: Row, asked: int) -> None:
        operation = "get_evaluation"
        progress = {"processed": asked, "total": asked}
        self.wire.equal("progress", operation, final["progress"], progress, "the progress")
        self.wire.verify("aggregate", operation, final["tokens_used"] > 0, "no token was used")
        times = [final["inserted_at"], final["started_at"], final["completed_at"]]
        self.wire.verify(
            "times", operation, None not in times and times == sorted(times), f"times are {times}"
        )
        self.wire.verify("comes to an end", operation, True, "")

    def _landed(
        self, final: Row, body: Row, branch: str, path: str, answers: Sequence[str]
    ) -> None:
        commit = final["closing_commit"]
        target, target_path = body.get("target_branch", branch), body.get("target_path", path)
        if not body.get("auto_commit", False):
            self.wire.equal("commits", "get_evaluation", commit, None, "closing_commit")
            self._same_heads()
            return
        self.wire.verify("commits", "get_evaluation", commit is not None, "no closing_commit")
        self.wire.equal(
            "commits", "get_evaluation", final["conflict_target_branch"], None, "the conflict"
        )
        # A branch that is missing starts where the source is; the column is added to a file that is
        # there already, for all files here have the same rows.
        files = self.tables.get(target, self.tables[branch])
        rows = self.tables[target].get(target_path) if target in self.tables else None
        rows = self.tables[branch][path] if rows is None else rows
        column = body["target_column"]
        written = [
            {**row, column: answers[n] if n < len(answers) else row.get(column)}
            for n, row in enumerate(rows)
        ]
        head = self.heads.get(target, self.heads[branch])
        if commit["id"] == head:
            self.wire.equal("commits", "get_evaluation", written, files.get(target_path), "news")
        else:
            self._committed(commit, head, body)
        self.heads[target] = commit["id"]
        self.tables[target] = {**files, target_path: written}
        self._same_heads()
        self._same_rows(f"{target}/{target_path}", written, commit["id"])

    def _committed(self, commit: Row, head: str, body: Row) -> None:
        operation = "get_evaluation"
        self.wire.equal("commits", operation, commit["parent_ids"], [head], "the parents")
        known = commit["id"] in self.heads.values()
        self.wire.verify("new id", operation, not known, f"the commit {commit['id']} is taken")
        if body.get("commit_message"):
            self.wire.equal(
                "echo", operation, commit["message"], body["commit_message"], "the message"
            )

    # --- what stays ---------------------------------------------------------------------------

    @rule(pick=PICK)
    @precondition(lambda self: self.done)
    def read_again(self, pick: int) -> None:
        """A run that has ended stays as it ended."""
        final = self.done[list(self.done)[pick % len(self.done)]]
        found = self._get(final["id"])
        self.wire.equal("ended stays ended", "get_evaluation", found, final, "the evaluation")

    @rule(
        change=st.sampled_from(
            [
                ({"prompt": "{query} {nobody}"}, 400),
                ({"model_id": "00000000-0000-4000-8000-000000000000"}, 400),
                ({"target_column": "_oxen_id"}, 400),
                ({"target_column": "query"}, 400),
                ({"target_column": "n"}, 400),
                ({"target_path": "../up.jsonl"}, 400),
                ({"target_path": "results.docx"}, 400),
                ({"target_branch": "a//b"}, 400),
                ({"revision": "nowhere"}, 404),
                ({"file_path": "data/none.jsonl"}, 404),
            ]
        )
    )
    def ask_for_the_impossible(self, change: tuple[Row, int]) -> None:
        """What cannot run is refused when it is asked for, and changes nothing."""
        changed, status = change
        path: dict[str, Any] = {"revision": "main", "file_path": "data/t.jsonl", **self.repo}
        body: Row = {
            "prompt": "{query}",
            "input_type": "text",
            "output_type": "text",
            "model_id": self.model["uuid"],
            "target_column": "answer",
            "auto_commit": True,
        }
        for name, value in changed.items():
            (path if name in path else body)[name] = value
        answer = self.wire.call("create_evaluation", status, body=body, **path)
        self._refused(answer)
        self.wire.verify("impossible refused", "create_evaluation", True, "")
        self._same_heads()

    @rule(credentials=st.sampled_from(BAD_CREDENTIALS))
    def ask_without_a_key(self, credentials: Credentials) -> None:
        """Without a good key nothing is told, and nothing runs."""
        for operation, arguments in self._asking():
            answer = self.wire.call(operation, 401, credentials=credentials, **arguments)
            self._refused(answer)
            self.wire.verify("bad key refused", operation, True, "")
        self._same_heads()

    @rule()
    @precondition(lambda self: self.world.other is not None)
    def ask_as_somebody_else(self) -> None:
        """Somebody else sees no run, and starts none."""
        assert self.world.other is not None
        for operation, arguments in self._asking():
            self._refused(self.world.other.call(operation, 404, **arguments))
            self.wire.verify("other tenant", operation, True, "")
        self._same_heads()

    @rule(of=st.sampled_from(["nothing", "other repository"]))
    def look_for_what_is_not_there(self, of: str) -> None:
        """A run that is not this repository's is not there."""
        names: dict[str, Any] = dict(self.repo)
        evaluation_id = "00000000-0000-4000-8000-000000000000"
        if of == "other repository" and self.done:
            evaluation_id = next(iter(self.done))
            names["repo_name"] = self.world.unique("e")
            body = {"namespace": names["namespace"], "name": names["repo_name"]}
            self._ok(self.wire.call("create_repository", body=body))
        answer = self.wire.call("get_evaluation", 404, evaluation_id=evaluation_id, **names)
        self._refused(answer)
        self.wire.verify("missing", "get_evaluation", True, "")

    def _asking(self) -> list[tuple[str, dict[str, Any]]]:
        evaluation_id = next(iter(self.done), "00000000-0000-4000-8000-000000000000")
        body: Row = {
            "prompt": "{query}",
            "input_type": "text",
            "output_type": "text",
            "model_id": self.model["uuid"],
            "target_column": "stolen",
            "auto_commit": True,
        }
        create = {"revision": "main", "file_path": "data/t.jsonl", "body": body}
        return [
            ("get_evaluation", {**self.repo, "evaluation_id": evaluation_id}),
            ("create_evaluation", {**self.repo, **create}),
        ]

    # --- comparisons --------------------------------------------------------------------------

    def teardown(self) -> None:
        """Do once what chance may have left out, and look once more at every run and table."""
        if self.wire.checks.failures:
            return
        options = {"auto_commit": True, "commit_message": " the last ", "target_branch": "the/end"}
        self.evaluate(0, False, True, PROMPTS[0], "answer", options)
        self.ask_for_the_impossible(({"prompt": "{query} {nobody}"}, 400))
        self.look_for_what_is_not_there("other repository")
        self.ask_without_a_key("wrong")
        if self.world.other is not None:
            self.ask_as_somebody_else()
        for pick in range(len(self.done)):
            self.read_again(pick)
        for branch, files in self.tables.items():
            for path, rows in files.items():
                self._same_rows(f"{branch}/{path}", rows, self.heads[branch])

    def _get(self, evaluation_id: str) -> Row:
        return self._evaluation(
            self.wire.call("get_evaluation", evaluation_id=evaluation_id, **self.repo)
        )

    def _same_heads(self) -> None:
        found = self._ok(self.wire.call("list_branches", **self.repo))["branches"]
        heads = {branch["name"]: branch["commit_id"] for branch in found}
        self.wire.equal("branches stay", "list_branches", heads, self.heads, "the branches")

    def _same_rows(self, resource: str, rows: Sequence[Row], commit: str) -> None:
        size = 4
        found: list[Row] = []
        for page in range(1, -(-len(rows) // size) + 1):
            answer = self._ok(
                self.wire.call(
                    "get_data_frame",
                    resource=resource,
                    query={"page": page, "page_size": size},
                    **self.repo,
                )
            )
            found += answer["data_frame"]["view"]["data"]
            self.wire.equal(
                "commit", "get_data_frame", answer["commit"]["id"], commit, "the commit's id"
            )
        self.wire.equal("answers written", "get_data_frame", found, list(rows), resource)

    def _evaluation(self, answer: Answer) -> Row:
        found: Row = self._ok(answer)["evaluation"]
        return found

    def _ok(self, answer: Answer) -> Any:
        self.wire.equal("envelope", answer.operation, answer.json["status"], "success", "status")
        return answer.json

    def _refused(self, answer: Answer) -> None:
        self.wire.equal("refusal", answer.operation, answer.json["status"], "error", "status")


_BOTH = ("create_evaluation", "get_evaluation")
_MEANT: Mapping[str, Sequence[str]] = {
    "listed once": ("list_models", "list_evaluation_models"),
    "filter": ("search_models",),
    "stored": (*_BOTH, "get_model"),
    "new id": _BOTH,
    "echo": _BOTH,
    "goes well": _BOTH,
    "only forward": _BOTH,
    "progress": _BOTH,
    "aggregate": ("create_evaluation", "get_evaluation"),
    "times": ("get_evaluation",),
    "comes to an end": ("get_evaluation",),
    "commits": ("get_evaluation",),
    "answers written": ("get_data_frame",),
    "commit": ("get_data_frame",),
    "branches stay": ("list_branches",),
    "ended stays ended": ("get_evaluation",),
    "impossible refused": ("create_evaluation",),
    "bad key refused": _BOTH,
    "other tenant": _BOTH,
    "missing": ("get_evaluation",),
    "envelope": _BOTH,
    "refusal": _BOTH,
}

EVALUATIONS = Machine("evaluations", Evaluations, _MEANT, examples=12)
"""The machine of evaluations."""
