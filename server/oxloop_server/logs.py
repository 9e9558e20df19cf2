"""What the service writes to its log: one line a record, as text or as JSON."""

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Literal

from attrs import frozen

Format = Literal["text", "json"]

KEPT = 3
"""How many older logs are kept."""

_FORMATTER = logging.Formatter()
_SETTING_ASIDE = Lock()

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Which request a record belongs to. A run's records belong to the one that started it."""


def set_up(form: Format, file: Path, most: int) -> None:
    """Write the log to standard error from now on.

    Args:
        form: How a record is written.
        file: The data folder's log. Where standard error goes there, it is set aside when it has
            grown too large.
        most: How many bytes it may grow to.
    """
    handler = _Stderr(_json if form == "json" else _text, file, most)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # What uvicorn says of its own start and stop is said elsewhere already.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def info(logger: str, message: str, values: Mapping[str, object]) -> None:
    """Write a line as a logger would, at a third of its cost: each request has one.

    Args:
        logger: The logger's name.
        message: The message.
        values: What JSON has of it besides.
    """
    line = Line(time.time(), "INFO", logger, message, request_id.get(), values)
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _Stderr):
            handler.write(line)


@frozen
class Line:
    """A line of the log.

    Args:
        created: When, in seconds since 1970.
        level: How grave it is.
        logger: Who says it.
        message: What is said.
        request: The request that it is about, if it is.
        values: Further values, which JSON has.
        exception: What went wrong, with where it did.
    """

    created: float
    level: str
    logger: str
    message: str
    request: str | None = None
    values: Mapping[str, object] = {}
    exception: str | None = None


def _text(line: Line) -> str:
    moment = f"{_clock(int(line.created))},{int(line.created * 1000) % 1000:03d}"
    text = f"{moment} {line.level} {line.logger}: {line.message}"
    if line.request is not None:
        text += f" [{line.request}]"
    return text if line.exception is None else f"{text}\n{line.exception}"


@lru_cache(maxsize=2)
def _clock(second: int) -> str:
    # A busy second has thousands of lines.
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))


def _json(line: Line) -> str:
    moment = datetime.fromtimestamp(line.created, UTC)
    values: dict[str, object] = {
        "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": line.level,
        "logger": line.logger,
        "message": line.message,
    }
    if line.request is not None:
        values["request"] = line.request
    values.update(line.values)
    if line.exception is not None:
        values["exception"] = line.exception
    return json.dumps(values, ensure_ascii=False, default=str)


class _Stderr(logging.Handler):
    """Standard error; where that is the data folder's log, old lines are set aside in time."""

    def __init__(self, form: Callable[[Line], str], file: Path, most: int) -> None:
        super().__init__()
        self._form = form
        self._file = file
        self._most = most
        self._is_file = _leads_to(2, file)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            exception = record.exc_info and _FORMATTER.formatException(record.exc_info)
            self.write(
                Line(
                    record.created,
                    record.levelname,
                    record.name,
                    record.getMessage(),
                    request_id.get(),
                    exception=exception or None,
                )
            )
        except Exception:
            self.handleError(record)

    def write(self, line: Line) -> None:
        """Write a line."""
        text = self._form(line)
        with suppress(OSError, ValueError):  # nobody may be there to read it
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
        if self._is_file and os.fstat(2).st_size > self._most:
            with _SETTING_ASIDE:
                self._look()

    def _look(self) -> None:
        if os.fstat(2).st_size <= self._most:
            return  # another thread has done it
        try:
            self._set_aside()
        except OSError as error:
            # The log goes on where it is; to say so here would come back here.
            self._is_file = False
            print(f"The log {self._file} stays one file: {error}", file=sys.stderr)

    def _set_aside(self) -> None:
        sources = [descriptor for descriptor in (1, 2) if _leads_to(descriptor, self._file)]
        for number in range(KEPT - 1, 0, -1):
            older = self._older(number)
            if older.exists():
                older.replace(self._older(number + 1))
        self._file.replace(self._older(1))
        fresh = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for descriptor in sources:
            os.dup2(fresh, descriptor)
        os.close(fresh)

    def _older(self, number: int) -> Path:
        return self._file.with_name(f"{self._file.name}.{number}")


def _leads_to(descriptor: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except OSError:
        return False
