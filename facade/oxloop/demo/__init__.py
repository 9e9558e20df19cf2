"""The demo: a small real model says of 72 short reviews whether they praise or complain.

``oxloop demo`` and ``make demo`` run it against the local service; no account is needed.
"""


def main(argv: list[str] | None = None) -> int:
    """Run the demo as a command.

    Args:
        argv: The arguments after ``demo``; the process's own when None.

    Returns:
        The exit code: 0 done, 1 failed or below the bar, 2 wrong use or a missing extra,
        130 interrupted.
    """
    # Loaded when called: the scoring and the reviews are of use without a client.
    from oxloop.demo.program import main as run

    return run(argv)
