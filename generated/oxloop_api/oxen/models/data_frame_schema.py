# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.data_frame_field import DataFrameField


T = TypeVar("T", bound="DataFrameSchema")


@_attrs_define
class DataFrameSchema:
    """The columns, in order."""

    hash_: None | str | Unset = UNSET
    """ The same for files with the same columns. """
    fields: list[DataFrameField] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        hash_: None | str | Unset
        if isinstance(self.hash_, Unset):
            hash_ = UNSET
        else:
            hash_ = self.hash_

        fields: list[dict[str, Any]] | None | Unset
        if isinstance(self.fields, Unset):
            fields = UNSET
        elif isinstance(self.fields, list):
            fields = []
            for fields_type_0_item_data in self.fields:
                fields_type_0_item = fields_type_0_item_data.to_dict()
                fields.append(fields_type_0_item)

        else:
            fields = self.fields

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if hash_ is not UNSET:
            field_dict["hash"] = hash_
        if fields is not UNSET:
            field_dict["fields"] = fields

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.data_frame_field import DataFrameField  # noqa: PLC0415

        d = dict(src_dict)
        hash_ = cast("None | str | Unset", d.pop("hash", UNSET))

        def _parse_fields(data: object) -> list[DataFrameField] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"fields cannot be of type {type(data).__name__}")
            fields_type_0 = []
            _fields_type_0 = data
            for fields_type_0_item_data in _fields_type_0:
                fields_type_0_item = DataFrameField.from_dict(fields_type_0_item_data)

                fields_type_0.append(fields_type_0_item)

            return fields_type_0

        fields = _parse_fields(d.pop("fields", UNSET))

        data_frame_schema = cls(
            hash_=hash_,
            fields=fields,
        )

        data_frame_schema.additional_properties = d
        return data_frame_schema

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
