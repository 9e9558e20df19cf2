"""What this package offers to those who test code around it."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from oxloop import (
    AuthenticationError,
    ConfigurationError,
    Humanloop,
    NotFoundError,
    Oxen,
    ServerError,
    TransportError,
    WaitTimeout,
)
from oxloop._operations import operations
from oxloop.testing import Clock, FakeServer, Reply, instant

pytest_plugins = ["pytester", "oxloop.testing.plugin"]
REPO = "ox/support"

OXEN_CALLS: list[Callable[[Oxen], Any]] = [
    lambda oxen: oxen.repos.create(REPO),
    lambda oxen: oxen.repos.get(REPO),
    lambda oxen: oxen.files.upload(REPO, "main/a/b.csv", b"a\n1\n"),
    lambda oxen: oxen.files.download(REPO, "main/a/b.csv"),
    lambda oxen: list(oxen.files.list(REPO)),
    lambda oxen: oxen.branches.list(REPO),
    lambda oxen: oxen.branches.get(REPO, "eval/first"),
    lambda oxen: oxen.branches.create(REPO, "eval/first"),
    lambda oxen: oxen.branches.delete(REPO, "eval/first"),
    lambda oxen: list(oxen.commits.list(REPO)),
    lambda oxen: oxen.commits.get(REPO, "8f14e45"),
    lambda oxen: list(oxen.data_frames.rows(REPO, "main/a/b.csv")),
    lambda oxen: oxen.models.list(),
    lambda oxen: oxen.models.search("small"),
    lambda oxen: oxen.evaluations.get(REPO, "3c90c3cc-0d44-4b50-8888-8dd25736052a"),
    lambda oxen: oxen.evaluations.create(
        REPO,
        "main/a/b.csv",
        model="3c90c3cc-0d44-4b50-8888-8dd25736052a",
        prompt="{a}",
        target_column="b",
    ),
]
HUMANLOOP_CALLS: list[Callable[[Humanloop], Any]] = [
    lambda hl: hl.projects.create("support"),
    lambda hl: hl.projects.get("pr_1"),
    lambda hl: list(hl.projects.list()),
    lambda hl: hl.datasets.list(),
    lambda hl: hl.datasets.delete("evts_1"),
    lambda hl: list(hl.datapoints.list("evts_1")),
    lambda hl: hl.evaluators.list(),
    lambda hl: hl.evaluators.delete("evfn_1"),
    lambda hl: hl.configs.get("config_1"),
    lambda hl: hl.logs.get("data_1"),
    lambda hl: hl.evaluations.get("ev_1"),
    lambda hl: list(hl.evaluations.list("pr_1")),
    lambda hl: list(hl.evaluations.datapoints("ev_1")),
    lambda hl: hl.evaluations.log("ev_1", "evtc_1", "yes"),
    lambda hl: hl.evaluations.result("ev_1", "data_1", "evfn_1", result=True),
    lambda hl: hl.evaluations.update_status("ev_1", "completed"),
    lambda hl: hl.evaluations.add_evaluators("ev_1", ["evfn_1"]),
]


@pytest.mark.parametrize("call", OXEN_CALLS)
def test_each_operation_of_oxens_api_is_answered_by_its_example(
    oxloop_server: FakeServer, call: Callable[[Oxen], Any]
) -> None:
    with Oxen() as oxen:
        call(oxen)
    assert oxloop_server.requests


@pytest.mark.parametrize("call", HUMANLOOP_CALLS)
def test_each_operation_of_humanloops_api_is_answered_by_its_example(
    oxloop_server: FakeServer, call: Callable[[Humanloop], Any]
) -> None:
    with Humanloop() as humanloop:
        call(humanloop)
    assert oxloop_server.requests


def test_every_success_of_the_specs_has_an_example() -> None:
    without = [
        name
        for name, operation in operations().items()
        if operation.media_type is not None and operation.example is None
    ]
    assert without == ["humanloop.delete_dataset"], "whose answer is null"


def test_a_run_is_followed_to_its_end_in_no_time(
    oxloop_server: FakeServer, oxloop_clock: Clock
) -> None:
    oxloop_server.reply(
        "oxen.get_evaluation",
        {"evaluation": {"status": "running"}},
        Reply(status=502),
        {"evaluation": {"status": "running"}},
        {"evaluation": {"status": "completed"}},
    )
    with Oxen() as oxen:
        run = oxen.evaluations.get(REPO, "3c90c3cc-0d44-4b50-8888-8dd25736052a").wait(timeout=3600)
    assert run.status == "completed"
    assert len(oxloop_server.received("oxen.get_evaluation")) == 4
    assert oxloop_clock.slept[0] == 0.5


def test_time_still_runs_out(oxloop_server: FakeServer, oxloop_clock: Clock) -> None:
    oxloop_server.reply("oxen.get_evaluation", {"evaluation": {"status": "running"}})
    with Oxen() as oxen, pytest.raises(WaitTimeout):
        oxen.evaluations.get(REPO, "3c90c3cc-0d44-4b50-8888-8dd25736052a").wait(timeout=3600)
    assert sum(oxloop_clock.slept) == pytest.approx(3600)


def test_tasks_live_by_the_clock_too() -> None:
    async def story(server: FakeServer) -> str:
        async with server.async_oxen() as oxen:
            run = await oxen.evaluations.get(REPO, "3c90c3cc-0d44-4b50-8888-8dd25736052a")
            return (await run.wait(timeout=3600)).status

    with FakeServer() as server, instant() as clock:
        running, done = ({"evaluation": {"status": word}} for word in ("running", "completed"))
        server.reply("oxen.get_evaluation", running, running, done)
        assert asyncio.run(story(server)) == "completed"
    assert len(clock.slept) >= 1


def test_requests_can_be_looked_at(oxloop_server: FakeServer) -> None:
    with Oxen() as oxen:
        oxen.files.upload(REPO, "main/a b/ä.csv", b"x", message="first")
        oxen.models.search("small one")
    upload, search = oxloop_server.requests
    assert (upload.method, upload.operation) == ("PUT", "oxen.upload_file")
    assert upload.parameters["resource"] == "main/a b/ä.csv"
    assert b"first" in upload.content
    assert search.query == {"search": "small one"}
    assert oxloop_server.received("oxen.upload_file") == [upload]


def test_a_body_in_chunks_is_read_whole(oxloop_server: FakeServer) -> None:
    url = f"{oxloop_server.base_url}/v4/projects"
    headers = {"X-API-KEY": oxloop_server.api_key}
    httpx.post(url, content=iter([b'{"name":', b'"a"}']), headers=headers)
    assert oxloop_server.requests[0].json() == {"name": "a"}


def test_an_example_is_a_copy(oxloop_server: FakeServer) -> None:
    oxloop_server.example("oxen.get_repository").clear()
    assert oxloop_server.example("oxen.get_repository")


def test_another_key_is_refused(oxloop_server: FakeServer) -> None:
    url = oxloop_server.base_url
    with Oxen("other", url) as oxen, pytest.raises(AuthenticationError):
        oxen.repos.get(REPO)
    with Humanloop("other", url) as humanloop, pytest.raises(AuthenticationError):
        humanloop.projects.get("pr_1")


def test_errors_and_lost_answers_can_be_scripted(
    oxloop_server: FakeServer, oxloop_clock: Clock
) -> None:
    missing = Reply(status=404, json={"error": "no such repository"})
    oxloop_server.reply("oxen.get_repository", missing, Reply(status=500), Reply(lost=True))
    with Oxen(max_retries=0) as oxen:
        with pytest.raises(NotFoundError, match="no such repository"):
            oxen.repos.get(REPO)
        with pytest.raises(ServerError):
            oxen.repos.get(REPO)
        with pytest.raises(TransportError):
            oxen.repos.get(REPO)


def test_what_the_server_can_do_beyond_the_apis_is_the_tests_choice() -> None:
    with FakeServer(features=["cancel", "rows"]) as server, server.oxen() as oxen:
        assert oxen.capabilities() == {"cancel", "rows"}
    with FakeServer() as server, server.humanloop() as humanloop:
        assert humanloop.capabilities() == frozenset()


@pytest.mark.parametrize("replies", [(), ({},)], ids=["none", "unknown"])
def test_a_reply_that_cannot_be_meant_is_refused(
    oxloop_server: FakeServer, replies: tuple[dict[str, Any], ...]
) -> None:
    operation = "oxen.get_evaluations" if replies else "oxen.get_evaluation"
    message = "There is no operation" if replies else "no reply is given"
    with pytest.raises(ConfigurationError, match=message):
        oxloop_server.reply(operation, *replies)


def test_a_closed_server_listens_no_more() -> None:
    with FakeServer() as server:
        assert httpx.get(server.base_url).status_code == 404
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.base_url)


def test_the_fixtures_work_in_a_project_of_ones_own(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["oxloop.testing.plugin"]')
    pytester.makepyfile(
        """
        from oxloop import Oxen
        import httpx

        def test_good(oxloop_server, oxloop_clock):
            with Oxen() as oxen:
                assert oxen.repos.get("ox/support").name

        def test_bad(oxloop_server):
            httpx.get(oxloop_server.base_url + "/nowhere")
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*no operation of any API: GET /nowhere*"])
