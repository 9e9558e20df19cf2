# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
"""A client library for accessing Humanloop v4"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
