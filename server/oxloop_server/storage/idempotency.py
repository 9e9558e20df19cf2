"""Answers kept under their senders' idempotency keys, for requests that come again.

An answer is kept in the transaction that makes the object which it tells of: a crash leaves both
or neither.
"""

import sqlite3

from attrs import frozen

from oxloop_server import stamps

KEPT_SECONDS = 24 * 60 * 60.0
CLEARED_AT_ONCE = 16


@frozen
class KeyedRequest:
    """A request that bears an idempotency key.

    Args:
        tenant_id: Whose it is.
        operation: What it calls; keys of different operations have nothing to do with each other.
        key: The key.
        digest: Tells the request from others with its key.
    """

    tenant_id: str
    operation: str
    key: str
    digest: bytes


@frozen
class Kept:
    """An answer that a request with that key got.

    Args:
        digest: Tells which request.
        status: The answer's status.
        body: Its JSON body, as text.
    """

    digest: bytes
    status: int
    body: str


def find(conn: sqlite3.Connection, request: KeyedRequest) -> Kept | None:
    """Find what was answered under a request's key in the last 24 hours."""
    row = conn.execute(
        "SELECT digest, status, body FROM idempotency_keys"
        " WHERE tenant_id = ? AND operation = ? AND key = ? AND created_at > ?",
        (request.tenant_id, request.operation, request.key, stamps.ago(KEPT_SECONDS)),
    ).fetchone()
    return None if row is None else Kept(bytes(row["digest"]), row["status"], row["body"])


def keep(conn: sqlite3.Connection, request: KeyedRequest, status: int, body: str) -> None:
    """Keep an answer under a request's key, and clear a few away that are too old.

    Args:
        conn: The transaction that makes what the answer tells of.
        request: The request.
        status: The answer's status.
        body: Its JSON body, as text.
    """
    # Some at a time: what a busy day has left must not hold up a single request.
    conn.execute(
        "DELETE FROM idempotency_keys WHERE rowid IN"
        " (SELECT rowid FROM idempotency_keys WHERE created_at <= ? ORDER BY created_at LIMIT ?)",
        (stamps.ago(KEPT_SECONDS), CLEARED_AT_ONCE),
    )
    conn.execute(
        "INSERT OR REPLACE INTO idempotency_keys"
        " (tenant_id, operation, key, digest, status, body, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            request.tenant_id,
            request.operation,
            request.key,
            request.digest,
            status,
            body,
            stamps.now(),
        ),
    )
