# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Commit")


@_attrs_define
class Commit:
    """A state of all files, and who made it."""

    id: None | str | Unset = UNSET
    """ The commit's id. """
    parent_ids: list[str] | None | Unset = UNSET
    """ Ids of the commits that it follows. """
    message: None | str | Unset = UNSET
    """ What the author said of it. """
    author: None | str | Unset = UNSET
    """ The author's name. """
    email: None | str | Unset = UNSET
    """ The author's email address. """
    timestamp: None | str | Unset = UNSET
    """ When, as the server writes it; not every server writes RFC 3339. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        parent_ids: list[str] | None | Unset
        if isinstance(self.parent_ids, Unset):
            parent_ids = UNSET
        elif isinstance(self.parent_ids, list):
            parent_ids = self.parent_ids

        else:
            parent_ids = self.parent_ids

        message: None | str | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        else:
            message = self.message

        author: None | str | Unset
        if isinstance(self.author, Unset):
            author = UNSET
        else:
            author = self.author

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        timestamp: None | str | Unset
        if isinstance(self.timestamp, Unset):
            timestamp = UNSET
        else:
            timestamp = self.timestamp

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if parent_ids is not UNSET:
            field_dict["parent_ids"] = parent_ids
        if message is not UNSET:
            field_dict["message"] = message
        if author is not UNSET:
            field_dict["author"] = author
        if email is not UNSET:
            field_dict["email"] = email
        if timestamp is not UNSET:
            field_dict["timestamp"] = timestamp

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = cast("None | str | Unset", d.pop("id", UNSET))

        def _parse_parent_ids(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"parent_ids cannot be of type {type(data).__name__}")
            parent_ids_type_0 = cast(list[str], data)

            return parent_ids_type_0

        parent_ids = _parse_parent_ids(d.pop("parent_ids", UNSET))

        message = cast("None | str | Unset", d.pop("message", UNSET))

        author = cast("None | str | Unset", d.pop("author", UNSET))

        email = cast("None | str | Unset", d.pop("email", UNSET))

        timestamp = cast("None | str | Unset", d.pop("timestamp", UNSET))

        commit = cls(
            id=id,
            parent_ids=parent_ids,
            message=message,
            author=author,
            email=email,
            timestamp=timestamp,
        )

        commit.additional_properties = d
        return commit

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
