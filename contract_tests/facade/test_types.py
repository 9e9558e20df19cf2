"""What type checkers make of the package: ``make typecheck`` reads this file with mypy and pyright.

Each line that must not pass has a comment that both checkers report once it is not needed.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, assert_type

import oxloop
import polars
import pytest
from oxloop import (
    AsyncEvaluationRun,
    AsyncHumanloop,
    AsyncOxen,
    Datapoint,
    EvaluationDatapoint,
    EvaluationRun,
    Humanloop,
    Oxen,
    Preview,
    Progress,
    RawResult,
    ResultRow,
    RunRow,
)
from oxloop.oxen.details import Branch, Commit


def oxen(client: Oxen) -> None:
    run = client.evaluations.create(
        "ox/support", "main/a.csv", model="demo", prompt="{a}", target_column="b"
    )
    assert_type(run, EvaluationRun)
    assert_type(run.wait(timeout=1, on_update=lambda run: print(run.id)), EvaluationRun)
    assert_type(run.watch(), Iterator[EvaluationRun])
    assert_type(run.with_options(timeout=3).refresh(), EvaluationRun)
    assert_type(run.progress, Progress | None)
    assert_type(list(run.results()), list[ResultRow])
    assert_type(run.results().to_polars(), polars.DataFrame)
    assert_type(run.rows(), Iterator[RunRow])
    assert_type(client.files.download("ox/support", "main/a.csv"), bytes)
    assert_type(client.files.download_to("ox/support", "main/a.csv", "a.csv"), Path)
    assert_type(client.evaluations.preview("ox/support", "main/a.csv", prompt="{a}"), Preview)
    raw = client.with_raw_response(client.branches.get, "ox/support", "main")
    assert_type(raw, RawResult[Branch])
    assert_type(raw.value, Branch)
    assert_type(client.with_options(max_retries=1), Oxen)
    assert_type(client.files.upload("ox/support", "main/a.csv", b""), Commit)
    with client as same:
        assert_type(same, Oxen)


async def oxen_in_tasks(client: AsyncOxen) -> None:
    run = await client.evaluations.get("ox/support", "1")
    assert_type(run, AsyncEvaluationRun)
    assert_type(await run.wait(), AsyncEvaluationRun)
    assert_type([row async for row in run.results()], list[ResultRow])
    assert_type(client.evaluations.list("ox/support"), AsyncIterator[AsyncEvaluationRun])
    raw = await client.with_raw_response(client.branches.get, "ox/support", "main")
    assert_type(raw, RawResult[Branch])
    async with AsyncOxen.local() as local:
        assert_type(local, AsyncOxen)
    assert_type(await AsyncOxen.local(), AsyncOxen)


def humanloop(client: Humanloop) -> None:
    run = client.evaluations.create("pr_1", config_id="c", evaluator_ids=["e"], dataset_id="d")
    assert_type(run, EvaluationRun)
    assert_type(client.evaluations.datapoints(run.id), Iterator[EvaluationDatapoint])
    assert_type(client.datapoints.get("evtc_1"), Datapoint)

    async def answer(datapoint: Datapoint) -> str:
        return str(datapoint.inputs)

    assert_type(run.execute(answer), EvaluationRun)
    assert_type(run.execute(lambda datapoint: {"output": str(datapoint.id)}), EvaluationRun)


async def humanloop_in_tasks(client: AsyncHumanloop) -> None:
    run = await client.evaluations.get("ev_1")
    assert_type(run, AsyncEvaluationRun)
    assert_type(await run.execute(lambda datapoint: datapoint.id), AsyncEvaluationRun)


def mistakes(client: Oxen, run: EvaluationRun, other: Humanloop) -> None:
    client.evaluations.create("ox/support", "main/a.csv")  # type: ignore[call-arg]
    client.with_options(tiemout=3)  # type: ignore[call-arg]
    client.with_raw_response(client.branches.get, 1)  # type: ignore[call-arg, arg-type]
    run.wait(timeout="soon")  # type: ignore[arg-type]
    run.execute(lambda datapoint: 3)  # type: ignore[arg-type, return-value]
    run.status = "completed"  # type: ignore[misc]
    other.evaluations.get(3)  # type: ignore[arg-type]
    print(oxloop.Oxn)  # type: ignore[attr-defined]


@pytest.mark.parametrize("story", [oxen, humanloop, mistakes])
def test_the_stories_name_what_is_there(story: Callable[..., Any]) -> None:
    """At run time there is nothing to see but that the file can be imported."""
    assert story.__annotations__
