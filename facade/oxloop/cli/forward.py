"""Hands a command over to the service's program."""

import os
import subprocess
import sys

from oxloop.local import program


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
    command = program.command(*arguments)
    if sys.platform != "win32":
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    # Windows can only pretend to replace a process. Ctrl-C reaches the child by itself there.
    with subprocess.Popen(command) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue
