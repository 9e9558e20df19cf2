"""Measure a repository of many commits: what an upload costs, and reading at old commits and new.

    .venv/bin/python -m benchmarks.uploads [--counts 2000 10000] [--results FOLDER]

Each upload is one small file under a path of its own, and so a commit of its own. All goes over
HTTP, a request at a time, to a service in a process of its own.
"""

import argparse
import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import frozen
from measured import measured

from benchmarks.service.processes import (
    Server,
    free_port,
    processor_seconds,
    running,
    service_line,
)

FOLDERS = 100
TIMES = 20
"""How often each reading is tried; the median counts."""

REPO = "/api/repos/ox/r"
FORM = "limit"


@frozen
class Found:
    """What so many uploads cost, and what reading costs then.

    Args:
        uploads: How many.
        seconds: All of them.
        first: Milliseconds of one of the first hundred, the median.
        last: The same of the last hundred.
        processor: Milliseconds of a processor that one takes its server, on average.
        size: Bytes of the database.
        reads: Milliseconds of each reading, by what is read.
    """

    uploads: int
    seconds: float
    first: float
    last: float
    processor: float
    size: int
    reads: Mapping[str, float]


def main() -> None:
    """Measure, print, and write the results down if told to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploads", description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[2000, 10000])
    parser.add_argument("--results", type=Path, help="the folder for RESULTS.md")
    options = parser.parse_args()
    page = report([uploads(count) for count in options.counts])
    print("\n".join(page))
    if options.results is not None:
        counts = " ".join(map(str, options.counts))
        how = measured(f"python -m benchmarks.uploads --counts {counts}")
        text = "\n".join([_HEADING, how, "", *page, ""])
        (options.results / "RESULTS.md").write_text(text, encoding="utf-8")


_HEADING = """# What many commits cost

Each upload is one small file under a path of its own, in one of 100 folders, and makes a commit.
Client and service share the machine, a request at a time. Reading is measured when all files are
there, at the first, the middle and the last commit.

Until each commit kept only what it changes, 2,000 uploads took 17.0 s and 506 MB, one of the last
hundred 13 ms, and the file's history at the last commit 2.2 s (95167f3, load 1.9). A folder of such
commits, 432 MB, was converted in 6 s to 2.2 MB (5469230, load 2.6).
"""


def uploads(count: int) -> Found:
    """Upload so many files to a fresh service, and read at old commits and new."""
    with tempfile.TemporaryDirectory(prefix="oxloop-benchmark-") as name:
        data, port = Path(name), free_port()
        with running("oxloop", service_line(data, port), port) as server:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            with closing(connection):
                ask = _asker(connection, (data / "key").read_text().strip())
                return _measure(ask, server, data, count)


Ask = Callable[[str, str, bytes, str], bytes]


def _asker(connection: http.client.HTTPConnection, key: str) -> Ask:
    def ask(method: str, path: str, body: bytes, kind: str) -> bytes:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
        connection.request(method, path, body, headers if body else {**headers, "Content-Type": ""})
        response = connection.getresponse()
        content = response.read()
        assert response.status == 200, content
        return content

    return ask


def _measure(ask: Ask, server: Server, data: Path, count: int) -> Found:
    repository: Any = {"namespace": "ox", "name": "r"}
    ask("POST", "/api/repos", json.dumps(repository).encode(), "application/json")
    paths = [f"data/{number % FOLDERS:02}/{number:05}.csv" for number in range(count)]
    each: list[float] = []
    commits: list[str] = []
    before = processor_seconds(server.pid)
    for path in paths:
        began = time.perf_counter()
        answer = ask("PUT", f"{REPO}/file/main/{path}", *_form(f"a\n{path}\n"))
        each.append(1000 * (time.perf_counter() - began))
        commits.append(json.loads(answer)["commit"]["id"])
    spent = processor_seconds(server.pid) - before
    size = sum(path.stat().st_size for path in data.glob("oxloop.sqlite3*"))
    middle = (count - 1) // 2
    reads: dict[str, float] = {}
    for which, commit in (("first", commits[0]), ("middle", commits[middle]), ("last", "main")):
        for what, where in (
            ("a file", f"file/{commit}/{paths[0]}"),
            ("a folder", f"dir/{commit}/data/00"),
            ("all folders", f"dir/{commit}/data"),
            ("a file's history", f"commits/history/{commit}/{paths[0]}"),
        ):
            reads[f"{what}, {which} commit"] = _median(ask, f"{REPO}/{where}")
    first, last = statistics.median(each[:100]), statistics.median(each[-100:])
    return Found(count, sum(each) / 1000, first, last, 1000 * spent / count, size, reads)


def _form(content: str) -> tuple[bytes, str]:
    fields = {"name": "Ann", "email": "ann@example.com"}
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts.append(f'name="file"\r\n\r\n{content}')
    form = "".join(f"--{FORM}\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    return f"{form}--{FORM}--\r\n".encode(), f"multipart/form-data; boundary={FORM}"


def _median(ask: Ask, path: str) -> float:
    each: list[float] = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask("GET", path, b"", "")
        each.append(1000 * (time.perf_counter() - began))
    return statistics.median(each)


def report(found: Sequence[Found]) -> list[str]:
    """The page of results."""
    rows: dict[str, list[str]] = {
        "all, s": [f"{one.seconds:,.1f}" for one in found],
        "one of the first hundred, ms": [f"{one.first:.2f}" for one in found],
        "one of the last hundred, ms": [f"{one.last:.2f}" for one in found],
        "processor of the service for one, ms": [f"{one.processor:.2f}" for one in found],
        "the database, MB": [f"{one.size / 1e6:,.1f}" for one in found],
        "the database for one, kB": [f"{one.size / 1e3 / one.uploads:.2f}" for one in found],
        **{
            f"reading {what}, ms": [f"{one.reads[what]:.2f}" for one in found]
            for what in found[0].reads
        },
    }
    return [
        "| uploads | " + " | ".join(f"{one.uploads:,}" for one in found) + " |",
        "|---|" + "---|" * len(found),
        *(f"| {what} | {' | '.join(cells)} |" for what, cells in rows.items()),
    ]


if __name__ == "__main__":
    main()
