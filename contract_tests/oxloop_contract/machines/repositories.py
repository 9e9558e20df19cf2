"""Oxen's repositories, branches and files: all that was written is there, and nothing else."""

import json
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from oxloop_contract.machines.running import Machine, World
from oxloop_contract.machines.texts import BRANCHES, FREE_TEXT, NAMES, PATHS
from oxloop_contract.wire import BAD_CREDENTIALS, UPLOAD_NAME, Answer, Credentials

PICK = st.integers(0, 10_000)
PAGE_SIZES = st.sampled_from([1, 2, 3, 5, 7, 10_000])
ROWS = st.lists(
    # A letter first: what looks like a number or a date is read as one.
    st.tuples(FREE_TEXT, st.none() | st.integers(-(2**53), 2**53)).map(
        lambda row: {"query": f"q{row[0]}", "n": row[1]}
    ),
    min_size=1,
    max_size=12,
)


@frozen
class File:
    """A file as a commit has it: its bytes, and the commit that last changed it."""

    content: bytes = field(repr=False)
    commit: str


def table(rows: list[dict[str, Any]]) -> bytes:
    """Write rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


class Repositories(RuleBasedStateMachine):
    """One repository, kept here as well, and compared with the server's at every step."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.wire = world.wire
        self.repo: dict[str, Any] = {
            "namespace": self.world.unique("contract"),
            "repo_name": self.world.unique("r"),
        }
        self.commits: dict[str, Mapping[str, File]] = {}
        self.heads: dict[str, str] = {}
        self.tables: dict[bytes, list[dict[str, Any]]] = {}

    # --- what the server is told -------------------------------------------------------------

    @initialize(description=FREE_TEXT, is_public=st.booleans())
    def create(self, description: str, is_public: bool) -> None:
        """Make the repository, which has one branch with one empty commit."""
        names = {"namespace": self.repo["namespace"], "name": self.repo["repo_name"]}
        body = {**names, "description": description, "is_public": is_public}
        made = self._ok(self.wire.call("create_repository", body=body))["repository"]
        for name, value in names.items():
            self.wire.equal("echo", "create_repository", made[name], value, name)
        self.made = made
        found = self._ok(self.wire.call("list_branches", **self.repo))["branches"]
        self.wire.equal(
            "listed once", "list_branches", [b["name"] for b in found], ["main"], "the first list"
        )
        self.heads["main"] = found[0]["commit_id"]
        self.commits[self.heads["main"]] = {}
        self._same_repository(empty=True)
        again = self.wire.call("create_repository", 409, body=body)
        self._refused(again)

    @rule(name=BRANCHES, pick=PICK, from_commit=st.booleans())
    def create_branch(self, name: str, pick: int, from_commit: bool) -> None:
        """Make a branch where another is, or at a commit; one that is there stays."""
        start = _choose(self.commits if from_commit else self.heads, pick)
        head = self.heads.get(name, start if from_commit else self.heads.get(start, start))
        answer = self._ok(
            self.wire.call(
                "create_branch", body={"new_name": name, "from_name": start}, **self.repo
            )
        )
        expected = {"name": name, "commit_id": head}
        self.wire.equal("echo", "create_branch", answer["branch"], expected, "the branch")
        self.heads[name] = head
        self._same_branch(name)

    @rule(
        branch=PICK,
        path=PATHS,
        content=st.binary(max_size=200),
        form=st.fixed_dictionaries(
            {"name": NAMES, "email": st.just("ann@example.com")}, optional={"message": NAMES}
        ),
        encoded=st.booleans(),
    )
    def upload(
        self, branch: int, path: str, content: bytes, form: dict[str, str], encoded: bool
    ) -> None:
        """Write a file; the branch moves to a new commit that holds it."""
        self._upload(f"{_choose(self.heads, branch)}/{path}", content, form, encoded)

    @rule(branch=PICK, name=st.sampled_from(["t.jsonl", "data/u.jsonl"]), rows=ROWS)
    def upload_table(self, branch: int, name: str, rows: list[dict[str, Any]]) -> None:
        """Write a file of rows."""
        content = table(rows)
        self.tables[content] = rows
        form = {"name": "Ann", "email": "ann@example.com"}
        self._upload(f"{_choose(self.heads, branch)}/{name}", content, form, False)

    @rule(pick=PICK, at=PICK, encoded=st.booleans())
    def upload_again(self, pick: int, at: int, encoded: bool) -> None:
        """The bytes that a file has already make no new commit."""
        branch = _choose(self.heads, at)
        files = self.commits[self.heads[branch]]
        if files:
            path = _choose(files, pick)
            form = {"name": "Ann", "email": "ann@example.com", "message": "Again"}
            self._upload(f"{branch}/{path}", files[path].content, form, encoded)

    def _upload(self, resource: str, content: bytes, form: dict[str, str], encoded: bool) -> None:
        branch, path = self._resolve(resource)
        old = self.heads[branch]
        files = self.commits[old]
        if path and any(other.startswith(path + "/") for other in files):
            # Into a folder that is there a file goes under its own name.
            path = f"{path}/{UPLOAD_NAME}"
        fits = _fits(files, path)
        answer = self.wire.call(
            "upload_file",
            200 if fits else 400,
            resource=resource,
            form=form,
            file=content,
            encode_slashes=encoded,
            **self.repo,
        )
        if not fits:
            self._refused(answer)
            self._same_branch(branch)
            return
        commit = self._ok(answer)["commit"]
        if path in files and files[path].content == content:
            self.wire.equal("same bytes, same commit", "upload_file", commit["id"], old, "the id")
            self._same_branch(branch)
            return
        self.wire.verify(
            "new id", "upload_file", commit["id"] not in self.commits, f"{commit['id']} is taken"
        )
        expected = {"author": form["name"], "email": form["email"], "parent_ids": [old]}
        if "message" in form:
            expected["message"] = form["message"]
        for name, value in expected.items():
            self.wire.equal("echo", "upload_file", commit[name], value, name)
        self.heads[branch] = commit["id"]
        self.commits[commit["id"]] = {**files, path: File(content, commit["id"])}
        self._same_branch(branch)
        self._same_file(f"{branch}/{path}", encoded=not encoded)

    # --- what the server must still know -----------------------------------------------------

    @rule(pick=PICK, at=PICK, encoded=st.booleans())
    def read_file(self, pick: int, at: int, encoded: bool) -> None:
        """A file's bytes are those of its commit, also of an old one, whatever came later."""
        revision = _choose({**self.heads, **self.commits}, at)
        files = self.commits[self.heads.get(revision, revision)]
        if files:
            self._same_file(f"{revision}/{_choose(files, pick)}", encoded=encoded)

    @rule(at=PICK, path=PATHS, encoded=st.booleans())
    def read_by_longest_branch(self, at: int, path: str, encoded: bool) -> None:
        """What an address means goes by the longest branch that it begins with."""
        self._same_file(f"{_choose(self.heads, at)}/{path}", encoded=encoded)

    @rule(at=PICK, page=st.integers(1, 5), size=PAGE_SIZES)
    @precondition(lambda self: self._table_places())
    def read_page(self, at: int, page: int, size: int) -> None:
        """A page holds its rows, and says how many there are in all."""
        resource, rows, commit = self._table_places()[at % len(self._table_places())]
        self._same_page(resource, rows, commit, page, size)

    @rule(at=PICK, size=PAGE_SIZES)
    @precondition(lambda self: self._table_places())
    def read_all_pages(self, at: int, size: int) -> None:
        """The pages together are the file: no row is lost, none comes twice."""
        resource, rows, commit = self._table_places()[at % len(self._table_places())]
        for page in range(1, -(-len(rows) // size) + 2):
            self._same_page(resource, rows, commit, page, size)
        self._same_default_page(resource, rows)

    @rule()
    def list_branches(self) -> None:
        """The list has each branch once, and where it is."""
        found = self._ok(self.wire.call("list_branches", **self.repo))["branches"]
        listed = sorted((branch["name"], branch["commit_id"]) for branch in found)
        self.wire.equal(
            "listed once", "list_branches", listed, sorted(self.heads.items()), "the list"
        )

    @rule(name=BRANCHES)
    def look_for_branch(self, name: str) -> None:
        """A branch is where it was put, or is not there."""
        self._same_branch(name)

    @rule()
    def read_repository(self) -> None:
        """The repository is as it was made."""
        self._same_repository(empty=not any(self.commits.values()))

    # --- who may ask -------------------------------------------------------------------------

    @rule(credentials=st.sampled_from(BAD_CREDENTIALS))
    def ask_without_a_key(self, credentials: Credentials) -> None:
        """Without a good key nothing is told, and nothing happens."""
        for operation in (*_OF_THE_REPOSITORY, "list_models"):
            arguments = {} if operation == "list_models" else self._arguments(operation)
            answer = self.wire.call(operation, 401, credentials=credentials, **arguments)
            self._refused(answer)
            self.wire.verify("bad key refused", operation, True, "")

    @rule()
    @precondition(lambda self: self.world.other is not None)
    def ask_as_somebody_else(self) -> None:
        """Somebody else sees nothing of it, and changes nothing."""
        assert self.world.other is not None
        for operation in _OF_THE_REPOSITORY:
            answer = self.world.other.call(operation, 404, **self._arguments(operation))
            self._refused(answer)
            self.wire.verify("other tenant", operation, True, "")

    def _arguments(self, operation: str) -> dict[str, Any]:
        extra: dict[str, dict[str, Any]] = {
            "get_branch": {"branch_name": "main"},
            "download_file": {"resource": self._any_file()},
            "get_data_frame": {"resource": self._any_file()},
            "create_branch": {"body": {"new_name": "stolen", "from_name": "main"}},
            "upload_file": {
                "resource": "main/stolen.txt",
                "form": {"name": "Eve", "email": "eve@example.com"},
                "file": b"stolen",
            },
        }
        return {**self.repo, **extra.get(operation, {})}

    def _any_file(self) -> str:
        files = ((branch, path) for branch, at in self.heads.items() for path in self.commits[at])
        return "/".join(next(files, ("main", "none.jsonl")))

    # --- at the end ---------------------------------------------------------------------------

    def teardown(self) -> None:
        """Do once what chance may have left out, and look at everything once more."""
        if self.wire.checks.failures:
            return
        self.create_branch("eval/first", 0, False)
        self.upload_table(0, "t.jsonl", [{"query": f"q{n} ", "n": n} for n in range(3)])
        self.upload_again(0, 0, True)
        self.read_all_pages(0, 2)
        self.look_for_branch("there/is/none")
        self.read_by_longest_branch(0, "there/is/none", False)
        self.ask_without_a_key("wrong")
        if self.world.other is not None:
            self.ask_as_somebody_else()
        self.list_branches()
        self.read_repository()

    # --- comparisons --------------------------------------------------------------------------

    def _same_repository(self, *, empty: bool) -> None:
        found = self._ok(self.wire.call("get_repository", **self.repo))["repository"]
        expected = {**self.made, "is_empty": empty}
        self.wire.equal("stored", "get_repository", found, expected, "the repository")

    def _same_branch(self, name: str) -> None:
        if name not in self.heads:
            self._refused(self.wire.call("get_branch", 404, branch_name=name, **self.repo))
            self.wire.verify("missing", "get_branch", True, "")
            return
        found = self._ok(self.wire.call("get_branch", branch_name=name, **self.repo))["branch"]
        expected = {"name": name, "commit_id": self.heads[name]}
        self.wire.equal("stored", "get_branch", found, expected, "the branch")

    def _same_file(self, resource: str, *, encoded: bool) -> None:
        file = self._file(resource)
        if file is None:
            answer = self.wire.call(
                "download_file",
                (400, 404),
                resource=resource,
                encode_slashes=encoded,
                **self.repo,
            )
            self._refused(answer)
            self.wire.verify("missing", "download_file", True, "")
            return
        answer = self.wire.call(
            "download_file", resource=resource, encode_slashes=encoded, **self.repo
        )
        self.wire.equal("same bytes", "download_file", answer.content, file.content, resource)
        revision = answer.headers.get("oxen-revision-id")
        self.wire.equal("revision", "download_file", revision, file.commit, "oxen-revision-id")

    def _same_default_page(self, resource: str, rows: list[dict[str, Any]]) -> None:
        answer = self._ok(self.wire.call("get_data_frame", resource=resource, **self.repo))
        view = answer["data_frame"]["view"]
        self.wire.equal("defaults", "get_data_frame", view["data"], rows[:100], "the page")
        asked = view["pagination"]["page_number"], view["pagination"]["page_size"]
        self.wire.equal("defaults", "get_data_frame", asked, (1, 100), "page and size")

    def _same_page(
        self, resource: str, rows: list[dict[str, Any]], commit: str, page: int, size: int
    ) -> None:
        answer = self._ok(
            self.wire.call(
                "get_data_frame",
                resource=resource,
                query={"page": page, "page_size": size},
                **self.repo,
            )
        )
        frame = answer["data_frame"]
        expected = rows[(page - 1) * size : page * size]
        view = frame["view"]
        check, operation = "pages", "get_data_frame"
        self.wire.equal(check, operation, view["data"], expected, f"page {page} of {size}")
        counts = {
            "page_number": page,
            "page_size": size,
            "total_pages": -(-len(rows) // size),
            "total_entries": len(rows),
        }
        self.wire.equal(check, operation, view["pagination"], counts, "the pagination")
        sizes = {"height": len(rows), "width": 2}, {"height": len(expected), "width": 2}
        found = frame["source"]["size"], view["size"]
        self.wire.equal(check, operation, found, sizes, "the size")
        names = [column["name"] for column in frame["source"]["schema"]["fields"]]
        self.wire.equal("columns", operation, names, ["query", "n"], "the columns")
        self.wire.equal("commit", operation, answer["commit"]["id"], commit, "the commit's id")
        path = self._split(resource)[1]
        self.wire.equal("resource", operation, answer["resource"]["path"], path, "the path")

    # --- what an address means ------------------------------------------------------------------

    def _table_places(self) -> list[tuple[str, list[dict[str, Any]], str]]:
        return [
            (f"{branch}/{path}", self.tables[file.content], commit)
            for branch, commit in sorted(self.heads.items())
            for path, file in sorted(self.commits[commit].items())
            if file.content in self.tables and self._resolve(f"{branch}/{path}") == (branch, path)
        ]

    def _file(self, resource: str) -> File | None:
        revision, path = self._split(resource)
        return self.commits[self.heads.get(revision, revision)].get(path)

    def _split(self, resource: str) -> tuple[str, str]:
        first, _, rest = resource.partition("/")
        return (first, rest) if first in self.commits else self._resolve(resource)

    def _resolve(self, resource: str) -> tuple[str, str]:
        parts = resource.split("/")
        for length in range(len(parts), 0, -1):
            if "/".join(parts[:length]) in self.heads:
                return "/".join(parts[:length]), "/".join(parts[length:])
        raise AssertionError(f"{resource} begins with no branch")

    def _ok(self, answer: Answer) -> Any:
        self.wire.equal("envelope", answer.operation, answer.json["status"], "success", "status")
        return answer.json

    def _refused(self, answer: Answer) -> None:
        self.wire.equal("refusal", answer.operation, answer.json["status"], "error", "status")


def _choose(among: Mapping[str, Any], pick: int) -> str:
    names = list(among)
    return names[pick % len(names)]


def _fits(files: Mapping[str, File], path: str) -> bool:
    """Tell whether a path may be a file beside those that are there."""
    folders = {"/".join(path.split("/")[:length]) for length in range(1, path.count("/") + 1)}
    return (
        bool(path)
        and not folders & set(files)
        and not any(other.startswith(path + "/") for other in files)
    )


_READ = ("get_repository", "list_branches", "get_branch", "download_file", "get_data_frame")
_OF_THE_REPOSITORY = (*_READ, "create_branch", "upload_file")

REPOSITORIES = Machine(
    "repositories",
    Repositories,
    {
        "echo": ("create_repository", "create_branch", "upload_file"),
        "stored": ("get_repository", "get_branch"),
        "missing": ("get_branch", "download_file"),
        "listed once": ("list_branches",),
        "same bytes": ("download_file",),
        "revision": ("download_file",),
        "same bytes, same commit": ("upload_file",),
        "new id": ("upload_file",),
        "pages": ("get_data_frame",),
        "defaults": ("get_data_frame",),
        "columns": ("get_data_frame",),
        "commit": ("get_data_frame",),
        "resource": ("get_data_frame",),
        "bad key refused": (*_OF_THE_REPOSITORY, "list_models"),
        "other tenant": _OF_THE_REPOSITORY,
        "envelope": (
            *_READ[:3],
            "get_data_frame",
            "create_repository",
            "create_branch",
            "upload_file",
        ),
        "refusal": (*_READ, "create_repository", "create_branch", "upload_file"),
    },
    examples=25,
)
"""The machine of repositories, branches and files."""
