# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.commit import Commit
    from ..models.data_frame import DataFrame
    from ..models.resource import Resource


T = TypeVar("T", bound="DataFrameResponse")


@_attrs_define
class DataFrameResponse:
    """A page of rows in Oxen's envelope."""

    status: None | str | Unset = UNSET
    """ `success`, or `error` even under HTTP 200. """
    status_message: None | str | Unset = UNSET
    """ A word for what happened. """
    data_frame: DataFrame | None | Unset = UNSET
    commit: Commit | None | Unset = UNSET
    resource: None | Resource | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.commit import Commit  # noqa: PLC0415
        from ..models.data_frame import DataFrame  # noqa: PLC0415
        from ..models.resource import Resource  # noqa: PLC0415

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        status_message: None | str | Unset
        if isinstance(self.status_message, Unset):
            status_message = UNSET
        else:
            status_message = self.status_message

        data_frame: dict[str, Any] | None | Unset
        if isinstance(self.data_frame, Unset):
            data_frame = UNSET
        elif isinstance(self.data_frame, DataFrame):
            data_frame = self.data_frame.to_dict()
        else:
            data_frame = self.data_frame

        commit: dict[str, Any] | None | Unset
        if isinstance(self.commit, Unset):
            commit = UNSET
        elif isinstance(self.commit, Commit):
            commit = self.commit.to_dict()
        else:
            commit = self.commit

        resource: dict[str, Any] | None | Unset
        if isinstance(self.resource, Unset):
            resource = UNSET
        elif isinstance(self.resource, Resource):
            resource = self.resource.to_dict()
        else:
            resource = self.resource

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if status is not UNSET:
            field_dict["status"] = status
        if status_message is not UNSET:
            field_dict["status_message"] = status_message
        if data_frame is not UNSET:
            field_dict["data_frame"] = data_frame
        if commit is not UNSET:
            field_dict["commit"] = commit
        if resource is not UNSET:
            field_dict["resource"] = resource

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.commit import Commit  # noqa: PLC0415
        from ..models.data_frame import DataFrame  # noqa: PLC0415
        from ..models.resource import Resource  # noqa: PLC0415

        d = dict(src_dict)
        status = cast("None | str | Unset", d.pop("status", UNSET))

        status_message = cast("None | str | Unset", d.pop("status_message", UNSET))

        def _parse_data_frame(data: object) -> DataFrame | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"data_frame cannot be of type {type(data).__name__}")
            data_frame_type_0 = DataFrame.from_dict(data)

            return data_frame_type_0

        data_frame = _parse_data_frame(d.pop("data_frame", UNSET))

        def _parse_commit(data: object) -> Commit | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"commit cannot be of type {type(data).__name__}")
            commit_type_0 = Commit.from_dict(data)

            return commit_type_0

        commit = _parse_commit(d.pop("commit", UNSET))

        def _parse_resource(data: object) -> None | Resource | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, dict):
                raise TypeError(f"resource cannot be of type {type(data).__name__}")
            resource_type_0 = Resource.from_dict(data)

            return resource_type_0

        resource = _parse_resource(d.pop("resource", UNSET))

        data_frame_response = cls(
            status=status,
            status_message=status_message,
            data_frame=data_frame,
            commit=commit,
            resource=resource,
        )

        data_frame_response.additional_properties = d
        return data_frame_response

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
