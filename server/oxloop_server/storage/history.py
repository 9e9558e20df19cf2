"""What a branch or commit goes back to, and what is in its folders."""

import hashlib
import sqlite3
from collections.abc import Sequence

from attrs import frozen

from oxloop_server.problems import Refused
from oxloop_server.storage import repositories
from oxloop_server.storage.repositories import Commit, Resolved
from oxloop_server.storage.trees import FileEntry

# The character behind the slash is 0: what is between the two is inside a folder.
_LINE = (
    "WITH RECURSIVE line (id, parent_id, depth) AS ("
    "  SELECT id, parent_id, 0 FROM commits WHERE repository_id = :repository AND id = :commit"
    "  UNION ALL SELECT c.id, c.parent_id, line.depth + 1 FROM line"
    "   JOIN commits c ON c.repository_id = :repository AND c.id = line.parent_id"
    ") SELECT {what} FROM line WHERE :path = '' OR line.id IN ("
    "  SELECT commit_id FROM file_changes WHERE repository_id = :repository"
    "   AND (path = :path OR (path > :path || '/' AND path < :path || '0')))"
)
_PAGE = _LINE.format(what="line.id") + " ORDER BY line.depth LIMIT :limit OFFSET :offset"
_COUNT = _LINE.format(what="count(*)")


@frozen
class Entry:
    """A file or folder in a folder.

    Args:
        name: Its name there.
        is_folder: Whether it is a folder.
        size: Its bytes; of a folder, those of all files in it.
        hash: The same for the same content.
        commit: The last commit that changed it.
    """

    name: str
    is_folder: bool
    size: int
    hash: str
    commit: Commit


def commits(
    conn: sqlite3.Connection, repository_id: str, resolved: Resolved, limit: int, offset: int
) -> tuple[list[Commit], int]:
    """The commits that a resource goes back to, the newest first, and how many there are.

    Args:
        conn: The connection.
        repository_id: In which repository.
        resolved: The branch or commit; its path, if it has one, must have been changed.
        limit: How many at most.
        offset: How many to leave out before them.

    Raises:
        Refused: If nothing was ever at the path.
    """
    of = {"repository": repository_id, "commit": resolved.commit_id, "path": resolved.path}
    (total,) = conn.execute(_COUNT, of).fetchone()
    if not total:
        raise Refused(
            "not_found",
            f"There is and was nothing at '{resolved.path}' on '{resolved.version}'.",
            "resource",
        )
    found = conn.execute(_PAGE, {**of, "limit": limit, "offset": offset}).fetchall()
    return [repositories.get_commit(conn, repository_id, row["id"]) for row in found], int(total)


def folder(
    conn: sqlite3.Connection, repository_id: str, resolved: Resolved, limit: int, offset: int
) -> tuple[list[Entry], int]:
    """What is in a folder, by name, and how many entries that is.

    Args:
        conn: The connection.
        repository_id: In which repository.
        resolved: The branch or commit; no path means its topmost folder.
        limit: How many at most.
        offset: How many to leave out before them.

    Raises:
        Refused: If there is no such folder.
    """
    if resolved.path and repositories.entry(conn, repository_id, resolved.commit_id, resolved.path):
        raise Refused(
            "invalid_params", f"'{resolved.path}' is a file: download it instead.", "resource"
        )
    prefix = f"{resolved.path}/" if resolved.path else ""
    by_name: dict[str, list[FileEntry]] = {}
    for file in repositories.files(conn, repository_id, resolved.commit_id, resolved.path):
        name = file.path[len(prefix) :].partition("/")[0]
        by_name.setdefault(name, []).append(file)
    if prefix and not by_name:
        raise Refused(
            "not_found",
            f"There is no folder '{resolved.path}' at '{resolved.version}'.",
            "resource",
        )
    names = sorted(by_name)[offset : offset + limit]
    entries = [_entry(conn, repository_id, prefix + name, by_name[name]) for name in names]
    return entries, len(by_name)


def _entry(
    conn: sqlite3.Connection, repository_id: str, path: str, files: Sequence[FileEntry]
) -> Entry:
    newest = repositories.newest(conn, repository_id, {file.commit_id for file in files})
    name = path.rpartition("/")[2]
    if files[0].path == path:
        return Entry(name, False, files[0].size, files[0].sha256, newest)
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.path):
        digest.update(f"{file.path[len(path) :]}\0{file.sha256}\n".encode())
    return Entry(name, True, sum(file.size for file in files), digest.hexdigest(), newest)
