# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.challenge import Challenge
from ...models.error_envelope import ErrorEnvelope
from ...models.proof import Proof
from ...types import Response


def build_request(
    *,
    body: Challenge,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/x/v1/prove",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def parse_response(response: httpx.Response) -> Proof:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = Proof.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorEnvelope | Proof | None:
    if response.status_code == 200:
        response_200 = Proof.from_dict(response.json())

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
) -> Response[ErrorEnvelope | Proof]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Challenge,
) -> Response[ErrorEnvelope | Proof]:
    """Prove that this service owns its data folder

     Answers a nonce with its HMAC-SHA256 by the folder key, over the nonce, the instance id and the
    port. A client that can read the folder checks it before it sends any key.

    Args:
        body (Challenge): Something new to answer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | Proof]
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
    client: AuthenticatedClient | Client,
    body: Challenge,
) -> ErrorEnvelope | Proof | None:
    """Prove that this service owns its data folder

     Answers a nonce with its HMAC-SHA256 by the folder key, over the nonce, the instance id and the
    port. A client that can read the folder checks it before it sends any key.

    Args:
        body (Challenge): Something new to answer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | Proof
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Challenge,
) -> Response[ErrorEnvelope | Proof]:
    """Prove that this service owns its data folder

     Answers a nonce with its HMAC-SHA256 by the folder key, over the nonce, the instance id and the
    port. A client that can read the folder checks it before it sends any key.

    Args:
        body (Challenge): Something new to answer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorEnvelope | Proof]
    """

    kwargs = build_request(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: Challenge,
) -> ErrorEnvelope | Proof | None:
    """Prove that this service owns its data folder

     Answers a nonce with its HMAC-SHA256 by the folder key, over the nonce, the instance id and the
    port. A client that can read the folder checks it before it sends any key.

    Args:
        body (Challenge): Something new to answer.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorEnvelope | Proof
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
