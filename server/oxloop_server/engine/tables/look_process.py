"""The child process that looks at files of strangers, within limits of memory and time.

    python -m oxloop_server.engine.tables.look_process

It reads a line of JSON, ``{"path": "…", "kind": "parquet", "seconds": 20}``, and answers with a
line, ``{"row_count": 3, "at_once": 1024}`` or ``{"refused": "…"}``. A file that takes too much ends
the process. It ends with its input, and when nothing was asked for a while.
"""

import contextlib
import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import asdict

from oxloop_server.engine.tables import ipc, parquet
from oxloop_server.engine.tables.formats import BadTable
from oxloop_server.engine.tables.looking import MEMORY_BYTES, TOO_MUCH, Kind, Looked
from oxloop_server.engine.values import arrow

IDLE_SECONDS = 30.0

_LOOKS: Mapping[Kind, Callable[[Path], Looked]] = {"parquet": parquet.look, "arrow": ipc.look}


def main() -> None:
    """Answer lines until there are no more."""
    for module in ("pyarrow.parquet", "pyarrow.ipc", "pyarrow.compute"):
        arrow(module)
    arrow().set_cpu_count(1)
    _limit_memory()
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=[lines], daemon=True).start()
    with contextlib.suppress(queue.Empty):
        while True:
            request = json.loads(lines.get(timeout=IDLE_SECONDS))
            _limit_time(request["seconds"])
            sys.stdout.write(json.dumps(_answer(request)) + "\n")
            sys.stdout.flush()


def _listen(lines: "queue.SimpleQueue[str]") -> None:
    for line in sys.stdin:
        lines.put(line)
    # Nobody waits for what is under way any more.
    os._exit(0)


def _answer(request: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return asdict(_LOOKS[request["kind"]](Path(request["path"])))
    except BadTable as refused:
        return {"refused": refused.message}
    except MemoryError:
        return {"refused": TOO_MUCH}
    except Exception as error:
        return {"refused": f"The file cannot be read ({type(error).__name__}); write it again."}


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limit = pages * resource.getpagesize() + MEMORY_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _limit_time(seconds: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
