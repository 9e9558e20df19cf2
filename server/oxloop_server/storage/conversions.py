"""Migrations that take more than SQL. Each works on the tables of its own place in the order."""

import sqlite3

from oxloop_server.storage import trees
from oxloop_server.storage.blobs import Blob

_COMMITS = (
    "SELECT repository_id, id, sequence, parent_id, tree_id, message, author, email, timestamp"
    " FROM old_commits ORDER BY repository_id, sequence"
)
_WRITTEN = (
    "SELECT n.path, n.sha256, n.size FROM tree_entries n"
    " WHERE n.repository_id = :repository AND n.tree_id = :tree AND NOT EXISTS ("
    "  SELECT 1 FROM tree_entries o WHERE o.repository_id = :repository"
    "   AND o.tree_id = :before AND o.path = n.path AND o.commit_id = n.commit_id)"
)
_GONE = (
    "SELECT o.path FROM tree_entries o"
    " WHERE o.repository_id = :repository AND o.tree_id = :before AND NOT EXISTS ("
    "  SELECT 1 FROM tree_entries n WHERE n.repository_id = :repository"
    "   AND n.tree_id = :tree AND n.path = o.path)"
)


def share_trees(conn: sqlite3.Connection) -> None:
    """From a whole tree of each commit to what it changed, and pages that commits share."""
    # The tree of each commit, as it was and as it is; a parent comes before its children.
    before: dict[tuple[str, str], str] = {}
    after: dict[tuple[str, str], int | None] = {}
    for repository, commit, sequence, parent, tree, *rest in conn.execute(_COMMITS).fetchall():
        between = {
            "repository": repository,
            "tree": tree,
            "before": before.get((repository, parent)),
        }
        changes: dict[str, Blob | None] = {path: None for (path,) in conn.execute(_GONE, between)}
        for path, sha256, size in conn.execute(_WRITTEN, between):
            changes[path] = Blob(sha256, size)
        before[repository, commit] = tree
        after[repository, commit] = trees.write(
            conn, repository, commit, after.get((repository, parent)), changes
        )
        conn.execute(
            "INSERT INTO commits (repository_id, id, sequence, parent_id, tree_id, message, author,"
            " email, timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (repository, commit, sequence, parent, after[repository, commit], *rest),
        )
