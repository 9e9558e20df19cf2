"""Logs as requests give them, made into what the service keeps."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, cast

from attrs import frozen

from oxloop_server import stamps
from oxloop_server.apis.humanloop import moments, projects
from oxloop_server.apis.humanloop.configs_given import config_given
from oxloop_server.apis.humanloop.refusals import Place, found, invalid, unknown
from oxloop_server.errors import JsonObject
from oxloop_server.storage.humanloop import configs, datasets, logs
from oxloop_server.storage.humanloop.configs import Config
from oxloop_server.storage.humanloop.logs import Log, NewLog
from oxloop_server.storage.humanloop.projects import Project

_INPUTS_AND_OUTPUTS = (
    "inputs",
    "messages",
    "output",
    "output_message",
    "provider_request",
    "provider_response",
)
_KEPT = (
    *_INPUTS_AND_OUTPUTS,
    "source",
    "metadata",
    "save",
    "parent_reference_id",
    "judgment",
    "environment",
    "error",
    "stdout",
    "duration",
    "prompt_tokens",
    "output_tokens",
    "prompt_cost",
    "output_cost",
)
_WHOLE_NUMBERS = ("prompt_tokens", "output_tokens")


@frozen
class _Session:
    id: str | None = None
    reference_id: str | None = None


def new_log(conn: sqlite3.Connection, tenant_id: str, given: JsonObject, place: Place) -> NewLog:
    """The log that a request gives, with everything that it names looked up.

    A project and a config that are new are made; the project gets the config.

    Args:
        conn: The transaction.
        tenant_id: Whose it is.
        given: The log as the request has it.
        place: Where in the request it stands.

    Raises:
        Refused: If it names something that is not there, or does not name what it must.
    """
    project = project_of(conn, tenant_id, given, place)
    config = _config(conn, tenant_id, given, place)
    configs.use(conn, project.id, config.id)
    return log_of(conn, tenant_id, given, place, project.id, config.id)


def log_of(
    conn: sqlite3.Connection,
    tenant_id: str,
    given: JsonObject,
    place: Place,
    project_id: str,
    config_id: str,
) -> NewLog:
    """The log that a request gives, of a project and config that are known already.

    Args:
        conn: The transaction.
        tenant_id: Whose it is.
        given: The log as the request has it.
        place: Where in the request it stands.
        project_id: Its project.
        config_id: Its config.

    Raises:
        Refused: If it names something that is not there.
    """
    named = _session(conn, tenant_id, given, place)
    parent = _parent(conn, tenant_id, given, named, place)
    parts = {} if parent is None else {"parent_id": parent.id}
    return NewLog(
        tenant_id=tenant_id,
        project_id=project_id,
        config_id=config_id,
        datapoint_id=_datapoint(conn, tenant_id, given, place),
        reference_id=_text(given, "reference_id"),
        session_id=parent.session_id if named.id is None and parent is not None else named.id,
        session_reference_id=named.reference_id,
        body={**_body(given, place), **parts},
        created_at=_moment(given, place),
    )


def names_session(given: JsonObject) -> bool:
    """Whether a log that a request gives names its session."""
    return "session_id" in given or "session_reference_id" in given


def project_of(
    conn: sqlite3.Connection, tenant_id: str, given: JsonObject, place: Place
) -> Project:
    """The project that a log names by its id or its name; one of a new name is made.

    Args:
        conn: The transaction.
        tenant_id: Whose it is.
        given: The log as the request has it.
        place: Where in the request it stands.

    Raises:
        Refused: If it names none, or none that is there by its id.
    """
    return projects.of_body(
        conn, tenant_id, _text(given, "project_id"), _text(given, "project"), place
    )


def config_of(
    conn: sqlite3.Connection, tenant_id: str, given: JsonObject, place: Place
) -> Config | None:
    """The config that a log names by its id, by its content, or not at all.

    Args:
        conn: The transaction.
        tenant_id: Whose it is.
        given: The log as the request has it.
        place: Where in the request it stands.

    Raises:
        Refused: If there is none of that id, or id and content are of two configs.
    """
    named, written = _text(given, "config_id"), given.get("config")
    known = None
    if named is not None:
        at = (*place, "config_id")
        known = found(configs.get(conn, tenant_id, named), unknown, at, "config", named)
    if written is None:
        return known
    at = (*place, "config")
    content = config_given(cast(Mapping[str, Any], written), at)
    config = configs.ensure(conn, tenant_id, content)
    if known is not None and known.id != config.id:
        raise invalid(at, f"This is not the config '{known.id}': leave it or 'config_id' out.")
    return config


def _config(conn: sqlite3.Connection, tenant_id: str, given: JsonObject, place: Place) -> Config:
    return found(
        config_of(conn, tenant_id, given, place),
        invalid,
        (*place, "config"),
        "Say which config made this, by its id in 'config_id' or written out in 'config'.",
        "missing",
    )


def _session(conn: sqlite3.Connection, tenant_id: str, given: JsonObject, place: Place) -> _Session:
    session_id, reference = _text(given, "session_id"), _text(given, "session_reference_id")
    if session_id is not None:
        _refuse_both(given, "session_id", "session_reference_id", place)
        if not logs.session_exists(conn, tenant_id, session_id):
            raise unknown((*place, "session_id"), "session", session_id)
        return _Session(session_id)
    if reference is None:
        return _Session()
    called = logs.session_called(conn, tenant_id, reference)
    return _Session(called or stamps.new_id("sesh_"), reference)


def _parent(
    conn: sqlite3.Connection, tenant_id: str, given: JsonObject, named: _Session, place: Place
) -> Log | None:
    parent_id, reference = _text(given, "parent_id"), _text(given, "parent_reference_id")
    if parent_id is not None:
        _refuse_both(given, "parent_id", "parent_reference_id", place)
        at = (*place, "parent_id")
        parent = found(logs.get(conn, tenant_id, parent_id), unknown, at, "log", parent_id)
    elif reference is not None:
        at = (*place, "parent_reference_id")
        parent = found(
            logs.by_reference(conn, tenant_id, reference),
            unknown,
            at,
            "log with the reference",
            reference,
        )
    else:
        return None
    if named.id not in (None, parent.session_id):
        raise invalid(at, "That log is of another session, and a log nests in one of its own.")
    return parent


def _datapoint(
    conn: sqlite3.Connection, tenant_id: str, given: JsonObject, place: Place
) -> str | None:
    wanted = _text(given, "source_datapoint_id")
    if wanted is None:
        return None
    at = (*place, "source_datapoint_id")
    return found(datasets.datapoint(conn, tenant_id, wanted), unknown, at, "datapoint", wanted).id


def _body(given: JsonObject, place: Place) -> dict[str, Any]:
    body = {name: given[name] for name in _KEPT if name in given}
    for name in _WHOLE_NUMBERS:
        if name in body:
            body[name] = int(cast(float, body[name]))
    if given.get("save") is False:
        body = {name: value for name, value in body.items() if name not in _INPUTS_AND_OUTPUTS}
    feedback = given.get("feedback")
    if feedback is not None:
        several = cast(Sequence[JsonObject], feedback if isinstance(feedback, list) else [feedback])
        body["feedback"] = _feedback(several, (*place, "feedback"))
    return body


def _feedback(given: Sequence[JsonObject], place: Place) -> list[JsonObject]:
    return [
        {
            "id": stamps.new_id("ann_"),
            "type": one["type"],
            "value": one["value"],
            "user": one.get("user"),
            "created_at": _moment(one, (*place, index)) or stamps.now(),
        }
        for index, one in enumerate(given)
    ]


def _moment(given: JsonObject, place: Place) -> str | None:
    text = _text(given, "created_at")
    return None if text is None else moments.begin_of(text, (*place, "created_at"))


def _text(given: JsonObject, name: str) -> str | None:
    # The schema has seen to it that it is text where it is there.
    return cast("str | None", given.get(name))


def _refuse_both(given: JsonObject, one: str, other: str, place: Place) -> None:
    if other in given:
        raise invalid((*place, other), f"Leave either '{one}' or '{other}' out.")
