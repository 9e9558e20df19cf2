"""Every fault of the network: the client comes back in time, with the right thing or our error.

``make test`` tries each fault as it shows always, and one of each number as it shows once and over
aiohttp; ``make test-full`` tries everything, and writes down what came of it.
"""

import re
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve
from telling import KEY

from .certificates import company
from .client import Run
from .fault import Fault, Schedule, Verb
from .faults import FAULTS
from .oracle import Case
from .over_aiohttp import DIFFERENCES, over_aiohttp
from .results import Tally
from .server import LOOK_UP, Server, elsewhere, running

ROOM: Final = 200 * 1024 * 1024
"""Bytes that client and server may take together, whatever comes."""
ONE_OF_EACH: Final = [*{fault.number: fault for fault in reversed(FAULTS)}.values()]
SOME_OVER_AIOHTTP: Final = [one for one in FAULTS if one in ONE_OF_EACH or one.name in DIFFERENCES]
KINDS: Final = ("threads", "asyncio", "trio", "aiohttp")


@pytest.fixture(autouse=True)
def surroundings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """A client here trusts the company's authority, and logs all it can but no key."""
    monkeypatch.setenv("SSL_CERT_FILE", str(company().write(tmp_path)))
    caplog.set_level("DEBUG", "oxloop")
    yield
    assert KEY not in caplog.text


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_get_in_a_thread(fault: Fault) -> None:
    run(Case(fault, Schedule.ALWAYS, Verb.GET), "threads")


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_post_in_a_task(fault: Fault) -> None:
    run(Case(fault, Schedule.ALWAYS, Verb.POST), "asyncio")


@pytest.mark.parametrize("fault", ONE_OF_EACH, ids=str)
def test_a_post_with_a_key_gets_over_what_shows_once(fault: Fault) -> None:
    run(Case(fault, Schedule.FIRST, Verb.KEYED), "trio")


@pytest.mark.parametrize("fault", SOME_OVER_AIOHTTP, ids=str)
def test_a_post_over_aiohttp(fault: Fault) -> None:
    run(Case(fault, Schedule.ALWAYS, Verb.POST), "aiohttp")


def test_what_differs_over_aiohttp_names_faults() -> None:
    assert DIFFERENCES.keys() <= {fault.name for fault in FAULTS}


@pytest.mark.full
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_everything(fault: Fault, kind: str, tally: Tally) -> None:
    cases = whole_matrix(fault, kind)
    # What waits most of the time can wait together; a look-up is patched for one at a time.
    together = len(cases) if fault.waits and fault.on_look_up is None else 1
    with ThreadPoolExecutor(together) as pool:
        tried = [(case, pool.submit(run, case, kind)) for case in cases]
        for case, running_case in tried:
            with tally.judging(case, kind):
                running_case.result()


@pytest.mark.full
def test_what_has_tests_of_its_own(tally: Tally) -> None:
    here = Path(__file__).parent
    tests = [str(here / "test_alone.py"), str(here / "test_company.py")]
    command = [sys.executable, "-m", "pytest", "-q", *tests]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    tally.apart = int(passed[1])


def whole_matrix(fault: Fault, kind: str) -> list[Case]:
    """All there is to try; with trio, which shares asyncio's code, what shows always and once."""
    schedules = [*Schedule] if kind != "trio" else [Schedule.ALWAYS, Schedule.FIRST]
    return [Case(fault, schedule, verb) for schedule, verb in product(schedules, Verb)]


def run(case: Case, kind: str) -> None:
    """Try one case."""
    if kind == "aiohttp":
        case = evolve(case, fault=over_aiohttp(case.fault))
    with elsewhere() as other, pytest.MonkeyPatch.context() as patched:
        server = Server(case.fault, case.schedule, case.verb is Verb.KEYED, other.url)
        with running(server), little_memory(case.fault.big):
            answer_look_ups(server, patched)
            Run(case, server, kind).go()
        assert "authorization" not in {name for got in other.ledger for name in got.headers}


@contextmanager
def little_memory(is_watched: bool) -> Generator[None, None, None]:
    """Check that what happens fits into the room that there is."""
    if not is_watched:
        yield
        return
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < ROOM
    finally:
        tracemalloc.stop()


def answer_look_ups(server: Server, patched: pytest.MonkeyPatch) -> None:
    """Let look-ups of the server's name end where the server wants them to."""
    real = socket.getaddrinfo

    def look_up(
        host: Any,
        port: Any,
        family: int = 0,
        type: int = 0,  # noqa: A002 - as the system has it
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        wanted = (port, family, type, proto, flags)
        if host not in (LOOK_UP, LOOK_UP.encode()):
            return real(host, *wanted)
        if flags & socket.AI_NUMERICHOST:  # trio asks first whether it is an address already
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        found = [real(address, *wanted) for address in server.look_up()]
        return [entry for entries in found for entry in entries]

    patched.setattr(socket, "getaddrinfo", look_up)
