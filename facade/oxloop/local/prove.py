"""Asks the program at a recorded address for its proof, and sends it no key."""

import json
import socket
import time
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from typing import Literal, cast

from oxloop.rules import proof
from oxloop.rules.folder import ServiceRecord

Verdict = Literal["proved", "wrong", "silent"]

_MOST_BYTES = 64 * 1024
_ANY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - not bound


def base_url(record: ServiceRecord) -> str:
    """Return the address at which a client of this machine reaches a service."""
    host = _host(record)
    return f"http://[{host}]:{record.port}" if ":" in host else f"http://{host}:{record.port}"


def ask(record: ServiceRecord, key: str, seconds: float) -> Verdict:
    """Ask for the proof that the service of this record holds the folder key.

    Proxies of the environment are not used: the question is for this machine.

    Args:
        record: The record in the data folder.
        key: The folder key; it is not sent.
        seconds: How long the whole exchange may take.

    Returns:
        ``proved``; ``wrong`` if a whole answer came that is no proof; ``silent`` if none came,
        as from a service that is just starting.
    """
    nonce = proof.new_nonce()
    try:
        status, body = _post(record, json.dumps({"nonce": nonce}).encode(), seconds)
    except (OSError, HTTPException, ValueError, OverflowError):
        return "silent"
    if status >= 500:
        return "silent"
    if status != 200:
        return "wrong"
    expected = proof.answer(key, nonce, record.instance, record.port)
    try:
        answer = cast(object, json.loads(body))
    except (ValueError, RecursionError):
        return "wrong"
    match answer:
        case {"instance": str(instance), "port": int(port), "proof": str(given)} if (
            instance == record.instance and port == record.port and proof.matches(given, expected)
        ):
            return "proved"
        case _:
            return "wrong"


def _host(record: ServiceRecord) -> str:
    return _ANY_ADDRESS.get(record.host, record.host)


def _post(record: ServiceRecord, body: bytes, seconds: float) -> tuple[int, bytes]:
    address = base_url(record).removeprefix("http://")
    head = (
        "POST /x/v1/prove HTTP/1.1\r\n"
        f"Host: {address}\r\n"
        "Accept: application/json\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    deadline = time.monotonic() + seconds
    with socket.create_connection((_host(record), record.port), timeout=seconds) as connection:
        connection.sendall(head.encode() + body)
        received = _receive(connection, deadline)
    response = HTTPResponse(cast(socket.socket, _Received(received)), method="POST")
    response.begin()
    return response.status, response.read()


def _receive(connection: socket.socket, deadline: float) -> bytes:
    # Read to the end by hand: http.client's time-out starts anew with every byte.
    received = bytearray()
    while len(received) <= _MOST_BYTES:
        connection.settimeout(max(deadline - time.monotonic(), 0.001))
        if not (chunk := connection.recv(8192)):
            return bytes(received)
        received += chunk
    raise ValueError("the answer is too long for a proof")


class _Received:
    """What HTTPResponse needs of a socket, over bytes that are here already."""

    def __init__(self, received: bytes) -> None:
        self._stream = BytesIO(received)

    def makefile(self, _mode: str) -> BytesIO:
        return self._stream
