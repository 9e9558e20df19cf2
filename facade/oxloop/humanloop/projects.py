"""Projects, the homes of configs, logs and evaluations."""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.humanloop import _reading
from oxloop.humanloop._giving import body, path_id, present, word
from oxloop.humanloop._paging import PAGE_SIZE, Page, Pages, check_size, every, page
from oxloop.humanloop.details import Project

if TYPE_CHECKING:
    from oxloop._http import Response


def create(core: Core, name: str, directory_id: str | None) -> Flow[Project]:
    """Ask for a new project."""
    from oxloop_api.humanloop.api.projects import create_project
    from oxloop_api.humanloop.models.create_project_request import CreateProjectRequest

    fields = present(name=name, directory_id=directory_id)
    request = create_project.build_request(body=body(CreateProjectRequest, fields))

    def parse(response: "Response") -> Project:
        return _reading.project(create_project.parse_response(response))

    return (yield from call(core, request, parse))


def get(core: Core, project_id: str) -> Flow[Project]:
    """Ask for a project."""
    from oxloop_api.humanloop.api.projects import get_project

    request = get_project.build_request(path_id("project_id", project_id))

    def parse(response: "Response") -> Project:
        return _reading.project(get_project.parse_response(response))

    return (yield from call(core, request, parse))


def list_all(
    core: Core,
    name: str | None,
    user: str | None,
    sort_by: str | None,
    order: str | None,
    page_size: int,
) -> Flow[None]:
    """Emit each project that fits."""
    from oxloop_api.humanloop.api.projects import list_projects
    from oxloop_api.humanloop.models.project_sort_by import ProjectSortBy
    from oxloop_api.humanloop.models.sort_order import SortOrder

    query = present(
        filter_=name,
        user_filter=user,
        sort_by=None if sort_by is None else word(ProjectSortBy, "sort_by", sort_by),
        order=None if order is None else word(SortOrder, "order", order),
    )

    def parse(response: "Response") -> Page:
        return page(list_projects.parse_response(response), _reading.project)

    def ask(number: int, size: int) -> Flow[Page]:
        return call(core, list_projects.build_request(page=number, size=size, **query), parse)

    return every(Pages(ask, check_size(page_size), first=0))


class Projects(SyncResource):
    """Projects, the homes of configs, logs and evaluations."""

    def create(self, name: str, *, directory_id: str | None = None) -> Project:
        """Create a project.

        As on the page "Create Project" of the Humanloop v4 reference.

        Args:
            name: Its name, which no other project has.
            directory_id: The directory to put it in, if not the root.

        Raises:
            UnprocessableEntityError: The name is taken.

        Example:
            >>> project = humanloop.projects.create("reviews")
        """
        return self._driver.run(create(self._core, name, directory_id))

    def get(self, project_id: str) -> Project:
        """Return a project.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            project_id: The project's id, which starts with ``pr_``.

        Raises:
            NotFoundError: There is no such project.

        Example:
            >>> humanloop.projects.get("pr_…").name
        """
        return self._driver.run(get(self._core, project_id))

    def list(
        self,
        *,
        name: str | None = None,
        user: str | None = None,
        sort_by: str | None = None,
        order: str | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[Project]:
        """Iterate over the projects; a page is fetched when its first project is asked for.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            name: Only projects with this in their name, in upper or lower case.
            user: Only projects with a user whose name or address has this.
            sort_by: ``created_at``, ``updated_at`` or ``name``.
            order: ``asc`` or ``desc``.
            page_size: Projects fetched at a time.

        Example:
            >>> for project in humanloop.projects.list(name="review"):
            ...     print(project.id, project.name)
        """
        flow = list_all(self._core, name, user, sort_by, order, page_size)
        return self._driver.iterate(flow)


class AsyncProjects(AsyncResource):
    """Projects, as ``Projects`` has them, awaited."""

    async def create(self, name: str, *, directory_id: str | None = None) -> Project:
        """Create a project, as ``Projects.create`` does."""
        return await self._driver.run(create(self._core, name, directory_id))

    async def get(self, project_id: str) -> Project:
        """Return a project, as ``Projects.get`` does."""
        return await self._driver.run(get(self._core, project_id))

    def list(
        self,
        *,
        name: str | None = None,
        user: str | None = None,
        sort_by: str | None = None,
        order: str | None = None,
        page_size: int = PAGE_SIZE,
    ) -> AsyncIterator[Project]:
        """Iterate over the projects with ``async for``, as ``Projects.list`` does."""
        flow = list_all(self._core, name, user, sort_by, order, page_size)
        return self._driver.iterate(flow)
