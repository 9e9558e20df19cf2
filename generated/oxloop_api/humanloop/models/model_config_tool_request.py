# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.tool_source import ToolSource
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.json_object import JsonObject


T = TypeVar("T", bound="ModelConfigToolRequest")


@_attrs_define
class ModelConfigToolRequest:
    """A tool, written out in the config."""

    name: str
    """ The name that the model calls it by. """
    description: None | str | Unset = UNSET
    """ What the model is told about it. """
    strict: bool | None | Unset = UNSET
    """ Whether the model must keep to `parameters` exactly. """
    parameters: JsonObject | None | Unset = UNSET
    """ JSON Schema of what a call of the tool takes. """
    source: None | ToolSource | Unset = UNSET
    """ Where the tool is defined. """
    source_code: None | str | Unset = UNSET
    """ The tool's code. """
    other: JsonObject | None | Unset = UNSET
    """ Further parameters. """
    preset_name: None | str | Unset = UNSET
    """ Under what name Humanloop ran it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JsonObject  # noqa: PLC0415

        name = self.name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        strict: bool | None | Unset
        if isinstance(self.strict, Unset):
            strict = UNSET
        else:
            strict = self.strict

        parameters: dict[str, Any] | None | Unset
        if isinstance(self.parameters, Unset):
            parameters = UNSET
        elif isinstance(self.parameters, JsonObject):
            parameters = self.parameters.to_dict()
        else:
            parameters = self.parameters

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, ToolSource):
            source = self.source.value
        else:
            source = self.source

        source_code: None | str | Unset
        if isinstance(self.source_code, Unset):
            source_code = UNSET
        else:
            source_code = self.source_code

        other: dict[str, Any] | None | Unset
        if isinstance(self.other, Unset):
            other = UNSET
        elif isinstance(self.other, JsonObject):
            other = self.other.to_dict()
        else:
            other = self.other

        preset_name: None | str | Unset
        if isinstance(self.preset_name, Unset):
            preset_name = UNSET
        else:
            preset_name = self.preset_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if strict is not UNSET:
            field_dict["strict"] = strict
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if source is not UNSET:
            field_dict["source"] = source
        if source_code is not UNSET:
            field_dict["source_code"] = source_code
        if other is not UNSET:
            field_dict["other"] = other
        if preset_name is not UNSET:
            field_dict["preset_name"] = preset_name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JsonObject  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        description = cast("None | str | Unset", d.pop("description", UNSET))

        strict = cast("bool | None | Unset", d.pop("strict", UNSET))

        def _parse_parameters(data: object) -> JsonObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"parameters cannot be of type {type(data).__name__}")
            parameters_type_0 = JsonObject.from_dict(data)

            return parameters_type_0

        parameters = _parse_parameters(d.pop("parameters", UNSET))

        def _parse_source(data: object) -> None | ToolSource | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"source cannot be of type {type(data).__name__}")
            source_type_0 = ToolSource(data)

            return source_type_0

        source = _parse_source(d.pop("source", UNSET))

        source_code = cast("None | str | Unset", d.pop("source_code", UNSET))

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

        preset_name = cast("None | str | Unset", d.pop("preset_name", UNSET))

        model_config_tool_request = cls(
            name=name,
            description=description,
            strict=strict,
            parameters=parameters,
            source=source,
            source_code=source_code,
            other=other,
            preset_name=preset_name,
        )

        model_config_tool_request.additional_properties = d
        return model_config_tool_request

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
