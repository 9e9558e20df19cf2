"""What requests look up again and again and what seldom changes, held until it does."""

from collections.abc import Hashable

TABLES = (
    "hl_projects",
    "hl_configs",
    "hl_evaluators",
    "hl_evaluator_versions",
    "hl_datasets",
    "hl_dataset_versions",
)
"""The tables that define what runs are made of; a change in one of them ends what is held."""

MOST_BYTES = 1 << 20
"""Bytes of all that is held, as JSON; in memory it takes several times as much."""

LARGEST = 1 << 16
"""Bytes of the largest thing that is held."""

_BESIDE = 1 << 10
"""About what one takes beside its JSON."""


class Definitions:
    """What one connection has found in those tables."""

    def __init__(self) -> None:
        self._version: int | None = None
        self._found: dict[Hashable, object] = {}
        self._bytes = 0

    def find(self, place: Hashable, version: int) -> object | None:
        """What was looked up, if it still is what the tables say.

        Args:
            place: What is looked up.
            version: SQLite's ``data_version``: another one after a write of any other connection.
        """
        if version != self._version:
            self.forget()
            self._version = version
        return self._found.get(place)

    def keep(self, place: Hashable, found: object, size: int) -> None:
        """Hold what was looked up just now, after it was not found here.

        Args:
            place: What was looked up.
            found: What it is.
            size: About its bytes, as JSON.
        """
        if size > LARGEST:
            return
        if self._bytes + size + _BESIDE > MOST_BYTES:
            self.forget()
        self._found[place] = found
        self._bytes += size + _BESIDE

    def forget(self) -> None:
        """The connection has changed the tables itself, or has taken such a change back."""
        self._found.clear()
        self._bytes = 0
