"""What the service writes to its log: one line a record, as text or as JSON."""

import json
import logging
import os
import sys
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TextIO

Format = Literal["text", "json"]

KEPT = 3
"""How many older logs are kept."""

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
    # Nothing here is ever written, and to find it out takes a third of what a line costs.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    # (So says the documentation of logging.)
    logging._srcfile = None  # pyright: ignore[reportPrivateUsage]
    handler = _Stderr(file, most)
    handler.addFilter(_with_request)
    handler.setFormatter(_Json() if form == "json" else _Text())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # What uvicorn says of its own start and stop is said elsewhere already.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def _with_request(record: logging.LogRecord) -> bool:
    record.request = request_id.get()
    return True


class _Text(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._second = (0, "")

    # The names are logging's.
    def formatTime(  # noqa: N802
        self,
        record: logging.LogRecord,
        datefmt: str | None = None,  # noqa: ARG002
    ) -> str:
        # A busy second has thousands of records.
        second = int(record.created)
        if second != self._second[0]:
            self._second = second, time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))
        return f"{self._second[1]},{int(record.msecs):03d}"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        line = super().formatMessage(record)
        request: str | None = record.__dict__.get("request")
        return line if request is None else f"{line} [{request}]"


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        values: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request: str | None = record.__dict__.get("request")
        if request is not None:
            values["request"] = request
        values.update(record.__dict__.get("values", {}))
        if record.exc_info:
            values["exception"] = self.formatException(record.exc_info)
        return json.dumps(values, ensure_ascii=False, default=str)


class _Stderr(logging.StreamHandler[TextIO]):
    """Standard error; where that is the data folder's log, old lines are set aside in time."""

    def __init__(self, file: Path, most: int) -> None:
        super().__init__(sys.stderr)
        self._file = file
        self._most = most
        self._is_file = _leads_to(2, file)

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        if self._is_file and os.fstat(2).st_size > self._most:
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
