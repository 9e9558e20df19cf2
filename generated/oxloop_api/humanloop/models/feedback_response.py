# Generated from openapi/humanloop.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.feedback_type import FeedbackType
from ..types import UNSET, Unset

T = TypeVar("T", bound="FeedbackResponse")


@_attrs_define
class FeedbackResponse:
    """What somebody said of a log."""

    type_: FeedbackType | str
    """ One of the usual kinds, or one that the project made up. """
    value: bool | float | list[str] | str
    """ A label of that kind, or text for a correction or a comment. """
    id: str
    """ The feedback's id, which starts with `ann_`. """
    data_id: None | str | Unset = UNSET
    """ The log. """
    user: None | str | Unset = UNSET
    """ Who said it. """
    created_at: datetime.datetime | None | Unset = UNSET
    """ When it was said. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: str
        if isinstance(self.type_, FeedbackType):
            type_ = self.type_.value
        else:
            type_ = self.type_

        value: bool | float | list[str] | str
        if isinstance(self.value, list):
            value = self.value

        else:
            value = self.value

        id = self.id

        data_id: None | str | Unset
        if isinstance(self.data_id, Unset):
            data_id = UNSET
        else:
            data_id = self.data_id

        user: None | str | Unset
        if isinstance(self.user, Unset):
            user = UNSET
        else:
            user = self.user

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "value": value,
                "id": id,
            }
        )
        if data_id is not UNSET:
            field_dict["data_id"] = data_id
        if user is not UNSET:
            field_dict["user"] = user
        if created_at is not UNSET:
            field_dict["created_at"] = created_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_type_(data: object) -> FeedbackType | str:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                type_type_0 = FeedbackType(data)

                return type_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if isinstance(data, (dict, list)):
                raise TypeError(f"type_ cannot be of type {type(data).__name__}")
            return cast("FeedbackType | str", data)

        type_ = _parse_type_(d.pop("type"))

        def _parse_value(data: object) -> bool | float | list[str] | str:
            if isinstance(data, list):
                value_type_2 = cast(list[str], data)

                return value_type_2
            if isinstance(data, (dict, list)):
                raise TypeError(f"value cannot be of type {type(data).__name__}")
            return cast("bool | float | list[str] | str", data)

        value = _parse_value(d.pop("value"))

        id = d.pop("id")

        data_id = cast("None | str | Unset", d.pop("data_id", UNSET))

        user = cast("None | str | Unset", d.pop("user", UNSET))

        def _parse_created_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, str):
                raise TypeError(f"created_at cannot be of type {type(data).__name__}")
            created_at_type_0 = datetime.datetime.fromisoformat(data)

            return created_at_type_0

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        feedback_response = cls(
            type_=type_,
            value=value,
            id=id,
            data_id=data_id,
            user=user,
            created_at=created_at,
        )

        feedback_response.additional_properties = d
        return feedback_response

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
