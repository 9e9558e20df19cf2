"""Keeps exchanges as files, without the keys, and reads them again.

Each exchange is a JSON file of its own: what was asked, and what was answered. A body is kept as
text where it is UTF-8, or else in base64.
"""

import itertools
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from oxloop_contract.exchange import Exchange
from oxloop_contract.verify import CannotRun

REDACTED: Final = "REDACTED"
"""Stands in the place of what is left out."""

_SENT = frozenset({"accept", "accept-encoding", "content-type", "idempotency-key", "user-agent"})
# A key stands in one of these; which of them, the judge looks at.
_SECRET = frozenset({"authorization", "x-api-key", "x-key", "cookie", "set-cookie"})
_FIELDS = re.compile(r"api_?keys?|access_?token|authorization|password|secret", re.IGNORECASE)
_SIGNED = re.compile(
    r"([?&][\w.~-]*(?:token|signature|credential|api_?key|secret)[\w.~-]*=)[^&\s\"'\\]+",
    re.IGNORECASE,
)


class Recorder:
    """Keeps every exchange that it sees.

    Args:
        folder: Where; it is made if it is not there.
        keys: The keys in use. They are left out wherever they stand.
        part: Begins the names of the files, where several record into one folder.

    Raises:
        CannotRun: The folder cannot be made.
    """

    def __init__(self, folder: Path, keys: Sequence[str], part: str = "exchange") -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotRun(f"{folder} cannot be made to record into: {error}") from error
        self._folder = folder
        self._keys = keys
        self._part = part
        self._numbers = itertools.count(1)

    def see(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        name = f"{self._part}-{next(self._numbers):06}.json"
        text = json.dumps(written(exchange, self._keys), indent=1, ensure_ascii=False)
        (self._folder / name).write_text(text + "\n", "utf-8")


def written(exchange: Exchange, keys: Sequence[str]) -> Mapping[str, Any]:
    """Return an exchange as its file has it.

    Args:
        exchange: The exchange.
        keys: The keys that are left out wherever they stand.
    """
    # A key that was cut or turned round, to see it refused, is as telling as the key.
    hidden = [one for key in keys for one in (key, key[:-1], key[::-1]) if len(one) > 3]
    sent = {name: value for name, value in exchange.headers.items() if name in _SENT | _SECRET}
    return {
        "request": {
            "method": exchange.method,
            "target": _clean(exchange.target, hidden),
            "headers": _headers(sent, hidden),
            **_body(exchange.content, hidden),
        },
        "response": {
            "status": exchange.status,
            "headers": _headers(exchange.answer_headers, hidden),
            **_body(exchange.answer, hidden),
        },
    }


def _headers(headers: Mapping[str, str], hidden: Sequence[str]) -> dict[str, str]:
    # The scheme before a key is no secret, and the judge asks for it.
    return {
        name: ("Bearer " if value.startswith("Bearer ") else "") + REDACTED
        if name in _SECRET
        else _clean(value, hidden)
        for name, value in sorted(headers.items())
    }


def _body(content: bytes, hidden: Sequence[str]) -> dict[str, str]:
    if not content:
        return {}
    for secret in hidden:
        content = content.replace(secret.encode(), REDACTED.encode())
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(content).decode()}
    return {"text": _clean(_without_fields(text), hidden)}


def _without_fields(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    cleaned = _redacted(value)
    return text if cleaned == value else json.dumps(cleaned, ensure_ascii=False)


def _redacted(value: Any, secret: bool = False) -> Any:
    if isinstance(value, dict):
        return {
            name: _redacted(inner, secret or bool(_FIELDS.search(name)))
            for name, inner in cast(Mapping[str, Any], value).items()
        }
    if isinstance(value, list):
        return [_redacted(one, secret) for one in cast(Sequence[Any], value)]
    return REDACTED if secret and isinstance(value, str) and value else value


def _clean(text: str, hidden: Sequence[str]) -> str:
    for secret in hidden:
        text = text.replace(secret, REDACTED)
    return _SIGNED.sub(rf"\g<1>{REDACTED}", text)


def recorded(folder: Path) -> Iterator[tuple[str, Exchange]]:
    """Yield the exchanges of a folder, each with the name of its file, in order.

    Args:
        folder: A folder that a ``Recorder`` kept exchanges in.

    Raises:
        CannotRun: There is no such folder, nothing in it, or a file that is none of these.
    """
    if not folder.is_dir():
        raise CannotRun(f"there is no folder {folder}: record one with --record")
    files = sorted(folder.glob("*.json"))
    if not files:
        raise CannotRun(f"{folder} holds no recorded exchange (*.json)")
    for file in files:
        try:
            yield file.name, read(json.loads(file.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise CannotRun(f"{file} is no recorded exchange: {error!r}") from error


def read(said: Any) -> Exchange:
    """Return the exchange that a file tells of.

    Raises:
        KeyError: Something is missing.
        ValueError: Something is not what it should be.
    """
    request, response = said["request"], said["response"]
    return Exchange(
        str(request["method"]),
        str(request["target"]),
        {str(name).lower(): str(value) for name, value in request["headers"].items()},
        _content(request),
        int(response["status"]),
        {str(name).lower(): str(value) for name, value in response["headers"].items()},
        _content(response),
    )


def _content(said: Mapping[str, Any]) -> bytes:
    if "base64" in said:
        return b64decode(said["base64"], validate=True)
    return str(said.get("text", "")).encode()
