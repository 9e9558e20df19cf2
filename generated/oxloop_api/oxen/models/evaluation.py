# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.evaluation_status import EvaluationStatus
from ..models.input_type import InputType
from ..models.output_type import OutputType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.evaluation_model import EvaluationModel
    from ..models.evaluation_progress import EvaluationProgress
    from ..models.resource import Resource
    from ..models.user import User


T = TypeVar("T", bound="Evaluation")


@_attrs_define
class Evaluation:
    """A run, and what it was asked to do."""

    id: None | Unset | UUID = UNSET
    """ The evaluation's id. """
    name: None | str | Unset = UNSET
    """ A name for people. """
    status: EvaluationStatus | None | Unset = UNSET
    error_message: None | str | Unset = UNSET
    """ Why the run ended `errored`. """
    prompt: None | str | Unset = UNSET
    """ The prompt template, as it was asked for. """
    input_type: InputType | None | Unset = UNSET
    output_type: None | OutputType | Unset = UNSET
    model: EvaluationModel | None | str | Unset = UNSET
    """ The model that runs. """
    is_sample: bool | None | Unset = UNSET
    """ Whether only the first rows are run. """
    sample_count: int | None | Unset = UNSET
    """ As asked for; it says nothing when `is_sample` is false. """
    progress: EvaluationProgress | None | Unset = UNSET
    resource: None | Resource | Unset = UNSET
    target_branch: None | str | Unset = UNSET
    """ Branch that the results are committed to. """
    target_column: None | str | Unset = UNSET
    """ Column that the answers are written to. """
    target_path: None | str | Unset = UNSET
    """ Null means the path of the source file. """
    created_by: None | Unset | User = UNSET
    tokens_used: int | None | Unset = UNSET
    """ Tokens in and out together. """
    prompt_tokens_used: int | None | Unset = UNSET
    """ Tokens that went in. """
    completion_tokens_used: int | None | Unset = UNSET
    """ Tokens that came out. """
    credits_used: float | None | str | Unset = UNSET
    """ What the run cost so far. """
    repository_id: None | str | Unset = UNSET
    """ The id of the repository. """
    inserted_at: datetime.datetime | None | Unset = UNSET
    """ When the run was created. """
    started_at: datetime.datetime | None | Unset = UNSET
    """ When the run started, if it has. """
    completed_at: datetime.datetime | None | Unset = UNSET
    """ When the run was completed, if it was. """
    cancelled_at: datetime.datetime | None | Unset = UNSET
    """ When the run was cancelled, if it was. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.evaluation_model import EvaluationModel  # noqa: PLC0415
        from ..models.evaluation_progress import EvaluationProgress  # noqa: PLC0415
        from ..models.resource import Resource  # noqa: PLC0415
        from ..models.user import User  # noqa: PLC0415

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        elif isinstance(self.id, UUID):
            id = str(self.id)
        else:
            id = self.id

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        elif isinstance(self.status, EvaluationStatus):
            status = self.status.value
        else:
            status = self.status

        error_message: None | str | Unset
        if isinstance(self.error_message, Unset):
            error_message = UNSET
        else:
            error_message = self.error_message

        prompt: None | str | Unset
        if isinstance(self.prompt, Unset):
            prompt = UNSET
        else:
            prompt = self.prompt

        input_type: None | str | Unset
        if isinstance(self.input_type, Unset):
            input_type = UNSET
        elif isinstance(self.input_type, InputType):
            input_type = self.input_type.value
        else:
            input_type = self.input_type

        output_type: None | str | Unset
        if isinstance(self.output_type, Unset):
            output_type = UNSET
        elif isinstance(self.output_type, OutputType):
            output_type = self.output_type.value
        else:
            output_type = self.output_type

        model: dict[str, Any] | None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        elif isinstance(self.model, EvaluationModel):
            model = self.model.to_dict()
        else:
            model = self.model

        is_sample: bool | None | Unset
        if isinstance(self.is_sample, Unset):
            is_sample = UNSET
        else:
            is_sample = self.is_sample

        sample_count: int | None | Unset
        if isinstance(self.sample_count, Unset):
            sample_count = UNSET
        else:
            sample_count = self.sample_count

        progress: dict[str, Any] | None | Unset
        if isinstance(self.progress, Unset):
            progress = UNSET
        elif isinstance(self.progress, EvaluationProgress):
            progress = self.progress.to_dict()
        else:
            progress = self.progress

        resource: dict[str, Any] | None | Unset
        if isinstance(self.resource, Unset):
            resource = UNSET
        elif isinstance(self.resource, Resource):
            resource = self.resource.to_dict()
        else:
            resource = self.resource

        target_branch: None | str | Unset
        if isinstance(self.target_branch, Unset):
            target_branch = UNSET
        else:
            target_branch = self.target_branch

        target_column: None | str | Unset
        if isinstance(self.target_column, Unset):
            target_column = UNSET
        else:
            target_column = self.target_column

        target_path: None | str | Unset
        if isinstance(self.target_path, Unset):
            target_path = UNSET
        else:
            target_path = self.target_path

        created_by: dict[str, Any] | None | Unset
        if isinstance(self.created_by, Unset):
            created_by = UNSET
        elif isinstance(self.created_by, User):
            created_by = self.created_by.to_dict()
        else:
            created_by = self.created_by

        tokens_used: int | None | Unset
        if isinstance(self.tokens_used, Unset):
            tokens_used = UNSET
        else:
            tokens_used = self.tokens_used

        prompt_tokens_used: int | None | Unset
        if isinstance(self.prompt_tokens_used, Unset):
            prompt_tokens_used = UNSET
        else:
            prompt_tokens_used = self.prompt_tokens_used

        completion_tokens_used: int | None | Unset
        if isinstance(self.completion_tokens_used, Unset):
            completion_tokens_used = UNSET
        else:
            completion_tokens_used = self.completion_tokens_used

        credits_used: float | None | str | Unset
        if isinstance(self.credits_used, Unset):
            credits_used = UNSET
        else:
            credits_used = self.credits_used

        repository_id: None | str | Unset
        if isinstance(self.repository_id, Unset):
            repository_id = UNSET
        else:
            repository_id = self.repository_id

        inserted_at: None | str | Unset
        if isinstance(self.inserted_at, Unset):
            inserted_at = UNSET
        elif isinstance(self.inserted_at, datetime.datetime):
            inserted_at = self.inserted_at.isoformat()
        else:
            inserted_at = self.inserted_at

        started_at: None | str | Unset
        if isinstance(self.started_at, Unset):
            started_at = UNSET
        elif isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        completed_at: None | str | Unset
        if isinstance(self.completed_at, Unset):
            completed_at = UNSET
        elif isinstance(self.completed_at, datetime.datetime):
            completed_at = self.completed_at.isoformat()
        else:
            completed_at = self.completed_at

        cancelled_at: None | str | Unset
        if isinstance(self.cancelled_at, Unset):
            cancelled_at = UNSET
        elif isinstance(self.cancelled_at, datetime.datetime):
            cancelled_at = self.cancelled_at.isoformat()
        else:
            cancelled_at = self.cancelled_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if name is not UNSET:
            field_dict["name"] = name
        if status is not UNSET:
            field_dict["status"] = status
        if error_message is not UNSET:
            field_dict["error_message"] = error_message
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if input_type is not UNSET:
            field_dict["input_type"] = input_type
        if output_type is not UNSET:
            field_dict["output_type"] = output_type
        if model is not UNSET:
            field_dict["model"] = model
        if is_sample is not UNSET:
            field_dict["is_sample"] = is_sample
        if sample_count is not UNSET:
            field_dict["sample_count"] = sample_count
        if progress is not UNSET:
            field_dict["progress"] = progress
        if resource is not UNSET:
            field_dict["resource"] = resource
        if target_branch is not UNSET:
            field_dict["target_branch"] = target_branch
        if target_column is not UNSET:
            field_dict["target_column"] = target_column
        if target_path is not UNSET:
            field_dict["target_path"] = target_path
        if created_by is not UNSET:
            field_dict["created_by"] = created_by
        if tokens_used is not UNSET:
            field_dict["tokens_used"] = tokens_used
        if prompt_tokens_used is not UNSET:
            field_dict["prompt_tokens_used"] = prompt_tokens_used
        if completion_tokens_used is not UNSET:
            field_dict["completion_tokens_used"] = completion_tokens_used
        if credits_used is not UNSET:
            field_dict["credits_used"] = credits_used
        if repository_id is not UNSET:
            field_dict["repository_id"] = repository_id
        if inserted_at is not UNSET:
            field_dict["inserted_at"] = inserted_at
        if started_at is not UNSET:
            field_dict["started_at"] = started_at
        if completed_at is not UNSET:
            field_dict["completed_at"] = completed_at
        if cancelled_at is not UNSET:
            field_dict["cancelled_at"] = cancelled_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.evaluation_model import EvaluationModel  # noqa: PLC0415
        from ..models.evaluation_progress import EvaluationProgress  # noqa: PLC0415
        from ..models.resource import Resource  # noqa: PLC0415
        from ..models.user import User  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"id cannot be of type {type(data).__name__}")
            id_type_0 = UUID(data)

            return id_type_0

        id = _parse_id(d.pop("id", UNSET))

        name = cast("None | str | Unset", d.pop("name", UNSET))

        def _parse_status(data: object) -> EvaluationStatus | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"status cannot be of type {type(data).__name__}")
            status_type_0 = EvaluationStatus(data)

            return status_type_0

        status = _parse_status(d.pop("status", UNSET))

        error_message = cast("None | str | Unset", d.pop("error_message", UNSET))

        prompt = cast("None | str | Unset", d.pop("prompt", UNSET))

        def _parse_input_type(data: object) -> InputType | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"input_type cannot be of type {type(data).__name__}")
            input_type_type_0 = InputType(data)

            return input_type_type_0

        input_type = _parse_input_type(d.pop("input_type", UNSET))

        def _parse_output_type(data: object) -> None | OutputType | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"output_type cannot be of type {type(data).__name__}")
            output_type_type_0 = OutputType(data)

            return output_type_type_0

        output_type = _parse_output_type(d.pop("output_type", UNSET))

        def _parse_model(data: object) -> EvaluationModel | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if isinstance(data, dict):
                model_type_0 = EvaluationModel.from_dict(data)

                return model_type_0
            if isinstance(data, (dict, list)):
                raise TypeError(f"model cannot be of type {type(data).__name__}")
            return cast("EvaluationModel | None | str | Unset", data)

        model = _parse_model(d.pop("model", UNSET))

        is_sample = cast("bool | None | Unset", d.pop("is_sample", UNSET))

        sample_count = cast("int | None | Unset", d.pop("sample_count", UNSET))

        def _parse_progress(data: object) -> EvaluationProgress | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"progress cannot be of type {type(data).__name__}")
            progress_type_0 = EvaluationProgress.from_dict(data)

            return progress_type_0

        progress = _parse_progress(d.pop("progress", UNSET))

        def _parse_resource(data: object) -> None | Resource | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"resource cannot be of type {type(data).__name__}")
            resource_type_0 = Resource.from_dict(data)

            return resource_type_0

        resource = _parse_resource(d.pop("resource", UNSET))

        target_branch = cast("None | str | Unset", d.pop("target_branch", UNSET))

        target_column = cast("None | str | Unset", d.pop("target_column", UNSET))

        target_path = cast("None | str | Unset", d.pop("target_path", UNSET))

        def _parse_created_by(data: object) -> None | Unset | User:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"created_by cannot be of type {type(data).__name__}")
            created_by_type_0 = User.from_dict(data)

            return created_by_type_0

        created_by = _parse_created_by(d.pop("created_by", UNSET))

        tokens_used = cast("int | None | Unset", d.pop("tokens_used", UNSET))

        prompt_tokens_used = cast("int | None | Unset", d.pop("prompt_tokens_used", UNSET))

        completion_tokens_used = cast("int | None | Unset", d.pop("completion_tokens_used", UNSET))

        def _parse_credits_used(data: object) -> float | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if isinstance(data, (dict, list)):
                raise TypeError(f"credits_used cannot be of type {type(data).__name__}")
            return cast("float | None | str | Unset", data)

        credits_used = _parse_credits_used(d.pop("credits_used", UNSET))

        repository_id = cast("None | str | Unset", d.pop("repository_id", UNSET))

        def _parse_inserted_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"inserted_at cannot be of type {type(data).__name__}")
            inserted_at_type_0 = datetime.datetime.fromisoformat(data)

            return inserted_at_type_0

        inserted_at = _parse_inserted_at(d.pop("inserted_at", UNSET))

        def _parse_started_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"started_at cannot be of type {type(data).__name__}")
            started_at_type_0 = datetime.datetime.fromisoformat(data)

            return started_at_type_0

        started_at = _parse_started_at(d.pop("started_at", UNSET))

        def _parse_completed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"completed_at cannot be of type {type(data).__name__}")
            completed_at_type_0 = datetime.datetime.fromisoformat(data)

            return completed_at_type_0

        completed_at = _parse_completed_at(d.pop("completed_at", UNSET))

        def _parse_cancelled_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"cancelled_at cannot be of type {type(data).__name__}")
            cancelled_at_type_0 = datetime.datetime.fromisoformat(data)

            return cancelled_at_type_0

        cancelled_at = _parse_cancelled_at(d.pop("cancelled_at", UNSET))

        evaluation = cls(
            id=id,
            name=name,
            status=status,
            error_message=error_message,
            prompt=prompt,
            input_type=input_type,
            output_type=output_type,
            model=model,
            is_sample=is_sample,
            sample_count=sample_count,
            progress=progress,
            resource=resource,
            target_branch=target_branch,
            target_column=target_column,
            target_path=target_path,
            created_by=created_by,
            tokens_used=tokens_used,
            prompt_tokens_used=prompt_tokens_used,
            completion_tokens_used=completion_tokens_used,
            credits_used=credits_used,
            repository_id=repository_id,
            inserted_at=inserted_at,
            started_at=started_at,
            completed_at=completed_at,
            cancelled_at=cancelled_at,
        )

        evaluation.additional_properties = d
        return evaluation

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
