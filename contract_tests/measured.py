"""Where a figure comes from: the command, the commit, the day and how busy the machine was."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

_ROOT = Path(__file__).parent.parent


def measured(command: str, *sources: str) -> str:
    """Say how and when something was measured, as a sentence for a page of results.

    Args:
        command: What was typed.
        sources: The folders that it depends on; without any, the service's.
    """
    load = " ".join(f"{one:.1f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "?"
    commit = _commit(sources or ("server",))
    return (
        f"`{command}` at {commit}, {datetime.now(UTC):%d %B %Y}, on {os.cpu_count()} cores of "
        f"{platform.machine()}, Python {platform.python_version()}, load {load}."
    )


def _commit(sources: tuple[str, ...]) -> str:
    try:
        head = _git("rev-parse", "--short", "HEAD")
        return f"{head} with changes" if _git("status", "--porcelain", *sources) else head
    except (OSError, subprocess.CalledProcessError):
        return "an unknown commit"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
