# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_repository_request import CreateRepositoryRequest
from ...models.error_envelope import ErrorEnvelope
from ...models.repository_response import RepositoryResponse
from ...types import Response


def build_request(
    *,
    body: CreateRepositoryRequest,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/repos",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def parse_response(response: httpx.Response) -> RepositoryResponse:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = RepositoryResponse.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorEnvelope | RepositoryResponse | None:
    if response.status_code == 200:
        response_200 = RepositoryResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorEnvelope.from_dict(response.json())

        return response_400

    if response.status_code == 409:
        response_409 = ErrorEnvelope.from_dict(response.json())

        return response_409

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorEnvelope | RepositoryResponse]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateRepositoryRequest,
) -> Response[ErrorEnvelope | RepositoryResponse]:
    """Create a repository

     Makes a repository with the branch `main` and one empty commit.

    Args:
        body (CreateRepositoryRequest): A new repository.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | RepositoryResponse]
    """

    kwargs = build_request(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateRepositoryRequest,
) -> ErrorEnvelope | RepositoryResponse | None:
    """Create a repository

     Makes a repository with the branch `main` and one empty commit.

    Args:
        body (CreateRepositoryRequest): A new repository.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | RepositoryResponse
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateRepositoryRequest,
) -> Response[ErrorEnvelope | RepositoryResponse]:
    """Create a repository

     Makes a repository with the branch `main` and one empty commit.

    Args:
        body (CreateRepositoryRequest): A new repository.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | RepositoryResponse]
    """

    kwargs = build_request(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateRepositoryRequest,
) -> ErrorEnvelope | RepositoryResponse | None:
    """Create a repository

     Makes a repository with the branch `main` and one empty commit.

    Args:
        body (CreateRepositoryRequest): A new repository.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | RepositoryResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
