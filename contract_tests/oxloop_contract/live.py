"""Looks at a real hub without touching it: documented operations that only read, slowly.

Nothing is created, changed or deleted, and no model is called. What the answers name is looked at
in turn: a model of the list, a branch of the repository, a commit, a folder, a data file.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, cast

import httpx
from attrs import define, field

from oxloop_contract.cases.sending import CasesReport
from oxloop_contract.contract import Contract
from oxloop_contract.exchange import watched
from oxloop_contract.machines.running import Setting
from oxloop_contract.verify import CannotRun, CheckFailed, Checks
from oxloop_contract.wire import Answer, LetOff, Wire

API = "oxen"
PER_SECOND = 1.0
"""How many requests are sent in a second, if nothing else is said."""
LARGEST = 1 << 20
"""The largest file that is downloaded, in bytes."""
TABLES = (".csv", ".jsonl", ".parquet")


@define
class Pace:
    """Lets requests go no faster than so many in a second.

    Attributes:
        per_second: How many.
        now: Tells the time, in seconds.
        sleep: Waits, so many seconds.
    """

    per_second: float
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = field(default=float("-inf"), init=False)

    def wait(self, request: httpx.Request | None = None) -> None:
        """Wait until the next request may go."""
        now = self.now()
        if now < self._next:
            self.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self.per_second


def look(
    setting: Setting, contract: Contract, pace: Pace, repository: tuple[str, str] | None
) -> CasesReport:
    """Read what a hub shows, and hold every answer against the spec.

    Args:
        setting: The hub, and how it is judged.
        contract: The contract.
        pace: How fast.
        repository: The namespace and name of the repository to read; without one, only what
            belongs to nobody is read.

    Returns:
        What was found; what could not be looked at is told.

    Raises:
        CannotRun: The hub does not answer.
    """
    checks = Checks()
    with _connected(setting, pace) as http:
        wire = Wire(http, contract, checks, setting.key, api=API, strictness=setting.strictness)
        reader = Reader(wire)
        reader.models()
        if repository is not None:
            reader.repository(*repository)
    asked = {operation for _, operation in checks.fired}
    for name in reads(contract):
        if name not in asked:
            checks.let_off[f"{name}: nothing was there to ask it for"] += 1
    _, told = setting.strictness.weigh([], checks.let_off)
    return CasesReport(API, dict(checks.fired), checks.failures, [], told=told, part="live")


def reads(contract: Contract) -> list[str]:
    """Return the operations that may be sent: they only read, and are documented."""
    return [
        one.id
        for one in contract.operations.values()
        if one.method == "GET" and one.node.get("x-source") == "documented"
    ]


@contextmanager
def _connected(setting: Setting, pace: Pace) -> Generator[httpx.Client]:
    hooks = cast(dict[str, list[Any]], watched(setting.watchers))
    with httpx.Client(
        base_url=setting.base_url, timeout=60, event_hooks={**hooks, "request": [pace.wait]}
    ) as http:
        yield http


@define
class Reader:
    """Sends what only reads, each thing that was found once.

    Attributes:
        wire: The hub.
    """

    wire: Wire
    _allowed: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._allowed = frozenset(reads(self.wire.contract))

    def models(self) -> None:
        """Look at the models, and at one of them."""
        listed = self.ask("list_models")
        for model in _items(listed, "data")[:1]:
            self.ask("get_model", model=str(model["id"]))
        self.ask("search_models", query={"search": "text"})

    def repository(self, namespace: str, repo_name: str) -> None:
        """Look at a repository, and at what is in it."""
        where = {"namespace": namespace, "repo_name": repo_name}
        if self.ask("get_repository", **where) is None:
            return
        for branch in _items(self.ask("list_branches", **where), "branches")[:1]:
            name, commit = str(branch["name"]), str(branch.get("commit_id", ""))
            self.ask("get_branch", **where, branch_name=name)
            if commit:
                self.ask("get_commit", **where, commit_id=commit)
            self.ask("list_commits", **where, resource=name)
            self._files(where, name)

    def _files(self, where: dict[str, str], branch: str) -> None:
        entries = _items(self.ask("list_directory", **where, resource=branch), "entries")
        for entry in entries:
            name, size = str(entry.get("filename", "")), entry.get("size")
            if entry.get("is_dir") or not name.endswith(TABLES):
                continue
            resource = f"{branch}/{name}"
            self.ask("get_data_frame", **where, resource=resource, query={"page_size": 2})
            if isinstance(size, int) and size <= LARGEST:
                self.ask("download_file", **where, resource=resource)
            return

    def ask(self, operation: str, **arguments: Any) -> Any:
        """Send an operation and answer its JSON; None if it was refused, or broke the contract.

        Raises:
            CannotRun: It is none of those that only read.
        """
        answer = self._sent(operation, **arguments)
        good = answer is not None and 200 <= answer.status < 300
        return answer.json if answer is not None and good else None

    def _sent(self, operation: str, **arguments: Any) -> Answer | None:
        if operation not in self._allowed:
            raise CannotRun(f"{operation} is not a documented operation that only reads")
        known = self.wire.contract.operations[operation].node["responses"]
        try:
            return self.wire.call(operation, tuple(map(int, known)), **arguments)
        except LetOff as refused:
            return refused.answer
        except CheckFailed:
            return None


def _items(found: Any, name: str) -> list[dict[str, Any]]:
    items: Any = cast(dict[str, Any], found).get(name) if isinstance(found, dict) else None
    return cast(list[dict[str, Any]], items) if isinstance(items, list) else []
