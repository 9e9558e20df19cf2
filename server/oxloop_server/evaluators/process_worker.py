"""The worker of `--evaluators=process`: runs one evaluator's source in an ordinary Python.

Started by path, with nothing of this package in reach. It reads JSON lines: first the source, then
one row at a time; it answers each with a line. Before the source is loaded it gives up what it can:
memory, files, processes, and the network where the system lets it.
"""

import ctypes
import json
import os
import signal
import sys
import traceback
from typing import cast

MEMORY = 1 << 30
FILE_BYTES = 16 << 20
OPEN_FILES = 64
CPU_SECONDS = 600

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38


def main() -> None:
    """Answer until there is no more input."""
    lines = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what a source reads and prints is nobody's
        os.dup2(nothing, stream)
    is_alone = _give_up()

    def answer(said: dict[str, object]) -> None:
        answers.write(json.dumps(said).encode() + b"\n")
        answers.flush()

    order = json.loads(lines.readline())
    namespace: dict[str, object] = {"__name__": "evaluator"}
    failure = _load(order["source"], namespace)
    answer({"failed": failure, "network": not is_alone})
    if failure is not None:
        return
    longest = int(order["longest"])
    for line in lines:
        answer(_judge(namespace.get(order["entry"]), json.loads(line), longest))


def _give_up() -> bool:
    """Lock this process down; answers whether the network is out of reach."""
    import resource

    is_alone = False
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        # The second way is for those who are not root, where the system allows it.
        is_alone = not libc.unshare(_CLONE_NEWNET) or not libc.unshare(
            _CLONE_NEWUSER | _CLONE_NEWNET
        )
    for name, most in (
        ("AS", MEMORY),
        ("FSIZE", FILE_BYTES),
        ("NOFILE", OPEN_FILES),
        ("CPU", CPU_SECONDS),
        ("CORE", 0),
        ("NPROC", 0),
    ):
        limit = getattr(resource, f"RLIMIT_{name}", None)
        try:
            if limit is not None:
                resource.setrlimit(limit, (most, most))
        except (OSError, ValueError):
            pass  # not every system has every limit
    return is_alone


def _load(source: str, namespace: dict[str, object]) -> "dict[str, object] | None":
    try:
        code = compile(source, "<evaluator>", "exec")
    except SyntaxError as error:
        return {
            "kind": "syntax",
            "message": error.msg,
            "line": error.lineno,
            "column": error.offset,
            "text": (error.text or "").rstrip("\n"),
        }
    except BaseException as error:
        return {"kind": "syntax", "message": _said(error)}
    try:
        exec(code, namespace)  # noqa: S102 - this is what the process is for
    except BaseException as error:
        return {"kind": "run", "message": _said(error), "line": _line(error)}
    return None


def _judge(function: object, row: "list[object]", longest: int) -> dict[str, object]:
    try:
        if not callable(function):
            return {"error": "NameError: the function is not there any more"}
        value: object = function(*row)
        return _value(value, longest)
    except BaseException as error:
        return {"error": _said(error)}


def _value(value: object, longest: int) -> dict[str, object]:
    kind = type(value)
    if kind is bool or kind is float or (kind is int and abs(value) < 1 << 1023):  # type: ignore
        return {"value": value}
    if kind is int:
        return {"other": "a number that is too large"}
    if isinstance(value, str):
        return {"value": str(value)[: longest + 1]}
    labels = _labels(value)
    if labels is not None:
        size = sum(len(label) + 1 for label in labels)
        return {"value": labels if size <= longest else ["x" * (longest + 1)]}
    if value is None:
        return {"other": "None"}
    return {"other": f"a value of type {kind.__name__}"}


def _labels(value: object) -> "list[str] | None":
    if not isinstance(value, list):
        return None
    labels = [item for item in cast("list[object]", value) if isinstance(item, str)]
    return labels if len(labels) == len(cast("list[object]", value)) else None


def _said(error: BaseException) -> str:
    try:
        message = str(error)[:2000]
    except BaseException:
        message = ""
    kind = type(error).__name__
    return f"{kind}: {message}" if message else kind


def _line(error: BaseException) -> "int | None":
    places = traceback.extract_tb(error.__traceback__)
    own = [place.lineno for place in places if place.filename == "<evaluator>"]
    return own[-1] if own else None


if __name__ == "__main__":
    main()
