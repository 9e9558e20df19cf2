"""Changes of files, each a commit: uploaded, taken out, moved."""

import contextlib
import io
import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from attrs import frozen

from oxloop._checks import by_the_rules
from oxloop._config import oxen_user
from oxloop._flow import Core, call
from oxloop._steps import Flow
from oxloop.errors import APIError, ConfigurationError, NotFoundError
from oxloop.oxen import branches
from oxloop.oxen._names import Location, place, repository
from oxloop.oxen.commits import read_commit
from oxloop.oxen.details import Commit
from oxloop.rules.paths import check_segments

if TYPE_CHECKING:
    from oxloop._http import Response

Source = bytes | str | os.PathLike[str] | BinaryIO
"""What can be uploaded: bytes, the path of a file on this machine, or an open binary file."""
Sources = Mapping[str, Source] | Iterable[str | os.PathLike[str]]
"""Several of them: by the names that they get, or paths of files whose own names serve."""


@frozen
class Author:
    """Who commits, and with what message; None is a message made up from what is done."""

    name: str
    email: str
    message: str | None


def author(name: str | None, email: str | None, message: str | None) -> Author:
    """Return who commits: who was given, or whom Oxen's own tools name, as its server insists."""
    known = oxen_user() if name is None or email is None else {}
    return Author(
        known.get("name", "oxloop") if name is None else name,
        known.get("email", "oxloop@localhost") if email is None else email,
        message,
    )


def upload(core: Core, repo: str, where: Location, source: Source, author: Author) -> Flow[Commit]:
    """Send a file and have it committed."""
    name = Path(where.path).name
    if isinstance(source, str | os.PathLike):
        name = Path(source).name  # its own, for if the path turns out to be a folder
    return (
        yield from _send(
            core,
            repo,
            where.revision,
            where.resource,
            [(name, source)],
            author,
            f"Add {where.path}",
        )
    )


def upload_all(
    core: Core, repo: str, revision: str, folder: str | None, given: Sources, author: Author
) -> Flow[Commit]:
    """Send several files and have them committed together."""
    sources = _sources(given)
    if not sources:
        raise ConfigurationError("There is no file to upload.")
    names = [name for name, _ in sources]
    for name in names:
        with by_the_rules():
            check_segments("The name of a file", name, multi=False)
        if names.count(name) > 1:
            raise ConfigurationError(
                f"Two of the files are called {name}: give names in a mapping."
            )
    said = f"Add {names[0]}" if len(names) == 1 else f"Add {len(names)} files"
    resource = place(revision, folder)
    return (yield from _send(core, repo, revision, resource, sources, author, said, is_folder=True))


def _sources(given: Sources) -> list[tuple[str, Source]]:
    if isinstance(given, str | bytes | os.PathLike):
        raise ConfigurationError("Give a list of files or a mapping; for one file use upload().")
    if isinstance(given, Mapping):
        return list(cast("Mapping[str, Source]", given).items())
    return [(Path(one).name, one) for one in given]


def _send(
    core: Core,
    repo: str,
    revision: str,
    resource: str,
    sources: Sequence[tuple[str, Source]],
    author: Author,
    said: str,
    *,
    is_folder: bool = False,
) -> Flow[Commit]:
    from oxloop_api.oxen.api.files import upload_file
    from oxloop_api.oxen.models.upload_file_request import UploadFileRequest
    from oxloop_api.oxen.types import File

    def parse(response: "Response") -> Commit | None:
        return read_commit(upload_file.parse_response(response).commit, "commit")

    def done_before(error: APIError) -> Commit | None:
        if error.code == "no_changes":
            return None  # the attempt whose answer was lost has committed these very bytes
        raise error

    with contextlib.ExitStack() as stack:
        body = UploadFileRequest(
            name=author.name, email=author.email, message=author.message or said
        )
        parts = [
            File(payload=stack.enter_context(_opened(source)), file_name=name)
            for name, source in sources
        ]
        if is_folder:
            body.files = parts
        else:
            (body.file,) = parts
        request = upload_file.build_request(*repository(repo), resource, body=body)
        commit = yield from call(core, request, parse, done_before=done_before)
    return commit or (yield from _head(core, repo, revision))


def remove(core: Core, repo: str, where: Location, author: Author) -> Flow[Commit]:
    """Have a file or a folder taken out."""
    from oxloop_api.oxen.api.files import delete_file
    from oxloop_api.oxen.models.delete_file_request import DeleteFileRequest

    def parse(response: "Response") -> Commit | None:
        return read_commit(delete_file.parse_response(response).commit, "commit")

    def done_before(error: APIError) -> Commit | None:
        if isinstance(error, NotFoundError):
            return None  # the attempt whose answer was lost has taken it out
        raise error

    body = DeleteFileRequest(
        name=author.name, email=author.email, message=author.message or f"Remove {where.path}"
    )
    request = delete_file.build_request(*repository(repo), where.resource, body=body)
    commit = yield from call(core, request, parse, done_before=done_before)
    return commit or (yield from _head(core, repo, where.revision))


def move(core: Core, repo: str, where: Location, new_path: str, author: Author) -> Flow[Commit]:
    """Have a file get another path."""
    from oxloop_api.oxen.api.files import move_file
    from oxloop_api.oxen.models.move_file_request import MoveFileRequest

    with by_the_rules():
        check_segments("new_path", new_path, multi=True)

    def parse(response: "Response") -> Commit:
        return read_commit(move_file.parse_response(response).commit, "commit")

    body = MoveFileRequest(
        new_path=new_path,
        name=author.name,
        email=author.email,
        message=author.message or f"Move {where.path} to {new_path}",
    )
    request = move_file.build_request(*repository(repo), where.resource, body=body)
    return (yield from call(core, request, parse))


def _head(core: Core, repo: str, branch: str) -> Flow[Commit]:
    """The commit at a branch's head, as far as the branch tells of it."""
    found = yield from branches.get(core, repo, branch)
    return Commit(id=found.commit_id)


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
