# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_log_response import CreateLogResponse
from ...models.http_validation_error import HTTPValidationError
from ...models.log_request import LogRequest
from ...types import Response


def build_request(
    *,
    body: list[LogRequest] | LogRequest,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v4/logs",
    }

    if isinstance(body, list):
        _kwargs["json"] = []
        for componentsschemas_log_request_list_item_data in body:
            componentsschemas_log_request_list_item = (
                componentsschemas_log_request_list_item_data.to_dict()
            )
            _kwargs["json"].append(componentsschemas_log_request_list_item)

    else:
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def parse_response(response: httpx.Response) -> CreateLogResponse | list[CreateLogResponse]:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)

    def _parse_response_200(data: object) -> CreateLogResponse | list[CreateLogResponse]:
        if isinstance(data, list):
            componentsschemas_create_logs_response_type_0 = []
            _componentsschemas_create_logs_response_type_0 = data
            for (
                componentsschemas_create_log_response_list_item_data
            ) in _componentsschemas_create_logs_response_type_0:
                componentsschemas_create_log_response_list_item = CreateLogResponse.from_dict(
                    componentsschemas_create_log_response_list_item_data
                )

                componentsschemas_create_logs_response_type_0.append(
                    componentsschemas_create_log_response_list_item
                )

            return componentsschemas_create_logs_response_type_0
        if not isinstance(data, dict):
            raise TypeError(f"response_200 cannot be of type {type(data).__name__}")
        componentsschemas_create_logs_response_type_1 = CreateLogResponse.from_dict(data)

        return componentsschemas_create_logs_response_type_1

    response_200 = _parse_response_200(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreateLogResponse | list[CreateLogResponse] | HTTPValidationError | None:
    if response.status_code == 200:

        def _parse_response_200(data: object) -> CreateLogResponse | list[CreateLogResponse]:
            if isinstance(data, list):
                componentsschemas_create_logs_response_type_0 = []
                _componentsschemas_create_logs_response_type_0 = data
                for (
                    componentsschemas_create_log_response_list_item_data
                ) in _componentsschemas_create_logs_response_type_0:
                    componentsschemas_create_log_response_list_item = CreateLogResponse.from_dict(
                        componentsschemas_create_log_response_list_item_data
                    )

                    componentsschemas_create_logs_response_type_0.append(
                        componentsschemas_create_log_response_list_item
                    )

                return componentsschemas_create_logs_response_type_0
            if not isinstance(data, dict):
                raise TypeError(f"response_200 cannot be of type {type(data).__name__}")
            componentsschemas_create_logs_response_type_1 = CreateLogResponse.from_dict(data)

            return componentsschemas_create_logs_response_type_1

        response_200 = _parse_response_200(response.json())

        return response_200

    if response.status_code == 422:
        response_422 = HTTPValidationError.from_dict(response.json())

        return response_422

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CreateLogResponse | list[CreateLogResponse] | HTTPValidationError]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: list[LogRequest] | LogRequest,
) -> Response[CreateLogResponse | list[CreateLogResponse] | HTTPValidationError]:
    """Log one answer or several

     Records what a config was given and what it answered. One log in the body gives one in the answer,
    an array gives an array in the same order.

    Args:
        body (list[LogRequest] | LogRequest): One log or several.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateLogResponse | list[CreateLogResponse] | HTTPValidationError]
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
    body: list[LogRequest] | LogRequest,
) -> CreateLogResponse | list[CreateLogResponse] | HTTPValidationError | None:
    """Log one answer or several

     Records what a config was given and what it answered. One log in the body gives one in the answer,
    an array gives an array in the same order.

    Args:
        body (list[LogRequest] | LogRequest): One log or several.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateLogResponse | list[CreateLogResponse] | HTTPValidationError
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: list[LogRequest] | LogRequest,
) -> Response[CreateLogResponse | list[CreateLogResponse] | HTTPValidationError]:
    """Log one answer or several

     Records what a config was given and what it answered. One log in the body gives one in the answer,
    an array gives an array in the same order.

    Args:
        body (list[LogRequest] | LogRequest): One log or several.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateLogResponse | list[CreateLogResponse] | HTTPValidationError]
    """

    kwargs = build_request(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: list[LogRequest] | LogRequest,
) -> CreateLogResponse | list[CreateLogResponse] | HTTPValidationError | None:
    """Log one answer or several

     Records what a config was given and what it answered. One log in the body gives one in the answer,
    an array gives an array in the same order.

    Args:
        body (list[LogRequest] | LogRequest): One log or several.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateLogResponse | list[CreateLogResponse] | HTTPValidationError
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
