"""Sends requests from threads."""

import os
import threading
from collections.abc import Mapping

import httpx

from oxloop._http.answers import plain_headers, refuse_surplus
from oxloop._http.bodies import Body, parts
from oxloop._http.deadline import until
from oxloop._http.failures import FAULTS, failure, out_of_time
from oxloop._http.pools import CLOSED, FORKED, bound, trust
from oxloop._http.requests import build
from oxloop._http.trust import settings_of_the_environment, trusting_nobody
from oxloop._steps import Answer, Failure, Send
from oxloop._time import Time
from oxloop.errors import ConfigurationError


class SyncHttp:
    """Sends requests from threads, over one pool of connections that is opened when needed.

    Args:
        client: A client to use; it stays the caller's to close. Its own transport decides how
            far the total time can bound a slow peer.
        time: The clock.
    """

    def __init__(self, client: httpx.Client | None, time: Time) -> None:
        if client is not None and not isinstance(client, httpx.Client):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError("http_client= takes an httpx.Client here.")
        self._client = client
        self._is_given = client is not None
        self._time = time
        self._opening = threading.Lock()
        self._process = os.getpid()
        self._is_closed = False
        self._trusts = False
        self._trusts_environment = True

    def bypass_proxies(self) -> None:
        """Connect directly, whatever proxies the environment names."""
        self._trusts_environment = False

    def send(self, step: Send) -> Answer | Failure:
        """Send one request and read its answer, within the step's limits."""
        if self._time.monotonic() >= step.deadline:
            return out_of_time(was_sent=False)
        client = self._open(step.request.url)
        left = step.deadline - self._time.monotonic()
        request = build(client if self._is_given else None, step, left)
        try:
            with until(lambda: step.deadline - self._time.monotonic()):
                response = self._exchange(client, request)
                try:
                    headers = plain_headers(response)
                    body = self._receive(response, headers, step)
                    refuse_surplus(response)
                finally:
                    response.close()
        except FAULTS as error:
            return failure(error)
        return Answer(status=response.status_code, headers=headers, body=body)

    def close(self) -> None:
        """Close the pool, unless it is the caller's own."""
        with self._opening:
            self._is_closed = True
            if self._client is not None and not self._is_given:
                self._client.close()

    def _exchange(self, client: httpx.Client, request: httpx.Request) -> httpx.Response:
        """Send a request and read the head of its answer.

        What an httpx client adds by itself (redirects, cookies, log lines with whole addresses)
        is not wanted of one of our own, and takes a third of the time of a call.
        """
        if self._is_given:
            return client.send(request, stream=True, follow_redirects=False)
        transport = client._transport_for_url(request.url)  # pyright: ignore[reportPrivateUsage]
        return transport.handle_request(request)

    def _receive(self, response: httpx.Response, headers: Mapping[str, str], step: Send) -> bytes:
        """Read the body, into the step's sink if it has one."""
        body = Body(response, headers, step)
        if not body.streams:
            self._read(response, body, step.deadline)
        else:
            with until(lambda: step.body_deadline - self._time.monotonic()):
                self._read(response, body, step.body_deadline)
        return body.finish()

    def _read(self, response: httpx.Response, body: Body, deadline: float) -> None:
        """Read the body up to a moment."""
        for chunk in filter(None, parts(response)):
            body.take(chunk)
            if self._time.monotonic() >= deadline:  # a given client does not look at the clock
                raise httpx.ReadTimeout("the time for the whole call is used up")

    def _open(self, url: str) -> httpx.Client:
        """Return the client; the first call makes it, whichever thread it comes from."""
        if self._process != os.getpid():
            self._after_fork()
        with self._opening:
            if self._is_closed or (self._client is not None and self._client.is_closed):
                raise ConfigurationError(CLOSED)
            if self._client is None:
                with settings_of_the_environment():
                    self._client = httpx.Client(
                        verify=trusting_nobody(), trust_env=self._trusts_environment
                    )
                bound(self._client)
            if not self._is_given and not self._trusts and url.startswith("https:"):
                trust(self._client)
                self._trusts = True
            return self._client

    def _after_fork(self) -> None:
        """Leave the connections to the parent; a thread of its may have held the lock."""
        if self._is_given:
            raise ConfigurationError(FORKED)
        self._process, self._client, self._opening = os.getpid(), None, threading.Lock()
        self._trusts = False
