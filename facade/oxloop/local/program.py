"""The service's program: how it is called, whether it is installed, what its log says last."""

import errno
import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

from oxloop.errors import ConfigurationError
from oxloop.rules.folder import DEFAULT_PORT, DataFolder

_MODULES = (
    "oxloop_server",
    "starlette",
    "uvicorn",
    "httptools",
    "jsonschema_rs",
    "pyarrow",
    "aiohttp",
    "python_multipart",
)
_FOREIGN_PREFIXES = ("OXEN_", "HUMANLOOP_")
_LOG_TAIL = 8 * 1024

if sys.platform == "win32":
    _DETACHED = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _DETACHED = 0


def require_installed() -> None:
    """Make sure that the service's extra is installed; nothing is imported.

    Raises:
        ConfigurationError: If it is not; the message has the line that installs it.
    """
    missing = [name for name in _MODULES if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"The local service is not installed ({', '.join(missing)} missing). "
            'Install it with: pip install "oxloop[server]"'
        )


def command(*arguments: str) -> list[str]:
    """Return the command that runs the service's program with these arguments.

    Raises:
        ConfigurationError: If this Python does not know its own executable.
    """
    if not sys.executable:
        raise ConfigurationError(
            "This Python is embedded in another program and cannot start the local service; "
            "start it with `oxloop serve` and give its address."
        )
    # -P: a file in the user's working folder must not pass for a module of the service.
    return [sys.executable, "-P", "-m", "oxloop_server", *arguments]


def spawn(folder: DataFolder, port: int) -> "subprocess.Popen[bytes]":
    """Start the service in the background, its output appended to the folder's log.

    It outlives this process, gets no key of the environment that is meant for another service,
    and does not keep the working folder in use.

    Args:
        folder: The data folder, with an absolute path.
        port: The port to listen on; 0 means any free one.
    """
    descriptor = os.open(folder.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            command("serve", "--data", str(folder.path), "--port", str(port)),
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            env=_environment(),
            cwd=folder.path,
            creationflags=_DETACHED,
            start_new_session=sys.platform != "win32",
        )
    finally:
        os.close(descriptor)


def preferred_port() -> int:
    """Return the default port if it is free, else 0 for any."""
    return DEFAULT_PORT if port_is_free(DEFAULT_PORT) else 0


def port_is_free(port: int) -> bool:
    """Tell whether the service could listen on a port of this machine."""
    with socket.socket() as probe:
        if sys.platform != "win32":  # there the option would let it share a taken port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno != errno.EADDRINUSE
    return True


def log_size(folder: DataFolder) -> int:
    """Return how long the log is, in bytes; 0 if there is none."""
    try:
        return folder.log_file.stat().st_size
    except FileNotFoundError:
        return 0


def last_useful_line(log: Path, since: int) -> str:
    """Return the last line of a log that says something; empty text if none does.

    Args:
        log: The log file.
        since: From which byte on to look.
    """
    try:
        with log.open("rb") as stream:
            end = stream.seek(0, os.SEEK_END)
            # A log that has become shorter was begun anew meanwhile.
            stream.seek(max(since if since <= end else 0, end - _LOG_TAIL))
            text = stream.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    # Indented lines are a traceback's; INFO lines tell how an orderly end went, not its cause.
    useful = [
        line.rstrip()
        for line in text.splitlines()
        if line.strip() and not line[0].isspace() and " INFO " not in line
    ]
    return useful[-1].removeprefix("oxloop: ") if useful else ""


def _environment() -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(_FOREIGN_PREFIXES) and name.upper() != "OXLOOP_API_KEY"
    }
    if path := kept.get("PYTHONPATH"):
        # The service runs in its data folder, where relative entries would mean something else.
        kept["PYTHONPATH"] = os.pathsep.join(
            str(Path(entry).absolute()) for entry in path.split(os.pathsep) if entry
        )
    return kept
