"""Where a client sends its requests, and with which key and time limits."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from attrs import field, frozen

from oxloop._secret import Secret
from oxloop.errors import ConfigurationError

OXEN_HUB: Final = "https://hub.oxen.ai"
HUMANLOOP_HOST: Final = "api.humanloop.com"
LOCAL: Final = "http://127.0.0.1:8600"

LIVE_HOSTS: Final = frozenset({"hub.oxen.ai", "dev.hub.oxen.ai", HUMANLOOP_HOST})
"""Hosts that are never asked for extensions."""

DEFAULT_TOTAL: Final = 120.0
"""Seconds that a call may take with all its attempts."""

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def _positive(_: object, attribute: Any, value: float) -> None:
    if not value > 0:
        raise ConfigurationError(
            f"The time limit {attribute.name} is {value!r}; give seconds above 0."
        )


@frozen
class Timeout:
    """How long a single step of a request may take without any progress, in seconds.

    The time for a whole call is another matter: ``total_timeout``.

    Attributes:
        connect: To be connected.
        read: Until the next byte of the answer.
        write: Until the next byte of the request is taken.
    """

    connect: float = field(default=5.0, validator=_positive)
    read: float = field(default=30.0, validator=_positive)
    write: float = field(default=30.0, validator=_positive)

    @classmethod
    def of(cls, value: "float | Timeout") -> "Timeout":
        """Read a plain number of seconds as the limit of each step."""
        if isinstance(value, Timeout):
            return value
        return cls(connect=min(cls().connect, value), read=value, write=value)


DEFAULT_TIMEOUT: Final = Timeout()


@frozen(kw_only=True)
class Target:
    """An API at an address, and the key to it.

    Attributes:
        base_url: The address without a trailing slash; paths of the API come behind it.
        key: The key.
        header: The header that carries the key.
        scheme: What stands before the key in that header.
    """

    base_url: str
    key: Secret
    header: str = "Authorization"
    scheme: str = "Bearer "

    def credentials(self) -> dict[str, str]:
        """Return the header that proves who asks."""
        return {self.header: self.scheme + self.key.reveal()}

    @property
    def is_live(self) -> bool:
        """Whether this is a hosted service, which has no extensions of ours."""
        return (urlsplit(self.base_url).hostname or "") in LIVE_HOSTS


def origin(url: str) -> tuple[str, str, int | None]:
    """Return what has to be the same for a key to be sent along: scheme, host and port."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme)


def oxen_target(
    api_key: str | None, base_url: str | None, environ: Mapping[str, str] | None = None
) -> Target:
    """Find the address and the key of Oxen's API.

    The address is the argument, ``OXEN_BASE_URL``, or Oxen's hub. The key is the argument,
    ``OXEN_API_KEY``, or what Oxen's own ``auth_config.toml`` holds for the address's host.

    Args:
        api_key: The key, if the caller gave one.
        base_url: The address, if the caller gave one.
        environ: The environment; by default that of the process.

    Raises:
        ConfigurationError: If there is no key, naming every place that was looked at, or if one
            of them holds something unusable.
    """
    environ = os.environ if environ is None else environ
    example = f"{OXEN_HUB} or {LOCAL}"
    address = (
        _address(base_url, environ, "OXEN_BASE_URL", dropped="/api", example=example) or OXEN_HUB
    )
    if api_key is not None:
        return Target(base_url=address, key=_key(api_key, "api_key="))
    if environ.get("OXEN_API_KEY"):
        return Target(base_url=address, key=_key(environ["OXEN_API_KEY"], "OXEN_API_KEY"))
    file = _oxen_config_folder(environ) / "auth_config.toml"
    token, finding = _oxen_token(file, address)
    if token is None:
        raise ConfigurationError(
            f"No API key for {address}. Looked at: the argument api_key= (not given); the "
            f"environment variable OXEN_API_KEY (not set); {file} ({finding}). Give one of them, "
            "or use Oxen.local(), which needs no account."
        )
    return Target(base_url=address, key=_key(token, str(file)))


def humanloop_target(
    api_key: str | None, base_url: str | None, environ: Mapping[str, str] | None = None
) -> Target:
    """Find the address and the key of a service that answers Humanloop's API.

    The address is the argument or ``HUMANLOOP_BASE_URL``; there is no usual one, as Humanloop's
    own is gone. The key is the argument or ``HUMANLOOP_API_KEY``.

    Args:
        api_key: The key, if the caller gave one.
        base_url: The address, if the caller gave one.
        environ: The environment; by default that of the process.

    Raises:
        ConfigurationError: If there is no address or no key, or if one of them is unusable.
    """
    environ = os.environ if environ is None else environ
    address = _address(base_url, environ, "HUMANLOOP_BASE_URL", dropped="/v4", example=LOCAL)
    if address is None or urlsplit(address).hostname == HUMANLOOP_HOST:
        found = "No address is given." if address is None else f"Nobody answers at {address}."
        raise ConfigurationError(
            f"{found} Humanloop's own service was switched off on 2025-09-08. Use "
            "Humanloop.local(), which starts a service on this machine that answers the same, or "
            "give the address of one with base_url= or HUMANLOOP_BASE_URL."
        )
    if api_key is not None:
        key = _key(api_key, "api_key=")
    elif environ.get("HUMANLOOP_API_KEY"):
        key = _key(environ["HUMANLOOP_API_KEY"], "HUMANLOOP_API_KEY")
    else:
        raise ConfigurationError(
            f"No API key for {address}. Looked at: the argument api_key= (not given); the "
            "environment variable HUMANLOOP_API_KEY (not set). Give one of them, or use "
            "Humanloop.local(), which needs no account."
        )
    return Target(base_url=address, key=key, header="X-API-KEY", scheme="")


def _address(
    argument: str | None,
    environ: Mapping[str, str],
    variable: str,
    *,
    dropped: str,
    example: str,
) -> str | None:
    """The address that was given, checked and without what the API's paths begin with."""
    value, place = (
        (argument, "base_url=") if argument is not None else (environ.get(variable), variable)
    )
    if not value and argument is None:
        return None
    value = (value or "").strip()
    try:
        parts = urlsplit(value)
        usable = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, usable = None, False
    if parts is None or not usable:
        raise ConfigurationError(
            f"The address {_shown(value)!r} in {place} is not usable; write it like {example}."
        )
    if parts.username is not None or parts.query or parts.fragment:
        raise ConfigurationError(
            f"The address in {place} holds more than scheme, host, port and path. "
            "A key goes into api_key=, not into the address."
        )
    return value.rstrip("/").removesuffix(dropped).rstrip("/")


def _shown(address: str) -> str:
    """An address fit for an error: without anything that might be a password or a key."""
    return address.split("@")[-1].split("?")[0]


def _key(value: str, place: str) -> Secret:
    """A key, refused if it cannot stand in a header; the message does not show it."""
    value = value.strip()
    if not value:
        raise ConfigurationError(f"The API key in {place} is empty.")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ConfigurationError(
            f"The API key in {place} holds characters that no key has (blanks, line breaks or "
            "letters outside ASCII); copy it again."
        )
    return Secret(value)


def _oxen_config_folder(environ: Mapping[str, str]) -> Path:
    """Where Oxen's own tools keep their settings."""
    given = environ.get("OXEN_CONFIG_DIR")
    return Path(given) if given else Path.home() / ".config" / "oxen"


def oxen_user(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the ``name`` and ``email`` that Oxen's own tools commit with, as far as they are set.

    Args:
        environ: The environment, which may name the folder of Oxen's settings.
    """
    import tomllib

    folder = _oxen_config_folder(os.environ if environ is None else environ)
    file = folder / "user_config.toml"
    try:
        settings: dict[str, object] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # a setting of another tool: without it, a commit is as good
        return {}
    found = {name: settings.get(name) for name in ("name", "email")}
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


def _oxen_token(file: Path, address: str) -> tuple[str | None, str]:
    """The token that stands under the address's host, or None and what was found instead."""
    import tomllib

    try:
        settings: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, "there is no such file"
    except OSError as error:
        return None, f"not readable: {error.strerror}"
    except ValueError:  # not TOML, or not UTF-8; the cause might show a token
        raise ConfigurationError(
            f"{file} is not valid TOML; mend it, set OXEN_API_KEY, or give api_key=."
        ) from None
    entries: object = settings.get("host_configs")
    for entry in cast("list[object]", entries) if isinstance(entries, list) else []:
        match entry:
            case {"host": str(host), "auth_token": str(token)} if token and _is_host(host, address):
                return token, ""
            case _:
                pass
    return None, f"holds no token for {urlsplit(address).netloc}"


def _is_host(entry: str, address: str) -> bool:
    """Whether a config file's host, which has no scheme, is exactly that of the address."""
    scheme = urlsplit(address).scheme
    try:
        return origin(f"{scheme}://{entry}") == origin(address)
    except ValueError:
        return False
