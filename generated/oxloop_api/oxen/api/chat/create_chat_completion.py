# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.chat_completion_request import ChatCompletionRequest
from ...models.chat_completion_response import ChatCompletionResponse
from ...models.inference_error_envelope import InferenceErrorEnvelope
from ...types import Response


def build_request(
    *,
    body: ChatCompletionRequest,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/ai/chat/completions",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def parse_response(response: httpx.Response) -> ChatCompletionResponse:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = ChatCompletionResponse.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ChatCompletionResponse | InferenceErrorEnvelope | None:
    if response.status_code == 200:
        response_200 = ChatCompletionResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = InferenceErrorEnvelope.from_dict(response.json())

        return response_400

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ChatCompletionResponse | InferenceErrorEnvelope]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ChatCompletionRequest,
) -> Response[ChatCompletionResponse | InferenceErrorEnvelope]:
    """Ask a model

     The model's answer to a conversation, in the form that OpenAI's chat completions have. Nothing is
    kept of it.

    Args:
        body (ChatCompletionRequest): What to ask which model.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChatCompletionResponse | InferenceErrorEnvelope]
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
    body: ChatCompletionRequest,
) -> ChatCompletionResponse | InferenceErrorEnvelope | None:
    """Ask a model

     The model's answer to a conversation, in the form that OpenAI's chat completions have. Nothing is
    kept of it.

    Args:
        body (ChatCompletionRequest): What to ask which model.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChatCompletionResponse | InferenceErrorEnvelope
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ChatCompletionRequest,
) -> Response[ChatCompletionResponse | InferenceErrorEnvelope]:
    """Ask a model

     The model's answer to a conversation, in the form that OpenAI's chat completions have. Nothing is
    kept of it.

    Args:
        body (ChatCompletionRequest): What to ask which model.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ChatCompletionResponse | InferenceErrorEnvelope]
    """

    kwargs = build_request(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ChatCompletionRequest,
) -> ChatCompletionResponse | InferenceErrorEnvelope | None:
    """Ask a model

     The model's answer to a conversation, in the form that OpenAI's chat completions have. Nothing is
    kept of it.

    Args:
        body (ChatCompletionRequest): What to ask which model.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ChatCompletionResponse | InferenceErrorEnvelope
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
