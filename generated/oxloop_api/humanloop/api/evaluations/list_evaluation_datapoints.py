# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.evaluation_datapoint_page import EvaluationDatapointPage
from ...models.http_validation_error import HTTPValidationError
from ...types import UNSET, Response, Unset


def build_request(
    id: str,
    *,
    page: int | Unset = 1,
    size: int | Unset = 10,
    evaluatee_id: str | Unset = UNSET,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""

    params: dict[str, Any] = {}

    params["page"] = page

    params["size"] = size

    params["evaluatee_id"] = evaluatee_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v4/evaluations/{id}/datapoints".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def parse_response(response: httpx.Response) -> EvaluationDatapointPage:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = EvaluationDatapointPage.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EvaluationDatapointPage | HTTPValidationError | None:
    if response.status_code == 200:
        response_200 = EvaluationDatapointPage.from_dict(response.json())

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
) -> Response[EvaluationDatapointPage | HTTPValidationError]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    size: int | Unset = 10,
    evaluatee_id: str | Unset = UNSET,
) -> Response[EvaluationDatapointPage | HTTPValidationError]:
    """List an evaluation's datapoints

     A page of the datapoints that the evaluation runs over, each with the log that was made for it and
    the results of that log. Pages count from 1 here, unlike everywhere else.

    Args:
        id (str):
        page (int | Unset):  Default: 1.
        size (int | Unset):  Default: 10.
        evaluatee_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EvaluationDatapointPage | HTTPValidationError]
    """

    kwargs = build_request(
        id=id,
        page=page,
        size=size,
        evaluatee_id=evaluatee_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    size: int | Unset = 10,
    evaluatee_id: str | Unset = UNSET,
) -> EvaluationDatapointPage | HTTPValidationError | None:
    """List an evaluation's datapoints

     A page of the datapoints that the evaluation runs over, each with the log that was made for it and
    the results of that log. Pages count from 1 here, unlike everywhere else.

    Args:
        id (str):
        page (int | Unset):  Default: 1.
        size (int | Unset):  Default: 10.
        evaluatee_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EvaluationDatapointPage | HTTPValidationError
    """

    return sync_detailed(
        id=id,
        client=client,
        page=page,
        size=size,
        evaluatee_id=evaluatee_id,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    size: int | Unset = 10,
    evaluatee_id: str | Unset = UNSET,
) -> Response[EvaluationDatapointPage | HTTPValidationError]:
    """List an evaluation's datapoints

     A page of the datapoints that the evaluation runs over, each with the log that was made for it and
    the results of that log. Pages count from 1 here, unlike everywhere else.

    Args:
        id (str):
        page (int | Unset):  Default: 1.
        size (int | Unset):  Default: 10.
        evaluatee_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EvaluationDatapointPage | HTTPValidationError]
    """

    kwargs = build_request(
        id=id,
        page=page,
        size=size,
        evaluatee_id=evaluatee_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    *,
    client: AuthenticatedClient,
    page: int | Unset = 1,
    size: int | Unset = 10,
    evaluatee_id: str | Unset = UNSET,
) -> EvaluationDatapointPage | HTTPValidationError | None:
    """List an evaluation's datapoints

     A page of the datapoints that the evaluation runs over, each with the log that was made for it and
    the results of that log. Pages count from 1 here, unlike everywhere else.

    Args:
        id (str):
        page (int | Unset):  Default: 1.
        size (int | Unset):  Default: 10.
        evaluatee_id (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EvaluationDatapointPage | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            page=page,
            size=size,
            evaluatee_id=evaluatee_id,
        )
    ).parsed
