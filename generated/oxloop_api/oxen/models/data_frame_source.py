# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.data_frame_schema import DataFrameSchema
    from ..models.data_frame_size import DataFrameSize


T = TypeVar("T", bound="DataFrameSource")


@_attrs_define
class DataFrameSource:
    """The whole file's shape."""

    schema: DataFrameSchema | None | Unset = UNSET
    size: DataFrameSize | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.data_frame_schema import DataFrameSchema  # noqa: PLC0415
        from ..models.data_frame_size import DataFrameSize  # noqa: PLC0415

        schema: dict[str, Any] | None | Unset
        if isinstance(self.schema, Unset):
            schema = UNSET
        elif isinstance(self.schema, DataFrameSchema):
            schema = self.schema.to_dict()
        else:
            schema = self.schema

        size: dict[str, Any] | None | Unset
        if isinstance(self.size, Unset):
            size = UNSET
        elif isinstance(self.size, DataFrameSize):
            size = self.size.to_dict()
        else:
            size = self.size

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if schema is not UNSET:
            field_dict["schema"] = schema
        if size is not UNSET:
            field_dict["size"] = size

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.data_frame_schema import DataFrameSchema  # noqa: PLC0415
        from ..models.data_frame_size import DataFrameSize  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_schema(data: object) -> DataFrameSchema | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"schema cannot be of type {type(data).__name__}")
            schema_type_0 = DataFrameSchema.from_dict(data)

            return schema_type_0

        schema = _parse_schema(d.pop("schema", UNSET))

        def _parse_size(data: object) -> DataFrameSize | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"size cannot be of type {type(data).__name__}")
            size_type_0 = DataFrameSize.from_dict(data)

            return size_type_0

        size = _parse_size(d.pop("size", UNSET))

        data_frame_source = cls(
            schema=schema,
            size=size,
        )

        data_frame_source.additional_properties = d
        return data_frame_source

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
