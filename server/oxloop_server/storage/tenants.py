"""Tenants, and the namespaces that they own."""

import sqlite3

from attrs import frozen

from oxloop_server import stamps

DEFAULT_TENANT = "default"


@frozen
class Tenant:
    """Whose request it is.

    Args:
        id: The tenant's uuid.
        name: Its name, unique in the data folder.
    """

    id: str
    name: str


def ensure_tenant(conn: sqlite3.Connection, name: str) -> Tenant:
    """Answer the tenant of that name, made if there is none."""
    row = conn.execute("SELECT id FROM tenants WHERE name = ?", (name,)).fetchone()
    if row is not None:
        return Tenant(row["id"], name)
    tenant = Tenant(stamps.new_uuid(), name)
    conn.execute("INSERT INTO tenants VALUES (?, ?, ?)", (tenant.id, name, stamps.now()))
    return tenant


def every(conn: sqlite3.Connection) -> list[Tenant]:
    """Every tenant, by name."""
    rows = conn.execute("SELECT id, name FROM tenants ORDER BY name")
    return [Tenant(row["id"], row["name"]) for row in rows]


def claim_namespace(conn: sqlite3.Connection, tenant_id: str, namespace: str) -> bool:
    """Give a namespace to the tenant that uses it first.

    Returns:
        Whether the namespace is this tenant's.
    """
    conn.execute("INSERT OR IGNORE INTO namespaces VALUES (?, ?)", (namespace, tenant_id))
    row = conn.execute("SELECT tenant_id FROM namespaces WHERE name = ?", (namespace,)).fetchone()
    return bool(row["tenant_id"] == tenant_id)
