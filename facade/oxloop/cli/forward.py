"""Hands a command over to another program of this project: the service's or the checks'."""

import importlib.util
import os
import subprocess
import sys

from oxloop.errors import ConfigurationError
from oxloop.local import program

_CHECKS = ("oxloop_contract", "schemathesis", "hypothesis", "jsonschema_rs")


def forward(arguments: list[str]) -> int:
    """Carry a command out by the service's program, in the place of this one.

    Where the system can, the program takes over this very process, so that signals, the terminal
    and the exit code are its own and nothing has to be passed on.

    Args:
        arguments: The command and its arguments.

    Returns:
        The program's exit code, where it ran as a child; elsewhere the call does not return.

    Raises:
        ConfigurationError: If the service's extra is not installed.
    """
    program.require_installed()
    return _become(program.command(*arguments))


def forward_to_checks(arguments: list[str]) -> int:
    """Carry out ``contract`` by the program of the contract checks, as ``forward`` does.

    Args:
        arguments: The arguments behind the command.

    Returns:
        The program's exit code, where it ran as a child; elsewhere the call does not return.

    Raises:
        ConfigurationError: If the checks' extra is not installed.
    """
    missing = [name for name in _CHECKS if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"The contract checks are not installed ({', '.join(missing)} missing). "
            'Install them with: pip install "oxloop[contract]"'
        )
    # -P: a file in the user's working folder must not pass for a module of the checks.
    return _become([sys.executable, "-P", "-m", "oxloop_contract", *arguments])


def _become(command: list[str]) -> int:
    if sys.platform != "win32":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    # Windows can only pretend to replace a process. Ctrl-C reaches the child by itself there.
    with subprocess.Popen(command) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue
