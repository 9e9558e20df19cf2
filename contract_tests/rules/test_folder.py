"""The data folder's place and layout, and the record of a running service."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from oxloop.rules.errors import RuleError
from oxloop.rules.folder import DataFolder, ServiceRecord, default_data_dir

RECORD: dict[str, Any] = {
    "pid": 12,
    "port": 8600,
    "host": "127.0.0.1",
    "instance": "in-1",
    "version": "0.1.0",
}


@pytest.mark.skipif(sys.platform != "linux", reason="each platform has its own folder")
class TestDefaultOnLinux:
    def test_in_the_data_home(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", "/data/home")
        assert default_data_dir() == Path("/data/home/oxloop")

    @pytest.mark.parametrize("unusable", ["", "relative/path"])
    def test_in_the_home_folder(self, monkeypatch: pytest.MonkeyPatch, unusable: str) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", unusable)
        monkeypatch.setenv("HOME", "/home/someone")
        assert default_data_dir() == Path("/home/someone/.local/share/oxloop")


def test_the_layout_is_fixed() -> None:
    folder = DataFolder(Path("/d"))
    layout = {
        "key": folder.key_file,
        "service.json": folder.service_file,
        "service.lock": folder.service_lock,
        "start.lock": folder.start_lock,
        "holders": folder.holders_dir,
        "temporary": folder.temporary_file,
        "oxloop.sqlite3": folder.database_file,
        "files": folder.files_dir,
        "models.toml": folder.models_file,
        "models.lock": folder.models_lock,
        "models": folder.models_dir,
        "service.log": folder.log_file,
    }
    assert layout == {name: Path("/d", name) for name in layout}


def test_a_record_is_plain_json() -> None:
    record = ServiceRecord(**RECORD)
    assert json.loads(record.to_json()) == RECORD
    assert ServiceRecord.from_json(record.to_json()) == record


def test_a_record_may_grow() -> None:
    assert ServiceRecord.from_json(json.dumps({**RECORD, "new": 1})).port == 8600


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", json.dumps({**RECORD, "port": "8600"}), '{"pid": 1}'],
)
def test_anything_else_is_no_record(text: str) -> None:
    with pytest.raises(RuleError, match=r"service\.json"):
        ServiceRecord.from_json(text)
