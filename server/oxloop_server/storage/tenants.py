"""Tenants, the digests of their keys, and the namespaces that they own."""

import sqlite3

from attrs import frozen

from oxloop_server import stamps

DEFAULT_TENANT = "default"
COMMAND_LINE_KEY = "command line"


@frozen
class Tenant:
    """Whose request it is.

    Args:
        id: The tenant's uuid.
        name: Its name, unique in the data folder.
    """

    id: str
    name: str


def set_up(
    conn: sqlite3.Connection, folder_digest: bytes, given_digest: bytes | None
) -> list[tuple[bytes, Tenant]]:
    """Make the keys of a starting service known.

    Args:
        conn: The transaction.
        folder_digest: The SHA-256 of the folder's own key, which is kept in its file only.
        given_digest: That of the key given at the start, or None if none was given.

    Returns:
        The digest of every key with the tenant that it stands for.
    """
    default = ensure_tenant(conn, DEFAULT_TENANT)
    set_command_line_key(conn, default, given_digest)
    return [(folder_digest, default), *key_digests(conn)]


def ensure_tenant(conn: sqlite3.Connection, name: str) -> Tenant:
    """Answer the tenant of that name, made if there is none."""
    row = conn.execute("SELECT id FROM tenants WHERE name = ?", (name,)).fetchone()
    if row is not None:
        return Tenant(row["id"], name)
    tenant = Tenant(stamps.new_uuid(), name)
    conn.execute("INSERT INTO tenants VALUES (?, ?, ?)", (tenant.id, name, stamps.now()))
    return tenant


def set_command_line_key(conn: sqlite3.Connection, tenant: Tenant, digest: bytes | None) -> None:
    """Make ``digest`` the one key given when the service was started.

    An earlier one ends with it: a key that is no longer given must no longer open anything.

    Args:
        conn: The transaction.
        tenant: Whose key it is.
        digest: The key's SHA-256, or None if none was given.
    """
    conn.execute("DELETE FROM api_keys WHERE name = ?", (COMMAND_LINE_KEY,))
    if digest is not None:
        conn.execute(
            "INSERT OR REPLACE INTO api_keys VALUES (?, ?, ?, ?)",
            (digest, tenant.id, COMMAND_LINE_KEY, stamps.now()),
        )


def key_digests(conn: sqlite3.Connection) -> list[tuple[bytes, Tenant]]:
    """Every key's SHA-256 digest with the tenant that it stands for."""
    rows = conn.execute(
        "SELECT k.digest, t.id, t.name FROM api_keys k JOIN tenants t ON t.id = k.tenant_id"
    )
    return [(bytes(row["digest"]), Tenant(row["id"], row["name"])) for row in rows]


def claim_namespace(conn: sqlite3.Connection, tenant_id: str, namespace: str) -> bool:
    """Give a namespace to the tenant that uses it first.

    Returns:
        Whether the namespace is this tenant's.
    """
    conn.execute("INSERT OR IGNORE INTO namespaces VALUES (?, ?)", (namespace, tenant_id))
    row = conn.execute("SELECT tenant_id FROM namespaces WHERE name = ?", (namespace,)).fetchone()
    return bool(row["tenant_id"] == tenant_id)
