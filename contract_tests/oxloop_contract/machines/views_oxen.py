"""All that Oxen's API shows of one repository, seen through every operation that shows it."""

import time
from collections.abc import Mapping
from typing import Any

import httpx

from oxloop_contract.contract import Json
from oxloop_contract.machines.running import Walk, World
from oxloop_contract.machines.views import Views, echoes
from oxloop_contract.verify import CannotRun

PATIENCE_SECONDS = 60.0
AUTHOR = {"name": " Änn ", "email": "ann@example.com"}
FILES = {
    "data/a.jsonl": b'{"query": "one", "n": 1}\n{"query": "two", "n": 2}\n',
    "data/b c.bin": b"\0bytes",
    "data/deep/d.txt": b"text\n",
    "top.csv": b"query,n\none,1\n",
}
DAY_SECONDS = 86_400
LONG_FIELD = "x" * ((64 << 10) + 1)
"""More than a form's field may have."""


def walk(world: World) -> None:
    """Make a repository with files, branches and a run, and look at it from everywhere."""
    _Walk(world).go()


class _Walk:
    def __init__(self, world: World) -> None:
        self.world = world
        self.wire = world.wire
        self.views = Views(world.wire)
        self.repo: Json = {"namespace": world.unique("views"), "repo_name": world.unique("r")}
        self.commits: list[Json] = []

    def go(self) -> None:
        self._models()
        self._repository()
        self._files()
        self._branches()
        self._history()
        self._folders()
        self._evaluation()
        self._moved()
        self._taken_out()
        self._deleted()
        self._chat()

    def _read(self, operation: str, status: int = 200, /, **arguments: Any) -> Any:
        found = self.views.read(operation, status, **arguments)
        if "status" in found:
            self.wire.equal("envelope", operation, found["status"], "success", "status")
            words = [f"resource_{done}" for done in ("found", "created", "updated", "deleted")]
            word = found["status_message"]
            self.wire.verify("envelope", operation, word in words, f"status_message is {word!r}")
        return found

    def _models(self) -> None:
        listed = self._read("list_models")
        runnable = {one["id"]: one for one in self._read("list_evaluation_models")["models"]}
        objects = {"list_models": listed["object"]}
        found = self._read("search_models", query={"search": self.world.echo_model})
        objects["search_models"] = found["object"]
        for operation, word in objects.items():
            self.wire.equal("echo", operation, word, "list", "object")
        self.model: Json = {}
        for model in listed["data"]:
            self._read("get_model", model=model["id"])
            self._read("get_model", model=model["uuid"])
            self._read("search_models", query={"search": model["id"]})
            self.wire.equal("echo", "list_models", model["object"], "model", "object")
            shown = runnable.get(model["uuid"])
            if shown is not None:
                same = {name: model[name] for name in ("display_name", "description")}
                echoes(self.wire, "list_evaluation_models", same, shown)
            if model["id"] == self.world.echo_model:
                self.model = model
        if not self.model:
            raise CannotRun(f"the server lists no model '{self.world.echo_model}'")

    def _repository(self) -> None:
        names = {"namespace": self.repo["namespace"], "name": self.repo["repo_name"]}
        body = {**names, "description": " d ", "is_public": False, "user": AUTHOR}
        made = self._read("create_repository", body=body)["repository"]
        echoes(self.wire, "create_repository", {**names, "is_empty": True}, made)
        self._read("get_repository", **self.repo)
        self.views.forget()

    def _files(self) -> None:
        first = self._history_of("main")[0]
        echoes(self.wire, "list_commits", {"author": AUTHOR["name"], "parent_ids": []}, first)
        self.commits.append(first)
        for number, (path, content) in enumerate(FILES.items()):
            form = {**AUTHOR, "message": f" Add {number} "}
            arguments = {**self.repo, "resource": f"main/{path}", "form": form, "file": content}
            commit = self._read("upload_file", **arguments)["commit"]
            expected = {
                "message": form["message"],
                "author": form["name"],
                "email": form["email"],
                "parent_ids": [self.commits[-1]["id"]],
            }
            echoes(self.wire, "upload_file", expected, commit)
            later = commit["timestamp"] >= self.commits[-1]["timestamp"]
            self.wire.verify("times", "upload_file", later, "a commit is older than its parent")
            self.commits.append(commit)
        form = {**AUTHOR, "message": LONG_FIELD}
        self.wire.call("upload_file", 413, resource="main/t", form=form, file=b"", **self.repo)
        self.wire.verify("too large", "upload_file", True, "")

    def _branches(self) -> None:
        head = self.commits[-1]["id"]
        for name in ("side/one", "side/two", "x"):
            body = {"new_name": name, "from_name": "main"}
            made = self._read("create_branch", body=body, **self.repo)["branch"]
            expected = {"name": name, "commit_id": head}
            echoes(self.wire, "create_branch", expected, made)
            found = self._read("get_branch", branch_name=name, **self.repo)["branch"]
            echoes(self.wire, "get_branch", expected, found)
        listed = self._read("list_branches", **self.repo)["branches"]
        heads = {one["name"]: one["commit_id"] for one in listed}
        names = ["main", "side/one", "side/two", "x"]
        self.wire.equal("listed once", "list_branches", sorted(heads), names, "the names")
        self.wire.equal("listed once", "list_branches", set(heads.values()), {head}, "the heads")

    # --- commits ------------------------------------------------------------------------------

    def _history_of(self, resource: str, **query: int) -> list[Json]:
        found = self._read("list_commits", resource=resource, query=query, **self.repo)
        size = query.get("page_size", 100)
        total = found["total_entries"]
        counts = {
            "page_number": query.get("page", 1),
            "page_size": size,
            "total_pages": -(-total // size),
        }
        for name, value in counts.items():
            self.wire.equal("pages", "list_commits", found[name], value, name)
        commits: list[Json] = found["commits"]
        return commits

    def _history(self) -> None:
        expected = [one["id"] for one in reversed(self.commits)]
        for revision in ("main", "side/one", self.commits[-1]["id"]):
            ids = [one["id"] for one in self._history_of(revision)]
            self.wire.equal("history", "list_commits", ids, expected, revision)
        paged: list[str] = []
        for page in (1, 2, 3, 4):
            paged += [one["id"] for one in self._history_of("main", page=page, page_size=2)]
        self.wire.equal("pages", "list_commits", paged, expected, "the pages")
        total = self._read("list_commits", resource="main", **self.repo)["total_entries"]
        self.wire.equal("pages", "list_commits", total, len(expected), "total_entries")
        for path, commit in zip(FILES, self.commits[1:], strict=True):
            ids = [one["id"] for one in self._history_of(f"main/{path}")]
            self.wire.equal("history", "list_commits", ids, [commit["id"]], path)
        for commit in self.commits:
            self._read("get_commit", commit_id=commit["id"], **self.repo)

    # --- folders ------------------------------------------------------------------------------

    def _folders(self) -> None:
        for revision in ("main", "side/two", self.commits[-1]["id"]):
            self._folder(revision, "", {"data": self.commits[3], "top.csv": self.commits[4]})
            data = {"a.jsonl": 1, "b c.bin": 2, "deep": 3}
            self._folder(revision, "data", {name: self.commits[at] for name, at in data.items()})
            self._folder(revision, "data/deep", {"d.txt": self.commits[3]})
        self._pages_of_folder()
        self._data_frame()

    def _folder(self, revision: str, path: str, expected: dict[str, Json]) -> None:
        operation = "list_directory"
        resource = f"{revision}/{path}".rstrip("/")
        found = self._read(operation, resource=resource, **self.repo)
        echoes(self.wire, operation, {"path": path, "version": revision}, found["resource"])
        counts = {
            "page_number": 1,
            "page_size": 100,
            "total_pages": 1,
            "total_entries": len(expected),
        }
        echoes(self.wire, operation, counts, found)
        names = sorted(one["filename"] for one in found["entries"])
        self.wire.equal("listed once", operation, names, sorted(expected), "the names")
        hashes = {one["hash"] for one in found["entries"]}
        self.wire.equal("echo", operation, len(hashes), len(expected), "the number of hashes")
        for entry in found["entries"]:
            name = entry["filename"]
            inside = f"{path}/{name}".lstrip("/")
            files = [file for file in FILES if file == inside or file.startswith(inside + "/")]
            shown = {
                "is_dir": inside not in FILES,
                "size": sum(len(FILES[file]) for file in files),
                "latest_commit": expected[name],
            }
            echoes(self.wire, operation, shown, entry)

    def _pages_of_folder(self) -> None:
        names: list[str] = []
        operation = "list_directory"
        for page in (1, 2, 3):
            query = {"page": page, "page_size": 2}
            found = self._read(operation, resource="main/data", query=query, **self.repo)
            counts = {"page_number": page, "page_size": 2, "total_pages": 2, "total_entries": 3}
            for name, value in counts.items():
                self.wire.equal("pages", operation, found[name], value, name)
            names += [one["filename"] for one in found["entries"]]
        self.wire.equal("pages", operation, sorted(names), ["a.jsonl", "b c.bin", "deep"], "names")

    def _data_frame(self) -> None:
        operation = "get_data_frame"
        found = self._read(operation, resource="main/data/a.jsonl", **self.repo)
        echoes(self.wire, operation, {"commit": self.commits[-1]}, found)
        place = {"path": "data/a.jsonl", "version": "main"}
        echoes(self.wire, operation, place, found["resource"])
        frame = found["data_frame"]
        fields = [{"name": "query", "dtype": "str"}, {"name": "n", "dtype": "i64"}]
        for part in ("source", "view"):
            schema, other = frame[part]["schema"], frame["source"]["schema"]
            self.wire.equal("columns", operation, schema["fields"], fields, f"fields of {part}")
            self.wire.equal("columns", operation, schema["hash"], other["hash"], "the hash")
            size = frame[part]["size"]
            self.wire.equal("pages", operation, size, {"height": 2, "width": 2}, "the size")
        rows = [{"query": "one", "n": 1}, {"query": "two", "n": 2}]
        self.wire.equal("pages", operation, frame["view"]["data"], rows, "the rows")

    # --- a run --------------------------------------------------------------------------------

    def _evaluation(self) -> None:
        body = {
            "prompt": "{query} ",
            "input_type": "text",
            "output_type": "text",
            "model_id": self.model["uuid"],
            "target_column": "answer",
            "target_branch": "side/one",
            "auto_commit": True,
            "name": " a name ",
            "commit_message": " answers ",
            "is_sample": True,
            "sample_count": 1,
            "batch_size": 1,
        }
        place = {"revision": "main", "file_path": "data/a.jsonl", **self.repo}
        self.views.forget()
        made = self._read("create_evaluation", body=body, **place)["evaluation"]
        self.views.forget()
        final = self._until_completed(made["id"])
        skipped = ("status", "progress", "started_at", "completed_at", "closing_commit")
        counted = ("tokens_used", "prompt_tokens_used", "completion_tokens_used", "credits_used")
        kept = {name: value for name, value in made.items() if name not in (*skipped, *counted)}
        echoes(self.wire, "get_evaluation", kept, final)
        sent = {name: one for name, one in body.items() if name in made}
        echoes(self.wire, "create_evaluation", sent, made)
        shown = {"id": self.model["uuid"], "name": self.model["id"]}
        echoes(self.wire, "create_evaluation", shown, made["model"])
        self.views.forget()
        self._read("list_evaluation_models")
        self._read("get_evaluation", evaluation_id=made["id"], **self.repo)
        commit = final["closing_commit"]
        expected = {"message": " answers ", "parent_ids": [self.commits[-1]["id"]]}
        echoes(self.wire, "get_evaluation", expected, commit)
        self._read("get_commit", commit_id=commit["id"], **self.repo)
        repository = self._read("get_repository", **self.repo)["repository"]
        same = {"repository_id": repository["id"]}
        echoes(self.wire, "get_evaluation", same, final)

    def _until_completed(self, evaluation_id: str) -> Json:
        deadline = time.monotonic() + PATIENCE_SECONDS
        operation = "get_evaluation"
        while True:
            answer = self.wire.call(operation, evaluation_id=evaluation_id, **self.repo)
            found: Json = answer.json["evaluation"]
            if found["status"] == "completed":
                return found
            said = f"{found['status']}: {found['error_message']}"
            well = found["status"] in ("queued", "running", "committing")
            self.wire.verify("goes well", operation, well, said)
            late = time.monotonic() > deadline
            self.wire.verify("comes to an end", operation, not late, said)
            time.sleep(0.01)

    # --- files that go ------------------------------------------------------------------------

    def _moved(self) -> None:
        body = {**AUTHOR, "new_path": "else where/e.bin", "message": " Move "}
        place: Json = {**self.repo, "resource": "side/two/data/b c.bin"}
        commit = self._read("move_file", body=body, **place)["commit"]
        self._went("move_file", commit, " Move ", place)
        moved = self.wire.call("download_file", resource="side/two/else where/e.bin", **self.repo)
        content = FILES["data/b c.bin"]
        self.wire.equal("same bytes", "move_file", moved.content, content, "the moved file")
        again = {"new_path": "top.csv"}
        place["resource"] = "side/two/else where/e.bin"
        self.wire.call("move_file", 400, body=again, **place)
        self.wire.verify("impossible refused", "move_file", True, "")

    def _taken_out(self) -> None:
        form = {**AUTHOR, "message": " Take out "}
        place: Json = {**self.repo, "resource": "x/top.csv"}
        commit = self._read("delete_file", **_form(form), **place)["commit"]
        self._went("delete_file", commit, " Take out ", place)
        self.wire.call("delete_file", 404, **_form(form), **place)
        self.wire.verify("gone", "delete_file", True, "")

    def _went(self, operation: str, commit: Json, message: str, place: Json) -> None:
        """Check the commit of a change that a file is gone after, and that it is gone."""
        expected = {
            "message": message,
            "author": AUTHOR["name"],
            "email": AUTHOR["email"],
            "parent_ids": [self.commits[-1]["id"]],
        }
        echoes(self.wire, operation, expected, commit)
        self._read("get_commit", commit_id=commit["id"], **self.repo)
        branch = "x" if place["resource"].startswith("x/") else "side/two"
        head = self._read("get_branch", branch_name=branch, **self.repo)["branch"]
        self.wire.equal("stored", operation, head["commit_id"], commit["id"], "the branch's head")
        self.wire.call("download_file", 404, **place)
        self.wire.verify("gone", operation, True, "")

    # --- a model that is asked ----------------------------------------------------------------

    def _chat(self) -> None:
        operation = "create_chat_completion"
        messages = [
            {"role": "system", "content": "Say it again."},
            {"role": "user", "content": " two \U0001f98a "},
        ]
        body = {"model": self.world.echo_model, "messages": messages, "temperature": 0.5}
        ids: set[str] = set()
        for _ in range(2):
            found = self._read(operation, body=body)
            self.wire.equal("echo", operation, found["model"], body["model"], "the model")
            answer = {"role": "assistant", "content": " two \U0001f98a ", "tool_calls": None}
            choice = {"index": 0, "message": answer, "finish_reason": "stop"}
            self.wire.equal("echo", operation, found["choices"], [choice], "the choices")
            usage: Json = found["usage"] or {}
            total = usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)
            self.wire.equal("aggregate", operation, usage.get("total_tokens"), total, "the tokens")
            self.wire.verify("aggregate", operation, total > 0, "no token was used")
            late = abs(found["created"] - time.time()) < DAY_SECONDS
            self.wire.verify("times", operation, late, f"created is {found['created']}")
            ids.add(found["id"])
        self.wire.equal("new id", operation, len(ids), 2, "the number of ids")
        self.wire.call(operation, 400, body={**body, "model": f"no-{body['model']}"})
        self.wire.verify("impossible refused", operation, True, "")

    def _deleted(self) -> None:
        branch = self._read("get_branch", branch_name="x", **self.repo)["branch"]
        gone = self._read("delete_branch", branch_name="x", **self.repo)["branch"]
        self.wire.equal("echo", "delete_branch", gone, branch, "the branch")
        self.wire.call("get_branch", 404, branch_name="x", **self.repo)
        listed = self._read("list_branches", **self.repo)["branches"]
        names = [one["name"] for one in listed]
        self.wire.equal("gone", "delete_branch", "x" in names, False, "it is listed")
        self.wire.call("delete_branch", 404, branch_name="x", **self.repo)
        self.wire.call("delete_branch", 400, branch_name="main", **self.repo)
        self.wire.verify("gone", "delete_branch", True, "")


def _form(fields: Mapping[str, str]) -> Json:
    """Return a form without a file as the bytes of a body, and what it calls itself."""
    parts = {name: (None, text.encode()) for name, text in fields.items()}
    form = httpx.Request("PUT", "http://form", files=parts)
    return {"content": form.read(), "headers": {"Content-Type": form.headers["content-type"]}}


VIEWS = Walk(
    "views of Oxen",
    walk,
    {
        "same in every view": (
            "list_models",
            "search_models",
            "get_model",
            "list_evaluation_models",
            "get_repository",
            "list_commits",
            "get_commit",
            "list_directory",
            "get_data_frame",
            "get_evaluation",
        ),
        "history": ("list_commits",),
        "echo": ("create_chat_completion", "move_file", "delete_file"),
        "pages": ("list_commits", "list_directory"),
        "gone": ("delete_branch",),
        "envelope": ("create_repository", "upload_file", "create_branch", "delete_branch"),
    },
)
"""The walk through what Oxen's API shows."""
