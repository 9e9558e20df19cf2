"""The child half of ``line_process``: a line of JSON comes in, a line goes out, within limits."""

import argparse
import contextlib
import json
import signal
import sys
from collections.abc import Callable
from typing import Any

MEMORY = 512 << 20


def answer_lines(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer lines until there are no more. One that takes too long ends the process.

    Args:
        answer: What makes an answer of a request.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, required=True, help="for one line")
    seconds: float = parser.parse_args().seconds
    # The terminal's Ctrl-C is for the service, which then closes this process's input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    for line in sys.stdin:
        _alarm(seconds)
        made = answer(json.loads(line))
        _alarm(0)
        sys.stdout.write(json.dumps(made) + "\n")
        sys.stdout.flush()


def _alarm(seconds: float) -> None:
    # Nobody handles the signal, so that it ends the process even inside a loop of C code, and
    # even if the parent is gone. Where there is no such signal, the parent's own limit holds.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
