# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.evaluator_arguments_type import EvaluatorArgumentsType
from ..models.evaluator_return_type_enum import EvaluatorReturnTypeEnum
from ..models.evaluator_type import EvaluatorType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_config_completion_request import ModelConfigCompletionRequest


T = TypeVar("T", bound="CreateEvaluatorRequest")


@_attrs_define
class CreateEvaluatorRequest:
    """A judge of logs."""

    name: str
    """ The evaluator's name. """
    description: str
    """ What it looks at. """
    arguments_type: EvaluatorArgumentsType
    """ Whether an evaluator needs the datapoint's target, or the log alone. """
    return_type: EvaluatorReturnTypeEnum
    """ The kind of value that an evaluator gives. """
    type_: EvaluatorType
    """ Who judges, a function, a model, a person or the caller's own program. """
    code: str | Unset = UNSET
    """ The source of a python evaluator, run in a sandbox. Its last top-level function is called with the log, or
    with the log and the datapoint. """
    model_config: ModelConfigCompletionRequest | Unset = UNSET
    """ A model with the prompt of a completion and parameters. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        description = self.description

        arguments_type = self.arguments_type.value

        return_type = self.return_type.value

        type_ = self.type_.value

        code = self.code

        model_config: dict[str, Any] | Unset = UNSET
        if not isinstance(self.model_config, Unset):
            model_config = self.model_config.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "description": description,
                "arguments_type": arguments_type,
                "return_type": return_type,
                "type": type_,
            }
        )
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
        name = d.pop("name")

        description = d.pop("description")

        arguments_type = EvaluatorArgumentsType(d.pop("arguments_type"))

        return_type = EvaluatorReturnTypeEnum(d.pop("return_type"))

        type_ = EvaluatorType(d.pop("type"))

        code = d.pop("code", UNSET)

        _model_config = d.pop("model_config", UNSET)
        model_config: ModelConfigCompletionRequest | Unset
        if isinstance(_model_config, Unset):
            model_config = UNSET
        else:
            model_config = ModelConfigCompletionRequest.from_dict(_model_config)

        create_evaluator_request = cls(
            name=name,
            description=description,
            arguments_type=arguments_type,
            return_type=return_type,
            type_=type_,
            code=code,
            model_config=model_config,
        )

        create_evaluator_request.additional_properties = d
        return create_evaluator_request

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
