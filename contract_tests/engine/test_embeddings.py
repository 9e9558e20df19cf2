"""Oxen evaluations whose answers are embeddings: a column of lists of numbers."""

import json
from pathlib import Path
from typing import Any

import pytest
from engine_world import World, in_world
from oxloop_server.engine.tables import open_table
from oxloop_server.engine.values import arrow, dtype_word
from oxloop_server.problems import Refused
from scripted_model import Reply, ScriptedModel

ROWS: list[dict[str, Any]] = [{"text": "a"}, {"text": "abc"}, {"text": "cc"}]
ASKED = {"prompt": "{text}", "output_type": "embeddings", "target_column": "vector"}
VECTORS = [[1.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 2.0]]


def test_the_column_holds_lists_of_numbers(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, endpoint="embeddings")
        await world.upload("a.parquet", ROWS)
        run = await world.evaluate("main/a.parquet", **ASKED)
        assert (run.status, run.failed) == ("completed", 0)
        assert (run.prompt_tokens, run.completion_tokens) == (3, 0)
        rows = await world.rows("main", "a.parquet")
        assert [row["vector"] for row in rows] == VECTORS
        table = await world.table("main", "a.parquet")
        assert dtype_word(table.dtype("vector")) == "list[f32]"
        assert json.loads((await world.states(run.id))[1].output or "") == [1.0, 1.0, 1.0]
        again = await world.evaluate("main/a.parquet", **ASKED)
        assert again.status == "completed", "the column is of the right type now"

    with ScriptedModel() as model:
        in_world(tmp_path, work)


def test_rows_that_are_not_asked_keep_theirs_exactly(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, endpoint="embeddings")
        before = [{**row, "vector": [0.1, 0.2, 0.3]} for row in ROWS]
        await world.upload("a.parquet", before)
        model.script(Reply.answer("b"), Reply.status(400, "too long"))
        run = await world.evaluate("main/a.parquet", **ASKED, is_sample=True, sample_count=2)
        assert (run.status, run.failed) == ("completed", 1)
        table = await world.table("main", "a.parquet")
        assert dtype_word(table.dtype("vector")) == "list[f64]"
        vectors = [row["vector"] for row in await world.rows("main", "a.parquet")]
        assert None in vectors[:2]
        assert [0.0, 1.0, 0.0] in vectors[:2]
        assert vectors[2] == [0.1, 0.2, 0.3]

    with ScriptedModel() as model:
        in_world(tmp_path, work)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_other_formats_hold_them_in_their_own_way(tmp_path: Path, suffix: str) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, endpoint="embeddings")
        await world.upload("a.parquet", ROWS)
        run = await world.evaluate("main/a.parquet", **ASKED, target_path=f"out.{suffix}")
        assert run.status == "completed"
        rows = await world.rows("main", f"out.{suffix}")
        found = [row["vector"] for row in rows]
        assert [json.loads(str(one)) if suffix == "csv" else one for one in found] == VECTORS

    with ScriptedModel() as model:
        in_world(tmp_path, work)


def test_a_column_of_text_takes_no_embeddings_and_the_other_way_round(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, endpoint="embeddings")
        world.add_model(model.base_url, "chat")
        await world.upload("a.parquet", [{"text": "a", "said": "b", "vector": [1.0]}])
        with pytest.raises(Refused, match="of type str, and the answers are lists of numbers"):
            await world.plan("main/a.parquet", **{**ASKED, "target_column": "said"})
        chat = world.registry.get("chat")
        assert chat is not None
        with pytest.raises(Refused, match="of type list\\[f64\\], and the answers are text"):
            await world.plan("main/a.parquet", model_id=str(chat.id), target_column="vector")

    with ScriptedModel() as model:
        in_world(tmp_path, work)


def test_a_fixed_size_list_becomes_a_list_that_takes_any_length(tmp_path: Path) -> None:
    pa = arrow()
    path = tmp_path / "a.parquet"
    fixed = pa.array([[1.0, 2.0]], pa.list_(pa.float32(), 2))
    arrow("pyarrow.parquet").write_table(pa.table({"text": ["ab"], "vector": fixed}), path)

    async def work(world: World) -> None:
        world.add_model(model.base_url, endpoint="embeddings")
        await world.upload("a.parquet", path.read_bytes())
        assert (await world.evaluate("main/a.parquet", **ASKED)).status == "completed"
        assert (await world.rows("main", "a.parquet"))[0]["vector"] == [1.0, 1.0, 0.0]

    assert dtype_word(open_table(path, "parquet").dtype("vector")) == "embedding[2]"
    with ScriptedModel() as model:
        in_world(tmp_path, work)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet", "arrow"])
def test_a_run_goes_over_the_column_of_its_sample(tmp_path: Path, suffix: str) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, endpoint="embeddings")
        await world.upload("a.parquet", ROWS)
        path = f"a.{suffix}"
        first = {**ASKED, "target_path": path, "is_sample": True, "sample_count": 2}
        assert (await world.evaluate("main/a.parquet", **first)).status == "completed"
        before = await vectors(world, path)
        assert before == [*VECTORS[:2], None]
        model.script(Reply.answer("cc"))
        again = await world.evaluate(f"main/{path}", **ASKED, is_sample=True, sample_count=1)
        assert again.status == "completed"
        assert await vectors(world, path) == [VECTORS[2], VECTORS[1], None]
        assert (await world.evaluate(f"main/{path}", **ASKED)).status == "completed"
        assert await vectors(world, path) == VECTORS

    with ScriptedModel() as model:
        in_world(tmp_path, work)


async def vectors(world: World, path: str) -> list[object]:
    """The column of a file on main; in CSV its cells are JSON."""
    found = [row["vector"] for row in await world.rows("main", path)]
    return [json.loads(one) if isinstance(one, str) else one for one in found]


OTHERS = ["[0.1, 0.25]", "[-1e-05, 12345678.123456]", "", "[1.0, null]", "[]"]
"""Cells as a run leaves them."""


def csv_of(cells: list[str]) -> str:
    """A file with a row for each cell, and one to ask before them."""
    written = (cell if set(cell).isdisjoint('",\n') else f'"{cell}"' for cell in cells)
    return "text,vector\nab,\n" + "".join(f"x,{cell}\n" for cell in written)


def test_cells_of_a_csv_file_that_are_not_asked_stay_as_they_stand(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, endpoint="embeddings")
        await world.upload("a.csv", csv_of(OTHERS))
        run = await world.evaluate("main/a.csv", **ASKED, is_sample=True, sample_count=1)
        assert run.status == "completed"
        text = (await world.path("main", "a.csv")).read_text()
        assert text == csv_of(OTHERS).replace("ab,", 'ab,"[1.0, 1.0, 0.0]"')
        sample = {**ASKED, "is_sample": True, "sample_count": 1, "target_path": "a.parquet"}
        assert (await world.evaluate("main/a.csv", **sample)).status == "completed"
        table = await world.table("main", "a.parquet")
        assert dtype_word(table.dtype("vector")) == "list[f64]"
        written = [json.loads(cell) if cell else None for cell in OTHERS]
        assert await vectors(world, "a.parquet") == [[1.0, 1.0, 0.0], *written]

    with ScriptedModel() as model:
        in_world(tmp_path, work)


FIT = [
    ("a.csv", csv_of(["[1,0]", " [ 1e5 , -0.5 ]\n", f"[{'9' * 400}]"])),
    ("a.csv", csv_of([])),
    ("a.jsonl", '{"text": "a", "vector": null}\n'),
    ("a.jsonl", '{"text": "a", "vector": [1, 0]}\n{"text": "b"}\n'),
    ("a.jsonl", '{"text": "a"}\n{"text": "b", "vector": [9007199254740993]}\n'),
]
DO_NOT = [
    *(
        ("a.csv", csv_of(["[1.0]", cell]))
        for cell in ("text", "[01]", "[1.0", "[1.0,]", "[1.0][1.0]", '[""1""]', "[true]", "[NaN]")
    ),
    ("a.csv", 'text,vector\na,""\n'),
    ("a.csv", "text,vector\na,1.5\n"),
    ("a.jsonl", '{"text": "a", "vector": "[1.0]"}\n'),
    ("a.jsonl", '{"text": "a", "vector": [true]}\n'),
    ("a.jsonl", '{"text": "a", "vector": 1.5}\n'),
]


@pytest.mark.parametrize(("path", "content"), FIT)
def test_what_is_a_list_of_numbers_in_its_format_takes_them(
    tmp_path: Path, path: str, content: str
) -> None:
    async def work(world: World) -> None:
        world.add_model(model.base_url, endpoint="embeddings")
        await world.upload(path, content)
        run = await world.evaluate(f"main/{path}", **ASKED, is_sample=True, sample_count=1)
        assert run.status == "completed"

    with ScriptedModel() as model:
        in_world(tmp_path, work)


@pytest.mark.parametrize(("path", "content"), DO_NOT)
def test_what_is_none_is_refused(tmp_path: Path, path: str, content: str) -> None:
    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1", endpoint="embeddings")
        await world.upload(path, content)
        with pytest.raises(Refused, match="and the answers are lists of numbers: choose another"):
            await world.plan(f"main/{path}", **ASKED)

    in_world(tmp_path, work)
