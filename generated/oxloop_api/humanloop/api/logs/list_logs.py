# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
import datetime
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.http_validation_error import HTTPValidationError
from ...models.log_page import LogPage
from ...models.version_status import VersionStatus
from ...types import UNSET, Response, Unset


def build_request(
    *,
    project_id: str,
    search: str | Unset = UNSET,
    metadata_search: str | Unset = UNSET,
    version_status: VersionStatus | Unset = UNSET,
    start_date: datetime.date | datetime.datetime | Unset = UNSET,
    end_date: datetime.date | datetime.datetime | Unset = UNSET,
    sort: list[str] | Unset = UNSET,
    source_filter: list[str] | Unset = UNSET,
    model_filter: list[str] | Unset = UNSET,
    size: int | Unset = 50,
    page: int | Unset = 0,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""

    params: dict[str, Any] = {}

    params["project_id"] = project_id

    params["search"] = search

    params["metadata_search"] = metadata_search

    json_version_status: str | Unset = UNSET
    if not isinstance(version_status, Unset):
        json_version_status = version_status.value

    params["version_status"] = json_version_status

    json_start_date: str | Unset
    if isinstance(start_date, Unset):
        json_start_date = UNSET
    elif isinstance(start_date, datetime.date):
        json_start_date = start_date.isoformat()
    else:
        json_start_date = start_date.isoformat()

    params["start_date"] = json_start_date

    json_end_date: str | Unset
    if isinstance(end_date, Unset):
        json_end_date = UNSET
    elif isinstance(end_date, datetime.date):
        json_end_date = end_date.isoformat()
    else:
        json_end_date = end_date.isoformat()

    params["end_date"] = json_end_date

    json_sort: list[str] | Unset = UNSET
    if not isinstance(sort, Unset):
        json_sort = sort

    params["sort"] = json_sort

    json_source_filter: list[str] | Unset = UNSET
    if not isinstance(source_filter, Unset):
        json_source_filter = source_filter

    params["source_filter"] = json_source_filter

    json_model_filter: list[str] | Unset = UNSET
    if not isinstance(model_filter, Unset):
        json_model_filter = model_filter

    params["model_filter"] = json_model_filter

    params["size"] = size

    params["page"] = page

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v4/logs",
        "params": params,
    }

    return _kwargs


def parse_response(response: httpx.Response) -> LogPage:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = LogPage.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> HTTPValidationError | LogPage | None:
    if response.status_code == 200:
        response_200 = LogPage.from_dict(response.json())

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
) -> Response[HTTPValidationError | LogPage]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    project_id: str,
    search: str | Unset = UNSET,
    metadata_search: str | Unset = UNSET,
    version_status: VersionStatus | Unset = UNSET,
    start_date: datetime.date | datetime.datetime | Unset = UNSET,
    end_date: datetime.date | datetime.datetime | Unset = UNSET,
    sort: list[str] | Unset = UNSET,
    source_filter: list[str] | Unset = UNSET,
    model_filter: list[str] | Unset = UNSET,
    size: int | Unset = 50,
    page: int | Unset = 0,
) -> Response[HTTPValidationError | LogPage]:
    """List logs

     A page of a project's logs, sorted and filtered on request. Pages count from 0.

    Args:
        project_id (str):
        search (str | Unset):
        metadata_search (str | Unset):
        version_status (VersionStatus | Unset): Whether a version of a config is a draft, kept, or
            gone.
        start_date (datetime.date | datetime.datetime | Unset): A day, or a moment with its time.
        end_date (datetime.date | datetime.datetime | Unset): A day, or a moment with its time.
        sort (list[str] | Unset):
        source_filter (list[str] | Unset):
        model_filter (list[str] | Unset):
        size (int | Unset):  Default: 50.
        page (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | LogPage]
    """

    kwargs = build_request(
        project_id=project_id,
        search=search,
        metadata_search=metadata_search,
        version_status=version_status,
        start_date=start_date,
        end_date=end_date,
        sort=sort,
        source_filter=source_filter,
        model_filter=model_filter,
        size=size,
        page=page,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    project_id: str,
    search: str | Unset = UNSET,
    metadata_search: str | Unset = UNSET,
    version_status: VersionStatus | Unset = UNSET,
    start_date: datetime.date | datetime.datetime | Unset = UNSET,
    end_date: datetime.date | datetime.datetime | Unset = UNSET,
    sort: list[str] | Unset = UNSET,
    source_filter: list[str] | Unset = UNSET,
    model_filter: list[str] | Unset = UNSET,
    size: int | Unset = 50,
    page: int | Unset = 0,
) -> HTTPValidationError | LogPage | None:
    """List logs

     A page of a project's logs, sorted and filtered on request. Pages count from 0.

    Args:
        project_id (str):
        search (str | Unset):
        metadata_search (str | Unset):
        version_status (VersionStatus | Unset): Whether a version of a config is a draft, kept, or
            gone.
        start_date (datetime.date | datetime.datetime | Unset): A day, or a moment with its time.
        end_date (datetime.date | datetime.datetime | Unset): A day, or a moment with its time.
        sort (list[str] | Unset):
        source_filter (list[str] | Unset):
        model_filter (list[str] | Unset):
        size (int | Unset):  Default: 50.
        page (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | LogPage
    """

    return sync_detailed(
        client=client,
        project_id=project_id,
        search=search,
        metadata_search=metadata_search,
        version_status=version_status,
        start_date=start_date,
        end_date=end_date,
        sort=sort,
        source_filter=source_filter,
        model_filter=model_filter,
        size=size,
        page=page,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    project_id: str,
    search: str | Unset = UNSET,
    metadata_search: str | Unset = UNSET,
    version_status: VersionStatus | Unset = UNSET,
    start_date: datetime.date | datetime.datetime | Unset = UNSET,
    end_date: datetime.date | datetime.datetime | Unset = UNSET,
    sort: list[str] | Unset = UNSET,
    source_filter: list[str] | Unset = UNSET,
    model_filter: list[str] | Unset = UNSET,
    size: int | Unset = 50,
    page: int | Unset = 0,
) -> Response[HTTPValidationError | LogPage]:
    """List logs

     A page of a project's logs, sorted and filtered on request. Pages count from 0.

    Args:
        project_id (str):
        search (str | Unset):
        metadata_search (str | Unset):
        version_status (VersionStatus | Unset): Whether a version of a config is a draft, kept, or
            gone.
        start_date (datetime.date | datetime.datetime | Unset): A day, or a moment with its time.
        end_date (datetime.date | datetime.datetime | Unset): A day, or a moment with its time.
        sort (list[str] | Unset):
        source_filter (list[str] | Unset):
        model_filter (list[str] | Unset):
        size (int | Unset):  Default: 50.
        page (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | LogPage]
    """

    kwargs = build_request(
        project_id=project_id,
        search=search,
        metadata_search=metadata_search,
        version_status=version_status,
        start_date=start_date,
        end_date=end_date,
        sort=sort,
        source_filter=source_filter,
        model_filter=model_filter,
        size=size,
        page=page,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    project_id: str,
    search: str | Unset = UNSET,
    metadata_search: str | Unset = UNSET,
    version_status: VersionStatus | Unset = UNSET,
    start_date: datetime.date | datetime.datetime | Unset = UNSET,
    end_date: datetime.date | datetime.datetime | Unset = UNSET,
    sort: list[str] | Unset = UNSET,
    source_filter: list[str] | Unset = UNSET,
    model_filter: list[str] | Unset = UNSET,
    size: int | Unset = 50,
    page: int | Unset = 0,
) -> HTTPValidationError | LogPage | None:
    """List logs

     A page of a project's logs, sorted and filtered on request. Pages count from 0.

    Args:
        project_id (str):
        search (str | Unset):
        metadata_search (str | Unset):
        version_status (VersionStatus | Unset): Whether a version of a config is a draft, kept, or
            gone.
        start_date (datetime.date | datetime.datetime | Unset): A day, or a moment with its time.
        end_date (datetime.date | datetime.datetime | Unset): A day, or a moment with its time.
        sort (list[str] | Unset):
        source_filter (list[str] | Unset):
        model_filter (list[str] | Unset):
        size (int | Unset):  Default: 50.
        page (int | Unset):  Default: 0.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | LogPage
    """

    return (
        await asyncio_detailed(
            client=client,
            project_id=project_id,
            search=search,
            metadata_search=metadata_search,
            version_status=version_status,
            start_date=start_date,
            end_date=end_date,
            sort=sort,
            source_filter=source_filter,
            model_filter=model_filter,
            size=size,
            page=page,
        )
    ).parsed
