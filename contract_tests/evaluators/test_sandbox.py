"""Python evaluators in real workers: verdicts, limits, and nothing that gets out."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from oxloop_server.evaluators import sandbox as sandbox_module
from oxloop_server.evaluators.python import entry_of
from oxloop_server.evaluators.sandbox import (
    BATCH,
    Limits,
    Program,
    Row,
    Sandbox,
    SandboxClosed,
)
from oxloop_server.evaluators.verdicts import ReturnType, Verdict

Judged = Callable[..., list[Verdict]]

LIMITS = Limits(seconds=0.3, memory=64 << 20, recursion=200, text=1000)
TOO_LONG = "The evaluator ran for longer than the 0.3 s that it may."
TOO_MUCH = "The evaluator needs more than the 64 MB that it may use."


@pytest.fixture
def sandbox() -> Generator[Sandbox]:
    """A pool of real workers with tight limits."""
    made = Sandbox(LIMITS)
    yield made
    made.shutdown()


@pytest.fixture
def judged(sandbox: Sandbox) -> Judged:
    """Judges rows with a source, in one batch."""

    def judge(source: str, *given: Row, return_type: ReturnType = "boolean") -> list[Verdict]:
        entry = entry_of(source)
        assert entry is not None
        program = Program(source, entry, return_type)
        asked = list(given) or [({"output": "x"},)]
        return asyncio.run(sandbox.judge("t", program, asked))

    return judge


def rows(count: int) -> list[tuple[object, ...]]:
    return [({"n": number},) for number in range(count)]


@pytest.mark.parametrize(
    ("return_type", "expression", "value"),
    [
        ("boolean", "log['output'] == 'x'", True),
        ("boolean", "False", False),
        ("number", "3", 3),
        ("number", "0.25", 0.25),
        ("number", "-2 ** 70", -(2**70)),
        ("text", "log['output'] + 'é😀'", "xé😀"),
        ("text", "''", ""),
        ("select", "'good'", "good"),
        ("multi_select", "['a', 'b']", ["a", "b"]),
        ("multi_select", "[]", []),
    ],
)
def test_a_verdict_of_the_promised_type(
    judged: Judged, return_type: ReturnType, expression: str, value: object
) -> None:
    (verdict,) = judged(f"def f(log): return {expression}", return_type=return_type)
    assert verdict == Verdict(value)  # type: ignore[arg-type]
    assert type(verdict.value) is type(value)


@pytest.mark.parametrize(
    ("return_type", "expression", "found"),
    [
        ("boolean", "1", "a value of type int"),
        ("boolean", "None", "None"),
        ("boolean", "'True'", "a value of type str"),
        ("number", "True", "a value of type bool"),
        ("number", "float('nan')", "the number nan"),
        ("number", "float('-inf')", "the number -inf"),
        ("number", "10 ** 400", "a number that is too large"),
        ("number", "10 ** 5000", "a number that is too large"),
        ("number", "'3'", "a value of type str"),
        ("text", "f", "a value of type function"),
        ("text", "len", "a value of type builtin_function_or_method"),
        ("text", "b'x'", "a value of type bytes"),
        ("text", "{'a': 1}", "a value of type dict"),
        ("select", "['a']", "a value of type list"),
        ("multi_select", "'a'", "a value of type str"),
        ("multi_select", "('a',)", "a value of type tuple"),
        ("multi_select", "['a', 1]", "a list with a value of type int"),
        ("multi_select", "['a', f]", "a list with a value of type function"),
    ],
)
def test_a_wrong_type_is_an_error_and_never_a_zero(
    judged: Judged, return_type: ReturnType, expression: str, found: str
) -> None:
    (verdict,) = judged(f"def f(log): return {expression}", return_type=return_type)
    assert verdict.value is None
    assert (verdict.error or "").endswith(f"; it returned {found}.")
    assert f"return type {return_type}" in (verdict.error or "")


@pytest.mark.parametrize("expression", ["'x' * 1001", "['x'] * 501"])
def test_a_verdict_has_a_longest_length(judged: Judged, expression: str) -> None:
    kind: ReturnType = "text" if "[" not in expression else "multi_select"
    (verdict,) = judged(f"def f(log): return {expression}", return_type=kind)
    assert verdict == Verdict(error="The verdict is longer than 1,000 characters.")


def test_an_exception_is_the_error_of_its_row(judged: Judged) -> None:
    source = "def f(log): return 10 / log['n'] > 2"
    verdicts = judged(source, ({"n": 1},), ({"n": 0},), ({},), ({"n": 9},))
    assert verdicts == [
        Verdict(True),
        Verdict(error="ZeroDivisionError: division by zero"),
        Verdict(error="KeyError: 'n'"),
        Verdict(False),
    ]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("raise ValueError('no luck')", "ValueError: no luck"),
        ("raise SystemExit", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("assert log['n'] == 1", "AssertionError: assert 3 == 1"),
        ("return f(log)", "RecursionError: maximum recursion depth exceeded"),
    ],
)
def test_what_python_raises_is_told(judged: Judged, statement: str, error: str) -> None:
    assert judged(f"def f(log):\n    {statement}", ({"n": 3},)) == [Verdict(error=error)]


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ("while True: pass", TOO_LONG),
        (
            "while True:\n            try:\n                while True: pass\n"
            "            except BaseException: pass",
            TOO_LONG,
        ),
        ("return len([0] * 10 ** 9) > 0", TOO_MUCH),
        ("return len('x' * (80 << 20)) > 0", TOO_MUCH),
        ("import time; time.sleep(60)", TOO_LONG),
    ],
)
def test_the_right_row_of_a_batch_is_blamed(judged: Judged, bad: str, error: str) -> None:
    source = f"def f(log):\n    if log['n'] == 7:\n        {bad}\n    return log['n'] % 2 == 0"
    verdicts = judged(source, *rows(20))
    assert verdicts.pop(7) == Verdict(error=error)
    assert verdicts == [Verdict(n % 2 == 0) for n in range(20) if n != 7]


def test_each_of_several_bad_rows_is_blamed_for_its_own_fault(judged: Judged) -> None:
    source = """
def f(log):
    if log['n'] == 1:
        while True: pass
    if log['n'] == 3:
        return len([0] * 10 ** 9) > 0
    if log['n'] == 4:
        raise ValueError('four')
    return True
"""
    assert judged(source, *rows(6)) == [
        Verdict(True),
        Verdict(error=TOO_LONG),
        Verdict(True),
        Verdict(error=TOO_MUCH),
        Verdict(error="ValueError: four"),
        Verdict(True),
    ]


def test_a_row_that_cannot_enter_the_sandbox_is_blamed(judged: Judged) -> None:
    source = "def f(log): return True"
    verdicts = judged(source, ({"output": "ok"},), ({"output": "\ud800"},), ({"output": "ok"},))
    assert (verdicts[0], verdicts[2]) == (Verdict(True), Verdict(True))
    assert "surrogates not allowed" in (verdicts[1].error or "")


def test_rows_of_a_later_batch_know_nothing_of_an_earlier_one(judged: Judged) -> None:
    source = "seen = []\ndef f(log):\n    seen.append(1)\n    return len(seen)"
    assert judged(source, return_type="number") == [Verdict(1)]
    assert judged(source, return_type="number") == [Verdict(1)]


def test_a_source_that_cannot_be_loaded_is_the_error_of_every_row(judged: Judged) -> None:
    (first, second) = judged("import numpy\ndef f(log): return True", *rows(2))
    assert first == second
    assert first.error == (
        "The code cannot be run: line 1: ModuleNotFoundError: No module named 'numpy'"
    )


def test_what_is_printed_goes_nowhere(judged: Judged, capfd: pytest.CaptureFixture[str]) -> None:
    source = (
        "import sys\nprint('at the top')\n"
        "def f(log):\n    print('secret', file=sys.stderr)\n    print('x' * 100_000)\n"
        "    return True"
    )
    assert judged(source, *rows(3)) == [Verdict(True)] * 3
    assert capfd.readouterr() == ("", "")


# Each returns True if it gets at what it should not.
HOSTILE = {
    "open": "return 'root' in open('/etc/passwd').read()",
    "pathlib": "from pathlib import Path\n    return 'root' in Path('/etc/passwd').read_text()",
    "write": "open('{folder}/written', 'w').write('x')\n    return True",
    "listdir": "import os\n    return len(os.listdir('/')) > 0",
    "environ": "import os\n    return os.environ['OXLOOP_SECRET'] == 'secret'",
    "getenv": "import os\n    return os.getenv('OXLOOP_SECRET') == 'secret'",
    "system": "import os\n    return os.system('touch {folder}/written') == 0",
    "subprocess": "import subprocess\n    return bool(subprocess.run(['id']))",
    "socket": "import socket\n    return bool(socket.create_connection(('127.0.0.1', 22)))",
    "urllib": "import urllib.request\n    return bool(urllib.request.urlopen('http://127.0.0.1'))",
    "requests": "import requests\n    return bool(requests.get('http://127.0.0.1'))",
    "ctypes": "import ctypes\n    return bool(ctypes.CDLL(None))",
    "dunder import": "return bool(__import__('os').listdir('/'))",
    "importlib": "import importlib\n    return bool(importlib.import_module('os').listdir('/'))",
    "subclasses": "return len(().__class__.__base__.__subclasses__()) > 0",
    "globals": "return 'os' in f.__globals__['__builtins__']",
    "format": "return 'module' in '{{0.__class__.__init__.__globals__}}'.format(log)",
    "eval": "return bool(eval(\"open('/etc/passwd').read()\"))",
    "exec": "exec(\"import os; os.listdir('/')\")\n    return True",
    "traceback": (
        "try:\n        1 / 0\n    except Exception as e:\n"
        "        return bool(e.__traceback__.tb_frame.f_back.f_globals)"
    ),
    "module walk": "import re\n    return bool(re.enum.sys.modules['os'].listdir('/'))",
    "json walk": "import json\n    return bool(json.codecs.builtins.open('/etc/passwd').read())",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_gets_out(
    judged: Judged, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OXLOOP_SECRET", "secret")
    code = HOSTILE[name].format(folder=tmp_path)
    hostile = f"def f(log):\n    {code}"
    (verdict,) = judged(hostile)
    assert verdict.value is not True
    assert list(tmp_path.iterdir()) == []
    assert judged("def f(log): return True") == [Verdict(True)], "the pool is as good as before"


@pytest.mark.parametrize(
    "code",
    [
        "__oxloop_run = 5",
        "def __oxloop_run(*_): return [('value', True)] * 99",
        "def __oxloop_run(*_): return 'x'",
        "def __oxloop_run(*_): return [3, ('value',), ('error', 1, 2)]",
        "__oxloop_rows = []",
    ],
)
def test_a_source_that_meddles_with_its_caller_gets_an_error_or_a_verdict_of_its_own(
    judged: Judged, code: str
) -> None:
    verdicts = judged(f"{code}\ndef f(log): return True", *rows(3))
    assert len(verdicts) == 3
    if "rows" not in code:
        assert all(verdict.error for verdict in verdicts)


@pytest.mark.parametrize("name", ["type", "str", "len", "isinstance", "BaseException", "list"])
def test_a_source_may_give_builtin_names_another_meaning(judged: Judged, name: str) -> None:
    source = f"{name} = None\ndef f(log): return log['n'] / log['n'] == 1"
    assert judged(source, *rows(2)) == [
        Verdict(error="ZeroDivisionError: division by zero"),
        Verdict(True),
    ]


def test_many_rows_go_in_batches_and_come_back_in_order(sandbox: Sandbox) -> None:
    count = 3 * BATCH + 7
    program = Program("def f(log): return log['n']", "f", "number")
    verdicts = asyncio.run(sandbox.judge("t", program, rows(count)))
    assert [verdict.value for verdict in verdicts] == list(range(count))


def test_another_tenants_rows_have_their_turn_between_those_that_take_long() -> None:
    async def main() -> None:
        sandbox = Sandbox(Limits(seconds=0.3, workers=1))
        endless = Program("def f(log):\n    while True: pass", "f", "number")
        quick = Program("def f(log): return log['n']", "f", "number")
        slow = [
            asyncio.create_task(sandbox.judge("bad", endless, rows(BATCH + 1))) for _ in range(2)
        ]
        try:
            await asyncio.sleep(0)
            for number in range(2):
                (verdict,) = await sandbox.judge("good", quick, rows(number + 1)[-1:])
                assert verdict.value == number
            assert not any(task.done() for task in slow)
        finally:
            for task in slow:
                task.cancel()
            await asyncio.wait(slow)
            await sandbox.close()

    asyncio.run(main())


def test_a_closed_sandbox_judges_nothing(sandbox: Sandbox) -> None:
    program = Program("def f(log): return True", "f", "boolean")
    sandbox.shutdown()
    with pytest.raises(SandboxClosed):
        sandbox.judge_one(program, rows(1)[0])
    with pytest.raises(SandboxClosed):
        asyncio.run(sandbox.judge("t", program, rows(1)))


@pytest.mark.skipif(sys.platform != "linux", reason="finds the worker by /proc")
def test_a_worker_that_dies_costs_no_row(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []

    def kill(_stream: str, _text: str) -> None:
        if not killed:
            killed.append(_worker())
            os.kill(killed[0], signal.SIGKILL)

    monkeypatch.setattr(sandbox_module, "_drop", kill)
    # The worker sends what was printed while it goes on.
    source = (
        "def f(log):\n    print('here')\n    for _ in range(100_000): pass\n    return log['n']"
    )
    program = Program(source, "f", "number")
    verdicts = asyncio.run(sandbox.judge("t", program, rows(5)))
    assert killed
    assert verdicts == [Verdict(n) for n in range(5)]


def _worker() -> int:
    tasks = Path("/proc/self/task").iterdir()
    children = [pid for task in tasks for pid in (task / "children").read_text().split()]
    workers = [
        int(pid) for pid in children if b"monty" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    assert len(workers) == 1
    return workers[0]
