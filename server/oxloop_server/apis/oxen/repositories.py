"""Oxen's repositories and branches."""

import sqlite3

from oxloop_server.apis.oxen import answers
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.storage import repositories
from oxloop_server.storage.repositories import Repository

operation = Handlers()


def find(conn: sqlite3.Connection, call: Call) -> Repository:
    """The repository that a call's path names.

    Raises:
        Refused: If the sender has none of that name.
    """
    return repositories.get_repository(
        conn, call.tenant.id, call.path["namespace"], call.path["repo_name"]
    )


@operation("create_repository")
async def create_repository(call: Call) -> Answer:
    """Make a repository."""
    body = call.body
    user = body.get("user", {})

    def work(conn: sqlite3.Connection) -> Answer:
        made = repositories.create_repository(
            conn,
            call.tenant.id,
            body["namespace"],
            body["name"],
            description=body.get("description"),
            is_public=body.get("is_public", False),
            author=user.get("name", "oxloop"),
            email=user.get("email", ""),
        )
        shown = answers.success(answers.CREATED, repository=_repository(made, True))
        return call.keep(conn, Answer(shown))

    return await call.service.db.write(work)


@operation("get_repository")
async def get_repository(call: Call) -> Answer:
    """Tell what a repository is called."""

    def work(conn: sqlite3.Connection) -> JsonObject:
        found = find(conn, call)
        return _repository(found, repositories.is_empty(conn, found.id))

    repository = await call.service.db.read(work)
    return Answer(answers.success(answers.FOUND, repository=repository))


@operation("list_branches")
async def list_branches(call: Call) -> Answer:
    """List every branch."""
    found = await call.service.db.read(
        lambda conn: repositories.branches(conn, find(conn, call).id)
    )
    branches = [answers.branch(branch) for branch in found]
    return Answer(answers.success(answers.FOUND, branches=branches))


@operation("create_branch")
async def create_branch(call: Call) -> Answer:
    """Make a branch, or answer the one that is there."""
    name, start = call.body["new_name"], call.body["from_name"]
    branch, is_new = await call.service.db.write(
        lambda conn: repositories.create_branch(conn, find(conn, call).id, name, start)
    )
    message = answers.CREATED if is_new else answers.FOUND
    return Answer(answers.success(message, branch=answers.branch(branch)))


@operation("get_branch")
async def get_branch(call: Call) -> Answer:
    """Tell where a branch is."""
    branch = await call.service.db.read(
        lambda conn: repositories.get_branch(conn, find(conn, call).id, call.path["branch_name"])
    )
    return Answer(answers.success(answers.FOUND, branch=answers.branch(branch)))


@operation("delete_branch")
async def delete_branch(call: Call) -> Answer:
    """Take a branch's name away."""
    branch = await call.service.db.write(
        lambda conn: repositories.delete_branch(conn, find(conn, call).id, call.path["branch_name"])
    )
    return Answer(answers.success(answers.DELETED, branch=answers.branch(branch)))


def _repository(found: Repository, is_empty: bool) -> JsonObject:
    return {
        "id": found.id,
        "namespace": found.namespace,
        "name": found.name,
        "is_empty": is_empty,
    }
