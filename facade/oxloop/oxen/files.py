"""Files in a repository: their bytes, up and down."""

import contextlib
import io
import os
import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, NoReturn

from oxloop._decode import extras, known, maybe_integer, maybe_text, part, text
from oxloop._flow import Core, call, download
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Emit, Flow, Sink
from oxloop.errors import APIError, ConfigurationError
from oxloop.oxen import branches
from oxloop.oxen._names import Location, check_page_size, location, place, repository
from oxloop.oxen.commits import read_commit
from oxloop.oxen.details import Commit, Entry

if TYPE_CHECKING:
    from oxloop_api.oxen import models as wire

    from oxloop._http import Response

Source = bytes | str | os.PathLike[str] | BinaryIO
"""What can be uploaded: bytes, the path of a file on this machine, or an open binary file."""


class Memory(io.BytesIO):
    """Keeps a download in memory."""

    def restart(self) -> None:
        """Forget what came before."""
        self.seek(0)
        self.truncate()


class _Disk:
    """Puts a download into a file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def restart(self) -> None:
        self._file.seek(0)
        self._file.truncate()

    def write(self, chunk: bytes, /) -> object:
        return self._file.write(chunk)


def upload(
    core: Core,
    repo: str,
    where: Location,
    source: Source,
    author: tuple[str, str],
    message: str | None,
) -> Flow[Commit]:
    """Send a file and have it committed."""
    from oxloop_api.oxen.api.files import upload_file
    from oxloop_api.oxen.models.upload_file_request import UploadFileRequest
    from oxloop_api.oxen.types import File

    def parse(response: "Response") -> Commit | None:
        return read_commit(upload_file.parse_response(response).commit, "commit")

    def done_before(error: APIError) -> Commit | None:
        if error.code == "no_changes":
            return None  # the attempt whose answer was lost has committed these very bytes
        raise error

    name, email = author
    with _opened(source) as file:
        body = UploadFileRequest(
            file=File(payload=file, file_name=Path(where.path).name),
            name=name,
            email=email,
            message=message or f"Add {where.path}",
        )
        request = upload_file.build_request(*repository(repo), where.resource, body=body)
        commit = yield from call(core, request, parse, done_before=done_before)
    if commit is None:
        head = yield from branches.get(core, repo, where.revision)
        commit = Commit(id=head.commit_id)
    return commit


def read(core: Core, repo: str, where: Location, total: float | None) -> Flow[bytes]:
    """Fetch a file's bytes."""
    memory = Memory()
    yield from _fetch(core, repo, where, memory, total)
    return memory.getvalue()


def read_to(
    core: Core, repo: str, where: Location, destination: Path, total: float | None
) -> Flow[Path]:
    """Fetch a file's bytes to a file on this machine, which is whole or not there at all."""
    with _replacing(destination) as file:
        yield from _fetch(core, repo, where, _Disk(file), total)
    return destination


def list_all(core: Core, repo: str, revision: str, path: str | None, page_size: int) -> Flow[None]:
    """Emit each file and folder of a folder, asking for a page at a time."""
    from oxloop_api.oxen.api.files import list_directory

    def parse(response: "Response") -> tuple[list[Entry], int]:
        found = list_directory.parse_response(response)
        listed = part(found.entries, "entries")
        entries = [_entry(one, path, f"entries[{index}]") for index, one in enumerate(listed)]
        return entries, maybe_integer(found.total_pages, "total_pages") or 0

    where = (*repository(repo), place(revision, path))
    check_page_size(page_size)
    number, total = 1, 1
    while number <= total:
        request = list_directory.build_request(*where, page=number, page_size=page_size)
        entries, total = yield from call(core, request, parse)
        for entry in entries:
            yield Emit(entry)
        number += 1


def _entry(found: "wire.DirectoryEntry", folder: str | None, field: str) -> Entry:
    name = text(found.filename, f"{field}.filename")
    commit = known(found.latest_commit)
    return Entry(
        name=name,
        path=name if folder is None else f"{folder}/{name}",
        is_folder=bool(known(found.is_dir)),
        size=maybe_integer(found.size, f"{field}.size"),
        hash=maybe_text(found.hash_, f"{field}.hash"),
        commit=None if commit is None else read_commit(commit, f"{field}.latest_commit"),
        extra=extras(found),
    )


def _fetch(core: Core, repo: str, where: Location, sink: Sink, total: float | None) -> Flow[None]:
    from oxloop_api.oxen.api.files import download_file

    request = download_file.build_request(*repository(repo), where.resource)
    yield from download(core, request, sink, body_total=total)


@contextlib.contextmanager
def _opened(source: Source) -> Generator[BinaryIO, None, None]:
    """Open what a caller wants to upload."""
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif isinstance(source, str | os.PathLike):
        try:
            file = Path(source).open("rb")  # noqa: SIM115 - closed below
        except OSError as error:
            raise ConfigurationError(f"Cannot read {source}: {error.strerror}.") from error
        with file:
            yield file
    elif not isinstance(source, io.TextIOBase) and source.seekable():
        yield source
    else:
        raise ConfigurationError(
            "An open file to upload must be binary and seekable, so that it can be sent again "
            'after a lost connection: open it with "rb", or give its bytes or its path.'
        )


@contextlib.contextmanager
def _replacing(destination: Path) -> Generator[IO[bytes], None, None]:
    """Give a new file that takes the destination's place once it is whole."""
    if destination.is_dir() or not destination.parent.is_dir():
        problem = "is a folder" if destination.is_dir() else "lies in a folder that is not there"
        raise ConfigurationError(f"{destination} {problem}; name a file to write to.")
    part_file = destination.with_name(f".{destination.name}.{uuid.uuid4().hex}.part")
    try:
        file = part_file.open("xb")
    except OSError as error:
        raise ConfigurationError(f"Cannot write {destination}: {error.strerror}.") from error
    try:
        with file:
            yield file
        part_file.replace(destination)
    finally:
        part_file.unlink(missing_ok=True)


def _missing(name: str) -> NoReturn:
    """Refuse that an argument is left out which only looks optional, as it comes behind one."""
    raise ConfigurationError(f"{name}= is missing.")


class Files(SyncResource):
    """Files in a repository: their bytes, up and down."""

    def upload(
        self,
        repo: str,
        resource: str | None = None,
        source: Source | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        message: str | None = None,
        name: str = "oxloop",
        email: str = "oxloop@localhost",
        total: float | None = None,
    ) -> Commit:
        """Upload a file and commit it to a branch.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            resource: Branch, slash and path, like ``"main/tickets.parquet"``.
            source: Bytes, the path of a file on this machine, or an open binary file.
            revision: The branch, if its name has slashes; with ``path``.
            path: The file's path in the repository; with ``revision``.
            message: The message of the commit.
            name: The author's name, which Oxen's server insists on.
            email: The author's address, likewise.
            total: Seconds that the upload may take with all its attempts, instead of the client's
                ``total_timeout``.

        Returns:
            The commit. A repeated upload of the same bytes answers the one that is there.

        Raises:
            NotFoundError: There is no such repository or branch.

        Example:
            >>> oxen.files.upload("ox/support", "main/tickets.parquet", "tickets.parquet")
        """
        where = location(resource, revision, path)
        given = _missing("source") if source is None else source
        core = self._core.limited(total)
        return self._driver.run(upload(core, repo, where, given, (name, email), message))

    def download(
        self,
        repo: str,
        resource: str | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        total: float | None = None,
    ) -> bytes:
        """Return the bytes of a file.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            resource: Revision, slash and path, like ``"main/tickets.parquet"``.
            revision: Branch or commit, if its name has slashes; with ``path``.
            path: The file's path; with ``revision``.
            total: Seconds that the body may take; as long as bytes keep coming, if not given.

        Raises:
            NotFoundError: There is no such file.

        Example:
            >>> content = oxen.files.download("ox/support", "main/tickets.parquet")
        """
        where = location(resource, revision, path)
        return self._driver.run(read(self._core, repo, where, total))

    def download_to(
        self,
        repo: str,
        resource: str | None = None,
        destination: str | os.PathLike[str] | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        total: float | None = None,
    ) -> Path:
        """Download a file to this machine, a piece at a time.

        The destination is replaced when all of it is there, and left alone if it fails.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            resource: Revision, slash and path, like ``"main/tickets.parquet"``.
            destination: The file to write.
            revision: Branch or commit, if its name has slashes; with ``path``.
            path: The file's path in the repository; with ``revision``.
            total: Seconds that the body may take; as long as bytes keep coming, if not given.

        Returns:
            The destination.

        Raises:
            NotFoundError: There is no such file.

        Example:
            >>> oxen.files.download_to("ox/support", "main/tickets.parquet", "tickets.parquet")
        """
        where = location(resource, revision, path)
        given = _missing("destination") if destination is None else destination
        return self._driver.run(read_to(self._core, repo, where, Path(given), total))

    def list(
        self, repo: str, revision: str = "main", *, path: str | None = None, page_size: int = 100
    ) -> Iterator[Entry]:
        """Iterate over the files and folders of one folder.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            revision: Branch or commit.
            path: The folder; the topmost one, if not given.
            page_size: Entries to ask for at a time.

        Raises:
            NotFoundError: There is no such repository, revision or folder.

        Example:
            >>> for entry in oxen.files.list("ox/support", path="data"):
            ...     print(entry.path, entry.size)
        """
        return self._driver.iterate(list_all(self._core, repo, revision, path, page_size))


class AsyncFiles(AsyncResource):
    """Files in a repository, as ``Files`` has them, awaited."""

    async def upload(
        self,
        repo: str,
        resource: str | None = None,
        source: Source | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        message: str | None = None,
        name: str = "oxloop",
        email: str = "oxloop@localhost",
        total: float | None = None,
    ) -> Commit:
        """Upload a file and commit it to a branch, as ``Files.upload`` does."""
        where = location(resource, revision, path)
        given = _missing("source") if source is None else source
        core = self._core.limited(total)
        return await self._driver.run(upload(core, repo, where, given, (name, email), message))

    async def download(
        self,
        repo: str,
        resource: str | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        total: float | None = None,
    ) -> bytes:
        """Return the bytes of a file, as ``Files.download`` does."""
        where = location(resource, revision, path)
        return await self._driver.run(read(self._core, repo, where, total))

    async def download_to(
        self,
        repo: str,
        resource: str | None = None,
        destination: str | os.PathLike[str] | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        total: float | None = None,
    ) -> Path:
        """Download a file to this machine, as ``Files.download_to`` does."""
        where = location(resource, revision, path)
        given = _missing("destination") if destination is None else destination
        return await self._driver.run(read_to(self._core, repo, where, Path(given), total))

    async def list(
        self, repo: str, revision: str = "main", *, path: str | None = None, page_size: int = 100
    ) -> AsyncIterator[Entry]:
        """Iterate over the files and folders of one folder, as ``Files.list`` does."""
        found = list_all(self._core, repo, revision, path, page_size)
        async for entry in self._driver.iterate(found):
            yield entry
