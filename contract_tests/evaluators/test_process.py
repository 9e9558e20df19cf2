"""Evaluators in ordinary Python processes: all of the language, and the right row blamed."""

import asyncio
import socket
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from oxloop_server.evaluators import python
from oxloop_server.evaluators.process import Processes
from oxloop_server.evaluators.sandbox import Limits, Program, Row
from oxloop_server.evaluators.verdicts import ReturnType, Verdict
from oxloop_server.problems import Refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no limits for processes")

LIMITS = Limits(seconds=5.0)


@contextmanager
def socket_server() -> Generator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def judge(
    source: str,
    rows: Sequence[Row],
    returns: ReturnType = "number",
    limits: Limits = LIMITS,
) -> list[Verdict]:
    async def main() -> list[Verdict]:
        entry = python.entry_of(source)
        assert entry is not None
        return await Processes(limits).judge("t", Program(source, entry, returns), rows)

    return asyncio.run(main())


def errors(source: str, rows: Sequence[Row], limits: Limits = LIMITS) -> list[str | None]:
    return [verdict.error for verdict in judge(source, rows, limits=limits)]


def test_all_of_python_is_there() -> None:
    source = """
import statistics, difflib, enum, dataclasses

class Base:
    @property
    def weight(self):
        return 2

class Judge(Base):
    def numbers(self, log):
        yield from log["numbers"]

def check(log):
    print("nobody reads this")
    judge = Judge()
    return statistics.mean(judge.numbers(log)) * judge.weight
"""
    rows = [({"numbers": [1, 2, 3]},), ({"numbers": [4]},)]
    assert judge(source, rows) == [Verdict(4), Verdict(8)]


def test_an_exception_is_an_error_of_its_row() -> None:
    source = "def check(log):\n    return 1 / log\n"
    assert errors(source, [(1,), (0,), (2,)]) == [None, "ZeroDivisionError: division by zero", None]


@pytest.mark.parametrize(
    "harm",
    [
        "import os; os._exit(3)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "raise SystemExit(1)",
        "import sys; sys.setrecursionlimit(10**6); f = lambda: f(); f()",
        "x = 'x' * (2 << 30)",
    ],
)
def test_a_worker_that_breaks_blames_the_row_that_broke_it(harm: str) -> None:
    source = f"def check(log):\n    if log == 1:\n        {harm}\n    return log\n"
    said = judge(source, [(0,), (1,), (2,)])
    assert [verdict.value for verdict in said] == [0, None, 2]
    assert said[1].error


def test_a_row_that_never_ends_is_ended() -> None:
    source = """
def check(log):
    while log == 1:
        try:
            pass
        except BaseException:
            pass
    return log
"""
    said = judge(source, [(0,), (1,), (2,)], limits=Limits(seconds=0.5))
    assert [verdict.value for verdict in said] == [0, None, 2]
    assert said[1].error == "The evaluator ran for longer than the 0.5 s that it may."


def test_only_what_was_promised_is_a_verdict() -> None:
    source = "def check(log):\n    return [True, 'x', None, float('nan'), {}, 10**400][log]\n"
    said = errors(source, [(number,) for number in range(6)])
    assert all(said)
    assert "must return a finite number" in (said[3] or "")
    assert "a value of type dict" in (said[4] or "")
    assert "a number that is too large" in (said[5] or "")


def test_a_worker_has_nothing_of_the_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_KEY", "sk-secret")
    source = """
import os, sys
def check(log):
    try:
        import oxloop_server.storage.database as ours
    except ImportError:
        ours = None
    return [os.environ.get("SOME_KEY", "no key"), str(len(os.listdir("."))), "/".join(sys.argv[1:])]
"""
    (said,) = judge(source, [(0,)], "multi_select")
    assert said.value == ["no key", "0", ""]


def test_files_are_small_and_gone_afterwards() -> None:
    source = """
import os
def check(log):
    with open("file", "w") as file:
        file.write("x" * log)
    return len(os.listdir("."))
"""
    said = judge(source, [(10,), (64 << 20,), (10,)])
    assert said[0] == Verdict(1)
    assert said[1].error
    assert said[2].value == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets the network be taken")
def test_the_network_is_out_of_reach_or_that_is_said(caplog: pytest.LogCaptureFixture) -> None:
    source = """
import socket
def check(log):
    socket.create_connection(("127.0.0.1", log), timeout=1).close()
    return 1
"""
    with socket_server() as port:
        (said,) = judge(source, [(port,)])
    reaches = said.value == 1
    assert reaches == ("evaluators can reach the network" in caplog.text)


def warnings(source: str) -> list[str]:
    async def main() -> list[str]:
        return await python.try_out("t", Processes(LIMITS), source, "target_free", "number")

    return asyncio.run(main())


def test_another_tenants_rows_have_their_turn_between_those_that_take_long() -> None:
    async def main() -> None:
        processes = Processes(Limits(seconds=1.0, workers=1))
        slow = Program("import time\ndef f(n):\n    time.sleep(0.05)\n    return n", "f", "number")
        quick = Program("def f(n): return n", "f", "number")
        judging = asyncio.create_task(processes.judge("bad", slow, [(n,) for n in range(400)]))
        await asyncio.sleep(0)
        for number in range(2):
            (verdict,) = await processes.judge("good", quick, [(number,)])
            assert verdict.value == number
        assert not judging.done()
        judging.cancel()
        await asyncio.wait([judging])

    asyncio.run(main())


def test_a_source_is_tried_out_at_upload() -> None:
    assert warnings("def check(log):\n    return len(log['inputs']['x'])\n") == []
    (warning,) = warnings("def check(log):\n    return 'text'\n")
    assert "Called with a made-up sample, it failed" in warning
    assert warnings("import no_such_module\ndef check(log):\n    return 1\n")[0].startswith(
        "The code cannot be run: ModuleNotFoundError"
    )
    assert warnings("x = 1\n") == [python.NO_ENTRY]
    with pytest.raises(Refused, match="syntax error in line 2, column") as refused:
        warnings("def check(log):\n    return (\n")
    assert refused.value.field == "code"


def test_what_comes_back_cannot_be_more_than_a_verdict() -> None:
    source = "def check(log):\n    return 'x' * (1 << 22)\n"
    (said,) = judge(source, [(0,)], "text")
    assert "longer than 20,000 characters" in (said.error or "")
