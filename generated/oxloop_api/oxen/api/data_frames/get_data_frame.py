# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.data_frame_response import DataFrameResponse
from ...models.error_envelope import ErrorEnvelope
from ...types import UNSET, Response, Unset


def build_request(
    namespace: str,
    repo_name: str,
    resource: str,
    *,
    page: int | Unset = 1,
    page_size: int | Unset = 100,
    columns: str | Unset = UNSET,
    slice_: str | Unset = UNSET,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""

    params: dict[str, Any] = {}

    params["page"] = page

    params["page_size"] = page_size

    params["columns"] = columns

    params["slice"] = slice_

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/repos/{namespace}/{repo_name}/data_frames/{resource}".format(
            namespace=quote(str(namespace), safe=""),
            repo_name=quote(str(repo_name), safe=""),
            resource=quote(str(resource), safe="/"),
        ),
        "params": params,
    }

    return _kwargs


def parse_response(response: httpx.Response) -> DataFrameResponse:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = DataFrameResponse.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> DataFrameResponse | ErrorEnvelope | None:
    if response.status_code == 200:
        response_200 = DataFrameResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorEnvelope.from_dict(response.json())

        return response_400

    if response.status_code == 404:
        response_404 = ErrorEnvelope.from_dict(response.json())

        return response_404

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[DataFrameResponse | ErrorEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    namespace: str,
    repo_name: str,
    resource: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    page_size: int | Unset = 100,
    columns: str | Unset = UNSET,
    slice_: str | Unset = UNSET,
) -> Response[DataFrameResponse | ErrorEnvelope]:
    """Read rows

     One page of the rows of a data file, with its schema and size.

    Args:
        namespace (str):
        repo_name (str):
        resource (str):
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 100.
        columns (str | Unset):
        slice_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataFrameResponse | ErrorEnvelope]
    """

    kwargs = build_request(
        namespace=namespace,
        repo_name=repo_name,
        resource=resource,
        page=page,
        page_size=page_size,
        columns=columns,
        slice_=slice_,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    namespace: str,
    repo_name: str,
    resource: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    page_size: int | Unset = 100,
    columns: str | Unset = UNSET,
    slice_: str | Unset = UNSET,
) -> DataFrameResponse | ErrorEnvelope | None:
    """Read rows

     One page of the rows of a data file, with its schema and size.

    Args:
        namespace (str):
        repo_name (str):
        resource (str):
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 100.
        columns (str | Unset):
        slice_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataFrameResponse | ErrorEnvelope
    """

    return sync_detailed(
        namespace=namespace,
        repo_name=repo_name,
        resource=resource,
        client=client,
        page=page,
        page_size=page_size,
        columns=columns,
        slice_=slice_,
    ).parsed


async def asyncio_detailed(
    namespace: str,
    repo_name: str,
    resource: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    page_size: int | Unset = 100,
    columns: str | Unset = UNSET,
    slice_: str | Unset = UNSET,
) -> Response[DataFrameResponse | ErrorEnvelope]:
    """Read rows

     One page of the rows of a data file, with its schema and size.

    Args:
        namespace (str):
        repo_name (str):
        resource (str):
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 100.
        columns (str | Unset):
        slice_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[DataFrameResponse | ErrorEnvelope]
    """

    kwargs = build_request(
        namespace=namespace,
        repo_name=repo_name,
        resource=resource,
        page=page,
        page_size=page_size,
        columns=columns,
        slice_=slice_,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    namespace: str,
    repo_name: str,
    resource: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    page_size: int | Unset = 100,
    columns: str | Unset = UNSET,
    slice_: str | Unset = UNSET,
) -> DataFrameResponse | ErrorEnvelope | None:
    """Read rows

     One page of the rows of a data file, with its schema and size.

    Args:
        namespace (str):
        repo_name (str):
        resource (str):
        page (int | Unset):  Default: 1.
        page_size (int | Unset):  Default: 100.
        columns (str | Unset):
        slice_ (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        DataFrameResponse | ErrorEnvelope
    """

    return (
        await asyncio_detailed(
            namespace=namespace,
            repo_name=repo_name,
            resource=resource,
            client=client,
            page=page,
            page_size=page_size,
            columns=columns,
            slice_=slice_,
        )
    ).parsed
