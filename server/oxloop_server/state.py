"""What the running service consists of, handed to every handler."""

from typing import TYPE_CHECKING

from attrs import field, frozen
from oxloop.rules.folder import DataFolder

from oxloop_server.auth import Keys
from oxloop_server.limits import Limits
from oxloop_server.storage.blobs import Blobs
from oxloop_server.storage.database import Database

if TYPE_CHECKING:
    # The engine brings the model client with it; nothing here needs it to be loaded.
    from oxloop_server.engine import Engine
    from oxloop_server.models.registry import Registry


@frozen
class Address:
    """Where the service listens, and as which instance.

    Args:
        host: As it was given.
        port: The TCP port, also where any free one was asked for.
        instance: A random id, new with each start.
        version: The package's version.
    """

    host: str
    port: int
    instance: str
    version: str


@frozen
class Service:
    """The running service.

    Args:
        folder: Its data folder.
        address: Where it listens.
        folder_key: The folder's own key, by which the service proves itself.
        keys: Every key that opens it.
        db: The database.
        blobs: The data files.
        registry: The models.
        engine: What runs the evaluations.
        limits: How much it takes.
    """

    folder: DataFolder
    address: Address
    folder_key: str = field(repr=False)
    keys: Keys
    db: Database
    blobs: Blobs
    registry: "Registry"
    engine: "Engine"
    limits: Limits = field(factory=Limits)
