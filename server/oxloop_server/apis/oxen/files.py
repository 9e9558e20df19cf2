"""Oxen's files: the bytes of one file at a branch or commit."""

import sqlite3

from attrs import frozen

from oxloop_server.apis.oxen import answers
from oxloop_server.apis.oxen.repositories import find
from oxloop_server.contract.calls import Answer, Call, FileAnswer, Handlers
from oxloop_server.contract.forms import read_form
from oxloop_server.problems import Refused
from oxloop_server.storage import repositories
from oxloop_server.storage.repositories import Commit, FileEntry

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
        call.service.blobs.path(entry.sha256),
        entry.size,
        headers={"oxen-revision-id": entry.commit_id},
    )


@operation("upload_file")
async def upload_file(call: Call) -> Answer:
    """Write a file and commit it; the same bytes again answer the commit that holds them."""
    # Where it goes is looked up first: gigabytes to nowhere are not worth reading.
    target = await call.service.db.read(lambda conn: _target(conn, call))
    form = await read_form(call)

    def work(conn: sqlite3.Connection) -> tuple[Commit, str]:
        head = repositories.get_branch(conn, target.repository_id, target.branch).commit_id
        commit = repositories.commit_file(
            conn,
            target.repository_id,
            target.branch,
            target.path,
            form.blob,
            form.fields.get("message") or f"Upload {target.path}",
            form.fields["name"],
            form.fields["email"],
        )
        return commit, answers.FOUND if commit.id == head else answers.CREATED

    commit, message = await call.service.db.write(work)
    return Answer(answers.success(message, commit=answers.commit(commit)))


def _target(conn: sqlite3.Connection, call: Call) -> _Target:
    repository = find(conn, call)
    resolved = repositories.resolve(conn, repository.id, call.path["resource"])
    if resolved.branch is None:
        raise Refused(
            "not_found",
            f"'{resolved.commit_id}' is a commit, and a commit never changes: upload to a branch.",
            "resource",
        )
    if not resolved.path:
        raise Refused(
            "invalid_params",
            f"'{resolved.branch}' is a whole branch: add a slash and the path of the file to be.",
            "resource",
        )
    return _Target(repository.id, resolved.branch, resolved.path)
