"""What an editor shows: an example of each method, where its facts come from, and public names."""

import inspect
from typing import Any

import pytest
from oxloop import AsyncOxen, EvaluationRun, Humanloop, Oxen, Results
from oxloop._resource import SyncResource

from .answers import RUN_ID
from .parity import public

CLIENTS: list[Any] = [Oxen("k", "http://127.0.0.1:1"), Humanloop("k", "http://127.0.0.1:1")]
RESOURCES: list[Any] = [
    type(getattr(client, name))
    for client in CLIENTS
    for name in public(type(client))
    if isinstance(getattr(client, name), SyncResource)
]
WITHOUT_EXAMPLE = {"close", "capabilities"}
OURS = {"with_options", "resolve", "preview"}
"""Methods that are this package's own, not an operation of an API."""


def methods(kind: Any) -> dict[str, str]:
    return {
        name: inspect.getdoc(value) or ""
        for name, value in public(kind).items()
        if inspect.isfunction(value) or inspect.ismethod(value)
    }


@pytest.mark.parametrize("kind", [Oxen, Humanloop, EvaluationRun, Results, *RESOURCES])
def test_each_method_has_an_example(kind: Any) -> None:
    without = [name for name, doc in methods(kind).items() if "Example:\n    >>> " not in doc]
    assert set(without) <= WITHOUT_EXAMPLE


@pytest.mark.parametrize("kind", RESOURCES)
def test_each_operation_says_where_its_facts_come_from(kind: Any) -> None:
    sources = ("Oxen.ai, version ", "the Oxen.ai documentation", "Humanloop, version ",
               "the Humanloop v4 reference", "extension of the local service")  # fmt: skip
    silent = [
        name
        for name, doc in methods(kind).items()
        if name not in OURS and not any(source in " ".join(doc.split()) for source in sources)
    ]
    assert silent == []


def test_there_are_resources_to_look_at() -> None:
    assert len(RESOURCES) >= 14


def test_dir_shows_public_names_only() -> None:
    oxen = CLIENTS[0]
    run = EvaluationRun(id=RUN_ID, provider="oxen", status="queued", raw_status="queued")
    for thing in (oxen, oxen.evaluations, AsyncOxen("k", "http://127.0.0.1:1").files, run):
        assert dir(thing)
        assert [name for name in dir(thing) if name.startswith("_")] == []
    assert {"evaluations", "with_options"} <= set(dir(oxen))
    assert {"status", "wait"} <= set(dir(run))
