"""Which files a commit has: a tree of small pages, most of which it shares with other commits.

A tree is a B-tree by path. Its pages never change: a commit writes anew the pages on the way to
what it changed, and refers to the others as they are. So a commit costs as much as its change,
however many files and commits there are and from wherever branches go off, and every commit is read
in a few steps. A tree is named by its topmost page; the one without files by None.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter

from attrs import frozen

from oxloop_server.storage.blobs import Blob

PAGE_ROWS = 8
"""Rows of a page at most: more of them cost more space in each commit, fewer cost more steps."""

_BEHIND_SLASH = "0"
"""The next character: what is between a folder with a slash and with this one is inside it."""

_FILES = """
    WITH RECURSIVE pages (id) AS (
        SELECT :tree
        UNION ALL
        SELECT r.child_id
          FROM pages JOIN tree_pages r ON r.page_id = pages.id
         WHERE r.child_id IS NOT NULL AND (:end IS NULL OR r.path < :end)
           AND r.path >= COALESCE(
               (SELECT MAX(f.path) FROM tree_pages f
                 WHERE f.page_id = pages.id AND f.path <= :begin), '')
    )
    SELECT c.path, c.sha256, c.size, c.commit_id
      FROM pages
      CROSS JOIN tree_pages r ON r.page_id = pages.id
      CROSS JOIN file_changes c ON c.id = r.change_id
     WHERE r.path >= :begin AND (:end IS NULL OR r.path < :end)
"""


@frozen
class FileEntry:
    """A file of a commit.

    Args:
        path: Its path in the repository.
        sha256: Which bytes it has.
        size: How many.
        commit_id: The last commit that changed it.
    """

    path: str
    sha256: str
    size: int
    commit_id: str


@frozen
class _Row:
    """A row of a page: a page further down that begins with the path, or the file there.

    Args:
        path: The first path of the page further down, or the file's.
        child_id: The page further down.
        change_id: The change that wrote the file.
    """

    path: str
    child_id: int | None
    change_id: int | None


def find(conn: sqlite3.Connection, tree: int | None, path: str) -> FileEntry | None:
    """The file at a path, or None."""
    # Nothing comes between a path and the same with a NUL.
    found = _last_before(conn, tree, f"{path}\0")
    if found is None or found.path != path:
        return None
    written = conn.execute(
        "SELECT path, sha256, size, commit_id FROM file_changes WHERE id = ?", (found.change_id,)
    )
    return FileEntry(*written.fetchone())


def has_folder(conn: sqlite3.Connection, tree: int | None, path: str) -> bool:
    """Whether there are files in a folder of that path."""
    found = _last_before(conn, tree, f"{path}{_BEHIND_SLASH}")
    return found is not None and found.path.startswith(f"{path}/")


def files(conn: sqlite3.Connection, tree: int | None, folder: str = "") -> Iterator[FileEntry]:
    """The files in a folder and in those inside it, in any order; with no folder, all files."""
    begin, end = (f"{folder}/", f"{folder}{_BEHIND_SLASH}") if folder else ("", None)
    for row in conn.execute(_FILES, {"tree": tree, "begin": begin, "end": end}):
        yield FileEntry(*row)


def write(
    conn: sqlite3.Connection,
    repository_id: str,
    commit_id: str,
    tree: int | None,
    changes: Mapping[str, Blob | None],
) -> int | None:
    """Record what a commit changes.

    Args:
        conn: The transaction.
        repository_id: In which repository.
        commit_id: The commit.
        tree: The files before it.
        changes: The bytes of each file that it writes, by path; None takes the file away.

    Returns:
        The files of the commit.
    """
    ids: list[tuple[str, int | None]] = []
    for path, blob in sorted(changes.items(), key=itemgetter(0)):
        sha256, size = (None, None) if blob is None else (blob.sha256, blob.size)
        added = conn.execute(
            "INSERT INTO file_changes (repository_id, commit_id, path, sha256, size)"
            " VALUES (?, ?, ?, ?, ?)",
            (repository_id, commit_id, path, sha256, size),
        )
        ids.append((path, None if blob is None else added.lastrowid))
    rows = _changed(conn, tree, ids)
    # What has come of the topmost page gets pages above it until there is one again.
    while len(rows) > 1 or (rows and rows[0].child_id is None):
        rows = _paged(conn, rows)
    return rows[0].child_id if rows else None


def _last_before(conn: sqlite3.Connection, tree: int | None, bound: str) -> _Row | None:
    """The last file whose path comes before a text."""
    row = _Row("", tree, None)
    while row.child_id is not None:
        # A page begins with its first file's path: one that begins before the bound has the file.
        found = conn.execute(
            "SELECT path, child_id, change_id FROM tree_pages WHERE page_id = ? AND path < ?"
            " ORDER BY path DESC LIMIT 1",
            (row.child_id, bound),
        ).fetchone()
        if found is None:
            return None
        row = _Row(*found)
    return None if tree is None else row


def _changed(
    conn: sqlite3.Connection, page: int | None, changes: Sequence[tuple[str, int | None]]
) -> list[_Row]:
    """The rows that are to be where those of a page were; pages below are written."""
    before = [
        _Row(*row)
        for row in conn.execute(
            "SELECT path, child_id, change_id FROM tree_pages WHERE page_id = ? ORDER BY path",
            (page,),
        )
    ]
    if not before or before[0].child_id is None:
        return _merged(before, changes)
    after: list[_Row] = []
    for row, own in _shares(before, changes):
        after += _paged(conn, _changed(conn, row.child_id, own)) if own else [row]
    return after


def _shares(
    rows: Sequence[_Row], changes: Sequence[tuple[str, int | None]]
) -> Iterator[tuple[_Row, Sequence[tuple[str, int | None]]]]:
    """Each row with the changes that belong below it; what is before all belongs to the first."""
    ends = [bisect_left(changes, row.path, key=itemgetter(0)) for row in rows[1:]]
    for row, begin, end in zip(rows, [0, *ends], [*ends, len(changes)], strict=True):
        yield row, changes[begin:end]


def _merged(rows: Sequence[_Row], changes: Sequence[tuple[str, int | None]]) -> list[_Row]:
    merged = {row.path: row for row in rows}
    for path, change_id in changes:
        if change_id is None:
            del merged[path]
        else:
            merged[path] = _Row(path, None, change_id)
    # Python and SQLite agree on the order: by code points is by bytes of UTF-8.
    return [merged[path] for path in sorted(merged)]


def _paged(conn: sqlite3.Connection, rows: Sequence[_Row]) -> list[_Row]:
    """Write rows as pages, each about as full as the others; answer the rows that refer to them."""
    count = -(-len(rows) // PAGE_ROWS)
    bounds = [len(rows) * number // count for number in range(count + 1)] if count else []
    (newest,) = conn.execute("SELECT COALESCE(MAX(page_id), 0) FROM tree_pages").fetchone()
    refs: list[_Row] = []
    for page, (begin, end) in enumerate(pairwise(bounds), start=newest + 1):
        conn.executemany(
            "INSERT INTO tree_pages (page_id, path, child_id, change_id) VALUES (?, ?, ?, ?)",
            [(page, row.path, row.child_id, row.change_id) for row in rows[begin:end]],
        )
        refs.append(_Row(rows[begin].path, page, None))
    return refs
