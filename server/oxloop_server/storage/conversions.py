"""Migrations that take more than SQL. Each works on the tables of its own place in the order."""

import logging
import sqlite3
import time

from attrs import frozen

from oxloop_server.storage import trees
from oxloop_server.storage.blobs import Blob

log = logging.getLogger(__name__)

REPORT_SECONDS = 5.0
"""How often the log tells how far a long conversion has come."""

_COMMITS = (
    "SELECT repository_id, id, sequence, parent_id, tree_id, message, author, email, timestamp"
    " FROM old_commits ORDER BY repository_id, sequence"
)
_IN_TREE = "FROM tree_entries n WHERE n.repository_id = :repository AND n.tree_id = :tree"
# Each file tells which commit wrote it.
_WRITTEN = f"SELECT n.path, n.sha256, n.size {_IN_TREE} AND n.commit_id = :commit"
_COUNT = f"SELECT COUNT(*) {_IN_TREE}"
_IS_THERE = (
    "SELECT 1 FROM tree_entries"
    " WHERE repository_id = :repository AND tree_id = :before AND path = :path"
)
_GONE = (
    "SELECT o.path FROM tree_entries o"
    " WHERE o.repository_id = :repository AND o.tree_id = :before AND NOT EXISTS ("
    "  SELECT 1 FROM tree_entries n WHERE n.repository_id = :repository"
    "   AND n.tree_id = :tree AND n.path = o.path)"
)


@frozen
class _Tree:
    """A tree that is kept whole, and how many files are in it."""

    id: str | None
    files: int


def share_trees(conn: sqlite3.Connection) -> None:
    """From a whole tree of each commit to what it changed, and pages that commits share."""
    # The tree of each commit, as it was and as it is; a parent comes before its children.
    before: dict[tuple[str, str], _Tree] = {}
    after: dict[tuple[str, str], int | None] = {}
    commits = conn.execute(_COMMITS).fetchall()
    told = time.monotonic()
    for number, (repository, commit, sequence, parent, tree, *rest) in enumerate(commits):
        if time.monotonic() >= told + REPORT_SECONDS:
            told = time.monotonic()
            # A warning is shown also by commands, which have no log, and by clients that give up.
            log.warning("converting the database: %s of %s commits are done", number, len(commits))
        of_parent = before.get((repository, parent), _Tree(None, 0))
        of = {"repository": repository, "commit": commit, "tree": tree, "before": of_parent.id}
        (files,) = conn.execute(_COUNT, of).fetchone()
        changes: dict[str, Blob | None] = {
            path: Blob(sha256, size) for path, sha256, size in conn.execute(_WRITTEN, of)
        }
        added = sum(
            not conn.execute(_IS_THERE, {**of, "path": path}).fetchone() for path in changes
        )
        if files != of_parent.files + added:
            changes |= {path: None for (path,) in conn.execute(_GONE, of)}
        before[repository, commit] = _Tree(tree, files)
        after[repository, commit] = trees.write(
            conn, repository, commit, after.get((repository, parent)), changes
        )
        conn.execute(
            "INSERT INTO commits (repository_id, id, sequence, parent_id, tree_id, message, author,"
            " email, timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (repository, commit, sequence, parent, after[repository, commit], *rest),
        )


def drop_whole_trees(conn: sqlite3.Connection) -> None:
    """Drop the tables that they were in."""
    (before,) = conn.execute("PRAGMA secure_delete").fetchone()
    # Some builds of SQLite write over all that is dropped, which may be gigabytes.
    conn.execute("PRAGMA secure_delete = OFF")
    conn.execute("DROP TABLE old_commits")
    conn.execute("DROP TABLE tree_entries")
    conn.execute(f"PRAGMA secure_delete = {before}")
