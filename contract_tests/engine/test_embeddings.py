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
