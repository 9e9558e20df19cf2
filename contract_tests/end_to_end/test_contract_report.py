"""What the contract checks tell of a server that is wrong, and of one that is not there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from attrs import evolve
from faults.fault import Forward, Reply, Sent
from faults.proxy import Routes, proxy
from fresh_service import Fresh, fresh_service
from oxloop_contract.machines.repositories import REPOSITORIES
from oxloop_contract.machines.running import Setting
from oxloop_contract.report import annotations, junit, lines_of_machine
from oxloop_contract.run import ApiReport, check_machine


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    with fresh_service(tmp_path_factory.mktemp("faults")) as fresh:
        yield fresh
        assert not fresh.faults


def wrong_name(sent: Sent, forward: Forward) -> Reply:
    reply = forward(sent)
    if sent.operation != "create_repository" or not reply.good:
        return reply
    return evolve(reply, content=reply.content.replace(b'"name":"', b'"name":"x'))


def test_a_failure_is_told_with_the_field_and_a_line_that_shows_it_again(service: Fresh) -> None:
    with proxy(service.running.url, wrong_name, Routes()) as url:
        setting = Setting(url, service.running.key)
        report = check_machine(REPOSITORIES, "oxen", setting)
    told = "\n".join(lines_of_machine(report))
    assert "FAILED create_repository: echo: name is 'x" in told
    assert f"curl -X POST '{url}/api/repos'" in told
    assert service.running.key not in told
    suite = ElementTree.fromstring(junit([report]))  # noqa: S314 - its own
    failures = suite.findall("testsuite/testcase/failure")
    assert [one.get("message", "")[:31] for one in failures] == ["create_repository: echo: name i"]
    (line,) = annotations([report])
    assert line.startswith("::error title=repositories%3A create_repository::create_repository: ")
    assert "\n" not in line


def test_what_schemathesis_found_is_told_by_operation() -> None:
    answers = {"get_branch": {"valid": {"2xx": 3, "4xx": 1}}}
    report = ApiReport("oxen", False, answers, {"GET /branches": "no\0 good"}, "output")
    suite = ElementTree.fromstring(junit([report]))  # noqa: S314 - its own
    assert [one.get("name") for one in suite.iter("testcase")] == ["get_branch", "GET /branches"]
    assert [one.text for one in suite.iter("failure")] == ["no\ufffd good"]
    assert annotations([report]) == ["::error title=oxen%3A GET /branches::no\0 good"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--api-key", "k"], "does not answer"),
        ([], "no key: give --api-key, or set OXLOOP_CONTRACT_KEY"),
    ],
)
def test_checks_that_cannot_run_say_why_and_end_with_two(arguments: list[str], said: str) -> None:
    command = [sys.executable, "-m", "oxloop.cli", "contract", "--base-url", "http://127.0.0.1:9"]
    environment = {k: v for k, v in os.environ.items() if k != "OXLOOP_CONTRACT_KEY"}
    done = subprocess.run(
        [*command, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
