# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.json_object import JsonObject


T = TypeVar("T", bound="DatapointTarget")


@_attrs_define
class DatapointTarget:
    """What a good answer looks like, under names that evaluators know."""

    additional_properties: dict[str, bool | float | int | JsonObject | list[Any] | str] = (
        _attrs_field(init=False, factory=dict)
    )

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JsonObject  # noqa: PLC0415

        field_dict: dict[str, Any] = {}
        for prop_name, prop in self.additional_properties.items():
            if isinstance(prop, list):
                field_dict[prop_name] = prop

            elif isinstance(prop, JsonObject):
                field_dict[prop_name] = prop.to_dict()
            else:
                field_dict[prop_name] = prop

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JsonObject  # noqa: PLC0415

        d = dict(src_dict)
        datapoint_target = cls()

        additional_properties = {}
        for prop_name, prop_dict in d.items():

            def _parse_additional_property(
                data: object,
            ) -> bool | float | int | JsonObject | list[Any] | str:
                if isinstance(data, list):
                    componentsschemas_datapoint_target_value_type_4 = data

                    return componentsschemas_datapoint_target_value_type_4
                if isinstance(data, dict):
                    componentsschemas_datapoint_target_value_type_5 = JsonObject.from_dict(data)

                    return componentsschemas_datapoint_target_value_type_5
                if isinstance(data, (dict, list)):
                    raise TypeError(f"additional_property cannot be of type {type(data).__name__}")
                return cast("bool | float | int | JsonObject | list[Any] | str", data)

            additional_property = _parse_additional_property(prop_dict)

            additional_properties[prop_name] = additional_property

        datapoint_target.additional_properties = additional_properties
        return datapoint_target

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> bool | float | int | JsonObject | list[Any] | str:
        return self.additional_properties[key]

    def __setitem__(
        self, key: str, value: bool | float | int | JsonObject | list[Any] | str
    ) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
