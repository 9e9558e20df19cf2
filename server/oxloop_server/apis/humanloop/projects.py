"""Humanloop's projects."""

import sqlite3
from collections.abc import Sequence
from typing import cast

from oxloop_server.apis.humanloop import answers
from oxloop_server.apis.humanloop.lists import read_page
from oxloop_server.apis.humanloop.refusals import Place, found, invalid, not_found, unknown
from oxloop_server.apis.writing import write
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.storage.humanloop import configs, projects
from oxloop_server.storage.humanloop.projects import Project, SortBy

operation = Handlers()


@operation("create_project")
async def create_project(call: Call) -> Answer:
    """Make an empty project."""
    name = call.body["name"]
    if "directory_id" in call.body:
        raise unknown(("body", "directory_id"), "directory", call.body["directory_id"])

    def work(conn: sqlite3.Connection) -> Answer:
        made = projects.create(conn, call.tenant.id, name)
        if made is None:
            raise invalid(("body", "name"), f"There is a project '{name}' already.", "taken")
        return call.keep(conn, Answer(answers.project(made, None, 0), 201))

    return await write(call, work)


@operation("get_project")
async def get_project(call: Call) -> Answer:
    """Tell of one project."""

    def work(conn: sqlite3.Connection) -> JsonObject:
        return _answers(conn, [of_path(conn, call, "id")])[0]

    return Answer(await call.service.db.read(work))


@operation("list_projects")
async def list_projects(call: Call) -> Answer:
    """List some projects."""
    query = call.query
    wanted = projects.Query(
        name=query["filter"] or None,
        sort_by=cast(SortBy, query["sort_by"]),
        descending=query["order"] == "desc",
        limit=query["size"],
        offset=query["page"] * query["size"],
    )

    def work(conn: sqlite3.Connection) -> JsonObject:
        if query["user_filter"]:
            # Projects have no users here, so none has one with that in its name.
            return answers.page([], query, 0)
        listed, total = projects.page(conn, call.tenant.id, wanted)
        return answers.page(_answers(conn, listed), query, total)

    return Answer(await read_page(call, work))


def of_path(conn: sqlite3.Connection, call: Call, name: str = "project_id") -> Project:
    """The project that a call's path names.

    Raises:
        Refused: If the sender has none with that id.
    """
    wanted = call.path[name]
    return found(projects.get(conn, call.tenant.id, wanted), not_found, "project", wanted)


def of_query(conn: sqlite3.Connection, call: Call) -> Project:
    """The project that a call's query names.

    Raises:
        Refused: If the sender has none with that id.
    """
    return known(conn, call.tenant.id, call.query["project_id"], ("query", "project_id"))


def of_body(
    conn: sqlite3.Connection, tenant_id: str, project_id: str | None, name: str | None, place: Place
) -> Project:
    """The project that a body names by its id or its name; one of a new name is made.

    Args:
        conn: The transaction.
        tenant_id: Whose it is.
        project_id: The id in the body, if there is one.
        name: The name in the body, if there is one.
        place: Where in the body they stand.

    Raises:
        Refused: If the body has neither, names none by its id, or two with both.
    """
    if project_id is None:
        if name is None:
            raise invalid(
                (*place, "project"),
                "Say which project, by its name in 'project' or its id in 'project_id'.",
                "missing",
            )
        return projects.ensure(conn, tenant_id, name)
    project = known(conn, tenant_id, project_id, (*place, "project_id"))
    if name not in (None, project.name):
        raise invalid(
            (*place, "project"),
            f"'{project_id}' is the project '{project.name}' and not '{name}': leave one of "
            "'project' and 'project_id' out.",
        )
    return project


def known(conn: sqlite3.Connection, tenant_id: str, project_id: str, place: Place) -> Project:
    """The project of an id in a body or query.

    Raises:
        Refused: If the sender has none with that id.
    """
    return found(projects.get(conn, tenant_id, project_id), unknown, place, "project", project_id)


def _answers(conn: sqlite3.Connection, listed: Sequence[Project]) -> list[JsonObject]:
    active = configs.of_projects(
        conn, [(one.id, one.active_config_id) for one in listed if one.active_config_id]
    )
    counts = projects.log_counts(conn, [one.id for one in listed])
    return [
        answers.project(one, active.get((one.id, one.active_config_id or "")), counts[one.id])
        for one in listed
    ]
