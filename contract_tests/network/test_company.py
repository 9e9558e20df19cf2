"""Networks as companies have them: proxies, an authority of their own, certificates of clients."""

import ssl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from oxloop import APIError, ConfigurationError, TransportError
from oxloop._time import Time
from peer import Line, Peer, closed_port, peer
from telling import KEY, Teller, Told

from .certificates import company, stranger
from .proxy import proxying
from .server import encrypt, evaluation

RUN_ID = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
ACCOUNT = "ann:pr0xy-passw0rd"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(params=["threads", "asyncio", "trio", "aiohttp"])
def teller(request: pytest.FixtureRequest) -> Teller:
    """Tells stories in real time."""
    return Teller(request.param, Time(chance=lambda: 0.0))


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Generator[Peer, None, None]:
    """Run a server, with TLS if there is a context."""

    def answer(line: Line) -> None:
        while line.receive() is not None:
            line.answer(evaluation())

    def serve(line: Line) -> None:
        if context is None:
            answer(line)
            return
        with encrypt(line, context) as encrypted:
            answer(encrypted)

    with peer(serve) as server:
        yield server


def get(client: Any) -> Any:
    return client.evaluations.get("ox/support", RUN_ID)


def encrypted(server: Peer) -> str:
    return server.url.replace("http:", "https:")


def own_authority(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Trust the company's authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(company().write(folder)))


def test_an_own_authority_is_trusted(
    teller: Teller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own_authority(monkeypatch, tmp_path)
    with serving(company().server) as server:
        assert teller.tell(get, base_url=encrypted(server)).id == RUN_ID


def test_a_server_that_nobody_vouches_for_is_not_sent_a_key(
    teller: Teller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own_authority(monkeypatch, tmp_path)
    with (
        serving(stranger().server) as server,
        pytest.raises(TransportError, match="SSL_CERT_FILE can name your own authority"),
    ):
        teller.tell(get, base_url=encrypted(server))
    assert server.ledger == []


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_an_authority_that_cannot_be_read_is_a_mistake_with_a_name(
    teller: Teller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(ConfigurationError, match="that SSL_CERT_FILE names cannot be read"):
        teller.tell(get, base_url="https://127.0.0.1:1")


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_tunnel_through_the_proxy_shows_it_nothing(
    teller: Teller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    own_authority(monkeypatch, tmp_path)
    with serving(company().server) as server, proxying() as proxy:
        monkeypatch.setenv(name, proxy.url)
        assert teller.tell(get, base_url=encrypted(server)).id == RUN_ID
        place = server.url.removeprefix("http://")
    (asked,) = proxy.ledger
    assert asked.line == f"CONNECT {place} HTTP/1.1"
    assert "authorization" not in asked.headers
    assert KEY.encode() not in proxy.seen
    assert server.ledger[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_plain_request_goes_through_the_proxy_too(
    teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as server, proxying() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        assert teller.tell(get, base_url=server.url).id == RUN_ID
        assert proxy.ledger[0].line.startswith(f"GET {server.url}/api/repos/ox/support/")
    assert len(server.ledger) == 1


@pytest.mark.parametrize("plain", [True, False])
def test_name_and_password_go_to_the_proxy_alone(
    teller: Teller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, plain: bool
) -> None:
    own_authority(monkeypatch, tmp_path)
    with (
        serving(None if plain else company().server) as server,
        proxying(account=ACCOUNT) as proxy,
    ):
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        address = server.url if plain else encrypted(server)
        assert teller.tell(get, base_url=address).id == RUN_ID
    assert "proxy-authorization" in proxy.ledger[0].headers
    assert "proxy-authorization" not in server.ledger[0].headers


def test_a_proxy_that_wants_to_know_who_asks_is_told_apart(
    teller: Teller,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", "oxloop")
    own_authority(monkeypatch, tmp_path)
    with serving(company().server) as server, proxying(account=ACCOUNT) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("passw0rd", "wr0ng"))
        with pytest.raises(
            TransportError, match=r"the proxy does not let it through \(407"
        ) as caught:
            teller.tell(get, base_url=encrypted(server))
    assert caught.value.attempts == len(proxy.ledger) == 3
    assert caught.value.outcome is None
    assert server.ledger == []
    assert "wr0ng" not in caplog.text + str(caught.value) + repr(caught.value.__cause__)


def test_the_same_for_a_plain_request_is_an_answer(
    teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as server, proxying(account=ACCOUNT) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("passw0rd", "wr0ng"))
        with pytest.raises(APIError, match="who are you") as caught:
            teller.tell(get, base_url=server.url)
    assert (caught.value.status_code, caught.value.attempts) == (407, 1)
    assert server.ledger == []


def test_a_proxy_that_cannot_reach_the_server_is_tried_again(
    teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxying(refusal="502 Bad Gateway") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)

        def story(client: Any) -> Told:
            with pytest.raises(TransportError, match="does not let it through") as caught:
                yield client.repos.create("ox/support")
            assert (caught.value.attempts, caught.value.outcome) == (3, None)

        teller.tell(story, base_url="https://hub.test")
    assert {request.line for request in proxy.ledger} == {"CONNECT hub.test:443 HTTP/1.1"}
    assert len(proxy.ledger) == 1 + 3  # what the server can do is asked first, once


@pytest.mark.parametrize("named", ["127.0.0.1", "*", "elsewhere.test, 127.0.0.1"])
def test_no_proxy_names_what_is_reached_directly(
    teller: Teller, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", closed_port())
    monkeypatch.setenv("NO_PROXY", named)
    with serving() as server:
        assert teller.tell(get, base_url=server.url).id == RUN_ID


def test_no_proxy_for_others_changes_nothing(
    teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", closed_port())
    monkeypatch.setenv("NO_PROXY", "elsewhere.test")
    with serving() as server, pytest.raises(TransportError, match="not connected"):
        teller.tell(get, base_url=server.url)
    assert server.ledger == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("ftp://ann:s3cret@proxy", "is no address"),
        ("http://ann:s3cret@proxy:many", "is no address"),
        ("socks5://ann:s3cret@proxy:1080", r"pip install 'httpx\[socks\]'|aiohttp does not know"),
    ],
)
def test_a_proxy_that_cannot_be_meant_is_a_mistake_with_a_name(
    teller: Teller, monkeypatch: pytest.MonkeyPatch, address: str, told: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    with pytest.raises(ConfigurationError, match=told) as caught:
        teller.tell(get, base_url="https://127.0.0.1:1")
    assert "s3cret" not in str(caught.value)


def given(teller: Teller, **settings: Any) -> Any:
    """An HTTP client of the caller's own."""
    return (httpx.Client if teller.is_sync else httpx.AsyncClient)(**settings)


def used(teller: Teller, http: Any, **options: Any) -> Any:
    """Tell of one call with a client of the caller's own, and close that."""

    def story(client: Any) -> Told:
        found = yield get(client)
        yield http.close() if teller.is_sync else http.aclose()
        return found

    return teller.tell(story, http_client=http, **options)


def test_a_client_shows_the_certificate_that_a_given_http_client_has(
    teller: Teller, tmp_path: Path
) -> None:
    context = ssl.create_default_context(cafile=company().write(tmp_path))
    context.load_cert_chain(company().write_client(tmp_path))
    with serving(company().asks_clients) as server:
        http = given(teller, verify=context)
        assert used(teller, http, base_url=encrypted(server)).id == RUN_ID
    assert server.ledger[0].headers["authorization"] == f"Bearer {KEY}"


def test_without_its_certificate_a_client_is_turned_away(
    teller: Teller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own_authority(monkeypatch, tmp_path)
    with serving(company().asks_clients) as server, pytest.raises(TransportError):
        teller.tell(get, base_url=encrypted(server))
    assert server.ledger == []


def test_a_given_http_client_brings_its_own_proxy(teller: Teller, tmp_path: Path) -> None:
    context = ssl.create_default_context(cafile=company().write(tmp_path))
    with serving(company().server) as server, proxying(account=ACCOUNT) as proxy:
        http = given(teller, verify=context, proxy=proxy.url)
        assert used(teller, http, base_url=encrypted(server)).id == RUN_ID
    assert len(proxy.ledger) == len(server.ledger) == 1


def test_a_proxy_can_be_spoken_to_in_tls(teller: Teller, tmp_path: Path) -> None:
    context = ssl.create_default_context(cafile=company().write(tmp_path))
    with serving(company().server) as server, proxying(context=company().server) as proxy:
        http = given(teller, verify=context, proxy=httpx.Proxy(proxy.url, ssl_context=context))
        assert used(teller, http, base_url=encrypted(server)).id == RUN_ID
    assert len(proxy.ledger) == len(server.ledger) == 1
