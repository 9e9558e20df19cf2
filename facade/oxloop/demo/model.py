"""Has the demo's model fetched and registered, by the local service's own command.

The service is run as a child process, never imported.
"""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

from oxloop.errors import ConfigurationError
from oxloop.local.program import command, require_installed

MODEL = "demo"
_ENGINE = "xllamacpp"
_INTERRUPTED = 130


class DemoError(Exception):
    """The demo cannot go on; the message is the whole sentence for the user."""


def is_installed() -> bool:
    """Return whether the extra ``[local]`` is there: the service and the model's engine."""
    try:
        require_installed()
    except ConfigurationError:
        return False
    return find_spec(_ENGINE) is not None


def ensure(data_dir: Path, file: Path | None) -> None:
    """Register the model, and fetch its file first if it is not there.

    The service's command tells the user what it downloads, and how much. Where all is there it
    does nothing but say so.

    Args:
        data_dir: The local service's data folder.
        file: A copy of the model's file that is at hand; None to download it.

    Raises:
        DemoError: It did not work; the command has said why.
        KeyboardInterrupt: The user has interrupted it.
    """
    extra = [] if file is None else ["--file", str(file)]
    code = _run(command("models", "add", MODEL, *extra, "--data", str(data_dir)))
    if code == _INTERRUPTED:
        raise KeyboardInterrupt
    if code != 0:
        raise DemoError("the model is not there, so nothing can be evaluated.")


def _run(arguments: list[str]) -> int:
    # Unbuffered: what the command says must come in time and in order, also through a pipe.
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(arguments, stdin=subprocess.DEVNULL, env=environment) as child:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # The terminal has interrupted the command as well: let it clear its temporary files.
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
            raise
