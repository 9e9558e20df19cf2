# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.datapoint_page import DatapointPage
from ...models.http_validation_error import HTTPValidationError
from ...types import UNSET, Response, Unset


def build_request(
    dataset_id: str,
    *,
    page: int | Unset = 0,
    size: int | Unset = 50,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""

    params: dict[str, Any] = {}

    params["page"] = page

    params["size"] = size

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v4/datasets/{dataset_id}/datapoints".format(
            dataset_id=quote(str(dataset_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def parse_response(response: httpx.Response) -> DatapointPage:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = DatapointPage.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DatapointPage | HTTPValidationError | None:
    if response.status_code == 200:
        response_200 = DatapointPage.from_dict(response.json())

        return response_200

    if response.status_code == 422:
        response_422 = HTTPValidationError.from_dict(response.json())

        return response_422

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DatapointPage | HTTPValidationError]:
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
    page: int | Unset = 0,
    size: int | Unset = 50,
) -> Response[DatapointPage | HTTPValidationError]:
    """List a dataset's datapoints

     A page of the datapoints in the dataset's latest version. Pages count from 0.

    Args:
        dataset_id (str):
        page (int | Unset):  Default: 0.
        size (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatapointPage | HTTPValidationError]
    """

    kwargs = build_request(
        dataset_id=dataset_id,
        page=page,
        size=size,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    dataset_id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 0,
    size: int | Unset = 50,
) -> DatapointPage | HTTPValidationError | None:
    """List a dataset's datapoints

     A page of the datapoints in the dataset's latest version. Pages count from 0.

    Args:
        dataset_id (str):
        page (int | Unset):  Default: 0.
        size (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatapointPage | HTTPValidationError
    """

    return sync_detailed(
        dataset_id=dataset_id,
        client=client,
        page=page,
        size=size,
    ).parsed


async def asyncio_detailed(
    dataset_id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 0,
    size: int | Unset = 50,
) -> Response[DatapointPage | HTTPValidationError]:
    """List a dataset's datapoints

     A page of the datapoints in the dataset's latest version. Pages count from 0.

    Args:
        dataset_id (str):
        page (int | Unset):  Default: 0.
        size (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DatapointPage | HTTPValidationError]
    """

    kwargs = build_request(
        dataset_id=dataset_id,
        page=page,
        size=size,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    dataset_id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 0,
    size: int | Unset = 50,
) -> DatapointPage | HTTPValidationError | None:
    """List a dataset's datapoints

     A page of the datapoints in the dataset's latest version. Pages count from 0.

    Args:
        dataset_id (str):
        page (int | Unset):  Default: 0.
        size (int | Unset):  Default: 50.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DatapointPage | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            dataset_id=dataset_id,
            client=client,
            page=page,
            size=size,
        )
    ).parsed
