"""An answer that gets lost, or a service that dies: what was sent with a key takes effect once."""

import signal
import sqlite3
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from oxloop import Humanloop, Oxen
from running_service import Running, until

from .conftest import MODEL, Repo
from .humanloop.conftest import Account
from .test_oxen_evaluations import TICKETS

# A service that dies at a moment of its first request with a key.
_DYING = """
import os, signal, sys
from oxloop_server.__main__ import main
from oxloop_server.contract.dispatch import Dispatcher
from oxloop_server.storage import idempotency

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def keep_and_die(*arguments):
    keep(*arguments)
    die()

keep = idempotency.keep
{moment}
sys.exit(main())
"""
MOMENTS = {
    "the object is written, its key is not": "idempotency.keep = die",
    "both are written, neither is committed": "idempotency.keep = keep_and_die",
    "both are committed, the answer is not sent": "Dispatcher._verify = die",
}


def projects(http: httpx.Client) -> list[dict[str, Any]]:
    """All projects on a service."""
    records: list[dict[str, Any]] = http.get("/v4/projects", params={"size": 1000}).json()[
        "records"
    ]
    return records


def create(http: httpx.Client, name: str) -> httpx.Response:
    """Make a project under a key."""
    return http.post("/v4/projects", json={"name": name}, headers={"Idempotency-Key": name})


@contextmanager
def after_a_kill(folder: Path) -> Generator[httpx.Client]:
    """The next service on the folder of a killed one."""
    running = Running(folder)
    try:
        with _client(running) as http:
            yield http
    finally:
        assert running.stop() == 0
    assert "Traceback" not in running.log()


def _client(running: Running) -> httpx.Client:
    return httpx.Client(
        base_url=running.url, headers={"X-API-KEY": running.key}, timeout=30, trust_env=False
    )


def killed(running: Running) -> None:
    """See to it that a service was killed, and forget where it listened."""
    assert running.stop(signal.SIGKILL) == -signal.SIGKILL
    running.folder.service_file.unlink()


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_around_a_transaction(tmp_path: Path, moment: str) -> None:
    running = Running(tmp_path, program=_DYING.format(moment=MOMENTS[moment]))
    with _client(running) as http, pytest.raises(httpx.TransportError):
        create(http, "once")
    assert running.process.wait(60) == -signal.SIGKILL
    killed(running)
    with after_a_kill(tmp_path) as http:
        is_made = moment.startswith("both are committed")
        before = projects(http)
        assert [one["name"] for one in before] == (["once"] if is_made else [])
        answer = create(http, "once")
        assert answer.status_code == 201, answer.text
        after = projects(http)
        assert [one["id"] for one in after] == [answer.json()["id"]]
        assert not is_made or before == after


def test_killed_at_any_moment_of_many(tmp_path: Path) -> None:
    names = [f"project {number}" for number in range(200)]
    answers: dict[str, str] = {}

    def send(name: str) -> None:
        try:
            answers[name] = create(http, name).json()["id"]
        except httpx.TransportError:
            return

    running = Running(tmp_path)
    with _client(running) as http, ThreadPoolExecutor(16) as pool:
        sent = [pool.submit(send, name) for name in names]
        until(lambda: len(answers) >= len(names) // 4)
        killed(running)
        for future in sent:
            future.result()
    assert len(answers) < len(names), "it was killed too late to tell anything"
    with after_a_kill(tmp_path) as http:
        again = {name: create(http, name) for name in names}
        assert {answer.status_code for answer in again.values()} == {201}
        assert len(projects(http)) == len(names)
        assert {name: again[name].json()["id"] for name in answers} == answers


class _Relay(ThreadingHTTPServer):
    """Hands everything on to a service, but loses the first answers to some POSTs.

    Args:
        service: The service.
        suffix: How the paths end whose answers get lost.
        losses: How many answers get lost.
    """

    daemon_threads = True

    def __init__(self, service: Running, suffix: str, losses: int) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Hand, self))
        self.service = service
        self.suffix = suffix
        self.losses = losses
        self.lost = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Hand(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, relay: _Relay, *arguments: Any) -> None:
        self._relay = relay
        super().__init__(*arguments)

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        port = self._relay.service.record.port
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(self.command, self.path, body or None, dict(self.headers))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        is_meant = self.command == "POST" and self.path.endswith(self._relay.suffix)
        if is_meant and self._relay.lost < self._relay.losses:
            assert answer.status < 300, content
            self._relay.lost += 1
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        self.send_header("content-type", answer.getheader("content-type", ""))
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _pass  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def relay(service: Running) -> Iterator[Callable[[str], _Relay]]:
    """Makes relays to the shared service that lose one answer."""
    relays: list[_Relay] = []

    def make(suffix: str) -> _Relay:
        relays.append(_Relay(service, suffix, losses=1))
        threading.Thread(target=relays[-1].serve_forever, args=[0.01], daemon=True).start()
        return relays[-1]

    yield make
    for one in relays:
        one.shutdown()
        one.server_close()


MakeRelay = Callable[[str], _Relay]


def test_the_client_creates_one_evaluation_of_oxens(repo: Repo, relay: MakeRelay) -> None:
    repo.put("main/a.csv", TICKETS)
    losing = relay("/evaluations/main/a.csv")
    with Oxen(api_key=repo.service.key, base_url=losing.url) as oxen:
        run = oxen.evaluations.create(
            f"ox/{repo.name}",
            "main/a.csv",
            model=MODEL,
            prompt="Say {query}",
            target_column="answer",
        )
    assert losing.lost == 1
    assert _runs_of(repo) == [run.id]


def test_the_client_creates_one_evaluation_of_humanloops(
    service: Running, relay: MakeRelay
) -> None:
    with _client(service) as sender:
        _create_humanloops(service, Account(sender), relay)


def _create_humanloops(service: Running, account: Account, relay: MakeRelay) -> None:
    evaluator, project = account.evaluator(), account.project()
    config, dataset = account.config(project), account.dataset(project)
    losing = relay(f"/v4/projects/{project['id']}/evaluations")
    with Humanloop(api_key=service.key, base_url=losing.url) as humanloop:
        run = humanloop.evaluations.create(
            project["id"],
            config_id=config["id"],
            evaluator_ids=[evaluator["id"]],
            dataset_id=dataset["id"],
            hl_generated=False,
        )
    assert losing.lost == 1
    made: Sequence[dict[str, Any]] = account.http.get(
        f"/v4/projects/{project['id']}/evaluations"
    ).json()
    assert [one["id"] for one in made] == [run.id]


def _runs_of(repo: Repo) -> list[str]:
    owner = repo.http.get(repo.path).json()["repository"]["id"]
    with closing(sqlite3.connect(repo.service.folder.database_file)) as conn:
        return [row[0] for row in conn.execute("SELECT id FROM runs WHERE owner_id = ?", (owner,))]
