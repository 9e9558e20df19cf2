"""Reads evaluations out of answers, into runs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oxloop._decode import (
    ShapeError,
    extras,
    integer,
    known,
    maybe_integer,
    maybe_moment,
    maybe_number,
    maybe_text,
    part,
)
from oxloop.oxen.details import OxenDetails
from oxloop.runs import Progress, RunRow, RunState, Usage, common_status

if TYPE_CHECKING:
    from oxloop_api.extensions import models as extensions
    from oxloop_api.oxen import models as wire
    from oxloop_api.oxen.types import Unset


def run_state(repo: str, answered: "wire.Evaluation | Unset | None") -> RunState:
    """A run, out of the evaluation in an answer of Oxen's API.

    Raises:
        ShapeError: It is not what the API promises.
    """
    found = part(answered, "evaluation")
    run_id = maybe_text(found.id, "evaluation.id")
    raw_status = maybe_text(found.status, "evaluation.status")
    if not run_id or not raw_status:
        raise ShapeError("evaluation.status" if run_id else "evaluation.id", "is missing")
    more = extras(found)
    finished_at = maybe_moment(found.completed_at, "evaluation.completed_at")
    if finished_at is None:
        finished_at = maybe_moment(found.cancelled_at, "evaluation.cancelled_at")
    return RunState(
        id=run_id,
        provider="oxen",
        status=common_status("oxen", raw_status),
        raw_status=raw_status,
        name=maybe_text(found.name, "evaluation.name"),
        progress=_progress(known(found.progress)),
        error=maybe_text(found.error_message, "evaluation.error_message") or _waits_for(more),
        created_at=maybe_moment(found.inserted_at, "evaluation.inserted_at"),
        started_at=maybe_moment(found.started_at, "evaluation.started_at"),
        finished_at=finished_at,
        usage=_usage(found),
        commit=_closing_commit(more),
        oxen=_oxen_details(repo, found),
        extra=more,
    )


def extended_state(repo: str, found: "extensions.Evaluation") -> RunState:
    """A run, out of an extension's answer: it has all fields that Oxen's own answer has."""
    from oxloop_api.oxen.models.evaluation import Evaluation

    return run_state(repo, Evaluation.from_dict(found.to_dict()))


def row_state(found: "extensions.EvaluationRow", field: str) -> RunRow:
    """What became of a row, out of an extension's answer."""
    return RunRow(
        row=integer(found.row, f"{field}.row"),
        status=part(maybe_text(found.status, f"{field}.status"), f"{field}.status"),
        output=maybe_text(found.output, f"{field}.output"),
        error=maybe_text(found.error, f"{field}.error"),
        duration=maybe_number(found.duration, f"{field}.duration"),
        prompt_tokens=maybe_integer(found.prompt_tokens, f"{field}.prompt_tokens"),
        completion_tokens=maybe_integer(found.completion_tokens, f"{field}.completion_tokens"),
        cost=maybe_number(found.cost, f"{field}.cost"),
    )


def _progress(found: "wire.EvaluationProgress | None") -> Progress | None:
    if found is None:
        return None
    done = maybe_integer(found.processed, "evaluation.progress.processed")
    total = maybe_integer(found.total, "evaluation.progress.total")
    return Progress(done or 0, total or 0)


def _usage(found: "wire.Evaluation") -> Usage:
    return Usage(
        prompt_tokens=maybe_integer(found.prompt_tokens_used, "evaluation.prompt_tokens_used"),
        completion_tokens=maybe_integer(
            found.completion_tokens_used, "evaluation.completion_tokens_used"
        ),
        total_tokens=maybe_integer(found.tokens_used, "evaluation.tokens_used"),
        credits=maybe_number(found.credits_used, "evaluation.credits_used"),
    )


def _closing_commit(more: Mapping[str, Any]) -> str | None:
    """The commit with the result: a field of older live answers, and of the local service's."""
    commit = more.get("closing_commit")
    found = commit.get("id") if isinstance(commit, dict) else commit  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    return found if isinstance(found, str) and found else None


def _waits_for(more: Mapping[str, Any]) -> str | None:
    """What keeps a run waiting: a field of the local service's."""
    return maybe_text(more.get("waits_for"), "evaluation.waits_for")


def _oxen_details(repo: str, found: "wire.Evaluation") -> OxenDetails:
    resource = known(found.resource)
    return OxenDetails(
        repo=repo,
        model=_model(found.model),
        prompt=maybe_text(found.prompt, "evaluation.prompt"),
        revision=maybe_text(resource and resource.version, "evaluation.resource.version"),
        path=maybe_text(resource and resource.path, "evaluation.resource.path"),
        target_column=maybe_text(found.target_column, "evaluation.target_column"),
        target_branch=maybe_text(found.target_branch, "evaluation.target_branch"),
        target_path=maybe_text(found.target_path, "evaluation.target_path"),
        is_sample=known(found.is_sample),
        sample_count=maybe_integer(found.sample_count, "evaluation.sample_count"),
    )


def _model(found: "wire.EvaluationModel | str | Unset | None") -> str | None:
    """The model's name; it comes as an object, or in older answers as the name itself."""
    if isinstance(found, str):
        return found
    model = known(found)
    if model is None:
        return None
    name = maybe_text(model.name, "evaluation.model.name")
    return name or maybe_text(model.id, "evaluation.model.id")
