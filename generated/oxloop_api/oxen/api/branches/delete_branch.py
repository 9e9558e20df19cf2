# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.branch_response import BranchResponse
from ...models.error_envelope import ErrorEnvelope
from ...types import Response


def build_request(
    namespace: str,
    repo_name: str,
    branch_name: str,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""

    _kwargs: dict[str, Any] = {
        "method": "delete",
        "url": "/api/repos/{namespace}/{repo_name}/branches/{branch_name}".format(
            namespace=quote(str(namespace), safe=""),
            repo_name=quote(str(repo_name), safe=""),
            branch_name=quote(str(branch_name), safe="/"),
        ),
    }

    return _kwargs


def parse_response(response: httpx.Response) -> BranchResponse:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = BranchResponse.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> BranchResponse | ErrorEnvelope | None:
    if response.status_code == 200:
        response_200 = BranchResponse.from_dict(response.json())

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
) -> Response[BranchResponse | ErrorEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    namespace: str,
    repo_name: str,
    branch_name: str,
    *,
    client: AuthenticatedClient,
) -> Response[BranchResponse | ErrorEnvelope]:
    """Delete a branch

     Takes the name away, whether or not its commits are on another branch. Commits stay, and can be
    named by their ids.

    Args:
        namespace (str):
        repo_name (str):
        branch_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BranchResponse | ErrorEnvelope]
    """

    kwargs = build_request(
        namespace=namespace,
        repo_name=repo_name,
        branch_name=branch_name,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    namespace: str,
    repo_name: str,
    branch_name: str,
    *,
    client: AuthenticatedClient,
) -> BranchResponse | ErrorEnvelope | None:
    """Delete a branch

     Takes the name away, whether or not its commits are on another branch. Commits stay, and can be
    named by their ids.

    Args:
        namespace (str):
        repo_name (str):
        branch_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BranchResponse | ErrorEnvelope
    """

    return sync_detailed(
        namespace=namespace,
        repo_name=repo_name,
        branch_name=branch_name,
        client=client,
    ).parsed


async def asyncio_detailed(
    namespace: str,
    repo_name: str,
    branch_name: str,
    *,
    client: AuthenticatedClient,
) -> Response[BranchResponse | ErrorEnvelope]:
    """Delete a branch

     Takes the name away, whether or not its commits are on another branch. Commits stay, and can be
    named by their ids.

    Args:
        namespace (str):
        repo_name (str):
        branch_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[BranchResponse | ErrorEnvelope]
    """

    kwargs = build_request(
        namespace=namespace,
        repo_name=repo_name,
        branch_name=branch_name,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    namespace: str,
    repo_name: str,
    branch_name: str,
    *,
    client: AuthenticatedClient,
) -> BranchResponse | ErrorEnvelope | None:
    """Delete a branch

     Takes the name away, whether or not its commits are on another branch. Commits stay, and can be
    named by their ids.

    Args:
        namespace (str):
        repo_name (str):
        branch_name (str):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        BranchResponse | ErrorEnvelope
    """

    return (
        await asyncio_detailed(
            namespace=namespace,
            repo_name=repo_name,
            branch_name=branch_name,
            client=client,
        )
    ).parsed
