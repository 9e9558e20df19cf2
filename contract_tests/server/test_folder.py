"""The data folder: one key, and a record that is whole or not there."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from oxloop.rules.folder import DataFolder, ServiceRecord
from oxloop_server import folder
from oxloop_server.problems import StartError


def test_a_key_is_made_once_and_is_its_owners_only(tmp_path: Path) -> None:
    home = folder.prepare(tmp_path / "new" / "folder")
    key = folder.ensure_key(home)
    assert len(key) >= 40
    assert folder.ensure_key(home) == key
    assert home.key_file.stat().st_mode & 0o777 == 0o600
    assert home.path.stat().st_mode & 0o777 == 0o700


def test_of_two_that_make_a_key_at_once_one_wins(tmp_path: Path) -> None:
    home = DataFolder(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(folder.ensure_key, [home] * 32))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_an_empty_key_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("\n")
    with pytest.raises(StartError, match="is empty"):
        folder.ensure_key(DataFolder(tmp_path))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match="--data"):
        folder.prepare(tmp_path / "file" / "folder")
    with pytest.raises(StartError, match="--data"):
        folder.prepare(tmp_path / "file")


def test_the_record_is_its_owners_only_and_goes(tmp_path: Path) -> None:
    home = DataFolder(tmp_path)
    record = ServiceRecord(pid=1, port=2, host="127.0.0.1", instance="i", version="v")
    assert folder.read_record(home) is None
    folder.write_record(home, record)
    assert folder.read_record(home) == record
    assert home.service_file.stat().st_mode & 0o777 == 0o600
    folder.remove_record(home)
    folder.remove_record(home)
    assert list(tmp_path.iterdir()) == []
