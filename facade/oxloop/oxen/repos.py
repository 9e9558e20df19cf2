"""Repositories, the homes of data files."""

from typing import TYPE_CHECKING

from oxloop._decode import extras, part, text
from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.oxen._names import repository
from oxloop.oxen.details import Repository

if TYPE_CHECKING:
    from oxloop_api.oxen import models as wire
    from oxloop_api.oxen.types import Unset

    from oxloop._http import Response


def create(
    core: Core, name: str, description: str | None, is_public: bool | None
) -> Flow[Repository]:
    """Ask for a new repository."""
    from oxloop_api.oxen.api.repositories import create_repository
    from oxloop_api.oxen.models.create_repository_request import CreateRepositoryRequest

    namespace, repo_name = repository(name)
    body = CreateRepositoryRequest(namespace=namespace, name=repo_name)
    if description is not None:
        body.description = description
    if is_public is not None:
        body.is_public = is_public

    def parse(response: "Response") -> Repository:
        return _repository(create_repository.parse_response(response).repository)

    return (yield from call(core, create_repository.build_request(body=body), parse))


def get(core: Core, name: str) -> Flow[Repository]:
    """Ask for a repository."""
    from oxloop_api.oxen.api.repositories import get_repository

    def parse(response: "Response") -> Repository:
        return _repository(get_repository.parse_response(response).repository)

    return (yield from call(core, get_repository.build_request(*repository(name)), parse))


def _repository(found: "wire.Repository | Unset | None") -> Repository:
    found = part(found, "repository")
    return Repository(
        namespace=text(found.namespace, "repository.namespace"),
        name=text(found.name, "repository.name"),
        extra=extras(found),
    )


class Repos(SyncResource):
    """Repositories, the homes of data files."""

    def create(
        self, name: str, *, description: str | None = None, is_public: bool | None = None
    ) -> Repository:
        """Create a repository, with the branch ``main`` and one empty commit.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            name: Namespace and name, like ``"ox/support"``.
            description: What it is for.
            is_public: Whether everybody may read it; the server decides if not given.

        Returns:
            The repository.

        Raises:
            ConflictError: There is one of that name already.

        Example:
            >>> oxen.repos.create("ox/support", description="Support tickets")
        """
        return self._driver.run(create(self._core, name, description, is_public))

    def get(self, name: str) -> Repository:
        """Return a repository.

        As in the repository API of Oxen.ai, version 0.52.0.

        Args:
            name: Namespace and name, like ``"ox/support"``.

        Raises:
            NotFoundError: There is none, or the key may not see it.

        Example:
            >>> oxen.repos.get("ox/support").name
        """
        return self._driver.run(get(self._core, name))


class AsyncRepos(AsyncResource):
    """Repositories, as ``Repos`` has them, awaited."""

    async def create(
        self, name: str, *, description: str | None = None, is_public: bool | None = None
    ) -> Repository:
        """Create a repository, as ``Repos.create`` does."""
        return await self._driver.run(create(self._core, name, description, is_public))

    async def get(self, name: str) -> Repository:
        """Return a repository, as ``Repos.get`` does."""
        return await self._driver.run(get(self._core, name))
