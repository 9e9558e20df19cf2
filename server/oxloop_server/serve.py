"""`oxloop serve`: one process that owns a data folder and listens on a port until told to stop."""

import asyncio
import gc
import logging
import math
import os
import shlex
import signal
import socket
import sqlite3
import threading
import uuid
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from attrs import field, frozen
from oxloop.rules.folder import DataFolder, ServiceRecord, default_data_dir
from oxloop.rules.locks import FileLock

from oxloop_server import auth, folder, logs, stamps
from oxloop_server.errors import APIS
from oxloop_server.limits import Limits, read_limits
from oxloop_server.loopback import is_loopback
from oxloop_server.problems import StartError
from oxloop_server.state import Address, Service
from oxloop_server.storage import dump, keys, tenants
from oxloop_server.storage.blobs import Blobs
from oxloop_server.storage.database import Database, UnusableDatabase
from oxloop_server.storage.keys import ApiKey
from oxloop_server.versions import version

logger = logging.getLogger(__name__)

GARBAGE = 10_000
"""Objects made, beyond those that went, after which garbage is looked for among the new ones."""

SHORTEST_KEY = 16
"""Characters of a key of the operator's choice, where strangers can try keys."""

FILES_BESIDE = 512
"""Files that the service opens beside its connections: the database, data, calls to models."""


@frozen
class Options:
    """What `oxloop serve` was told.

    Args:
        host: The address to listen on.
        port: The TCP port; 0 means any free one.
        data: The data folder.
        api_key: A key that opens the service beside the folder's own; None if there is none.
        limits: What ``--limit`` set, ``NAME=VALUE`` each.
        log_format: How the log is written.
        durable: Whether a commit waits for the disk, so that even a power cut loses nothing.
        in_processes: Whether Python evaluators run in processes, and not in the sandbox.
        seed: What ids and times follow from, for tests; None for chance and the clock.
    """

    host: str
    port: int
    data: Path
    api_key: str | None = field(default=None, repr=False)
    limits: Sequence[str] = ()
    log_format: logs.Format = "text"
    durable: bool = False
    in_processes: bool = False
    seed: str | None = None


def run(options: Options) -> None:
    """Serve until a signal says stop.

    Raises:
        StartError: If the service cannot start.
        RuleError: If a limit cannot be understood.
    """
    os.umask(0o077)
    home = folder.prepare(options.data)
    _check(options, home)
    limits = read_limits(home.limits_file, options.limits)
    logs.set_up(options.log_format, home.log_file, limits.log_bytes)
    _allow_files(limits.connections)
    lock = FileLock(home.service_lock)
    with _starting(home):
        if not lock.acquire(blocking=False):
            raise StartError(_served_already(home))
    try:
        with _starting(home):
            key = folder.ensure_key(home)
        with _listen(options.host, options.port) as listener:
            address = Address(options.host, listener.getsockname()[1], uuid.uuid4().hex, version())
            _serve(home, address, key, options, limits, listener)
    finally:
        lock.release()


def _check(options: Options, home: DataFolder) -> None:
    key = options.api_key
    if key is not None and not (key.isascii() and key.isprintable() and key.split() == [key]):
        raise StartError("An API key is printable ASCII text without blanks; this one is not.")
    if is_loopback(options.host):
        return
    if key is not None and len(key) < SHORTEST_KEY:
        raise StartError(
            f"{options.host} can be reached from other machines, so a key of your choice needs "
            f"{SHORTEST_KEY} characters at least: give a longer one, or have one made with "
            "'oxloop key add NAME'."
        )
    if key is not None or keys.any_added(home.database_file):
        return
    raise StartError(
        f"{options.host} can be reached from other machines, so the service needs a key of your "
        "choice: make one with 'oxloop key add NAME', give one with --api-key or OXLOOP_API_KEY, "
        "or listen on 127.0.0.1."
    )


def _allow_files(connections: int) -> None:
    """Have the system let this process open as many files as its connections need."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _served_already(home: DataFolder) -> str:
    record = folder.read_record(home)
    by = f" by process {record.pid} on port {record.port}" if record else ""
    return (
        f"The data folder {home.path} is served already{by}: use that service, stop it with "
        "'oxloop stop', or choose another folder with --data."
    )


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise StartError(
            f"There is no address '{host}' to listen on ({error.strerror})."
        ) from error
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name != "nt":
            # A port that an ended service leaves waiting is free; on Windows this would share it.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        # Taken means taken from here on, not when the first client comes.
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise StartError(
            f"Port {port} on {host} cannot be used ({error.strerror}): stop what listens there, "
            "or choose another one with --port (0 takes any free port)."
        ) from error
    return listener


def _serve(
    home: DataFolder,
    address: Address,
    key: str,
    options: Options,
    limits: Limits,
    listener: socket.socket,
) -> None:
    with _starting(home):
        db = Database(home.database_file, durable=options.durable)
    record = ServiceRecord(
        pid=os.getpid(),
        port=address.port,
        host=address.host,
        instance=address.instance,
        version=address.version,
    )

    def announce() -> None:
        folder.write_record(home, record)
        print(_greeting(home, address), flush=True)

    async def main() -> None:
        with _starting(home):
            service = await _service(home, address, key, options, limits, db)
        server = _Server(service, announce, stop)
        requests = server.server_state.tasks
        db.is_alone = lambda: len(requests) == 1
        await server.serve(sockets=[listener])

    stop = _stop_signals()
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(main())
    finally:
        folder.remove_record(home)
        db.close()


@contextmanager
def _starting(home: DataFolder) -> Generator[None]:
    """Make one sentence of what keeps the service from using its folder."""
    try:
        yield
    except UnusableDatabase as error:
        raise StartError(f"{error}.") from error
    except OSError as error:
        where = error.filename or home.path
        raise StartError(
            f"The data folder {home.path} cannot be used ({where}: {error.strerror or error}): "
            "mend that, or choose another folder with --data."
        ) from error


async def _service(
    home: DataFolder, address: Address, key: str, options: Options, limits: Limits, db: Database
) -> Service:
    from oxloop_server.engine import Engine
    from oxloop_server.models.registry import Registry

    if options.durable:
        logger.info("every commit waits until the disk has it")
    if options.in_processes:
        logger.warning("evaluators run in processes that can read what this user may read")
    if options.seed is not None:
        stamps.seed(options.seed)
        if not await db.read(dump.is_fresh):
            raise StartError(
                f"The data folder {home.path} has been used before: --deterministic needs a fresh "
                "one, for only then do two runs give the same."
            )
    own = await db.write(lambda conn: _set_up_keys(conn, key, options.api_key))
    blobs = Blobs(home.files_dir)
    registry = Registry(home)
    return Service(
        folder=home,
        address=address,
        folder_key=key,
        keys=auth.Keys(own, lambda: db.read_small(keys.all_keys)),
        db=db,
        blobs=blobs,
        registry=registry,
        engine=Engine(db, blobs, registry, in_processes=options.in_processes),
        limits=limits,
    )


def _set_up_keys(conn: sqlite3.Connection, key: str, given: str | None) -> ApiKey:
    default = tenants.ensure_tenant(conn, tenants.DEFAULT_TENANT)
    keys.set_command_line_key(conn, default, None if given is None else auth.digest(given))
    return ApiKey("folder", default, "write", auth.digest(key))


class _Server(uvicorn.Server):
    """uvicorn, which says when it listens, and stops also for a signal from before that."""

    def __init__(
        self, service: Service, announce: Callable[[], None], stop: threading.Event
    ) -> None:
        from oxloop_server.app import create_app
        from oxloop_server.connection import connection_class

        super().__init__(
            uvicorn.Config(
                create_app(service),
                http=connection_class(service.limits, APIS),
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                # uvicorn knows whole seconds only.
                timeout_keep_alive=math.ceil(service.limits.idle_seconds),
                date_header=not stamps.is_seeded(),
                timeout_graceful_shutdown=math.ceil(service.limits.stop_seconds),
            )
        )
        self._announce = announce
        self._stop = stop
        self._engine = service.engine
        self._loop: asyncio.AbstractEventLoop | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to stop; a second one says that there is no time."""
        if self.should_exit and self._loop is not None:
            self._loop.call_soon_threadsafe(self._engine.hurry)
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, and say so."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        # What is loaded by now stays: to look through it for garbage, over and over, is a
        # twentieth of what requests cost.
        gc.freeze()
        gc.set_threshold(GARBAGE)
        if self._stop.is_set():
            self.should_exit = True
        elif self.started:
            self._announce()


def _stop_signals() -> threading.Event:
    # uvicorn takes the signals over while it runs and passes them on when it has stopped. To be
    # stopped so is no failure: what is passed on must not end the process with a signal's code.
    stop = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
    return stop


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:  # it does not exist for Windows
        return asyncio.new_event_loop
    return uvloop.new_event_loop


def _greeting(home: DataFolder, address: Address) -> str:
    host = f"[{address.host}]" if ":" in address.host else address.host
    is_default = home.path == default_data_dir().resolve()
    command = "oxloop key" if is_default else f"oxloop key --data {shlex.quote(str(home.path))}"
    return f"oxloop listens at http://{host}:{address.port} (its key: {command})"
