"""The private parts of httpx, httpcore and aiohttp that the client reaches for are there.

``pyproject.toml`` bounds these packages for their sake. Without a part, others of these tests fail
too, but do not say why.
"""

import re
from importlib.metadata import version

import aiohttp
import anyio
import httpx
import pytest
from oxloop._aiohttp import AiohttpClient
from peer import Line, peer


def require(thing: object, *names: str) -> object:
    """Check that a thing has a part, and that part the next; return the last.

    Args:
        thing: An object of one of the packages.
        names: The parts.
    """
    for name in names:
        package = type(thing).__module__.partition(".")[0]
        assert hasattr(thing, name), (
            f"{package} {version(package)} has no {type(thing).__qualname__}.{name}, which the "
            f"client reaches for. Find what took its place, or bound {package} below this version "
            "in pyproject.toml."
        )
        thing = getattr(thing, name)
    return thing


def answer(line: Line) -> None:
    line.receive()
    line.answer(b"{}")


def test_a_part_that_is_gone_is_named_with_what_to_do() -> None:
    sentence = f"httpx {version('httpx')} has no Client._gone, which the client reaches for. Find"
    with httpx.Client() as client, pytest.raises(AssertionError, match=re.escape(sentence)):
        require(client, "_gone", "_pool")


@pytest.mark.parametrize("make", [httpx.Client, httpx.AsyncClient])
def test_a_client_has_pools_whose_backend_and_trust_can_be_changed(
    make: type[httpx.Client | httpx.AsyncClient],
) -> None:
    client = make()
    require(client, "_mounts")
    require(client, "_transport_for_url")
    pool = require(client, "_transport", "_pool")
    require(pool, "_network_backend")
    require(pool, "_ssl_context")


def test_an_answer_leads_to_the_parser_that_read_it() -> None:
    parser = ("_httpcore_stream", "_stream", "_connection", "_h11_state")
    with peer(answer) as server, httpx.Client(trust_env=False) as client:
        transport = client._transport_for_url(httpx.URL(server.url))  # pyright: ignore[reportPrivateUsage]
        response = transport.handle_request(httpx.Request("GET", server.url))
        found = require(response.stream, *parser)
        require(found, "trailing_data")
        require(found, "send_failed")
        response.close()

    async def main(url: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            transport = client._transport_for_url(httpx.URL(url))  # pyright: ignore[reportPrivateUsage]
            response = await transport.handle_async_request(httpx.Request("GET", url))
            require(response.stream, *parser)
            await response.aclose()

    with peer(answer) as server:
        anyio.run(main, server.url)


def test_a_given_clients_answer_leads_there_too() -> None:
    with (
        peer(answer) as server,
        httpx.Client(trust_env=False) as client,
        client.stream("GET", server.url) as response,
    ):
        require(response.stream, "_stream", "_httpcore_stream", "_stream", "_connection")


def test_a_client_asks_its_own_methods_for_transports() -> None:
    for name in ("_init_transport", "_init_proxy_transport"):
        assert name in vars(AiohttpClient)
        require(httpx.AsyncClient(), name)


def test_aiohttps_connections_can_be_looked_at() -> None:
    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            require(session, "_retry_connection")
            require(session.connector, "_conns")
            require(session.connector, "_wrap_create_connection")

    anyio.run(main)
