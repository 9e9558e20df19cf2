"""The API keys: digests with what each opens. The folder's own key is in its file only."""

import sqlite3
from pathlib import Path
from typing import Literal, cast

from attrs import field, frozen

from oxloop_server import stamps
from oxloop_server.storage.database import read_only
from oxloop_server.storage.tenants import Tenant

Scope = Literal["read", "write"]
"""What a key may do: ``read`` changes nothing, ``write`` may do everything."""

COMMAND_LINE_KEY = "command line"


@frozen
class ApiKey:
    """A key that opens the service.

    Args:
        name: What the operator calls it.
        tenant: Whose things it opens.
        scope: What it may do with them.
        digest: Its SHA-256.
        created_at: Since when there is such a key.
    """

    name: str
    tenant: Tenant
    scope: Scope
    digest: bytes = field(repr=False)
    created_at: str = ""


def all_keys(conn: sqlite3.Connection) -> list[ApiKey]:
    """Every key but the folder's own, the oldest first."""
    rows = conn.execute(
        "SELECT k.name, k.scope, k.digest, k.created_at, t.id AS tenant_id, t.name AS tenant"
        " FROM api_keys k JOIN tenants t ON t.id = k.tenant_id ORDER BY k.created_at, k.name"
    )
    return [
        ApiKey(
            row["name"],
            Tenant(row["tenant_id"], row["tenant"]),
            cast(Scope, row["scope"]),
            bytes(row["digest"]),
            row["created_at"],
        )
        for row in rows
    ]


def add(conn: sqlite3.Connection, name: str, tenant: Tenant, scope: Scope, digest: bytes) -> bool:
    """Make a key known.

    Args:
        conn: The transaction.
        name: What to call it.
        tenant: Whose things it opens.
        scope: What it may do with them.
        digest: Its SHA-256.

    Returns:
        False if another key has that name.
    """
    done = conn.execute(
        "INSERT INTO api_keys (digest, tenant_id, name, scope, created_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
        (digest, tenant.id, name, scope, stamps.now()),
    )
    return done.rowcount == 1


def revoke(conn: sqlite3.Connection, name: str) -> bool:
    """Forget a key; answer whether there was one."""
    return conn.execute("DELETE FROM api_keys WHERE name = ?", (name,)).rowcount == 1


def set_command_line_key(conn: sqlite3.Connection, tenant: Tenant, digest: bytes | None) -> None:
    """Make ``digest`` the one key given when the service was started.

    An earlier one ends with it: a key that is no longer given must no longer open anything.

    Args:
        conn: The transaction.
        tenant: Whose key it is.
        digest: The key's SHA-256, or None if none was given.
    """
    revoke(conn, COMMAND_LINE_KEY)
    if digest is not None:
        # It may be one that was added too; then it is that one.
        conn.execute("DELETE FROM api_keys WHERE digest = ?", (digest,))
        add(conn, COMMAND_LINE_KEY, tenant, "write", digest)


def any_added(database: Path) -> bool:
    """Whether a database that no service has opened yet knows keys of the operator's choice."""
    if not database.is_file():
        return False
    try:
        with read_only(database) as conn:
            found = conn.execute(
                "SELECT 1 FROM api_keys WHERE name != ?", (COMMAND_LINE_KEY,)
            ).fetchone()
    except sqlite3.Error:
        # What is wrong with it is said where it is opened for use.
        return False
    return found is not None
