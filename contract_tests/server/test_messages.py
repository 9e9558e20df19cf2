"""Reading bodies and queries: what is no JSON, and what JSON the service cannot keep."""

import json

import pytest
from oxloop_server import nesting
from oxloop_server.contract import messages
from oxloop_server.problems import Refused


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b"\xff",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": "\\ud800"}',
        b'{"\\uDFFF": 1}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": -1e999}',
        b"[" * 101 + b"]" * 101,
        b'{"a":' * 101 + b"1" + b"}" * 101,
        b"[1] [2]",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_cannot_be_kept_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        messages.parse_json(body)
    assert caught.value.code == "malformed"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        (b'{"a": "\\\\ud800"}', {"a": "\\ud800"}),
        (b"\xef\xbb\xbf[1]", [1]),
        ('"é"'.encode(), "é"),
        (b"[" + b"[1]," * 500 + b"[1]]", [[1]] * 501),
    ],
)
def test_all_other_json_is_read(body: bytes, value: object) -> None:
    assert messages.parse_json(body) == value


def test_json_may_be_nested_a_hundred_times() -> None:
    text = "[" * nesting.MAX_NESTING + "1" + "]" * nesting.MAX_NESTING
    assert json.dumps(messages.parse_json(text.encode())) == text


def test_where_json_breaks_off_is_told() -> None:
    with pytest.raises(Refused, match="line 2 column"):
        messages.parse_json(b'{"a": 1,\n x}')


@pytest.mark.parametrize("query", [b"a=%ff", b"&".join([b"a=1"] * 500), b"\xff=1"])
def test_a_query_that_cannot_be_read_is_refused(query: bytes) -> None:
    with pytest.raises(Refused):
        messages.query_of({"query_string": query})


def test_a_query_is_decoded() -> None:
    query = messages.query_of({"query_string": b"a=x%20y+z&b=&a=2"})
    assert query == {"a": ["x y z", "2"], "b": [""]}
    assert messages.query_of({"query_string": b""}) == {}
