"""Arrow files: read, written, converted, and damaged ones told."""

import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from engine_world import World, in_world
from oxloop_server.engine import tables
from oxloop_server.engine.tables import ipc as ipc_files
from oxloop_server.engine.tables.formats import BadTable
from oxloop_server.engine.values import arrow
from scripted_model import ScriptedModel

pa = arrow()
ipc = arrow("pyarrow.ipc")
feather = arrow("pyarrow.feather")

TABLE = pa.table(
    {
        "text": ["a", "bb", None] * 20,
        "n": list(range(60)),
        "vector": [[1.0], [2.0, 3.0], None] * 20,
        "kind": pa.array(["x", "y", "x"] * 20).dictionary_encode(),
        "meta": [{"lang": "en"}] * 60,
    }
)


def a_file(path: Path, compression: str | None = None) -> Path:
    options = ipc.IpcWriteOptions(compression=compression)
    with ipc.new_file(str(path), TABLE.schema, options=options) as file:
        file.write_table(TABLE, max_chunksize=7)
    return path


def read(path: Path, **options: Any) -> list[dict[str, object]]:
    table = tables.open_table(path, "arrow")
    return [row for batch in table.batches(**options) for row in batch.to_pylist()]


@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
def test_all_rows_are_read(tmp_path: Path, compression: str | None) -> None:
    path = a_file(tmp_path / "a.arrow", compression)
    assert tables.open_table(path, "arrow").row_count == 60
    assert read(path) == TABLE.to_pylist()
    assert read(path, columns=["n"], start=13) == [{"n": n} for n in range(13, 60)]


def test_what_polars_writes_is_read(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    polars.DataFrame({"text": ["a", None, "b" * 50]}).write_ipc(tmp_path / "a.arrow")
    assert read(tmp_path / "a.arrow") == [{"text": "a"}, {"text": None}, {"text": "b" * 50}]


def test_a_value_that_many_rows_point_to_counts_in_each(tmp_path: Path) -> None:
    place = struct.pack("<i4sii", 1 << 20, b"xxxx", 0, 0)
    buffers = [None, pa.py_buffer(place * 200), pa.py_buffer(b"x" * (1 << 20))]
    many = pa.Array.from_buffers(pa.string_view(), 200, buffers)
    table = pa.table({"text": many})
    with ipc.new_file(str(tmp_path / "a.arrow"), table.schema) as file:
        file.write_table(table)
    assert (tmp_path / "a.arrow").stat().st_size < 2 << 20
    with pytest.raises(BadTable, match="128 MiB"):
        read(tmp_path / "a.arrow")


def test_feather_is_the_same(tmp_path: Path) -> None:
    feather.write_feather(TABLE, str(tmp_path / "a.feather"))
    assert read(tmp_path / "a.feather") == TABLE.to_pylist()


def test_an_evaluation_reads_and_writes_them(tmp_path: Path) -> None:
    source = a_file(tmp_path / "a.arrow")

    async def work(world: World) -> None:
        world.add_model(model.base_url)
        await world.upload("a.arrow", source.read_bytes())
        run = await world.evaluate("main/a.arrow", prompt="{text} {meta.lang} {n}")
        assert (run.status, run.failed) == ("completed", 0)
        rows = await world.rows("main", "a.arrow")
        assert [row["answer"] for row in rows[:2]] == ["a en 0", "bb en 1"]
        written = ipc.open_file(str(await world.path("main", "a.arrow"))).read_all()
        assert written.drop_columns(["answer"]).to_pylist() == TABLE.to_pylist()
        assert written.schema.field("kind").type == TABLE.schema.field("kind").type
        run = await world.evaluate("main/a.arrow", prompt="{n}", target_path="b.parquet")
        assert run.status == "completed"
        run = await world.evaluate("main/b.parquet", prompt="{n}", target_path="c.feather")
        assert run.status == "completed"
        assert len(await world.rows("main", "c.feather")) == 60

    with ScriptedModel() as model:
        in_world(tmp_path, work)


def cut(end: int) -> Callable[[bytes], bytes]:
    return lambda content: content[:end]


def shortened(content: bytes) -> bytes:
    return content[:300] + b"ARROW1"


def renamed(name: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(name, b"\xff\xfe\xff\xfe")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (cut(-20), "does not begin and end as one"),
        (cut(12), "does not begin and end as one"),
        (cut(0), "an empty file"),
        (shortened, "cannot be read as an Arrow file"),
        (renamed(b"text"), "codec can't decode"),
        (renamed(b"lang"), "codec can't decode"),
    ],
)
def test_what_is_no_such_file_is_told(
    tmp_path: Path, damage: Callable[[bytes], bytes], sentence: str
) -> None:
    path = a_file(tmp_path / "a.arrow")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BadTable, match=sentence):
        tables.open_table(path, "arrow")


def test_a_stream_is_no_file(tmp_path: Path) -> None:
    with ipc.new_stream(str(tmp_path / "a.arrow"), TABLE.schema) as stream:
        stream.write_table(TABLE)
    with pytest.raises(BadTable, match="file format"):
        tables.open_table(tmp_path / "a.arrow", "arrow")


def test_two_columns_of_one_name_are_told(tmp_path: Path) -> None:
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    with ipc.new_file(str(tmp_path / "a.arrow"), twice.schema) as file:
        file.write_table(twice)
    with pytest.raises(BadTable, match='two columns named "a"'):
        tables.open_table(tmp_path / "a.arrow", "arrow")


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
def test_a_batch_that_unpacks_to_more_than_memory_is_not_read(
    tmp_path: Path, compression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    zeros = pa.table({"text": ["x" * (2 << 20)]})
    options = ipc.IpcWriteOptions(compression=compression)
    with ipc.new_file(str(tmp_path / "a.arrow"), zeros.schema, options=options) as file:
        file.write_table(zeros)
    assert (tmp_path / "a.arrow").stat().st_size < 20_000
    assert ipc_files.look(tmp_path / "a.arrow").row_count == 1
    monkeypatch.setattr(ipc_files, "UNPACKED_BYTES", 1 << 20)
    with pytest.raises(BadTable, match="2 MiB unpacked"):
        ipc_files.look(tmp_path / "a.arrow")


def test_all_dictionaries_of_a_file_count_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    column = pa.DictionaryArray.from_arrays([0], ["x" * (2 << 20)])
    table = pa.table({f"c{number}": column for number in range(10)})
    options = ipc.IpcWriteOptions(compression="zstd")
    with ipc.new_file(str(tmp_path / "a.arrow"), table.schema, options=options) as file:
        file.write_table(table)
    assert ipc_files.look(tmp_path / "a.arrow").row_count == 1
    monkeypatch.setattr(ipc_files, "UNPACKED_BYTES", 19 << 20)
    with pytest.raises(BadTable, match="20 MiB unpacked"):
        ipc_files.look(tmp_path / "a.arrow")


@pytest.mark.parametrize(
    "column",
    [
        pa.nulls(2_000_000),
        pa.array([[None] * 1000], pa.list_(pa.null())),
        pa.array([[{}] * 1000], pa.list_(pa.struct([]))),
        pa.array([[1]], pa.list_view(pa.int64())),
        pa.RunEndEncodedArray.from_arrays([1_000_000], [1]),
        pa.DictionaryArray.from_arrays([0] * 1000, pa.array([["x"]])),
        pa.array([[]] * 1000, pa.list_(pa.int64(), 0)),
    ],
)
def test_a_few_bytes_are_not_any_number_of_values(tmp_path: Path, column: Any) -> None:
    table = pa.table({"text": column})
    with ipc.new_file(str(tmp_path / "a.arrow"), table.schema) as file:
        file.write_table(table)
    with pytest.raises(BadTable, match="is not read"):
        tables.open_table(tmp_path / "a.arrow", "arrow")


@pytest.mark.parametrize("compression", [None, "lz4"])
def test_damage_anywhere_is_told_or_does_no_harm(tmp_path: Path, compression: str | None) -> None:
    whole = a_file(tmp_path / "whole", compression).read_bytes()
    chance = random.Random(7)
    told = 0
    for number in range(200):
        content = bytearray(whole)
        for _ in range(3):
            content[chance.randrange(len(content))] = chance.choice([0, 255, chance.randrange(256)])
        path = tmp_path / str(number)
        path.write_bytes(content)
        try:
            ipc_files.look(path)
            for batch in ipc_files.Arrow().batches(path, TABLE.schema, TABLE.column_names, 0):
                batch.to_pylist()
        except (BadTable, MemoryError):
            told += 1
    assert told > 0
