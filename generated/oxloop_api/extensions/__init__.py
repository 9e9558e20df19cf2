# Generated from openapi/extensions.yaml by `make generate`. Changes here are lost.
"""A client library for accessing oxloop extensions"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
