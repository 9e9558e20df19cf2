# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
"""A client library for accessing Oxen.ai hub"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
