# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.http_validation_error import HTTPValidationError
from ...models.project_config_response import ProjectConfigResponse
from ...models.project_model_config_request import ProjectModelConfigRequest
from ...types import Response


def build_request(
    *,
    body: ProjectModelConfigRequest,
) -> dict[str, Any]:
    """The request as keyword arguments of ``httpx.Client.request``"""
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v4/model-configs",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def parse_response(response: httpx.Response) -> ProjectConfigResponse:
    """What a success answers; a 2xx that is not documented is read as the first that is

    Raises:
        errors.UnexpectedStatus: If the status is not 2xx.
    """
    if not response.is_success:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    response_200 = ProjectConfigResponse.from_dict(response.json())

    return response_200


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> HTTPValidationError | ProjectConfigResponse | None:
    if response.status_code == 200:
        response_200 = ProjectConfigResponse.from_dict(response.json())

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
) -> Response[HTTPValidationError | ProjectConfigResponse]:
    return Response(
        status_code=response.status_code,
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: ProjectModelConfigRequest,
) -> Response[HTTPValidationError | ProjectConfigResponse]:
    """Register a model config

     Adds a model with its prompt and parameters to a project, which is made if `project` names none. The
    same parameters again give the config that is there. A project's first config becomes its active
    one. The config's id is `config.id` of the answer.

    Args:
        body (ProjectModelConfigRequest): A model with its prompt and parameters, and the project
            to register it with: `project` or `project_id` has to be there.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | ProjectConfigResponse]
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
    body: ProjectModelConfigRequest,
) -> HTTPValidationError | ProjectConfigResponse | None:
    """Register a model config

     Adds a model with its prompt and parameters to a project, which is made if `project` names none. The
    same parameters again give the config that is there. A project's first config becomes its active
    one. The config's id is `config.id` of the answer.

    Args:
        body (ProjectModelConfigRequest): A model with its prompt and parameters, and the project
            to register it with: `project` or `project_id` has to be there.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | ProjectConfigResponse
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: ProjectModelConfigRequest,
) -> Response[HTTPValidationError | ProjectConfigResponse]:
    """Register a model config

     Adds a model with its prompt and parameters to a project, which is made if `project` names none. The
    same parameters again give the config that is there. A project's first config becomes its active
    one. The config's id is `config.id` of the answer.

    Args:
        body (ProjectModelConfigRequest): A model with its prompt and parameters, and the project
            to register it with: `project` or `project_id` has to be there.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HTTPValidationError | ProjectConfigResponse]
    """

    kwargs = build_request(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: ProjectModelConfigRequest,
) -> HTTPValidationError | ProjectConfigResponse | None:
    """Register a model config

     Adds a model with its prompt and parameters to a project, which is made if `project` names none. The
    same parameters again give the config that is there. A project's first config becomes its active
    one. The config's id is `config.id` of the answer.

    Args:
        body (ProjectModelConfigRequest): A model with its prompt and parameters, and the project
            to register it with: `project` or `project_id` has to be there.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HTTPValidationError | ProjectConfigResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
