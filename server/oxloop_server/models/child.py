"""What the child processes of local models have in common.

Such a process prints one line of JSON, ``{"address": "http://127.0.0.1:PORT"}``, once it answers,
and ends when its standard input ends, which is when its parent does.
"""

import ctypes
import json
import os
import signal
import sys
import threading
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def serve(start: Callable[[], str]) -> None:
    """Serve until the parent is gone.

    Args:
        start: Starts a server in threads of its own, and answers its address.
    """
    _die_with_parent()
    answer = _take_stdout()
    os.write(answer, (json.dumps({"address": start()}) + "\n").encode())
    threading.Event().wait()


def _die_with_parent() -> None:
    # The terminal's Ctrl-C is for the service, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    threading.Thread(target=_exit_at_end_of_input, daemon=True).start()


def _exit_at_end_of_input() -> None:
    while os.read(0, 4096):
        pass
    # The engine's own threads hold an ordinary exit up.
    os._exit(0)


def _take_stdout() -> int:
    # The line for the parent must be alone on its pipe, whatever the engine prints.
    answer = os.dup(1)
    os.dup2(2, 1)
    return answer
