# Generated from openapi/oxen.yaml by `make generate`. Changes here are lost.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.directory_entry import DirectoryEntry
    from ..models.resource import Resource


T = TypeVar("T", bound="DirectoryResponse")


@_attrs_define
class DirectoryResponse:
    """A page of a folder in Oxen's envelope."""

    status: None | str | Unset = UNSET
    """ `success`. """
    status_message: None | str | Unset = UNSET
    """ A word for what happened. """
    entries: list[DirectoryEntry] | None | Unset = UNSET
    """ What is in the folder. """
    resource: None | Resource | Unset = UNSET
    """ The folder that was read, at which branch or commit. """
    page_number: int | None | Unset = UNSET
    """ This page; pages count from 1. """
    page_size: int | None | Unset = UNSET
    """ Entries on a page. """
    total_pages: int | None | Unset = UNSET
    """ Pages that there are. """
    total_entries: int | None | Unset = UNSET
    """ Entries on all pages. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
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

        entries: list[dict[str, Any]] | None | Unset
        if isinstance(self.entries, Unset):
            entries = UNSET
        elif isinstance(self.entries, list):
            entries = []
            for entries_type_0_item_data in self.entries:
                entries_type_0_item = entries_type_0_item_data.to_dict()
                entries.append(entries_type_0_item)

        else:
            entries = self.entries

        resource: dict[str, Any] | None | Unset
        if isinstance(self.resource, Unset):
            resource = UNSET
        elif isinstance(self.resource, Resource):
            resource = self.resource.to_dict()
        else:
            resource = self.resource

        page_number: int | None | Unset
        if isinstance(self.page_number, Unset):
            page_number = UNSET
        else:
            page_number = self.page_number

        page_size: int | None | Unset
        if isinstance(self.page_size, Unset):
            page_size = UNSET
        else:
            page_size = self.page_size

        total_pages: int | None | Unset
        if isinstance(self.total_pages, Unset):
            total_pages = UNSET
        else:
            total_pages = self.total_pages

        total_entries: int | None | Unset
        if isinstance(self.total_entries, Unset):
            total_entries = UNSET
        else:
            total_entries = self.total_entries

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if status is not UNSET:
            field_dict["status"] = status
        if status_message is not UNSET:
            field_dict["status_message"] = status_message
        if entries is not UNSET:
            field_dict["entries"] = entries
        if resource is not UNSET:
            field_dict["resource"] = resource
        if page_number is not UNSET:
            field_dict["page_number"] = page_number
        if page_size is not UNSET:
            field_dict["page_size"] = page_size
        if total_pages is not UNSET:
            field_dict["total_pages"] = total_pages
        if total_entries is not UNSET:
            field_dict["total_entries"] = total_entries

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.directory_entry import DirectoryEntry  # noqa: PLC0415
        from ..models.resource import Resource  # noqa: PLC0415

        d = dict(src_dict)
        status = cast("None | str | Unset", d.pop("status", UNSET))

        status_message = cast("None | str | Unset", d.pop("status_message", UNSET))

        def _parse_entries(data: object) -> list[DirectoryEntry] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            if not isinstance(data, list):
                raise TypeError(f"entries cannot be of type {type(data).__name__}")
            entries_type_0 = []
            _entries_type_0 = data
            for entries_type_0_item_data in _entries_type_0:
                entries_type_0_item = DirectoryEntry.from_dict(entries_type_0_item_data)

                entries_type_0.append(entries_type_0_item)

            return entries_type_0

        entries = _parse_entries(d.pop("entries", UNSET))

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

        page_number = cast("int | None | Unset", d.pop("page_number", UNSET))

        page_size = cast("int | None | Unset", d.pop("page_size", UNSET))

        total_pages = cast("int | None | Unset", d.pop("total_pages", UNSET))

        total_entries = cast("int | None | Unset", d.pop("total_entries", UNSET))

        directory_response = cls(
            status=status,
            status_message=status_message,
            entries=entries,
            resource=resource,
            page_number=page_number,
            page_size=page_size,
            total_pages=total_pages,
            total_entries=total_entries,
        )

        directory_response.additional_properties = d
        return directory_response

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
