"""Humanloop's logs."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, cast

from oxloop_server.apis.humanloop import answers, logs_given, moments, projects, sorting
from oxloop_server.apis.humanloop.lists import read_page, read_whole
from oxloop_server.apis.humanloop.refusals import Place, found, invalid, not_found
from oxloop_server.contract.calls import Answer, Call, Handlers
from oxloop_server.errors import JsonObject
from oxloop_server.storage.humanloop import configs, logs, results
from oxloop_server.storage.humanloop.logs import Log, NewLog

operation = Handlers()

MOST = 10_000
"""Logs of one request: all are written in one transaction, and nobody else writes meanwhile."""


@operation("create_logs")
async def create_logs(call: Call) -> Answer:
    """Keep one log or several, all or none."""
    given = cast("list[JsonObject] | JsonObject", call.body)
    if isinstance(given, list) and len(given) > MOST:
        raise invalid(
            ("body",),
            f"The request has {len(given):,} logs, and {MOST:,} at most come in one: send several.",
        )

    def work(conn: sqlite3.Connection) -> list[JsonObject] | JsonObject:
        if isinstance(given, list):
            return [
                _keep(conn, call.tenant.id, one, ("body", index)) for index, one in enumerate(given)
            ]
        return _keep(conn, call.tenant.id, given, ("body",))

    return await call.service.db.write(lambda conn: call.keep(conn, Answer(work(conn))))


@operation("get_log")
async def get_log(call: Call) -> Answer:
    """Tell of one log."""
    wanted = call.path["id"]

    def work(conn: sqlite3.Connection) -> JsonObject:
        log = found(logs.get(conn, call.tenant.id, wanted), not_found, "log", wanted)
        return whole(conn, call.tenant.id, [log])[0]

    instead = "what evaluators said of it is too long to be answered."
    return Answer(await read_whole(call, work, ("path", "id"), instead))


@operation("list_logs")
async def list_logs(call: Call) -> Answer:
    """List some logs of a project."""
    query = call.query
    wanted = _query(query)

    def work(conn: sqlite3.Connection) -> JsonObject:
        project = projects.of_query(conn, call)
        if query["version_status"] not in (None, "committed"):
            # Every config here is committed: there are no drafts, and none is ever deleted.
            return answers.page([], query, 0)
        listed, total = logs.page(conn, project.id, wanted)
        return answers.page(whole(conn, call.tenant.id, listed), query, total)

    return Answer(await read_page(call, work))


def whole(conn: sqlite3.Connection, tenant_id: str, listed: Sequence[Log]) -> list[JsonObject]:
    """Logs with their configs and results."""
    used = configs.get_many(conn, tenant_id, [log.config_id for log in listed])
    judged = results.of_logs(conn, [log.id for log in listed])
    return [answers.log(log, used[log.config_id], judged[log.id]) for log in listed]


def created(log_id: str, log: NewLog, given: JsonObject) -> JsonObject:
    """The answer to a log that was kept.

    Args:
        log_id: Its id.
        log: The log.
        given: The log as the request had it.
    """
    return {
        "id": log_id,
        "project_id": log.project_id,
        "session_id": log.session_id if logs_given.names_session(given) else None,
    }


def _keep(conn: sqlite3.Connection, tenant_id: str, given: JsonObject, place: Place) -> JsonObject:
    # One at a time: two logs of one request may name one new session.
    log = logs_given.new_log(conn, tenant_id, given, place)
    return created(logs.add(conn, [log])[0], log, given)


def _query(query: Mapping[str, Any]) -> logs.Query:
    begin, end = query["start_date"], query["end_date"]
    return logs.Query(
        search=query["search"],
        metadata=query["metadata_search"],
        begin=begin and moments.begin_of(begin, ("query", "start_date")),
        end=end and moments.end_of(end, ("query", "end_date")),
        sources=query["source_filter"],
        models=query["model_filter"],
        sorts=sorting.sorts(query["sort"]),
        limit=query["size"],
        offset=query["page"] * query["size"],
    )
