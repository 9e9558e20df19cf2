# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.evaluator_arguments_type import EvaluatorArgumentsType
from ..models.evaluator_return_type_enum import EvaluatorReturnTypeEnum
from ..models.evaluator_type import EvaluatorType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.nested_model_config_response import NestedModelConfigResponse
    from ..models.project_response import ProjectResponse


T = TypeVar("T", bound="EvaluatorResponse")


@_attrs_define
class EvaluatorResponse:
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
    id: str
    """ The evaluator's id, which starts with `evfn_`. """
    created_at: datetime.datetime
    """ When it was made. """
    updated_at: datetime.datetime
    """ When it last changed. """
    code: None | str | Unset = UNSET
    """ The source of a python evaluator. """
    model_config: NestedModelConfigResponse | None | Unset = UNSET
    """ The model and the prompt of an llm evaluator. """
    logging_project: None | ProjectResponse | Unset = UNSET
    """ The project that the evaluator's own logs go to. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.nested_model_config_response import NestedModelConfigResponse  # noqa: PLC0415
        from ..models.project_response import ProjectResponse  # noqa: PLC0415

        name = self.name

        description = self.description

        arguments_type = self.arguments_type.value

        return_type = self.return_type.value

        type_ = self.type_.value

        id = self.id

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        code: None | str | Unset
        if isinstance(self.code, Unset):
            code = UNSET
        else:
            code = self.code

        model_config: dict[str, Any] | None | Unset
        if isinstance(self.model_config, Unset):
            model_config = UNSET
        elif isinstance(self.model_config, NestedModelConfigResponse):
            model_config = self.model_config.to_dict()
        else:
            model_config = self.model_config

        logging_project: dict[str, Any] | None | Unset
        if isinstance(self.logging_project, Unset):
            logging_project = UNSET
        elif isinstance(self.logging_project, ProjectResponse):
            logging_project = self.logging_project.to_dict()
        else:
            logging_project = self.logging_project

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "description": description,
                "arguments_type": arguments_type,
                "return_type": return_type,
                "type": type_,
                "id": id,
                "created_at": created_at,
                "updated_at": updated_at,
            }
        )
        if code is not UNSET:
            field_dict["code"] = code
        if model_config is not UNSET:
            field_dict["model_config"] = model_config
        if logging_project is not UNSET:
            field_dict["logging_project"] = logging_project

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.nested_model_config_response import NestedModelConfigResponse  # noqa: PLC0415
        from ..models.project_response import ProjectResponse  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        description = d.pop("description")

        arguments_type = EvaluatorArgumentsType(d.pop("arguments_type"))

        return_type = EvaluatorReturnTypeEnum(d.pop("return_type"))

        type_ = EvaluatorType(d.pop("type"))

        id = d.pop("id")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        code = cast("None | str | Unset", d.pop("code", UNSET))

        def _parse_model_config(data: object) -> NestedModelConfigResponse | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"model_config cannot be of type {type(data).__name__}")
            model_config_type_0 = NestedModelConfigResponse.from_dict(data)

            return model_config_type_0

        model_config = _parse_model_config(d.pop("model_config", UNSET))

        def _parse_logging_project(data: object) -> None | ProjectResponse | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"logging_project cannot be of type {type(data).__name__}")
            logging_project_type_0 = ProjectResponse.from_dict(data)

            return logging_project_type_0

        logging_project = _parse_logging_project(d.pop("logging_project", UNSET))

        evaluator_response = cls(
            name=name,
            description=description,
            arguments_type=arguments_type,
            return_type=return_type,
            type_=type_,
            id=id,
            created_at=created_at,
            updated_at=updated_at,
            code=code,
            model_config=model_config,
            logging_project=logging_project,
        )

        evaluator_response.additional_properties = d
        return evaluator_response

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
