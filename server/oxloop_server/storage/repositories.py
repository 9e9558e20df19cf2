"""Repositories, branches, commits and the files in them, as Oxen has them.

Every function works inside the caller's transaction.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping

from attrs import frozen

from oxloop_server import stamps
from oxloop_server.problems import Refused
from oxloop_server.storage import trees
from oxloop_server.storage.blobs import Blob
from oxloop_server.storage.tenants import claim_namespace
from oxloop_server.storage.trees import FileEntry

MAIN = "main"

# Oxen's reference manager refuses these in a branch name.
_FORBIDDEN_IN_BRANCHES = ("..", "~", "^", ":", "?", "[", "*", "\\", " ", "@{")


@frozen
class Repository:
    """A home of data files.

    Args:
        id: Its uuid.
        tenant_id: Whose it is.
        namespace: The first part of its address.
        name: The second.
        description: What it is for, in its owner's words.
        is_public: As its owner asked; the local service answers with a key only, all the same.
        created_at: When, RFC 3339.
    """

    id: str
    tenant_id: str
    namespace: str
    name: str
    description: str | None
    is_public: bool
    created_at: str


@frozen
class Branch:
    """A name for the newest commit of a line."""

    name: str
    commit_id: str


@frozen
class Commit:
    """A state of all files of a repository, and who made it."""

    id: str
    parent_ids: tuple[str, ...]
    message: str
    author: str
    email: str
    timestamp: str


@frozen
class Resolved:
    """What a resource means.

    Args:
        commit_id: The commit to read.
        branch: The branch whose head that is; None if the resource named a commit.
        path: The path after it; empty if there is none.
    """

    commit_id: str
    branch: str | None
    path: str

    @property
    def version(self) -> str:
        """The branch, or else the commit id: what Oxen calls the resource's version."""
        return self.branch if self.branch is not None else self.commit_id


def create_repository(
    conn: sqlite3.Connection,
    tenant_id: str,
    namespace: str,
    name: str,
    *,
    description: str | None = None,
    is_public: bool = False,
    author: str = "oxloop",
    email: str = "",
) -> Repository:
    """Make a repository with the branch ``main`` and one empty commit.

    Raises:
        Refused: If there is one of that name, or the namespace is another tenant's.
    """
    if not claim_namespace(conn, tenant_id, namespace):
        raise Refused(
            "conflict",
            f"The namespace '{namespace}' is another's: choose one of your own.",
            "namespace",
        )
    repository = Repository(
        stamps.new_uuid(), tenant_id, namespace, name, description, is_public, stamps.now()
    )
    try:
        conn.execute(
            "INSERT INTO repositories VALUES (?, ?, ?, ?, ?, ?)",
            (repository.id, namespace, name, description, is_public, repository.created_at),
        )
    except sqlite3.IntegrityError:
        raise Refused(
            "conflict",
            f"The repository {namespace}/{name} exists already: use it, or choose another name.",
            "name",
        ) from None
    by = Authorship("Create the repository", author, email)
    _commit(conn, repository.id, MAIN, None, {}, by)
    return repository


def get_repository(
    conn: sqlite3.Connection, tenant_id: str, namespace: str, name: str
) -> Repository:
    """The repository of that name, if it is the tenant's.

    Raises:
        Refused: If it is not there, or another tenant's; the two look alike from outside.
    """
    row = conn.execute(
        "SELECT r.* FROM repositories r JOIN namespaces n ON n.name = r.namespace"
        " WHERE n.tenant_id = ? AND r.namespace = ? AND r.name = ?",
        (tenant_id, namespace, name),
    ).fetchone()
    if row is None:
        raise Refused("not_found", f"There is no repository {namespace}/{name} here.", "repo_name")
    return Repository(
        row["id"],
        tenant_id,
        row["namespace"],
        row["name"],
        row["description"],
        bool(row["is_public"]),
        row["created_at"],
    )


def is_empty(conn: sqlite3.Connection, repository_id: str) -> bool:
    """Whether no file was ever committed."""
    row = conn.execute(
        "SELECT 1 FROM file_changes WHERE repository_id = ? LIMIT 1", (repository_id,)
    ).fetchone()
    return row is None


def branches(conn: sqlite3.Connection, repository_id: str) -> list[Branch]:
    """Every branch, by name."""
    rows = conn.execute(
        "SELECT name, commit_id FROM branches WHERE repository_id = ? ORDER BY name",
        (repository_id,),
    )
    return [Branch(row["name"], row["commit_id"]) for row in rows]


def find_branch(conn: sqlite3.Connection, repository_id: str, name: str) -> Branch | None:
    """The branch of exactly that name."""
    row = conn.execute(
        "SELECT commit_id FROM branches WHERE repository_id = ? AND name = ?",
        (repository_id, name),
    ).fetchone()
    return None if row is None else Branch(name, row["commit_id"])


def get_branch(conn: sqlite3.Connection, repository_id: str, name: str) -> Branch:
    """The branch of exactly that name.

    Raises:
        Refused: If there is none.
    """
    found = find_branch(conn, repository_id, name)
    if found is None:
        raise Refused("not_found", f"The repository has no branch '{name}'.", "branch_name")
    return found


def create_branch(
    conn: sqlite3.Connection, repository_id: str, name: str, start: str
) -> tuple[Branch, bool]:
    """Make a branch at another branch's head or at a commit.

    Args:
        conn: The transaction.
        repository_id: In which repository.
        name: The new branch.
        start: A branch's name or a commit's id.

    Returns:
        The branch, and whether it is new; one that was there is answered as it is.

    Raises:
        Refused: If the name is none for a branch, or there is nothing to start from.
    """
    check_branch_name(name, "new_name")
    found = find_branch(conn, repository_id, name)
    if found is not None:
        return found, False
    if has_commit(conn, repository_id, start):
        commit_id = start
    else:
        source = find_branch(conn, repository_id, start)
        if source is None:
            raise Refused(
                "not_found", f"The repository has no branch or commit '{start}'.", "from_name"
            )
        commit_id = source.commit_id
    _set_head(conn, repository_id, name, commit_id)
    return Branch(name, commit_id), True


def delete_branch(conn: sqlite3.Connection, repository_id: str, name: str) -> Branch:
    """Take a branch's name away; its commits stay.

    Returns:
        The branch as it was.

    Raises:
        Refused: If there is none, or it is the one that every repository has.
    """
    found = get_branch(conn, repository_id, name)
    if name == MAIN:
        raise Refused(
            "invalid_params", f"The branch '{MAIN}' stays: every repository has it.", "branch_name"
        )
    conn.execute("DELETE FROM branches WHERE repository_id = ? AND name = ?", (repository_id, name))
    return found


def check_branch_name(name: str, field: str) -> None:
    """Refuse a name that Oxen takes for no branch, or that no address can carry.

    Args:
        name: The branch's name; slashes are part of it.
        field: The request field that it came from.

    Raises:
        Refused: If it cannot be a branch.
    """
    for forbidden in _FORBIDDEN_IN_BRANCHES:
        if forbidden in name:
            raise Refused(
                "invalid_params", f"A branch name cannot hold {forbidden!r}: '{name}'.", field
            )
    if name == "@" or name.endswith("."):
        raise Refused(
            "invalid_params", f"A branch name cannot be '@' or end with a dot: '{name}'.", field
        )
    if any(segment in ("", ".") for segment in name.split("/")):
        raise Refused(
            "invalid_params",
            f"A branch name cannot begin or end with a slash, nor hold '//' or '/./': '{name}'.",
            field,
        )
    if not name.isprintable():
        raise Refused("invalid_params", "A branch name holds printable characters only.", field)


def resolve(conn: sqlite3.Connection, repository_id: str, resource: str) -> Resolved:
    """Tell a resource's revision from its path.

    The first component counts as a commit if there is one of that id; otherwise the longest
    branch that the resource begins with is meant, so that ``eval/first/a.csv`` is a file of the
    branch ``eval/first`` where there is one, and else one in the folder ``first`` of ``eval``.

    Args:
        conn: The transaction.
        repository_id: In which repository.
        resource: Components with slashes between them, decoded.

    Raises:
        Refused: If it begins with neither.
    """
    first, _, rest = resource.partition("/")
    if has_commit(conn, repository_id, first):
        return Resolved(first, None, rest)
    parts = resource.split("/")
    prefixes = ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]
    for prefix in prefixes:
        branch = find_branch(conn, repository_id, prefix)
        if branch is not None:
            return Resolved(branch.commit_id, branch.name, resource[len(prefix) + 1 :])
    raise Refused(
        "not_found",
        f"'{resource}' begins with no branch and no commit of this repository: "
        "write a branch or a commit id, a slash, and the file's path.",
        "resource",
    )


def has_commit(conn: sqlite3.Connection, repository_id: str, commit_id: str) -> bool:
    """Whether the repository has a commit of that id."""
    row = conn.execute(
        "SELECT 1 FROM commits WHERE repository_id = ? AND id = ?", (repository_id, commit_id)
    ).fetchone()
    return row is not None


def get_commit(conn: sqlite3.Connection, repository_id: str, commit_id: str) -> Commit:
    """The commit of that id.

    Raises:
        Refused: If there is none.
    """
    row = conn.execute(
        "SELECT * FROM commits WHERE repository_id = ? AND id = ?", (repository_id, commit_id)
    ).fetchone()
    if row is None:
        raise Refused("not_found", f"The repository has no commit '{commit_id}'.", "commit_id")
    return _read_commit(row)


def newest(conn: sqlite3.Connection, repository_id: str, commit_ids: Collection[str]) -> Commit:
    """The one of some commits that was made last."""
    row = conn.execute(
        "SELECT c.* FROM json_each(?) one CROSS JOIN commits c"
        " ON c.repository_id = ? AND c.id = one.value ORDER BY c.sequence DESC LIMIT 1",
        (json.dumps([*commit_ids]), repository_id),
    ).fetchone()
    return _read_commit(row)


def entry(
    conn: sqlite3.Connection, repository_id: str, commit_id: str, path: str
) -> FileEntry | None:
    """The file at that path as the commit has it, or None."""
    return trees.find(conn, _tree(conn, repository_id, commit_id), path)


def files(
    conn: sqlite3.Connection, repository_id: str, commit_id: str, folder: str = ""
) -> Iterator[FileEntry]:
    """The files of a commit, in any order; of one folder and those inside it, if it is named."""
    return trees.files(conn, _tree(conn, repository_id, commit_id), folder)


def get_file(conn: sqlite3.Connection, repository_id: str, resolved: Resolved) -> FileEntry:
    """The file that a resource names.

    Raises:
        Refused: If the resource names no file, or one that is not there.
    """
    if not resolved.path:
        raise Refused(
            "invalid_params",
            f"'{resolved.version}' is a whole branch or commit: add a slash and the file's path.",
            "resource",
        )
    found = entry(conn, repository_id, resolved.commit_id, resolved.path)
    if found is None:
        raise Refused(
            "not_found", f"There is no file '{resolved.path}' at '{resolved.version}'.", "resource"
        )
    return found


def in_the_way(
    conn: sqlite3.Connection, repository_id: str, commit_id: str, path: str
) -> str | None:
    """Why no file can be at that path of a commit, in a sentence; None if one can."""
    return _in_the_way(conn, _tree(conn, repository_id, commit_id), path)


def commit_file(
    conn: sqlite3.Connection,
    repository_id: str,
    branch: str,
    path: str,
    blob: Blob,
    message: str,
    author: str,
    email: str,
    *,
    create_from: str | None = None,
) -> Commit:
    """Write one file, as ``commit_files`` writes several.

    Args:
        conn: The transaction.
        repository_id: In which repository.
        branch: The branch to move.
        path: The file's path.
        blob: Its bytes, already kept.
        message: What the commit says.
        author: Whose it is.
        email: The author's address.
        create_from: The commit to make the branch at if it is missing.

    Raises:
        Refused: If the branch is missing and not to be made, or has a file where the path has a
            folder, or the other way round.
    """
    if create_from is not None and find_branch(conn, repository_id, branch) is None:
        create_branch(conn, repository_id, branch, create_from)
    by = Authorship(message, author, email)
    return commit_files(conn, repository_id, branch, {path: blob}, by)


@frozen
class Authorship:
    """What a commit says of itself.

    Args:
        message: What was done.
        author: Who did it.
        email: The author's address.
    """

    message: str
    author: str
    email: str


def commit_files(
    conn: sqlite3.Connection,
    repository_id: str,
    branch: str,
    written: Mapping[str, Blob],
    by: Authorship,
) -> Commit:
    """Write files and move the branch to the one commit that holds them.

    Bytes that the files have already make no new commit: the branch's head is answered.

    Args:
        conn: The transaction.
        repository_id: In which repository.
        branch: The branch to move.
        written: What is written, by path; the bytes are kept already.
        by: Whose it is.

    Raises:
        Refused: If the branch is missing, or a path is a file and a folder at once.
    """
    head = _head(conn, repository_id, branch)
    tree = _tree(conn, repository_id, head.commit_id)
    changed: dict[str, Blob | None] = {}
    for path, blob in written.items():
        found = trees.find(conn, tree, path)
        if found is not None and found.sha256 == blob.sha256:
            continue
        if found is None and (reason := _in_the_way(conn, tree, path)):
            raise Refused("invalid_params", reason, "resource")
        changed[path] = blob
    if not changed:
        return get_commit(conn, repository_id, head.commit_id)
    if reason := _in_each_others_way(changed):
        raise Refused("invalid_params", reason, "resource")
    return _commit(conn, repository_id, branch, head.commit_id, changed, by)


def remove(
    conn: sqlite3.Connection, repository_id: str, branch: str, path: str, by: Authorship
) -> Commit:
    """Take a file, or a folder with all that is in it, out of a branch.

    Args:
        conn: The transaction.
        repository_id: In which repository.
        branch: The branch to move.
        path: The file's or the folder's path.
        by: Whose it is.

    Raises:
        Refused: If there is no such branch, or nothing at that path.
    """
    head = _head(conn, repository_id, branch)
    tree = _tree(conn, repository_id, head.commit_id)
    gone: dict[str, Blob | None] = {file.path: None for file in trees.files(conn, tree, path)}
    if trees.find(conn, tree, path) is not None:
        gone[path] = None
    if not gone:
        raise Refused("not_found", f"There is nothing at '{path}' on '{branch}'.", "resource")
    return _commit(conn, repository_id, branch, head.commit_id, gone, by)


def move(
    conn: sqlite3.Connection,
    repository_id: str,
    branch: str,
    path: str,
    new_path: str,
    by: Authorship,
) -> Commit:
    """Give a file of a branch another path.

    Args:
        conn: The transaction.
        repository_id: In which repository.
        branch: The branch to move.
        path: The file's path.
        new_path: The path that it gets.
        by: Whose it is.

    Raises:
        Refused: If there is no such branch or file, or something is at the new path already.
    """
    head = _head(conn, repository_id, branch)
    tree = _tree(conn, repository_id, head.commit_id)
    moved = trees.find(conn, tree, path)
    if moved is None:
        raise Refused("not_found", f"There is no file '{path}' on '{branch}'.", "resource")
    if trees.find(conn, tree, new_path) is not None:
        raise Refused("invalid_params", f"There is a file '{new_path}' already.", "new_path")
    if reason := _in_the_way(conn, tree, new_path, leaving=path):
        raise Refused("invalid_params", reason, "new_path")
    changed = {path: None, new_path: Blob(moved.sha256, moved.size)}
    return _commit(conn, repository_id, branch, head.commit_id, changed, by)


def is_folder(conn: sqlite3.Connection, repository_id: str, commit_id: str, path: str) -> bool:
    """Whether a commit has files in a folder of that path."""
    return trees.has_folder(conn, _tree(conn, repository_id, commit_id), path)


def _head(conn: sqlite3.Connection, repository_id: str, branch: str) -> Branch:
    head = find_branch(conn, repository_id, branch)
    if head is None:
        raise Refused("not_found", f"The repository has no branch '{branch}'.", "resource")
    return head


def _tree(conn: sqlite3.Connection, repository_id: str, commit_id: str) -> int | None:
    row = conn.execute(
        "SELECT tree_id FROM commits WHERE repository_id = ? AND id = ?", (repository_id, commit_id)
    ).fetchone()
    return None if row is None else row["tree_id"]


def _in_the_way(
    conn: sqlite3.Connection, tree: int | None, path: str, leaving: str | None = None
) -> str | None:
    # A path cannot be a file and a folder at once: no checkout could hold both.
    for folder in _folders(path):
        if folder != leaving and trees.find(conn, tree, folder) is not None:
            return f"'{folder}' is a file, not a folder."
    if trees.has_folder(conn, tree, path):
        others = (file for file in trees.files(conn, tree, path) if file.path != leaving)
        if any(others):
            return f"'{path}' is a folder, not a file."
    return None


def _in_each_others_way(paths: Collection[str]) -> str | None:
    for path in paths:
        for folder in _folders(path):
            if folder in paths:
                return f"'{folder}' is a file, not a folder."
    return None


def _folders(path: str) -> Iterator[str]:
    parts = path.split("/")
    return ("/".join(parts[:length]) for length in range(1, len(parts)))


def _commit(
    conn: sqlite3.Connection,
    repository_id: str,
    branch: str,
    parent_id: str | None,
    changes: Mapping[str, Blob | None],
    by: Authorship,
) -> Commit:
    """Move a branch to a new commit; of the changes, no bytes take a file away."""
    commit_id = stamps.new_commit_id()
    tree = None if parent_id is None else _tree(conn, repository_id, parent_id)
    (sequence,) = conn.execute(
        "SELECT COALESCE(MAX(sequence), 0) + 1 FROM commits WHERE repository_id = ?",
        (repository_id,),
    ).fetchone()
    commit = Commit(
        commit_id,
        () if parent_id is None else (parent_id,),
        by.message,
        by.author,
        by.email,
        stamps.now(),
    )
    conn.execute(
        "INSERT INTO commits (repository_id, id, sequence, parent_id, tree_id, message, author,"
        " email, timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            repository_id,
            commit_id,
            sequence,
            parent_id,
            trees.write(conn, repository_id, commit_id, tree, changes),
            by.message,
            by.author,
            by.email,
            commit.timestamp,
        ),
    )
    _set_head(conn, repository_id, branch, commit_id)
    return commit


def _set_head(conn: sqlite3.Connection, repository_id: str, name: str, commit_id: str) -> None:
    conn.execute(
        "INSERT INTO branches VALUES (?, ?, ?)"
        " ON CONFLICT (repository_id, name) DO UPDATE SET commit_id = excluded.commit_id",
        (repository_id, name, commit_id),
    )


def _read_commit(row: sqlite3.Row) -> Commit:
    parents = () if row["parent_id"] is None else (row["parent_id"],)
    return Commit(row["id"], parents, row["message"], row["author"], row["email"], row["timestamp"])
