"""The first look at a file: in a process that may die of it, and costs no more than it may."""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from oxloop_server.engine.tables import look_process
from oxloop_server.engine.tables.looking import COMMAND, TOO_MUCH, Looked, Looker, look_over
from oxloop_server.engine.values import arrow, held_bytes
from running_service import until

pa = arrow()
pq = arrow("pyarrow.parquet")

SECONDS = 60


@contextmanager
def looking(program: str | None = None) -> Generator[Looker]:
    one = Looker(COMMAND if program is None else [sys.executable, "-c", program])
    try:
        yield one
    finally:
        one.close()


def a_file(path: Path, rows: int = 3) -> Path:
    pq.write_table(pa.table({"text": ["a"] * rows}), path)
    return path


def test_one_process_looks_at_many_files(tmp_path: Path) -> None:
    with looking() as looker:
        assert looker.pid is None
        assert looker.look(a_file(tmp_path / "a"), "parquet", SECONDS) == Looked(3, 1024)
        pid = looker.pid
        assert looker.look(a_file(tmp_path / "b", 5), "parquet", SECONDS) == Looked(5, 1024)
        assert looker.pid == pid
    assert looker.pid is None


def test_what_was_found_is_remembered(tmp_path: Path) -> None:
    found = look_over(a_file(tmp_path / "a"), "parquet")
    assert look_over(tmp_path / "a", "parquet") is found
    assert look_over(a_file(tmp_path / "a", 5), "parquet").row_count == 5


def test_after_its_end_another_one_looks(tmp_path: Path) -> None:
    with looking() as looker:
        looker.look(a_file(tmp_path / "a"), "parquet", SECONDS)
        assert looker.pid is not None
        os.kill(looker.pid, signal.SIGTERM)
        until(lambda: looker.pid is None)
        assert looker.look(a_file(tmp_path / "b", 5), "parquet", SECONDS) == Looked(5, 1024)


def test_a_file_that_breaks_the_reader_is_told(tmp_path: Path) -> None:
    with looking("import os, sys; sys.stdin.readline(); os.abort()") as looker:
        for _ in range(2):
            assert looker.look(a_file(tmp_path / "a"), "parquet", SECONDS) == TOO_MUCH
            assert looker.pid is None


@pytest.mark.skipif(not hasattr(signal, "SIGXCPU"), reason="no limit of processor time there")
def test_a_file_that_takes_too_long_is_told(tmp_path: Path) -> None:
    # Values that are none, millions of which take a few bytes: each row group costs time.
    nothing = pa.table({"text": pa.nulls(2_000_000, pa.string())})
    with pq.ParquetWriter(tmp_path / "a", nothing.schema) as file:
        for _ in range(200):
            file.write_table(nothing)
    assert (tmp_path / "a").stat().st_size < 1 << 20
    with looking() as looker:
        told = looker.look(tmp_path / "a", "parquet", -1)
    assert isinstance(told, str)
    assert "stands for far more than it is" in told


def test_values_inside_of_values_count_as_they_will_be_taken_apart() -> None:
    long = "x" * 1_000_000
    many = pa.DictionaryArray.from_arrays([0] * 50, [long])
    columns = {
        "lists of one value": pa.ListArray.from_arrays([0, 25, 50], many),
        "structs": pa.StructArray.from_arrays([pa.ListArray.from_arrays([0, 25, 50], many)], ["a"]),
        "maps": pa.MapArray.from_arrays([0, 25, 50], pa.array(list(range(50))), many),
    }
    for name, column in columns.items():
        batch = pa.RecordBatch.from_arrays([column], ["a"])
        assert held_bytes(batch) >= 50_000_000, name
        assert 25_000_000 <= held_bytes(batch.slice(1)) < 26_000_000, name
    bits = pa.array([[True] * 1_000_000])
    assert held_bytes(pa.RecordBatch.from_arrays([bits], ["a"])) >= 8_000_000


def test_the_process_ends_when_nothing_is_asked_for_a_while(tmp_path: Path) -> None:
    assert look_process.IDLE_SECONDS > 1
    module = look_process.__name__
    program = f"import {module} as one; one.IDLE_SECONDS = 0.01; one.main()"
    with looking(program) as looker:
        for number in range(3):
            path = a_file(tmp_path / "a", number)
            assert looker.look(path, "parquet", SECONDS) == Looked(number, 1024)
            until(lambda: looker.pid is None)
