"""Bodies that are broken, bottomless or something else than they say."""

import gzip

import httpx
import pytest
from running_service import Running

from .conftest import send, sentence

DEEP = b"[" * 200_000
BODIES: dict[str, bytes] = {
    "lists without an end": DEEP,
    "lists in lists": DEEP + b"]" * 200_000,
    "objects in objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "101 levels": b'{"namespace":"ox","name":"r","description":' + b"[" * 101 + b"]" * 101 + b"}",
    "a number of 5000 digits": b'{"namespace":"ox","name":' + b"9" * 5000 + b"}",
    "a name of 5000 digits": b'{"namespace":"ox","name":"' + b"9" * 5000 + b'"}',
    "NaN": b'{"namespace":"ox","name":"r","is_public":NaN}',
    "infinity": b'{"namespace":"ox","name":"r","is_public":Infinity}',
    "beyond the largest float": b'{"namespace":"ox","name":"r","is_public":1e999}',
    "NUL in a name": b'{"namespace":"ox","name":"a\\u0000b"}',
    "a bare NUL": b'{"namespace":"ox","name":"a\x00b"}',
    "half a character pair": b'{"namespace":"ox","name":"\\ud800"}',
    "half a character pair as a key": b'{"\\udfff":1,"namespace":"ox","name":"r"}',
    "no UTF-8": b'{"namespace":"ox","name":"\xff"}',
    "UTF-16": '{"namespace":"ox","name":"r"}'.encode("utf-16"),
    "two bodies": b'{"namespace":"ox","name":"r"}{"namespace":"ox","name":"r2"}',
    "a list": b"[]",
    "a word": b'"ox/r"',
    "nothing": b"null",
    "blanks": b" " * 100_000,
    "a wrong type": b'{"namespace":["ox"],"name":{}}',
    "gzip": gzip.compress(b'{"namespace":"ox","name":"r"}'),
    "a gzip bomb": gzip.compress(b" " * 50_000_000),
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "a prototype": b'{"namespace":"ox","name":"..","__proto__":{"admin":true}}',
}


@pytest.mark.parametrize("body", BODIES)
def test_it_is_refused_and_makes_nothing(http: httpx.Client, body: str) -> None:
    headers = {"content-type": "application/json"}
    if "gzip" in body:
        headers["content-encoding"] = "gzip"
    response = http.post("/api/repos", content=BODIES[body], headers=headers)
    assert response.status_code == 400, response.text
    assert sentence(response)
    assert http.get("/api/repos/ox/r").status_code == 404


# Humanloop's names are any text.
_NAMES_THERE = {"NUL in a name", "a name of 5000 digits", "a prototype"}


@pytest.mark.parametrize("body", sorted(BODIES.keys() - _NAMES_THERE))
def test_the_other_api_refuses_it_too(humanloop: httpx.Client, body: str) -> None:
    content = BODIES[body].replace(b'"namespace":"ox",', b"")
    response = humanloop.post(
        "/v4/projects", content=content, headers={"content-type": "application/json"}
    )
    assert response.status_code in (400, 422), response.text
    assert sentence(response)


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/html",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/x-java-serialized-object",
        "\x7f",
        "",
    ],
)
def test_another_kind_of_content_is_refused(service: Running, kind: str) -> None:
    body = b'{"namespace":"ox","name":"kind"}'
    head = f"POST /api/repos HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.key}\r\n"
    head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    reply = send(service, head.encode("latin-1") + body)
    assert reply.status == 400, reply
    assert sentence(reply)


def test_a_large_body_is_refused_before_it_is_read(service: Running) -> None:
    head = f"POST /api/repos HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.key}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {9 << 20}\r\n\r\n"
    reply = send(service, head.encode())
    assert reply.status == 413
    assert "8 MiB" in sentence(reply)


def test_an_endless_body_is_refused_when_it_is_too_large(service: Running) -> None:
    head = f"POST /api/repos HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.key}\r\n"
    head += "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    reply = send(service, head.encode(), *[chunk] * 40)
    assert reply.status == 413
    assert "8 MiB" in sentence(reply)


def _part(name: str, content: bytes = b"x") -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


_GOOD = _part("file") + _part("name") + _part("email")
FORMS: dict[str, tuple[str, bytes]] = {
    "no boundary": ("multipart/form-data", _GOOD + b"--x--\r\n"),
    "an empty boundary": ("multipart/form-data; boundary=", _GOOD + b"--x--\r\n"),
    "a boundary of 5000": ("multipart/form-data; boundary=" + "x" * 5000, _GOOD + b"--x--\r\n"),
    "another boundary": ("multipart/form-data; boundary=y", _GOOD + b"--x--\r\n"),
    "no end": ("multipart/form-data; boundary=x", _GOOD),
    "100,000 parts": (
        "multipart/form-data; boundary=x",
        b"".join(_part(f"p{n}") for n in range(100_000)) + b"--x--\r\n",
    ),
    "the same part 100,000 times": (
        "multipart/form-data; boundary=x",
        _part("name") * 100_000 + b"--x--\r\n",
    ),
    "two files": ("multipart/form-data; boundary=x", _part("file") + _GOOD + b"--x--\r\n"),
    "a part without a name": (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + _GOOD + b"--x--\r\n",
    ),
    "a part without headers": (
        "multipart/form-data; boundary=x",
        b"--x\r\n\r\nx\r\n" + _GOOD + b"--x--\r\n",
    ),
    "a part of 10 MB of headers": (
        "multipart/form-data; boundary=x",
        b"--x\r\nX-A: " + b"a" * 10_000_000 + b"\r\n\r\nx\r\n" + _GOOD + b"--x--\r\n",
    ),
    "a part of 100,000 headers": (
        "multipart/form-data; boundary=x",
        b"--x\r\n" + b"X-A: a\r\n" * 100_000 + b"\r\nx\r\n" + _GOOD + b"--x--\r\n",
    ),
    "a field of 10 MB": (
        "multipart/form-data; boundary=x",
        _GOOD + _part("message", b"x" * 10_000_000) + b"--x--\r\n",
    ),
    "a field that is no UTF-8": (
        "multipart/form-data; boundary=x",
        _GOOD + _part("message", b"\xff") + b"--x--\r\n",
    ),
    "no file": ("multipart/form-data; boundary=x", _part("name") + _part("email") + b"--x--\r\n"),
    "nothing": ("multipart/form-data; boundary=x", b""),
    "a line break in the author": (
        "multipart/form-data; boundary=x",
        _part("file") + _part("name", b"") + _part("email") + b"--x--\r\n",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_that_are_none_are_refused(
    service: Running, http: httpx.Client, repo: str, form: str
) -> None:
    kind, body = FORMS[form]
    head = f"PUT {repo}/file/main/a.csv HTTP/1.1\r\nHost: x\r\n"
    head += f"Authorization: Bearer {service.key}\r\nContent-Type: {kind}\r\n"
    head += f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    reply = send(service, head.encode() + body)
    assert reply.status in (400, 413), reply
    assert sentence(reply)
    assert http.get(f"{repo}/file/main/a.csv").status_code == 404


QUERIES: dict[str, str] = {
    "101 fields": "&".join(f"a{n}=1" for n in range(101)),
    "half an encoding": "page=%f",
    "no UTF-8": "page=%ff",
    "no number": "page=one",
    "a number beyond all": "page=" + "9" * 5000,
    "a negative page": "page=-1",
    "half a page": "page=1.5",
    "a page twice": "page=1&page=2",
    "a page size beyond all": "page_size=1000000000",
    "NUL": "page=%00",
    "SQL": "page=1%20OR%201=1",
}


@pytest.mark.parametrize("query", QUERIES)
def test_queries_that_are_none_are_refused(http: httpx.Client, repo: str, query: str) -> None:
    response = http.get(f"{repo}/commits/history/main?{QUERIES[query]}")
    assert response.status_code == 400, response.text
    assert sentence(response)


def test_a_key_of_idempotency_is_bounded(humanloop: httpx.Client) -> None:
    for key in ("k" * 256, ""):
        response = humanloop.post(
            "/v4/projects", json={"name": "bounded"}, headers={"Idempotency-Key": key}
        )
        assert response.status_code == 400, response.text
        assert sentence(response)
