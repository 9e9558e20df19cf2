"""What differs between the APIs in running an evaluation; everything else is the engine's."""

import sqlite3
from collections.abc import Sequence
from typing import Protocol

from attrs import field, frozen
from attrs.converters import optional

from oxloop_server.models.client import Prompt
from oxloop_server.models.model import Model
from oxloop_server.problems import brief
from oxloop_server.storage.runs import RowOutcome

UNEXPECTED = "An unexpected error kept this row from an answer; the service's log says more."
"""The error of a row that fails by no fault of the model's or the sender's."""


@frozen
class RowCall:
    """The model call of one row.

    Args:
        index: The row's place, from 0.
        prompt: What to ask; None if that cannot be said.
        error: Why not.
    """

    index: int
    prompt: Prompt | None = None
    error: str | None = field(default=None, converter=optional(brief))


class Job(Protocol):
    """A run as the engine sees it: where its rows come from, and what becomes of the answers.

    A job is made anew after each start of the service; it keeps nothing that the database does
    not have.
    """

    @property
    def model(self) -> Model | None:
        """The model that answers, as it is registered now; None if the client brings the answers.

        Raises:
            Refused: If there is none any more, or ``models.toml`` is broken.
            KeyMissing: If its key came with the run, and is gone.
        """
        ...

    @property
    def total(self) -> int:
        """How many rows the run has."""
        ...

    @property
    def batch_size(self) -> int:
        """How many rows to claim at a time."""
        ...

    async def calls(self, indices: Sequence[int]) -> Sequence[RowCall]:
        """What to ask for some rows.

        Args:
            indices: Ascending, and behind all those of earlier calls.
        """
        ...

    def keep(self, conn: sqlite3.Connection, outcomes: Sequence[RowOutcome]) -> None:
        """Record what became of rows, in the caller's transaction; again if that failed."""
        ...

    def kept(self, outcomes: Sequence[RowOutcome]) -> None:
        """Let go of what ``keep`` needed, whose transaction is committed."""
        ...

    def answered(self, conn: sqlite3.Connection) -> bool:
        """Move the run on, whose rows are all answered or asked of nobody.

        Returns:
            Whether there is something left to do: ``finish``.
        """
        ...

    async def finish(self) -> None:
        """Do what is to be done and complete the run, both in one transaction.

        It is called again if the service dies before that transaction is committed.
        """
        ...

    async def close(self) -> None:
        """Let go of open files; called once, whatever happened."""
        ...
