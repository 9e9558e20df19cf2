"""Evaluators that ask a model: the prompt about a log, and the verdict in what it answers.

Humanloop's v4 guides have the model give reasons first and end with the verdict; so only the end
of the answer counts, and an end that is no verdict is none. A model that is asked for JSON by a
schema gives its verdict in one property.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from attrs import evolve
from oxloop.rules.errors import RuleError

from oxloop_server.evaluators.arguments import Arguments
from oxloop_server.evaluators.measures import CannotMeasure
from oxloop_server.evaluators.schemas import Schemas
from oxloop_server.evaluators.verdicts import ReturnType, Verdict, check
from oxloop_server.models.client import ModelClient, ModelError, spent
from oxloop_server.models.configs import answer_schema, model_for
from oxloop_server.models.keys import NO_KEYS, CannotGoOn, Keys
from oxloop_server.models.model import Model
from oxloop_server.models.registry import BROKEN, BrokenModelsFile, Registry
from oxloop_server.problems import Refused
from oxloop_server.prompts.humanloop import Prompts, as_text
from oxloop_server.spent import NOTHING

TRIES = 2
"""How often a model is asked whose answer has no verdict."""

VERDICT = "verdict"
"""The property that holds the verdict, in a schema that has more than one."""

_LONGEST = 20_000
_EXCERPT = 200

_BOOLEAN = re.compile(r"\b(true|false|yes|no)\b[\W_]*$", re.IGNORECASE)
# A number of its own: neither the 10 of "7/10" and "7 out of 10", nor the end of "1,000".
_NUMBER = re.compile(
    r"(?<![\w.,/-])(?<!out of )(?<!/ )([-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)[^\w/]*$", re.IGNORECASE
)
_LABEL_EDGES = " \t*_`\"'."
_ENDS: Mapping[ReturnType, str] = {
    "boolean": "True or False",
    "number": "a number",
    "select": "a label on a line of its own",
    "multi_select": "labels on a line of their own, with commas between them",
    "text": "a text",
}


class LlmEvaluators:
    """Judges by asking models.

    Args:
        registry: The models.
        client: Calls them.
        prompts: Fills the evaluators' templates.
        schemas: Holds answers against schemas.
    """

    def __init__(
        self, registry: Registry, client: ModelClient, prompts: Prompts, schemas: Schemas
    ) -> None:
        self._registry = registry
        self._client = client
        self._prompts = prompts
        self._schemas = schemas

    async def judge(
        self, tenant_id: str, body: Mapping[str, Any], arguments: Arguments, keys: Keys = NO_KEYS
    ) -> Verdict:
        """Judge one log.

        Args:
            tenant_id: Whose run it is.
            body: The evaluator, under the names of the API.
            arguments: The log and its datapoint.
            keys: Keys that came with the run.

        Returns:
            The verdict; whatever keeps the model from giving one is its error.

        Raises:
            CannotGoOn: If the model's key came with the run, and is gone, or ``models.toml`` is
                broken.
        """
        config = cast(Mapping[str, Any] | None, body.get("model_config"))
        if config is None:
            return Verdict(error="The evaluator has no model_config, so there is nobody to ask.")
        return_type = cast(ReturnType, body["return_type"])
        used = NOTHING
        try:
            model = model_for(self._registry, config, keys)
            values = await self._values(tenant_id, config, arguments)
            prompt = await self._prompts.make(tenant_id, config, values)
            read = await self._reader(tenant_id, config, return_type)
            answer = ""
            for _ in range(TRIES):
                said = await self._client.complete(model, prompt, patient=True)
                used += spent(model, said)
                answer = said.text
                verdict = await read(answer)
                if verdict is not None:
                    return evolve(verdict, spent=used)
        except BrokenModelsFile as broken:
            raise CannotGoOn(BROKEN) from broken
        except (Refused, RuleError, ModelError, CannotMeasure) as error:
            return Verdict(error=f"The evaluator's model could not be asked: {error}", spent=used)
        wanted = (
            f"did not end its answer with {_ENDS[return_type]}"
            if answer_schema(config) is None
            else f"did not answer with JSON that fits the schema and gives a {return_type}"
        )
        told = f"The model {wanted}, asked {TRIES} times. It said: {_tail(answer)}"
        return Verdict(error=told, spent=used)

    def model(self, body: Mapping[str, Any], keys: Keys = NO_KEYS) -> Model | None:
        """The model that an evaluator asks; None if there is none, of which ``judge`` says why.

        Args:
            body: The evaluator, under the names of the API.
            keys: Keys that came with the run.
        """
        config = cast(Mapping[str, Any] | None, body.get("model_config"))
        try:
            return None if config is None else model_for(self._registry, config, keys)
        except (Refused, CannotGoOn):
            return None

    async def warnings(self, tenant_id: str, config: Mapping[str, Any]) -> list[str]:
        """What will keep an evaluator from reading its model's answers.

        Args:
            tenant_id: Whose it is.
            config: The evaluator's ``model_config``.
        """
        schema = answer_schema(config)
        if schema is None:
            return []
        try:
            await self._schemas.check(tenant_id, schema)
            _property(schema)
        except CannotMeasure as error:
            return [str(error)]
        return []

    async def _reader(
        self, tenant_id: str, config: Mapping[str, Any], return_type: ReturnType
    ) -> Callable[[str], Awaitable[Verdict | None]]:
        """What makes a verdict of an answer, or nothing of one that has none."""
        schema = answer_schema(config)
        if schema is None:

            async def read_end(answer: str) -> Verdict | None:
                found = parse(answer, return_type)
                return None if found is None else check(found, return_type, _LONGEST)

            return read_end
        await self._schemas.check(tenant_id, schema)
        name = _property(schema)

        async def read_json(answer: str) -> Verdict | None:
            if not await self._schemas.fits(tenant_id, schema, answer):
                return None
            found = cast(object, json.loads(answer))
            value = cast(Mapping[str, Any], found).get(name) if isinstance(found, dict) else None
            verdict = check(value, return_type, _LONGEST)
            return verdict if verdict.error is None else None

        return read_json

    async def _values(
        self, tenant_id: str, config: Mapping[str, Any], arguments: Arguments
    ) -> dict[str, Any]:
        values: dict[str, Any] = {"log": arguments.log, "testcase": arguments.testcase}
        # The prompt of a log that has none must not hinder evaluators that do not look at it.
        if "log_prompt" in str(config.get("prompt_template")):
            values["log_prompt"] = await self._log_prompt(tenant_id, arguments.log)
        return values

    async def _log_prompt(self, tenant_id: str, log: Mapping[str, Any]) -> str:
        if log["messages"]:
            return as_text(log["messages"])
        try:
            config, inputs = log["model_config"], log["inputs"]
            return as_text(await self._prompts.make(tenant_id, config, inputs))
        except RuleError as error:
            raise RuleError(f"The log's own prompt cannot be made again: {error}") from error


def _property(schema: Mapping[str, Any]) -> str:
    names = list(cast(Mapping[str, Any], schema.get("properties") or {}))
    if len(names) == 1:
        return names[0]
    if VERDICT in names:
        return VERDICT
    raise CannotMeasure(
        f'The schema in response_format has no property "{VERDICT}", which is where the judgment '
        f"is looked for; it has: {', '.join(names) or 'none'}."
    )


def parse(answer: str, return_type: ReturnType) -> object:
    """The verdict at the end of a model's answer; None if there is none.

    Args:
        answer: The whole answer.
        return_type: What the evaluator promises.
    """
    text = answer.strip()
    end = text[-_LONGEST:]
    lines = end.splitlines()
    match return_type:
        case "boolean":
            word = _BOOLEAN.search(end)
            return None if word is None else word[1].lower() in ("true", "yes")
        case "number":
            number = _NUMBER.search(end)
            return None if number is None else _number(number[1])
        case "select":
            return lines[-1].strip(_LABEL_EDGES) or None if lines else None
        case "multi_select":
            labels = lines[-1].strip("[]").split(",") if lines else []
            return [name for label in labels if (name := label.strip(_LABEL_EDGES))] or None
        case "text":
            return text or None


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def _tail(answer: str) -> str:
    line = " ".join(answer.split())
    return line if len(line) <= _EXCERPT else "… " + line[-_EXCERPT:]
