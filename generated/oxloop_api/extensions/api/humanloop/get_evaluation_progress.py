# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_envelope import ErrorEnvelope
from ...models.evaluation_progress import EvaluationProgress
from ...types import Response


def build_request(
    evaluation_id: str,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/x/v1/humanloop/evaluations/{evaluation_id}/progress".format(
            evaluation_id=quote(str(evaluation_id), safe=""),
        ),
    }

    return _kwargs


def parse_response(response: httpx.Response) -> EvaluationProgress:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = EvaluationProgress.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorEnvelope | EvaluationProgress | None:
    if response.status_code == 200:
        response_200 = EvaluationProgress.from_dict(response.json())

        return response_200

    if response.status_code == 404:
        response_404 = ErrorEnvelope.from_dict(response.json())

        return response_404

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorEnvelope | EvaluationProgress]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorEnvelope | EvaluationProgress]:
    """Tell how far an evaluation has come

     Counts the datapoints that have a log with a result of each evaluator, which a client would have to
    count page by page.

    Args:
        evaluation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | EvaluationProgress]
    """

    kwargs = build_request(
        evaluation_id=evaluation_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
) -> ErrorEnvelope | EvaluationProgress | None:
    """Tell how far an evaluation has come

     Counts the datapoints that have a log with a result of each evaluator, which a client would have to
    count page by page.

    Args:
        evaluation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | EvaluationProgress
    """

    return sync_detailed(
        evaluation_id=evaluation_id,
        client=client,
    ).parsed


async def asyncio_detailed(
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
) -> Response[ErrorEnvelope | EvaluationProgress]:
    """Tell how far an evaluation has come

     Counts the datapoints that have a log with a result of each evaluator, which a client would have to
    count page by page.

    Args:
        evaluation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | EvaluationProgress]
    """

    kwargs = build_request(
        evaluation_id=evaluation_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
) -> ErrorEnvelope | EvaluationProgress | None:
    """Tell how far an evaluation has come

     Counts the datapoints that have a log with a result of each evaluator, which a client would have to
    count page by page.

    Args:
        evaluation_id (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | EvaluationProgress
    """

    return (
        await asyncio_detailed(
            evaluation_id=evaluation_id,
            client=client,
        )
    ).parsed
