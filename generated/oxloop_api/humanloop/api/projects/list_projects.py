# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.http_validation_error import HTTPValidationError
from ...models.project_page import ProjectPage
from ...models.project_sort_by import ProjectSortBy
from ...models.sort_order import SortOrder
from ...types import UNSET, Response, Unset


def build_request(
    *,
    page: int | Unset = 0,
    size: int | Unset = 10,
    filter_: str | Unset = UNSET,
    user_filter: str | Unset = UNSET,
    sort_by: ProjectSortBy | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""

    params: dict[str, Any] = {}

    params["page"] = page

    params["size"] = size

    params["filter"] = filter_

    params["user_filter"] = user_filter

    json_sort_by: str | Unset = UNSET
    if not isinstance(sort_by, Unset):
        json_sort_by = sort_by.value

    params["sort_by"] = json_sort_by

    json_order: str | Unset = UNSET
    if not isinstance(order, Unset):
        json_order = order.value

    params["order"] = json_order

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v4/projects",
        "params": params,
    }

    return _kwargs


def parse_response(response: httpx.Response) -> ProjectPage:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = ProjectPage.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> HTTPValidationError | ProjectPage | None:
    if response.status_code == 200:
        response_200 = ProjectPage.from_dict(response.json())

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
) -> Response[HTTPValidationError | ProjectPage]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 0,
    size: int | Unset = 10,
    filter_: str | Unset = UNSET,
    user_filter: str | Unset = UNSET,
    sort_by: ProjectSortBy | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> Response[HTTPValidationError | ProjectPage]:
    """List projects

     A page of the projects that the key may see. Pages count from 0.

    Args:
        page (int | Unset):  Default: 0.
        size (int | Unset):  Default: 10.
        filter_ (str | Unset):
        user_filter (str | Unset):
        sort_by (ProjectSortBy | Unset): What projects are sorted by.
        order (SortOrder | Unset): Smallest first, or largest first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | ProjectPage]
    """

    kwargs = build_request(
        page=page,
        size=size,
        filter_=filter_,
        user_filter=user_filter,
        sort_by=sort_by,
        order=order,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 0,
    size: int | Unset = 10,
    filter_: str | Unset = UNSET,
    user_filter: str | Unset = UNSET,
    sort_by: ProjectSortBy | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> HTTPValidationError | ProjectPage | None:
    """List projects

     A page of the projects that the key may see. Pages count from 0.

    Args:
        page (int | Unset):  Default: 0.
        size (int | Unset):  Default: 10.
        filter_ (str | Unset):
        user_filter (str | Unset):
        sort_by (ProjectSortBy | Unset): What projects are sorted by.
        order (SortOrder | Unset): Smallest first, or largest first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | ProjectPage
    """

    return sync_detailed(
        client=client,
        page=page,
        size=size,
        filter_=filter_,
        user_filter=user_filter,
        sort_by=sort_by,
        order=order,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 0,
    size: int | Unset = 10,
    filter_: str | Unset = UNSET,
    user_filter: str | Unset = UNSET,
    sort_by: ProjectSortBy | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> Response[HTTPValidationError | ProjectPage]:
    """List projects

     A page of the projects that the key may see. Pages count from 0.

    Args:
        page (int | Unset):  Default: 0.
        size (int | Unset):  Default: 10.
        filter_ (str | Unset):
        user_filter (str | Unset):
        sort_by (ProjectSortBy | Unset): What projects are sorted by.
        order (SortOrder | Unset): Smallest first, or largest first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | ProjectPage]
    """

    kwargs = build_request(
        page=page,
        size=size,
        filter_=filter_,
        user_filter=user_filter,
        sort_by=sort_by,
        order=order,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    page: int | Unset = 0,
    size: int | Unset = 10,
    filter_: str | Unset = UNSET,
    user_filter: str | Unset = UNSET,
    sort_by: ProjectSortBy | Unset = UNSET,
    order: SortOrder | Unset = UNSET,
) -> HTTPValidationError | ProjectPage | None:
    """List projects

     A page of the projects that the key may see. Pages count from 0.

    Args:
        page (int | Unset):  Default: 0.
        size (int | Unset):  Default: 10.
        filter_ (str | Unset):
        user_filter (str | Unset):
        sort_by (ProjectSortBy | Unset): What projects are sorted by.
        order (SortOrder | Unset): Smallest first, or largest first.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | ProjectPage
    """

    return (
        await asyncio_detailed(
            client=client,
            page=page,
            size=size,
            filter_=filter_,
            user_filter=user_filter,
            sort_by=sort_by,
            order=order,
        )
    ).parsed
