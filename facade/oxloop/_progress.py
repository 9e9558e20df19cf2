"""Shows how far a run has come: a bar on a terminal, a line now and then in a log."""

import io
import shutil
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

from oxloop._time import Time

if TYPE_CHECKING:
    from oxloop.runs import RunState

_LINE_EVERY: Final = 15.0
"""Seconds between two lines in a log while the status stays the same."""
_BAR: Final = range(8, 31)
"""Columns that a bar may have."""
_WORDS: Final = 46
"""Columns kept for the words, so that the bar does not jump when they grow."""


@contextmanager
def reporter(
    wanted: bool, time: Time, stream: TextIO | None = None
) -> Generator[Callable[["RunState"], None], None, None]:
    """Give a function that shows a run; it does nothing if nobody wants it.

    Args:
        wanted: Whether to show anything.
        time: The clock.
        stream: Where to show it; stderr by default.
    """
    target: TextIO = stream or sys.stderr or io.StringIO()  # without a console there is no stderr
    if not wanted:
        yield lambda run: None  # noqa: ARG005 - nobody looks
    elif target.isatty():
        bar = _Bar(target, time)
        try:
            yield bar.show
        finally:
            bar.end()
    else:
        yield _Lines(target, time).show


def describe(run: "RunState", seconds: float) -> str:
    """Return a run's state as words: status, rows, part, time, and what it waits for."""
    words = [f"{run.status:<10}"]
    if run.progress is not None:
        words.append(f"{run.progress.done}/{run.progress.total}")
        words.append(f"{100 * run.progress.fraction:3.0f} %")
    words.append(_duration(seconds))
    if run.error is not None and not run.is_final:
        words.append(f"waits: {run.error}")
    return "  ".join(words)


class _Bar:
    """One line of a terminal, written over again and again."""

    def __init__(self, stream: TextIO, time: Time) -> None:
        self._stream = stream
        self._time = time
        self._started = time.monotonic()
        self._shown = False

    def show(self, run: "RunState") -> None:
        words = describe(run, self._time.monotonic() - self._started)
        columns = shutil.get_terminal_size().columns
        width = min(_BAR[-1], columns - _WORDS)
        bar = ""
        if width in _BAR and run.progress is not None:
            full = round(width * run.progress.fraction)
            bar = f"[{'#' * full}{'.' * (width - full)}] "
        self._stream.write(f"\r{bar}{words}"[:columns] + "\x1b[K")
        self._stream.flush()
        self._shown = True

    def end(self) -> None:
        if self._shown:
            self._stream.write("\n")
            self._stream.flush()


class _Lines:
    """Plain lines: at each new status or reason to wait, and now and then in between."""

    def __init__(self, stream: TextIO, time: Time) -> None:
        self._stream = stream
        self._time = time
        self._started = time.monotonic()
        self._shown: tuple[str, str | None] | None = None
        self._last = self._started

    def show(self, run: "RunState") -> None:
        now = self._time.monotonic()
        state = run.status, run.error
        if state == self._shown and now - self._last < _LINE_EVERY:
            return
        self._shown, self._last = state, now
        self._stream.write(f"evaluation {run.id}: {describe(run, now - self._started)}\n")
        self._stream.flush()


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
