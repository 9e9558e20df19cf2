"""What is kept of an exchange, and what never is."""

import json
from base64 import b64encode
from pathlib import Path

import pytest
from attrs import evolve
from oxloop_contract.exchange import Exchange
from oxloop_contract.recording import REDACTED, Recorder, recorded
from oxloop_contract.verify import CannotRun

KEY = "oxl_5e0c2b8d41a7"
OTHER = "oxl_77c1f2e9b0"
PLAIN = Exchange(
    "POST",
    "/api/repos/ox/s%C3%BC?page=2",
    {"content-type": "application/json"},
    b'{"name": "\xc3\xa4"}',
    200,
    {"content-type": "application/json", "x-request-id": "r1"},
    b'{"id":7}',
)


def kept(folder: Path, *exchanges: Exchange) -> list[Exchange]:
    recorder = Recorder(folder, (KEY, OTHER))
    for exchange in exchanges:
        recorder.see(exchange)
    return [exchange for _, exchange in recorded(folder)]


def test_what_was_kept_is_read_again_in_order(tmp_path: Path) -> None:
    bytes_ = evolve(PLAIN, content=b"", answer=b"PAR1\xff\x00", status=404)
    assert kept(tmp_path / "new", PLAIN, bytes_) == [PLAIN, bytes_]


@pytest.mark.parametrize(
    "secretive",
    [
        evolve(PLAIN, headers={"authorization": f"Bearer {KEY}"}),
        evolve(PLAIN, headers={"authorization": "Bearer somebody"}),
        evolve(PLAIN, headers={"x-api-key": f"not-{KEY[::-1]}"}),
        evolve(PLAIN, headers={"x-api-key": KEY[:-1]}),
        evolve(PLAIN, headers={"x-key": KEY, "cookie": f"key={KEY}"}),
        evolve(PLAIN, headers={"x-other": "somebody"}),
        evolve(PLAIN, headers={"user-agent": f"agent {OTHER}"}),
        evolve(PLAIN, target=f"/api/repos?key={KEY}"),
        evolve(PLAIN, content=f"key {OTHER}".encode()),
        evolve(PLAIN, content=b'{"provider_api_keys": {"openai": "somebody"}}'),
        evolve(PLAIN, content=b'{"a": [{"password": "somebody"}]}'),
        evolve(PLAIN, content=b"\xff" + KEY.encode()),
        evolve(PLAIN, answer=f'"the key {KEY} is not known"'.encode()),
        evolve(PLAIN, answer=b'{"url": "https://s3/a?X-Amz-Signature=somebody&b=1"}'),
        evolve(PLAIN, answer_headers={"set-cookie": "session=somebody"}),
        evolve(PLAIN, answer_headers={"location": f"/a?token={KEY}"}),
    ],
)
def test_no_key_stands_in_a_file(tmp_path: Path, secretive: Exchange) -> None:
    kept(tmp_path, secretive)
    (file,) = tmp_path.iterdir()
    text = file.read_text("utf-8")
    for secret in (KEY, KEY[:-1], KEY[::-1], OTHER, "somebody", b64encode(KEY.encode()).decode()):
        assert secret not in text
    content = json.loads(text)["request"].get("base64")
    assert content is None or content == b64encode(b"\xff" + REDACTED.encode()).decode()


def test_that_there_was_a_key_stays_to_be_seen(tmp_path: Path) -> None:
    (exchange,) = kept(tmp_path, evolve(PLAIN, headers={"authorization": f"Bearer {KEY}"}))
    assert exchange.headers == {"authorization": f"Bearer {REDACTED}"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "holds no recorded exchange"),
        ("{", "is no recorded exchange: JSONDecodeError"),
        ("[]", "is no recorded exchange: TypeError"),
        ('{"request": {}}', "is no recorded exchange: KeyError"),
    ],
)
def test_a_folder_that_holds_none_is_told(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "a.json").write_text(text)
    with pytest.raises(CannotRun, match=said):
        list(recorded(tmp_path))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"there is no folder .*none: record one with --record"):
        list(recorded(tmp_path / "none"))
    (tmp_path / "file").touch()
    with pytest.raises(CannotRun, match="cannot be made to record into"):
        Recorder(tmp_path / "file", ())
