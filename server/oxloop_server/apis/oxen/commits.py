"""Oxen's commits and folders: what was changed, and what there is."""

import sqlite3

from oxloop_server.apis.oxen import answers
from oxloop_server.apis.oxen.repositories import find
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.problems import Refused
from oxloop_server.storage import history, repositories
from oxloop_server.storage.history import Entry

operation = Handlers()

# Oxen's server knows these too. To answer without them would be to answer something else.
_NOT_HERE = ("depth", "reverse", "sort_by")


@operation("list_commits")
async def list_commits(call: Call) -> Answer:
    """List the commits that a branch or commit goes back to."""
    page, size = int(call.query["page"]), int(call.query["page_size"])

    def work(conn: sqlite3.Connection) -> JsonObject:
        repository = find(conn, call)
        resolved = repositories.resolve(conn, repository.id, call.path["resource"])
        found, total = history.commits(conn, repository.id, resolved, size, (page - 1) * size)
        return answers.success(
            answers.FOUND,
            commits=[answers.commit(commit) for commit in found],
            **answers.pagination(page, size, total),
        )

    return Answer(await call.service.db.read(work))


@operation("get_commit")
async def get_commit(call: Call) -> Answer:
    """Tell of one commit."""

    def work(conn: sqlite3.Connection) -> JsonObject:
        repository = find(conn, call)
        found = repositories.get_commit(conn, repository.id, call.path["commit_id"])
        return answers.success(answers.FOUND, commit=answers.commit(found))

    return Answer(await call.service.db.read(work))


@operation("list_directory")
async def list_directory(call: Call) -> Answer:
    """List what is in a folder."""
    unknown = sorted(call.undeclared.intersection(_NOT_HERE))
    if unknown:
        raise Refused(
            "unsupported",
            f"The local service has no '{unknown[0]}' for folders: list one folder at a time.",
            unknown[0],
        )
    page, size = int(call.query["page"]), int(call.query["page_size"])

    def work(conn: sqlite3.Connection) -> JsonObject:
        repository = find(conn, call)
        resolved = repositories.resolve(conn, repository.id, call.path["resource"])
        found, total = history.folder(conn, repository.id, resolved, size, (page - 1) * size)
        return answers.success(
            answers.FOUND,
            entries=[_entry(entry) for entry in found],
            resource=answers.resource(resolved),
            **answers.pagination(page, size, total),
        )

    return Answer(await call.service.db.read(work))


def _entry(entry: Entry) -> JsonObject:
    return {
        "filename": entry.name,
        "is_dir": entry.is_folder,
        "size": entry.size,
        "hash": entry.hash,
        "latest_commit": answers.commit(entry.commit),
    }
