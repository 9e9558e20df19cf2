"""Python evaluators that are kept in the folder, and what keeps them from running here.

A team that moves here brings evaluators that were written for a full Python.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from oxloop.rules.folder import DataFolder

from oxloop_server.doctor.findings import Finding
from oxloop_server.evaluators import python, ready_made
from oxloop_server.problems import Refused
from oxloop_server.storage.database import read_only
from oxloop_server.storage.humanloop import evaluators
from oxloop_server.storage.tenants import DEFAULT_TENANT, every

AREA = "Evaluators"


NONE = Finding(AREA, "ok", "no Python evaluator is kept here")


def examine(home: DataFolder) -> Iterator[Finding]:
    """Try every Python evaluator in the sandbox; one finding for each."""
    try:
        with read_only(home.database_file) as conn:
            for name, body in _stored(conn):
                yield _tried(name, body)
    except sqlite3.Error as error:
        yield Finding(AREA, "wrong", f"they cannot be read ({error})")


def summary(findings: list[Finding]) -> Finding:
    """The same in one line."""
    troubled = [finding for finding in findings if finding.level != "ok"]
    if not findings:
        return NONE
    if not troubled:
        return Finding(AREA, "ok", f"the {len(findings)} Python evaluators kept here run here")
    return Finding(
        AREA,
        "note",
        f"{len(troubled)} of {len(findings)} Python evaluators may not run here: "
        "'oxloop doctor --evaluators' says why",
    )


def _stored(conn: sqlite3.Connection) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for tenant in every(conn):
        whose = "" if tenant.name == DEFAULT_TENANT else f" of {tenant.name}"
        for one in evaluators.every(conn, tenant.id):
            code = one.body.get("code")
            if one.type == "python" and code and not ready_made.is_named(code):
                yield f"'{one.body['name']}' ({one.id}){whose}", one.body


def _tried(name: str, body: Mapping[str, Any]) -> Finding:
    try:
        warnings = python.inspect(body["code"], body["arguments_type"], body["return_type"])
    except Refused as refused:
        return Finding(AREA, "wrong", f"{name} does not run here: {refused.message}")
    if not warnings:
        return Finding(AREA, "ok", f"{name} runs here")
    said = " ".join(warnings)
    return Finding(AREA, "note", f"{name} may not run here: {said}")
