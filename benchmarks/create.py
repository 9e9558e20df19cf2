"""What a durable create costs over HTTP, beside what the bare write of its rows costs.

    .venv/bin/python benchmarks/create.py [--count 2000] [--connections 32]

A service of its own in a temporary folder creates Humanloop evaluations whose client makes the
logs, so that nothing runs besides. Each is a transaction of its own: the run, its evaluator, the
use of its config, and with a key also the kept answer. The bare writes are as many transactions of
one row of that size, one after the other, on the same disk with the same settings.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp

ROW = "x" * 1500
"""About as long as what a create writes down."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure durable creates.")
    parser.add_argument("--count", type=int, default=2000, help="creates of each kind")
    parser.add_argument("--connections", type=int, default=32, help="connections at once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for synchronous in ("NORMAL", "FULL"):
            show(f"bare write, {synchronous}", bare(Path(folder), options.count, synchronous))
        for connections in sorted({1, options.connections}):
            for has_key in (False, True):
                name = f"create, {connections} connections{', with a key' if has_key else ''}"
                data = Path(folder) / name
                show(name, served(data, options.count, connections, has_key))


def show(name: str, seconds: tuple[float, Sequence[float]]) -> None:
    """Print a line: how many a second, and how long one takes."""
    total, each = seconds
    cuts = statistics.quantiles(each, n=100)
    print(
        f"{name:38} {len(each) / total:8.0f} /s"
        f"   p50 {1000 * cuts[49]:7.2f} ms   p99 {1000 * cuts[98]:7.2f} ms",
        flush=True,
    )


def bare(folder: Path, count: int, synchronous: str) -> tuple[float, Sequence[float]]:
    """Write rows, each in a transaction of its own."""
    with closing(sqlite3.connect(folder / f"{synchronous}.sqlite3", isolation_level=None)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute(f"PRAGMA synchronous = {synchronous}")
        conn.execute("CREATE TABLE runs (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")

        def write() -> None:
            conn.execute("BEGIN IMMEDIATE")
            conn.execute("INSERT INTO runs (body) VALUES (?)", (ROW,))
            conn.execute("COMMIT")

        began = time.perf_counter()
        each = [timed(write) for _ in range(count)]
        return time.perf_counter() - began, each


def timed(work: Callable[[], None]) -> float:
    """Seconds that some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def served(
    folder: Path, count: int, connections: int, has_key: bool
) -> tuple[float, Sequence[float]]:
    """Create evaluations on a service."""
    command = [sys.executable, "-m", "oxloop_server", "serve", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline(), "the service did not start"
            port = json.loads((folder / "service.json").read_text())["port"]
            key = (folder / "key").read_text().strip()
            return asyncio.run(
                create_all(f"http://127.0.0.1:{port}", key, count, connections, has_key)
            )
        finally:
            process.terminate()


async def create_all(
    url: str, key: str, count: int, connections: int, has_key: bool
) -> tuple[float, Sequence[float]]:
    """Create evaluations over some connections at once."""
    connector = aiohttp.TCPConnector(limit=connections)
    headers = {"X-API-KEY": key}
    async with aiohttp.ClientSession(url, connector=connector, headers=headers) as http:
        path, body = await prepare(http)
        left = iter(range(count))
        each: list[float] = []

        async def work() -> None:
            for number in left:
                more = {"Idempotency-Key": f"key {number}"} if has_key else {}
                began = time.perf_counter()
                await post(http, path, body, more)
                each.append(time.perf_counter() - began)

        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(work())
        return time.perf_counter() - began, each


async def prepare(http: aiohttp.ClientSession) -> tuple[str, Mapping[str, object]]:
    """Make what evaluations need; answer where they are created, and with what."""
    project = (await post(http, "/v4/projects", {"name": "benchmark"}))["id"]
    config = {"project_id": project, "model": "none", "prompt_template": "Label {{review}}"}
    evaluator = {
        "name": "score",
        "description": "Scores it.",
        "arguments_type": "target_free",
        "return_type": "number",
        "type": "external",
    }
    dataset = {"name": "reviews", "description": "Reviews."}
    dataset_id = (await post(http, f"/v4/projects/{project}/datasets", dataset))["id"]
    await post(http, f"/v4/datasets/{dataset_id}/datapoints", {"inputs": {"review": "Good."}})
    return f"/v4/projects/{project}/evaluations", {
        "config_id": (await post(http, "/v4/model-configs", config))["config"]["id"],
        "evaluator_ids": [(await post(http, "/v4/evaluators", evaluator))["id"]],
        "dataset_id": dataset_id,
        "hl_generated": False,
    }


async def post(
    http: aiohttp.ClientSession,
    path: str,
    body: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Send a request and read its answer, which must be a good one."""
    async with http.post(path, json=body, headers=headers) as response:
        assert response.ok, await response.text()
        return await response.json()


if __name__ == "__main__":
    main()
