"""Makes the demo's model known to the local service, by the service's own commands.

The service is run as a child process, never imported.
"""

import subprocess
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from oxloop.errors import ConfigurationError
from oxloop.local.program import command, require_installed

MODEL = "demo"
DOWNLOAD_MB = 93

_ENGINE = "xllamacpp"


class DemoError(Exception):
    """The demo cannot go on; the message is the whole sentence for the user."""


def is_installed() -> bool:
    """Return whether the extra ``[local]`` is there: the service and the model's engine."""
    try:
        require_installed()
    except ConfigurationError:
        return False
    return find_spec(_ENGINE) is not None


def is_registered(data_dir: Path) -> bool:
    """Return whether the data folder's model list has the demo's model.

    Raises:
        DemoError: The list could not be read; the service's own words are in the message.
    """
    done = subprocess.run(
        _command("list", data_dir),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DemoError(done.stderr.strip() or "the list of models could not be read")
    return any(line.split()[:1] == [MODEL] for line in done.stdout.splitlines())


def register(data_dir: Path, file: Path | None, say: Callable[[str], None]) -> None:
    """Fetch the model (or take a file at hand) and register it. The child writes to the terminal.

    Args:
        data_dir: The local service's data folder.
        file: A GGUF file to use instead of a download.
        say: Tells the user one line.

    Raises:
        DemoError: The child failed; it has said why.
    """
    if file is None:
        say(f"The model is not here yet: downloading it once ({DOWNLOAD_MB} MB) ...")
    else:
        say(f"The model is not here yet: taking {file} ...")
    extra = [] if file is None else ["--file", str(file)]
    code = _run(_command("add", data_dir, MODEL, *extra))
    if code != 0:
        raise DemoError(f"the model could not be set up (see above; exit code {code})")


def _command(action: str, data_dir: Path, *rest: str) -> list[str]:
    return command("models", action, *rest, "--data", str(data_dir))


def _run(command: Sequence[str]) -> int:
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as child:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # The terminal has interrupted the child as well: let it clear its temporary folder.
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
            raise
