"""Configs: a model or a tool with its parameters, kept once for each content."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from attrs import frozen

from oxloop_server import compact_json, stamps
from oxloop_server.storage.humanloop.bodies import Body, by_id, load, value_list

# A name and a description say what a config is called, not what it is.
_NAMING = frozenset({"name", "description"})

COLUMNS = "c.id, c.body, c.created_at"
"""A config's columns, for ``of_columns``."""

_SELECT = f"SELECT {COLUMNS} FROM hl_configs c"  # noqa: S608 - constants only


@frozen
class Config:
    """A config.

    Args:
        id: Its id.
        body: Its type and parameters under the names of Humanloop's API, all defaults in place.
        created_at: When it was first seen.
    """

    id: str
    body: Body
    created_at: str

    @property
    def type(self) -> str:
        """What kind of config it is: ``model`` or ``tool``."""
        return cast(str, self.body["type"])


@frozen
class ProjectConfig:
    """A config as a project has it.

    Args:
        project_id: The project.
        project_name: Its name.
        config: The config.
        created_at: When the project got it.
        updated_at: When that last changed.
        last_used: When it was last registered, logged or evaluated there.
        log_count: How many logs the project has of it.
    """

    project_id: str
    project_name: str
    config: Config
    created_at: str
    updated_at: str
    last_used: str
    log_count: int


def of_columns(values: Iterator[Any]) -> Config:
    """A config of the next values of a row, which are those of ``COLUMNS``."""
    return Config(next(values), load(next(values)), next(values))


def ensure(conn: sqlite3.Connection, tenant_id: str, body: Body) -> Config:
    """The tenant's config of that content, kept anew if there is none.

    Of configs that differ in name and description only, the first one stays.

    Args:
        conn: The transaction.
        tenant_id: Whose it is.
        body: Its content. A config without a name gets one, which tells the content.
    """
    digest = _digest(body)
    row = conn.execute(
        f"{_SELECT} WHERE tenant_id = ? AND digest = ?", (tenant_id, digest)
    ).fetchone()
    if row is not None:
        return of_columns(iter(row))
    named = {**body, "name": body.get("name") or f"{body.get('model', 'config')} {digest[:7]}"}
    config = Config(stamps.new_id("config_"), _with_tool_ids(named), stamps.now())
    conn.execute(
        "INSERT INTO hl_configs (id, tenant_id, digest, body, created_at) VALUES (?, ?, ?, ?, ?)",
        (config.id, tenant_id, digest, compact_json.to_text(config.body), config.created_at),
    )
    return config


def get(conn: sqlite3.Connection, tenant_id: str, config_id: str) -> Config | None:
    """Find a config by its id."""
    row = conn.execute(
        f"{_SELECT} WHERE id = ? AND tenant_id = ?", (config_id, tenant_id)
    ).fetchone()
    return None if row is None else of_columns(iter(row))


def get_many(
    conn: sqlite3.Connection, tenant_id: str, config_ids: Iterable[str]
) -> dict[str, Config]:
    """Find configs by their ids; those that are not there are left out.

    Args:
        conn: The connection.
        tenant_id: Whose they are.
        config_ids: Their ids, each as often as its config is answered: so often it is read.
    """
    # With the plus it is the ids that are looked up, and not all configs of the tenant.
    rows = conn.execute(
        f"{_SELECT} JOIN json_each(?) wanted ON wanted.value = c.id WHERE +c.tenant_id = ?",
        (value_list(config_ids), tenant_id),
    )
    return by_id(rows, lambda row: of_columns(iter(row)))


def use(conn: sqlite3.Connection, project_id: str, config_id: str) -> None:
    """Note that a project uses a config, now; it becomes the project's if it is not."""
    now = stamps.now()
    conn.execute(
        "INSERT INTO hl_project_configs VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET last_used = excluded.last_used",
        (project_id, config_id, now, now, now),
    )


def of_projects(
    conn: sqlite3.Connection, pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], ProjectConfig]:
    """Configs as projects have them.

    Args:
        conn: The connection.
        pairs: The ids of projects and configs.
    """
    rows = conn.execute(
        "SELECT u.project_id, p.name, c.id, c.body, c.created_at,"
        " u.created_at, u.updated_at, u.last_used,"
        " (SELECT count(*) FROM hl_logs l"
        "  WHERE l.config_id = c.id AND l.project_id = u.project_id)"
        " FROM json_each(?) wanted"
        " JOIN hl_project_configs u ON u.project_id = wanted.value ->> 0"
        "  AND u.config_id = wanted.value ->> 1"
        " JOIN hl_projects p ON p.id = u.project_id"
        " JOIN hl_configs c ON c.id = u.config_id",
        (json.dumps(list(pairs)),),
    )
    found = (
        ProjectConfig(row[0], row[1], Config(row[2], load(row[3]), row[4]), *tuple(row)[5:])
        for row in rows
    )
    return {(one.project_id, one.config.id): one for one in found}


def _digest(body: Body) -> str:
    content = {name: value for name, value in body.items() if name not in _NAMING}
    text = json.dumps(_plain(content), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    # 1 and 1.0 are one number, however a client writes it.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        items = cast(Mapping[str, Any], value).items()
        return {name: _plain(item) for name, item in items}
    if isinstance(value, list):
        return [_plain(item) for item in cast(list[object], value)]
    return value


def _with_tool_ids(body: Body) -> Body:
    tools = body.get("tools")
    if not tools:
        return body
    return {**body, "tools": [{**tool, "id": stamps.new_id("config_")} for tool in tools]}
