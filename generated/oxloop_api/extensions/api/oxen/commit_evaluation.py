# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.commit_evaluation_request import CommitEvaluationRequest
from ...models.error_envelope import ErrorEnvelope
from ...models.evaluation_response import EvaluationResponse
from ...types import Response


def build_request(
    namespace: str,
    repo_name: str,
    evaluation_id: str,
    *,
    body: CommitEvaluationRequest,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/x/v1/oxen/repos/{namespace}/{repo_name}/evaluations/{evaluation_id}/commit".format(
            namespace=quote(str(namespace), safe=""),
            repo_name=quote(str(repo_name), safe=""),
            evaluation_id=quote(str(evaluation_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def parse_response(response: httpx.Response) -> EvaluationResponse:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = EvaluationResponse.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorEnvelope | EvaluationResponse | None:
    if response.status_code == 200:
        response_200 = EvaluationResponse.from_dict(response.json())

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
) -> Response[ErrorEnvelope | EvaluationResponse]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    namespace: str,
    repo_name: str,
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    body: CommitEvaluationRequest,
) -> Response[ErrorEnvelope | EvaluationResponse]:
    """Commit an evaluation's answers

     Writes the answers of a run that has ended, well or not, to its target column and commits the file.
    Rows that failed are null; rows that were not asked keep what the column had. Done again with the
    same target, it answers the commit that is there.

    Args:
        namespace (str):
        repo_name (str):
        evaluation_id (str):
        body (CommitEvaluationRequest): Where the answers go, if not where the evaluation said.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | EvaluationResponse]
    """

    kwargs = build_request(
        namespace=namespace,
        repo_name=repo_name,
        evaluation_id=evaluation_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    namespace: str,
    repo_name: str,
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    body: CommitEvaluationRequest,
) -> ErrorEnvelope | EvaluationResponse | None:
    """Commit an evaluation's answers

     Writes the answers of a run that has ended, well or not, to its target column and commits the file.
    Rows that failed are null; rows that were not asked keep what the column had. Done again with the
    same target, it answers the commit that is there.

    Args:
        namespace (str):
        repo_name (str):
        evaluation_id (str):
        body (CommitEvaluationRequest): Where the answers go, if not where the evaluation said.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | EvaluationResponse
    """

    return sync_detailed(
        namespace=namespace,
        repo_name=repo_name,
        evaluation_id=evaluation_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    namespace: str,
    repo_name: str,
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    body: CommitEvaluationRequest,
) -> Response[ErrorEnvelope | EvaluationResponse]:
    """Commit an evaluation's answers

     Writes the answers of a run that has ended, well or not, to its target column and commits the file.
    Rows that failed are null; rows that were not asked keep what the column had. Done again with the
    same target, it answers the commit that is there.

    Args:
        namespace (str):
        repo_name (str):
        evaluation_id (str):
        body (CommitEvaluationRequest): Where the answers go, if not where the evaluation said.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | EvaluationResponse]
    """

    kwargs = build_request(
        namespace=namespace,
        repo_name=repo_name,
        evaluation_id=evaluation_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    namespace: str,
    repo_name: str,
    evaluation_id: str,
    *,
    client: AuthenticatedClient,
    body: CommitEvaluationRequest,
) -> ErrorEnvelope | EvaluationResponse | None:
    """Commit an evaluation's answers

     Writes the answers of a run that has ended, well or not, to its target column and commits the file.
    Rows that failed are null; rows that were not asked keep what the column had. Done again with the
    same target, it answers the commit that is there.

    Args:
        namespace (str):
        repo_name (str):
        evaluation_id (str):
        body (CommitEvaluationRequest): Where the answers go, if not where the evaluation said.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | EvaluationResponse
    """

    return (
        await asyncio_detailed(
            namespace=namespace,
            repo_name=repo_name,
            evaluation_id=evaluation_id,
            client=client,
            body=body,
        )
    ).parsed
