"""Datasets, named collections of datapoints."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oxloop._flow import Core, call
from oxloop._flow import delete as delete_at
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError
from oxloop.humanloop import _reading
from oxloop.humanloop._giving import body, path_id, present
from oxloop.humanloop.details import Dataset

if TYPE_CHECKING:
    from oxloop._http import Response

_Datasets = list[Dataset]


def create(core: Core, project_id: str, name: str, description: str) -> Flow[Dataset]:
    """Ask for a new dataset."""
    from oxloop_api.humanloop.api.datasets import create_dataset
    from oxloop_api.humanloop.models.create_dataset_request import CreateDatasetRequest

    request = create_dataset.build_request(
        path_id("project_id", project_id),
        body=body(CreateDatasetRequest, {"name": name, "description": description}),
    )

    def parse(response: "Response") -> Dataset:
        return _reading.dataset(create_dataset.parse_response(response))

    return (yield from call(core, request, parse))


def get(core: Core, dataset_id: str) -> Flow[Dataset]:
    """Ask for a dataset."""
    from oxloop_api.humanloop.api.datasets import get_dataset

    request = get_dataset.build_request(path_id("dataset_id", dataset_id))

    def parse(response: "Response") -> Dataset:
        return _reading.dataset(get_dataset.parse_response(response))

    return (yield from call(core, request, parse))


def list_all(core: Core) -> Flow[_Datasets]:
    """Ask for every dataset."""
    from oxloop_api.humanloop.api.datasets import list_datasets

    def parse(response: "Response") -> _Datasets:
        return _reading.each(list_datasets.parse_response(response), _reading.dataset)

    return (yield from call(core, list_datasets.build_request(), parse))


def update(core: Core, dataset_id: str, fields: Mapping[str, Any]) -> Flow[Dataset]:
    """Ask for parts of a dataset to be changed."""
    from oxloop_api.humanloop.api.datasets import update_dataset
    from oxloop_api.humanloop.models.update_dataset_request import UpdateDatasetRequest

    if not fields:
        raise ConfigurationError("Nothing to change is given; name what is to be different.")
    request = update_dataset.build_request(
        path_id("dataset_id", dataset_id), body=body(UpdateDatasetRequest, fields)
    )

    def parse(response: "Response") -> Dataset:
        return _reading.dataset(update_dataset.parse_response(response))

    return (yield from call(core, request, parse))


def delete(core: Core, dataset_id: str) -> Flow[None]:
    """Have a dataset removed."""
    from oxloop_api.humanloop.api.datasets import delete_dataset

    return delete_at(core, delete_dataset.build_request(path_id("dataset_id", dataset_id)))


class Datasets(SyncResource):
    """Datasets, named collections of datapoints."""

    def create(self, project_id: str, name: str, *, description: str = "") -> Dataset:
        """Create an empty dataset; ``datapoints.create`` fills it.

        As on the page "Create Dataset" of the Humanloop v4 reference.

        Args:
            project_id: The project, whose id starts with ``pr_``.
            name: The dataset's name.
            description: What is in it.

        Raises:
            NotFoundError: There is no such project.

        Example:
            >>> dataset = humanloop.datasets.create(project.id, "two reviews")
        """
        return self._driver.run(create(self._core, project_id, name, description))

    def get(self, dataset_id: str) -> Dataset:
        """Return a dataset.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            dataset_id: The dataset's id, which starts with ``evts_``.

        Raises:
            NotFoundError: There is no such dataset.

        Example:
            >>> humanloop.datasets.get("evts_…").name
        """
        return self._driver.run(get(self._core, dataset_id))

    def list(self) -> _Datasets:
        """Return the datasets of all projects.

        As in the v4 API of Humanloop, version 4.0.1.

        Example:
            >>> [dataset.name for dataset in humanloop.datasets.list()]
        """
        return self._driver.run(list_all(self._core))

    def update(
        self, dataset_id: str, *, name: str | None = None, description: str | None = None
    ) -> Dataset:
        """Rename a dataset or describe it anew. What is not given stays as it is.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            dataset_id: The dataset's id, which starts with ``evts_``.
            name: Its name.
            description: What is in it.

        Returns:
            The dataset as it is afterwards.

        Raises:
            NotFoundError: There is no such dataset.

        Example:
            >>> humanloop.datasets.update("evts_…", name="reviews of May")
        """
        fields = present(name=name, description=description)
        return self._driver.run(update(self._core, dataset_id, fields))

    def delete(self, dataset_id: str) -> None:
        """Delete a dataset. Evaluations over it keep what they ran over.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            dataset_id: The dataset's id, which starts with ``evts_``.

        Raises:
            NotFoundError: There is no such dataset.

        Example:
            >>> humanloop.datasets.delete("evts_…")
        """
        self._driver.run(delete(self._core, dataset_id))


class AsyncDatasets(AsyncResource):
    """Datasets, as ``Datasets`` has them, awaited."""

    async def create(self, project_id: str, name: str, *, description: str = "") -> Dataset:
        """Create an empty dataset, as ``Datasets.create`` does."""
        return await self._driver.run(create(self._core, project_id, name, description))

    async def get(self, dataset_id: str) -> Dataset:
        """Return a dataset, as ``Datasets.get`` does."""
        return await self._driver.run(get(self._core, dataset_id))

    async def list(self) -> _Datasets:
        """Return the datasets of all projects, as ``Datasets.list`` does."""
        return await self._driver.run(list_all(self._core))

    async def update(
        self, dataset_id: str, *, name: str | None = None, description: str | None = None
    ) -> Dataset:
        """Rename a dataset or describe it anew, as ``Datasets.update`` does."""
        fields = present(name=name, description=description)
        return await self._driver.run(update(self._core, dataset_id, fields))

    async def delete(self, dataset_id: str) -> None:
        """Delete a dataset, as ``Datasets.delete`` does."""
        await self._driver.run(delete(self._core, dataset_id))
