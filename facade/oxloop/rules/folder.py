"""Where the local service keeps its files, and the record by which others find it."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from oxloop.rules.errors import RuleError

DEFAULT_PORT = 8600
"""The port that the local service takes when it is free."""


def default_data_dir() -> Path:
    """Return the platform's folder for the local service's data; it need not exist.

    Raises:
        RuleError: If the user's home folder cannot be told.
    """
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else _home() / "AppData" / "Local") / "oxloop"
    if sys.platform == "darwin":
        return _home() / "Library" / "Application Support" / "oxloop"
    share = os.environ.get("XDG_DATA_HOME", "")
    # The XDG base directory specification: a relative path there is to be ignored.
    return (Path(share) if Path(share).is_absolute() else _home() / ".local" / "share") / "oxloop"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The layout of one data folder.

    Attributes:
        path: The folder.
    """

    path: Path

    @property
    def key_file(self) -> Path:
        """The folder key (mode 0600), the only key that is kept in plain."""
        return self.path / "key"

    @property
    def service_file(self) -> Path:
        """The running service's ``ServiceRecord`` (mode 0600)."""
        return self.path / "service.json"

    @property
    def service_lock(self) -> Path:
        """The lock that a service holds all its life."""
        return self.path / "service.lock"

    @property
    def start_lock(self) -> Path:
        """The lock under which clients start, join, leave and stop the service."""
        return self.path / "start.lock"

    @property
    def holders_dir(self) -> Path:
        """One file for each client that joined and has not left."""
        return self.path / "holders"

    @property
    def temporary_file(self) -> Path:
        """Names the instance that is to stop when its last holder leaves."""
        return self.path / "temporary"

    @property
    def database_file(self) -> Path:
        """The SQLite database."""
        return self.path / "oxloop.sqlite3"

    @property
    def files_dir(self) -> Path:
        """Data files, each named by its SHA-256."""
        return self.path / "files"

    @property
    def models_file(self) -> Path:
        """The registered models."""
        return self.path / "models.toml"

    @property
    def models_lock(self) -> Path:
        """The lock under which commands change the registered models."""
        return self.path / "models.lock"

    @property
    def models_dir(self) -> Path:
        """The weights of local models."""
        return self.path / "models"

    @property
    def limits_file(self) -> Path:
        """How much the service takes, where its operator sets that."""
        return self.path / "limits.toml"

    @property
    def log_file(self) -> Path:
        """What a service writes that runs in the background."""
        return self.path / "service.log"


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """What a running service writes into ``service.json``.

    Attributes:
        pid: Its process id.
        port: The TCP port that it listens on.
        host: The address that it listens on, as it was given.
        instance: A random id, new with each start.
        version: The package's version.
    """

    pid: int
    port: int
    host: str
    instance: str
    version: str

    def to_json(self) -> str:
        """Write the record as the text of ``service.json``."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "ServiceRecord":
        """Read the text of a ``service.json``.

        Raises:
            RuleError: If it is not such a record.
        """
        try:
            found = cast(object, json.loads(text))
        except ValueError:
            found = None
        match found:
            case {
                "pid": int(pid),
                "port": int(port),
                "host": str(host),
                "instance": str(instance),
                "version": str(version),
            }:
                return cls(pid=pid, port=port, host=host, instance=instance, version=version)
            case _:
                raise RuleError("service.json is not the record of a service.")


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError as error:
        raise RuleError(
            "Your home folder cannot be told, so there is no default data folder; "
            "say which folder to use."
        ) from error
