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

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.json_object import JsonObject


T = TypeVar("T", bound="LinkedToolRequest")


@_attrs_define
class LinkedToolRequest:
    """A tool of the organization."""

    id: str
    """ The tool's id, which starts with `oc_`. """
    source: Literal["organization"]
    """ Says that the tool is the organization's. """
    name: None | str | Unset = UNSET
    """ The name that the model calls it by. """
    description: None | str | Unset = UNSET
    """ What the model is told about it. """
    strict: bool | None | Unset = UNSET
    """ Whether the model must keep to `parameters` exactly. """
    parameters: JsonObject | None | Unset = UNSET
    """ JSON Schema of what a call of the tool takes. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JsonObject  # noqa: PLC0415

        id = self.id

        source = self.source

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
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

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "source": source,
            }
        )
        if name is not UNSET:
            field_dict["name"] = name
        if description is not UNSET:
            field_dict["description"] = description
        if strict is not UNSET:
            field_dict["strict"] = strict
        if parameters is not UNSET:
            field_dict["parameters"] = parameters

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JsonObject  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        source = cast(Literal["organization"], d.pop("source"))
        if source != "organization":
            raise ValueError(f"source must match const 'organization', got '{source}'")

        name = cast("None | str | Unset", d.pop("name", UNSET))

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

        linked_tool_request = cls(
            id=id,
            source=source,
            name=name,
            description=description,
            strict=strict,
            parameters=parameters,
        )

        linked_tool_request.additional_properties = d
        return linked_tool_request

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
