"""What refuses an Oxen evaluation at create, each with a sentence that says what to do."""

from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from engine_world import World, in_world
from oxloop_server.engine import large_rows, tables
from oxloop_server.engine.oxen import OxenPlan
from oxloop_server.engine.tables import MAX_COLUMNS
from oxloop_server.engine.values import arrow
from oxloop_server.models import local
from oxloop_server.problems import Refused

pa = arrow()

ROWS: list[dict[str, Any]] = [
    {
        "text": f"row {number}",
        "n": number,
        "old": "kept",
        "bytes": b"\x00",
        "meta": {"lang": "en"},
        "day": date(2024, 1, 2),
    }
    for number in range(12)
]


def planned(folder: Path, resource: str = "main/a.parquet", **changes: Any) -> OxenPlan:
    async def work(world: World) -> OxenPlan:
        world.add_model("http://127.0.0.1:9/v1")
        await world.upload("a.parquet", ROWS)
        found = await world.plan(resource, **changes)
        assert found.owner_id == world.repository.id
        assert found.tenant_id == world.repository.tenant_id
        assert found.model == "m"
        return OxenPlan.from_json(found.plan)

    return in_world(folder, work)


def refused(folder: Path, work: Callable[[World], Coroutine[Any, Any, Any]]) -> Refused:
    with pytest.raises(Refused) as caught:
        in_world(folder, work)
    return caught.value


def refusal(folder: Path, resource: str = "main/a.parquet", **changes: Any) -> Refused:
    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        await world.upload("a.parquet", ROWS)
        await world.upload("notes.txt", "hello")
        await world.upload("out.csv/part.txt", "hello")
        await world.upload("broken.csv", "a,b\n1\n")
        await world.plan(resource, **changes)

    return refused(folder, work)


def test_the_documented_defaults(tmp_path: Path) -> None:
    found = planned(tmp_path, auto_commit=False)
    assert found.source_branch == found.target_branch == "main"
    assert found.source_path == found.target_path == "a.parquet"
    assert found.source_sha256 == found.target_sha256
    assert (found.total, found.batch_size, found.auto_commit) == (12, 10, False)
    assert found.commit_message == 'Add the column "answer" by m'


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"text": "a", "n": "x" * 20_000}], "One row of the file holds"),
        ([{"text": "a", "n": "x" * 4000}] * 300, "more than 64 times what it holds itself"),
    ],
)
def test_rows_that_cannot_be_written_are_refused_before_any_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, Any]], said: str
) -> None:
    monkeypatch.setattr(large_rows, "LOOKED_THROUGH", 0)
    monkeypatch.setattr(tables, "BATCH_BYTES", 10_000)

    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        await world.upload("a.parquet", rows)
        await world.plan("main/a.parquet")

    found = refused(tmp_path, work)
    assert (found.code, found.field) == ("invalid_params", "resource")
    assert said in found.message


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({"is_sample": True}, 10),
        ({"is_sample": True, "sample_count": 3}, 3),
        ({"is_sample": True, "sample_count": 1000}, 12),
        ({"is_sample": False, "sample_count": 3}, 12),
    ],
)
def test_a_sample_is_the_first_rows(tmp_path: Path, changes: dict[str, Any], total: int) -> None:
    assert planned(tmp_path, **changes).total == total


def test_what_may_be_asked_for_is_kept(tmp_path: Path) -> None:
    found = planned(
        tmp_path,
        target_branch="eval/first",
        target_path="out/b.parquet",
        target_column="old",
        commit_message="mine",
        prompt='{meta.lang} {{text}} {"json": {}} {day}',
        batch_size=3,
    )
    assert (found.target_branch, found.target_path) == ("eval/first", "out/b.parquet")
    assert found.target_sha256 is None
    assert (found.target_column, found.commit_message, found.batch_size) == ("old", "mine", 3)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"input_type": "image"}, "input_type", "no model here reads image"),
        ({"output_type": "image"}, "output_type", "no model here gives image"),
        ({"output_type": "video"}, "output_type", "models here read text, and give text or embed"),
        ({"output_type": "embeddings"}, "model_id", "and not text into embeddings"),
        ({"prompt": "{nope} {meta.nope}"}, "prompt", "{nope}, {meta.nope}, which the file does"),
        ({"prompt": "{nope}"}, "prompt", 'Its columns: "text", "n", "old", "bytes", "meta"'),
        ({"prompt": "{bytes}"}, "prompt", "binary"),
        ({"target_column": "text"}, "target_column", 'The prompt reads "text"'),
        (
            {"target_column": "meta", "prompt": "{meta.lang}"},
            "target_column",
            'The prompt reads "meta"',
        ),
        ({"target_column": "n"}, "target_column", '"n" of type i64'),
        ({"target_column": "_oxen_id"}, "target_column", "reserved"),
        ({"target_column": " "}, "target_column", "empty"),
        ({"target_path": "b.xlsx"}, "target_path", ".parquet, .arrow"),
        ({"target_path": "b"}, "target_path", "no suffix"),
        ({"target_path": "../b.csv"}, "target_path", '".."'),
        ({"target_path": "a.parquet/b.csv"}, "target_path", "'a.parquet' is a file, not a folder"),
        ({"target_path": "out.csv"}, "target_path", "'out.csv' is a folder, not a file"),
        (
            {"target_path": "b.csv"},
            "target_path",
            'The column "bytes" has the type binary, which "b.csv" cannot hold: choose a '
            "target_path that ends with .parquet or .arrow or .feather.",
        ),
        ({"target_branch": "a..b"}, "target_branch", "cannot hold '..'"),
        (
            {"model_id": "00000000-0000-4000-8000-000000000000"},
            "model_id",
            'there are: "m" (',
        ),
        ({"model_id": "gpt"}, "model_id", "No model has the id gpt"),
    ],
)
def test_a_request_that_cannot_run_is_refused(
    tmp_path: Path, changes: dict[str, Any], field: str, sentence: str
) -> None:
    error = refusal(tmp_path, **changes)
    assert error.code in ("invalid_params", "unsupported")
    assert error.field == field
    assert sentence in error.message


@pytest.mark.parametrize(
    ("resource", "code", "sentence"),
    [
        ("main/none.parquet", "not_found", "There is no file 'none.parquet'"),
        ("main", "invalid_params", "add a slash and the file's path"),
        ("main/notes.txt", "invalid_params", 'the suffix ".txt"'),
        ("main/broken.csv", "invalid_params", "Expected 2 columns, got 1"),
        ("none/a.parquet", "not_found", "no branch and no commit"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, resource: str, code: str, sentence: str
) -> None:
    error = refusal(tmp_path, resource)
    assert error.code == code
    assert sentence in error.message


def test_a_commit_as_source_needs_a_target_branch(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        commit = await world.upload("a.parquet", ROWS)
        found = await world.plan(f"{commit.id}/a.parquet", target_branch="main")
        assert OxenPlan.from_json(found.plan).source_branch is None
        await world.plan(f"{commit.id}/a.parquet")

    error = refused(tmp_path, work)
    assert (error.code, error.field) == ("invalid_params", "target_branch")


def test_without_any_model_the_user_learns_how_to_add_one(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        await world.upload("a.parquet", ROWS)
        await world.plan("main/a.parquet")

    error = refused(tmp_path, work)
    assert error.code == "invalid_params"
    assert "oxloop models add demo" in error.message
    assert "oxloop models add NAME --base-url URL" in error.message


def test_a_model_that_gives_no_text_is_refused(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1", endpoint="embeddings")
        await world.upload("a.parquet", ROWS)
        await world.plan("main/a.parquet")

    assert "turns text into embeddings, and not text into text" in refused(tmp_path, work).message


def test_a_local_model_that_cannot_run_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(world: World) -> None:
        world.registry.add({"name": "m", "engine": "llama", "path": "none.gguf"})
        await world.upload("a.parquet", ROWS)
        await world.plan("main/a.parquet")

    assert "none.gguf is not there" in refused(tmp_path, work).message
    monkeypatch.setitem(local.PACKAGES, "llama", "no_such_engine")
    with pytest.raises(Refused, match=r"oxloop\[local\]"):
        in_world(tmp_path, lambda world: world.plan("main/a.parquet"))


def test_a_broken_models_file_is_named(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.registry.path.write_text("[[models]]\n")
        await world.upload("a.parquet", ROWS)
        await world.plan("main/a.parquet")

    assert "models.toml cannot be used" in refused(tmp_path, work).message


def test_a_column_of_another_type_in_the_target_file_is_refused(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        await world.upload("b.csv", "text\nx\n")
        await world.upload("out.csv", "text,answer\nx,1\n")
        await world.plan("main/b.csv", target_path="out.csv")

    error = refused(tmp_path, work)
    assert 'The file "out.csv" on the target branch has a column "answer" of type i64' in (
        error.message
    )


def test_a_file_of_the_most_columns_that_are_read_gets_no_further_one(tmp_path: Path) -> None:
    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        others = ",".join(f"c{number}" for number in range(MAX_COLUMNS - 2))
        await world.upload("a.csv", f"text,answer,{others}\n")
        await world.plan("main/a.csv")
        await world.plan("main/a.csv", target_column="other")

    error = refused(tmp_path, work)
    assert error.field == "target_column"
    assert "The file has 10,000 columns, and the service reads no more of them" in error.message


def test_a_prompt_may_read_nothing(tmp_path: Path) -> None:
    assert planned(tmp_path, prompt="Say hello.").total == 12


def moments(zone: str) -> Any:
    return pa.array([0], pa.timestamp("us", zone))


@pytest.mark.parametrize(
    ("column", "source", "target", "instead"),
    [
        (pa.array([pa.MonthDayNano([1, 2, 3])]), "a.arrow", "b.parquet", ".arrow or .feather"),
        (pa.array([{}], pa.struct([])), "a.arrow", "b.parquet", ".arrow or .feather"),
        (pa.array([["x"]], pa.list_view(pa.string())), "a.parquet", "b.arrow", ".parquet or .csv"),
        (moments("Mars/Phobos"), "a.parquet", "b.jsonl", ".parquet or .arrow"),
        (pa.array([None], pa.decimal128(6, -2)), "a.arrow", "b.parquet", ".arrow or .feather"),
    ],
)
def test_a_type_that_the_target_cannot_hold_is_told_before_the_run(
    tmp_path: Path, column: Any, source: str, target: str, instead: str
) -> None:
    table = pa.table({"text": ["a"], "odd": column})
    file = pa.BufferOutputStream()
    if source.endswith(".arrow"):
        with arrow("pyarrow.ipc").new_file(file, table.schema) as written:
            written.write_table(table)
    else:
        arrow("pyarrow.parquet").write_table(table, file)

    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        await world.upload(source, file.getvalue().to_pybytes())
        await world.plan(f"main/{source}", target_path=source)
        await world.plan(f"main/{source}", target_path=target)

    found = refused(tmp_path, work)
    assert found.field == "target_path"
    # What is in a list has another name once it was in a Parquet file.
    dtype = str(column.type).partition("<")[0]
    assert f'The column "odd" has the type {dtype}' in found.message
    assert f'which "{target}" cannot hold' in found.message
    assert f"that ends with {instead}" in found.message


def test_moments_of_an_unknown_time_zone_are_not_shown_in_prompts(tmp_path: Path) -> None:
    file = pa.BufferOutputStream()
    table = pa.table({"here": moments("Europe/Berlin"), "there": moments("Mars/Phobos")})
    arrow("pyarrow.parquet").write_table(table, file)

    async def work(world: World) -> None:
        world.add_model("http://127.0.0.1:9/v1")
        await world.upload("a.parquet", file.getvalue().to_pybytes())
        await world.plan("main/a.parquet", prompt="{here}")
        await world.plan("main/a.parquet", prompt="{there}")

    found = refused(tmp_path, work)
    assert found.field == "prompt"
    assert '"there", which has the type timestamp[us, tz=Mars/Phobos]' in found.message
