# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.evaluator_arguments_type import EvaluatorArgumentsType
from ..models.evaluator_return_type_enum import EvaluatorReturnTypeEnum
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_config_completion_request import ModelConfigCompletionRequest


T = TypeVar("T", bound="UpdateEvaluatorRequest")


@_attrs_define
class UpdateEvaluatorRequest:
    """The parts of an evaluator to change."""

    name: str | Unset = UNSET
    """ The evaluator's name. """
    description: str | Unset = UNSET
    """ What it looks at. """
    arguments_type: EvaluatorArgumentsType | Unset = UNSET
    """ Whether an evaluator needs the datapoint's target, or the log alone. """
    return_type: EvaluatorReturnTypeEnum | Unset = UNSET
    """ The kind of value that an evaluator gives. """
    code: str | Unset = UNSET
    """ The source of a python evaluator, run in a sandbox. """
    model_config: ModelConfigCompletionRequest | Unset = UNSET
    """ A model with the prompt of a completion and parameters. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        description = self.description

        arguments_type: str | Unset = UNSET
        if not isinstance(self.arguments_type, Unset):
            arguments_type = self.arguments_type.value

        return_type: str | Unset = UNSET
        if not isinstance(self.return_type, Unset):
            return_type = self.return_type.value

        code = self.code

        model_config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.model_config, Unset):
            model_config = self.model_config.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if description is not UNSET:
            field_dict["description"] = description
        if arguments_type is not UNSET:
            field_dict["arguments_type"] = arguments_type
        if return_type is not UNSET:
            field_dict["return_type"] = return_type
        if code is not UNSET:
            field_dict["code"] = code
        if model_config is not UNSET:
            field_dict["model_config"] = model_config

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_config_completion_request import (
            ModelConfigCompletionRequest,  # noqa: PLC0415
        )

        d = dict(src_dict)
        name = d.pop("name", UNSET)

        description = d.pop("description", UNSET)

        _arguments_type = d.pop("arguments_type", UNSET)
        arguments_type: EvaluatorArgumentsType | Unset
        if isinstance(_arguments_type, Unset):
            arguments_type = UNSET
        else:
            arguments_type = EvaluatorArgumentsType(_arguments_type)

        _return_type = d.pop("return_type", UNSET)
        return_type: EvaluatorReturnTypeEnum | Unset
        if isinstance(_return_type, Unset):
            return_type = UNSET
        else:
            return_type = EvaluatorReturnTypeEnum(_return_type)

        code = d.pop("code", UNSET)

        _model_config = d.pop("model_config", UNSET)
        model_config: ModelConfigCompletionRequest | Unset
        if isinstance(_model_config, Unset):
            model_config = UNSET
        else:
            model_config = ModelConfigCompletionRequest.from_dict(_model_config)

        update_evaluator_request = cls(
            name=name,
            description=description,
            arguments_type=arguments_type,
            return_type=return_type,
            code=code,
            model_config=model_config,
        )

        update_evaluator_request.additional_properties = d
        return update_evaluator_request

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
