# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_datapoint_request import CreateDatapointRequest
from ...models.create_datapoints_by_logs_request import CreateDatapointsByLogsRequest
from ...models.datapoint_response import DatapointResponse
from ...models.http_validation_error import HTTPValidationError
from ...types import Response


def build_request(
    dataset_id: str,
    *,
    body: CreateDatapointRequest | CreateDatapointsByLogsRequest | list[CreateDatapointRequest],
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v4/datasets/{dataset_id}/datapoints".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
    }

    if isinstance(body, CreateDatapointsByLogsRequest):
        _kwargs["json"] = body.to_dict()
    elif isinstance(body, CreateDatapointRequest):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = []
        for componentsschemas_create_datapoint_request_list_item_data in body:
            componentsschemas_create_datapoint_request_list_item = (
                componentsschemas_create_datapoint_request_list_item_data.to_dict()
            )
            _kwargs["json"].append(componentsschemas_create_datapoint_request_list_item)

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def parse_response(response: httpx.Response) -> list[DatapointResponse]:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_201 = []
    _response_201 = response.json()
    for response_201_item_data in _response_201:
        response_201_item = DatapointResponse.from_dict(response_201_item_data)

        response_201.append(response_201_item)

    return response_201


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> HTTPValidationError | list[DatapointResponse] | None:
    if response.status_code == 201:
        response_201 = []
        _response_201 = response.json()
        for response_201_item_data in _response_201:
            response_201_item = DatapointResponse.from_dict(response_201_item_data)

            response_201.append(response_201_item)

        return response_201

    if response.status_code == 422:
        response_422 = HTTPValidationError.from_dict(response.json())

        return response_422

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[HTTPValidationError | list[DatapointResponse]]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    dataset_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateDatapointRequest | CreateDatapointsByLogsRequest | list[CreateDatapointRequest],
) -> Response[HTTPValidationError | list[DatapointResponse]]:
    """Add datapoints to a dataset

     Adds one datapoint, several, or one for each of the logs named. The dataset gets a new version with
    them, on top of its latest; evaluations over earlier versions do not change.

    Args:
        dataset_id (str):
        body (CreateDatapointRequest | CreateDatapointsByLogsRequest |
            list[CreateDatapointRequest]): The logs to make datapoints of, one datapoint, or several.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | list[DatapointResponse]]
    """

    kwargs = build_request(
        dataset_id=dataset_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dataset_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateDatapointRequest | CreateDatapointsByLogsRequest | list[CreateDatapointRequest],
) -> HTTPValidationError | list[DatapointResponse] | None:
    """Add datapoints to a dataset

     Adds one datapoint, several, or one for each of the logs named. The dataset gets a new version with
    them, on top of its latest; evaluations over earlier versions do not change.

    Args:
        dataset_id (str):
        body (CreateDatapointRequest | CreateDatapointsByLogsRequest |
            list[CreateDatapointRequest]): The logs to make datapoints of, one datapoint, or several.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | list[DatapointResponse]
    """

    return sync_detailed(
        dataset_id=dataset_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    dataset_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateDatapointRequest | CreateDatapointsByLogsRequest | list[CreateDatapointRequest],
) -> Response[HTTPValidationError | list[DatapointResponse]]:
    """Add datapoints to a dataset

     Adds one datapoint, several, or one for each of the logs named. The dataset gets a new version with
    them, on top of its latest; evaluations over earlier versions do not change.

    Args:
        dataset_id (str):
        body (CreateDatapointRequest | CreateDatapointsByLogsRequest |
            list[CreateDatapointRequest]): The logs to make datapoints of, one datapoint, or several.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | list[DatapointResponse]]
    """

    kwargs = build_request(
        dataset_id=dataset_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dataset_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateDatapointRequest | CreateDatapointsByLogsRequest | list[CreateDatapointRequest],
) -> HTTPValidationError | list[DatapointResponse] | None:
    """Add datapoints to a dataset

     Adds one datapoint, several, or one for each of the logs named. The dataset gets a new version with
    them, on top of its latest; evaluations over earlier versions do not change.

    Args:
        dataset_id (str):
        body (CreateDatapointRequest | CreateDatapointsByLogsRequest |
            list[CreateDatapointRequest]): The logs to make datapoints of, one datapoint, or several.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | list[DatapointResponse]
    """

    return (
        await asyncio_detailed(
            dataset_id=dataset_id,
            client=client,
            body=body,
        )
    ).parsed
