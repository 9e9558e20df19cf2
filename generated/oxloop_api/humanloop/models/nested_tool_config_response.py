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

from ..models.tool_source import ToolSource
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.json_object import JsonObject
    from ..models.user_response import UserResponse


T = TypeVar("T", bound="NestedToolConfigResponse")


@_attrs_define
class NestedToolConfigResponse:
    """A tool, as a config."""

    id: str
    """ The config's id, which starts with `config_`. """
    status: str
    """ How far the config is, such as `committed`. """
    name: str
    """ The name that the model calls it by. """
    other: JsonObject | None | Unset = UNSET
    """ Further parameters. """
    type_: Literal["tool"] | Unset = UNSET
    """ Says that this is a tool config. """
    created_by: None | Unset | UserResponse = UNSET
    """ Who made it. """
    description: None | str | Unset = UNSET
    """ What the model is told about it. """
    source: None | ToolSource | Unset = UNSET
    """ Where the tool is defined. """
    source_code: None | str | Unset = UNSET
    """ The tool's code. """
    setup_schema: JsonObject | None | Unset = UNSET
    """ JSON Schema of what the tool needs to be set up. """
    parameters: JsonObject | None | Unset = UNSET
    """ JSON Schema of what a call of the tool takes. """
    signature: None | str | Unset = UNSET
    """ How the tool is called, as a line of code. """
    is_preset: bool | None | Unset = UNSET
    """ Whether Humanloop itself ran the tool. """
    preset_name: None | str | Unset = UNSET
    """ Under what name Humanloop ran it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.user_response import UserResponse  # noqa: PLC0415

        id = self.id

        status = self.status

        name = self.name

        other: dict[str, Any] | None | Unset
        if isinstance(self.other, Unset):
            other = UNSET
        elif isinstance(self.other, JsonObject):
            other = self.other.to_dict()
        else:
            other = self.other

        type_ = self.type_

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

        setup_schema: dict[str, Any] | None | Unset
        if isinstance(self.setup_schema, Unset):
            setup_schema = UNSET
        elif isinstance(self.setup_schema, JsonObject):
            setup_schema = self.setup_schema.to_dict()
        else:
            setup_schema = self.setup_schema

        parameters: dict[str, Any] | None | Unset
        if isinstance(self.parameters, Unset):
            parameters = UNSET
        elif isinstance(self.parameters, JsonObject):
            parameters = self.parameters.to_dict()
        else:
            parameters = self.parameters

        signature: None | str | Unset
        if isinstance(self.signature, Unset):
            signature = UNSET
        else:
            signature = self.signature

        is_preset: bool | None | Unset
        if isinstance(self.is_preset, Unset):
            is_preset = UNSET
        else:
            is_preset = self.is_preset

        preset_name: None | str | Unset
        if isinstance(self.preset_name, Unset):
            preset_name = UNSET
        else:
            preset_name = self.preset_name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "status": status,
                "name": name,
            }
        )
        if other is not UNSET:
            field_dict["other"] = other
        if type_ is not UNSET:
            field_dict["type"] = type_
        if created_by is not UNSET:
            field_dict["created_by"] = created_by
        if description is not UNSET:
            field_dict["description"] = description
        if source is not UNSET:
            field_dict["source"] = source
        if source_code is not UNSET:
            field_dict["source_code"] = source_code
        if setup_schema is not UNSET:
            field_dict["setup_schema"] = setup_schema
        if parameters is not UNSET:
            field_dict["parameters"] = parameters
        if signature is not UNSET:
            field_dict["signature"] = signature
        if is_preset is not UNSET:
            field_dict["is_preset"] = is_preset
        if preset_name is not UNSET:
            field_dict["preset_name"] = preset_name

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.user_response import UserResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        status = d.pop("status")

        name = d.pop("name")

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

        type_ = cast(Literal["tool"] | Unset, d.pop("type", UNSET))
        if type_ != "tool" and not isinstance(type_, Unset):
            raise ValueError(f"type must match const 'tool', got '{type_}'")

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

        def _parse_setup_schema(data: object) -> JsonObject | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"setup_schema cannot be of type {type(data).__name__}")
            setup_schema_type_0 = JsonObject.from_dict(data)

            return setup_schema_type_0

        setup_schema = _parse_setup_schema(d.pop("setup_schema", UNSET))

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

        signature = cast("None | str | Unset", d.pop("signature", UNSET))

        is_preset = cast("bool | None | Unset", d.pop("is_preset", UNSET))

        preset_name = cast("None | str | Unset", d.pop("preset_name", UNSET))

        nested_tool_config_response = cls(
            id=id,
            status=status,
            name=name,
            other=other,
            type_=type_,
            created_by=created_by,
            description=description,
            source=source,
            source_code=source_code,
            setup_schema=setup_schema,
            parameters=parameters,
            signature=signature,
            is_preset=is_preset,
            preset_name=preset_name,
        )

        nested_tool_config_response.additional_properties = d
        return nested_tool_config_response

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
