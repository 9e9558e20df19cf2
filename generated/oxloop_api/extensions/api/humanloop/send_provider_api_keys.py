# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_envelope import ErrorEnvelope
from ...models.evaluation_progress import EvaluationProgress
from ...models.send_provider_api_keys_request import SendProviderApiKeysRequest
from ...types import Response


def build_request(
    evaluation_id: str,
    *,
    body: SendProviderApiKeysRequest,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/x/v1/humanloop/evaluations/{evaluation_id}/provider_api_keys".format(
            evaluation_id=quote(str(evaluation_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
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

    if response.status_code == 400:
        response_400 = ErrorEnvelope.from_dict(response.json())

        return response_400

    if response.status_code == 404:
        response_404 = ErrorEnvelope.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = ErrorEnvelope.from_dict(response.json())

        return response_409

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
    body: SendProviderApiKeysRequest,
) -> Response[ErrorEnvelope | EvaluationProgress]:
    """Send an evaluation's provider keys again

     The keys that an evaluation was created with are held in memory only. After a restart an evaluation
    that needs one waits, and goes on once its keys are here again.

    Args:
        evaluation_id (str):
        body (SendProviderApiKeysRequest): The keys again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | EvaluationProgress]
    """

    kwargs = build_request(
        evaluation_id=evaluation_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    body: SendProviderApiKeysRequest,
) -> ErrorEnvelope | EvaluationProgress | None:
    """Send an evaluation's provider keys again

     The keys that an evaluation was created with are held in memory only. After a restart an evaluation
    that needs one waits, and goes on once its keys are here again.

    Args:
        evaluation_id (str):
        body (SendProviderApiKeysRequest): The keys again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | EvaluationProgress
    """

    return sync_detailed(
        evaluation_id=evaluation_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    body: SendProviderApiKeysRequest,
) -> Response[ErrorEnvelope | EvaluationProgress]:
    """Send an evaluation's provider keys again

     The keys that an evaluation was created with are held in memory only. After a restart an evaluation
    that needs one waits, and goes on once its keys are here again.

    Args:
        evaluation_id (str):
        body (SendProviderApiKeysRequest): The keys again.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | EvaluationProgress]
    """

    kwargs = build_request(
        evaluation_id=evaluation_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    body: SendProviderApiKeysRequest,
) -> ErrorEnvelope | EvaluationProgress | None:
    """Send an evaluation's provider keys again

     The keys that an evaluation was created with are held in memory only. After a restart an evaluation
    that needs one waits, and goes on once its keys are here again.

    Args:
        evaluation_id (str):
        body (SendProviderApiKeysRequest): The keys again.

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
            body=body,
        )
    ).parsed
