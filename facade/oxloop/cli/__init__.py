"""The ``oxloop`` command.

What the local service does is forwarded to its own program, which is never imported here.
"""

import os
import sys
from collections.abc import Sequence

_PIPE_CLOSED = 128 + 13
_INTERRUPTED = 128 + 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the ``oxloop`` command.

    Args:
        arguments: The command line without the program's name; the process's own if None.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong use or a missing extra, 130 interrupted, 141 if
        nobody read the output to its end.
    """
    from oxloop.cli import commands

    try:
        try:
            return commands.run(list(sys.argv[1:] if arguments is None else arguments))
        finally:
            if sys.stdout:  # it is None where the caller has closed it
                sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more at its end; that must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
