"""Datapoints: inputs, and what a good answer looks like."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from oxloop._flow import Core, call
from oxloop._resource import AsyncResource, SyncResource
from oxloop._steps import Flow
from oxloop.errors import ConfigurationError
from oxloop.humanloop import _reading
from oxloop.humanloop._giving import body, ids, path_id
from oxloop.humanloop._paging import PAGE_SIZE, Page, Pages, check_size, every, page
from oxloop.humanloop.details import Datapoint

if TYPE_CHECKING:
    from oxloop_api.humanloop import models as wire

    from oxloop._http import Response

_Datapoints = list[Datapoint]


def create(
    core: Core,
    dataset_id: str,
    datapoints: Sequence[Mapping[str, Any]] | None,
    log_ids: Sequence[str] | None,
) -> Flow[_Datapoints]:
    """Ask for new datapoints."""
    from oxloop_api.humanloop.api.datapoints import create_datapoints

    request = create_datapoints.build_request(
        path_id("dataset_id", dataset_id), body=_new(datapoints, log_ids)
    )

    def parse(response: "Response") -> _Datapoints:
        return _reading.each(create_datapoints.parse_response(response), _reading.datapoint)

    return (yield from call(core, request, parse))


def get(core: Core, datapoint_id: str) -> Flow[Datapoint]:
    """Ask for a datapoint."""
    from oxloop_api.humanloop.api.datapoints import get_datapoint

    request = get_datapoint.build_request(path_id("datapoint_id", datapoint_id))

    def parse(response: "Response") -> Datapoint:
        return _reading.datapoint(get_datapoint.parse_response(response))

    return (yield from call(core, request, parse))


def list_all(core: Core, dataset_id: str, page_size: int) -> Flow[None]:
    """Emit each datapoint of a dataset."""
    from oxloop_api.humanloop.api.datapoints import list_datapoints

    path_id("dataset_id", dataset_id)
    check_size(page_size)

    def parse(response: "Response") -> Page:
        return page(list_datapoints.parse_response(response), _reading.datapoint)

    def ask(number: int, size: int) -> Flow[Page]:
        request = list_datapoints.build_request(dataset_id, page=number, size=size)
        return call(core, request, parse)

    return every(Pages(ask, page_size, first=0))


def _new(
    datapoints: Sequence[Mapping[str, Any]] | None, log_ids: Sequence[str] | None
) -> "list[wire.CreateDatapointRequest] | wire.CreateDatapointsByLogsRequest":
    """The body that asks for new datapoints."""
    from oxloop_api.humanloop.models.create_datapoint_request import CreateDatapointRequest
    from oxloop_api.humanloop.models.create_datapoints_by_logs_request import (
        CreateDatapointsByLogsRequest,
    )

    if (datapoints is None) == (log_ids is None):
        raise ConfigurationError("Give either the datapoints, or log_ids= to make them of.")
    if log_ids is not None:
        return CreateDatapointsByLogsRequest(log_ids=ids("log_ids", log_ids))
    if isinstance(datapoints, str | Mapping) or not datapoints:
        raise ConfigurationError(
            'Give a list of datapoints, each a mapping: [{"inputs": {…}, "target": {…}}].'
        )
    new: list[CreateDatapointRequest] = []
    for number, datapoint in enumerate(datapoints):
        place = f"datapoints[{number}]"
        new.append(body(CreateDatapointRequest, datapoint, place))
        _check_inputs(datapoint, place)
    return new


def _check_inputs(datapoint: Mapping[str, Any], place: str) -> None:
    """Refuse inputs that are not text, which the API does not take."""
    inputs = datapoint.get("inputs")
    if isinstance(inputs, Mapping):
        for name, value in cast("Mapping[str, object]", inputs).items():
            if not isinstance(value, str):
                raise ConfigurationError(
                    f"{place}.inputs.{name} is {value!r}; inputs are text, so write {str(value)!r}."
                )


class Datapoints(SyncResource):
    """Datapoints: inputs, and what a good answer looks like."""

    def create(
        self,
        dataset_id: str,
        datapoints: Sequence[Mapping[str, Any]] | None = None,
        *,
        log_ids: Sequence[str] | None = None,
    ) -> _Datapoints:
        """Add datapoints to a dataset, all of them in one new version of it.

        Evaluations over earlier versions do not change. As on the page "Create Datapoint" of the
        Humanloop v4 reference.

        Args:
            dataset_id: The dataset, whose id starts with ``evts_``.
            datapoints: Mappings with ``inputs`` (texts by the names that a template uses),
                ``messages`` (the chat so far) and ``target`` (what evaluators compare with).
            log_ids: Logs to make a datapoint of each, instead.

        Returns:
            The new datapoints, in order.

        Raises:
            ConfigurationError: Something given cannot work; nothing was sent.
            NotFoundError: There is no such dataset.

        Example:
            >>> humanloop.datapoints.create(dataset.id, [
            ...     {"inputs": {"review": "Lovely."}, "target": {"label": "positive"}},
            ...     {"inputs": {"review": "Dreadful."}, "target": {"label": "negative"}},
            ... ])
        """
        return self._driver.run(create(self._core, dataset_id, datapoints, log_ids))

    def get(self, datapoint_id: str) -> Datapoint:
        """Return a datapoint.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            datapoint_id: The datapoint's id.

        Raises:
            NotFoundError: There is no such datapoint.

        Example:
            >>> humanloop.datapoints.get("evtc_…").inputs
        """
        return self._driver.run(get(self._core, datapoint_id))

    def list(self, dataset_id: str, *, page_size: int = PAGE_SIZE) -> Iterator[Datapoint]:
        """Iterate over a dataset's datapoints, in its latest version.

        A page is fetched when its first datapoint is asked for.

        As in the v4 API of Humanloop, version 4.0.1.

        Args:
            dataset_id: The dataset, whose id starts with ``evts_``.
            page_size: Datapoints fetched at a time.

        Example:
            >>> for datapoint in humanloop.datapoints.list(dataset.id):
            ...     print(datapoint.inputs, datapoint.target)
        """
        return self._driver.iterate(list_all(self._core, dataset_id, page_size))


class AsyncDatapoints(AsyncResource):
    """Datapoints, as ``Datapoints`` has them, awaited."""

    async def create(
        self,
        dataset_id: str,
        datapoints: Sequence[Mapping[str, Any]] | None = None,
        *,
        log_ids: Sequence[str] | None = None,
    ) -> _Datapoints:
        """Add datapoints to a dataset, as ``Datapoints.create`` does."""
        return await self._driver.run(create(self._core, dataset_id, datapoints, log_ids))

    async def get(self, datapoint_id: str) -> Datapoint:
        """Return a datapoint, as ``Datapoints.get`` does."""
        return await self._driver.run(get(self._core, datapoint_id))

    def list(self, dataset_id: str, *, page_size: int = PAGE_SIZE) -> AsyncIterator[Datapoint]:
        """Iterate over a dataset's datapoints with ``async for``, as ``Datapoints.list`` does."""
        return self._driver.iterate(list_all(self._core, dataset_id, page_size))
