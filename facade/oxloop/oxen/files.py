"""Files in a repository: their bytes, up and down."""

import contextlib
import io
import os
import uuid
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, NoReturn

from oxloop._decode import extras, known, maybe_integer, maybe_text, part, text
from oxloop._flow import Core, call, download
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Emit, Flow, Sink
from oxloop.errors import ConfigurationError
from oxloop.oxen._names import Location, check_page_size, location, place, repository
from oxloop.oxen.changing import Source, Sources, author, move, remove, upload, upload_all
from oxloop.oxen.commits import read_commit
from oxloop.oxen.details import Commit, Entry

if TYPE_CHECKING:
    from oxloop_api.oxen import models as wire

    from oxloop._http import Response


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
        name: str | None = None,
        email: str | None = None,
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
            name: The author's name; otherwise that of Oxen's own ``user_config.toml``.
            email: The author's address; likewise.
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
        return self._driver.run(upload(core, repo, where, given, author(name, email, message)))

    def upload_all(
        self,
        repo: str,
        sources: Sources,
        revision: str = "main",
        *,
        folder: str | None = None,
        message: str | None = None,
        name: str | None = None,
        email: str | None = None,
        total: float | None = None,
    ) -> Commit:
        """Upload several files into one folder, and commit them together.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            sources: The files: a mapping of names to bytes, paths or open files, or paths of files
                on this machine whose own names serve.
            revision: The branch.
            folder: The folder; the topmost one, if not given.
            message: The message of the commit.
            name: The author's name, as for ``upload``.
            email: The author's address, likewise.
            total: Seconds that the upload may take with all its attempts.

        Returns:
            The commit. Files that are there with the same bytes make none.

        Raises:
            NotFoundError: There is no such repository or branch.

        Example:
            >>> oxen.files.upload_all("ox/support", Path("data").glob("*.csv"), folder="data")
        """
        core = self._core.limited(total)
        by = author(name, email, message)
        return self._driver.run(upload_all(core, repo, revision, folder, sources, by))

    def delete(
        self,
        repo: str,
        resource: str | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        message: str | None = None,
        name: str | None = None,
        email: str | None = None,
    ) -> Commit:
        """Take a file out of a branch, or a folder with all that is in it, and commit that.

        Earlier commits still have it.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            resource: Branch, slash and path, like ``"main/tickets.parquet"``.
            revision: The branch, if its name has slashes; with ``path``.
            path: The path of the file or folder; with ``revision``.
            message: The message of the commit.
            name: The author's name, as for ``upload``.
            email: The author's address, likewise.

        Returns:
            The commit.

        Raises:
            NotFoundError: There is no such branch, or nothing at that path.

        Example:
            >>> oxen.files.delete("ox/support", "main/old.parquet")
        """
        where = location(resource, revision, path)
        return self._driver.run(remove(self._core, repo, where, author(name, email, message)))

    def move(
        self,
        repo: str,
        resource: str | None = None,
        new_path: str | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        message: str | None = None,
        name: str | None = None,
        email: str | None = None,
    ) -> Commit:
        """Give a file another path on its branch, and commit that.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            resource: Branch, slash and path, like ``"main/tickets.parquet"``.
            new_path: The path that it gets.
            revision: The branch, if its name has slashes; with ``path``.
            path: The file's path; with ``revision``.
            message: The message of the commit.
            name: The author's name, as for ``upload``.
            email: The author's address, likewise.

        Returns:
            The commit.

        Raises:
            NotFoundError: There is no such branch or file.
            BadRequestError: Something has the new path already.

        Example:
            >>> oxen.files.move("ox/support", "main/tickets.csv", "archive/tickets.csv")
        """
        where = location(resource, revision, path)
        given = _missing("new_path") if new_path is None else new_path
        by = author(name, email, message)
        return self._driver.run(move(self._core, repo, where, given, by))

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
        name: str | None = None,
        email: str | None = None,
        total: float | None = None,
    ) -> Commit:
        """Upload a file and commit it to a branch, as ``Files.upload`` does."""
        where = location(resource, revision, path)
        given = _missing("source") if source is None else source
        core = self._core.limited(total)
        return await self._driver.run(
            upload(core, repo, where, given, author(name, email, message))
        )

    async def upload_all(
        self,
        repo: str,
        sources: Sources,
        revision: str = "main",
        *,
        folder: str | None = None,
        message: str | None = None,
        name: str | None = None,
        email: str | None = None,
        total: float | None = None,
    ) -> Commit:
        """Upload several files together, as ``Files.upload_all`` does."""
        core = self._core.limited(total)
        by = author(name, email, message)
        return await self._driver.run(upload_all(core, repo, revision, folder, sources, by))

    async def delete(
        self,
        repo: str,
        resource: str | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        message: str | None = None,
        name: str | None = None,
        email: str | None = None,
    ) -> Commit:
        """Take a file or a folder out of a branch, as ``Files.delete`` does."""
        where = location(resource, revision, path)
        return await self._driver.run(remove(self._core, repo, where, author(name, email, message)))

    async def move(
        self,
        repo: str,
        resource: str | None = None,
        new_path: str | None = None,
        *,
        revision: str | None = None,
        path: str | None = None,
        message: str | None = None,
        name: str | None = None,
        email: str | None = None,
    ) -> Commit:
        """Give a file another path, as ``Files.move`` does."""
        where = location(resource, revision, path)
        given = _missing("new_path") if new_path is None else new_path
        by = author(name, email, message)
        return await self._driver.run(move(self._core, repo, where, given, by))

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
