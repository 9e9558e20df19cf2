"""The child process of a local model: a llama.cpp server on a free loopback port.

python -m oxloop_server.models.llama_process --model FILE.gguf
"""

import argparse
import importlib
from pathlib import Path
from typing import Any

from oxloop_server.models import child

# One thread: with more than there are idle cores, llama.cpp's threads wait for one another, and
# generation falls to a fraction. It also keeps answers the same from run to run.
THREADS = 1
SLOTS = 4
CONTEXT_TOKENS = 8192
PROMPT_CACHE_MIB = 256


def main() -> None:
    """Serve a model until the parent is gone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="the GGUF file")
    model: Path = parser.parse_args().model
    # What is not held is ended.
    servers: list[Any] = []

    def start() -> str:
        servers.append(_serve(model))
        return str(servers[0].listening_address)

    child.serve(start)


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
