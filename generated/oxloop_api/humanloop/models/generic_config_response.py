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
    from ..models.user_response import UserResponse


T = TypeVar("T", bound="GenericConfigResponse")


@_attrs_define
class GenericConfigResponse:
    """A config of no particular kind."""

    id: str
    """ The config's id, which starts with `config_`. """
    type_: Literal["generic"]
    """ Says that this is a generic config. """
    status: str
    """ How far the config is, such as `committed`. """
    name: str
    """ The config's name. """
    other: JsonObject | None | Unset = UNSET
    """ Further parameters. """
    created_by: None | Unset | UserResponse = UNSET
    """ Who made it. """
    description: None | str | Unset = UNSET
    """ What the config is for. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.user_response import UserResponse  # noqa: PLC0415

        id = self.id

        type_ = self.type_

        status = self.status

        name = self.name

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

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "type": type_,
                "status": status,
                "name": name,
            }
        )
        if other is not UNSET:
            field_dict["other"] = other
        if created_by is not UNSET:
            field_dict["created_by"] = created_by
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.json_object import JsonObject  # noqa: PLC0415
        from ..models.user_response import UserResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        type_ = cast(Literal["generic"], d.pop("type"))
        if type_ != "generic":
            raise ValueError(f"type must match const 'generic', got '{type_}'")

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

        generic_config_response = cls(
            id=id,
            type_=type_,
            status=status,
            name=name,
            other=other,
            created_by=created_by,
            description=description,
        )

        generic_config_response.additional_properties = d
        return generic_config_response

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
