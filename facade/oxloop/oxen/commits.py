"""Commits: what was changed, when and by whom."""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from oxloop._checks import by_the_rules
from oxloop._decode import extras, known, maybe_integer, maybe_text, part, text
from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Emit, Flow
from oxloop.oxen._names import check_page_size, place, repository
from oxloop.oxen.details import Commit
from oxloop.rules.paths import check_segments

if TYPE_CHECKING:
    from oxloop_api.oxen import models as wire
    from oxloop_api.oxen.types import Unset

    from oxloop._http import Response


def list_all(core: Core, repo: str, revision: str, path: str | None, page_size: int) -> Flow[None]:
    """Emit each commit that a revision goes back to, asking for a page at a time."""
    from oxloop_api.oxen.api.commits import list_commits

    def parse(response: "Response") -> tuple[list[Commit], int]:
        found = list_commits.parse_response(response)
        listed = part(found.commits, "commits")
        commits = [read_commit(one, f"commits[{index}]") for index, one in enumerate(listed)]
        return commits, maybe_integer(found.total_pages, "total_pages") or 0

    where = (*repository(repo), place(revision, path))
    check_page_size(page_size)
    number, total = 1, 1
    while number <= total:
        request = list_commits.build_request(*where, page=number, page_size=page_size)
        commits, total = yield from call(core, request, parse)
        for commit in commits:
            yield Emit(commit)
        number += 1


def get(core: Core, repo: str, commit_id: str) -> Flow[Commit]:
    """Ask for one commit."""
    from oxloop_api.oxen.api.commits import get_commit

    with by_the_rules():
        check_segments("commit_id", commit_id, multi=False)

    def parse(response: "Response") -> Commit:
        return read_commit(get_commit.parse_response(response).commit, "commit")

    request = get_commit.build_request(*repository(repo), commit_id)
    return (yield from call(core, request, parse))


def read_commit(answered: "wire.Commit | Unset | None", field: str) -> Commit:
    """A commit, out of an answer.

    Raises:
        ShapeError: It is not what the API promises.
    """
    found = part(answered, field)
    return Commit(
        id=text(found.id, f"{field}.id"),
        message=maybe_text(found.message, f"{field}.message"),
        author=maybe_text(found.author, f"{field}.author"),
        email=maybe_text(found.email, f"{field}.email"),
        timestamp=maybe_text(found.timestamp, f"{field}.timestamp"),
        parent_ids=tuple(known(found.parent_ids) or ()),
        extra=extras(found),
    )


class Commits(SyncResource):
    """Commits: what was changed, when and by whom."""

    def list(
        self, repo: str, revision: str = "main", *, path: str | None = None, page_size: int = 100
    ) -> Iterator[Commit]:
        """Iterate over the commits that a branch or commit goes back to, the newest first.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            revision: The branch or commit to go back from.
            path: A file or folder, for the commits alone that changed it.
            page_size: Commits to ask for at a time.

        Raises:
            NotFoundError: There is no such repository, revision or path.

        Example:
            >>> for commit in oxen.commits.list("ox/support", "eval/first"):
            ...     print(commit.id, commit.message)
        """
        return self._driver.iterate(list_all(self._core, repo, revision, path, page_size))

    def get(self, repo: str, commit_id: str) -> Commit:
        """Return one commit.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            commit_id: The commit's id.

        Raises:
            NotFoundError: There is no such commit.

        Example:
            >>> oxen.commits.get("ox/support", run.commit).message
        """
        return self._driver.run(get(self._core, repo, commit_id))


class AsyncCommits(AsyncResource):
    """Commits, as ``Commits`` has them, with ``async for`` and ``await``."""

    async def list(
        self, repo: str, revision: str = "main", *, path: str | None = None, page_size: int = 100
    ) -> AsyncIterator[Commit]:
        """Iterate over the commits of a revision, as ``Commits.list`` does."""
        found = list_all(self._core, repo, revision, path, page_size)
        async for commit in self._driver.iterate(found):
            yield commit

    async def get(self, repo: str, commit_id: str) -> Commit:
        """Return one commit, as ``Commits.get`` does."""
        return await self._driver.run(get(self._core, repo, commit_id))
