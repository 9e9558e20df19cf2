"""The operator's limits: read from a file and the command line, told in words."""

from pathlib import Path

import pytest
from oxloop.rules.errors import RuleError
from oxloop_server.limits import Limits, read_limits, size_words, table


def test_without_a_file_they_are_the_defaults(tmp_path: Path) -> None:
    assert read_limits(tmp_path / "limits.toml") == Limits()


def test_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    file.write_text('upload = "20 GiB"\nconnections = 50\nbody_seconds = 2.5\njson_body = 4096\n')
    limits = read_limits(file, ["connections=60", "form_field=1MiB"])
    assert (limits.upload, limits.json_body, limits.form_field) == (20 << 30, 4096, 1 << 20)
    assert (limits.connections, limits.body_seconds) == (60, 2.5)
    assert limits.rows == Limits().rows


@pytest.mark.parametrize(
    "given",
    [
        "upload=20 apples",
        "upload=-1",
        "upload=1.5",
        "upload=0",
        "connections=1KiB",
        "connections=3",
        "connections=",
        "header_seconds=soon",
        "header_seconds=nan",
        "header_seconds=0",
        "rows=1e6",
    ],
)
def test_a_value_that_is_none_is_told(tmp_path: Path, given: str) -> None:
    name, _, value = given.partition("=")
    with pytest.raises(RuleError, match=f"The limit {name} .*--limit.*'{value}'"):
        read_limits(tmp_path / "limits.toml", [given])


def test_a_limit_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"no limit 'uploads'.*upload, "):
        read_limits(tmp_path / "limits.toml", ["uploads=1"])
    with pytest.raises(RuleError, match="NAME=VALUE"):
        read_limits(tmp_path / "limits.toml", ["upload"])


@pytest.mark.parametrize("text", ["upload = ", "\x00", "[upload]\nsize = 1\n", "upload = true\n"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "limits.toml"
    file.write_text(text)
    with pytest.raises(RuleError, match=str(file)):
        read_limits(file)


def test_each_is_told_in_words() -> None:
    words = {limit.name: limit.words for limit in table(Limits())}
    assert words["upload"] == "4 GiB"
    assert words["body_seconds"] == "30 s"
    assert words["rows"] == "10,000,000"


@pytest.mark.parametrize(
    ("size", "words"),
    [(8 << 20, "8 MiB"), (1024, "1 KiB"), (1500, "1500 bytes"), (4 << 30, "4 GiB")],
)
def test_sizes_are_written_for_people(size: int, words: str) -> None:
    assert size_words(size) == words


def test_the_documents_list_them_with_their_defaults() -> None:
    document = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    listed = [line for line in document.splitlines() if line.startswith("| `")]
    assert listed == [
        f"| `{limit.name}` | {limit.words} | {limit.what} |" for limit in table(Limits())
    ]
