"""The registered models, each asked once."""

import asyncio
from collections.abc import Iterable, Iterator

from attrs import evolve
from oxloop.rules.folder import DataFolder

from oxloop_server.doctor.findings import Finding
from oxloop_server.models.client import ModelError
from oxloop_server.models.commands import TEST_PROMPT, ask
from oxloop_server.models.model import Model
from oxloop_server.models.registry import HOW_TO_ADD, Registry
from oxloop_server.problems import Refused

AREA = "Models"
_SECONDS = 30.0


def examine(home: DataFolder, *, asked: bool) -> Iterator[Finding]:
    """Look at the models.

    Args:
        home: The data folder.
        asked: Whether each is called once, as an evaluation would.
    """
    try:
        models = Registry(home).all()
    except Refused as error:
        yield Finding(AREA, "wrong", error.message)
        return
    if not models:
        yield Finding(AREA, "note", f"none is registered. {HOW_TO_ADD}")
    elif asked:
        yield from asyncio.run(_ask_all(models))
    else:
        yield Finding(AREA, "ok", ", ".join(model.name for model in models) + " (not asked)")


async def _ask_all(models: Iterable[Model]) -> list[Finding]:
    return await asyncio.gather(*(_ask(model) for model in models))


async def _ask(model: Model) -> Finding:
    try:
        _, seconds = await ask(evolve(model, timeout=min(model.timeout, _SECONDS)), TEST_PROMPT)
    except ModelError as error:
        return Finding(AREA, "wrong", f"{model.name} does not answer: {error}")
    return Finding(AREA, "ok", f"{model.name} answered in {seconds:.2f} s")
