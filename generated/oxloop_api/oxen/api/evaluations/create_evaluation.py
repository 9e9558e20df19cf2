# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_evaluation_request import CreateEvaluationRequest
from ...models.error_envelope import ErrorEnvelope
from ...models.evaluation_response import EvaluationResponse
from ...types import Response


def build_request(
    namespace: str,
    repo_name: str,
    revision: str,
    file_path: str,
    *,
    body: CreateEvaluationRequest,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/repos/{namespace}/{repo_name}/evaluations/{revision}/{file_path}".format(
            namespace=quote(str(namespace), safe=""),
            repo_name=quote(str(repo_name), safe=""),
            revision=quote(str(revision), safe="/"),
            file_path=quote(str(file_path), safe="/"),
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
    revision: str,
    file_path: str,
    *,
    client: AuthenticatedClient,
    body: CreateEvaluationRequest,
) -> Response[ErrorEnvelope | EvaluationResponse]:
    """Create an evaluation

     Starts a run of a model over the rows of a data file. The file is named by the URL: a branch or
    commit, a slash, and the path of the file.

    Args:
        namespace (str):
        repo_name (str):
        revision (str):
        file_path (str):
        body (CreateEvaluationRequest): What to run, over which column, and where the answers go.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | EvaluationResponse]
    """

    kwargs = build_request(
        namespace=namespace,
        repo_name=repo_name,
        revision=revision,
        file_path=file_path,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    namespace: str,
    repo_name: str,
    revision: str,
    file_path: str,
    *,
    client: AuthenticatedClient,
    body: CreateEvaluationRequest,
) -> ErrorEnvelope | EvaluationResponse | None:
    """Create an evaluation

     Starts a run of a model over the rows of a data file. The file is named by the URL: a branch or
    commit, a slash, and the path of the file.

    Args:
        namespace (str):
        repo_name (str):
        revision (str):
        file_path (str):
        body (CreateEvaluationRequest): What to run, over which column, and where the answers go.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | EvaluationResponse
    """

    return sync_detailed(
        namespace=namespace,
        repo_name=repo_name,
        revision=revision,
        file_path=file_path,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    namespace: str,
    repo_name: str,
    revision: str,
    file_path: str,
    *,
    client: AuthenticatedClient,
    body: CreateEvaluationRequest,
) -> Response[ErrorEnvelope | EvaluationResponse]:
    """Create an evaluation

     Starts a run of a model over the rows of a data file. The file is named by the URL: a branch or
    commit, a slash, and the path of the file.

    Args:
        namespace (str):
        repo_name (str):
        revision (str):
        file_path (str):
        body (CreateEvaluationRequest): What to run, over which column, and where the answers go.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | EvaluationResponse]
    """

    kwargs = build_request(
        namespace=namespace,
        repo_name=repo_name,
        revision=revision,
        file_path=file_path,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    namespace: str,
    repo_name: str,
    revision: str,
    file_path: str,
    *,
    client: AuthenticatedClient,
    body: CreateEvaluationRequest,
) -> ErrorEnvelope | EvaluationResponse | None:
    """Create an evaluation

     Starts a run of a model over the rows of a data file. The file is named by the URL: a branch or
    commit, a slash, and the path of the file.

    Args:
        namespace (str):
        repo_name (str):
        revision (str):
        file_path (str):
        body (CreateEvaluationRequest): What to run, over which column, and where the answers go.

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
            revision=revision,
            file_path=file_path,
            client=client,
            body=body,
        )
    ).parsed
