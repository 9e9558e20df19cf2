# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.data_frame_source import DataFrameSource
    from ..models.data_frame_view import DataFrameView


T = TypeVar("T", bound="DataFrame")


@_attrs_define
class DataFrame:
    """The whole file's shape, and the page that was asked for."""

    source: DataFrameSource | None | Unset = UNSET
    view: DataFrameView | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.data_frame_source import DataFrameSource  # noqa: PLC0415
        from ..models.data_frame_view import DataFrameView  # noqa: PLC0415

        source: dict[str, Any] | None | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, DataFrameSource):
            source = self.source.to_dict()
        else:
            source = self.source

        view: dict[str, Any] | None | Unset
        if isinstance(self.view, Unset):
            view = UNSET
        elif isinstance(self.view, DataFrameView):
            view = self.view.to_dict()
        else:
            view = self.view

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if source is not UNSET:
            field_dict["source"] = source
        if view is not UNSET:
            field_dict["view"] = view

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.data_frame_source import DataFrameSource  # noqa: PLC0415
        from ..models.data_frame_view import DataFrameView  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_source(data: object) -> DataFrameSource | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"source cannot be of type {type(data).__name__}")
            source_type_0 = DataFrameSource.from_dict(data)

            return source_type_0

        source = _parse_source(d.pop("source", UNSET))

        def _parse_view(data: object) -> DataFrameView | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"view cannot be of type {type(data).__name__}")
            view_type_0 = DataFrameView.from_dict(data)

            return view_type_0

        view = _parse_view(d.pop("view", UNSET))

        data_frame = cls(
            source=source,
            view=view,
        )

        data_frame.additional_properties = d
        return data_frame

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
