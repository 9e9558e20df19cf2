# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.commit_response import CommitResponse
from ...models.error_envelope import ErrorEnvelope
from ...models.upload_file_request import UploadFileRequest
from ...types import Response


def build_request(
    namespace: str,
    repo_name: str,
    resource: str,
    *,
    body: UploadFileRequest,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/api/repos/{namespace}/{repo_name}/file/{resource}".format(
            namespace=quote(str(namespace), safe=""),
            repo_name=quote(str(repo_name), safe=""),
            resource=quote(str(resource), safe="/"),
        ),
    }

    _kwargs["files"] = body.to_multipart()

    _kwargs["headers"] = headers
    return _kwargs


def parse_response(response: httpx.Response) -> CommitResponse:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = CommitResponse.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CommitResponse | ErrorEnvelope | None:
    if response.status_code == 200:
        response_200 = CommitResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorEnvelope.from_dict(response.json())

        return response_400

    if response.status_code == 404:
        response_404 = ErrorEnvelope.from_dict(response.json())

        return response_404

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CommitResponse | ErrorEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    namespace: str,
    repo_name: str,
    resource: str,
    *,
    client: AuthenticatedClient,
    body: UploadFileRequest,
) -> Response[CommitResponse | ErrorEnvelope]:
    """Upload files

     Writes one file, at the path that the resource names, or several into the folder that it names, and
    commits them to the branch that it starts with.

    Args:
        namespace (str):
        repo_name (str):
        resource (str):
        body (UploadFileRequest): One file, or several for a folder, and whose they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CommitResponse | ErrorEnvelope]
    """

    kwargs = build_request(
        namespace=namespace,
        repo_name=repo_name,
        resource=resource,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    namespace: str,
    repo_name: str,
    resource: str,
    *,
    client: AuthenticatedClient,
    body: UploadFileRequest,
) -> CommitResponse | ErrorEnvelope | None:
    """Upload files

     Writes one file, at the path that the resource names, or several into the folder that it names, and
    commits them to the branch that it starts with.

    Args:
        namespace (str):
        repo_name (str):
        resource (str):
        body (UploadFileRequest): One file, or several for a folder, and whose they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CommitResponse | ErrorEnvelope
    """

    return sync_detailed(
        namespace=namespace,
        repo_name=repo_name,
        resource=resource,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    namespace: str,
    repo_name: str,
    resource: str,
    *,
    client: AuthenticatedClient,
    body: UploadFileRequest,
) -> Response[CommitResponse | ErrorEnvelope]:
    """Upload files

     Writes one file, at the path that the resource names, or several into the folder that it names, and
    commits them to the branch that it starts with.

    Args:
        namespace (str):
        repo_name (str):
        resource (str):
        body (UploadFileRequest): One file, or several for a folder, and whose they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CommitResponse | ErrorEnvelope]
    """

    kwargs = build_request(
        namespace=namespace,
        repo_name=repo_name,
        resource=resource,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    namespace: str,
    repo_name: str,
    resource: str,
    *,
    client: AuthenticatedClient,
    body: UploadFileRequest,
) -> CommitResponse | ErrorEnvelope | None:
    """Upload files

     Writes one file, at the path that the resource names, or several into the folder that it names, and
    commits them to the branch that it starts with.

    Args:
        namespace (str):
        repo_name (str):
        resource (str):
        body (UploadFileRequest): One file, or several for a folder, and whose they are.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CommitResponse | ErrorEnvelope
    """

    return (
        await asyncio_detailed(
            namespace=namespace,
            repo_name=repo_name,
            resource=resource,
            client=client,
            body=body,
        )
    ).parsed
