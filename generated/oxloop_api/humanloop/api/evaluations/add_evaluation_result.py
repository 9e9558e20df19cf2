# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_evaluation_result_log_request import (
    CreateEvaluationResultLogRequest,
)
from ...models.evaluation_result_response import EvaluationResultResponse
from ...models.http_validation_error import HTTPValidationError
from ...types import UNSET, Response, Unset


def build_request(
    evaluation_id: str,
    *,
    body: CreateEvaluationResultLogRequest,
    evaluatee_id: str | Unset = UNSET,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    params: dict[str, Any] = {}

    params["evaluatee_id"] = evaluatee_id

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v4/evaluations/{evaluation_id}/result".format(
            evaluation_id=quote(str(evaluation_id), safe=""),
        ),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def parse_response(response: httpx.Response) -> EvaluationResultResponse:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_201 = EvaluationResultResponse.from_dict(response.json())

    return response_201


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> EvaluationResultResponse | HTTPValidationError | None:
    if response.status_code == 201:
        response_201 = EvaluationResultResponse.from_dict(response.json())

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
) -> Response[EvaluationResultResponse | HTTPValidationError]:
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
    body: CreateEvaluationResultLogRequest,
    evaluatee_id: str | Unset = UNSET,
) -> Response[EvaluationResultResponse | HTTPValidationError]:
    """Add a result to an evaluation

     Hands in an external evaluator's judgment of one log, or the error that kept it from judging:
    `result` or `error` has to be there. The evaluation has to be `running`.

    Args:
        evaluation_id (str):
        evaluatee_id (str | Unset):
        body (CreateEvaluationResultLogRequest): What an external evaluator found about a log, or
            why it found nothing.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EvaluationResultResponse | HTTPValidationError]
    """

    kwargs = build_request(
        evaluation_id=evaluation_id,
        body=body,
        evaluatee_id=evaluatee_id,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateEvaluationResultLogRequest,
    evaluatee_id: str | Unset = UNSET,
) -> EvaluationResultResponse | HTTPValidationError | None:
    """Add a result to an evaluation

     Hands in an external evaluator's judgment of one log, or the error that kept it from judging:
    `result` or `error` has to be there. The evaluation has to be `running`.

    Args:
        evaluation_id (str):
        evaluatee_id (str | Unset):
        body (CreateEvaluationResultLogRequest): What an external evaluator found about a log, or
            why it found nothing.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EvaluationResultResponse | HTTPValidationError
    """

    return sync_detailed(
        evaluation_id=evaluation_id,
        client=client,
        body=body,
        evaluatee_id=evaluatee_id,
    ).parsed


async def asyncio_detailed(
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateEvaluationResultLogRequest,
    evaluatee_id: str | Unset = UNSET,
) -> Response[EvaluationResultResponse | HTTPValidationError]:
    """Add a result to an evaluation

     Hands in an external evaluator's judgment of one log, or the error that kept it from judging:
    `result` or `error` has to be there. The evaluation has to be `running`.

    Args:
        evaluation_id (str):
        evaluatee_id (str | Unset):
        body (CreateEvaluationResultLogRequest): What an external evaluator found about a log, or
            why it found nothing.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[EvaluationResultResponse | HTTPValidationError]
    """

    kwargs = build_request(
        evaluation_id=evaluation_id,
        body=body,
        evaluatee_id=evaluatee_id,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    body: CreateEvaluationResultLogRequest,
    evaluatee_id: str | Unset = UNSET,
) -> EvaluationResultResponse | HTTPValidationError | None:
    """Add a result to an evaluation

     Hands in an external evaluator's judgment of one log, or the error that kept it from judging:
    `result` or `error` has to be there. The evaluation has to be `running`.

    Args:
        evaluation_id (str):
        evaluatee_id (str | Unset):
        body (CreateEvaluationResultLogRequest): What an external evaluator found about a log, or
            why it found nothing.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        EvaluationResultResponse | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            evaluation_id=evaluation_id,
            client=client,
            body=body,
            evaluatee_id=evaluatee_id,
        )
    ).parsed
