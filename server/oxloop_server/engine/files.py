"""Data files opened as tables, tenant by tenant: to look one over for the first time takes long."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from oxloop.rules.formats import TableFormat

from oxloop_server.engine.tables import Table, open_table
from oxloop_server.engine.threads import in_thread
from oxloop_server.storage.blobs import Blobs
from oxloop_server.turns import Turns

AT_ONCE = 2
"""Files that are looked over at once, each another tenant's: each has a thread, and there are few.
"""

P = ParamSpec("P")
T = TypeVar("T")


class Files:
    """The data files as tables.

    Args:
        blobs: The data files.
    """

    def __init__(self, blobs: Blobs) -> None:
        self.blobs = blobs
        self._turns = Turns(AT_ONCE)

    async def open(self, tenant_id: str, sha256: str, table_format: TableFormat) -> Table:
        """Open a file.

        Args:
            tenant_id: Whose it is.
            sha256: Its bytes.
            table_format: What it is, as its name in the repository tells.

        Raises:
            BadTable: If it is not such a table.
            Refused: If it is missing, or something else than was kept.
        """
        return await self.in_turn(tenant_id, self._open, sha256, table_format)

    async def in_turn(
        self, tenant_id: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do what goes through a whole file, in a thread.

        Args:
            tenant_id: Whose file it is.
            work: A function.
            args: Its arguments.
            kwargs: Its keyword arguments.
        """
        async with self._turns.turn(tenant_id):
            return await in_thread(work, *args, **kwargs)

    def _open(self, sha256: str, table_format: TableFormat) -> Table:
        return open_table(self.blobs.sound(sha256), table_format)
