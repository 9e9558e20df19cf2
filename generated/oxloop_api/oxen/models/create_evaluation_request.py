# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.input_type import InputType
from ..models.output_type import OutputType
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateEvaluationRequest")


@_attrs_define
class CreateEvaluationRequest:
    """What to run, over which column, and where the answers go."""

    prompt: str
    """ Prompt template. `{column}` is filled in from each row. """
    input_type: InputType
    """ Kind of data that goes into the model. """
    output_type: OutputType
    """ Kind of data that the model makes. """
    model_id: UUID
    """ Id of the model to run. """
    target_column: str
    """ Column that the answers are written to. """
    auto_commit: bool | Unset = False
    """ Whether the results are committed when the run completes. """
    batch_size: int | Unset = 10
    """ Rows taken at a time. """
    commit_message: None | str | Unset = UNSET
    """ Message of that commit. """
    is_sample: bool | Unset = False
    """ Whether only the first rows are run, as many as `sample_count` says. """
    name: str | Unset = UNSET
    """ A name for people. """
    sample_count: int | Unset = 10
    """ Rows of a sample. """
    target_branch: str | Unset = UNSET
    """ Branch that the results are committed to. """
    target_path: str | Unset = UNSET
    """ Path of the file with the results. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        prompt = self.prompt

        input_type = self.input_type.value

        output_type = self.output_type.value

        model_id = str(self.model_id)

        target_column = self.target_column

        auto_commit = self.auto_commit

        batch_size = self.batch_size

        commit_message: None | str | Unset
        if isinstance(self.commit_message, Unset):
            commit_message = UNSET
        else:
            commit_message = self.commit_message

        is_sample = self.is_sample

        name = self.name

        sample_count = self.sample_count

        target_branch = self.target_branch

        target_path = self.target_path

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "prompt": prompt,
                "input_type": input_type,
                "output_type": output_type,
                "model_id": model_id,
                "target_column": target_column,
            }
        )
        if auto_commit is not UNSET:
            field_dict["auto_commit"] = auto_commit
        if batch_size is not UNSET:
            field_dict["batch_size"] = batch_size
        if commit_message is not UNSET:
            field_dict["commit_message"] = commit_message
        if is_sample is not UNSET:
            field_dict["is_sample"] = is_sample
        if name is not UNSET:
            field_dict["name"] = name
        if sample_count is not UNSET:
            field_dict["sample_count"] = sample_count
        if target_branch is not UNSET:
            field_dict["target_branch"] = target_branch
        if target_path is not UNSET:
            field_dict["target_path"] = target_path

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        prompt = d.pop("prompt")

        input_type = InputType(d.pop("input_type"))

        output_type = OutputType(d.pop("output_type"))

        model_id = UUID(d.pop("model_id"))

        target_column = d.pop("target_column")

        auto_commit = d.pop("auto_commit", UNSET)

        batch_size = d.pop("batch_size", UNSET)

        commit_message = cast("None | str | Unset", d.pop("commit_message", UNSET))

        is_sample = d.pop("is_sample", UNSET)

        name = d.pop("name", UNSET)

        sample_count = d.pop("sample_count", UNSET)

        target_branch = d.pop("target_branch", UNSET)

        target_path = d.pop("target_path", UNSET)

        create_evaluation_request = cls(
            prompt=prompt,
            input_type=input_type,
            output_type=output_type,
            model_id=model_id,
            target_column=target_column,
            auto_commit=auto_commit,
            batch_size=batch_size,
            commit_message=commit_message,
            is_sample=is_sample,
            name=name,
            sample_count=sample_count,
            target_branch=target_branch,
            target_path=target_path,
        )

        create_evaluation_request.additional_properties = d
        return create_evaluation_request

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
