# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.evaluation_response import EvaluationResponse
from ...models.http_validation_error import HTTPValidationError
from ...types import UNSET, Response, Unset


def build_request(
    project_id: str,
    *,
    evaluatee_id: str | Unset = UNSET,
    evaluator_aggregates: bool | Unset = UNSET,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""

    params: dict[str, Any] = {}

    params["evaluatee_id"] = evaluatee_id

    params["evaluator_aggregates"] = evaluator_aggregates

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v4/projects/{project_id}/evaluations".format(
            project_id=quote(str(project_id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def parse_response(response: httpx.Response) -> list[EvaluationResponse]:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = []
    _response_200 = response.json()
    for response_200_item_data in _response_200:
        response_200_item = EvaluationResponse.from_dict(response_200_item_data)

        response_200.append(response_200_item)

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> HTTPValidationError | list[EvaluationResponse] | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for response_200_item_data in _response_200:
            response_200_item = EvaluationResponse.from_dict(response_200_item_data)

            response_200.append(response_200_item)

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
) -> Response[HTTPValidationError | list[EvaluationResponse]]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    project_id: str,
    *,
    client: AuthenticatedClient,
    evaluatee_id: str | Unset = UNSET,
    evaluator_aggregates: bool | Unset = UNSET,
) -> Response[HTTPValidationError | list[EvaluationResponse]]:
    """List all evaluations of a project

     Every evaluation of a project in one answer, without pages. Upstream kept it for old callers and
    points new ones to `list_evaluations`.

    Args:
        project_id (str):
        evaluatee_id (str | Unset):
        evaluator_aggregates (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | list[EvaluationResponse]]
    """

    kwargs = build_request(
        project_id=project_id,
        evaluatee_id=evaluatee_id,
        evaluator_aggregates=evaluator_aggregates,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    project_id: str,
    *,
    client: AuthenticatedClient,
    evaluatee_id: str | Unset = UNSET,
    evaluator_aggregates: bool | Unset = UNSET,
) -> HTTPValidationError | list[EvaluationResponse] | None:
    """List all evaluations of a project

     Every evaluation of a project in one answer, without pages. Upstream kept it for old callers and
    points new ones to `list_evaluations`.

    Args:
        project_id (str):
        evaluatee_id (str | Unset):
        evaluator_aggregates (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | list[EvaluationResponse]
    """

    return sync_detailed(
        project_id=project_id,
        client=client,
        evaluatee_id=evaluatee_id,
        evaluator_aggregates=evaluator_aggregates,
    ).parsed


async def asyncio_detailed(
    project_id: str,
    *,
    client: AuthenticatedClient,
    evaluatee_id: str | Unset = UNSET,
    evaluator_aggregates: bool | Unset = UNSET,
) -> Response[HTTPValidationError | list[EvaluationResponse]]:
    """List all evaluations of a project

     Every evaluation of a project in one answer, without pages. Upstream kept it for old callers and
    points new ones to `list_evaluations`.

    Args:
        project_id (str):
        evaluatee_id (str | Unset):
        evaluator_aggregates (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | list[EvaluationResponse]]
    """

    kwargs = build_request(
        project_id=project_id,
        evaluatee_id=evaluatee_id,
        evaluator_aggregates=evaluator_aggregates,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    project_id: str,
    *,
    client: AuthenticatedClient,
    evaluatee_id: str | Unset = UNSET,
    evaluator_aggregates: bool | Unset = UNSET,
) -> HTTPValidationError | list[EvaluationResponse] | None:
    """List all evaluations of a project

     Every evaluation of a project in one answer, without pages. Upstream kept it for old callers and
    points new ones to `list_evaluations`.

    Args:
        project_id (str):
        evaluatee_id (str | Unset):
        evaluator_aggregates (bool | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | list[EvaluationResponse]
    """

    return (
        await asyncio_detailed(
            project_id=project_id,
            client=client,
            evaluatee_id=evaluatee_id,
            evaluator_aggregates=evaluator_aggregates,
        )
    ).parsed
