"""A new local service for the contract checks: a model that echoes, and the keys of two tenants."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from attrs import field, frozen
from oxloop_server.auth import digest
from oxloop_server.stamps import now
from oxloop_server.storage import tenants
from running_service import Running
from scripted_model import ScriptedModel

ECHO = "echo"
OTHER_KEY = "a-key-of-somebody-else"


@frozen
class Fresh:
    """A service that runs.

    Attributes:
        running: The process.
        other_key: A key of another tenant than the folder's own.
    """

    running: Running
    other_key: str = field(repr=False)

    @property
    def faults(self) -> list[str]:
        """What its log says of its own mistakes."""
        words = ("contract violation", "Traceback")
        return [line for line in self.running.log().splitlines() if any(w in line for w in words)]


@contextmanager
def fresh_service(folder: Path) -> Generator[Fresh]:
    """Run a new service in an empty folder.

    Args:
        folder: Its data folder.
    """
    with ScriptedModel() as model:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "models.toml").write_text(
            f'[[models]]\nname = "{ECHO}"\nbase_url = "{model.base_url}"\n'
            f'[[models.matches]]\nprovider = "openai"\nmodel = "{ECHO}"\n'
        )
        # A tenant is a matter of the database: it is there once the service has started once.
        first = Running(folder)
        assert first.stop() == 0
        _add_tenant(first.folder.database_file, "other", OTHER_KEY)
        running = Running(folder)
        try:
            yield Fresh(running, OTHER_KEY)
        finally:
            running.stop()


def _add_tenant(database: Path, name: str, key: str) -> None:
    with closing(sqlite3.connect(database)) as conn, conn:
        conn.row_factory = sqlite3.Row
        tenant = tenants.ensure_tenant(conn, name)
        conn.execute(
            "INSERT INTO api_keys VALUES (?, ?, ?, ?)", (digest(key), tenant.id, name, now())
        )
