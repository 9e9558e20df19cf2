"""Oxen's files: the bytes of one file at a branch or commit."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence

from attrs import frozen
from oxloop.rules.paths import check_segments

from oxloop_server.apis.oxen import answers
from oxloop_server.apis.oxen.repositories import find
from oxloop_server.contract.calls import Answer, Call, FileAnswer, Handlers
from oxloop_server.contract.forms import FILE, FILES, File, read_form
from oxloop_server.problems import Refused
from oxloop_server.storage import repositories
from oxloop_server.storage.blobs import Blob
from oxloop_server.storage.repositories import Authorship, Commit
from oxloop_server.storage.trees import FileEntry

operation = Handlers()


@frozen
class _Target:
    repository_id: str
    branch: str
    path: str


@operation("download_file")
async def download_file(call: Call) -> FileAnswer:
    """Answer a file's bytes."""

    def work(conn: sqlite3.Connection) -> FileEntry:
        repository = find(conn, call)
        resolved = repositories.resolve(conn, repository.id, call.path["resource"])
        return repositories.get_file(conn, repository.id, resolved)

    entry = await call.service.db.read(work)
    return FileAnswer(
        await asyncio.to_thread(call.service.blobs.sound, entry.sha256),
        entry.size,
        headers={"oxen-revision-id": entry.commit_id},
    )


@operation("upload_file")
async def upload_file(call: Call) -> Answer:
    """Keep a file, or several in a folder, and commit them to the branch that the path names."""
    target = await call.service.db.read(lambda conn: _target(conn, call))
    form = await read_form(call, has_files=True)
    _check_files(target, form.files)

    def work(conn: sqlite3.Connection) -> tuple[Commit, str]:
        head = repositories.get_branch(conn, target.repository_id, target.branch).commit_id
        written = _written(conn, target, head, form.files)
        named = next(iter(written)) if len(written) == 1 else f"{len(written)} files"
        by = Authorship(
            form.fields.get("message") or f"Upload {named}",
            form.fields["name"],
            form.fields["email"],
        )
        commit = repositories.commit_files(conn, target.repository_id, target.branch, written, by)
        return commit, answers.FOUND if commit.id == head else answers.CREATED

    commit, message = await call.service.db.write(work)
    return Answer(answers.success(message, commit=answers.commit(commit)))


@operation("delete_file")
async def delete_file(call: Call) -> Answer:
    """Take a file or a folder out of the branch that the path names."""
    target = _file_target(await call.service.db.read(lambda conn: _target(conn, call)))
    form = await read_form(call, has_files=False)
    by = _authorship(form.fields, f"Remove {target.path}")
    commit = await call.service.db.write(
        lambda conn: repositories.remove(conn, target.repository_id, target.branch, target.path, by)
    )
    return Answer(answers.success(answers.DELETED, commit=answers.commit(commit)))


@operation("move_file")
async def move_file(call: Call) -> Answer:
    """Give a file of the branch that the path names another path."""
    target = _file_target(await call.service.db.read(lambda conn: _target(conn, call)))
    new_path = call.body["new_path"]
    check_segments("new_path", new_path, multi=True)
    by = _authorship(call.body, f"Move {target.path} to {new_path}")

    def work(conn: sqlite3.Connection) -> Answer:
        commit = repositories.move(
            conn, target.repository_id, target.branch, target.path, new_path, by
        )
        shown = answers.success(answers.UPDATED, commit=answers.commit(commit))
        return call.keep(conn, Answer(shown))

    return await call.service.db.write(work)


def _target(conn: sqlite3.Connection, call: Call) -> _Target:
    repository = find(conn, call)
    resolved = repositories.resolve(conn, repository.id, call.path["resource"])
    if resolved.branch is None:
        raise Refused(
            "not_found",
            f"'{resolved.commit_id}' is a commit, and a commit never changes: name a branch.",
            "resource",
        )
    return _Target(repository.id, resolved.branch, resolved.path)


def _file_target(target: _Target) -> _Target:
    if not target.path:
        raise Refused(
            "invalid_params",
            f"'{target.branch}' is a whole branch: add a slash and the path of the file.",
            "resource",
        )
    return target


def _check_files(target: _Target, files: Sequence[File]) -> None:
    if not files:
        raise Refused(
            "invalid_params",
            "The form has no file: send it as 'file', or several for a folder as 'files[]'.",
            FILE,
        )
    if len({file.field for file in files}) > 1:
        raise Refused(
            "invalid_params", "Send either one 'file' or several 'files[]', not both.", FILE
        )
    if files[0].field == FILE:
        _file_target(target)
    names = {file.name for file in files}
    if len(names) < len(files):
        raise Refused("invalid_params", "Two of the files have the same name.", FILES)


def _written(
    conn: sqlite3.Connection, target: _Target, head: str, files: Sequence[File]
) -> Mapping[str, Blob]:
    """What an upload writes, by path: into a folder, or at the path itself."""
    (first, *_) = files
    into = first.field == FILES or (
        first.name and repositories.is_folder(conn, target.repository_id, head, target.path)
    )
    if not into:
        return {target.path: first.blob}
    for file in files:
        check_segments("The file's name", file.name, multi=False)
    lead = f"{target.path}/" if target.path else ""
    return {lead + file.name: file.blob for file in files}


def _authorship(fields: Mapping[str, str | None], message: str) -> Authorship:
    return Authorship(
        fields.get("message") or message,
        fields.get("name") or "oxloop",
        fields.get("email") or "",
    )
