"""The child process of a local model: a llama.cpp server on a free loopback port.

    python -m oxloop_server.models.llama_process --model FILE.gguf

It prints one line of JSON, ``{"address": "http://127.0.0.1:PORT"}``, once it answers, and ends
when its standard input ends, which is when its parent does.
"""

import argparse
import ctypes
import importlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

# One thread: with more than there are idle cores, llama.cpp's threads wait for one another, and
# generation falls to a fraction. It also keeps answers the same from run to run.
THREADS = 1
SLOTS = 4
CONTEXT_TOKENS = 8192
PROMPT_CACHE_MIB = 256

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve a model until the parent is gone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the GGUF file")
    model: Path = parser.parse_args().model
    _die_with_parent()
    answer = _take_stdout()
    server = _serve(model)
    os.write(answer, (json.dumps({"address": server.listening_address}) + "\n").encode())
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


def _serve(model: Path) -> Any:
    engine = importlib.import_module("xllamacpp")
    params = engine.CommonParams()
    params.model.path = str(model)
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = SLOTS
    params.cpuparams.n_threads = THREADS
    params.cpuparams_batch.n_threads = THREADS
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.ui = False
    params.verbosity = 1
    return engine.Server(params)


if __name__ == "__main__":
    main()
