"""Whom connections with TLS trust, and what the environment says of that and of proxies."""

import os
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache

import httpx

from oxloop.errors import ConfigurationError


def trusting_nobody() -> ssl.SSLContext:
    """For a client that has not met an address with TLS: with this, no such connection is made."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def certificates() -> ssl.SSLContext:
    """The authorities that httpx trusts; read once, as that takes longer than many a call."""
    return _load_certificates(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=4)
def _load_certificates(file: str | None, folder: str | None) -> ssl.SSLContext:  # noqa: ARG001
    """The same for the same settings of the environment, which httpx reads itself."""
    return httpx.create_ssl_context()


@contextmanager
def settings_of_the_environment() -> Generator[None, None, None]:
    """Say which variable is wrong; what it holds may be a password, and is not shown."""
    try:
        yield
    except OSError as error:
        raise ConfigurationError(
            f"The certificates that SSL_CERT_FILE names cannot be read: {error}. Let it name a "
            "file with your authority's certificate as PEM, or take it away."
        ) from error
    except ImportError as error:
        raise ConfigurationError(
            "The environment names a SOCKS proxy, for which httpx needs more: type "
            "pip install 'httpx[socks]', or name an HTTP proxy."
        ) from error
    except (httpx.InvalidURL, ValueError):
        raise ConfigurationError(
            "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY holds something that is no address; "
            "it looks like http://proxy.company.example:8080."
        ) from None
