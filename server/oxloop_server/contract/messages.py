"""Reading requests and writing answers: bytes to JSON and back, within limits."""

import asyncio
import json
import math
import re
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, BinaryIO, NoReturn
from urllib.parse import parse_qsl

from attrs import frozen
from starlette.types import Receive, Scope, Send

from oxloop_server import compact_json
from oxloop_server.contract.bodies import SMALL, Bodies, Body, busy
from oxloop_server.contract.calls import Answer, FileAnswer
from oxloop_server.contract.operations import JSON
from oxloop_server.limits import size_words
from oxloop_server.nesting import MAX_NESTING, is_too_deep
from oxloop_server.problems import Detail, Refused

NO_CONTENT = 204
CHUNK = 1 << 18
MAX_QUERY_FIELDS = 100

_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class ClientGoneError(Exception):
    """The client closed the connection before its request was complete."""


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers, names in lower case; of several of one name the last."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def query_of(scope: Scope) -> dict[str, list[str]]:
    """The query's fields, each with its values in order.

    Raises:
        Refused: If it cannot be read.
    """
    if not scope["query_string"]:
        return {}
    try:
        pairs = parse_qsl(
            scope["query_string"].decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_QUERY_FIELDS,
        )
    except ValueError as error:
        message = "The query of the address cannot be read: is it percent-encoded UTF-8?"
        detail = Detail(("query",), message, "encoding")
        raise Refused("breaks_schema", message, details=[detail]) from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


async def chunks_of(receive: Receive) -> AsyncIterator[bytes]:
    """The request's body as it arrives.

    Raises:
        ClientGoneError: If the client left before the end.
    """
    more = True
    while more:
        chunk, more = await _next_of(receive)
        if chunk:
            yield chunk


async def _next_of(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGoneError
    return message.get("body", b""), message.get("more_body", False)


async def read_body(
    receive: Receive, headers: Mapping[str, str], limit: int, bodies: Bodies
) -> bytes:
    """The request's whole body.

    Args:
        receive: The ASGI channel.
        headers: The request's headers.
        limit: The most bytes that are taken.
        bodies: The large ones of all requests.

    Raises:
        Refused: If it is larger, or there is no room for it.
        ClientGoneError: If the client left before the end.
    """
    check_length(headers, limit)
    body, more = await _next_of(receive)
    if more or len(body) > SMALL:
        body = await _read_more(receive, bytearray(body), more, limit, bodies)
    if len(body) > limit:
        raise too_large(limit)
    return body


async def _read_more(
    receive: Receive, whole: bytearray, more: bool, limit: int, bodies: Bodies
) -> bytes:
    large: Body | None = None
    try:
        while True:
            if len(whole) > SMALL:
                large = large or bodies.begin()
                bodies.grow(large, len(whole))
            if not more or len(whole) > limit:
                break
            chunk, more = await _next_of(receive)
            whole += chunk
    except asyncio.CancelledError:
        if large is None or not large.is_refused:
            raise
        large.task.uncancel()
        raise busy() from None
    if large is not None:
        large.is_coming = False
    return bytes(whole)


def check_length(headers: Mapping[str, str], limit: int) -> None:
    """Refuse a body that is announced to be larger than the limit, before any of it is read."""
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise too_large(limit)


def too_large(limit: int) -> Refused:
    """What a body larger than the limit is told."""
    return Refused("too_large", f"The body is larger than {size_words(limit)}.")


def parse_json(body: bytes) -> Any:
    """Read a JSON body.

    Raises:
        Refused: If it is not JSON that the service can keep and give back.
    """
    try:
        value: Any = _decoder.decode(body.removeprefix(BOM_UTF8).decode())
        if _ESCAPED_SURROGATE.search(body):
            # Half a surrogate pair parses, but no text that holds one can be stored.
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise Refused(
            "malformed",
            f"The body is not JSON: {error.msg} at line {error.lineno} column {error.colno}.",
        ) from error
    except UnicodeError as error:
        raise Refused("malformed", "The body is not JSON in valid UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise Refused(
            "malformed", "The body holds a number or a nesting that is too large."
        ) from error
    if is_too_deep(body, value):
        raise Refused("malformed", f"The body is nested more than {MAX_NESTING} levels deep.")
    return value


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("beyond the largest float")
    return number


def _no_constant(name: str) -> NoReturn:
    raise json.JSONDecodeError(f"{name} is no JSON number", name, 0)


_decoder = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)


@frozen
class Prepared:
    """An answer that can be sent without anything going wrong on this side any more.

    Args:
        status: The HTTP status.
        headers: The headers, as they go out.
        body: The body, or the open file that holds it.
    """

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes | BinaryIO


async def prepare(answer: Answer | FileAnswer) -> Prepared:
    """Make an answer ready: write its JSON, or open its file.

    Raises:
        ValueError: If the body is not JSON.
        OSError: If the file cannot be opened.
    """
    if isinstance(answer, Answer):
        if answer.status == NO_CONTENT:
            return Prepared(answer.status, _headers(answer.headers), b"")
        content = compact_json.to_bytes(answer.body)
        fields = {"content-type": JSON, "content-length": str(len(content))}
        return Prepared(answer.status, _headers(fields, answer.headers), content)
    file = await asyncio.to_thread(answer.path.open, "rb")
    fields = {"content-type": answer.media_type, "content-length": str(answer.size)}
    return Prepared(200, _headers(fields, answer.headers), file)


def _headers(*fields: Mapping[str, str]) -> Sequence[tuple[bytes, bytes]]:
    return [
        (name.encode("latin-1"), value.encode("latin-1"))
        for some in fields
        for name, value in some.items()
    ]


async def send(channel: Send, prepared: Prepared) -> None:
    """Send an answer; of a file, a chunk is in memory at a time."""
    await channel(
        {
            "type": "http.response.start",
            "status": prepared.status,
            "headers": prepared.headers,
        }
    )
    if isinstance(prepared.body, bytes):
        await channel({"type": "http.response.body", "body": prepared.body})
        return
    with prepared.body as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            await channel({"type": "http.response.body", "body": chunk, "more_body": True})
    await channel({"type": "http.response.body", "body": b""})
