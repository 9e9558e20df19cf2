# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="MoveFileRequest")


@_attrs_define
class MoveFileRequest:
    """Where the file goes, who moves it, and why."""

    new_path: str
    """ The file's new path in the repository. """
    message: None | str | Unset = UNSET
    """ Message of the commit. """
    name: None | str | Unset = UNSET
    """ Author's name. """
    email: None | str | Unset = UNSET
    """ Author's email address. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        new_path = self.new_path

        message: None | str | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        else:
            message = self.message

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "new_path": new_path,
            }
        )
        if message is not UNSET:
            field_dict["message"] = message
        if name is not UNSET:
            field_dict["name"] = name
        if email is not UNSET:
            field_dict["email"] = email

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        new_path = d.pop("new_path")

        message = cast("None | str | Unset", d.pop("message", UNSET))

        name = cast("None | str | Unset", d.pop("name", UNSET))

        email = cast("None | str | Unset", d.pop("email", UNSET))

        move_file_request = cls(
            new_path=new_path,
            message=message,
            name=name,
            email=email,
        )

        move_file_request.additional_properties = d
        return move_file_request

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
