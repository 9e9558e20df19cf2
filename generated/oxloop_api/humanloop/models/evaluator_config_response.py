# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.evaluator_arguments_type import EvaluatorArgumentsType
from ..models.evaluator_return_type_enum import EvaluatorReturnTypeEnum
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.json_object import JsonObject
    from ..models.model_config_response import ModelConfigResponse
    from ..models.user_response import UserResponse


T = TypeVar("T", bound="EvaluatorConfigResponse")


@_attrs_define
class EvaluatorConfigResponse:
    """An evaluator, as a config."""

    id: str
    """ The config's id, which starts with `config_`. """
    type_: Literal["evaluator"]
    """ Says that this is an evaluator config. """
    status: str
    """ How far the config is, such as `committed`. """
    name: str
    """ The config's name. """
    evaluator_type: str
    """ The kind of evaluator. """
    other: JsonObject | None | Unset = UNSET
    """ Further parameters. """
    created_by: None | Unset | UserResponse = UNSET
    """ Who made it. """
    description: None | str | Unset = UNSET
    """ What the config is for. """
    model_config: ModelConfigResponse | None | Unset = UNSET
    """ The model that judges, for an llm evaluator. """
    code: None | str | Unset = UNSET
    """ The function that judges, for a python evaluator. """
    arguments_type: EvaluatorArgumentsType | None | Unset = UNSET
    return_type: EvaluatorReturnTypeEnum | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.model_config_response import ModelConfigResponse  # noqa: PLC0415
        from ..models.user_response import UserResponse  # noqa: PLC0415

        id = self.id

        type_ = self.type_

        status = self.status

        name = self.name

        evaluator_type = self.evaluator_type

        other: dict[str, Any] | None | Unset
        if isinstance(self.other, Unset):
            other = UNSET
        elif isinstance(self.other, JsonObject):
            other = self.other.to_dict()
        else:
            other = self.other

        created_by: dict[str, Any] | None | Unset
        if isinstance(self.created_by, Unset):
            created_by = UNSET
        elif isinstance(self.created_by, UserResponse):
            created_by = self.created_by.to_dict()
        else:
            created_by = self.created_by

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        model_config: dict[str, Any] | None | Unset
        if isinstance(self.model_config, Unset):
            model_config = UNSET
        elif isinstance(self.model_config, ModelConfigResponse):
            model_config = self.model_config.to_dict()
        else:
            model_config = self.model_config

        code: None | str | Unset
        if isinstance(self.code, Unset):
            code = UNSET
        else:
            code = self.code

        arguments_type: None | str | Unset
        if isinstance(self.arguments_type, Unset):
            arguments_type = UNSET
        elif isinstance(self.arguments_type, EvaluatorArgumentsType):
            arguments_type = self.arguments_type.value
        else:
            arguments_type = self.arguments_type

        return_type: None | str | Unset
        if isinstance(self.return_type, Unset):
            return_type = UNSET
        elif isinstance(self.return_type, EvaluatorReturnTypeEnum):
            return_type = self.return_type.value
        else:
            return_type = self.return_type

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "type": type_,
                "status": status,
                "name": name,
                "evaluator_type": evaluator_type,
            }
        )
        if other is not UNSET:
            field_dict["other"] = other
        if created_by is not UNSET:
            field_dict["created_by"] = created_by
        if description is not UNSET:
            field_dict["description"] = description
        if model_config is not UNSET:
            field_dict["model_config"] = model_config
        if code is not UNSET:
            field_dict["code"] = code
        if arguments_type is not UNSET:
            field_dict["arguments_type"] = arguments_type
        if return_type is not UNSET:
            field_dict["return_type"] = return_type

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.model_config_response import ModelConfigResponse  # noqa: PLC0415
        from ..models.user_response import UserResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        type_ = cast(Literal["evaluator"], d.pop("type"))
        if type_ != "evaluator":
            raise ValueError(f"type must match const 'evaluator', got '{type_}'")

        status = d.pop("status")

        name = d.pop("name")

        evaluator_type = d.pop("evaluator_type")

        def _parse_other(data: object) -> JsonObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"other cannot be of type {type(data).__name__}")
            other_type_0 = JsonObject.from_dict(data)

            return other_type_0

        other = _parse_other(d.pop("other", UNSET))

        def _parse_created_by(data: object) -> None | Unset | UserResponse:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"created_by cannot be of type {type(data).__name__}")
            created_by_type_0 = UserResponse.from_dict(data)

            return created_by_type_0

        created_by = _parse_created_by(d.pop("created_by", UNSET))

        description = cast("None | str | Unset", d.pop("description", UNSET))

        def _parse_model_config(data: object) -> ModelConfigResponse | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"model_config cannot be of type {type(data).__name__}")
            model_config_type_0 = ModelConfigResponse.from_dict(data)

            return model_config_type_0

        model_config = _parse_model_config(d.pop("model_config", UNSET))

        code = cast("None | str | Unset", d.pop("code", UNSET))

        def _parse_arguments_type(data: object) -> EvaluatorArgumentsType | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"arguments_type cannot be of type {type(data).__name__}")
            arguments_type_type_0 = EvaluatorArgumentsType(data)

            return arguments_type_type_0

        arguments_type = _parse_arguments_type(d.pop("arguments_type", UNSET))

        def _parse_return_type(data: object) -> EvaluatorReturnTypeEnum | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"return_type cannot be of type {type(data).__name__}")
            return_type_type_0 = EvaluatorReturnTypeEnum(data)

            return return_type_type_0

        return_type = _parse_return_type(d.pop("return_type", UNSET))

        evaluator_config_response = cls(
            id=id,
            type_=type_,
            status=status,
            name=name,
            evaluator_type=evaluator_type,
            other=other,
            created_by=created_by,
            description=description,
            model_config=model_config,
            code=code,
            arguments_type=arguments_type,
            return_type=return_type,
        )

        evaluator_config_response.additional_properties = d
        return evaluator_config_response

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
