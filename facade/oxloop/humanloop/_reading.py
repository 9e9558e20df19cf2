"""From the answers of the generated layer to this package's own values."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve

from oxloop.humanloop._fields import Fields
from oxloop.humanloop.details import (
    Aggregate,
    Config,
    CreatedLog,
    Datapoint,
    Dataset,
    EvaluationDatapoint,
    EvaluationResult,
    Evaluator,
    Log,
    Project,
)

if TYPE_CHECKING:
    from oxloop_api.humanloop import models as wire

    AnyConfig = (
        wire.AgentConfigResponse
        | wire.EvaluatorConfigResponse
        | wire.GenericConfigResponse
        | wire.ModelConfigResponse
        | wire.NestedModelConfigResponse
        | wire.ToolConfigResponse
    )

W = TypeVar("W")
V = TypeVar("V")


def each(found: Sequence[W], read: Callable[[W, str], V]) -> list[V]:
    """Read a list that is a whole answer, each item with ``read``."""
    return [read(item, f"[{number}].") for number, item in enumerate(found)]


def config(found: "AnyConfig", place: str = "") -> Config:
    """Read a config of any type; one inside of an evaluator may leave its type out."""
    of = Fields(found, place)
    return Config(
        id=of.text("id"),
        type=of.maybe_text("type") or "model",
        name=of.maybe_text("name"),
        description=of.maybe_text("description"),
        other=of.json("other"),
        **(_model_settings(of) if hasattr(found, "prompt_template") else {}),
        extra=of.rest(),
    )


def _model_settings(of: Fields) -> dict[str, Any]:
    """Read what only a model's config has."""
    return {
        "provider": of.maybe_text("provider"),
        "model": of.text("model"),
        "endpoint": of.maybe_text("endpoint"),
        "prompt_template": of.maybe_text("prompt_template"),
        "chat_template": of.value("chat_template"),
        "template_language": of.maybe_text("template_language"),
        "max_tokens": of.maybe_integer("max_tokens"),
        "temperature": of.maybe_number("temperature"),
        "top_p": of.maybe_number("top_p"),
        "stop": of.value("stop"),
        "presence_penalty": of.maybe_number("presence_penalty"),
        "frequency_penalty": of.maybe_number("frequency_penalty"),
        "seed": of.maybe_integer("seed"),
        "response_format": of.json("response_format"),
        "reasoning_effort": of.value("reasoning_effort"),
        "tools": of.value("tools"),
    }


def project_config(found: "wire.ProjectConfigResponse", place: str = "") -> Config:
    """Read a config as a project has it."""
    of = Fields(found, place)
    read = of.one("config", config)
    return evolve(
        read,
        project_id=of.text("project_id"),
        project_name=of.text("project_name"),
        extra={**read.extra, **of.rest()},
    )


def project(found: "wire.ProjectResponse", place: str = "") -> Project:
    """Read a project."""
    of = Fields(found, place)
    return Project(
        id=of.text("id"),
        name=of.text("name"),
        active_config=of.maybe("active_config", project_config),
        config_type=of.maybe_text("config_type"),
        data_count=of.maybe_integer("data_count"),
        directory_id=of.maybe_text("directory_id"),
        team_id=of.maybe_text("team_id"),
        created_at=of.moment("created_at"),
        updated_at=of.moment("updated_at"),
        extra=of.rest(),
    )


def evaluator(found: "wire.EvaluatorResponse", place: str = "") -> Evaluator:
    """Read an evaluator."""
    of = Fields(found, place)
    return Evaluator(
        id=of.text("id"),
        name=of.text("name"),
        description=of.maybe_text("description"),
        type=of.text("type"),
        arguments_type=of.maybe_text("arguments_type"),
        return_type=of.maybe_text("return_type"),
        code=of.maybe_text("code"),
        model_config=of.maybe("model_config", config),
        created_at=of.moment("created_at"),
        updated_at=of.moment("updated_at"),
        extra=of.rest(),
    )


def dataset(found: "wire.DatasetResponse", place: str = "") -> Dataset:
    """Read a dataset; upstream writes empty text where there is no project."""
    of = Fields(found, place)
    return Dataset(
        id=of.text("id"),
        name=of.text("name"),
        description=of.maybe_text("description"),
        project_id=of.maybe_text("project_id") or None,
        datapoint_count=of.integer("datapoint_count"),
        created_at=of.moment("created_at"),
        updated_at=of.moment("updated_at"),
        extra=of.rest(),
    )


def datapoint(found: "wire.DatapointResponse", place: str = "") -> Datapoint:
    """Read a datapoint."""
    of = Fields(found, place)
    return Datapoint(
        id=of.text("id"),
        dataset_id=of.maybe_text("dataset_id"),
        inputs=of.json("inputs"),
        messages=of.value("messages"),
        target=of.json("target"),
        extra=of.rest(),
    )


def result(found: "wire.EvaluationResultResponse", place: str = "") -> EvaluationResult:
    """Read what an evaluator said."""
    of = Fields(found, place)
    return EvaluationResult(
        id=of.text("id"),
        evaluator_id=of.text("evaluator_id"),
        evaluator_version_id=of.maybe_text("evaluator_version_id"),
        evaluation_id=of.maybe_text("evaluation_id"),
        log_id=of.text("log_id"),
        value=of.value("value"),
        error=of.maybe_text("error"),
        created_at=of.moment("created_at"),
        updated_at=of.moment("updated_at"),
        extra=of.rest(),
    )


def log(found: "wire.LogResponse", place: str = "") -> Log:
    """Read a log."""
    of = Fields(found, place)
    return Log(
        id=of.text("id"),
        project=of.maybe_text("project"),
        project_id=of.maybe_text("project_id"),
        config_id=of.maybe_text("config_id"),
        config=of.one("config", config),
        source_datapoint_id=of.maybe_text("source_datapoint_id"),
        inputs=of.json("inputs"),
        messages=of.value("messages"),
        output=of.maybe_text("output"),
        output_message=of.json("output_message"),
        error=of.maybe_text("error"),
        judgment=of.value("judgment"),
        evaluation_results=of.each("evaluation_results", result),
        duration=of.maybe_number("duration"),
        prompt_tokens=of.maybe_integer("prompt_tokens"),
        output_tokens=of.maybe_integer("output_tokens"),
        prompt_cost=of.maybe_number("prompt_cost"),
        output_cost=of.maybe_number("output_cost"),
        finish_reason=of.maybe_text("finish_reason"),
        reference_id=of.maybe_text("reference_id"),
        session_id=of.maybe_text("session_id"),
        parent_id=of.maybe_text("parent_id"),
        source=of.maybe_text("source"),
        metadata=of.json("metadata"),
        user=of.maybe_text("user"),
        created_at=of.maybe_moment("created_at"),
        updated_at=of.moment("updated_at"),
        extra=of.rest(),
    )


def created_log(found: "wire.CreateLogResponse", place: str = "") -> CreatedLog:
    """Read where a log was kept."""
    of = Fields(found, place)
    return CreatedLog(
        id=of.text("id"),
        project_id=of.text("project_id"),
        session_id=of.maybe_text("session_id"),
        extra=of.rest(),
    )


def evaluation_datapoint(
    found: "wire.EvaluationDatapointSnapshotResponse", place: str = ""
) -> EvaluationDatapoint:
    """Read a datapoint of an evaluation."""
    of = Fields(found, place)
    return EvaluationDatapoint(
        datapoint=of.one("datapoint", datapoint),
        log=of.maybe("log", log),
        evaluation_results=of.each("evaluation_results", result),
        extra=of.rest(),
    )


def aggregate_of(evaluators: Sequence[Evaluator]) -> Callable[[Any, str], Aggregate]:
    """Return what reads an aggregate of one of these evaluators, and adds the evaluator's name."""
    names = {evaluator.id: evaluator.name for evaluator in evaluators}

    def read(found: "wire.ModelConfigEvaluatorAggregateResponse", place: str) -> Aggregate:
        of = Fields(found, place)
        evaluator_id = of.text("evaluator_id")
        return Aggregate(
            evaluator=names.get(evaluator_id),
            value=of.maybe_number("aggregate_value"),
            evaluator_id=evaluator_id,
            evaluator_version_id=of.text("evaluator_version_id"),
            model_config_id=of.text("model_config_id"),
            extra=of.rest(),
        )

    return read
