"""Measure get and durable create beside Prism and a bare application, start-up and memory.

    .venv/bin/python -m benchmarks.service [--seconds 1.5] [--rounds 3] [--sleeping]
        [--results FOLDER]

All servers run at the same time and are asked in turn, a round each, so that a busy machine slows
all of them. A get asks for one evaluation again and again, as whoever waits for it does; a get of
many asks each time for another of more than a thousand, and a get not held for what the service has
not answered before, so that it must read and check it anew. What create writes is committed before
it is answered: the run, its evaluator, the use of its config; with a key also the kept answer. What
comes together is one transaction. The bare write is as many transactions of one row of that size,
on the same disk with the same settings.
"""

import argparse
import asyncio
import http.client
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any

from attrs import asdict, frozen
from measured import measured

from benchmarks.service.bare import KEY
from benchmarks.service.load import Measured, load
from benchmarks.service.processes import (
    Server,
    bare,
    free_port,
    memory_mib,
    prism,
    processor_seconds,
    running,
    service_line,
)

ROW = "x" * 1500
"""About as long as what a create writes down."""

OURS_ONLY = ("get of many", "get not held", "create with a key")
"""What is the same for servers that keep nothing."""

STORED_RUNS = 1000
STARTS = 5


@frozen
class Line:
    """A line of the table.

    Args:
        server: Which server.
        what: ``get``, ``get of many``, ``get not held``, ``create`` or ``create with a key``.
        connections: How many at once.
        rate: Requests a second.
        p50: The median, in milliseconds.
        p99: The slowest hundredth, in milliseconds.
        cost: What one costs the server of a processor, in milliseconds.
        failed: Answers that were none of the 200s.
    """

    server: str
    what: str
    connections: int
    rate: float
    p50: float
    p99: float
    cost: float
    failed: int


def main() -> None:
    """Measure, print, and write the results down if told to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.5, help="of a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sleeping", action="store_true", help="a client that sleeps meanwhile")
    parser.add_argument("--results", type=Path, help="the folder for RESULTS.md and results.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="oxloop-benchmark-") as name:
        lines, memory = compare(Path(name), options.rounds, options.seconds, options.sleeping)
        starts = start_ups(Path(name) / "data")
        bare_write = written(Path(name))
    page = report(lines, memory, starts, bare_write)
    print("\n".join(page))
    if options.results is not None:
        how = measured(
            f"python -m benchmarks.service --rounds {options.rounds} --seconds {options.seconds}"
            f"{' --sleeping' if options.sleeping else ''}"
        )
        text = "\n".join([_HEADING, how, "", *page, ""])
        (options.results / "RESULTS.md").write_text(text, encoding="utf-8")
        found = {
            "how": how,
            "lines": [asdict(one) for one in lines],
            "memory_mib": memory,
            "start_seconds_by_clock_and_of_processor": starts,
            "bare_write_rate": bare_write,
        }
        (options.results / "results.json").write_text(json.dumps(found, indent=1) + "\n")


_HEADING = """# How fast the service answers

Beside Prism 5.16, which mocks the same contract, and a bare Starlette application with the same
validation that keeps nothing. Each server is one process; client and servers share the machine.
The client never sleeps, so that what is measured is the servers, and not how long the machine takes
to wake a client; with `--sleeping` it does, as most do, and a get at one connection is mostly that.
Where the machine is busy, the column *processor ms* tells most: what a request costs its server.

The goals: get at least 4 times Prism's rate, durable create at least 1.5 times, start under one
second, under 120 MB.
"""


def compare(
    folder: Path, rounds: int, seconds: float, sleeping: bool
) -> tuple[list[Line], dict[str, float]]:
    """Measure all servers in turn; and the memory of the service, idle and afterwards."""
    data = folder / "data"
    with ExitStack() as stack:
        port = free_port()
        ours = stack.enter_context(running("oxloop", service_line(data, port), port))
        key = (data / "key").read_text().strip()
        project, body, answers = prepare(ours, key)
        before = memory_mib(ours.pid)
        servers = [
            (ours, key, project, [one["id"] for one in answers]),
            (stack.enter_context(prism(free_port(), folder)), "any", "pr_1", ["ev_1"]),
            (stack.enter_context(bare(free_port(), answers[0])), KEY, "pr_1", ["ev_1"]),
        ]
        lines: list[Line] = []
        for what in ("get", "get of many", "get not held", "create", "create with a key"):
            for connections in (1, 32):
                asking = partial(load, connections=connections, seconds=seconds, sleeping=sleeping)
                lines += _cell(servers, what, connections, body, rounds, asking)
        return lines, {"idle": before, "after the load": memory_mib(ours.pid)}


def _cell(
    servers: Sequence[tuple[Server, str, str, Sequence[str]]],
    what: str,
    connections: int,
    body: Any,
    rounds: int,
    asking: Callable[[int, Callable[[int], bytes]], Coroutine[Any, Any, Measured]],
) -> list[Line]:
    """Ask every server for the same, round by round."""
    parts: dict[str, list[Measured]] = {server.name: [] for server, *_ in servers}
    spent = dict.fromkeys(parts, 0.0)
    for turn in range(-1, rounds):
        for server, key, project, runs in servers:
            if what in OURS_ONLY and server.name != "oxloop":
                continue
            request = _request(what, key, project, runs, body, f"{connections}-{turn}")
            before = processor_seconds(server.pid)
            found = asyncio.run(asking(server.port, request))
            if turn >= 0:  # the first round warms up
                parts[server.name].append(found)
                spent[server.name] += processor_seconds(server.pid) - before
    return [
        _line(name, what, connections, Measured.together(measured_parts), spent[name])
        for name, measured_parts in parts.items()
        if measured_parts
    ]


def _line(server: str, what: str, connections: int, found: Measured, spent: float) -> Line:
    cuts = statistics.quantiles(found.each, n=100)
    rate = len(found.each) / found.seconds
    cost = 1000 * spent / len(found.each)
    return Line(
        server, what, connections, rate, 1000 * cuts[49], 1000 * cuts[98], cost, found.failed
    )


def _request(
    what: str, key: str, project: str, runs: Sequence[str], body: Any, salt: str
) -> Callable[[int], bytes]:
    if what.startswith("get"):
        rest = f" HTTP/1.1\r\nHost: x\r\nX-API-KEY: {key}\r\n\r\n".encode()
        starts = [f"GET /v4/evaluations/{run}".encode() for run in runs]
        if what == "get not held":
            # The contract knows no such parameter, so it makes no difference but that one.
            return lambda n: b"%b?n=%b-%d%b" % (starts[n % len(starts)], salt.encode(), n, rest)
        gets = [start + rest for start in (starts[:1] if what == "get" else starts)]
        return lambda n: gets[n % len(gets)]
    content = json.dumps(body).encode()
    head = f"POST /v4/projects/{project}/evaluations HTTP/1.1\r\nHost: x\r\nX-API-KEY: {key}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    if what == "create":
        made = head.encode() + b"\r\n" + content
        return lambda _: made
    return lambda n: f"{head}Idempotency-Key: {salt}-{n}\r\n\r\n".encode() + content


def prepare(server: Server, key: str) -> tuple[str, Any, list[Any]]:
    """Make what evaluations need; answer the project, a create's body and what all answered."""

    def post(path: str, body: Any) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        headers = {"X-API-KEY": key, "Content-Type": "application/json"}
        with closing(connection):
            connection.request("POST", path, json.dumps(body), headers)
            response = connection.getresponse()
            content = response.read()
        assert response.status in (200, 201), content
        return json.loads(content)

    project: str = post("/v4/projects", {"name": "benchmark"})["id"]
    config = {"project_id": project, "model": "none", "prompt_template": "Label {{review}}"}
    evaluator = {
        "name": "score",
        "description": "Scores it.",
        "arguments_type": "target_free",
        "return_type": "number",
        "type": "external",
    }
    dataset = {"name": "reviews", "description": "Reviews."}
    dataset_id = post(f"/v4/projects/{project}/datasets", dataset)["id"]
    post(f"/v4/datasets/{dataset_id}/datapoints", {"inputs": {"review": "Good."}})
    body = {
        "config_id": post("/v4/model-configs", config)["config"]["id"],
        "evaluator_ids": [post("/v4/evaluators", evaluator)["id"]],
        "dataset_id": dataset_id,
        "hl_generated": False,
    }
    path = f"/v4/projects/{project}/evaluations"
    return project, body, [post(path, body) for _ in range(STORED_RUNS + 1)]


def start_ups(data: Path) -> list[tuple[float, float]]:
    """Seconds from the start to the first good answer of a get, several times.

    Returns:
        By the clock, and of a processor.
    """
    key = (data / "key").read_text().strip()
    return [_start_up(data, key) for _ in range(STARTS)]


def _start_up(data: Path, key: str) -> tuple[float, float]:
    port = free_port()
    began = time.perf_counter()
    with running("oxloop", service_line(data, port), port) as server:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        with closing(connection):
            connection.request("GET", "/v4/projects", headers={"X-API-KEY": key})
            assert connection.getresponse().status == 200
        return time.perf_counter() - began, processor_seconds(server.pid)


def written(folder: Path, count: int = 2000) -> float:
    """How many rows a second are written, each in a transaction of its own."""
    with closing(sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = NORMAL")
        conn.execute("CREATE TABLE runs (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        began = time.perf_counter()
        for _ in range(count):
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("INSERT INTO runs (body) VALUES (?)", (ROW,))
            conn.execute("COMMIT")
        return count / (time.perf_counter() - began)


def report(
    lines: Sequence[Line],
    memory: dict[str, float],
    starts: Sequence[tuple[float, float]],
    bare_write: float,
) -> list[str]:
    """The page of results."""
    clock, processor = zip(*starts, strict=True)
    page = [
        "| | connections | server | requests/s | p50 ms | p99 ms | processor ms | failed"
        " | of Prism's rate |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    prisms = {
        (one.what, one.connections): one.rate for one in lines if one.server.startswith("Prism")
    }
    for one in lines:
        alike = one.what.partition(" ")[0]
        beside = prisms.get((alike, one.connections))
        ratio = "" if beside is None else f"{one.rate / beside:.1f} x"
        page.append(
            f"| {one.what} | {one.connections} | {one.server} | {one.rate:,.0f} | {one.p50:.2f}"
            f" | {one.p99:.2f} | {one.cost:.2f} | {one.failed} | {ratio} |"
        )
    return [
        *page,
        "",
        f"- Start, from the process to the first 200 of an authenticated GET, on a folder with "
        f"these runs (more than {STORED_RUNS:,}): median {statistics.median(clock):.2f} s of "
        f"{len(starts)}, of which it had a processor for {statistics.median(processor):.2f} s.",
        f"- Memory of the service's whole process tree: {memory['idle']:.0f} MiB idle, "
        f"{memory['after the load']:.0f} MiB after the load.",
        f"- Bare transactions of one row on this disk: {bare_write:,.0f} a second.",
    ]


if __name__ == "__main__":
    main()
