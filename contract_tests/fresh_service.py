"""A new local service for the contract checks: a model that echoes, and the keys of two tenants."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from attrs import field, frozen
from running_service import Running, add_key
from scripted_model import ScriptedModel

ECHO = "echo"


@frozen
class Fresh:
    """A service that runs.

    Attributes:
        running: The process.
        other_key: A key of another tenant than the folder's own.
        read_key: A key of the folder's own tenant that may only read.
    """

    running: Running
    other_key: str = field(repr=False)
    read_key: str = field(repr=False)

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
        other_key = add_key(folder, "other", "--tenant", "other")
        read_key = add_key(folder, "reader", "--scope", "read")
        running = Running(folder)
        try:
            yield Fresh(running, other_key, read_key)
        finally:
            running.stop()


@contextmanager
def sound_service(folder: Path) -> Generator[Fresh]:
    """The same, which in the end must have made no mistake of its own, and stop well."""
    with fresh_service(folder) as fresh:
        yield fresh
        assert not fresh.faults
        assert fresh.running.stop() == 0
