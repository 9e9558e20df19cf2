"""What the resources of all APIs share: where they ask, and options of their own."""

from copy import copy
from typing import Generic, Self, TypeVar, Unpack

from oxloop._drivers import AsyncDriver, SyncDriver
from oxloop._flow import Core
from oxloop._options import Options, changed
from oxloop._public import PublicDir

D = TypeVar("D", SyncDriver, AsyncDriver)


class _Resource(PublicDir, Generic[D]):
    """A part of an API: its methods ask the server in the way that the client does.

    Args:
        core: The client's settings.
        driver: Carries out what the methods ask for, in a thread or in a task.
    """

    def __init__(self, core: Core, driver: D) -> None:
        self._core = core
        self._driver: D = driver

    def with_options(self, **options: Unpack[Options]) -> Self:
        """Return the same resource with other options, for one call or for several.

        Args:
            options: As for the client's ``with_options``.

        Example:
            >>> oxen.files.with_options(total_timeout=600).list("ox/support")
        """
        changed_copy = copy(self)
        changed_copy._core = changed(self._core, options)
        return changed_copy


class SyncResource(_Resource[SyncDriver]):
    """A part of an API for threads."""


class AsyncResource(_Resource[AsyncDriver]):
    """A part of an API for the tasks of one event loop."""
