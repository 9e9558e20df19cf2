"""Certificates as companies make them: an authority of their own, servers and clients under it."""

import ssl
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

import trustme
from attrs import define, field


@define(slots=False)
class Authority:
    """An authority that nobody else knows."""

    ca: trustme.CA = field(factory=trustme.CA)

    @cached_property
    def server(self) -> ssl.SSLContext:
        """What the server has that it claims to be."""
        return self._context("127.0.0.1", "localhost", "faulty.test")

    @cached_property
    def wrong_host(self) -> ssl.SSLContext:
        """A certificate for another host."""
        return self._context("elsewhere.test")

    @cached_property
    def expired(self) -> ssl.SSLContext:
        """A certificate that ran out yesterday."""
        return self._context("127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1))

    @cached_property
    def asks_clients(self) -> ssl.SSLContext:
        """A server that wants a certificate of its clients too."""
        context = self._context("127.0.0.1")
        context.verify_mode = ssl.CERT_REQUIRED
        self.ca.configure_trust(context)  # pyright: ignore[reportUnknownMemberType] - its own types
        return context

    def write(self, folder: Path) -> Path:
        """Write what clients need to trust this authority; returns the file."""
        path = folder / "authority.pem"
        self.ca.cert_pem.write_to_path(path)
        return path

    def write_client(self, folder: Path) -> Path:
        """Write a client's certificate with its private key; returns the file."""
        path = folder / "client.pem"
        self.ca.issue_cert("client@company.test").private_key_and_cert_chain_pem.write_to_path(path)
        return path

    def _context(self, *hosts: str, not_after: datetime | None = None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf = self.ca.issue_cert(*hosts, not_after=not_after)
        leaf.configure_cert(context)  # pyright: ignore[reportUnknownMemberType] - its own types
        return context


@lru_cache(maxsize=1)
def company() -> Authority:
    """The authority that clients are told of."""
    return Authority()


@lru_cache(maxsize=1)
def stranger() -> Authority:
    """One that they are not told of."""
    return Authority()
