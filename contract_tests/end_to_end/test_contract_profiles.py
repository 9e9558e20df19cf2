"""How strictly a server is judged, a look at a hub that touches nothing, and what was recorded."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from attrs import evolve, frozen
from faults.fault import Forward, Reply, Sent, Tamper
from faults.proxy import Routes, proxy
from fresh_service import Fresh, fresh_service
from oxloop import Oxen
from oxloop_contract.machines.repositories import REPOSITORIES
from oxloop_contract.machines.running import Setting
from oxloop_contract.oracle import Oracle
from oxloop_contract.recording import recorded
from oxloop_contract.run import check, check_cases, check_machine, contract
from oxloop_contract.strictness import LOCAL, PUBLISHED, Strictness
from oxloop_contract.worlds import connect, prepare_oxen

ENVELOPE = {"status": "error", "status_message": "gone_for_today", "error": {"title": "No."}}
OTHERS = {"oops": "No."}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    with fresh_service(tmp_path_factory.mktemp("profiles")) as fresh:
        yield fresh
        assert not fresh.faults


def unchanged(sent: Sent, forward: Forward) -> Reply:
    return forward(sent)


def refuses(status: int, body: Any) -> Tamper:
    """A server that shows no branches any more."""

    def tamper(sent: Sent, forward: Forward) -> Reply:
        reply = forward(sent)
        if sent.operation != "list_branches" or not reply.good:
            return reply
        return evolve(reply, status=status, content=json.dumps(body).encode())

    return tamper


def any_key(service: Fresh) -> Tamper:
    """A server that takes every key for a good one."""

    def tamper(sent: Sent, forward: Forward) -> Reply:
        headers = {**sent.headers, "authorization": f"Bearer {service.running.key}"}
        return forward(evolve(sent, headers=headers))

    return tamper


REFUSALS = [
    (PUBLISHED, 410, ENVELOPE, True),
    (PUBLISHED, 410, OTHERS, False),
    (PUBLISHED, 500, ENVELOPE, False),
    (LOCAL, 410, ENVELOPE, False),
]


@pytest.mark.parametrize(("strictness", "status", "body", "passes"), REFUSALS)
def test_a_refusal_that_is_not_documented(
    service: Fresh, strictness: Strictness, status: int, body: Any, passes: bool
) -> None:
    with proxy(service.running.url, refuses(status, body), Routes()) as url:
        setting = Setting(url, service.running.key, strictness=strictness)
        report = check_cases("oxen", setting, operations=["list_branches"])
        machine = check_machine(REPOSITORIES, "oxen", setting, examples=3)
    told = "list_branches: it answered 410, which is not documented"
    assert (report.passed, machine.passed) == (passes, passes), [*map(str, report.failures)]
    assert any(one.startswith(told) for one in report.told) is passes
    assert any(one.startswith(told) for one in machine.told) is passes
    if not passes:
        assert {one.operation for one in report.failures} == {"list_branches"}


@pytest.mark.parametrize(("body", "passes"), [(ENVELOPE, True), (OTHERS, False)])
def test_a_refusal_of_what_schemathesis_sends(service: Fresh, body: Any, passes: bool) -> None:
    with proxy(service.running.url, refuses(410, body), Routes()) as url:
        report = check(
            "oxen",
            base_url=url,
            api_key=service.running.key,
            examples=1,
            operations=["list_branches"],
            strictness=PUBLISHED,
        )
    assert report.passed is passes, report.output
    told = any("it answered 410, which is not documented" in one for one in report.told)
    assert told is passes


def test_a_server_that_takes_any_key_fails_in_every_profile(service: Fresh) -> None:
    with proxy(service.running.url, any_key(service), Routes()) as url:
        setting = Setting(url, service.running.key, strictness=PUBLISHED)
        report = check_machine(REPOSITORIES, "oxen", setting)
    assert report.failure is not None
    assert report.failure.message.startswith("expected 401, came 200")


@frozen
class Look:
    """A look at a hub that was recorded.

    Attributes:
        repository: The repository's namespace and name.
        folder: The recorded exchanges.
        methods: The methods that came to the hub.
        output: What was printed.
    """

    repository: str
    folder: Path
    methods: set[str]
    output: str


def contract_command(*arguments: str, key: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "oxloop.cli", "contract", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OXLOOP_CONTRACT_KEY": key},
    )


@pytest.fixture(scope="module")
def look(service: Fresh, tmp_path_factory: pytest.TempPathFactory) -> Look:
    with connect(service.running.url, service.running.key) as http:
        path = prepare_oxen(http)["get_repository"].path
    repository = "{namespace}/{repo_name}".format(**path)
    folder = tmp_path_factory.mktemp("recorded")
    methods: set[str] = set()

    def seen(sent: Sent, forward: Forward) -> Reply:
        methods.add(sent.method)
        return forward(sent)

    with proxy(service.running.url, seen, Routes()) as url:
        where = ["--base-url", url, "--profile", "live", "--rate", "1000"]
        done = contract_command(
            *where, "--repository", repository, "--record", str(folder), key=service.running.key
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return Look(repository, folder, methods, done.stdout)


def test_a_look_at_a_hub_only_reads(look: Look) -> None:
    assert look.methods == {"GET"}
    asked = {line.split()[0] for line in look.output.splitlines() if "answer by the spec" in line}
    assert asked == {
        "list_models",
        "search_models",
        "get_model",
        "get_repository",
        "list_branches",
        "get_branch",
        "get_commit",
        "list_commits",
        "list_directory",
        "get_data_frame",
        "download_file",
    }
    assert "told only: get_evaluation: nothing was there to ask it for" in look.output


def test_nothing_that_was_recorded_has_a_key_in_it(service: Fresh, look: Look) -> None:
    texts = [file.read_text("utf-8") for file in look.folder.iterdir()]
    assert len(texts) == 11
    assert all("REDACTED" in text for text in texts)
    assert not [text for text in texts if service.running.key in text]


@pytest.mark.parametrize("profile", ["local", "published"])
def test_what_was_recorded_is_judged_without_a_server(look: Look, profile: str) -> None:
    done = contract_command("--replay", str(look.folder), "--profile", profile)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "oxen, recorded: all checks held (33 verifications)" in done.stdout


def test_what_was_recorded_wrong_is_told_with_its_file(look: Look, tmp_path: Path) -> None:
    wrong = ""
    for file in look.folder.iterdir():
        said = json.loads(file.read_text("utf-8"))
        if said["request"]["target"].endswith("/branches"):
            answer = json.loads(said["response"]["text"])
            answer["branches"][0]["name"] = 7
            said["response"]["text"] = json.dumps(answer)
            wrong = file.name
        (tmp_path / file.name).write_text(json.dumps(said), "utf-8")
    done = contract_command("--replay", str(tmp_path), "--profile", "published")
    assert done.returncode == 1, done.stderr
    assert "FAILED list_branches: answer by the spec: branches/0/name: 7 is not" in done.stdout
    assert f"{wrong}: GET /api/repos/" in done.stdout


def test_the_client_reads_what_was_recorded(look: Look) -> None:
    """Each answer is put before the method that sends the operation: nothing is refused or lost."""
    oracle = Oracle({"oxen": contract("oxen", "published")})
    answers: dict[str, httpx.Response] = {}
    bodies: dict[str, Any] = {}
    for _, exchange in recorded(look.folder):
        meant = oracle.meant(exchange)
        assert meant is not None
        headers = {"content-type": exchange.answer_headers["content-type"]}
        answers[meant.operation] = httpx.Response(
            exchange.status, headers=headers, content=exchange.answer
        )
        if "json" in headers["content-type"]:
            bodies[meant.operation] = json.loads(exchange.answer)

    def answer(request: httpx.Request) -> httpx.Response:
        path = urlsplit(str(request.url)).path
        exchange = evolve(next(recorded(look.folder))[1], method=request.method, target=path)
        meant = oracle.meant(exchange)
        return answers[meant.operation] if meant else httpx.Response(404)

    repo, branch = look.repository, bodies["get_branch"]["branch"]
    file = f"{branch['name']}/tickets.csv"
    with (
        httpx.Client(transport=httpx.MockTransport(answer)) as http,
        Oxen("some-key", base_url="http://recorded.test", http_client=http) as oxen,
    ):
        models = [one["id"] for one in bodies["list_models"]["data"]]
        assert [one.name for one in oxen.models.list()] == models
        assert oxen.models.get(models[0]).name == bodies["get_model"]["id"]
        assert oxen.repos.get(repo).name == bodies["get_repository"]["repository"]["name"]
        listed = [one["name"] for one in bodies["list_branches"]["branches"]]
        assert [one.name for one in oxen.branches.list(repo)] == listed
        assert oxen.branches.get(repo, branch["name"]).commit_id == branch["commit_id"]
        assert oxen.commits.get(repo, branch["commit_id"]).id == branch["commit_id"]
        entries = [one["filename"] for one in bodies["list_directory"]["entries"]]
        assert [one.name for one in oxen.files.list(repo, branch["name"])] == entries
        rows = bodies["get_data_frame"]["data_frame"]["view"]["data"]
        assert [dict(row) for row in oxen.data_frames.get(repo, file).rows] == rows
        assert oxen.files.download(repo, file).startswith(b"query,department\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--base-url", "http://127.0.0.1:9", "--profile", "live", "--api", "humanloop"], "Oxen's"),
        (["--base-url", "http://127.0.0.1:9", "--rate", "0"], "'0' is no number of requests"),
        (["--base-url", "http://127.0.0.1:9", "--repository", "a"], "'a' is not NAMESPACE/NAME"),
        (["--replay", "/nothing/here"], "there is no folder /nothing/here"),
        ([], "no server: give --base-url, or --replay"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(arguments: list[str], said: str) -> None:
    done = contract_command(*arguments, key="some-key")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
