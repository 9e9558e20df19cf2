"""What the client costs beside raw httpx and other clients, all against one small server.

    make bench-client        (or: .venv/bin/python benchmarks/client/run.py [--only oxloop])

Each client has an environment of its own under .venv/bench, made when it is missing. Costs are
CPU time of the client's process, as ratios to raw httpx in the same process, block beside block:
so they hold on a busy machine too. Writes RESULTS.md and results.json beside this file.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from attrs import asdict, frozen

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
BENCH: Final = ROOT / ".venv" / "bench"
HTTPX: Final = "httpx>=0.28,<0.29"
ENVIRONMENTS: Final[Mapping[str, Sequence[str]]] = {
    "oxloop": (f"{ROOT}[aiohttp]",),
    "openai": ("openai==3.54.0", HTTPX),
    "humanloop-0.7": ("humanloop==0.7.35", HTTPX),
    "humanloop-0.8": ("humanloop==0.8.38", "requests", HTTPX),
}
"""What is installed in each environment; humanloop 0.8 needs requests, and does not say so."""


@frozen
class Client:
    """A client that is measured.

    Attributes:
        name: What ``callers.py`` calls it.
        title: What it is.
        environment: Where it is installed.
    """

    name: str
    title: str
    environment: str


CLIENTS: Final = (
    Client("oxloop", "**oxloop** `evaluations.get`", "oxloop"),
    Client("stock", "openapi-python-client 0.29.1, stock output", "oxloop"),
    Client("openai-models", "openai 3.54.0 `models.list`", "openai"),
    Client("openai-chat", "openai 3.54.0 `chat.completions.create`", "openai"),
    Client("humanloop-0.7", "humanloop 0.7.35 `evaluations.get`", "humanloop-0.7"),
    Client("humanloop-0.8", "humanloop 0.8.38 `evaluations.list`", "humanloop-0.8"),
)
IN_FLIGHT: Final = (
    Client("oxloop", "**oxloop**", "oxloop"),
    Client("oxloop-aiohttp", "**oxloop**, `[aiohttp]`", "oxloop"),
    Client("openai-models", "openai 3.54.0", "openai"),
)


@frozen
class Cost:
    """What one client costs, as ratios to raw httpx.

    Attributes:
        title: What it is.
        call: CPU time of a call.
        first_wall: Time of a fresh process up to its first parsed answer.
        first_cpu: CPU time of the same.
    """

    title: str
    call: float
    first_wall: float
    first_cpu: float


@frozen
class Rate:
    """What one client does with 100 calls in flight, as ratios to raw httpx.

    Attributes:
        title: What it is.
        rate: Calls a second.
        cpu: CPU time of a call.
    """

    title: str
    rate: float
    cpu: float


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure the client beside others.")
    parser.add_argument("--only", help="only clients whose name begins like this; writes nothing")
    parser.add_argument("--starts", type=int, default=15, help="fresh processes of each client")
    options = parser.parse_args()
    wanted = tuple(one for one in CLIENTS if one.name.startswith(options.only or ""))
    at_once = tuple(one for one in IN_FLIGHT if one.name.startswith(options.only or ""))
    make_environments({one.environment for one in (*wanted, *at_once)})
    load = os.getloadavg()[0]
    with serving() as server:
        url = f"http://127.0.0.1:{server.port}"
        costs = [cost(one, url, options.starts) for one in wanted]
        rates = [rate(one, url) for one in at_once]
    text = report(costs, rates, load)
    print(text)
    if not options.only:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
        results = {"calls": [asdict(c) for c in costs], "in_flight": [asdict(r) for r in rates]}
        (HERE / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def make_environments(names: Iterable[str]) -> None:
    """Make what is missing; this package is installed anew, as it changes."""
    for name in names:
        home = BENCH / name
        if not home.exists():
            print(f"Installing {name} in {home} …", file=sys.stderr)
            subprocess.run([sys.executable, "-m", "venv", home], check=True)
        done = home / "installed.txt"
        wanted = "\n".join(ENVIRONMENTS[name])
        if name == "oxloop" or not done.exists() or done.read_text("utf-8") != wanted:
            pip = (home / "bin" / "python", "-m", "pip", "install", "--quiet", "--compile")
            again = ("--force-reinstall", "--no-deps") if done.exists() else ()
            quiet = "--disable-pip-version-check"
            subprocess.run(
                [*pip, quiet, *again, *ENVIRONMENTS[name]], check=True, env=environment()
            )
            done.write_text(wanted, encoding="utf-8")
    make_stock()


def make_stock() -> None:
    """Let openapi-python-client make a client with its own templates, beside ours."""
    sys.path.insert(0, str(ROOT / "openapi" / "generator"))
    from generate import generate_client

    spec = ROOT / "generated" / "oxloop_api" / "specs" / "oxen.published.json"
    for place in (BENCH / "oxloop" / "lib").glob("python*/site-packages"):
        shutil.rmtree(place / "stock_oxen", ignore_errors=True)
        generate_client(json.loads(spec.read_text("utf-8")), place / "stock_oxen", templates=None)
        subprocess.run(
            [BENCH / "oxloop" / "bin" / "python", "-m", "compileall", "-q", place / "stock_oxen"],
            check=True,
            env=environment(),
        )


class serving:  # noqa: N801 - a word of a ``with`` line
    """The server, in a process of its own while the ``with`` block lasts."""

    def __enter__(self) -> "serving":
        self._process = subprocess.Popen(
            [sys.executable, HERE / "server.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def cost(client: Client, url: str, starts: int) -> Cost:
    """Measure one client."""
    print(f"{client.title} …", file=sys.stderr)
    pairs = json.loads(run(client.environment, "each", client.name, url))
    first = [
        (started(client.environment, "httpx", url), started(client.environment, client.name, url))
        for _ in range(starts)
    ]
    return Cost(
        title=client.title,
        call=ratio((own, raw) for raw, own in pairs),
        first_wall=ratio((own[0], raw[0]) for raw, own in first),
        first_cpu=ratio((own[1], raw[1]) for raw, own in first),
    )


def rate(client: Client, url: str) -> Rate:
    """Measure one client with many calls in flight."""
    print(f"{client.title}, 100 in flight …", file=sys.stderr)
    rounds = json.loads(run(client.environment, "rate", client.name, url))
    return Rate(
        title=client.title,
        rate=ratio((one["client"][0], one["httpx"][0]) for one in rounds),
        cpu=ratio((one["client"][1], one["httpx"][1]) for one in rounds),
    )


def run(environment_name: str, what: str, client: str, url: str) -> str:
    """Have ``callers.py`` do something; what it prints."""
    return subprocess.run(
        command(environment_name, what, client, url),
        check=True,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def started(environment_name: str, client: str, url: str) -> tuple[float, float]:
    """Seconds and CPU seconds of a fresh process that makes one call."""
    began = time.perf_counter()
    process = subprocess.Popen(command(environment_name, "once", client, url), env=environment())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{client} failed"
    return time.perf_counter() - began, used.ru_utime + used.ru_stime


def command(environment_name: str, what: str, client: str, url: str) -> list[str | Path]:
    """How ``callers.py`` is called."""
    return [BENCH / environment_name / "bin" / "python", HERE / "callers.py", what, client, url]


def environment() -> dict[str, str]:
    """The environment of a client: nothing of this one's Python, and no proxy."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    given = {name: os.environ[name] for name in kept if name in os.environ}
    pip = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_"))}
    return given | pip


def ratio(pairs: Iterable[tuple[float, float]]) -> float:
    """The median of the ratios of pairs that were measured side by side."""
    return round(median(own / raw for own, raw in pairs), 2)


def report(costs: Sequence[Cost], rates: Sequence[Rate], load: float) -> str:
    """The tables, and how they came about."""
    ask: Callable[..., Any] = subprocess.check_output
    commit = ask(["git", "rev-parse", "--short", "HEAD"], text=True, cwd=ROOT).strip()
    lines = [
        "# What the client costs",
        "",
        f"`make bench-client`, {datetime.now(UTC):%Y-%m-%d}, commit {commit}, "
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}.",
        "",
        "Ratios to raw httpx in the same process, over the same loopback server, block beside",
        "block: the median of the pairs. CPU time is that of the client's process. A fresh",
        "process goes from its start to its first parsed answer.",
        "",
        "| client | CPU of a call | fresh process | its CPU |",
        "|---|---|---|---|",
        "| httpx `get().json()` | 1.00 | 1.00 | 1.00 |",
        *(f"| {c.title} | {c.call:.2f} | {c.first_wall:.2f} | {c.first_cpu:.2f} |" for c in costs),
        "",
        "With 100 calls in flight in one event loop:",
        "",
        "| client | calls a second | CPU of a call |",
        "|---|---|---|",
        "| httpx `AsyncClient` | 1.00 | 1.00 |",
        *(f"| {r.title} | {r.rate:.2f} | {r.cpu:.2f} |" for r in rates),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
