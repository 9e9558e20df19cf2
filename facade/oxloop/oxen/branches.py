"""Branches, the named lines of commits."""

from typing import TYPE_CHECKING

from oxloop._checks import by_the_rules
from oxloop._decode import extras, known, part, text
from oxloop._flow import Core, call, delete
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.oxen._names import repository
from oxloop.oxen.details import Branch
from oxloop.rules.paths import check_segments

if TYPE_CHECKING:
    from oxloop_api.oxen import models as wire
    from oxloop_api.oxen.types import Unset

    from oxloop._http import Response


def list_all(core: Core, repo: str) -> Flow[list[Branch]]:
    """Ask for every branch of a repository."""
    from oxloop_api.oxen.api.branches import list_branches

    def parse(response: "Response") -> list[Branch]:
        found = known(list_branches.parse_response(response).branches) or []
        return [_branch(branch, f"branches[{number}]") for number, branch in enumerate(found)]

    return (yield from call(core, list_branches.build_request(*repository(repo)), parse))


def get(core: Core, repo: str, name: str) -> Flow[Branch]:
    """Ask for one branch."""
    from oxloop_api.oxen.api.branches import get_branch

    with by_the_rules():
        check_segments("branch_name", name, multi=True)

    def parse(response: "Response") -> Branch:
        return _branch(get_branch.parse_response(response).branch, "branch")

    return (yield from call(core, get_branch.build_request(*repository(repo), name), parse))


def create(core: Core, repo: str, name: str, source: str) -> Flow[Branch]:
    """Ask for a new branch; one that is there is answered as it is, so asking twice is safe."""
    from oxloop_api.oxen.api.branches import create_branch
    from oxloop_api.oxen.models.create_branch_request import CreateBranchRequest

    with by_the_rules():
        check_segments("branch name", name, multi=True)
        check_segments("source", source, multi=True)
    body = CreateBranchRequest(new_name=name, from_name=source)

    def parse(response: "Response") -> Branch:
        return _branch(create_branch.parse_response(response).branch, "branch")

    request = create_branch.build_request(*repository(repo), body=body)
    return (yield from call(core, request, parse, idempotent=True))


def remove(core: Core, repo: str, name: str) -> Flow[None]:
    """Have a branch's name taken away."""
    from oxloop_api.oxen.api.branches import delete_branch

    with by_the_rules():
        check_segments("branch_name", name, multi=True)
    yield from delete(core, delete_branch.build_request(*repository(repo), name))


def _branch(found: "wire.Branch | Unset | None", field: str) -> Branch:
    found = part(found, field)
    return Branch(
        name=text(found.name, f"{field}.name"),
        commit_id=text(found.commit_id, f"{field}.commit_id"),
        extra=extras(found),
    )


class Branches(SyncResource):
    """Branches, the named lines of commits."""

    def list(self, repo: str) -> list[Branch]:
        """Return every branch of a repository.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.

        Example:
            >>> [branch.name for branch in oxen.branches.list("ox/support")]
        """
        return self._driver.run(list_all(self._core, repo))

    def get(self, repo: str, name: str) -> Branch:
        """Return a branch and the commit at its head.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            name: The branch's name, which may have slashes.

        Raises:
            NotFoundError: There is no such branch.

        Example:
            >>> oxen.branches.get("ox/support", "eval/first").commit_id
        """
        return self._driver.run(get(self._core, repo, name))

    def create(self, repo: str, name: str, *, source: str = "main") -> Branch:
        """Create a branch; one that is there already is answered as it is.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            name: The new branch's name, which may have slashes.
            source: The branch or commit that it starts at.

        Raises:
            NotFoundError: There is no such repository or source.

        Example:
            >>> oxen.branches.create("ox/support", "eval/first")
        """
        return self._driver.run(create(self._core, repo, name, source))

    def delete(self, repo: str, name: str) -> None:
        """Delete a branch. Its commits stay, and can be read by their ids.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            repo: The repository, like ``"ox/support"``.
            name: The branch's name, which may have slashes.

        Raises:
            NotFoundError: There is no such branch.

        Example:
            >>> oxen.branches.delete("ox/support", "eval/first")
        """
        self._driver.run(remove(self._core, repo, name))


class AsyncBranches(AsyncResource):
    """Branches, as ``Branches`` has them, awaited."""

    async def list(self, repo: str) -> list[Branch]:
        """Return every branch of a repository, as ``Branches.list`` does."""
        return await self._driver.run(list_all(self._core, repo))

    async def get(self, repo: str, name: str) -> Branch:
        """Return a branch, as ``Branches.get`` does."""
        return await self._driver.run(get(self._core, repo, name))

    async def create(self, repo: str, name: str, *, source: str = "main") -> Branch:
        """Create a branch, as ``Branches.create`` does."""
        return await self._driver.run(create(self._core, repo, name, source))

    async def delete(self, repo: str, name: str) -> None:
        """Delete a branch, as ``Branches.delete`` does."""
        await self._driver.run(remove(self._core, repo, name))
