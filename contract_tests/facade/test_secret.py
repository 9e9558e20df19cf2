"""Keys cannot leave by accident."""

import copy
import logging
import pickle

import pytest
from oxloop import _redact
from oxloop._secret import Secret
from oxloop.errors import ConfigurationError

KEY = "sk-live-77aa"


def test_every_form_of_a_secret_is_masked() -> None:
    secret = Secret(KEY)
    forms = [str(secret), repr(secret), f"{secret}", f"{secret:>10}", f"{secret!r}", "%s" % secret]  # noqa: UP031
    forms += [repr([secret]), str({"key": secret}), pickle.dumps(secret).decode("latin-1")]
    assert not [form for form in forms if KEY in form]
    assert secret.reveal() == KEY


def test_a_secret_is_masked_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("oxloop").debug("key %s %r", Secret(KEY), Secret(KEY))
    assert "***" in caplog.text
    assert KEY not in caplog.text


def test_a_pickled_secret_comes_back_empty_and_says_so() -> None:
    again = pickle.loads(pickle.dumps(Secret(KEY)))  # noqa: S301
    assert repr(again) == "Secret('***')"
    with pytest.raises(ConfigurationError, match="left out when it was pickled"):
        again.reveal()


def test_secrets_compare_by_value_and_copy_as_they_are() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert Secret(KEY) != Secret("other")
    assert Secret(KEY) != KEY
    assert copy.deepcopy(Secret(KEY)).reveal() == KEY
    assert len({Secret(KEY), Secret(KEY)}) == 1
    emptied = pickle.loads(pickle.dumps(Secret(KEY)))  # noqa: S301
    assert emptied != Secret(KEY)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"api_key": "abc"}', '{"api_key": "***"}'),
        ('{"x-api-key":"a\\"b"}', '{"x-api-key":"***"}'),
        ("{'password': 'abc'}", "{'password': \"***\"}"),
        ('{"token": "abc", "tokens_used": 3}', '{"token": "***", "tokens_used": 3}'),
        ('{"access_token": "cut off', '{"access_token": "***"'),
        ('{"provider_api_keys": {"openai": "abc"}}', '{"provider_api_keys": "***"}'),
        ("Authorization: Bearer abc.def-1", "Authorization: Bearer ***"),
        ('{"prompt": "the key to it all"}', '{"prompt": "the key to it all"}'),
    ],
)
def test_keys_in_a_body_are_masked(text: str, masked: str) -> None:
    assert _redact.text(text) == masked


def test_a_known_key_is_masked_wherever_it_stands() -> None:
    assert _redact.text(f"you sent {KEY}!", [KEY]) == "you sent ***!"


def test_a_body_is_trimmed_after_it_is_masked() -> None:
    body = ("x" * (_redact.BODY_LIMIT - 4) + KEY + "y" * 50).encode()
    kept = _redact.body(body, [KEY])
    assert "sk-l" not in kept
    assert len(kept) < _redact.BODY_LIMIT + 40
    assert kept.endswith(f"({len(body)} bytes in all)")
    assert _redact.body(b"\xff short") == "\ufffd short"


def test_headers_and_parameters_that_hold_keys_are_masked() -> None:
    headers = {"Authorization": "Bearer a", "X-API-KEY": "a", "Cookie": "a", "Accept": "b"}
    assert _redact.headers(headers) == {
        "Authorization": "***",
        "X-API-KEY": "***",
        "Cookie": "***",
        "Accept": "b",
    }
    assert _redact.parameters({"api_key": "a", "page": 1}) == {"api_key": "***", "page": 1}
