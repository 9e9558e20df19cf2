"""How much the service takes: each limit a setting of the operator's.

The file ``limits.toml`` of the data folder sets them for good; ``oxloop serve --limit NAME=VALUE``
goes before it, for one start.

```toml
upload = "20 GiB"
connections = 256
body_seconds = 10
```
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from attrs import Attribute, evolve, field, fields, frozen
from oxloop.rules.errors import RuleError

Unit = Literal["bytes", "seconds", "number"]

LEAST = 1 << 10
"""Bytes that must come of a body, or be taken of an answer, in the time that either has."""

PAGE_BYTES = 64 << 20
"""What the rows of one answer may hold, which are in memory several times until it is taken."""

_SIZES = {"": 1, "B": 1, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40}
_SIZE = re.compile(r"([0-9]{1,15}) ?([A-Za-z]*)")
_WHOLE = re.compile(r"[0-9]{1,15}")
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


def _limit(default: float, unit: Unit, what: str, least: float = 1) -> Any:
    return field(default=default, metadata={"unit": unit, "what": what, "least": least})


@frozen
class Limits:
    """How much the service takes; ``table`` says what each limit is of."""

    json_body: int = _limit(8 << 20, "bytes", "a JSON body", least=1 << 10)
    json_bodies: int = _limit(
        256 << 20,
        "bytes",
        "JSON bodies of requests under way, those above 64 KiB together; beyond it the slowest is "
        "refused",
        least=1 << 20,
    )
    upload: int = _limit(4 << 30, "bytes", "an uploaded file")
    form_field: int = _limit(64 << 10, "bytes", "a text field of an upload's form", least=1 << 10)
    rows: int = _limit(10_000_000, "number", "rows of one evaluation, or datapoints of one dataset")
    header_bytes: int = _limit(
        64 << 10, "bytes", "a request's first line and headers", least=1 << 10
    )
    header_count: int = _limit(100, "number", "headers of a request", least=10)
    connections: int = _limit(1000, "number", "connections open at once", least=4)
    untaken_answers: int = _limit(
        512 << 20,
        "bytes",
        "answers that clients have yet to take, together; beyond it the slowest is cut off",
        least=1 << 20,
    )
    header_seconds: float = _limit(
        10.0, "seconds", "until a request's headers are there", least=0.1
    )
    body_seconds: float = _limit(
        30.0,
        "seconds",
        "in which less than 1 KiB of a request's body comes, or of an answer is taken",
        least=0.1,
    )
    idle_seconds: float = _limit(
        30.0, "seconds", "that a connection stays open without a request", least=0.1
    )
    stop_seconds: float = _limit(
        10.0, "seconds", "that requests and model calls under way get to end at a stop", least=0
    )
    log_bytes: int = _limit(
        10 << 20, "bytes", "service.log, before it is set aside as service.log.1", least=1 << 10
    )


@frozen
class Limit:
    """One limit, for people to read.

    Args:
        name: Its name, as it stands in ``limits.toml``.
        value: What it is set to.
        unit: What it counts.
        what: What it is a limit of.
    """

    name: str
    value: float
    unit: Unit
    what: str

    @property
    def words(self) -> str:
        """Its value as people write it: ``8 MiB``, ``30 s``, ``100``."""
        match self.unit:
            case "bytes":
                return size_words(int(self.value))
            case "seconds":
                return f"{self.value:g} s"
            case "number":
                return f"{self.value:,}"


def table(limits: Limits) -> list[Limit]:
    """Every limit with its value, in the order of this page."""
    return [
        Limit(one.name, getattr(limits, one.name), one.metadata["unit"], one.metadata["what"])
        for one in fields(Limits)
    ]


def read_limits(file: Path, given: Iterable[str] = ()) -> Limits:
    """Read the limits of a service.

    Args:
        file: ``limits.toml``; it need not exist.
        given: ``NAME=VALUE`` each, which go before the file.

    Raises:
        RuleError: If the file or one of them cannot be understood.
    """
    limits = _set(Limits(), _file(file), f"the file {file}")
    settings: dict[str, object] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise RuleError(f"--limit takes NAME=VALUE, such as upload=20GiB; '{one}' is not that.")
        settings[name.strip()] = value.strip()
    return _set(limits, settings, "--limit")


def size_words(size: int) -> str:
    """A number of bytes as people write it: ``8 MiB``."""
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit and size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} bytes"


def _file(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise RuleError(f"The file {file} cannot be used: {error}.") from error


def _set(limits: Limits, settings: Mapping[str, object], where: str) -> Limits:
    known = {one.name: one for one in fields(Limits)}
    values: dict[str, Any] = {}
    for name, given in settings.items():
        if name not in known:
            raise RuleError(
                f"There is no limit '{name}' (in {where}); there are: {', '.join(known)}."
            )
        values[name] = _value(known[name], given, where)
    return evolve(limits, **values)


def _value(limit: "Attribute[Any]", given: object, where: str) -> float:
    unit: Unit = limit.metadata["unit"]
    least: float = limit.metadata["least"]
    read, kind, example = _UNITS[unit]
    # A TOML number and the same number as text mean the same.
    number = read(str(given))
    if number is None or number < least:
        raise RuleError(
            f"The limit {limit.name} (in {where}) is {kind}, {least:g} or more, such as {example}; "
            f"'{given}' is not."
        )
    return number


def _size(text: str) -> int | None:
    found = _SIZE.fullmatch(text)
    unit = None if found is None else _SIZES.get(found[2].upper())
    return None if found is None or unit is None else int(found[1]) * unit


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) else None


def _seconds(text: str) -> float | None:
    return float(text) if _SECONDS.fullmatch(text) else None


_UNITS: dict[Unit, tuple[Callable[[str], float | None], str, str]] = {
    "bytes": (_size, "a number of bytes", "65536 or '64 KiB'"),
    "seconds": (_seconds, "a number of seconds", "30 or 0.5"),
    "number": (_whole, "a whole number", "1000"),
}
