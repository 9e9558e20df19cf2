"""Ready-made evaluators: named in the code of a python evaluator, in place of a source.

    oxloop:levenshtein {"at_least": 0.9}

Humanloop's API has no type for them, and its SDK sends any text as ``code``; no Python source
begins so. After the name come the options, as a JSON object.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

from attrs import frozen
from oxloop.rules.values import to_text

from oxloop_server.evaluators import measures
from oxloop_server.evaluators.arguments import Arguments
from oxloop_server.evaluators.measures import CannotMeasure
from oxloop_server.evaluators.python import check_length
from oxloop_server.evaluators.sandbox import Program, Sandbox
from oxloop_server.evaluators.verdicts import ArgumentsType, ReturnType
from oxloop_server.models.model import Model
from oxloop_server.models.registry import Registry
from oxloop_server.problems import Refused

Measured: TypeAlias = bool | float
Measure: TypeAlias = Callable[[Arguments], Measured]
Looks: TypeAlias = Literal["target", "output", "log"]

PREFIX = "oxloop:"
"""What the code of a ready-made evaluator begins with."""

# Pairs of characters that are compared in less than a millisecond.
_QUICK = 4_000_000

_CODE = re.compile(r"\s*oxloop:\s*(\w+)\s*(.*)", re.DOTALL)
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_FLAG = {"type": "boolean"}
_TARGET = {"target": {"type": "string", "minLength": 1}}
_AT_LEAST = {"at_least": _SHARE}
_AT_MOST = {"at_most": {"type": "number", "minimum": 0}}
_AMOUNT = {"type": "number", "minimum": 0}


@frozen
class Kind:
    """One of the ready-made evaluators.

    Args:
        looks: What it looks at: output and target, the output alone, or the whole log.
        options: Its options, as properties of a JSON schema.
        required: Those that it needs.
        bound: The option that makes its number a boolean; None if it has no number.
    """

    looks: Looks
    options: Mapping[str, Any]
    required: Sequence[str] = ()
    bound: str | None = None


KINDS: Mapping[str, Kind] = {
    "exact": Kind("target", {**_TARGET, "ignore_case": _FLAG, "strip": _FLAG}),
    "contains": Kind(
        "target", {**_TARGET, "text": {"type": "string", "minLength": 1}, "ignore_case": _FLAG}
    ),
    "regex": Kind("output", {"pattern": {"type": "string", "maxLength": 10_000}}, ["pattern"]),
    "levenshtein": Kind("target", {**_TARGET, **_AT_LEAST}, bound="at_least"),
    "rouge_l": Kind("target", {**_TARGET, **_AT_LEAST}, bound="at_least"),
    "numeric": Kind("target", {**_TARGET, "absolute": _AMOUNT, "relative": _AMOUNT}),
    "json_schema": Kind("output", {"schema": {"type": ["object", "boolean"]}}, ["schema"]),
    "semantic_similarity": Kind(
        "target",
        {**_TARGET, **_AT_LEAST, "model": {"type": "string", "minLength": 1}},
        bound="at_least",
    ),
    "latency": Kind("log", _AT_MOST, bound="at_most"),
    "cost": Kind("log", _AT_MOST, bound="at_most"),
}
"""The ready-made evaluators by name."""


@frozen
class Ready:
    """A ready-made evaluator as somebody asks for it.

    Args:
        name: Its name in ``KINDS``.
        options: Its options.
    """

    name: str
    options: Mapping[str, Any]

    @property
    def kind(self) -> Kind:
        """Which one it is."""
        return KINDS[self.name]

    @property
    def return_type(self) -> ReturnType:
        """What it returns, with these options."""
        bound = self.kind.bound
        return "boolean" if bound is None or bound in self.options else "number"

    @property
    def needs_target(self) -> bool:
        """Whether it looks at the datapoint."""
        return self.kind.looks == "target" and "text" not in self.options


def is_named(code: str) -> bool:
    """Whether the code of an evaluator names a ready-made one."""
    return code.lstrip().startswith(PREFIX)


def read(code: str) -> Ready:
    """Read the code of an evaluator that names a ready-made one.

    Raises:
        Refused: If there is none of that name, or its options are wrong.
    """
    found = _CODE.fullmatch(code)
    name = found[1] if found else ""
    if found is None or name not in KINDS:
        raise _wrong(
            f'There is no ready-made evaluator "{name}"; there are: {", ".join(KINDS)}. '
            f'Name one as in: {PREFIX}exact {{"ignore_case": true}}.'
        )
    try:
        options: Any = json.loads(found[2]) if found[2].strip() else {}
    except (ValueError, RecursionError) as error:
        raise _wrong(f"The options of {PREFIX}{name} are not readable as JSON: {error}.") from None
    _check_options(name, options)
    ready = Ready(name, options)
    if {"text", "target"} <= set(ready.options):
        raise _wrong(f"{PREFIX}{name} takes either text or target, and not both.")
    return ready


def check(code: str, arguments_type: ArgumentsType, return_type: ReturnType) -> Ready:
    """Look over a request to make a ready-made evaluator. This blocks for as long as that takes.

    The schema of ``json_schema`` is not looked at: that is up to ``Schemas``.

    Args:
        code: The evaluator's code.
        arguments_type: What it is said to look at.
        return_type: What it is said to return.

    Raises:
        Refused: If it cannot be as the request says.
    """
    check_length(code)
    ready = read(code)
    if return_type != ready.return_type:
        hint = (
            f" With the option {ready.kind.bound} it returns a boolean." if _is_open(ready) else ""
        )
        raise Refused(
            "invalid_params",
            f"{PREFIX}{ready.name} returns a {ready.return_type}, and not {return_type}.{hint}",
            "return_type",
        )
    if ready.needs_target and arguments_type != "target_required":
        raise Refused(
            "invalid_params",
            f"{PREFIX}{ready.name} looks at the target: its arguments_type is target_required.",
            "arguments_type",
        )
    if ready.name == "regex":
        _check_pattern(ready)
    return ready


def measure(ready: Ready) -> Measure:
    """What tells the value of a log; it raises ``CannotMeasure`` for one that has none.

    Args:
        ready: The evaluator; ``regex`` runs in the sandbox instead, see ``program``,
            ``json_schema`` in a process of its own, see ``Schemas``, and ``semantic_similarity``
            asks a model, see ``model_of``.
    """
    return bounded(ready, _MEASURES[ready.name](ready.options))


def bounded(ready: Ready, found: Measure) -> Measure:
    """The measure as a boolean, where an option of the evaluator says where true begins."""
    bound = ready.kind.bound
    limit = None if bound is None else ready.options.get(bound)
    if limit is None:
        return found
    if bound == "at_least":
        return lambda arguments: found(arguments) >= limit
    return lambda arguments: found(arguments) <= limit


def model_of(registry: Registry, ready: Ready) -> Model:
    """The model whose vectors are compared: the one that is named, or the first that gives some.

    Raises:
        Refused: If there is none.
    """
    name: str | None = ready.options.get("model")
    giving = [model for model in registry.all() if model.endpoint == "embeddings"]
    found = [model for model in giving if name in (None, model.name)]
    if not found:
        wanted = "a model that gives embeddings" if name is None else f'the model "{name}" for them'
        listed = ", ".join(f'"{model.name}"' for model in giving) or "none"
        raise Refused(
            "invalid_params",
            f"{PREFIX}semantic_similarity needs {wanted}; of those that give embeddings there are: "
            f"{listed}. Add a small one: oxloop models add wordllama.",
        )
    return found[0]


def takes_long(ready: Ready, arguments: Arguments) -> bool:
    """Whether a log's texts are so long that comparing them would hold up everything else."""
    if ready.name not in ("levenshtein", "rouge_l"):
        return False
    try:
        output, target = texts_of(ready, arguments)
    except CannotMeasure:
        return False
    is_compared = max(len(output), len(target)) <= measures.LONGEST
    return is_compared and len(output) * len(target) > _QUICK


def program(ready: Ready) -> Program:
    """The source that searches for a pattern: Python's, where it can neither hang nor reach out."""
    pattern = json.dumps(ready.options["pattern"])
    source = f"import re\ndef judge(output):\n    return re.search({pattern}, output) is not None\n"
    return Program(source, "judge", "boolean")


def output_of(arguments: Arguments) -> str:
    """A log's output.

    Raises:
        CannotMeasure: If it has none.
    """
    output = arguments.log["output"]
    if not isinstance(output, str):
        raise CannotMeasure("The log has no output.")
    return output


def target_of(arguments: Arguments, name: str | None) -> str:
    """The part of a datapoint's target that an output is compared with, as text.

    Args:
        arguments: The log and its datapoint.
        name: The part; None for the only one that there is.

    Raises:
        CannotMeasure: If there is no such part, or more than one.
    """
    target = cast(Mapping[str, Any], (arguments.testcase or {}).get("target") or {})
    listed = ", ".join(f'"{key}"' for key in target) or "nothing"
    if name is not None and name not in target:
        raise CannotMeasure(f'The datapoint\'s target has no "{name}"; it has: {listed}.')
    if name is None and len(target) != 1:
        raise CannotMeasure(
            f"The datapoint's target has {listed}: say which part is meant, as in "
            '{"target": "answer"}.'
        )
    value = next(iter(target.values())) if name is None else target[name]
    return value if isinstance(value, str) else to_text(value)


def texts_of(ready: Ready, arguments: Arguments) -> tuple[str, str]:
    """What an evaluator compares of a log: its output, and the datapoint's target.

    Raises:
        CannotMeasure: If one of them is not there.
    """
    return output_of(arguments), target_of(arguments, ready.options.get("target"))


def _against(options: Mapping[str, Any], compare: Callable[[str, str], Measured]) -> Measure:
    name: str | None = options.get("target")
    return lambda arguments: compare(output_of(arguments), target_of(arguments, name))


def _exact(options: Mapping[str, Any]) -> Measure:
    ignore_case, strip = options.get("ignore_case", False), options.get("strip", True)
    return _against(
        options,
        lambda output, target: measures.exact(output, target, ignore_case=ignore_case, strip=strip),
    )


def _contains(options: Mapping[str, Any]) -> Measure:
    ignore_case: bool = options.get("ignore_case", False)
    text: str | None = options.get("text")
    if text is not None:
        return lambda arguments: measures.contains(
            output_of(arguments), text, ignore_case=ignore_case
        )
    return _against(
        options,
        lambda output, target: measures.contains(output, target, ignore_case=ignore_case),
    )


def _numeric(options: Mapping[str, Any]) -> Measure:
    absolute, relative = options.get("absolute", 0.0), options.get("relative", 0.0)
    return _against(
        options,
        lambda output, target: measures.is_near(
            output, target, absolute=absolute, relative=relative
        ),
    )


_MEASURES: Mapping[str, Callable[[Mapping[str, Any]], Measure]] = {
    "exact": _exact,
    "contains": _contains,
    "levenshtein": lambda options: _against(options, measures.levenshtein),
    "rouge_l": lambda options: _against(options, measures.rouge_l),
    "numeric": _numeric,
    "latency": lambda _: measures.latency,
    "cost": lambda _: measures.cost,
}


def _check_options(name: str, options: object) -> None:
    import jsonschema_rs

    kind = KINDS[name]
    schema = {
        "type": "object",
        "properties": kind.options,
        "required": list(kind.required),
        "additionalProperties": False,
    }
    for error in jsonschema_rs.iter_errors(schema, options):
        raise _wrong(
            f"The options of {PREFIX}{name} are wrong: {error.message}. "
            f"It has: {', '.join(kind.options)}."
        )


def _check_pattern(ready: Ready) -> None:
    sandbox = Sandbox()
    try:
        said = sandbox.judge_one(program(ready), ("",))
    finally:
        sandbox.shutdown()
    if said.error is not None:
        raise _wrong(f"The pattern cannot be used: {said.error}")


def _is_open(ready: Ready) -> bool:
    bound = ready.kind.bound
    return bound is not None and bound not in ready.options


def _wrong(message: str) -> Refused:
    return Refused("invalid_params", message, "code")
