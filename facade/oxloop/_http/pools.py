"""The pools of connections of httpx's clients, to which httpx has no public way."""

from collections.abc import Iterator
from typing import Any, Final

import httpx

from oxloop._http.deadline import BoundedBackend
from oxloop._http.trust import certificates, settings_of_the_environment

CLOSED: Final = "This client is closed; make a new one."
FORKED: Final = (
    "This process was forked from one that made the client with http_client=; make both anew here, "
    "as a connection that two processes share mixes up their answers."
)


def bound(client: httpx.Client) -> None:
    """Make the client's connections keep to the total time of a call.

    httpx has no public way to do this that keeps the proxies of the environment: a transport of
    one's own drops them. So the client is made as ever, and each of its pools, one for each
    proxy, gets a network backend that looks at the clock.
    """
    for pool in _pools(client):
        pool._network_backend = BoundedBackend(pool._network_backend)


def guard(client: httpx.AsyncClient) -> None:
    """Make the client close what is given up in a TLS handshake, in the same way."""
    from oxloop._http.handshake import GuardedBackend  # what threads do not need

    for pool in _pools(client):
        pool._network_backend = GuardedBackend(pool._network_backend)


def trust(client: httpx.Client | httpx.AsyncClient) -> None:
    """Give a client's pools the authorities that httpx trusts.

    To read them takes as long as many calls, and an address without TLS, as the local service's
    is, needs none.
    """
    with settings_of_the_environment():
        for transport in _transports(client):
            # Over aiohttp, the transport is the pool itself.
            getattr(transport, "_pool", transport)._ssl_context = certificates()


def _pools(client: httpx.Client | httpx.AsyncClient) -> Iterator[Any]:
    """The client's pools of connections: one, and one for each proxy."""
    for transport in _transports(client):
        if isinstance(transport, httpx.HTTPTransport | httpx.AsyncHTTPTransport):
            yield transport._pool  # pyright: ignore[reportPrivateUsage]


def _transports(client: httpx.Client | httpx.AsyncClient) -> Iterator[Any]:
    """The client's transports: one, and one for each proxy."""
    return filter(None, [client._transport, *client._mounts.values()])  # pyright: ignore[reportPrivateUsage]
