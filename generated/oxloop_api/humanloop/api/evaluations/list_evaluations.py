# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
import datetime
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.evaluation_page import EvaluationPage
from ...models.evaluation_status import EvaluationStatus
from ...models.http_validation_error import HTTPValidationError
from ...types import UNSET, Response, Unset


def build_request(
    *,
    project_id: str,
    id: list[str] | Unset = UNSET,
    start_date: datetime.date | Unset = UNSET,
    end_date: datetime.date | Unset = UNSET,
    sort: list[str] | Unset = UNSET,
    id_filter: list[str] | Unset = UNSET,
    dataset_filter: list[str] | Unset = UNSET,
    config_filter: list[str] | Unset = UNSET,
    status_filter: list[EvaluationStatus] | Unset = UNSET,
    size: int | Unset = 50,
    page: int | Unset = 0,
    evaluatee_id: str | Unset = UNSET,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""

    params: dict[str, Any] = {}

    params["project_id"] = project_id

    json_id: list[str] | Unset = UNSET
    if not isinstance(id, Unset):
        json_id = id

    params["id"] = json_id

    json_start_date: str | Unset = UNSET
    if not isinstance(start_date, Unset):
        json_start_date = start_date.isoformat()
    params["start_date"] = json_start_date

    json_end_date: str | Unset = UNSET
    if not isinstance(end_date, Unset):
        json_end_date = end_date.isoformat()
    params["end_date"] = json_end_date

    json_sort: list[str] | Unset = UNSET
    if not isinstance(sort, Unset):
        json_sort = sort

    params["sort"] = json_sort

    json_id_filter: list[str] | Unset = UNSET
    if not isinstance(id_filter, Unset):
        json_id_filter = id_filter

    params["id_filter"] = json_id_filter

    json_dataset_filter: list[str] | Unset = UNSET
    if not isinstance(dataset_filter, Unset):
        json_dataset_filter = dataset_filter

    params["dataset_filter"] = json_dataset_filter

    json_config_filter: list[str] | Unset = UNSET
    if not isinstance(config_filter, Unset):
        json_config_filter = config_filter

    params["config_filter"] = json_config_filter

    json_status_filter: list[str] | Unset = UNSET
    if not isinstance(status_filter, Unset):
        json_status_filter = []
        for status_filter_item_data in status_filter:
            status_filter_item = status_filter_item_data.value
            json_status_filter.append(status_filter_item)

    params["status_filter"] = json_status_filter

    params["size"] = size

    params["page"] = page

    params["evaluatee_id"] = evaluatee_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v4/evaluations",
        "params": params,
    }

    return _kwargs


def parse_response(response: httpx.Response) -> EvaluationPage:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = EvaluationPage.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EvaluationPage | HTTPValidationError | None:
    if response.status_code == 200:
        response_200 = EvaluationPage.from_dict(response.json())

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
) -> Response[EvaluationPage | HTTPValidationError]:
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
    id: list[str] | Unset = UNSET,
    start_date: datetime.date | Unset = UNSET,
    end_date: datetime.date | Unset = UNSET,
    sort: list[str] | Unset = UNSET,
    id_filter: list[str] | Unset = UNSET,
    dataset_filter: list[str] | Unset = UNSET,
    config_filter: list[str] | Unset = UNSET,
    status_filter: list[EvaluationStatus] | Unset = UNSET,
    size: int | Unset = 50,
    page: int | Unset = 0,
    evaluatee_id: str | Unset = UNSET,
) -> Response[EvaluationPage | HTTPValidationError]:
    """List evaluations

     A page of a project's evaluations, sorted and filtered on request. Pages count from 0.

    Args:
        project_id (str):
        id (list[str] | Unset):
        start_date (datetime.date | Unset):
        end_date (datetime.date | Unset):
        sort (list[str] | Unset):
        id_filter (list[str] | Unset):
        dataset_filter (list[str] | Unset):
        config_filter (list[str] | Unset):
        status_filter (list[EvaluationStatus] | Unset):
        size (int | Unset):  Default: 50.
        page (int | Unset):  Default: 0.
        evaluatee_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EvaluationPage | HTTPValidationError]
    """

    kwargs = build_request(
        project_id=project_id,
        id=id,
        start_date=start_date,
        end_date=end_date,
        sort=sort,
        id_filter=id_filter,
        dataset_filter=dataset_filter,
        config_filter=config_filter,
        status_filter=status_filter,
        size=size,
        page=page,
        evaluatee_id=evaluatee_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    project_id: str,
    id: list[str] | Unset = UNSET,
    start_date: datetime.date | Unset = UNSET,
    end_date: datetime.date | Unset = UNSET,
    sort: list[str] | Unset = UNSET,
    id_filter: list[str] | Unset = UNSET,
    dataset_filter: list[str] | Unset = UNSET,
    config_filter: list[str] | Unset = UNSET,
    status_filter: list[EvaluationStatus] | Unset = UNSET,
    size: int | Unset = 50,
    page: int | Unset = 0,
    evaluatee_id: str | Unset = UNSET,
) -> EvaluationPage | HTTPValidationError | None:
    """List evaluations

     A page of a project's evaluations, sorted and filtered on request. Pages count from 0.

    Args:
        project_id (str):
        id (list[str] | Unset):
        start_date (datetime.date | Unset):
        end_date (datetime.date | Unset):
        sort (list[str] | Unset):
        id_filter (list[str] | Unset):
        dataset_filter (list[str] | Unset):
        config_filter (list[str] | Unset):
        status_filter (list[EvaluationStatus] | Unset):
        size (int | Unset):  Default: 50.
        page (int | Unset):  Default: 0.
        evaluatee_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EvaluationPage | HTTPValidationError
    """

    return sync_detailed(
        client=client,
        project_id=project_id,
        id=id,
        start_date=start_date,
        end_date=end_date,
        sort=sort,
        id_filter=id_filter,
        dataset_filter=dataset_filter,
        config_filter=config_filter,
        status_filter=status_filter,
        size=size,
        page=page,
        evaluatee_id=evaluatee_id,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    project_id: str,
    id: list[str] | Unset = UNSET,
    start_date: datetime.date | Unset = UNSET,
    end_date: datetime.date | Unset = UNSET,
    sort: list[str] | Unset = UNSET,
    id_filter: list[str] | Unset = UNSET,
    dataset_filter: list[str] | Unset = UNSET,
    config_filter: list[str] | Unset = UNSET,
    status_filter: list[EvaluationStatus] | Unset = UNSET,
    size: int | Unset = 50,
    page: int | Unset = 0,
    evaluatee_id: str | Unset = UNSET,
) -> Response[EvaluationPage | HTTPValidationError]:
    """List evaluations

     A page of a project's evaluations, sorted and filtered on request. Pages count from 0.

    Args:
        project_id (str):
        id (list[str] | Unset):
        start_date (datetime.date | Unset):
        end_date (datetime.date | Unset):
        sort (list[str] | Unset):
        id_filter (list[str] | Unset):
        dataset_filter (list[str] | Unset):
        config_filter (list[str] | Unset):
        status_filter (list[EvaluationStatus] | Unset):
        size (int | Unset):  Default: 50.
        page (int | Unset):  Default: 0.
        evaluatee_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EvaluationPage | HTTPValidationError]
    """

    kwargs = build_request(
        project_id=project_id,
        id=id,
        start_date=start_date,
        end_date=end_date,
        sort=sort,
        id_filter=id_filter,
        dataset_filter=dataset_filter,
        config_filter=config_filter,
        status_filter=status_filter,
        size=size,
        page=page,
        evaluatee_id=evaluatee_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    project_id: str,
    id: list[str] | Unset = UNSET,
    start_date: datetime.date | Unset = UNSET,
    end_date: datetime.date | Unset = UNSET,
    sort: list[str] | Unset = UNSET,
    id_filter: list[str] | Unset = UNSET,
    dataset_filter: list[str] | Unset = UNSET,
    config_filter: list[str] | Unset = UNSET,
    status_filter: list[EvaluationStatus] | Unset = UNSET,
    size: int | Unset = 50,
    page: int | Unset = 0,
    evaluatee_id: str | Unset = UNSET,
) -> EvaluationPage | HTTPValidationError | None:
    """List evaluations

     A page of a project's evaluations, sorted and filtered on request. Pages count from 0.

    Args:
        project_id (str):
        id (list[str] | Unset):
        start_date (datetime.date | Unset):
        end_date (datetime.date | Unset):
        sort (list[str] | Unset):
        id_filter (list[str] | Unset):
        dataset_filter (list[str] | Unset):
        config_filter (list[str] | Unset):
        status_filter (list[EvaluationStatus] | Unset):
        size (int | Unset):  Default: 50.
        page (int | Unset):  Default: 0.
        evaluatee_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EvaluationPage | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            client=client,
            project_id=project_id,
            id=id,
            start_date=start_date,
            end_date=end_date,
            sort=sort,
            id_filter=id_filter,
            dataset_filter=dataset_filter,
            config_filter=config_filter,
            status_filter=status_filter,
            size=size,
            page=page,
            evaluatee_id=evaluatee_id,
        )
    ).parsed
