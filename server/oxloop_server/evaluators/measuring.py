"""Judges logs with ready-made evaluators."""

import asyncio
from collections.abc import Sequence

from oxloop_server.evaluators.arguments import Arguments
from oxloop_server.evaluators.likeness import Likenesses
from oxloop_server.evaluators.measures import CannotMeasure, cosine
from oxloop_server.evaluators.ready_made import (
    Measure,
    Ready,
    bounded,
    measure,
    model_of,
    output_of,
    program,
    takes_long,
    texts_of,
)
from oxloop_server.evaluators.sandbox import Sandbox
from oxloop_server.evaluators.schemas import Schemas
from oxloop_server.evaluators.verdicts import Verdict
from oxloop_server.models.client import ModelClient, ModelError, spent
from oxloop_server.models.keys import CannotGoOn
from oxloop_server.models.model import Model
from oxloop_server.models.registry import BROKEN, BrokenModelsFile, Registry
from oxloop_server.problems import Refused
from oxloop_server.spent import NOTHING

# A log's comparison may take some milliseconds, during which the thread holds Python's lock.
_AT_ONCE = 20


def asks_model(ready: Ready) -> bool:
    """Whether an evaluator asks a model, so that each of its verdicts is paid for."""
    return ready.name == "semantic_similarity"


class ReadyMadeEvaluators:
    """Judges by measuring.

    Args:
        sandbox: Runs what a sender's pattern could make hang.
        registry: The models.
        client: Calls those that give embeddings.
        schemas: Holds outputs against schemas.
        likenesses: Compares long texts.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        registry: Registry,
        client: ModelClient,
        schemas: Schemas,
        likenesses: Likenesses,
    ) -> None:
        self._sandbox = sandbox
        self._registry = registry
        self._client = client
        self._schemas = schemas
        self._likenesses = likenesses

    async def judge(self, tenant_id: str, ready: Ready, made: Sequence[Arguments]) -> list[Verdict]:
        """Judge logs.

        Args:
            tenant_id: Whose run it is.
            ready: The evaluator; one that asks a model is for ``compare``.
            made: The logs with their datapoints.

        Returns:
            A verdict for each, in order.

        """
        if ready.name == "regex":
            return await self._search(tenant_id, ready, made)
        if ready.name == "json_schema":
            return [await self._fit(tenant_id, ready, one) for one in made]
        try:
            found = measure(ready)
        except CannotMeasure as error:
            return [Verdict(error=str(error))] * len(made)
        long = await asyncio.to_thread(lambda: [takes_long(ready, one) for one in made])
        quick = [one for one, is_long in zip(made, long, strict=True) if not is_long]
        measured: list[Verdict] = []
        for begin in range(0, len(quick), _AT_ONCE):
            some = quick[begin : begin + _AT_ONCE]
            measured += await asyncio.to_thread(_measure_all, found, some)
        said = iter(measured)
        return [
            await self._liken(tenant_id, ready, one) if is_long else next(said)
            for one, is_long in zip(made, long, strict=True)
        ]

    async def compare(self, ready: Ready, one: Arguments) -> Verdict:
        """Judge one log with an evaluator that asks a model, as ``asks_model`` tells.

        Args:
            ready: The evaluator.
            one: The log with its datapoint.

        Raises:
            CannotGoOn: If ``models.toml`` is broken.
        """
        used = NOTHING
        try:
            model = model_of(self._registry, ready)
            vectors: list[Sequence[float]] = []
            for text in await asyncio.to_thread(texts_of, ready, one):
                found = await self._client.embed(model, text, patient=True)
                used += spent(model, found)
                vectors.append(found.vector)
            likeness = cosine(*vectors)
            return Verdict(bounded(ready, lambda _: likeness)(one), spent=used)
        except BrokenModelsFile as broken:
            raise CannotGoOn(BROKEN) from broken
        except (CannotMeasure, ModelError, Refused) as error:
            return Verdict(error=str(error), spent=used)

    def model(self, ready: Ready) -> Model | None:
        """The model that an evaluator asks; None if there is none, of which ``compare`` says why.

        Args:
            ready: The evaluator.
        """
        try:
            return model_of(self._registry, ready)
        except Refused:
            return None

    async def _liken(self, tenant_id: str, ready: Ready, one: Arguments) -> Verdict:
        try:
            likeness = await self._likenesses.of(tenant_id, ready.name, *texts_of(ready, one))
        except CannotMeasure as error:
            return Verdict(error=str(error))
        return Verdict(bounded(ready, lambda _: likeness)(one))

    async def _fit(self, tenant_id: str, ready: Ready, one: Arguments) -> Verdict:
        schema = ready.options["schema"]
        try:
            return Verdict(await self._schemas.fits(tenant_id, schema, output_of(one)))
        except CannotMeasure as error:
            return Verdict(error=str(error))

    async def _search(
        self, tenant_id: str, ready: Ready, made: Sequence[Arguments]
    ) -> list[Verdict]:
        outputs = [_output_or_error(one) for one in made]
        rows = [(one,) for one in outputs if isinstance(one, str)]
        said = iter(await self._sandbox.judge(tenant_id, program(ready), rows))
        return [next(said) if isinstance(one, str) else one for one in outputs]


def _measure_all(found: Measure, made: Sequence[Arguments]) -> list[Verdict]:
    return [_measure(found, one) for one in made]


def _measure(found: Measure, arguments: Arguments) -> Verdict:
    try:
        return Verdict(found(arguments))
    except CannotMeasure as error:
        return Verdict(error=str(error))


def _output_or_error(arguments: Arguments) -> str | Verdict:
    try:
        return output_of(arguments)
    except CannotMeasure as error:
        return Verdict(error=str(error))
